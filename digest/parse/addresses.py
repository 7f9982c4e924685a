"""May this target become a link? Only the schemes of content.md §8; everything else stays readable text."""

import html
import re
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urljoin

Kind = Literal["link", "relative", "fragment", "empty", "refused"]

SCHEMES = frozenset({"http", "https", "mailto", "tg"})
# http and https up to white space, quotes or Chinese punctuation; an escaped sign (\x02..\x03) belongs to it
BARE = (
    r"(?<![A-Za-z0-9])https?://(?:\x02\d+\x03|"
    r"[^\s<>\\\"'`\x02\x03\ufdd0-\ufdef\u2018-\u201f\u3000-\u303f\uff01-\uff0f\uff1a-\uff20\uff3b-\uff40\uff5b-\uff65])+"
)
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_CREDENTIALS = re.compile(r"(?i)(?:https?|tg):[/\\]*[^/\\?#]*@")
_HOST = re.compile(r"(?i)(?:https?:)?//([^/?#:\s]+)")
_ESCAPES = re.compile(r"(?:%[0-9A-Fa-f]{2})+")
_ENTITY = re.compile(r"&(?:#[0-9]+|#[xX][0-9A-Fa-f]+|[A-Za-z][A-Za-z0-9]*);")


@dataclass(frozen=True, slots=True)
class Target:
    """`href` is what a link may point to when `kind` is "link", else the target as text."""

    kind: Kind
    href: str


def judge(target: str) -> Target:
    """Decide on a target whose entities are decoded. Browsers drop tabs and line feeds, so these are refused."""
    href = target.strip(" \t\r\n")
    if not href:
        return Target("empty", "")
    if _CONTROL.search(href):
        return Target("refused", _CONTROL.sub("", href))
    if href.startswith("#"):
        return Target("fragment", href)
    if href.startswith("//"):
        href = f"https:{href}"
    scheme = _SCHEME.match(href)
    if scheme is None:
        return Target("relative", href)
    if scheme[1].lower() not in SCHEMES or _CREDENTIALS.match(href) or "\\" in href:
        return Target("refused", href)
    if scheme[1].lower() in {"http", "https"} and not re.match(r"(?i)https?://[^/?#\s]", href):
        return Target("refused", href)
    return Target("link", href.replace(" ", "%20"))


def seen_from(base: str, address: str) -> str:
    """An address as it is seen from a base on the web; whole ones, and all where there is no base, stay as written."""
    target = address.strip(" \t\r\n")
    if not base.lower().startswith(("http://", "https://")):
        return address
    if not target.startswith("//") and judge(target).kind != "relative":
        return address
    try:
        return urljoin(base, target)
    except ValueError:  # no host can be read from it
        return address


def host(address: str) -> str | None:
    """The host of a web address in lower case, without `www.`; None when the text is no web address."""
    found = _HOST.match(address.strip())
    return found[1].lower().removeprefix("www.") if found else None


def shown(address: str) -> str:
    """An address to read: `中` for `%E4%B8%AD`. Escapes of signs that mean something in an address stay."""
    return _ESCAPES.sub(_decoded, address)


def without_trail(address: str) -> str:
    """A bare address without the punctuation of the sentence it stands in."""
    while True:
        rest = address.rstrip(".,;:!?*_~")
        for opening, closing in ("()", "[]"):
            if rest.endswith(closing) and rest.count(closing) > rest.count(opening):
                rest = rest[:-1]
        if rest == address:
            return rest
        address = rest


def entities_decoded(value: str) -> str:
    """Entities with their semicolon, as CommonMark has them: `&copy=1` in an address is no ©."""
    return _ENTITY.sub(lambda found: html.unescape(found[0]), value)


def _decoded(found: re.Match[str]) -> str:
    raw = bytes.fromhex(found[0].replace("%", ""))
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        return found[0]
    return "".join(
        sign if (sign.isalnum() or sign in "-._~") else "".join(f"%{byte:02X}" for byte in sign.encode())
        for sign in text
    )
