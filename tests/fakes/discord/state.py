"""What is there on the other side? Servers, channels, people, messages and conversations of one fake Discord."""

import asyncio
import copy
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import quote

from tests.fakes.discord.clock import Clock

ChannelKind = Literal["text", "announcement", "forum", "thread", "direct"]
TYPES: Mapping[str, int] = {"text": 0, "direct": 1, "announcement": 5, "thread": 11, "forum": 15}
RIGHTS = frozenset(
    (
        "view",
        "send",
        "embed",
        "attach",
        "history",
        "threads",
        "send_in_threads",
        "manage_messages",
        "manage_threads",
    )
)
V2, EPHEMERAL, CROSSPOSTED = 1 << 15, 1 << 6, 1
LIFE_S, ANSWER_S = 15 * 60.0, 3.0
NONCE_S = 300.0


@dataclass(slots=True)
class User:
    id: int
    name: str
    locale: str = "zh-CN"
    is_closed: bool = False  # takes no private messages
    is_stranger: bool = False  # shares no server with the bot


@dataclass(slots=True)
class Guild:
    id: int
    name: str
    owner: int
    preferred_locale: str = "zh-CN"


@dataclass(slots=True)
class Channel:
    """`rights`: what the bot may do here. `tags` of a forum; `needs_tag` makes one obligatory."""

    id: int
    kind: ChannelKind
    name: str
    guild: int | None = None
    rights: set[str] = field(default_factory=lambda: set(RIGHTS))
    user: int | None = None  # of a private chat
    parent: int | None = None  # of a thread
    owner: int | None = None
    tags: dict[int, str] = field(default_factory=dict)  # id -> name
    applied: list[str] = field(default_factory=list)  # of a post
    needs_tag: bool = False
    is_archived: bool = False  # a post nobody wrote into for days
    pins: list[int] = field(default_factory=list)


@dataclass(slots=True)
class Message:
    """`body` is what was sent, `shown` what Discord gives back. `hidden_from`: an ephemeral one is its person's alone."""

    id: int
    channel: int
    body: dict[str, Any]
    shown: dict[str, Any]
    files: dict[str, bytes]
    person: int | None = None
    interaction: int | None = None
    is_deleted: bool = False

    @property
    def is_ephemeral(self) -> bool:
        return bool(self.shown.get("flags", 0) & EPHEMERAL)

    @property
    def is_v2(self) -> bool:
        return bool(self.shown.get("flags", 0) & V2)


@dataclass(slots=True)
class Interaction:
    """One interaction and all that was said to it. `callbacks`: the types of first answers, in order."""

    id: int
    token: str
    type: int
    payload: dict[str, Any]
    born: float
    channel: int
    person: int
    message: int | None = None
    is_user_installed: bool = False
    callbacks: list[int] = field(default_factory=list)
    answered_after: float | None = None
    original: int | None = None
    messages: list[int] = field(default_factory=list)  # made by its answers, in order
    modal: dict[str, Any] | None = None
    choices: list[dict[str, Any]] | None = None
    followups: int = 0
    is_thinking: bool = False
    settled: asyncio.Event = field(default_factory=asyncio.Event)


