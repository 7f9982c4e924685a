"""Which keys can be set, and what may stand there? The settings model (cli.md, "Configuration")."""

import re
from datetime import time, timedelta
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, SecretStr, field_validator

from digest.audience import ChannelKind, Place
from digest.calendar import WEEKDAYS, Schedule
from digest.issue import Series
from handlers.texts import LANGUAGES

DAY_WORDS = {"daily": frozenset(range(7)), "weekdays": frozenset(range(5))}
_DURATION = re.compile(r"(\d+)\s*([smhd])")
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86_400}


def _zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError):
        raise ValueError(
            f"no time zone {value!r}; write a name such as Asia/Shanghai or Europe/Berlin"
        ) from None
    return value


def _wall_time(value: object) -> object:
    if isinstance(value, str):
        try:
            return time.fromisoformat(value)
        except ValueError:
            raise ValueError(f"no wall time {value!r}; write hours and minutes such as 08:30") from None
    return value


def _duration(value: object) -> object:
    if isinstance(value, str):
        found = _DURATION.fullmatch(value.strip())
        if not found:
            raise ValueError(f"no duration {value!r}; write a number and s, m, h or d, such as 24h")
        return timedelta(seconds=int(found[1]) * _SECONDS[found[2]])
    return value


def _place(value: str) -> str:
    try:
        Place.parse(value)
    except ValueError:
        raise ValueError(
            f"no place {value!r}; write platform:address, such as telegram:-100123:7 or discord:123456789"
        ) from None
    return value


def _language(value: str) -> str:
    if value not in LANGUAGES:
        raise ValueError(f"no language {value!r}; there are: {', '.join(LANGUAGES)}")
    return value


def _days(value: object) -> object:
    if isinstance(value, str):
        if value in DAY_WORDS:
            return sorted(DAY_WORDS[value])
        value = [value]
    if isinstance(value, list):
        found: set[int] = set()
        for day in value:
            if day in DAY_WORDS:
                found |= DAY_WORDS[day]
            elif day in WEEKDAYS:
                found.add(WEEKDAYS.index(day))
            else:
                raise ValueError(f"no day {day!r}; write {', '.join(WEEKDAYS)}, daily or weekdays")
        return sorted(found)
    return value


def _several(value: object) -> object:
    return value if isinstance(value, list) else [value]


Zone = Annotated[str, AfterValidator(_zone)]
WallTime = Annotated[time, BeforeValidator(_wall_time)]
Duration = Annotated[timedelta, BeforeValidator(_duration)]
PlaceText = Annotated[str, AfterValidator(_place)]
Language = Annotated[str, AfterValidator(_language)]


class Table(BaseModel):
    """A table of the file. An unknown key is a mistake, not a comment."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class PushRule(Table):
    """When a series is pushed."""

    days: Annotated[list[int], BeforeValidator(_days), Field(min_length=1)]
    at: Annotated[list[WallTime], BeforeValidator(_several), Field(min_length=1)]
    zone: Zone | None = None
    catch_up: Duration = timedelta(hours=24)

    def schedule(self, zone: str) -> Schedule:
        return Schedule(frozenset(self.days), tuple(sorted(self.at)), self.zone or zone, self.catch_up)


class SourceEntry(Table):
    """Where issues of a series are loaded from."""

    kind: Literal["folder"]
    path: Path
    glob: list[str] = ["*.md", "*.markdown"]


class SeriesEntry(Table):
    """One digest."""

    key: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,31}$")]
    title: Annotated[str, Field(min_length=1)]
    push: PushRule | Literal["on_publish", "off"] = "off"
    push_backlog: bool = True
    image_hosts: list[str] = []
    sources: list[SourceEntry] = []
    profile: dict[str, Any] = {}

    @field_validator("push", mode="before")
    @classmethod
    def _push_word(cls, value: object) -> object:
        if isinstance(value, str) and value not in ("on_publish", "off"):
            raise ValueError(
                f'no push {value!r}; write "on_publish", "off" or {{ days = ["mon"], at = "08:30", zone = "Asia/Shanghai" }}'
            )
        return value


class StorageTable(Table):
    url: str = ""


class SearchTable(Table):
    synonyms: str = ""


class DeliverySettings(Table):
    """How the sender works (delivery.md §6, §10, §11). Times in seconds."""

    lease_s: Annotated[float, Field(gt=0)] = 15
    probe_wait_s: Annotated[float, Field(ge=0)] = 30
    tick_s: Annotated[float, Field(gt=0)] = 20
    unknown: Literal["resend", "hold"] = (
        "resend"  # Telegram's parts in doubt; Discord settles its own by nonce
    )


class DeskSettings(Table):
    """Who may broadcast."""

    publishers: list[PlaceText] = []
    editors: list[PlaceText] = []
    four_eyes: bool = False


class TelegramTable(Table):
    """Telegram's table; absent, the platform is off (telegram.md §3)."""

    token: SecretStr
    api_base: str = "https://api.telegram.org"
    file_base: str = ""  # default: api_base
    username: str = ""  # default: asked by getMe
    rate_all: Annotated[float, Field(gt=0, le=30)] = 30  # messages a second of this token
    rate_group: Annotated[float, Field(gt=0, le=20)] = 20  # messages a minute in one group or channel

    @field_validator("token")
    @classmethod
    def _given(cls, value: SecretStr) -> SecretStr:
        return _given_token(value, "the one @BotFather gave you")


