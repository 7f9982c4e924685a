"""How does what a person did reach the handlers? Neutral events find their reader, channel and role, and get a reply."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import structlog

from bot.measuring import Measuring
from bot.platforms.base import Incoming, Opened, Renders
from digest.audience import Channel, Place, PlatformName, Reader, Role
from digest.calendar import Clock, Schedule
from digest.errors import NotFound, Refused
from digest.issue import Series
from digest.page import Page, Reply
from handlers.context import make_context
from handlers.dispatch import dispatch
from handlers.ports import Publisher
from handlers.request import Context, Request
from handlers.texts import language_for, texts_for
from handlers.views.say import say
from storage.store import Store

log = structlog.get_logger(__name__)


class House:
    """The way from every platform to the handlers; a `bot.platforms.base.PageFront`."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        *,
        language: str,
        time_zone: str,
        series: Mapping[str, Series],
        schedules: Mapping[str, Schedule | None],
        curators: Mapping[Place, Role],
        wake: Callable[[], None] = lambda: None,
    ) -> None:
        self._store = store
        self._clock = clock
        self._language = language
        self._time_zone = time_zone
        self._series = series
        self._schedules = schedules
        self._curators = curators
        self._wake = wake
        self.publisher: Publisher | None = None
        self.platforms: Mapping[str, Renders] = {}  # by name; each knows what its bot is called there

    async def answer(self, incoming: Incoming) -> Reply:
        try:
            match incoming.kind:
                case "left":
                    await self._left(incoming)
                    return Reply()
                case "joined":
                    return await self._joined(incoming)
                case "command" | "action" | "answer" | "text":
                    return await self._respond(incoming)
        except Exception:
            # storage itself failed: nothing was read, the person still gets a sentence
            log.exception("front.failed", platform=incoming.platform, route=incoming.route)
            texts = texts_for(language_for(incoming.language, self._language))
            return Reply((_sentence(texts.language, texts("common.failed")),), replaces=False)

    async def _respond(self, incoming: Incoming) -> Reply:
        reader, channel = await self._known(incoming)
        request = self._request(incoming, reader, channel)
        reply = await dispatch(request, self._context(reader, channel))
        self._wake()
        return reply

    async def _known(self, incoming: Incoming) -> tuple[Reader, Channel]:
        guess = language_for(incoming.language, self._language) if incoming.language else None
        reader = await self._store.audience.reader(
            incoming.platform, incoming.native_id, now=self._clock.now(), language=guess
        )
        is_private = incoming.channel_kind == "private"
        channel = await self._store.audience.channel(
            incoming.place, incoming.channel_kind, reader_id=reader.id if is_private else None
        )
        return reader, channel

    def _request(self, incoming: Incoming, reader: Reader, channel: Channel) -> Request:
        kind = "action" if incoming.kind == "answer" else incoming.kind
        return Request(
            route=incoming.route,
            platform=incoming.platform,
            reader=reader,
            channel=channel,
            role=self._curators.get(Place(incoming.platform, incoming.native_id), "reader"),
            text=incoming.text,
            arguments=incoming.arguments,
            pressed=incoming.kind == "action",
            is_place_admin=incoming.is_place_admin,
            person=incoming.person,
            files=incoming.files,
            kind="text" if kind == "text" else "action" if kind == "action" else "command",
        )

    def _context(self, reader: Reader, channel: Channel) -> Context:
        spoken = reader
        if not channel.is_private:
            # a group or server channel speaks its own language and tells its own time when it has chosen one
            own = channel.settings
            spoken = replace(reader, language=own.language or reader.language, zone=own.zone or reader.zone)
        return make_context(
            spoken,
            store=self._store,
            clock=self._clock,
            language=self._language,
            time_zone=self._time_zone,
            series=self._series,
            schedules=self._schedules,
            bots={name: one.username for name, one in self.platforms.items() if one.username},
            publisher=self.publisher,
            meter=Measuring(self.platforms),
        )

    async def _left(self, incoming: Incoming) -> None:
        """The bot was removed or blocked: the channel sleeps, its subscriptions are kept."""
        channel = await self._store.audience.find(incoming.place)
        if channel is not None:
            await self._store.audience.set_state(channel.id, "gone")

    async def _joined(self, incoming: Incoming) -> Reply:
        """The bot is in a place: one it knew wakes up, a new one is greeted. Nothing is pushed before an admin taps."""
        channel = await self._store.audience.find(incoming.place)
        if channel is not None:
            if channel.state != "active":
                await self._store.audience.set_state(channel.id, "active")
            return Reply()
        return await self._respond(replace(incoming, kind="action", route="joined"))

    async def complete(
        self, platform: PlatformName, route: str, option: str, typed: str
    ) -> Sequence[tuple[str, str]]:
        """Completions from memory: titles for a search, issues and categories for the others."""
        del platform
        if route == "search":
            return [(title, title) for title, _ in await self._store.search.titles(typed, 25)]
        if option in ("issue", "n"):
            lines = await self._store.issues.lines(limit=200)
            named = [
                (
                    f"#{line.number} · {line.title}" if line.number else line.title,
                    str(line.number or line.published_on or line.key),
                )
                for line in lines
            ]
            return [pair for pair in named if typed.casefold() in pair[0].casefold()][:25]
        if option == "category":
            categories = await self._store.issues.categories()
            return [(one.name, one.name) for _, one in categories if typed.casefold() in one.name.casefold()][
                :25
            ]
        return []

    async def issue(self, series: str, key: str) -> Opened:
        stored = await self._store.issues.by_key(key, series)
        if stored.state == "retracted":
            raise Refused("issue.retracted", name=stored.issue.title)
        if stored.state != "published":
            raise NotFound("issue.unknown", name=key)
        known = self._series.get(stored.issue.series)
        return Opened(stored, known.title if known else stored.issue.series, self._language)

    async def watching(self, campaign_id: int, place: Place, message_id: int) -> None:
        await self._store.deliveries.watch(campaign_id, place, message_id)


def _sentence(language: str, words: str) -> Page:
    return say(texts_for(language), words)
