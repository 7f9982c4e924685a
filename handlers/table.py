"""What stands in menus and documents? The commands of ROUTES as a Markdown table and as menu entries."""

import handlers
from digest.audience import Role
from handlers.route import Route
from handlers.texts import Texts


def command_table(texts: Texts) -> str:
    """The Markdown table of all commands, for the README between its markers."""
    head = [texts(f"table.{column}") for column in ("command", "does", "who", "alias")]
    lines = [_line(head), _line(["---"] * len(head))]
    lines += [_line(_cells(route, texts)) for route in _commands()]
    return "\n".join(lines) + "\n"


def menu(texts: Texts, role: Role = "reader", *, is_company: bool = False) -> tuple[tuple[str, str], ...]:
    """(command, description) for the platforms' menus; in company (groups) only what everybody uses there."""
    desk = ("editor", "publisher")
    shown = [route for route in _commands() if route.who not in desk or role in desk]
    if is_company:
        shown = [route for route in shown if route.name in ("latest", "search", "help")]
    return tuple((route.name, texts(f"help.{route.name}")) for route in shown)


def signature(route: Route) -> str:
    """`/search query`, `/issue [n]`."""
    words = [f"/{route.name}"]
    words += [one.name if one.is_required else f"[{one.name}]" for one in route.arguments]
    return " ".join(words)


def _commands() -> tuple[Route, ...]:
    return tuple(route for route in handlers.ROUTES if route.kind == "command")


def _cells(route: Route, texts: Texts) -> list[str]:
    words = [word for _, words in route.aliases for word in words]
    return [
        f"`{signature(route)}`",
        texts(f"help.{route.name}"),
        texts(f"table.who_{route.who.replace(' ', '_')}"),
        " ".join(words),
    ]


def _line(cells: list[str]) -> str:
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"
