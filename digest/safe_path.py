"""Is this picture source a path that stays in the issue's folder? A pure check; opening is checked again.

content.md §8: `..`, absolute and drive paths, backslashes, NUL, `file:`, UNC and percent-encoded or doubly encoded
variants of these are refused.
"""

import re
from pathlib import PurePosixPath

_ESCAPES = re.compile(r"(?:%[0-9A-Fa-f]{2})+")
_SCHEME_OR_DRIVE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_ROUNDS = 4  # what is still encoded after so many decodings was made to deceive


def picture_path(src: str) -> PurePosixPath | None:
    """The relative path a picture is looked for at, percent escapes decoded once; None for web addresses and refusals."""
    address = src.strip().split("#", 1)[0].split("?", 1)[0]
    path = _decoded(address)
    variant = address
    for _ in range(_ROUNDS):
        if not _is_inside(variant):
            return None
        decoded = _decoded(variant)
        if decoded == variant:
            return PurePosixPath(path)
        variant = decoded
    return None


def _is_inside(path: str) -> bool:
    if (
        not path
        or _CONTROL.search(path)
        or "\\" in path
        or path.startswith("/")
        or _SCHEME_OR_DRIVE.match(path)
    ):
        return False
    parts = path.split("/")
    # a name of spaces and dots is `..` to some systems
    return all(part == "." or part.strip(" .") or not part for part in parts) and any(
        part.strip(" .") for part in parts
    )


def _decoded(value: str) -> str:
    return _ESCAPES.sub(
        lambda found: bytes.fromhex(found[0].replace("%", "")).decode("utf-8", "replace"), value
    )
