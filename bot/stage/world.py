"""What lies at the platforms themselves? The chats as their servers keep them: they outlive every life of the bot."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from bot.platforms.base import Message
from bot.platforms.web.stream import Bell
from bot.stage.look import Drawn, Look
from digest.audience import Place
from digest.calendar import Clock
from digest.page import File

FIRST_ID = {"telegram": 4_001, "discord": 1_442_000_000_000_000_000}  # as the real ones look
KEPT = 400  # bubbles a place keeps


@dataclass(frozen=True, slots=True)
class Bubble:
    """One message as a client shows it. `seq` grows with every change; `copies` counts sends of the same key."""

    id: int
    place: Place
    seq: int
    author: str
    drawn: Drawn
    at: str
    meter: tuple[tuple[str, int, int], ...] = ()
    method: str = ""
    message: Message | None = None
    viewer: str = ""  # the only person who sees it; empty: everybody there
    copies: int = 1
    file: File | None = None

    def as_json(self) -> dict[str, Any]:
        """As the page reads it; ids as text, since a browser's numbers are too small for Discord's."""
        return {
            "id": str(self.id),
            "place": str(self.place),
            "look": self.place.platform,
            "author": self.author,
            "at": self.at,
            "drawn": self.drawn,
            "meter": self.meter,
            "method": self.method,
            "viewer": self.viewer,
            "copies": self.copies,
            "file": self.file.name if self.file else None,
        }


@dataclass(slots=True)
class _Chat:
    bubbles: dict[int, Bubble] = field(default_factory=dict)
    keys: dict[str, tuple[int, ...]] = field(default_factory=dict)


class World:
    """All chats of both looks, and what changed in them in order."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._chats: dict[Place, _Chat] = {}
        self._next: dict[str, int] = dict(FIRST_ID)
        self._seq = 0
        self.bell = Bell()

    def deliver(
        self, look: Look, place: Place, message: Message, key: str = "", viewer: str = ""
    ) -> tuple[int, ...]:
        """Store a message; its native ids, as many as it makes. A known key is recognised where the platform does."""
        chat = self._chats.setdefault(place, _Chat())
        known = chat.keys.get(key, ()) if key else ()
        if known and look.knows_keys:
            return known
        ids = self._ids(place.platform, max(1, message.count))
        if known:
            # a platform without keys shows both; the first says so
            first = chat.bubbles.get(known[0])
            if first is not None:
                self._put(replace(first, copies=first.copies + 1))
        elif key:
            chat.keys[key] = ids
        self._put(self._bubble(look, place, ids[0], message, viewer))
        return ids

    def edit(self, look: Look, place: Place, message_id: int, message: Message) -> bool:
        """False when there is no such message."""
        old = self.find(place, message_id)
        if old is None:
            return False
        if old.message != message:
            self._put(self._bubble(look, place, message_id, message, old.viewer))
        return True

    def said(self, place: Place, person: str, words: str, viewer: str = "") -> int:
        """What a person typed."""
        (number,) = self._ids(place.platform, 1)
        drawn = {"words": words}
        self._put(Bubble(number, place, 0, person, drawn, self._clock.now().isoformat(), viewer=viewer))
        return number

    def hand_over(self, place: Place, file: File, viewer: str = "") -> int:
        (number,) = self._ids(place.platform, 1)
        drawn = {"file": file.name, "size": len(file.content)}
        at = self._clock.now().isoformat()
        self._put(Bubble(number, place, 0, "bot", drawn, at, viewer=viewer, file=file))
        return number

    def find(self, place: Place, message_id: int) -> Bubble | None:
        chat = self._chats.get(place)
        return chat.bubbles.get(message_id) if chat else None

    def bubbles(self, place: Place) -> Iterable[Bubble]:
        """Oldest first."""
        chat = self._chats.get(place)
        return sorted(chat.bubbles.values(), key=lambda one: one.id) if chat else ()

    def after(self, seq: int) -> list[Bubble]:
        """What changed after `seq`, in that order."""
        found = [one for chat in self._chats.values() for one in chat.bubbles.values() if one.seq > seq]
        return sorted(found, key=lambda one: one.seq)

    @property
    def seq(self) -> int:
        return self._seq

    def counts(self) -> Mapping[str, int]:
        """How many native messages each place has from the bot."""
        return {
            str(place): sum(one.message.count for one in chat.bubbles.values() if one.message is not None)
            for place, chat in self._chats.items()
        }

    def _bubble(self, look: Look, place: Place, number: int, message: Message, viewer: str) -> Bubble:
        return Bubble(
            number,
            place,
            0,
            "bot",
            look.draw(message),
            self._clock.now().isoformat(),
            tuple(look.meter(message)),
            message.method,
            message,
            viewer,
        )

    def _put(self, bubble: Bubble) -> None:
        self._seq += 1
        chat = self._chats.setdefault(bubble.place, _Chat())
        chat.bubbles[bubble.id] = replace(bubble, seq=self._seq)
        if len(chat.bubbles) > KEPT:
            del chat.bubbles[min(chat.bubbles)]
        self.bell.ring()

    def _ids(self, platform: str, count: int) -> tuple[int, ...]:
        first = self._next[platform]
        self._next[platform] = first + count
        return tuple(range(first, first + count))
