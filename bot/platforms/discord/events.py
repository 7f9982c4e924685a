"""What did a person do on Discord? Interactions of the library become neutral events.

Buttons are read from their `custom_id` alone, so they work at any age and after every restart; no view of the library
is ever made. A multiple choice tells what is ticked now: what was toggled is found against the ticks it was shown with.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, Protocol

import discord
import structlog

from bot.platforms.base import Incoming
from bot.platforms.discord.bodies import ASKING
from bot.platforms.discord.controls import decode
from bot.platforms.discord.settings import DiscordSettings
from digest.audience import ChannelKind, Place
from digest.page import Action

KINDS: Mapping[discord.ChannelType, ChannelKind] = {
    discord.ChannelType.private: "private",
    discord.ChannelType.news: "announcement",
    discord.ChannelType.forum: "forum",
    discord.ChannelType.media: "forum",
    discord.ChannelType.news_thread: "thread",
    discord.ChannelType.public_thread: "thread",
    discord.ChannelType.private_thread: "thread",
}
ATTACHMENT: Final = discord.AppCommandOptionType.attachment.value
# so many reconnects in so many seconds: the library has no pause of its own for them
RESTLESS: Final = (10, 60.0)
log = structlog.get_logger(__name__)
Order = Mapping[str, tuple[str, ...]]  # the options of each command as they are declared


@dataclass(frozen=True, slots=True)
class Spoken:
    """One interaction: by these it is answered. `heard_at`: the loop's time at which it came."""

    id: int
    application_id: int
    token: str
    heard_at: float
    language: str


@dataclass(frozen=True, slots=True)
class Attached:
    """A file that was given with a command; `size` in bytes, as Discord tells it."""

    url: str
    name: str
    size: int


@dataclass(frozen=True, slots=True)
class Heard:
    """Something to be answered by the handlers; several when a multiple choice toggled several.

    `is_in_place`: the pressed message is the person's own (ephemeral, or in a private chat) and may be replaced.
    `was_v2`: it was made of components. `is_company`: others can read here, so answers are for the one person.
    `attached`: a file came with it.
    """

    spoken: Spoken
    incoming: tuple[Incoming, ...]
    is_in_place: bool = False
    was_v2: bool = False
    is_company: bool = True
    attached: Attached | None = None


@dataclass(frozen=True, slots=True)
class Completing:
    """Somebody is typing an option of a command."""

    spoken: Spoken
    route: str
    option: str
    typed: str


@dataclass(frozen=True, slots=True)
class Asking:
    """The button of a question was pressed: its modal is to be opened."""

    spoken: Spoken
    action: str
    prompt: str
    placeholder: str


@dataclass(frozen=True, slots=True)
class Idle:
    """Something was pressed that means nothing (no tick was changed)."""

    spoken: Spoken


Event = Heard | Completing | Asking | Idle


def event_of(interaction: discord.Interaction[Any], order: Order, now: float) -> Event | None:
    """None for what is none of ours (context menus, pings). Raises for a payload that cannot be read."""
    data: Mapping[str, Any] = interaction.data or {}
    spoken = Spoken(
        interaction.id, interaction.application_id, interaction.token, now, str(interaction.locale.value)
    )
    match interaction.type:
        case discord.InteractionType.application_command if data.get("type", 1) == 1:
            text = " ".join(_words(data, order))
            heard = _heard(
                interaction, spoken, [_incoming(interaction, "command", Action(data["name"]), text)]
            )
            return replace(heard, attached=_attached(data))
        case discord.InteractionType.autocomplete:
            return _completing(spoken, data)
        case discord.InteractionType.component:
            return _pressed(interaction, spoken, data)
        case discord.InteractionType.modal_submit:
            words = " ".join(_typed(data.get("components", ())))
            action = decode(data["custom_id"])
            return _heard(interaction, spoken, [_incoming(interaction, "answer", action, words)])
        case _:
            return None


def place_of(channel: discord.abc.GuildChannel | discord.Thread) -> tuple[Place, ChannelKind]:
    return Place("discord", str(channel.id)), KINDS.get(channel.type, "text")


def channels_of(guild: discord.Guild) -> Iterator[tuple[Place, ChannelKind]]:
    """Every place of a server that can receive messages, as far as it is known."""
    for channel in (*guild.channels, *guild.threads):
        if not isinstance(channel, discord.CategoryChannel):
            yield place_of(channel)


