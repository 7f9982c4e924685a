"""Which pictures stand inside a rich message? Those the server can fetch itself, as figures and collages.

At Bot API 10.1 a rich message takes pictures by public address only; all others follow it as albums.
"""

import ipaddress
from collections.abc import Iterator, Mapping, Sequence
from typing import Final
from urllib.parse import urlsplit

from bot.platforms.pictures import Shown
from bot.platforms.telegram.albums import kind_of
from bot.platforms.telegram.entities import units
from bot.platforms.telegram.limits import Limits
from bot.platforms.telegram.markup import Chunk, RichLimits, RichSize, escaped
from digest.page import Picture

COLLAGE: Final = 10  # pictures of one collage: an album's number
LONGEST: Final = 2_000  # characters of an address


def addresses(pictures: Mapping[str, Picture], limits: Limits, rich: RichLimits) -> Mapping[str, str]:
    """By the hash of each picture that may stand inside, the address it is fetched from."""
    return {
        picture.sha: source
        for source, picture in pictures.items()
        if picture.size <= rich.by_url_bytes and kind_of(picture, limits) == "photo" and is_public(source)
    }


def is_public(source: str) -> bool:
    """Whether a server somewhere on the internet can be expected to fetch it; names are not looked up."""
    try:
        parts = urlsplit(source)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return False
    if parts.scheme != "https" or port not in (None, 443) or "@" in parts.netloc or len(source) > LONGEST:
        return False
    if not source.isascii() or not source.isprintable() or " " in source:
        return False
    try:
        return ipaddress.ip_address(host).is_global
    except ValueError:
        last = host.rpartition(".")[2]
        return "." in host and not last.isdigit() and last not in ("local", "internal", "localhost", "test")


def galleries(shown: Sequence[Shown], known: Mapping[str, str]) -> Iterator[Chunk]:
    """One picture as a figure under its description, several as collages."""
    for start in range(0, len(shown), COLLAGE):
        yield _gallery(shown[start : start + COLLAGE], known)


def _gallery(group: Sequence[Shown], known: Mapping[str, str]) -> Chunk:
    pictures = "".join(f'<img src="{escaped(known[one.picture.sha])}"/>' for one in group)
    described = " · ".join(dict.fromkeys(one.description for one in group if one.description))
    caption = f"<figcaption>{escaped(described)}</figcaption>" if described else ""
    if len(group) > 1:
        whole = f"<tg-collage>{pictures}{caption}</tg-collage>"
    else:
        whole = f"<figure>{pictures}{caption}</figure>" if caption else pictures
    return Chunk(whole, RichSize(units(whole), len(group) + 1, len(group)))
