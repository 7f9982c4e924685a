"""Which keys can be set, and what may stand there? The settings model (cli.md, "Configuration")."""

import re
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, Field, SecretStr, field_validator

from bot.config.fields import (
    STRICT,
    Duration,
    Language,
    PersonText,
    PlaceText,
    RoleId,
    TagName,
    WallTime,
    Zone,
    days,
    several,
)
from bot.config.hooks import HooksTable
from bot.config.parsing import ParsingTable
from bot.config.profile import ProfileTable
from bot.config.sources import SourceEntry
from digest.audience import ChannelKind, Images, Overview
from digest.calendar import Schedule
from digest.issue import Series
from digest.page import Density


class Table(BaseModel):
    """A table of the file."""

    model_config = STRICT


class PushRule(Table):
    """When a series is pushed."""

    days: Annotated[list[int], BeforeValidator(days), Field(min_length=1)]
    """`mon` … `sun`, `daily` or `weekdays`; one or a list."""
    at: Annotated[list[WallTime], BeforeValidator(several), Field(min_length=1)]
    """Wall time such as `08:30`; one or a list."""
    zone: Zone | None = None
    """IANA name; the file's `time_zone` when absent."""
    catch_up: Duration = timedelta(hours=24)
    """How late a missed slot may still be pushed: `24h`, `90m`."""

    def schedule(self, zone: str) -> Schedule:
        return Schedule(frozenset(self.days), tuple(sorted(self.at)), self.zone or zone, self.catch_up)


CoverKind = Literal["first", "card", "none"]


class SeriesEntry(Table):
    """One digest."""

    key: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,31}$")]
    """Short name in addresses and commands: `a-z 0-9 -`."""
    title: Annotated[str, Field(min_length=1)]
    """How readers see it."""
    push: PushRule | Literal["on_publish", "off"] = "off"
    """A table with days and times, `"on_publish"` or `"off"`."""
    push_backlog: bool = True
    """`false`: the first slot after a first sync waits for a newer issue."""
    image_hosts: list[str] = []
    """Hosts that remote pictures may come from; none: they are delivered as links."""
    cover: CoverKind = "first"
    """What stands before a push too long for all its pictures: the `first` of them, a drawn `card` (above Discord's posts too), or `none`."""
    sources: list[SourceEntry] = []
    """Where its issues are loaded from."""
    profile: ProfileTable = ProfileTable()
    """Reading hints for issues of an unusual shape."""

    def secrets(self) -> tuple[str, ...]:
        """Passwords that stand in addresses of sources."""
        return tuple(secret for source in self.sources for secret in source.secrets())

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
    """Database address; SQLite under `data` when empty."""


class SearchTable(Table):
    synonyms: str = ""
    """A file of words that mean the same, one group a line."""


class DeliverySettings(Table):
    """How the sender works (delivery.md §6, §10, §11). Times in seconds."""

    lease_s: Annotated[float, Field(gt=0)] = 15
    """How long the right to send is held without renewal, in seconds."""
    probe_wait_s: Annotated[float, Field(ge=0)] = 30
    """How long a part in doubt is waited for, in seconds."""
    tick_s: Annotated[float, Field(gt=0)] = 20
    """How often the clock wakes, in seconds."""
    unknown: Literal["resend", "hold"] = "resend"
    """Telegram's parts in doubt: `resend` (may double what was in flight) or `hold` (waits for a curator)."""


class DeskSettings(Table):
    """Who may broadcast."""

    publishers: list[PersonText] = []
    """People who may broadcast: `telegram:123456`, `discord:987654`."""
    editors: list[PersonText] = []
    """People who may prepare one."""
    four_eyes: bool = False
    """A second publisher approves."""


class TelegramTable(Table):
    """Telegram's table; absent, the platform is off (telegram.md §3)."""

    token: SecretStr
    """The bot's token from @BotFather."""
    api_base: str = "https://api.telegram.org"
    """Address of the Bot API server."""
    file_base: str = ""
    """Address of its files; `api_base` when empty."""
    username: str = ""
    """The bot's name; asked for when empty."""
    rate_all: Annotated[float, Field(gt=0, le=30)] = 30
    """Messages a second of this bot, at most 30."""
    rate_group: Annotated[float, Field(gt=0, le=20)] = 20
    """Messages a minute in one group or channel, at most 20."""

    @field_validator("token")
    @classmethod
    def _given(cls, value: SecretStr) -> SecretStr:
        given = _given_token(value, "the one @BotFather gave you")
        if not re.fullmatch(r"\d+:[\w-]+", given.get_secret_value(), re.ASCII):
            raise ValueError(
                "no token of Telegram; write the one @BotFather gave you whole: digits, a colon, letters and digits"
            )
        return given


