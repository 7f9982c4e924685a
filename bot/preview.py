"""What exactly would be sent? An issue rendered for one platform and form, as the dispatcher would freeze it."""

import importlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Literal, Protocol, cast

from bot.platforms.base import Budget, Form, Message, Readback, Style
from bot.platforms.pictures import COVER_FROM
from bot.reading import Loaded
from digest.audience import Images, PlatformName
from digest.document import Image
from digest.page import Page, Passage, Picture
from storage.issues import StoredIssue

MODULES: Mapping[PlatformName, str] = {
    "telegram": "bot.platforms.telegram",
    "discord": "bot.platforms.discord",
    "web": "bot.platforms.web",
}


class _Render(Protocol):
    def render(self, page: Page, form: Form) -> tuple[Message, ...]: ...


class _Reader(Protocol):
    def readback(self, message: Message) -> Readback: ...


class _Meter(Protocol):
    def meter(self, message: Message) -> tuple[Budget, ...]: ...


Render = Callable[[Page, Form], tuple[Message, ...]]


@dataclass(frozen=True, slots=True)
class Cover:
    """The cover of one push: a drawn card, or what is shown of the issue's own pictures where a cover is.

    `is_head`: the card also stands above the text where every picture is under its item.
    """

    card: Picture | None = None
    images: Literal["cover", "on_request"] = "cover"
    is_head: bool = False

    def on(self, page: Page) -> Page:
        """The page with the card under its head; the page itself without one."""
        if self.card is None or not page.passages or page.passages[0].kind != "head":
            return page
        src = f"card:{self.card.sha}"
        head = _with_picture(page.passages[0], Image(src, page.title))
        pictures = {**page.pictures, src: self.card}
        return replace(page, passages=(head, *page.passages[1:]), pictures=pictures)


FIRST = Cover()


def _with_picture(head: Passage, picture: Image) -> Passage:
    return replace(head, blocks=(*head.blocks, picture))


@dataclass(frozen=True, slots=True)
class Looks:
    """The pure half of one platform: how pages become messages, and how these are read back and measured."""

    render: Render
    readback: Callable[[Message], Readback]
    meter: Callable[[Message], tuple[Budget, ...]]


def looks(platform: PlatformName) -> Looks:
    """Imported only when asked for; no platform library comes along."""
    module = MODULES[platform]
    render = cast("_Render", importlib.import_module(f"{module}.render"))
    reader = cast("_Reader", importlib.import_module(f"{module}.readback"))
    measure = cast("_Meter", importlib.import_module(f"{module}.meter"))
    return Looks(render.render, reader.readback, measure.meter)


@dataclass(frozen=True, slots=True)
class PurePlatform:
    """A platform that can only be looked at: it renders and never sends. What a dry run plans with."""

    name: PlatformName
    username: str | None = None

    def render(self, page: Page, form: Form) -> tuple[Message, ...]:
        return looks(self.name).render(page, form)

    async def style(self, wanted: Style) -> Style:
        return wanted if self.name == "telegram" else "classic"


def rendered(
    render: Render, page: Page, form: Form, cover: Cover = FIRST, images: Images | None = None
) -> tuple[Message, ...]:
    """The messages of a push. `images`: where somebody wants the pictures.

    Where nobody said it, they stand under their item; a private push that takes too many messages for them shows only
    the cover.
    """
    if images == "on_request":
        return render(page, replace(form, images=images))
    if images == "cover":
        return render(cover.on(page), replace(form, images=cover.images))
    messages = render(cover.on(page) if cover.is_head else page, form)
    is_long = sum(message.count for message in messages) > COVER_FROM
    if images is None and form.kind == "private" and is_long and page.pictures:
        return render(cover.on(page), replace(form, images=cover.images))
    return messages


def as_stored(loaded: Loaded) -> StoredIssue:
    """A file that is not stored, with its keys as they would be and ids counted through."""
    issue = loaded.issue
    assert issue is not None
    return StoredIssue(
        id=0,
        revision=loaded.revision,
        state="published",
        issue=issue,
        pictures=loaded.known_pictures,
        section_ids={section.key: number for number, section in enumerate(issue.sections, 1)},
        item_ids={item.key: number for number, item in enumerate(issue.items, 1)},
        base=loaded.file.base,
        appeared_at=datetime.now(UTC),
    )