def greeting_place(guild: discord.Guild) -> tuple[Place, ChannelKind] | None:
    """Where a bot introduces itself: the channel for system messages, else the first text channel."""
    channel = guild.system_channel or next(iter(guild.text_channels), None)
    return place_of(channel) if channel else None


def arrival(guild: discord.Guild) -> Incoming | None:
    """The bot was added to a server; told of the one place where it may introduce itself."""
    found = greeting_place(guild)
    if found is None:
        return None
    place, kind = found
    language = str(guild.preferred_locale.value)
    return Incoming(
        "discord",
        "joined",
        place,
        kind,
        str(guild.owner_id or guild.id),
        language=language,
        is_place_admin=True,
    )


def departure(place: Place, kind: ChannelKind, native_id: int) -> Incoming:
    """A place was lost: the bot was removed, or the channel deleted."""
    return Incoming("discord", "left", place, kind, str(native_id))


def _heard(interaction: discord.Interaction[Any], spoken: Spoken, incoming: Iterable[Incoming]) -> Heard:
    kind = _kind(interaction)
    message = interaction.message
    return Heard(
        spoken,
        tuple(incoming),
        is_in_place=message is not None and (message.flags.ephemeral or kind == "private"),
        was_v2=message is not None and message.flags.components_v2,
        is_company=kind != "private",
    )


def _pressed(interaction: discord.Interaction[Any], spoken: Spoken, data: Mapping[str, Any]) -> Event:
    custom_id, values = str(data["custom_id"]), [str(value) for value in data.get("values", ())]
    kind, _, rest = custom_id.partition(":")
    if kind == ASKING and rest:
        message = interaction.message
        prompt = message.content if message else ""
        return Asking(spoken, rest, prompt, _label_of(interaction, custom_id))
    if kind == "select" and rest.isdecimal():
        actions = [decode(value) for value in values]
    elif kind == "multi" and rest.isdecimal():
        actions = [decode(value) for value in _toggled(interaction, custom_id, values)]
    else:
        # a choice of channels, roles or people carries its action itself and their ids as further arguments
        action = decode(custom_id)
        actions = [Action(action.route, (*action.arguments, *values))]
    if not actions:
        return Idle(spoken)
    return _heard(interaction, spoken, (_incoming(interaction, "action", action) for action in actions))


def _toggled(interaction: discord.Interaction[Any], custom_id: str, chosen: list[str]) -> list[str]:
    """What is ticked otherwise than it was shown, in the order of the options, new ticks first.

    One line swapped for another is never a moment without any: a place with no category left loses its settings.
    """
    for component in _components(interaction):
        if isinstance(component, discord.SelectMenu) and component.custom_id == custom_id:
            turned = [one for one in component.options if one.default != (one.value in chosen)]
            return [one.value for one in sorted(turned, key=lambda one: one.default)]
    return chosen


def _label_of(interaction: discord.Interaction[Any], custom_id: str) -> str:
    for component in _components(interaction):
        if isinstance(component, discord.Button) and component.custom_id == custom_id:
            return (component.label or "").lstrip("✏️").strip()
    return ""


def _components(interaction: discord.Interaction[Any]) -> Iterator[Any]:
    waiting: list[Any] = list(interaction.message.components) if interaction.message else []
    while waiting:
        component = waiting.pop(0)
        yield component
        waiting = [*getattr(component, "children", ()), *waiting]


def _completing(spoken: Spoken, data: Mapping[str, Any]) -> Completing | None:
    for option in data.get("options", ()):
        if option.get("focused"):
            return Completing(spoken, data["name"], option["name"], str(option.get("value", "")))
    return None


def _words(data: Mapping[str, Any], order: Order) -> Iterator[str]:
    """The values of the options in their declared order, whatever order they were typed in."""
    declared = order.get(data["name"], ())
    given = {
        option["name"]: str(option.get("value", ""))
        for option in data.get("options", ())
        if option.get("type") != ATTACHMENT
    }
    for name in (*declared, *(name for name in given if name not in declared)):
        if given.get(name, "").strip():
            yield given[name].strip()