class DiscordTable(Table):
    """Discord's table; absent, the platform is off (discord.md §3)."""

    token: SecretStr
    """The bot's token from Discord's developer portal."""
    api_base: str = "https://discord.com/api/v10"
    """Address of the API, `/api/v10` included."""
    gateway_url: str = "wss://gateway.discord.gg/"
    """Address of the gateway."""
    cdn_base: str = "https://cdn.discordapp.com"
    """Address of the CDN."""
    application_id: int | None = None
    """The application's id; asked for when absent."""
    sync_commands: Literal["changed", "always", "never"] = "changed"
    """`changed`, `always` or `never`."""
    guild: int | None = None
    """A server that gets the commands at once, for development."""
    global_rate: Annotated[float, Field(gt=0, le=45)] = 45
    """Requests a second, at most 45."""

    @field_validator("token")
    @classmethod
    def _given(cls, value: SecretStr) -> SecretStr:
        return _given_token(value, "the bot's token from Discord's developer portal")


def _given_token(value: SecretStr, which: str) -> SecretStr:
    if not value.get_secret_value().strip():
        raise ValueError(f"the token is empty; write {which}, or remove the table to switch the platform off")
    return value


class WebTable(Table):
    """The web platform's table; absent, `run` serves no web chat (the demo always does)."""

    listen: str = "127.0.0.1"
    """Address the chat page listens on."""
    port: Annotated[int, Field(ge=0, le=65_535)] = 8421
    """Its port; 0 picks a free one."""


class ChannelEntry(Table):
    """A place that is subscribed at start; the fields of `subscribers import`."""

    address: PlaceText
    """`platform:address`, such as `telegram:-100123:7`."""
    kind: ChannelKind | None = None
    """`private`, `group`, `topic`, `channel`, `text`, `announcement`, `forum`, `thread`; guessed from the address when absent."""
    language: Language | None = None
    """`zh-Hans` or `en`."""
    time_zone: Zone | None = None
    """IANA name; of the times that are shown and chosen there."""
    series: str
    """Key of the series."""
    categories: Literal["all"] | list[str] = "all"
    """`"all"` or a list of slugs."""
    render: Literal["classic", "rich", "components", "embeds"] = "classic"
    """`rich`: the whole issue in one message, for a Telegram channel or group whose readers' apps show it. `embeds`: for a Discord channel that wants them in place of `components`, which is `classic` there."""
    density: Density | None = None
    """How much of an issue goes there: `headlines`, `brief` or `full`; kept as it is when absent, and `full` at first. Like the two below, a reader chooses his own."""
    images: Images | None = None
    """Where its pictures are: `under_item`, `cover` (one, the others behind a button) or `on_request`; kept as it is when absent, and `under_item` at first."""
    overview: Overview | None = None
    """Whether a full issue begins with the names of its sections: `auto` (where that costs no message, or in a long one), `always` or `never`; kept as it is when absent."""
    crosspost: bool | None = None
    """`true`: the first message of each issue is published to those who follow a Discord announcement channel; kept as it is when absent."""
    role: RoleId | None = None
    """Id of a Discord role that each issue wakes, once; `""` for none, kept as it is when absent."""
    role_mentions: dict[str, RoleId] | None = None
    """Slug = id of a Discord role that is woken by issues with that category; kept as it is when absent."""
    tag: TagName | None = None
    """Name or id of the tag of a Discord forum's posts that no other one fits; kept as it is when absent."""
    tags: dict[str, TagName] | None = None
    """Slug = name or id of the forum's tag for that category, where their names differ; kept as it is when absent."""


class Settings(Table):
    """The whole file."""

    language: Language = "zh-Hans"
    """Of texts nobody chose for himself: `zh-Hans` or `en`."""
    time_zone: Zone = "Asia/Shanghai"
    """IANA name; of times nobody chose a zone for."""
    data: Path = Path("data")
    """Folder of the database, the pictures, the copies of sources and the lock; a copy goes when its source has been out of this file for 30 days."""
    storage: StorageTable = StorageTable()
    series: list[SeriesEntry] = []
    categories: dict[str, list[str]] = {}
    """Slug = section titles that mean it, for all series."""
    search: SearchTable = SearchTable()
    parsing: ParsingTable = ParsingTable()
    delivery: DeliverySettings = DeliverySettings()
    desk: DeskSettings = DeskSettings()
    telegram: TelegramTable | None = None
    discord: DiscordTable | None = None
    web: WebTable | None = None
    hooks: HooksTable = HooksTable()
    channels: list[ChannelEntry] = []

    def known_series(self) -> dict[str, Series]:
        """Every configured series as the rest of the house knows it."""
        aliases = tuple((slug, tuple(titles)) for slug, titles in self.categories.items())
        return {
            entry.key: Series(
                entry.key,
                entry.title,
                self._zone_of(entry),
                aliases,
                entry.profile.profile(),
                tuple(entry.image_hosts),
            )
            for entry in self.series
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
