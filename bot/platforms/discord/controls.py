"""How do buttons and choices become Discord's, and what did a pressed one mean?

`custom_id` of a button and `value` of an option are the encoded action, so every old message works for ever. Discord
wants them unique within a message: a repeated one gets `#2`, `#3`, … at its end, which `decode` takes off again. An
action that happens to end like that gets `#1`, so that nothing of its own is taken off.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.platforms.cut import shortened
from bot.platforms.discord.pack import units16
from digest.page import ACTION_BYTES, Action, Button, Choice, Option, Page, Passage
from handlers.texts import Texts

Row = dict[str, Any]  # an action row
STYLES = {"plain": 2, "primary": 1, "danger": 4}
LINK = 5
LABEL = 80
OPTION = 100
PLACEHOLDER = 150
OPTIONS = 25
BUTTONS = 5
URL = 512
BLANK = "·"  # an inert button keeps its place; Discord wants a label
_SUFFIX = re.compile(r"#\d+$")
_WEB = re.compile(r"https?://", re.IGNORECASE)


def decode(custom_id: str) -> Action:
    """The action of a button's `custom_id` or of an option's value."""
    return Action.decode(_SUFFIX.sub("", custom_id))


@dataclass(slots=True)
class Names:
    """Makes custom ids unique within one message."""

    seen: dict[str, int] = field(default_factory=dict)

    def unique(self, action: Action) -> str:
        encoded = action.encode()
        count = self.seen[encoded] = self.seen.get(encoded, 0) + 1
        if count == 1:
            return f"{encoded}#1" if _SUFFIX.search(encoded) else encoded
        return f"{encoded}#{count}"

    def numbered(self, kind: str) -> str:
        """`select:1`, `select:2`, …: the id of something whose meaning lies in its options."""
        count = self.seen[kind] = self.seen.get(kind, 0) + 1
        return f"{kind}:{count}"


def size(row: Row) -> int:
    """How many components a row is, itself included."""
    return 1 + len(row["components"])


def rows_of(page: Page, names: Names) -> list[Row]:
    """The page's choices, then its buttons."""
    found = [row for choice in page.choices for row in _choice(choice, names)]
    for row in page.rows:
        buttons = [_button(button, names) for button in row if not is_text(button)]
        found += [_row(buttons[at : at + BUTTONS]) for at in range(0, len(buttons), BUTTONS)]
    return found


def is_text(button: Button) -> bool:
    """Whether Discord makes no button of it: a link to another scheme, or one that is too long."""
    return button.url is not None and (len(button.url) > URL or not _WEB.match(button.url))


def picture_rows(hidden: Sequence[tuple[str, int]], texts: Texts, names: Names) -> list[Row]:
    """One button for the pictures of a part's items; more where their addresses do not fit into one."""
    groups: list[list[tuple[str, int]]] = []
    for argument, count in hidden:
        last = [known for known, _ in groups[-1]] if groups else []
        if not groups or len(":".join(("pictures", *last, argument)).encode()) > ACTION_BYTES:
            groups.append([])
        groups[-1].append((argument, count))
    buttons = [
        _button(
            Button(
                texts.count("render.pictures_button", sum(count for _, count in group)),
                Action("pictures", tuple(argument for argument, _ in group)),
            ),
            names,
        )
        for group in groups
    ]
    return [_row(buttons[at : at + BUTTONS]) for at in range(0, len(buttons), BUTTONS)]


def item_rows(page: Page, names: Names, room: int) -> list[Row]:
    """Selects that open the page's items: one a section while `room` components hold them, else as few as can be."""
    sections = _sections(page)
    apart = [(label, run) for label, options in sections for run in _runs(options)]
    if not apart:
        return []
    if len(apart) * 2 > room:
        everything = [(label, option) for label, options in sections for option in options]
        apart = [
            (" · ".join(dict.fromkeys(label for label, _ in run if label)), [option for _, option in run])
            for run in _runs(everything)
        ]
    return [_select(label or page.title, options, names) for label, options in apart]


def least_item_rows(page: Page) -> int:
    """How many selects the page's items need at least."""
    return -(-sum(1 for _ in _opening(page)) // OPTIONS)


def _opening(page: Page) -> Iterator[Passage]:
    """The items that can be opened and have no button of their own."""
    offered = page.offered()
    for passage in page.passages:
        if passage.kind == "item" and passage.action and passage.action not in offered:
            yield passage


def _sections(page: Page) -> list[tuple[str, list[Option]]]:
    """The items that can be opened and have no button of their own, by section."""
    offered = page.offered()
    found: list[tuple[str, list[Option]]] = [("", [])]
    for passage in page.passages:
        if passage.kind == "section":
            found.append((passage.label, []))
        elif passage.kind == "item" and passage.action and passage.action not in offered:
            found[-1][1].append(Option(_numbered(passage), passage.action))
    return [(label, options) for label, options in found if options]


def _numbered(passage: Passage) -> str:
    return f"{passage.number}. {passage.label}" if passage.number is not None else passage.label


def _runs(options: Sequence[Any]) -> list[Any]:
    return [options[at : at + OPTIONS] for at in range(0, len(options), OPTIONS)]


def _choice(choice: Choice, names: Names) -> Iterable[Row]:
    runs = _runs(choice.options)
    return [_select(choice.prompt, run, names, is_multiple=choice.is_multiple) for run in runs]


def _select(prompt: str, options: Sequence[Option], names: Names, *, is_multiple: bool = False) -> Row:
    """In a multiple one what is ticked otherwise than before is toggled; a single one shows what holds now."""
    values = Names()  # an option's value is unique within its select
    select: dict[str, Any] = {
        "type": 3,
        "custom_id": names.numbered("multi" if is_multiple else "select"),
        "options": [_option(option, values) for option in options],
        "min_values": 0 if is_multiple else 1,
        "max_values": len(options) if is_multiple else 1,
    }
    if prompt.strip():
        select["placeholder"] = shortened(prompt, PLACEHOLDER, units16)
    return _row([select])


def _option(option: Option, values: Names) -> dict[str, Any]:
    found: dict[str, Any] = {
        "label": shortened(" ".join(option.label.split()) or BLANK, OPTION, units16),
        "value": values.unique(option.action),
    }
    if option.description.strip():
        found["description"] = shortened(" ".join(option.description.split()), OPTION, units16)
    if option.is_on:
        found["default"] = True
    return found


def _button(button: Button, names: Names) -> dict[str, Any]:
    # Discord has no name beside the label: who does not see a sign is told it in words, a number needs none
    is_sign = not any(map(str.isalnum, button.label))
    words = f"{button.label} {button.name}".strip() if is_sign and button.name else button.label
    found: dict[str, Any] = {"type": 2, "label": shortened(words or BLANK, LABEL, units16)}
    if button.url is not None:
        return {**found, "style": LINK, "url": button.url}
    if button.action is None:
        return {**found, "style": STYLES["plain"], "custom_id": names.numbered("inert"), "disabled": True}
    return {**found, "style": STYLES[button.style], "custom_id": names.unique(button.action)}


def _row(components: list[dict[str, Any]]) -> Row:
    return {"type": 1, "components": components}