class State:
    """Everything that is stored. Ids grow with time."""

    def __init__(self, clock: Clock, bot_name: str) -> None:
        self.clock = clock
        self.bot = User(clock.snowflake(), bot_name)
        self.application = self.bot.id
        self.guilds: dict[int, Guild] = {}
        self.channels: dict[int, Channel] = {}
        self.users: dict[int, User] = {}
        self.messages: dict[int, Message] = {}
        self.interactions: dict[int, Interaction] = {}
        self.by_token: dict[str, Interaction] = {}
        self.nonces: dict[tuple[int, str], tuple[float, int]] = {}
        self.commands: dict[int | None, list[dict[str, Any]]] = {}
        self.creates: dict[int | None, int] = {}  # commands created, by server
        self.nonce_s = NONCE_S
        self.cdn_base = ""  # known once the server listens
        self.attachments: dict[str, bytes] = {}  # by their path on the CDN
        self.changes: asyncio.Condition = asyncio.Condition()

    def guild(self, name: str = "读者之家", locale: str = "zh-CN") -> Guild:
        owner = self.user("owner")
        guild = Guild(self.clock.snowflake(), name, owner.id, locale)
        self.guilds[guild.id] = guild
        return guild

    def user(self, name: str = "小林", locale: str = "zh-CN") -> User:
        user = User(self.clock.snowflake(), name, locale)
        self.users[user.id] = user
        return user

    def channel(self, guild: Guild, kind: ChannelKind = "text", name: str = "news", **more: Any) -> Channel:
        channel = Channel(self.clock.snowflake(), kind, name, guild.id, **more)
        self.channels[channel.id] = channel
        return channel

    def direct(self, user: User) -> Channel:
        """The private chat with a person: one for ever."""
        for channel in self.channels.values():
            if channel.kind == "direct" and channel.user == user.id:
                return channel
        channel = Channel(self.clock.snowflake(), "direct", "", user=user.id)
        self.channels[channel.id] = channel
        return channel

    def in_channel(self, channel: int) -> list[Message]:
        """What stands in a channel for all to see, oldest first."""
        return [
            message
            for message in self.messages.values()
            if message.channel == channel and not message.is_ephemeral and not message.is_deleted
        ]

    def store(
        self,
        channel: int,
        body: Mapping[str, Any],
        files: Mapping[str, bytes],
        *,
        message_id: int | None = None,
        person: int | None = None,
        interaction: int | None = None,
    ) -> Message:
        """Keep a message as Discord would show it."""
        number = message_id or self.clock.snowflake()
        shown = self._shown(number, channel, body, files)
        kept = Message(number, channel, dict(body), shown, dict(files), person, interaction)
        self.messages[number] = kept
        return kept

    def change(self, message: Message, body: Mapping[str, Any], files: Mapping[str, bytes]) -> None:
        """Put new content in the place of the old: fields that are not named stay, `attachments` lists what is kept."""
        merged = {**message.body, **body}
        merged["flags"] = (message.shown.get("flags", 0) & ~V2) | (
            (message.shown.get("flags", 0) | (body.get("flags") or 0)) & V2
        )
        kept = {**message.files, **files} if body.get("attachments") is None else dict(files)
        for entry in body.get("attachments") or ():
            name = entry.get("filename")
            if name in message.files:
                kept.setdefault(name, message.files[name])
        message.body, message.files = merged, kept
        shown = self._shown(message.id, message.channel, merged, kept)
        message.shown = {
            **shown,
            "timestamp": message.shown["timestamp"],
            "edited_timestamp": self.clock.stamp(),
        }

    def attach(self, channel: Channel, name: str, content: bytes) -> dict[str, Any]:
        """Put a person's file on the CDN; how Discord tells of it."""
        number = self.clock.snowflake()
        path = f"/ephemeral-attachments/{channel.id}/{number}/{quote(name)}"
        self.attachments[path] = content
        return {
            "id": str(number),
            "filename": name,
            "size": len(content),
            "url": f"{self.cdn_base}{path}?ex=1&is=2&hm=3",
            "proxy_url": f"{self.cdn_base}{path}",
            "content_type": "application/octet-stream",
            "ephemeral": True,
        }

    def _shown(
        self, number: int, channel: int, body: Mapping[str, Any], files: Mapping[str, bytes]
    ) -> dict[str, Any]:
        descriptions = {
            entry.get("filename"): entry.get("description") for entry in body.get("attachments") or ()
        }
        components = copy.deepcopy(list(body.get("components") or ()))
        _number(components)
        _unfurl(components)
        found: dict[str, Any] = {
            "id": str(number),
            "channel_id": str(channel),
            "author": user_payload(self.bot, is_bot=True),
            "content": body.get("content") or "",
            "timestamp": self.clock.stamp(),
            "edited_timestamp": None,
            "tts": False,
            "mention_everyone": False,
            "mentions": [],
            "mention_roles": [],
            "attachments": [
                {
                    "id": str(number + index + 1),
                    "filename": name,
                    "description": descriptions.get(name),
                    "size": len(content),
                    "url": f"https://cdn.discordapp.com/attachments/{channel}/{number}/{name}",
                    "proxy_url": f"https://media.discordapp.net/attachments/{channel}/{number}/{name}",
                }
                for index, (name, content) in enumerate(files.items())
            ],
            "embeds": [{"type": "rich", **embed} for embed in body.get("embeds") or ()],
            "pinned": False,
            "type": 0,
            "flags": body.get("flags") or 0,
            "components": components,
        }
        if body.get("nonce") is not None:
            found["nonce"] = body["nonce"]
        return found


def _number(components: list[dict[str, Any]]) -> None:
    """Every component has an id; those that were not given one are counted through."""
    everything = list(_walk(components))
    taken = {part["id"] for part in everything if part.get("id")}
    free = 0
    for part in everything:
        if not part.get("id"):
            free += 1
            while free in taken:
                free += 1
            part["id"] = free


def _unfurl(components: list[dict[str, Any]]) -> None:
    """Media comes back with what Discord knows of it."""
    for part in _walk(components):
        for holder in (part, *(part.get("items") or ())):
            if isinstance(holder.get("media"), dict):
                url = holder["media"]["url"]
                holder["media"] |= {"proxy_url": url, "width": 0, "height": 0, "content_type": "image/png"}


def _walk(components: list[dict[str, Any]]) -> list[dict[str, Any]]:
    found = []
    for part in components:
        found.append(part)
        found += _walk(part.get("components") or [])
        if part.get("accessory"):
            found += _walk([part["accessory"]])
    return found


def user_payload(user: User, *, is_bot: bool = False) -> dict[str, Any]:
    return {
        "id": str(user.id),
        "username": user.name,
        "global_name": user.name,
        "discriminator": "0",
        "avatar": None,
        "bot": is_bot,
        "public_flags": 0,
    }
