"""How is a file opened so that nothing outside its folder can be reached? Step by step, following no link."""

import os
import stat
from pathlib import Path, PurePosixPath

from digest.errors import NotFound, Refused


def read_inside(root: Path, path: PurePosixPath, limit: int) -> bytes:
    """The bytes of a regular file under `root`. No symbolic link is followed on the way (content.md §8).

    Raises NotFound("file.missing"), Refused("file.not_regular"), Refused("file.too_large") at more than `limit` bytes.
    """
    handle = os.open(root, os.O_RDONLY | os.O_DIRECTORY)
    try:
        *folders, name = path.parts
        for folder in folders:
            inner = _open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, handle)
            os.close(handle)
            handle = inner
        # O_NONBLOCK: opening a FIFO must not hang before it is seen to be one
        file = _open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, handle)
    finally:
        os.close(handle)
    with os.fdopen(file, "rb") as stream:
        if not stat.S_ISREG(os.fstat(stream.fileno()).st_mode):
            raise Refused("file.not_regular")
        content = stream.read(limit + 1)
    if len(content) > limit:
        raise Refused("file.too_large", limit=limit)
    return content


def _open(name: str, flags: int, folder: int) -> int:
    try:
        return os.open(name, flags, dir_fd=folder)
    except FileNotFoundError:
        raise NotFound("file.missing") from None
    except OSError:
        # a link (ELOOP), a file where a folder should be (ENOTDIR), no permission: all the same to the outside
        raise Refused("file.not_regular") from None
