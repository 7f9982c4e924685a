"""What did a long button argument say? Phrases kept once behind a short token, without any reader's id."""

from datetime import datetime


class TokensRoom:
    async def keep(self, value: str, now: datetime) -> str:
        """A short token (base62, at most 10 characters) for this value; the same value gives the same token."""
        raise NotImplementedError

    async def read(self, token: str) -> str:
        """Raises NotFound("link.dead")."""
        raise NotImplementedError