def _attached(data: Mapping[str, Any]) -> Attached | None:
    """The file of the first option that takes one: the option names it, what it is stands beside."""
    known: Mapping[str, Mapping[str, Any]] = data.get("resolved", {}).get("attachments", {})
    for option in data.get("options", ()):
        found = known.get(str(option.get("value"))) if option.get("type") == ATTACHMENT else None
        if found is not None:
            return Attached(str(found["url"]), str(found["filename"]), int(found["size"]))
    return None


def _typed(components: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """Everything that was typed or picked in a modal."""
    for component in components:
        if "value" in component:
            yield str(component["value"])
        yield from (str(value) for value in component.get("values", ()))
        yield from _typed(component.get("components", ()))
        if component.get("component"):
            yield from _typed((component["component"],))


def _incoming(interaction: discord.Interaction[Any], kind: Any, action: Action, text: str = "") -> Incoming:
    person = interaction.user
    return Incoming(
        platform="discord",
        kind=kind,
        place=Place("discord", str(interaction.channel_id)),
        channel_kind=_kind(interaction),
        native_id=str(person.id),
        person=person.display_name,
        language=str(interaction.locale.value),
        route=action.route,
        text=text,
        arguments=action.arguments,
        is_place_admin=interaction.guild_id is not None and interaction.permissions.manage_guild,
    )


def _kind(interaction: discord.Interaction[Any]) -> ChannelKind:
    channel = interaction.channel
    if channel is None:
        raise ValueError("an interaction without a channel")
    return KINDS.get(channel.type, "text")


class Listener(Protocol):
    """Who is told what happens on the gateway. Nothing here waits."""

    def is_up(self) -> None: ...

    def is_down(self, reason: str) -> None: ...

    def hear(self, interaction: discord.Interaction[Any]) -> None: ...

    def joined(self, guild: discord.Guild) -> None: ...

    def lost(self, places: Iterable[tuple[Place, ChannelKind]], native_id: int) -> None: ...


class Restless(discord.DiscordException):
    """The gateway takes us in and throws us out again."""


class Gateway(discord.Client):
    """One life of the gateway; it tells its listener what happens and keeps nothing."""

    def __init__(self, listener: Listener, settings: DiscordSettings) -> None:
        super().__init__(
            intents=discord.Intents(guilds=True),
            max_messages=None,
            member_cache_flags=discord.MemberCacheFlags.none(),
            chunk_guilds_at_startup=False,
            guild_ready_timeout=settings.servers_s,
            max_ratelimit_timeout=settings.max_ratelimit_timeout,
            allowed_mentions=discord.AllowedMentions.none(),
        )
        self._listener = listener
        self._lost_at: list[float] = []
        self.was_ready = False

    async def on_ready(self) -> None:
        self.was_ready = True
        self._listener.is_up()

    async def on_resumed(self) -> None:
        self._listener.is_up()

    def dispatch(self, event: str, /, *args: Any, **kwargs: Any) -> None:
        """The library tells of a lost connection here, and then reconnects at once and for ever.

        Raises Restless out of it where that happens too often: the supervisor's pauses are longer.
        """
        if event == "disconnect":
            self._listener.is_down("gateway lost")
            self._count_loss()
        super().dispatch(event, *args, **kwargs)

    def _count_loss(self) -> None:
        count, span = RESTLESS
        now = self.loop.time()
        self._lost_at = [*(at for at in self._lost_at if now - at < span), now]
        if len(self._lost_at) >= count:
            raise Restless(f"gateway lost {count} times within {span:.0f} s")

    async def on_interaction(self, interaction: discord.Interaction[Any]) -> None:
        self._listener.hear(interaction)

    async def on_guild_join(self, guild: discord.Guild) -> None:
        self._listener.joined(guild)

    async def on_guild_remove(self, guild: discord.Guild) -> None:
        self._listener.lost(channels_of(guild), guild.id)

    async def on_guild_channel_delete(self, channel: discord.abc.GuildChannel) -> None:
        self._listener.lost([place_of(channel)], channel.guild.id)

    async def on_raw_thread_delete(self, payload: discord.RawThreadDeleteEvent) -> None:
        self._listener.lost([(Place("discord", str(payload.thread_id)), "thread")], payload.guild_id)

    async def on_error(self, event_method: str, /, *_args: Any, **_kwargs: Any) -> None:
        # the library calls this from within its except clause
        log.error("discord.event_failed", event=event_method, exc_info=True)  # noqa: LOG014  see above
