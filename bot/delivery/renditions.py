"""Which exact parts does a variant have? Rendered once, frozen, and shared by every channel that wants the same."""

import asyncio
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol
from zoneinfo import ZoneInfo

from bot.platforms.base import Form, FormKind, Message, Renders, Style
from bot.preview import FIRST, Cover, rendered
from digest.audience import Channel, Images, Overview
from digest.calendar import day
from digest.delivery import RICH, Variant
from digest.page import Density
from handlers.texts import language_for, texts_for
from handlers.views.push import Selection, push_page
from storage.deliveries import FrozenPart
from storage.issues import StoredIssue
from storage.store import Store


@dataclass(frozen=True, slots=True)
class Wish:
    """What one channel gets of an issue: everything a payload depends on besides the issue itself."""

    platform: str
    form: FormKind
    density: Density
    language: str
    keys: tuple[str, ...]
    categories: tuple[str, ...] = ()  # names, for the line that says so; empty for everything
    unseen: int = 0
    is_silent: bool = False
    bot: str | None = None
    style: Style = "classic"
    roles: tuple[str, ...] = ()  # woken by the first message
    images: Images | None = None  # None: the default of the form
    overview: Overview = "auto"

    def variant(self, revision: str) -> Variant:
        chosen = hashlib.sha256("\n".join(self.keys).encode()).hexdigest()[:16]
        shown = f"images={self.images or 'auto'};overview={self.overview}"
        options = f"{shown};unseen={self.unseen};silent={int(self.is_silent)};by={len(self.categories)}"
        if self.roles:
            options += f";roles={','.join(self.roles)}"
        form = f"{self.form}{RICH}" if self.style == "rich" else self.form
        return Variant(revision, self.platform, form, self.density, self.language, chosen, options)


class Covers(Protocol):
    """Which covers pushes have."""

    def kind(self, series: str) -> str:
        """`first` where nothing else is configured; part of what makes two payloads differ."""
        ...

    def of(self, stored: StoredIssue, wish: Wish) -> Cover:
        """The cover of what one channel gets. Blocking."""
        ...


class FirstPicture:
    """The cover nobody asked for."""

    def kind(self, series: str) -> str:  # noqa: ARG002  the protocol's
        return "first"

    def of(self, stored: StoredIssue, wish: Wish) -> Cover:  # noqa: ARG002  the protocol's
        return FIRST


def form_of(channel: Channel) -> FormKind:
    """In which dress a channel is served."""
    if channel.is_private:
        return "private"
    if channel.kind == "forum":
        return "forum"
    return (
        "embeds" if channel.settings.style == "embeds" and channel.place.platform == "discord" else "public"
    )


class Renditions:
    """Freezes variants; remembers which it has seen so that a million channels cost a few hundred renderings."""

    def __init__(
        self, store: Store, default_language: str, zone: ZoneInfo, covers: Covers | None = None
    ) -> None:
        self._store = store
        self._covers = covers or FirstPicture()
        self._language = default_language
        self._zone = zone
        self._known: dict[Variant, tuple[int, int]] = {}

    def language(self, wanted: str | None) -> str:
        return language_for(wanted, self._language)

    async def get(self, platform: Renders, stored: StoredIssue, wish: Wish, now: datetime) -> tuple[int, int]:
        """The rendition's id and how many parts it has. Before a rich one the classic one beside it is frozen."""
        if wish.style == "rich":
            await self.get(platform, stored, replace(wish, style="classic"), now)
        variant = self._variant(stored, wish)
        known = self._known.get(variant)
        if known is not None:
            return known
        rendition_id = await self._store.deliveries.rendition(variant)
        if rendition_id is None:
            # a large issue takes seconds to pack: replies must not wait for it
            messages = await asyncio.to_thread(self._render, platform, stored, wish, now)
            parts = frozen(messages)
            rendition_id = await self._store.deliveries.freeze(variant, parts)
        count = len(await self._store.deliveries.parts(rendition_id))
        self._known[variant] = (rendition_id, count)
        return rendition_id, count

    def _variant(self, stored: StoredIssue, wish: Wish) -> Variant:
        variant = wish.variant(stored.revision)
        kind = self._covers.kind(stored.issue.series)
        return variant if kind == "first" else replace(variant, options=f"{variant.options};cover={kind}")

    def _render(
        self, platform: Renders, stored: StoredIssue, wish: Wish, now: datetime
    ) -> tuple[Message, ...]:
        everything = len(wish.keys) == len(stored.issue.items)
        page = push_page(
            stored,
            texts=texts_for(wish.language),
            today=day(now, self._zone),
            density=wish.density,
            selection=Selection(
                None if everything else frozenset(wish.keys),
                wish.categories,
                wish.unseen,
                is_private=wish.form == "private",
                is_rich=wish.style == "rich",
                is_post=wish.form == "forum",
            ),
            is_silent=wish.is_silent,
        )
        form = Form(wish.form, wish.style, bot=wish.bot, roles=wish.roles, overview=wish.overview)
        return rendered(platform.render, page, form, self._covers.of(stored, wish), wish.images)


def frozen(messages: Sequence[Message]) -> tuple[FrozenPart, ...]:
    """Messages as they are kept: the exact JSON of the call and its SHA-256. Parts count from 1."""
    return tuple(_frozen(n, message) for n, message in enumerate(messages, 1))


def _frozen(n: int, message: Message) -> FrozenPart:
    body = json.dumps(message.payload, ensure_ascii=False, separators=(",", ":"))
    filed = "".join(f"\n{slug}" for slug in message.categories)
    sha = hashlib.sha256(f"{message.method}\n{body}{filed}".encode()).hexdigest()
    return FrozenPart(
        n, message.method, body, message.pictures, message.count, message.items, sha, message.categories
    )


def thawed(part: FrozenPart) -> Message:
    """The message of a frozen part, equal to the one that was frozen."""
    body = json.loads(part.body)
    return Message(part.method, body, part.pictures, part.count, part.items, categories=part.categories)
