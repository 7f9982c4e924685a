"""Where do the bytes of pictures lie? In a folder, each under the hash of its bytes, so nothing is kept twice."""

import re
from pathlib import Path

from bot.media.images import Prepared
from bot.whole_file import write_whole
from digest.errors import NotFound

_SHA = re.compile(r"[0-9a-f]{64}")


class Cellar:
    """Pictures by SHA-256 in `folder`; a `bot.platforms.base.Pictures`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def keep(self, prepared: Prepared) -> None:
        """Store the bytes unless they are there; a crash leaves the whole file or none."""
        path = self._path(prepared.picture.sha)
        if path.exists():
            return
        write_whole(path, prepared.content)

    def read(self, sha: str) -> bytes:
        try:
            return self._path(sha).read_bytes()
        except FileNotFoundError:
            raise NotFound("picture.gone", sha=sha[:8]) from None

    def _path(self, sha: str) -> Path:
        if not _SHA.fullmatch(sha):
            raise NotFound("picture.gone", sha=sha[:8])
        return self._folder / sha[:2] / sha
