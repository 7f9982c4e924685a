"""How does a push reach its Discord channel? One post under a nonce; a forum post is looked for before it is made.

Where a forum's later parts go: the id of a post is the id of its first message, so `Sent.ids` of part 1 names it. It is
told by the ledger (`Parcel.head_id`); without it the post made last is taken, after a restart our newest in the forum.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, Final

import structlog

from bot.platforms.base import Message, Parcel, Pictures
from bot.platforms.discord import bodies, tags
from bot.platforms.discord.api import Api, CallFailed, Upload, number
from bot.platforms.discord.attachments import SCHEME
from bot.platforms.discord.outcomes import (
    ARCHIVED,
    MISSING_PERMISSIONS,
    TAG_REQUIRED,
    UNKNOWN_CHANNEL,
    UNKNOWN_MESSAGE,
    CallKind,
    Failure,
    outcome_of,
)
from bot.platforms.discord.readback import content_of, images_of
from digest.audience import Place
from digest.calendar import Clock
from digest.delivery import Gone, Outcome, Rejected, Sent
from digest.errors import NotFound

INNER_RETRY_S: Final = 1.0  # the library's shortest pause before it repeats a call by itself (discord.md §3)
DISCORD_EPOCH_MS: Final = 1_420_070_400_000
SAME_POST_MS: Final = 600_000  # how near in time a post without our mark must be to count as the one we made
WRONG_CHANNEL_TYPE: Final = 50024
REMEMBERED: Final = 10_000  # forum messages whose post is known
FilingOf = Callable[[Place], Awaitable[tags.Filing]]
log = structlog.get_logger(__name__)


class Sender:
    """Sends and edits as the bot. Nothing here repeats a call that may have been done, but under its nonce."""

    def __init__(self, api: Api, pictures: Pictures, clock: Clock, filing: FilingOf | None = None) -> None:
        self._api = api
        self._pictures = pictures
        self._clock = clock
        self._filing = filing
        self._guilds: dict[int, int] = {}  # forum -> its guild
        self._posts: dict[int, int] = {}  # forum -> the post that was made or found last
        self._post_of: OrderedDict[int, int] = OrderedDict()  # message -> the post it stands in
        self._seen: set[tuple[int, int]] = set()

    async def send(self, parcel: Parcel) -> Outcome:
        """One attempt."""
        place = parcel.channel.place
        try:
            channel = _channel_of(place)
            if parcel.channel.kind == "forum":
                return Sent(await self._into_forum(channel, parcel))
            return Sent(await self._into(channel, parcel))
        except CallFailed as failed:
            if failed.failure.code == TAG_REQUIRED:
                return Rejected("content", f"{failed.failure.reason}: {tags.cure({})}")
            return self.outcome(failed.failure, "send")
        except _NoTag as error:
            return Rejected("content", str(error))
        except NotFound as error:
            return Rejected("content", f"a picture is not stored: {error}")
        except _NoChannel as error:
            return Gone(str(error))

    async def edit(self, place: Place, message_id: int, message: Message) -> Outcome:
        """Replace a message's content; in a forum the post it stands in is found."""
        try:
            channel = _channel_of(place)
            body = bodies.change(message)
            files = self._files(message)
            try:
                thread: int | None = self._post_of.get(message_id, channel)
                await self._change(thread or channel, message_id, body, files)
            except CallFailed as failed:
                thread = await self._post_around(channel, message_id) if _is_elsewhere(failed) else None
                if thread is None:
                    raise
                await self._change(thread, message_id, body, files)
                self._remember(message_id, thread)
            if "name" in message.payload and thread == message_id:  # a post has the id of its first message
                await self._refile(place, message_id, message)
        except CallFailed as failed:
            return self.outcome(failed.failure, "edit")
        except NotFound as error:
            return Rejected("content", f"a picture is not stored: {error}")
        except _NoTag as error:
            return Rejected("content", str(error))
        except _NoChannel as error:
            return Gone(str(error))
        return Sent((message_id,))

    async def crosspost(self, place: Place, message_id: int) -> Outcome:
        """Publish an announcement to its followers; done twice it is done once."""
        path = "/channels/{channel_id}/messages/{message_id}/crosspost"
        try:
            await self._api.call("POST", path, channel_id=_channel_of(place), message_id=message_id)
        except CallFailed as failed:
            return self.outcome(failed.failure, "crosspost")
        except _NoChannel as error:
            return Gone(str(error))
        return Sent((message_id,))

    def outcome(self, failure: Failure, call: CallKind) -> Outcome:
        """By the table; an answer it does not name is logged in its own words, once."""
        known = (failure.status, failure.code)
        if failure.is_unlisted and known not in self._seen:
            self._seen.add(known)
            log.warning(
                "discord.unlisted_answer", status=failure.status, code=failure.code, text=failure.text
            )
        return outcome_of(failure, call)

    async def _into(self, channel: int, parcel: Parcel) -> tuple[int, ...]:
        """The ids of what was posted: one message, or as many as plain text needs."""
        files = self._files(parcel.message)
        if not parcel.is_plain:
            body = bodies.push(parcel.message, parcel.key, is_silent=parcel.is_silent)
            return (await self._post(channel, body, files),)
        found = []
        for index, body in enumerate(bodies.plain(parcel.message, parcel.key, is_silent=parcel.is_silent)):
            found.append(await self._post(channel, body, files if index == 0 else ()))
        return tuple(found)

    async def _post(self, channel: int, body: Mapping[str, Any], files: Sequence[Upload]) -> int:
        path = "/channels/{channel_id}/messages"
        return number(await self._api.call("POST", path, body=body, files=files, channel_id=channel))

    async def _change(
        self, channel: int, message_id: int, body: Mapping[str, Any], files: Sequence[Upload]
    ) -> None:
        """Edits a message; a post that Discord archived meanwhile is opened for it, once."""
        path = "/channels/{channel_id}/messages/{message_id}"
        where = {"channel_id": channel, "message_id": message_id}
        try:
            await self._api.call("PATCH", path, body=body, files=files, **where)
        except CallFailed as failed:
            if failed.failure.code != ARCHIVED:
                raise
            await self._open(channel, failed)
            await self._api.call("PATCH", path, body=body, files=files, **where)

    async def _open(self, thread: int, archived: CallFailed) -> None:
        try:
            await self._api.call(
                "PATCH", "/channels/{channel_id}", body={"archived": False}, channel_id=thread
            )
        except CallFailed as failed:
            if failed.failure.code != MISSING_PERMISSIONS:
                raise
            # the channel takes pushes as before, only this post stays: no reason to suspend it
            log.warning("discord.post_not_opened", thread=thread, reason=failed.failure.reason)
            raise archived from failed

    def _files(self, message: Message) -> tuple[Upload, ...]:
        names = file_names(message)
        return tuple(
            Upload(name, self._pictures.read(sha)) for name, sha in zip(names, message.pictures, strict=True)
        )

    # --- forums

    async def _into_forum(self, forum: int, parcel: Parcel) -> tuple[int, ...]:
        if parcel.part > 1:
            thread = parcel.head_id or self._posts.get(forum) or await self._newest_post(forum)
            if thread is not None:
                ids = await self._into(thread, parcel)
                for message_id in ids:
                    self._remember(message_id, thread)
                return ids
        return await self._make_post(forum, parcel)

    async def _make_post(self, forum: int, parcel: Parcel) -> tuple[int, ...]:
        """Looked for first, always: whether an earlier attempt was made is known to the ledger alone."""
        told = await self._api.call("GET", "/channels/{channel_id}", channel_id=forum)
        body = bodies.post(parcel.message, parcel.key, is_silent=parcel.is_silent, is_plain=parcel.is_plain)
        made = await self._ours(forum, body, parcel.key)
        if not made:
            if applied := await self._tags(parcel.channel.place, told, parcel.message):
                body["applied_tags"] = list(applied)
            loop = asyncio.get_running_loop()
            began = loop.time()
            path = "/channels/{channel_id}/threads"
            files = self._files(parcel.message)
            answer = await self._api.call("POST", path, body=body, files=files, channel_id=forum)
            made = [number(answer)]
            if loop.time() - began >= INNER_RETRY_S:
                # the library may have repeated a creation that was done: a twin would stand beside it
                made = await self._ours(forum, body, parcel.key) or made
        first, *twins = made
        for twin in twins:
            await self._remove_twin(twin)
        self._posts[forum] = first
        self._remember(first, first)
        if not parcel.is_plain:
            return (first,)
        _, *rest = bodies.plain(parcel.message, parcel.key, is_silent=parcel.is_silent)
        return (first, *[await self._post(first, piece, ()) for piece in rest])

    async def _tags(self, place: Place, forum: Mapping[str, Any], message: Message) -> tuple[str, ...]:
        """The ids of a post's tags. Raises _NoTag where the forum would refuse it."""
        filing = await self._filing(place) if self._filing else tags.NOTHING_SAID
        found = tags.chosen(forum, message.categories, filing)
        if found.unknown:
            log.warning("discord.tags_unknown", place=str(place), tags=found.unknown)
        if found.lacks:
            raise _NoTag(f"{TAG_REQUIRED}: {found.lacks}")
        return found.ids

    async def _refile(self, place: Place, thread: int, message: Message) -> None:
        """A post whose title or categories were corrected gets its new name and tags; the same ones cost no call."""
        path = "/channels/{channel_id}"
        forum = await self._api.call("GET", path, channel_id=_channel_of(place))
        post = await self._api.call("GET", path, channel_id=thread)
        wanted: dict[str, Any] = {"name": bodies.name_of(message)}
        if applied := await self._tags(place, forum, message):
            wanted["applied_tags"] = list(applied)
        changed = {name: value for name, value in wanted.items() if post.get(name) != value}
        if not changed:
            return
        try:
            await self._api.call("PATCH", path, body=changed, channel_id=thread)
        except CallFailed as failed:
            if failed.failure.code != MISSING_PERMISSIONS:
                raise
            # the words are right, only the title stays: no reason to suspend the channel
            log.warning("discord.post_not_renamed", thread=thread, reason=failed.failure.reason)

    async def _ours(self, forum: int, body: Mapping[str, Any], key: str) -> list[int]:
        """The posts that this part has made already, the oldest first."""
        found = [
            number(thread)
            for thread in await self._own_posts(forum)
            if thread.get("name") == body["name"] and await self._is_of(number(thread), body, key)
        ]
        return sorted(found)

    async def _is_of(self, thread: int, body: Mapping[str, Any], key: str) -> bool:
        path = "/channels/{channel_id}/messages/{message_id}"
        try:
            starter = await self._api.call("GET", path, channel_id=thread, message_id=thread)
        except CallFailed as failed:
            if failed.failure.code in (UNKNOWN_MESSAGE, UNKNOWN_CHANNEL):
                return False
            raise
        shown = starter.get("components") or []
        if body["message"].get("components") and shown:
            return bool(shown[0].get("id") == bodies.marker(key))
        # embeds carry no mark: the same name within minutes is the same post
        made_ms = (thread >> 22) + DISCORD_EPOCH_MS
        return abs(self._clock.now().timestamp() * 1000 - made_ms) < SAME_POST_MS

    async def _own_posts(self, forum: int) -> list[Mapping[str, Any]]:
        me = str((await self._api.me())["id"])
        guild = await self._guild_of(forum)
        answer = await self._api.call("GET", "/guilds/{guild_id}/threads/active", guild_id=guild)
        try:
            return [
                thread
                for thread in answer["threads"]
                if thread.get("parent_id") == str(forum) and thread.get("owner_id") == me
            ]
        except (KeyError, TypeError):
            raise CallFailed(Failure("unreadable", text="no threads in the answer")) from None

    async def _guild_of(self, forum: int) -> int:
        if forum not in self._guilds:
            answer = await self._api.call("GET", "/channels/{channel_id}", channel_id=forum)
            self._guilds[forum] = number(answer, "guild_id")
        return self._guilds[forum]

    async def _newest_post(self, forum: int) -> int | None:
        posts = [number(thread) for thread in await self._own_posts(forum)]
        if posts:
            self._posts[forum] = max(posts)
        return max(posts, default=None)

    async def _post_around(self, channel: int, message_id: int) -> int | None:
        """The post a message of ours stands in: the newest one that began before it. None outside forums."""
        answer = await self._api.call("GET", "/channels/{channel_id}", channel_id=channel)
        if answer.get("type") not in (15, 16):
            return None
        posts = [number(thread) for thread in await self._own_posts(channel)]
        return max((post for post in posts if post <= message_id), default=None)

    async def _remove_twin(self, thread: int) -> None:
        try:
            await self._api.call("DELETE", "/channels/{channel_id}", channel_id=thread)
            log.warning("discord.twin_removed", thread=thread)
        except CallFailed as failed:
            # without the right to manage threads it stays: a person has to know
            log.warning("discord.twin_stays", thread=thread, reason=failed.failure.reason)

    def _remember(self, message_id: int, thread: int) -> None:
        self._post_of[message_id] = thread
        if len(self._post_of) > REMEMBERED:
            self._post_of.popitem(last=False)


