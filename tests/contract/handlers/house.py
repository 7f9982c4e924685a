"""A small installation on a real store in memory: two issues, one schedule, and people who type and press."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time

from digest.audience import Channel, ChannelKind, Place, PlatformName, Reader, Role
from digest.calendar import Schedule
from digest.document import Image, Link, Paragraph, Text, paragraph, plain
from digest.issue import Issue, Item, Section, Series
from digest.page import Action, Button, Page, Picture, Reply
from handlers.context import make_context
from handlers.dispatch import dispatch
from handlers.ports import IncomingFile, Meter, Publisher
from handlers.request import Request
from handlers.views.say import blocks_of
from storage.store import Store

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
MONDAYS = Schedule(frozenset({0}), (time(8, 30),), "Asia/Shanghai")
SERIES = {"weekly": Series("weekly", "周知周刊", aliases=(("chips", ("半导体",)),))}
PICTURE = Picture("a" * 64, "image/png", 640, 480, 1000)


@dataclass(frozen=True, slots=True)
class StoppedClock:
    at: datetime = NOW

    def now(self) -> datetime:
        return self.at


def item(key: str, title: str, *, picture: str = "") -> Item:
    body = (
        Paragraph((Text("第一句话。第二句话。"), Link("https://example.org/" + key, (Text("原文"),)))),
        *((Image(picture, "图"),) if picture else ()),
    )
    return Item(key, title, "heading", (Text(title),), body)


def issue(number: int, on: date, *, items: int = 3) -> Issue:
    models = tuple(
        item(f"m{n}", f"模型消息 {n}", picture="a.png" if n == 1 else "") for n in range(1, items + 1)
    )
    chips = (item("c1", "芯片消息"),)
    sections = (
        Section("models", "模型与能力", (Text("模型与能力"),), 2, "models", (), models),
        Section("chips", "芯片", (Text("芯片"),), 2, "chips", (), chips),
    )
    title = f"周知 第 {number} 期"
    return Issue(
        "weekly", f"w{number}", (title,), ((Text(title),),), number, on, "front matter", "zh-Hans",
        (paragraph("导语。"),), sections,
    )  # fmt: skip


async def add(store: Store, one: Issue, *, revision: str = "") -> int:
    saved = await store.issues.save(
        one,
        b"source",
        revision=revision or f"revision-{one.key}",
        base="",
        pictures={"a.png": PICTURE},
        now=NOW,
    )
    return saved.issue_id


@dataclass
class Person:
    """Somebody at one place; remembers what he was shown last, as his screen does."""

    store: Store
    channel: Channel
    reader: Reader
    role: Role = "reader"
    is_place_admin: bool = False
    name: str = "@lan"
    bots: dict[str, str] = field(default_factory=lambda: {"telegram": "zz_bot"})
    series: dict[str, Series] = field(default_factory=lambda: dict(SERIES))
    publisher: Publisher | None = None
    meter: Meter | None = None
    shown: Reply = field(default_factory=Reply)

    async def types(self, words: str) -> Reply:
        """`/command rest`, or bare words."""
        if words.startswith("/"):
            route, _, rest = words[1:].partition(" ")
            return await self._does(self._request(kind="command", route=route, text=rest))
        return await self._does(self._request(kind="text", text=words))

    async def hands_over(self, file: IncomingFile, words: str = "") -> Reply:
        """A file with a caption, sent into the chat."""
        return await self._does(self._request(kind="text", text=words, files=(file,)))

    async def presses(self, label: str) -> Reply:
        """The first button or option on the screen whose label holds these words."""
        return await self.sends(next(action for shown, action in actions(self.shown) if label in shown))

    async def sends(self, action: Action, text: str = "") -> Reply:
        decoded = Action.decode(action.encode())
        return await self._does(
            self._request(
                kind="action", route=decoded.route, arguments=decoded.arguments, text=text, pressed=not text
            )
        )

    def _request(self, **what: object) -> Request:
        base = Request(
            route="",
            platform=self.channel.place.platform,
            reader=self.reader,
            channel=self.channel,
            role=self.role,
            is_place_admin=self.is_place_admin,
            person=self.name,
        )
        return replace(base, **what)  # type: ignore[arg-type]  # the callers above name Request's own fields

    async def _does(self, request: Request) -> Reply:
        place = self.channel.place
        reader = await self.store.audience.reader(place.platform, self.name, now=NOW)
        self.channel = await self.store.audience.channel(place, self.channel.kind)
        self.reader = reader
        context = make_context(
            reader,
            store=self.store,
            clock=StoppedClock(),
            language="zh-Hans",
            time_zone="Asia/Shanghai",
            series=self.series,
            schedules={"weekly": MONDAYS},
            bots=self.bots,
            publisher=self.publisher,
            meter=self.meter,
        )
        request = replace(request, reader=reader, channel=self.channel)
        self.shown = await dispatch(request, context)
        return self.shown


async def somebody(
    store: Store,
    *,
    platform: PlatformName = "telegram",
    kind: ChannelKind = "private",
    name: str = "@lan",
    role: Role = "reader",
    is_place_admin: bool = False,
) -> Person:
    """A person in his private chat, or in a group or channel."""
    reader = await store.audience.reader(platform, name, now=NOW)
    address = f"{abs(hash((platform, kind, name))) % 10**9}"
    place = Place(platform, address if kind == "private" else f"-100{address}")
    channel = await store.audience.channel(place, kind, reader_id=reader.id if kind == "private" else None)
    return Person(store, channel, reader, role, is_place_admin, name)


def words(reply: Reply) -> str:
    """All that is said."""
    return "\n".join(plain(blocks_of(page)) for page in reply.pages)


def buttons(reply: Reply) -> Iterator[Button]:
    for page in reply.pages:
        for row in page.rows:
            yield from row


def actions(reply: Reply) -> Iterator[tuple[str, Action]]:
    """Everything that can be pressed, with its label."""
    for page in reply.pages:
        for row in page.rows:
            for button in row:
                if button.action is not None:
                    yield button.label, button.action
        for choice in page.choices:
            for option in choice.options:
                yield option.label, option.action


def lines(page: Page) -> int:
    return len(plain(blocks_of(page)).splitlines())
