"""How does a file come from the browser? As the body of one request, counted while it comes."""

from typing import Final

from aiohttp import web

from handlers.ports import IncomingFile, too_large

LARGEST: Final = 50 * 1024 * 1024


async def received(request: web.Request, name: str) -> IncomingFile:
    """The whole body as a file. Raises HTTPRequestEntityTooLarge."""
    if (request.content_length or 0) > LARGEST:
        raise web.HTTPRequestEntityTooLarge(LARGEST, request.content_length or 0)
    content = await request.clone(client_max_size=LARGEST).read()

    async def read(limit: int) -> bytes:
        if len(content) > limit:
            raise too_large(limit)
        return content

    return IncomingFile(name, len(content), read)
