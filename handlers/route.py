"""What is a route? A command or an action with its handler and all that menus and help say about it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from digest.page import Reply
    from handlers.request import Context, Request

Who = Literal["all", "place admin", "editor", "publisher"]
Where = Literal["private", "group", "channel", "server", "dm"]
Handler = Callable[["Request", "Context"], Awaitable["Reply"]]


@dataclass(frozen=True, slots=True)
class Argument:
    """One argument of a command: its name, whether it must be given, what completes it; typed words or a file."""

    name: str
    is_required: bool = False
    completes: Literal["", "issue", "title", "category", "series"] = ""
    kind: Literal["words", "file"] = "words"


@dataclass(frozen=True, slots=True)
class Route:
    """`kind` command: typed, `/name`, listed in menus. action: pressed, `Action(name, …)`.

    `who` may call it; "place admin" in a group or server means its administrators (in a private chat everybody).
    `group` is the line of /help it stands in. `aliases` are the words that call it in a private chat, by language.
    """

    name: str
    handler: Handler
    kind: Literal["command", "action"] = "command"
    arguments: tuple[Argument, ...] = ()
    who: Who = "all"
    where: frozenset[Where] = frozenset(("private", "group", "server", "dm"))
    group: Literal["read", "find", "follow", "mine", "desk", ""] = ""
    aliases: tuple[tuple[str, tuple[str, ...]], ...] = ()
