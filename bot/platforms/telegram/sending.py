"""How does one message leave? Posted once; pictures are uploaded the first time and named by their file id after."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any, Final

import structlog

from bot.platforms.base import Message, Pictures
from bot.platforms.telegram import bodies
from bot.platforms.telegram.outcomes import Reading, failure, read
from bot.platforms.telegram.wire import MaybeSent, NotSent, Upload, Wire
from digest.audience import Place
from digest.delivery import Outcome, Rejected, Sent
from digest.errors import NotFound
from storage.media import MediaRoom

log = structlog.get_logger(__name__)
# how a picture's bytes begin, and what Telegram wants to read at the end of its name
_SIGNATURES: Final = (
    (b"\xff\xd8\xff", "jpg", "image/jpeg"),
    (b"\x89PNG", "png", "image/png"),
    (b"GIF8", "gif", "image/gif"),
    (b"RIFF", "webp", "image/webp"),
    (b"BM", "bmp", "image/bmp"),
)


class Sender:
    """Sends and edits for one token. Never raises for what the platform or the network did.

    Inside one `send` a second call is made only after an answer that says the first was not done.
    """

    def __init__(self, wire: Wire, pictures: Pictures, media: MediaRoom, token: str) -> None:
        self._wire = wire
        self._pictures = pictures
        self._media = media
        self._token = token
        self._uploading: dict[str, tuple[asyncio.Lock, int]] = {}
        self._met: set[str] = set()  # refusals nobody has listed, each logged once

    async def send(
        self,
        place: Place,
        message: Message,
        *,
        is_plain: bool = False,
        is_silent: bool = False,
        extra: Mapping[str, Any] | None = None,
    ) -> Outcome:
        """`extra`: fields of the moment, such as the message that is answered."""
        front = bodies.head(place, is_silent=is_silent, extra=extra)
        if is_plain:
            message = bodies.plain(message)
        if not message.pictures:
            return (await self._post(message.method, bodies.written(front, message.payload))).outcome
        if await self._was_refused(message):
            message = bodies.as_documents(message)
        reading = await self._with_pictures(front, message)
        if reading.fault in ("picture", "kind") and bodies.media_kind(message) == "animation":
            # it may not move here, or is none: better its first frame than nothing
            message = bodies.as_stills(message)
            reading = await self._with_pictures(front, message)
        if reading.fault == "picture" and bodies.media_kind(message) == "photo":
            reading = await self._with_pictures(front, bodies.as_documents(message))
        if reading.fault != "picture" or not isinstance(reading.outcome, Rejected):
            return reading.outcome
        return await self._words(front, message, reading.outcome)

    async def post(
        self,
        place: Place,
        message: Message,
        *,
        is_silent: bool = False,
        extra: Mapping[str, Any] | None = None,
    ) -> Reading:
        """One call without files, and what its answer means."""
        front = bodies.head(place, is_silent=is_silent, extra=extra)
        return await self._post(message.method, bodies.written(front, message.payload))

    async def edit(self, place: Place, message_id: int, message: Message) -> Reading:
        method, body = bodies.edit(place, message_id, message)
        reading = await self._post(method, body)
        if isinstance(reading.outcome, Sent):
            return Reading(Sent((message_id,)), result=reading.result)
        return reading

    async def upload(self, place: Place, file: Upload, extra: Mapping[str, Any] | None = None) -> Outcome:
        """Hand a file over."""
        front = bodies.head(place, extra=extra)
        parts = bodies.fields(front, {"document": f"{bodies.ATTACHED}{file.field}"})
        return (await self._read(self._wire.upload("sendDocument", parts, (file,)))).outcome

    async def _words(self, front: bodies.Json, message: Message, refused: Rejected) -> Outcome:
        """The words of a picture that is refused in every shape; the picture itself is lost with a line in the log."""
        words = bodies.words_only(message)
        if words is None:
            return refused
        log.warning("telegram.picture_left_out", reason=refused.reason, pictures=message.pictures)
        return (await self._post(words.method, bodies.written(front, words.payload))).outcome

    async def _was_refused(self, message: Message) -> bool:
        """Whether its pictures were taken as files and never as photos: their shape will not change."""
        if bodies.media_kind(message) != "photo":
            return False
        photos = await self._media.file_ids(self._token, message.pictures, "photo")
        if len(photos) == len(set(message.pictures)):
            return False
        files = await self._media.file_ids(self._token, message.pictures, "document")
        return len(files) == len(set(message.pictures))

    async def _with_pictures(self, front: bodies.Json, message: Message) -> Reading:
        kind = bodies.media_kind(message)
        reading, named = await self._known_or_uploaded(front, message, kind)
        if reading.fault == "file_id":
            # the platform has forgotten a file id: it said no to the whole call, so the call is made anew
            for sha, file_id in named.items():
                await self._media.forget(self._token, sha, kind, file_id)
            reading, _ = await self._known_or_uploaded(front, message, kind)
        return reading

    async def _known_or_uploaded(
        self, front: bodies.Json, message: Message, kind: str
    ) -> tuple[Reading, Mapping[str, str]]:
        """How the call went, and the file ids it named."""
        known = await self._media.file_ids(self._token, message.pictures, kind)
        if len(known) == len(set(message.pictures)):
            return await self._named(front, message, known), known
        # many channels get the same picture at once: the first uploads, the others wait for its file id
        async with self._alone(message.pictures):
            known = await self._media.file_ids(self._token, message.pictures, kind)
            missing = [sha for sha in dict.fromkeys(message.pictures) if sha not in known]
            if missing:
                payload = bodies.with_files(message.payload, known)
                return await self._upload(front, message, payload, missing, kind), known
        return await self._named(front, message, known), known

    async def _named(self, front: bodies.Json, message: Message, known: Mapping[str, str]) -> Reading:
        payload = bodies.with_files(message.payload, known)
        return await self._post(message.method, bodies.written(front, payload))

    async def _upload(
        self, front: bodies.Json, message: Message, payload: bodies.Json, missing: Sequence[str], kind: str
    ) -> Reading:
        try:
            files = [upload_of(sha, await asyncio.to_thread(self._pictures.read, sha)) for sha in missing]
        except NotFound as error:
            return Reading(Rejected("content", str(error)), "picture")
        reading = await self._read(self._wire.upload(message.method, bodies.fields(front, payload), files))
        if isinstance(reading.outcome, Sent):
            for sha, file_id in file_ids_of(reading.result, message).items():
                if sha in missing:
                    await self._media.remember(self._token, sha, kind, file_id)
        return reading

    async def _post(self, method: str, body: bytes) -> Reading:
        return await self._read(self._wire.post(method, body))

    async def _read(self, call: Any) -> Reading:
        try:
            reading = read(*await call)
        except (NotSent, MaybeSent) as error:
            return Reading(failure(error))
        if not reading.is_listed and isinstance(reading.outcome, Rejected):
            self._log_once(reading.outcome.reason)
        return reading

    def _log_once(self, reason: str) -> None:
        if reason not in self._met and len(self._met) < 1_000:
            self._met.add(reason)
            log.warning("telegram.unlisted_refusal", description=reason)

    @asynccontextmanager
    async def _alone(self, shas: Sequence[str]) -> AsyncIterator[None]:
        """One upload of each picture at a time. Taken in one order, so that no two albums wait for each other."""
        async with AsyncExitStack() as taken:
            for sha in sorted(set(shas)):
                await taken.enter_async_context(self._alone_with(sha))
            yield

    @asynccontextmanager
    async def _alone_with(self, sha: str) -> AsyncIterator[None]:
        """The lock is kept for as long as somebody wants it."""
        lock, wanted = self._uploading.get(sha, (asyncio.Lock(), 0))
        self._uploading[sha] = (lock, wanted + 1)
        try:
            async with lock:
                yield
        finally:
            lock, wanted = self._uploading.pop(sha)
            if wanted > 1:
                self._uploading[sha] = (lock, wanted - 1)


def upload_of(sha: str, content: bytes) -> Upload:
    """A picture's bytes as the part that `attach://<sha>` names."""
    for signature, ending, mime in _SIGNATURES:
        if content.startswith(signature):
            return Upload(sha, f"{sha[:16]}.{ending}", content, mime)
    return Upload(sha, f"{sha[:16]}.bin", content, "application/octet-stream")


def file_ids_of(result: Any, message: Message) -> dict[str, str]:
    """The file ids of a sent message's pictures, by what was asked for: the largest size of each."""
    sent = result if isinstance(result, list) else [result]
    payload = message.payload
    named = (
        [item["media"] for item in payload["media"]]
        if "media" in payload
        else [next((payload[kind] for kind in bodies.MEDIA if kind in payload), None)]
    )
    found: dict[str, str] = {}
    for name, one in zip(named, sent, strict=False):
        sizes = (
            one.get("photo") or [one.get("animation") or one.get("document")]
            if isinstance(one, dict)
            else [None]
        )
        file = sizes[-1]
        if file and isinstance(name, str) and name.startswith(bodies.ATTACHED):
            found[name.removeprefix(bodies.ATTACHED)] = file["file_id"]
    return found
