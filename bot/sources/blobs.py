"""What does an object of a git repository hold? One process of git answers for many objects, one after the other."""

import contextlib
import re
import subprocess
from typing import IO

from bot.sources.git_commands import Damaged, Git, end
from digest.errors import Refused

_BLOCK = 65_536
_NAME = re.compile(r"[0-9a-f]{40,64}")


class Blobs:
    """Contents by object name, from our own copy alone; nothing is fetched by reading. Not for two threads at once."""

    def __init__(self, git: Git) -> None:
        self._git = git
        self._process: subprocess.Popen[bytes] | None = None

    def read(self, blob: str, limit: int) -> bytes | None:
        """The content; None when it is not here. Raises Refused("file.too_large") at more than `limit` bytes."""
        if not _NAME.fullmatch(blob):
            return None
        source, sink = self._pipes()
        try:
            sink.write(f"{blob}\n".encode())
            sink.flush()
            head = source.readline().split()
            if len(head) != 3:
                if head and head[-1] == b"missing":
                    return None
                raise self._gone()
            size = int(head[2])
            content = source.read(size) if size <= limit else self._skip(source, size)
            source.read(1)
        except BrokenPipeError:
            raise self._gone() from None
        if size > limit:
            raise Refused("file.too_large", limit=limit)
        if len(content) < size:
            raise self._gone()
        return content

    @staticmethod
    def _skip(source: IO[bytes], size: int) -> bytes:
        while size > 0:
            size -= len(source.read(min(_BLOCK, size))) or size
        return b""

    def _gone(self) -> Damaged:
        return Damaged("source.git_damaged", url=self._git.address.label, reason="cat-file ended")

    def _pipes(self) -> tuple[IO[bytes], IO[bytes]]:
        if self._process is None:
            self._process = self._git.start("cat-file", "--batch", is_silent=True)
        assert self._process.stdout is not None
        assert self._process.stdin is not None
        return self._process.stdout, self._process.stdin

    def close(self) -> None:
        """End the process."""
        process, self._process = self._process, None
        if process is not None:
            end(process)
            for pipe in filter(None, (process.stdout, process.stdin)):
                with contextlib.suppress(BrokenPipeError):  # what was not written has no reader any more
                    pipe.close()
