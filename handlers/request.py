"""What does a handler get to know? Who asked, where, what was typed or pressed, and the house around it."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Literal
from zoneinfo import ZoneInfo

from digest.audience import Channel, PlatformName, Reader, Role
from digest.calendar import day
from handlers.ports import IncomingFile

if TYPE_CHECKING:
    from collections.abc import Mapping

    from digest.calendar import Clock, Schedule
    from digest.issue import Series
    from handlers.ports import Meter, Publisher
    from handlers.texts import Texts
    from storage.store import Store


@dataclass(frozen=True, slots=True)
class Request:
    """One thing a person did.

    `route` is the command or action name; `text` what was typed after a command (or as the answer to an Ask);
    `arguments` the address a button carried. `channel` is where it happened; `is_place_admin` whether the person
    administers that place. `pressed` is True for buttons and selects. `person` is how the curator is called, for
    "started by". `files` were sent with it.
    """

    route: str
    platform: PlatformName
    reader: Reader
    channel: Channel
    role: Role
    text: str = ""
    arguments: tuple[str, ...] = ()
    pressed: bool = False
    is_place_admin: bool = False
    person: str = ""
    kind: Literal["command", "action", "text"] = "command"
    files: tuple[IncomingFile, ...] = ()


@dataclass(frozen=True, slots=True)
class Context:
    """What all handlers share; made per request by the dispatcher of handlers.

    `now` is the request's instant in UTC; `texts` speak the reader's language; `zone` is the reader's.
    `series` are the configured ones with their push schedule (None: on publishing or off); `archive_url` the public
    archive, when there is one. `bots` are the bots' user names by platform. `publisher`: None where none takes files;
    `meter`: None where nothing can be measured.
    """

    store: "Store"
    clock: "Clock"
    texts: "Texts"
    language: str
    zone: ZoneInfo
    now: datetime
    series: "Mapping[str, Series]"
    schedules: "Mapping[str, Schedule | None]"
    bots: "Mapping[str, str]"
    publisher: "Publisher | None" = None
    meter: "Meter | None" = None

    @property
    def today(self) -> date:
        """The reader's calendar day."""
        return day(self.now, self.zone)
