"""Who answers? One request finds its route, is allowed or refused, and always becomes a reply."""

from dataclasses import replace

import structlog

import handlers
from digest.errors import NotAllowed, NotFound, ZhouzhiError
from digest.page import Action, Button, Page, Reply
from handlers.help import unknown_command, words_of
from handlers.latest import instead
from handlers.request import Context, Request
from handlers.route import Route, Where
from handlers.views import buttons
from handlers.views.say import answer, say
from handlers.words import address_in, folded, issue_wanted

LONGEST_SEARCH = 200  # characters of bare text that still are a search
log = structlog.get_logger(__name__)


async def dispatch(request: Request, context: Context) -> Reply:
    """The answer to what a person did. Never raises for anything but cancellation: a failure becomes a sentence."""
    try:
        woken = await _wake(request, context)
        try:
            reply = await _answer(request, context)
        except ZhouzhiError as error:
            reply = await _refusal(error, request, context)
    except Exception:
        # whatever broke, the person gets a sentence and the log the cause
        log.exception("handler.failed", route=request.route, kind=request.kind, platform=request.platform)
        return _failed(request, context)
    return replace(reply, pages=(*woken, *reply.pages)) if woken and not request.pressed else reply


def find_route(kind: str, name: str) -> Route | None:
    """The route of this name; a command can be pressed too, an action is never typed."""
    kinds = ("action", "command") if kind == "action" else ("command",)
    return next(
        (one for wanted in kinds for one in handlers.ROUTES if one.kind == wanted and one.name == name), None
    )


def where_of(request: Request) -> Where:
    """What kind of place the request comes from."""
    channel = request.channel
    if request.platform == "discord":
        return "dm" if channel.is_private else "server"
    match channel.kind:
        case "private":
            return "private"
        case "channel" | "announcement":
            return "channel"
        case _:
            return "group"


async def _answer(request: Request, context: Context) -> Reply:
    if request.kind == "text":
        request = (_read_file if request.files else read_bare_text)(request, context)
    route = find_route(request.kind, request.route)
    if route is None:
        if request.kind == "action":
            raise NotFound("link.dead")
        return unknown_command(request.route, request, context)
    _allow(route, request)
    if not _is_here(route, request):
        return _elsewhere(route, request, context)
    if request.route == "search" and len(request.text) > LONGEST_SEARCH and request.kind == "text":
        rows = ((buttons.search(context.texts), buttons.help_(context.texts)),)
        return answer(context.texts, context.texts("common.too_long"), rows=rows)
    return await route.handler(request, context)


def _read_file(request: Request, context: Context) -> Request:
    """A curator's file is an upload; from anybody else its words count, and without any he learns what he can say."""
    if request.role != "reader":
        return replace(request, kind="command", route="upload", text="")
    if not request.text.strip():
        return replace(request, kind="command", route="help")
    return read_bare_text(request, context)


def read_bare_text(request: Request, context: Context) -> Request:
    """Words without a command: an alias, a number or date, an address, or else a search."""
    typed = request.text.strip()
    head, _, rest = typed.partition(" ")
    for route in handlers.ROUTES:
        takes = not rest or route.arguments  # "开始 …" with more words is no START but a search
        if route.kind == "command" and takes and folded(head) in words_of(route):
            return replace(request, kind="command", route=route.name, text=rest.strip())
    if typed.startswith("/"):
        return replace(
            request, kind="command", route=head[1:].partition("@")[0].casefold(), text=rest.strip()
        )
    if isinstance(issue_wanted(typed, context.today), int):
        return replace(request, kind="command", route="issue", text=typed)
    return replace(request, route="search", text=address_in(typed) or typed)


def _allow(route: Route, request: Request) -> None:
    """Raises NotAllowed. Whoever is no curator learns nothing of who is."""
    match route.who:
        case "all":
            return
        case "place admin":
            if not request.channel.is_private and not request.is_place_admin:
                raise NotAllowed("common.admins_only")
        case "editor":
            if request.role not in ("editor", "publisher"):
                raise NotAllowed("common.curators_only")
        case "publisher":
            if request.role == "editor":
                raise NotAllowed("common.publishers_only")
            if request.role != "publisher":
                raise NotAllowed("common.curators_only")


def _is_here(route: Route, request: Request) -> bool:
    return where_of(request) in route.where


def _elsewhere(route: Route, request: Request, context: Context) -> Reply:
    texts = context.texts
    sentence = texts("common.private_only", name=route.name)
    return answer(texts, sentence, rows=(_private_row(request, context, "button.open_private"),))


def _private_row(request: Request, context: Context, label: str) -> tuple[Button, ...]:
    """The way into the private chat, where the platform has an address for it; else the latest issue."""
    texts = context.texts
    link = buttons.privately(context.bots, request.platform, Action("category", ("all",)))
    return (Button(texts(label), url=link),) if link else (buttons.latest(texts),)


async def _wake(request: Request, context: Context) -> tuple[Page, ...]:
    """Who had blocked the bot and comes back is served again, with what he had subscribed to."""
    if request.channel.state != "gone" or not request.channel.is_private:
        return ()
    await context.store.audience.set_state(request.channel.id, "active")
    texts = context.texts
    return (say(texts, texts("common.woken"), rows=((buttons.settings(texts),),)),)


async def _refusal(error: ZhouzhiError, request: Request, context: Context) -> Reply:
    """What a person is told when it cannot be done, with one next step."""
    texts = context.texts
    if isinstance(error, NotFound) and request.kind == "action":
        return await instead(request, context, texts("common.gone"))
    if isinstance(error, NotAllowed) and request.pressed:
        # in company anybody may press an admin's button; a passing word does not fill the room
        return Reply(toast=texts(error.key))
    if error.key == "common.admins_only":
        row = _private_row(request, context, "button.subscribe_privately")
        return answer(texts, texts(error.key), rows=(row,), replaces=False)
    if not texts.has(error.key):
        log.error("error.without_text", key=error.key)
        return _failed(request, context)
    row = (buttons.help_(texts), buttons.latest(texts))
    if isinstance(error, NotFound):
        row = (buttons.latest(texts), buttons.back_issues(texts))
    return answer(texts, texts(error.key, **error.arguments), rows=(row,), replaces=False)


def _failed(request: Request, context: Context) -> Reply:
    """Our fault, and nothing was lost: the same again, or the latest issue."""
    texts = context.texts
    again = Button(texts("button.try_again"), _same(request), style="primary")
    return answer(texts, texts("common.failed"), rows=((again,),), replaces=False)


def _same(request: Request) -> Action:
    """The same request as a press. Typed words are not carried by a button: the command is asked for anew."""
    action = Action(request.route, request.arguments if request.kind == "action" else ())
    if find_route("action", request.route) is None:
        return Action("latest")
    try:
        action.encode()
    except ValueError:
        return Action(request.route)
    return action
