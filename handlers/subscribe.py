"""What happens when a user types /subscribe or /subscriptions: the categories he, or an admin's place, is sent."""

from dataclasses import replace

from digest.audience import Subscription
from digest.calendar import next_slot
from digest.issue import Category
from digest.page import Action, Button, Choice, Option, Page, Reply
from handlers.address import number, short, word
from handlers.picks import ALL, NONE, Picks, picks_of, toggled
from handlers.request import Context, Request
from handlers.views import buttons
from handlers.views.names import several, when
from handlers.views.say import answer, say
from handlers.views.welcome import welcome_page
from handlers.words import categories_named

NEW = "new"  # last argument of the buttons of somebody's first choice: [done] then shows the welcome
Known = tuple[tuple[int, Category], ...]


async def subscribe(request: Request, context: Context) -> Reply:
    """/subscribe [category]"""
    if not request.text.strip():
        return await subscriptions(request, context)
    known = await _known(context)
    aliases: dict[str, list[str]] = {}
    for series in context.series.values():
        for slug, titles in series.aliases:
            aliases.setdefault(slug, []).extend(titles)
    named = categories_named(request.text, known, aliases)
    if len(named) == 1:
        return await _add(named[0][1], request, context)
    if named:
        page = say(context.texts, context.texts("subscribe.which"), rows=_asking_rows(named))
        return Reply((page,))
    note = context.texts("subscribe.unknown", typed=request.text.strip()[:40])
    return Reply((await _toggles(request, context, note=note),))


async def subscriptions(request: Request, context: Context) -> Reply:
    """/subscriptions: what is picked, each category a switch"""
    return Reply((await _toggles(request, context),), replaces=word(request) in ("1", NEW))


async def toggle(request: Request, context: Context) -> Reply:
    """One switch was pressed."""
    known = await _known(context)
    wanted = number(request)
    slug = next((category.slug for category_id, category in known if category_id == wanted), None)
    if slug is not None:
        before = await current_picks(request, context)
        await save_picks(toggled(before, slug, [category.slug for _, category in known]), request, context)
    return await _toggled(request, context)


async def pick(request: Request, context: Context) -> Reply:
    """All of them, or none."""
    await save_picks(ALL if word(request) == "all" else NONE, request, context)
    return await _toggled(request, context)


async def done(request: Request, context: Context) -> Reply:
    """[Done]: what will come and when; after a first choice in a private chat the welcome at once."""
    picks = await current_picks(request, context)
    texts = context.texts
    if picks.is_empty:
        everything = Button(texts("button.all"), Action("pick", ("all",)), style="primary")
        rows = ((everything, buttons.latest(texts)),)
        return answer(texts, texts("subscribe.nothing_picked"), rows=rows)
    if word(request) == NEW and request.channel.is_private:
        return await welcome(request, context)
    rows = (
        (Button(texts("button.latest_first"), Action("latest"), style="primary"), buttons.settings(texts)),
    )
    return answer(texts, await confirmation(request, context), rows=rows)


async def category(request: Request, context: Context) -> Reply:
    """A link to a category (or `all`): asks, and never subscribes by itself."""
    texts, address = context.texts, word(request)
    look = buttons.latest(texts) if address == "all" else Button(texts("button.look_first"), Action("latest"))
    yes = Button(texts("button.subscribe"), Action("join", (address,)), style="primary")
    if address == "all":
        return answer(texts, texts("subscribe.ask_all"), rows=((yes, look),), replaces=False)
    wanted = number(request)
    name = next((one.name for category_id, one in await _known(context) if category_id == wanted), None)
    if name is None:
        return Reply((await _toggles(request, context, note=texts("subscribe.gone")),), replaces=False)
    return answer(texts, texts("subscribe.ask", name=name), rows=((yes, look),), replaces=False)


async def join(request: Request, context: Context) -> Reply:
    """[Subscribe] under such a question."""
    before = await current_picks(request, context)
    if word(request) == "all":
        await save_picks(ALL, request, context)
        return await welcome(request, context) if before.is_empty else await done(request, context)
    wanted = number(request)
    found = next((one for category_id, one in await _known(context) if category_id == wanted), None)
    if found is None:
        return Reply((await _toggles(request, context, note=context.texts("subscribe.gone")),))
    return await _add(found, request, context)


async def current_picks(request: Request, context: Context) -> Picks:
    return picks_of(await context.store.audience.subscriptions(request.channel.id))


async def save_picks(picks: Picks, request: Request, context: Context) -> None:
    """Store what a channel wants: of the series it has, else of all configured ones. A sleeping place wakes."""
    audience, channel = context.store.audience, request.channel
    if picks.is_empty:
        await audience.unsubscribe(channel.id)
        return
    held = {one.series: one for one in await audience.subscriptions(channel.id)}
    for key in held or context.series or ("default",):
        subscription = held.get(key) or Subscription(
            channel.id, key, schedule_id=await own_schedule(key, context)
        )
        await audience.subscribe(replace(subscription, categories=picks.slugs))
    if channel.state != "active":
        await audience.set_state(channel.id, "active")


async def own_schedule(series: str, context: Context) -> int | None:
    """The row of the series' own pushing time; None when it is pushed on publishing."""
    if context.schedules.get(series) is None:
        return None
    stored = await context.store.schedules.default(series)
    return stored.id if stored else None


