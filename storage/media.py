"""Which file id does a platform know a picture by? A picture is uploaded once for all channels of a token."""

from collections.abc import Mapping, Sequence

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert  # compiles for SQLite as well

from storage.engine import Database
from storage.schema import media


class MediaRoom:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def file_ids(self, token: str, shas: Sequence[str], form: str = "photo") -> Mapping[str, str]:
        """File ids by SHA-256, for those that are known. `token` is a hash of the bot token, never the token."""
        if not shas:
            return {}
        statement = select(media.c.sha, media.c.file_id).where(
            media.c.token == token, media.c.form == form, media.c.sha.in_(shas)
        )
        rows = await self._database.read(lambda connection: connection.execute(statement).all())
        return {row.sha: row.file_id for row in rows}

    async def remember(self, token: str, sha: str, form: str, file_id: str) -> None:
        row = insert(media).values(token=token, sha=sha, form=form, file_id=file_id)
        statement = row.on_conflict_do_update(
            index_elements=["token", "sha", "form"], set_={"file_id": row.excluded.file_id}
        )
        await self._database.write(lambda connection: connection.execute(statement))

    async def forget(self, token: str, sha: str, form: str, file_id: str) -> None:
        """The platform does not know this file id any more; one that was remembered since stays."""
        statement = delete(media).where(
            media.c.token == token, media.c.sha == sha, media.c.form == form, media.c.file_id == file_id
        )
        await self._database.write(lambda connection: connection.execute(statement))
