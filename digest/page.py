"""What can every platform show? Pages of passages with buttons: intent only, each renderer picks its native dress.

A page is what a command answers and what a push sends. Its passages are the units a packer keeps whole: an item is
never parted over two messages unless it alone exceeds one.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from digest.document import Block

Density = Literal["headlines", "brief", "full"]
PassageKind = Literal["head", "section", "item", "body", "foot"]
ButtonStyle = Literal["plain", "primary", "danger"]


@dataclass(frozen=True, slots=True)
class Action:
    """What pressing does: a route and its address, e.g. `Action("item", ("3f",))`.

    Encoded as `route:argument:argument`, at most 64 bytes (Telegram's callback_data, the narrowest platform). Longer
    arguments (search phrases) are kept in storage behind a token. Arguments hold no `:`.
    """

    route: str
    arguments: tuple[str, ...] = ()

    def encode(self) -> str:
        encoded = ":".join((self.route, *self.arguments))
        if len(encoded.encode()) > ACTION_BYTES:
            message = f"action {self.route!r} takes {len(encoded.encode())} bytes, {ACTION_BYTES} fit"
            raise ValueError(message)
        return encoded

    @staticmethod
    def decode(encoded: str) -> "Action":
        route, *arguments = encoded.split(":")
        return Action(route, tuple(arguments))


ACTION_BYTES = 64  # Telegram `InlineKeyboardButton.callback_data`: 1-64 bytes

# The actions a deep link can carry (Telegram `?start=`, the web's `#/`): experience.md, "Deep-link payloads".
DEEP_LINKS: Mapping[str, str] = {
    "issue": "n",
    "item": "i",
    "section": "s",
    "category": "c",
    "search": "q",
    "full": "x",
}


def deep_link(action: Action) -> str | None:
    """`Action("item", ("3f",))` -> `i_3f`; None when the action cannot be carried by a link (1-64 of `A-Za-z0-9_-`)."""
    letter = DEEP_LINKS.get(action.route)
    if letter is None or not action.arguments:
        return None
    payload = "_".join((letter, *action.arguments))
    return (
        payload
        if len(payload) <= ACTION_BYTES and payload.replace("_", "").isalnum() and payload.isascii()
        else None
    )


def from_deep_link(payload: str) -> Action | None:
    """The action of a deep-link payload, or None when it is none of ours."""
    letter, *arguments = payload.split("_")
    routes = {short: route for route, short in DEEP_LINKS.items()}
    return (
        Action(routes[letter], tuple(arguments))
        if letter in routes and arguments and all(arguments)
        else None
    )


@dataclass(frozen=True, slots=True)
class Button:
    """A thing to press: exactly one of `action`, `url` and nothing (inert, keeps its place in a pager)."""

    label: str
    action: Action | None = None
    url: str | None = None
    style: ButtonStyle = "plain"
    toast: str | None = None  # what an inert button says when pressed
    name: str | None = None  # accessible name where the label is an emoji alone


@dataclass(frozen=True, slots=True)
class Option:
    """One line of a choice. `is_on` is its tick; None where the choice remembers nothing."""

    label: str
    action: Action
    description: str = ""
    is_on: bool | None = None


@dataclass(frozen=True, slots=True)
class Choice:
    """Some of several: a select on Discord, buttons `columns` a row on Telegram and the web.

    Options with ticks are each a switch of their own, unless the choice `is_single`: then one holds, and picking another
    replaces it.
    """

    prompt: str
    options: tuple[Option, ...]
    columns: int = 2
    is_single: bool = False

    @property
    def is_multiple(self) -> bool:
        """Whether any number may be on at once."""
        return not self.is_single and any(option.is_on is not None for option in self.options)


@dataclass(frozen=True, slots=True)
class Ask:
    """The next thing wanted from the person is words: a forced reply, a modal, a focused box.

    The typed text comes back as arguments' text of `action`'s route.
    """

    prompt: str
    placeholder: str
    action: Action


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture that exists, by the SHA-256 of its bytes; `width` and `height` in pixels, `size` in bytes."""

    sha: str
    mime: str
    width: int
    height: int
    size: int


@dataclass(frozen=True, slots=True)
class Passage:
    """A run of blocks that belongs together.

    `key` is the item's or section's stable key. `number` is the item's running number in the page. `action` opens it;
    `target` is the same for a choice by name. A `section` passage is kept with the passage after it. `count` is how
    many items follow under a section.
    """

    kind: PassageKind
    blocks: tuple[Block, ...]
    key: str = ""
    label: str = ""
    number: int | None = None
    count: int | None = None
    action: Action | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """One thing to show, in one language.

    `rows` are buttons of the whole page and stand under its last message; `choices` likewise. `pictures` tells for each
    image `src` of the blocks which picture it is; a `src` that is not in it is missing and becomes a placeholder.
    `accent` asks for colour where a platform has it. `title` is what a forum post or a browser tab is called;
    `categories` are the slugs under which a platform may file it. `shows` is the `series/key` of the issue it shows or
    leads into, for platforms that have a page of the whole issue.
    """

    passages: tuple[Passage, ...]
    rows: tuple[tuple[Button, ...], ...] = ()
    choices: tuple[Choice, ...] = ()
    pictures: Mapping[str, Picture] = field(default_factory=dict)
    language: str = "zh-Hans"
    title: str = ""
    categories: tuple[str, ...] = ()
    is_accented: bool = False
    is_silent: bool = False
    shows: str = ""

    def offered(self) -> frozenset[Action]:
        """What the page's own buttons and choices do; a passage's action among them needs no second button."""
        buttons = (button.action for row in self.rows for button in row)
        options = (option.action for choice in self.choices for option in choice.options)
        return frozenset(action for action in (*buttons, *options) if action is not None)


@dataclass(frozen=True, slots=True)
class File:
    """A file handed to a person."""

    name: str
    content: bytes
    mime: str


@dataclass(frozen=True, slots=True)
class Reply:
    """What a handler answers.

    A press replaces the message it sits on by `pages[0]` (`replaces=False` sends it anew); further pages are always new
    messages. `is_private`: only the person sees it where the platform can (Discord ephemeral). `toast` is a passing
    word without a message. `watch` is a campaign whose progress is to be shown by editing the message of `pages[0]`.
    """

    pages: tuple[Page, ...] = ()
    toast: str | None = None
    replaces: bool = True
    is_private: bool = True
    ask: Ask | None = None
    files: tuple[File, ...] = ()
    watch: int | None = None


def page(*blocks: Block, rows: tuple[tuple[Button, ...], ...] = (), language: str = "zh-Hans") -> Page:
    """A page of one body passage: what most commands answer."""
    return Page((Passage("body", blocks),), rows=rows, language=language)
