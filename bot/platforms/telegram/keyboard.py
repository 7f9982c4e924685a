"""Which buttons stand under a message? Inline keyboards: actions in private, links into the private chat in public.

An inert button carries `noop`, or `noop:<toast>` where the toast fits into a callback's 64 bytes (a toast may hold
colons: everything after the first one is the toast).
"""

from collections.abc import Iterable, Sequence
from typing import Any

from bot.platforms.base import Form
from bot.platforms.cut import shortened
from bot.platforms.telegram.entities import clean, units
from bot.platforms.telegram.limits import Limits
from digest.page import ACTION_BYTES, Action, Button, Choice, Page, Passage, deep_link
from handlers.texts import Texts

NOOP = "noop"
URL_SCHEMES = ("http://", "https://", "tg://")
TICKS = {True: "✅ ", False: "⬜ ", None: ""}

Json = dict[str, Any]


class Keyboard:
    """The rows of one message; what does not fit or cannot be shown in this form is named in `omitted`."""

    def __init__(self, form: Form, limits: Limits) -> None:
        self.form = form
        self.limits = limits
        self.rows: list[list[Json]] = []
        self.omitted: list[str] = []

    def add(self, buttons: Sequence[Button], columns: int | None = None) -> None:
        """One row, or as many even ones as the buttons need."""
        shown: list[Json] = []
        room = self.limits.buttons - sum(map(len, self.rows))
        for one in buttons:
            made = button(one, self.form, self.limits)
            if made is not None and len(shown) < room:
                shown.append(made)
            elif made is not None or one.action is not None or one.url is not None:
                self.omitted.append(one.label)
        self.rows += even(shown, min(columns or self.limits.row, self.limits.row))

    def add_page(self, page: Page) -> None:
        """The choices and the buttons of the whole page."""
        for choice in page.choices:
            self.add(options(choice), max(1, choice.columns))
        for row in page.rows:
            self.add(row)

    def markup(self) -> Json:
        return {"inline_keyboard": self.rows}


def button(one: Button, form: Form, limits: Limits) -> Json | None:
    """A button as the Bot API wants it; None when this form cannot show it."""
    label = shortened(clean(one.label).strip() or one.name or "·", limits.label, units)
    made: Json = {"text": label}
    if one.url is not None:
        if not one.url.lower().startswith(URL_SCHEMES):
            return None
        made["url"] = one.url
    elif form.kind != "private":
        payload = deep_link(one.action) if one.action else None
        if payload is None or not form.bot:
            return None
        made["url"] = f"https://t.me/{form.bot}?start={payload}"
    else:
        made["callback_data"] = one.action.encode() if one.action else inert(one.toast)
    if one.style != "plain":
        made["style"] = one.style
    return made


def inert(toast: str | None) -> str:
    """The callback data of a button that does nothing but say its toast."""
    with_toast = f"{NOOP}:{toast}"
    return with_toast if toast and len(with_toast.encode()) <= ACTION_BYTES else NOOP


def options(choice: Choice) -> list[Button]:
    """A choice's lines as buttons, ticked where several may be on; of a single choice the one that holds."""
    ticks = {**TICKS, False: ""} if choice.is_single else TICKS
    return [Button(ticks[option.is_on] + option.label, option.action) for option in choice.options]


def even(buttons: Sequence[Json], columns: int) -> list[list[Json]]:
    """Rows of at most `columns`, as equal as they can be when one row does not do."""
    if not buttons:
        return []
    count = -(-len(buttons) // columns)
    width, wider = divmod(len(buttons), count)
    # a choice of two a row keeps its columns, a long row of numbers is balanced
    if columns <= 3:
        return [list(buttons[at : at + columns]) for at in range(0, len(buttons), columns)]
    rows, at = [], 0
    for index in range(count):
        end = at + width + (index < wider)
        rows.append(list(buttons[at:end]))
        at = end
    return rows


def numbers(passages: Iterable[Passage]) -> list[Button]:
    """`[1]…[8]`: one button for each item of the part, opening it."""
    return [
        Button(str(passage.number) if passage.number is not None else passage.label or "·", passage.action)
        for passage in passages
        if passage.action is not None
    ]


def picture_buttons(found: Iterable[tuple[Passage, int]], texts: Texts) -> list[Button]:
    """`[🖼 15 张图]`: sends the pictures of these items; several buttons when their ids do not fit into one."""
    groups: list[tuple[tuple[str, ...], int]] = []
    for passage, count in found:
        if passage.action is None:
            continue
        ids = passage.action.arguments[:1]
        if groups and _fits(Action("pictures", (*groups[-1][0], *ids))):
            groups[-1] = ((*groups[-1][0], *ids), groups[-1][1] + count)
        else:
            groups.append((ids, count))
    return [
        Button(texts.count("render.pictures_button", count), Action("pictures", ids)) for ids, count in groups
    ]


def _fits(action: Action) -> bool:
    return len(":".join((action.route, *action.arguments)).encode()) <= ACTION_BYTES