class DiscordTable(Table):
    """Discord's table; absent, the platform is off (discord.md §3)."""

    token: SecretStr
    api_base: str = "https://discord.com/api/v10"
    gateway_url: str = "wss://gateway.discord.gg/"
    cdn_base: str = "https://cdn.discordapp.com"
    application_id: int | None = None
    sync_commands: Literal["changed", "always", "never"] = "changed"
    guild: int | None = None
    global_rate: Annotated[float, Field(gt=0, le=45)] = 45  # requests a second

    @field_validator("token")
    @classmethod
    def _given(cls, value: SecretStr) -> SecretStr:
        return _given_token(value, "the bot's token from Discord's developer portal")


def _given_token(value: SecretStr, which: str) -> SecretStr:
    if not value.get_secret_value().strip():
        raise ValueError(f"the token is empty; write {which}, or remove the table to switch the platform off")
    return value


class WebTable(Table):
    """Where the demo and the web platform listen."""

    listen: str = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65_535)] = 8421


class ChannelEntry(Table):
    """A place that is subscribed at start; the fields of `subscribers import`."""

    address: PlaceText
    kind: ChannelKind | None = None
    language: Language | None = None
    time_zone: Zone | None = None
    series: str
    categories: Literal["all"] | list[str] = "all"


class Settings(Table):
    """The whole file."""

    language: Language = "zh-Hans"
    time_zone: Zone = "Asia/Shanghai"
    data: Path = Path("data")
    storage: StorageTable = StorageTable()
    series: list[SeriesEntry] = []
    categories: dict[str, list[str]] = {}
    search: SearchTable = SearchTable()
    delivery: DeliverySettings = DeliverySettings()
    desk: DeskSettings = DeskSettings()
    telegram: TelegramTable | None = None
    discord: DiscordTable | None = None
    web: WebTable = WebTable()
    channels: list[ChannelEntry] = []

    @field_validator("series")
    @classmethod
    def _keys_differ(cls, value: list[SeriesEntry]) -> list[SeriesEntry]:
        keys = [entry.key for entry in value]
        doubled = sorted({key for key in keys if keys.count(key) > 1})
        if doubled:
            raise ValueError(f"series key used twice: {', '.join(doubled)}; give each series its own key")
        return value

    def known_series(self) -> dict[str, Series]:
        """Every configured series as the rest of the house knows it."""
        aliases = tuple((slug, tuple(titles)) for slug, titles in self.categories.items())
        return {
            entry.key: Series(entry.key, entry.title, self._zone_of(entry), aliases) for entry in self.series
        }

    def schedules(self) -> dict[str, Schedule | None]:
        """The default schedule of each series; None when it is pushed on publishing or not at all."""
        return {
            entry.key: entry.push.schedule(self.time_zone) if isinstance(entry.push, PushRule) else None
            for entry in self.series
        }

    def _zone_of(self, entry: SeriesEntry) -> str:
        zone = entry.push.zone if isinstance(entry.push, PushRule) else None
        return zone or self.time_zone
