"""What happens when a user presses START: at most three taps to the first issue, or straight to what a link names."""

from dataclasses import replace

from digest.page import Action, Button, Reply, from_deep_link
from handlers.browse import item, section
from handlers.latest import issue
from handlers.picks import ALL
from handlers.request import Context, Request
from handlers.search import turn
from handlers.subscribe import NEW, category, coming, current_picks, save_picks, welcome
from handlers.texts import LANGUAGES
from handlers.views import buttons
from handlers.views.names import several, when
from handlers.views.say import answer

LINKED = {"issue": issue, "item": item, "section": section, "category": category, "search": turn}


async def start(request: Request, context: Context) -> Reply:
    """/start [payload]"""
    payload = request.text.strip()
    if payload:
        return await _linked(payload, request, context)
    if not request.channel.is_private:
        return _greeting(context)
    if not (await current_picks(request, context)).is_empty:
        return await _welcome_back(request, context)
    return await _first_words(context)


async def everything(request: Request, context: Context) -> Reply:
    """[Subscribe to all] of the first message."""
    await save_picks(ALL, request, context)
    return await welcome(request, context)


async def joined(_request: Request, context: Context) -> Reply:
    """The bot was added to a group, a channel or a server: one message, and nothing before an admin taps."""
    return _greeting(context)


def schedule_words(context: Context) -> str:
    """When the configured series are pushed."""
    return several(
        context.texts, (when(context.texts, schedule, context.now) for schedule in context.schedules.values())
    ) or context.texts("when.on_publish")


async def _linked(payload: str, request: Request, context: Context) -> Reply:
    """What a deep link names; a dead one says so and offers the latest."""
    texts = context.texts
    action = from_deep_link(payload)
    handler = LINKED.get(action.route) if action else None
    if action is None or handler is None:
        return answer(texts, texts("start.dead_link"), rows=((buttons.latest(texts),),))
    reply = await handler(replace(request, route=action.route, arguments=action.arguments, text=""), context)
    is_reading = action.route in ("issue", "item", "section")
    if is_reading and request.channel.is_private and (await current_picks(request, context)).is_empty:
        offer = Button(texts("button.every_issue"), Action("everything"), style="primary")
        sentence = texts("start.every_issue", when=schedule_words(context))
        more = answer(texts, sentence, rows=((offer, _picking(context)),))
        return replace(reply, pages=(*reply.pages, *more.pages))
    return reply


async def _first_words(context: Context) -> Reply:
    texts = context.texts
    intro = texts("start.intro", when=schedule_words(context))
    if await context.store.issues.latest() is None:
        everything_ = Button(texts("button.tell_me"), Action("everything"), style="primary")
        return answer(texts, intro, texts("issue.none_yet"), rows=((everything_, _other_language(context)),))
    rows = (
        (Button(texts("button.subscribe_all"), Action("everything"), style="primary"), _picking(context)),
        (Button(texts("button.latest"), Action("latest")), _other_language(context)),
    )
    return answer(texts, intro, texts("start.choose"), rows=rows)


async def _welcome_back(request: Request, context: Context) -> Reply:
    texts = context.texts
    rows = (
        (buttons.latest(texts), Button(texts("button.categories"), Action("subscriptions", ("1",)))),
        (buttons.search(texts), buttons.settings(texts)),
    )
    return answer(texts, texts("start.back"), await coming(request, context), rows=rows)


def _greeting(context: Context) -> Reply:
    texts = context.texts
    rows = (
        (
            Button(texts("button.subscribe_here"), Action("subscribe"), style="primary"),
            _plain_latest(context),
        ),
    )
    return answer(texts, texts("start.group", when=schedule_words(context)), rows=rows)


def _plain_latest(context: Context) -> Button:
    return replace(buttons.latest(context.texts), style="plain")


def _picking(context: Context) -> Button:
    return Button(context.texts("button.pick_categories"), Action("subscriptions", (NEW,)))


def _other_language(context: Context) -> Button:
    """The way into the next language we speak, named in that language."""
    languages = list(LANGUAGES)
    other = languages[(languages.index(context.language) + 1) % len(languages)]
    return Button(f"🌐 {context.texts(f'language.{other}')}", Action("language", (other, "start")))
