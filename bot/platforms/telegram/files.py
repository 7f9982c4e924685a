"""How are the bytes of a sent file fetched? Asked for by its id when somebody wants them, and counted as they come."""

from dataclasses import replace
from typing import Final

import structlog

from bot.platforms.telegram.api import Api, CallRefused
from bot.platforms.telegram.events import Attached, Heard
from bot.platforms.telegram.settings import TelegramSettings
from bot.platforms.telegram.wire import MaybeSent, NotSent, Wire
from digest.errors import Temporary
from handlers.ports import IncomingFile, too_large

DOWNLOAD: Final = 20 * 1024 * 1024  # bytes a bot may download: Client.h:71
log = structlog.get_logger(__name__)


class Files:
    """Gives the handlers a file to read; nothing is fetched before they do."""

    def __init__(self, api: Api, wire: Wire, settings: TelegramSettings) -> None:
        self._api = api
        self._wire = wire
        self._root = f"{settings.file_base}/file/bot{settings.token}/"

    def offered(self, heard: Heard) -> Heard:
        """The event with its file where the handlers look for it."""
        attached = heard.document
        if attached is None:
            return heard

        async def read(limit: int) -> bytes:
            return await self._read(attached, limit)

        file = IncomingFile(attached.name, attached.size, read)
        return replace(heard, incoming=replace(heard.incoming, files=(file,)))

    async def _read(self, attached: Attached, limit: int) -> bytes:
        """Raises Refused("error.upload.too_large"), Temporary("upload.unreachable")."""
        allowed = min(limit, DOWNLOAD)
        if attached.size > allowed:
            raise too_large(allowed)
        try:
            found = await self._api.call("getFile", file_id=attached.file_id)
            status, content = await self._wire.download(f"{self._root}{found['file_path']}", allowed)
        except CallRefused as refused:
            if "too big" in refused.description:
                raise too_large(DOWNLOAD) from None
            log.warning("telegram.file_not_found", reason=str(refused))
            raise Temporary("upload.unreachable") from None
        except (NotSent, MaybeSent, KeyError) as error:
            log.warning("telegram.file_not_fetched", reason=str(error))
            raise Temporary("upload.unreachable") from None
        if status != 200:
            log.warning("telegram.file_not_fetched", reason=f"status {status}")
            raise Temporary("upload.unreachable")
        if len(content) > allowed:
            raise too_large(allowed)
        return content
