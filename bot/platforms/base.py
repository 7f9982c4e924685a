"""What is a platform to the rest of the bot? How pages become messages, and how a message leaves."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal, Protocol, runtime_checkable

from digest.audience import Channel, ChannelKind, Images, Overview, Place, PlatformName
from digest.delivery import Outcome
from digest.page import Page, Reply
from handlers.ports import IncomingFile

if TYPE_CHECKING:
    from storage.issues import StoredIssue

FormKind = Literal["private", "public", "forum", "embeds"]
Style = Literal["classic", "rich"]
Payload = Mapping[str, Any]
Lane = Literal["reply", "preview", "push"]
Budget = tuple[str, int, int]  # name, used, limit


@dataclass(frozen=True, slots=True)
class Form:
    """For whom and in which dress a page is rendered.

    `private` and `public` differ in buttons: a public post carries links into the private chat instead of actions
    (`bot`: the bot's user name for them; None leaves them out). `images`: under their item, or only a cover with a
    button that sends the rest. `roles`: ids of those that its first message wakes, where a platform has roles.
    """

    kind: FormKind = "private"
    style: Style = "classic"
    bot: str | None = None
    images: Images = "under_item"
    roles: tuple[str, ...] = ()
    overview: Overview = "auto"


@dataclass(frozen=True, slots=True)
class Message:
    """One call to the platform, exact but for the address.

    `method` is the platform's own name of the call (`sendMessage`, `POST /channels/{id}/messages`). `payload` is its
    body. `pictures` are the SHA-256 of the files it uploads, in the order of their attachment names. `count` is how
    many native messages it makes (an album of n makes n). `items` are the keys of the items it carries, in order.
    `omitted` says in words what could not be shown in this form. `categories` are the slugs a forum's post is filed under.
    """

    method: str
    payload: Payload
    pictures: tuple[str, ...] = ()
    count: int = 1
    items: tuple[str, ...] = ()
    omitted: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Parcel:
    """A frozen message on its way to one channel.

    `key` is stable for (campaign, channel, part), at most 25 characters: the idempotency key where a platform has one.
    `is_plain`: strip the markup before sending. `is_silent`: without a notification. `part` counts from 1 within the
    delivery: the first part of a delivery to a forum makes the post, later ones go into it. `head_id`: the message of
    the first part, where it is known.
    """

    channel: Channel
    message: Message
    key: str
    is_plain: bool = False
    is_silent: bool = False
    part: int = 1
    head_id: int | None = None


class Pictures(Protocol):
    """Where the bytes of pictures lie."""

    def read(self, sha: str) -> bytes:
        """The bytes of a stored picture. Raises NotFound."""
        ...


class Pace(Protocol):
    """Waits until a call may leave without passing a documented limit. Replies pass it here; pushes in the dispatcher."""

    def slot(self, place: Place, lane: Lane, messages: int = 1) -> AbstractAsyncContextManager[None]:
        """Entered when the call may leave, left when its answer is there (the slot is counted from the answer)."""
        ...

    def halt(self, place: Place | None, seconds: float) -> None:
        """The platform said 429: nothing leaves to this place (None: on this token) before the deadline."""
        ...


@dataclass(frozen=True, slots=True)
class Incoming:
    """One thing a person did on a platform, in neutral words.

    kind `command`: `route` is the name typed after `/`, `text` the rest. `action`: a button or select; `route` and
    `arguments` are the decoded `Action`. `answer`: words typed for an `Ask`, `route` and `arguments` are its action's,
    `text` the words. `text`: bare words in a private chat, and `files` sent there. `joined`/`left`: the bot was added to or lost a place, or a
    reader blocked it. `start` payloads come as command `start` with the payload as text.
    """

    platform: PlatformName
    kind: Literal["command", "action", "answer", "text", "joined", "left"]
    place: Place
    channel_kind: ChannelKind
    native_id: str  # the person's id on the platform
    person: str = ""  # how the person is called there
    language: str | None = None  # as the platform tells it, BCP 47
    route: str = ""
    text: str = ""
    arguments: tuple[str, ...] = ()
    is_place_admin: bool = False
    files: tuple[IncomingFile, ...] = ()


@dataclass(frozen=True, slots=True)
class Opened:
    """An issue that readers may see, for a page of its own. `series` is its series' title, `language` the house's."""

    stored: "StoredIssue"
    series: str
    language: str


class Front(Protocol):
    """The way from a platform to the handlers."""

    async def answer(self, incoming: Incoming) -> Reply:
        """What to say. Never raises: a failing handler becomes a sentence that says so."""
        ...

    async def complete(
        self, platform: PlatformName, route: str, option: str, typed: str
    ) -> Sequence[tuple[str, str]]:
        """Completions of a command's option as (label, value), from memory, at most 25."""
        ...

    async def watching(self, campaign_id: int, place: Place, message_id: int) -> None:
        """The progress message of `Reply.watch` now exists."""
        ...


class PageFront(Front, Protocol):
    """The way to the handlers from a platform that shows an issue as a page of its own."""

    async def issue(self, series: str, key: str) -> Opened:
        """The issue of this address. Raises NotFound("issue.unknown"), also while it is held, and Refused("issue.retracted")."""
        ...


class Renders(Protocol):
    """The pure half of a platform. `username`: the bot's own name there, once it is known."""

    @property
    def name(self) -> PlatformName: ...

    @property
    def username(self) -> str | None: ...

    def render(self, page: Page, form: Form) -> tuple[Message, ...]:
        """The exact messages of a page."""
        ...


@runtime_checkable
class Dressed(Protocol):
    """A platform with a style beside the classic one; those that say nothing of it have the classic one alone."""

    async def style(self, wanted: Style) -> Style:
        """The style in which a page can be shown now, where `wanted` was asked for."""
        ...


@runtime_checkable
class Crossposts(Protocol):
    """A platform whose announcement channels have followers elsewhere."""

    @property
    def name(self) -> PlatformName: ...

    async def crosspost(self, place: Place, message_id: int) -> Outcome:
        """Publish a message to them; done twice it is done once."""
        ...


class Platform(Renders, Protocol):
    """The running half of a platform, as the dispatcher and the composition root see it."""

    async def send(self, parcel: Parcel) -> Outcome:
        """One attempt, no retry inside that could double. Never raises for what a platform or network did."""
        ...

    async def edit(self, place: Place, message_id: int, message: Message) -> Outcome:
        """Replace a message's content. "Not modified" is Sent."""
        ...

    async def close(self) -> None:
        """Let connections go; for those who sent without `run`, and harmless after it."""
        ...

    async def run(self) -> None:
        """Receive what people do until cancelled; supervises itself and never raises for the network's sake."""
        ...

    @property
    def status(self) -> "Status": ...


@dataclass(frozen=True, slots=True)
class Status:
    """How a platform is. `state`: `starting`, `up`, `down` (comes back by itself), `off` (needs a person)."""

    state: Literal["starting", "up", "down", "off"]
    reason: str = ""
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Readback:
    """What a reader sees of a message, read back from its payload and never from the source."""

    text: str
    links: tuple[str, ...]
    images: tuple[str, ...]
    counts: Mapping[str, int] = field(default_factory=dict)
