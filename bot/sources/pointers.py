"""Is this the file itself, or only a pointer that Git LFS left in its place?"""

from typing import Final

from digest.errors import Refused

_HEAD: Final = b"version https://git-lfs.github.com/spec/"
_LONGEST: Final = 1024  # a pointer is shorter by its specification


def real(content: bytes) -> bytes:
    """The content, unless it is a pointer. Raises Refused("file.lfs")."""
    if len(content) < _LONGEST and content.startswith(_HEAD):
        raise Refused("file.lfs")
    return content
