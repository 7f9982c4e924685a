"""What happens when a user types /settings: language, time zone, pushing time, pause; each edits the same message."""

from dataclasses import replace
from zoneinfo import ZoneInfo

from digest.page import Action, Ask, Button, Choice, Option, Reply
from handlers.address import word
from handlers.request import Context, Request
from handlers.subscribe import coming, current_picks, pushing_times
from handlers.texts import LANGUAGES, texts_for
from handlers.texts.zones import CITIES, find_zone
from handlers.views.say import answer

HERE = ("1",)  # argument of buttons that lead back to the settings in place


async def settings(request: Request, context: Context) -> Reply:
    """/settings; without an argument a new message, since the button may sit under a push."""
    return await overview(request, context, replaces=bool(request.arguments))


async def languages(request: Request, context: Context) -> Reply:
    """The languages we speak, each named in itself."""
    texts = context.texts
    options = tuple(
        Option(texts(f"language.{tag}"), Action("language", (tag,)), is_on=tag == _language(request, context))
        for tag in LANGUAGES
    )
    choice = Choice(texts("settings.choose_language"), options, columns=2, is_single=True)
    return answer(texts, texts("settings.choose_language"), choices=(choice,), rows=(_back(context),))


async def language(request: Request, context: Context) -> Reply:
    """A language was chosen: the reader's, or in company the place's."""
    tag = word(request)
    if tag not in LANGUAGES:
        return await languages(request, context)
    spoken = replace(context, language=tag, texts=texts_for(tag))
    if request.channel.is_private:
        reader = replace(request.reader, language=tag)
        await context.store.audience.set_reader(reader)
        changed = replace(request, reader=reader)
    else:
        channel = replace(request.channel, settings=replace(request.channel.settings, language=tag))
        await context.store.audience.set_settings(channel.id, channel.settings)
        changed = replace(request, channel=channel)
    if word(request, 1) == "start":
        return await _start_again(changed, spoken)
    return await overview(changed, spoken, toast=spoken.texts("settings.saved"))


async def zones(_request: Request, context: Context) -> Reply:
    """Some cities, and the way to type another."""
    texts = context.texts
    options = tuple(
        Option(
            texts.zone(ZoneInfo(name), context.now), Action("zone", (name,)), is_on=name == context.zone.key
        )
        for name in CITIES
    )
    rows = ((Button(texts("button.type_city"), Action("zone_ask")), *_back(context)),)
    choice = Choice(texts("settings.choose_zone"), options, columns=3, is_single=True)
    return answer(
        texts, texts("settings.choose_zone"), texts("settings.zone_form"), choices=(choice,), rows=rows
    )


async def zone_ask(_request: Request, context: Context) -> Reply:
    """Another city is to be typed."""
    return Reply(ask=ask_zone(context), replaces=False)


async def zone(request: Request, context: Context) -> Reply:
    """A zone was chosen or typed."""
    texts = context.texts
    typed = request.text.strip()
    name = find_zone(typed) if typed else find_zone(word(request))
    if name is None:
        rows = ((Button(texts("button.try_again"), Action("zone_ask"), style="primary"), *_back(context)),)
        return answer(texts, texts("settings.zone_unknown", typed=(typed or word(request))[:40]), rows=rows)
    reader = replace(request.reader, zone=name)
    await context.store.audience.set_reader(reader)
    changed = replace(context, zone=ZoneInfo(name))
    return await overview(replace(request, reader=reader), changed, toast=texts("settings.saved"))


async def stop(request: Request, context: Context) -> Reply:
    """[Pause pushes]: nothing is planned for this channel until it is resumed."""
    return await _set_paused(request, context, is_paused=True)


async def resume(request: Request, context: Context) -> Reply:
    """[Resume pushes]: ends a pause of either kind."""
    await context.store.audience.park(request.channel.id, None)
    return await _set_paused(
        replace(request, channel=replace(request.channel, parked_until=None)), context, is_paused=False
    )


