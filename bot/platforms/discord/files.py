"""How are the bytes of an attached file fetched? From Discord's CDN alone, when somebody wants them, and counted."""

from collections.abc import Awaitable, Callable
from dataclasses import replace

import structlog
from yarl import URL

from bot.platforms.discord.events import Attached, Heard
from digest.errors import Temporary
from handlers.ports import IncomingFile, too_large

Download = Callable[[URL, int], Awaitable[tuple[int, bytes] | None]]
log = structlog.get_logger(__name__)


class Files:
    """Gives the handlers a file to read. `download` fetches an address up to a limit; None when that failed."""

    def __init__(self, cdn_base: str, download: Download) -> None:
        self._origin = URL(cdn_base).origin()
        self._download = download

    def offered(self, heard: Heard) -> Heard:
        """The event with its file where the handlers look for it."""
        if heard.attached is None:
            return heard
        file = self._file(heard.attached)
        return replace(heard, incoming=tuple(replace(one, files=(file,)) for one in heard.incoming))

    def _file(self, attached: Attached) -> IncomingFile:
        async def read(limit: int) -> bytes:
            return await self._read(attached, limit)

        return IncomingFile(attached.name, attached.size, read)

    async def _read(self, attached: Attached, limit: int) -> bytes:
        """Raises Refused("error.upload.too_large"), Temporary("upload.unreachable")."""
        if attached.size > limit:
            raise too_large(limit)
        try:
            url = URL(attached.url)
            is_ours = url.is_absolute() and url.origin() == self._origin
        except ValueError:
            is_ours = False
        if not is_ours:
            # Discord hands out its own addresses only: whatever else stands there is not asked for
            log.warning("discord.file_elsewhere")
            raise Temporary("upload.unreachable")
        found = await self._download(url, limit)
        if found is None or found[0] != 200:
            log.warning("discord.file_not_fetched", status=found[0] if found else None)
            raise Temporary("upload.unreachable")
        if len(found[1]) > limit:
            raise too_large(limit)
        return found[1]
