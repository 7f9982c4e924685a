"""What happens when a user types /help: what he can do here, made from ROUTES."""

import difflib
from itertools import chain

import handlers
from digest.page import Action, Button, Reply
from handlers.request import Context, Request
from handlers.route import Route
from handlers.views import buttons
from handlers.views.say import answer
from handlers.words import folded

LINES = (
    ("read",),
    ("find",),
    ("follow",),
    ("mine", "desk"),
)  # the desk's stand beside one's own: four lines at most


async def help_(request: Request, context: Context) -> Reply:
    """/help [command]"""
    texts = context.texts
    wanted = folded(request.text).lstrip("/")
    if wanted:
        found = next((one for one in visible_commands(request) if wanted in (one.name, *words_of(one))), None)
        return _about(found, context) if found else unknown_command(wanted, request, context)
    lines = [_line(groups, request, context) for groups in LINES]
    return answer(texts, *lines, rows=((buttons.latest(texts), buttons.search(texts)),))


def unknown_command(typed: str, request: Request, context: Context) -> Reply:
    """There is no such command; the nearest one is a press away."""
    texts = context.texts
    names = {one.name: one for one in visible_commands(request)}
    near = difflib.get_close_matches(typed.casefold(), names, n=1, cutoff=0.5)
    if not near:
        rows = ((buttons.help_(texts), buttons.latest(texts)),)
        return answer(texts, texts("help.unknown_plain", typed=typed[:32]), rows=rows)
    rows = ((Button(f"/{near[0]}", Action(near[0]), style="primary"), buttons.help_(texts)),)
    return answer(texts, texts("help.unknown", typed=typed[:32], near=near[0]), rows=rows)


def visible_commands(request: Request) -> tuple[Route, ...]:
    """The commands this person may use; nobody else learns that there is a desk."""
    desk = ("editor", "publisher")
    return tuple(
        one
        for one in handlers.ROUTES
        if one.kind == "command" and (one.who not in desk or request.role in desk)
    )


def words_of(route: Route) -> tuple[str, ...]:
    """The words that call a command in a private chat, in all languages, folded."""
    return tuple(folded(alias) for alias in chain.from_iterable(words for _, words in route.aliases))


def _line(groups: tuple[str, ...], request: Request, context: Context) -> str:
    texts, parts = context.texts, []
    for group in groups:
        names = " ".join(f"/{one.name}" for one in visible_commands(request) if one.group == group)
        if names:
            parts.append(texts("help.line", group=texts(f"help.group_{group}"), commands=names))
    return " · ".join(parts)


def _about(route: Route, context: Context) -> Reply:
    texts = context.texts
    line = texts("help.about", name=route.name, what=texts(f"help.{route.name}"))
    example = texts("help.example", example=texts(f"help.{route.name}_example"))
    rows = ((Button(texts("button.try_it"), Action(route.name), style="primary"), buttons.help_(texts)),)
    return answer(texts, line, example, rows=rows)
