"""Which file id does a platform know a picture by? A picture is uploaded once for all channels of a token."""

from collections.abc import Mapping, Sequence


class MediaRoom:
    async def file_ids(self, token: str, shas: Sequence[str], form: str = "photo") -> Mapping[str, str]:
        """File ids by SHA-256, for those that are known. `token` is a hash of the bot token, never the token."""
        raise NotImplementedError

    async def remember(self, token: str, sha: str, form: str, file_id: str) -> None:
        raise NotImplementedError

    async def forget(self, token: str, sha: str, form: str) -> None:
        """The platform does not know the file id any more."""
        raise NotImplementedError