async def confirmation(request: Request, context: Context) -> str:
    """`好。每周一 08:30（上海）送来：模型、芯片。`"""
    texts = context.texts
    names = _names(await current_picks(request, context), await _known(context))
    times = await pushing_times(request, context)
    if not names:
        return texts("subscribe.done_all", when=times)
    return texts("subscribe.done", when=times, names=texts.list(names))


async def pushing_times(request: Request, context: Context) -> str:
    """When this channel is sent something, in words."""
    words = []
    for subscription in await context.store.audience.subscriptions(request.channel.id):
        schedule = (
            (await context.store.schedules.get(subscription.schedule_id)).schedule
            if subscription.schedule_id is not None
            else None
        )
        words.append(when(context.texts, schedule, context.now))
    return several(context.texts, words)


async def coming(request: Request, context: Context) -> str:
    """`下次：11月23日周一 08:30（上海）`: the first push to this channel; without a time, that it comes when it appears."""
    instants = []
    for subscription in await context.store.audience.subscriptions(request.channel.id):
        if subscription.schedule_id is None:
            continue
        stored = await context.store.schedules.get(subscription.schedule_id)
        if (slot := next_slot(stored.schedule, context.now)) is not None:
            instants.append(slot.at)
    if not instants:
        return context.texts("subscribe.on_publish")
    return context.texts("subscribe.next", at=context.texts.moment(min(instants), context.zone))


async def welcome(request: Request, context: Context) -> Reply:
    """The sentence that it is done, and at once the latest issue by the picks."""
    texts, store = context.texts, context.store
    first = say(texts, await confirmation(request, context), rows=((buttons.settings(texts),),))
    held = await store.audience.subscriptions(request.channel.id)
    names = _names(picks_of(held), await _known(context))
    issues = [(one, stored) for one in held if (stored := await store.issues.latest(one.series)) is not None]
    if not issues:
        return answer(
            texts,
            await confirmation(request, context),
            texts("issue.none_yet_short"),
            rows=((buttons.settings(texts), buttons.help_(texts)),),
        )
    subscription, stored = max(
        issues, key=lambda pair: (str(pair[1].issue.published_on or ""), pair[1].appeared_at)
    )
    page = welcome_page(
        stored,
        subscription,
        texts=texts,
        today=context.today,
        names=names,
        coming=await coming(request, context),
    )
    if page is None:
        note = texts("subscribe.no_match")
        return answer(
            texts,
            await confirmation(request, context),
            note,
            rows=((buttons.latest(texts), buttons.settings(texts)),),
        )
    return Reply((first, page))


async def _add(category_: Category, request: Request, context: Context) -> Reply:
    """One category more; what was picked stays."""
    before = await current_picks(request, context)
    if before.is_all:
        rows = ((Button(context.texts("button.categories"), Action("subscriptions", ("1",))),),)
        return answer(context.texts, context.texts("subscribe.already_all"), rows=rows)
    await save_picks(Picks(frozenset((*(before.slugs or ()), category_.slug))), request, context)
    if before.is_empty and request.channel.is_private:
        return await welcome(request, context)
    return await done(replace(request, arguments=()), context)


async def _toggled(request: Request, context: Context) -> Reply:
    page = await _toggles(request, context)
    picks, known = await current_picks(request, context), await _known(context)
    chosen = picks.count([one.slug for _, one in known])
    toast = context.texts("subscribe.toast", n=chosen, total=len(known))
    return Reply((page,), toast=toast)


async def _toggles(request: Request, context: Context, *, note: str = "") -> Page:
    """The switches, two a row."""
    texts = context.texts
    known, picks = await _known(context), await current_picks(request, context)
    flag = (NEW,) if NEW in request.arguments else ()
    options = tuple(
        Option(one.name, Action("toggle", (short(category_id), *flag)), is_on=picks.has(one.slug))
        for category_id, one in known
    )
    title = texts("subscribe.title") if request.channel.is_private else texts("subscribe.title_here")
    state = _state(picks, known, context) if known or picks.is_all else texts("subscribe.state_none")
    rows = (
        (
            Button(texts("button.all"), Action("pick", ("all", *flag))),
            Button(texts("button.none"), Action("pick", ("none", *flag))),
            Button(texts("button.done"), Action("done", flag), style="primary"),
        ),
    )
    choices = (Choice(texts("subscribe.choose"), options, columns=2),) if options else ()
    return say(texts, note, state, title=title, rows=rows, choices=choices)


def _state(picks: Picks, known: Known, context: Context) -> str:
    if picks.is_all:
        return context.texts("subscribe.state_all")
    if picks.is_empty:
        return context.texts("subscribe.state_none")
    chosen = picks.count([one.slug for _, one in known])
    return context.texts("subscribe.state", n=chosen, total=len(known))


def _asking_rows(named: Known) -> tuple[tuple[Button, ...], ...]:
    return tuple((Button(one.name, Action("join", (short(category_id),))),) for category_id, one in named[:8])


def _names(picks: Picks, known: Known) -> list[str]:
    """The picked categories' names; empty for all."""
    if picks.slugs is None:
        return []
    names = {one.slug: one.name for _, one in known}
    return [names.get(slug, slug) for slug in sorted(picks.slugs, key=[*names, *picks.slugs].index)]


async def _known(context: Context) -> Known:
    return tuple(await context.store.issues.categories())