def file_names(message: Message) -> tuple[str, ...]:
    """What the uploads are called, in order: as the payload lists them, else as it shows them, else by their hash."""
    payload = content_of(message.payload)
    listed = [str(file["filename"]) for file in payload.get("attachments", ()) if "filename" in file]
    if len(listed) == len(message.pictures):
        return tuple(listed)
    shown = [url.removeprefix(SCHEME) for url in images_of(payload) if url.startswith(SCHEME)]
    shown = list(dict.fromkeys(shown))
    return tuple(
        shown[index] if index < len(shown) else f"{index}-{sha[:16]}"
        for index, sha in enumerate(message.pictures)
    )


def _is_elsewhere(failed: CallFailed) -> bool:
    """The message is not where it was looked for, as with a forum whose messages stand in posts."""
    return failed.failure.code in (UNKNOWN_CHANNEL, UNKNOWN_MESSAGE, WRONG_CHANNEL_TYPE)


class _NoTag(ValueError):
    """The forum asks for a tag and none fits; says what to do."""


class _NoChannel(ValueError):
    """The address cannot be one of Discord's."""


def _channel_of(place: Place) -> int:
    if not place.address.isascii() or not place.address.isdecimal():
        raise _NoChannel(f"no Discord channel: {place}")
    return int(place.address)