def ask_zone(context: Context) -> Ask:
    texts = context.texts
    return Ask(texts("settings.zone_ask"), texts("settings.zone_placeholder"), Action("zone"))


async def _set_paused(request: Request, context: Context, *, is_paused: bool) -> Reply:
    channel = replace(request.channel, settings=replace(request.channel.settings, is_paused=is_paused))
    await context.store.audience.set_settings(channel.id, channel.settings)
    return await overview(replace(request, channel=channel), context)


async def _start_again(request: Request, context: Context) -> Reply:
    """The first message in the language just chosen."""
    # handlers.start imports this house's other commands; it is looked up when pressed, not when loaded
    from handlers.start import start  # noqa: PLC0415

    return await start(replace(request, text="", arguments=()), context)


def _language(request: Request, context: Context) -> str:
    """What is chosen for whom the settings are: the reader, or the place."""
    if request.channel.is_private:
        return context.language
    return request.channel.settings.language or context.language


def _back(context: Context) -> tuple[Button, ...]:
    return (Button(context.texts("button.back_settings"), Action("settings", HERE)),)


async def overview(
    request: Request, context: Context, *, replaces: bool = True, toast: str | None = None
) -> Reply:
    """What is set, a line each, over the buttons that change it."""
    texts = context.texts
    chosen = texts(f"language.{_language(request, context)}")
    zone_name = texts.zone(context.zone, context.now)
    title = texts("settings.title" if request.channel.is_private else "settings.title_here")
    return answer(
        texts,
        texts("settings.line", language=chosen, zone=zone_name),
        await _push_line(request, context),
        _style_line(request, context),
        title=title,
        rows=_rows(request, context),
        replaces=replaces,
        toast=toast,
    )


async def _push_line(request: Request, context: Context) -> str:
    texts = context.texts
    if (await current_picks(request, context)).is_empty:
        return texts("settings.push_none")
    if request.channel.settings.is_paused:
        return texts("settings.push_paused")
    until = request.channel.parked_until
    if until is not None and until > context.now:
        return texts("unsubscribe.paused", at=texts.moment(until, context.zone))
    times = await pushing_times(request, context)
    return texts("settings.push", when=times) + "\n" + await coming(request, context)


def _may_be_rich(request: Request) -> bool:
    """Only Telegram has rich messages, and only a reader decides for himself what his app shows."""
    return request.channel.place.platform == "telegram" and request.channel.is_private


def _style_line(request: Request, context: Context) -> str:
    texts, chosen = context.texts, request.channel.settings
    line = texts("settings.density", density=texts(f"density.{chosen.density or 'full'}"))
    if not _may_be_rich(request):
        return line
    return f"{line} · {texts('settings.rich_on' if chosen.style == 'rich' else 'settings.rich_off')}"


def _rich_row(request: Request, context: Context) -> tuple[Button, ...]:
    texts = context.texts
    if not _may_be_rich(request):
        return ()
    if request.channel.settings.style != "rich":
        return (Button(texts("button.rich"), Action("rich", ("on",))),)
    return (
        Button(texts("button.plain"), Action("rich", ("off",))),
        Button(texts("button.rich_show"), Action("rich", ("show",))),
    )


def _rows(request: Request, context: Context) -> tuple[tuple[Button, ...], ...]:
    texts = context.texts
    language_row = [Button(texts("button.language"), Action("languages"))]
    if request.channel.is_private:
        language_row.append(Button(texts("button.zone"), Action("zones")))
    until = request.channel.parked_until
    is_resting = request.channel.settings.is_paused or (until is not None and until > context.now)
    rest = (
        Button(texts("button.resume"), Action("resume"), style="primary")
        if is_resting
        else Button(texts("button.pause"), Action("stop"))
    )
    return (
        tuple(language_row),
        (
            Button(texts("button.push_time"), Action("times")),
            Button(texts("button.categories"), Action("subscriptions", HERE)),
            Button(texts("button.density"), Action("density")),
        ),
        *((row,) if (row := _rich_row(request, context)) else ()),
        (rest,),
    )
