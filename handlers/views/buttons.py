"""Which buttons do many pages share? What they say, where they lead, and how a list is paged."""

from collections.abc import Callable, Mapping

from digest.page import Action, Button, deep_link
from handlers.texts import Texts

BLANK = Button(
    "·"
)  # a missing end of a pager keeps its place, so the other arrow does not move under the finger


def latest(texts: Texts) -> Button:
    return Button(texts("button.latest"), Action("latest"), style="primary")


def back_issues(texts: Texts) -> Button:
    return Button(texts("button.back_issues"), Action("issues", ("1",)))


def search(texts: Texts) -> Button:
    return Button(texts("button.search"), Action("search"))


def help_(texts: Texts) -> Button:
    return Button(texts("button.help"), Action("help"))


def settings(texts: Texts) -> Button:
    return Button(texts("button.settings"), Action("settings"))


def subscribe(texts: Texts, label: str = "button.subscribe") -> Button:
    return Button(texts(label), Action("subscribe"), style="primary")


def pager(texts: Texts, at: int, count: int, action: Callable[[int], Action]) -> tuple[Button, ...]:
    """`‹ 2/5 ›` for pages counted from 1; nothing when there is only one page."""
    if count <= 1:
        return ()
    place = texts("button.page", page=at, pages=count)
    return (
        Button("‹", action(at - 1), name=texts("button.previous_page")) if at > 1 else BLANK,
        Button(f"{at}/{count}", toast=place, name=place),
        Button("›", action(at + 1), name=texts("button.next_page")) if at < count else BLANK,
    )


def clamp(typed: str, count: int) -> int:
    """A page number as a button carries it, kept inside `1..count`."""
    page = int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 10 else 1
    return max(1, min(page, max(1, count)))


def privately(bots: Mapping[str, str], platform: str, action: Action) -> str | None:
    """The address that opens the private chat at this action; None where the platform has no such links."""
    payload = deep_link(action)
    if platform != "telegram" or payload is None or not bots.get("telegram"):
        return None
    return f"https://t.me/{bots['telegram']}?start={payload}"
