"""Which entries does a feed's text hold? RSS 2.0 and 1.0 (RDF), Atom 1.0 and JSON Feed, read as data and nothing else.

XML that declares a document type or entities is refused before anything of it is expanded (content.md §8).
"""

import html
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, Final
from urllib.parse import urljoin
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

from bot.response_body import in_utf8
from digest.errors import Refused

ATOM: Final = "{http://www.w3.org/2005/Atom}"
CONTENT: Final = "{http://purl.org/rss/1.0/modules/content/}encoded"
DC: Final = "{http://purl.org/dc/elements/1.1/}"
RDF: Final = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
RSS_1: Final = "{http://purl.org/rss/1.0/}"
XML: Final = "{http://www.w3.org/XML/1998/namespace}"
_DECLARED = re.compile(rb"\A\s*<\?xml[^>]*?encoding\s*=\s*[\"']([A-Za-z0-9._-]+)[\"']")
_BLOCK = re.compile(r"(?i)<(?:p|h[1-6]|ul|ol|pre|table|blockquote|figure|img|div|br|section|article)\b")
_CUT_INSIDE = re.compile(r"\[\s{0,8}(?:…|\.\.\.|&#8230;|&hellip;|&#x2026;)\s{0,8}\]")
_CUT_AT_END = re.compile(
    r"(?i)(?:…|\.\.\.|&#8230;|&hellip;)\s*(?:<[^>]*>\s*)*"
    r"(?:(?:read|see|learn)\s+more|continue\s+reading|more|阅读全文|阅读更多|继续阅读|查看全文|查看更多)?"
    r"(?:[^\w<&]|&\w+;|<[^>]*>)*\Z"
)
_END = 400  # characters: a link to the rest, whatever address it has
_VOID = frozenset({"br", "hr", "img", "source", "wbr", "col", "area", "input", "embed", "track"})


@dataclass(frozen=True, slots=True)
class FeedItem:
    """One entry. `html` is its text as HTML; `is_summary` when the feed gives no more than a summary of it."""

    id: str
    title: str
    address: str
    base: str
    html: str
    is_summary: bool
    published: datetime | None = None
    updated: datetime | None = None
    language: str = ""
    tags: tuple[str, ...] = ()


def read_feed(content: bytes, address: str, charset: str = "") -> tuple[FeedItem, ...]:
    """The entries, oldest first. `charset` is what the server said.

    Raises Refused("feed.declares"), Refused("feed.broken"), Refused("feed.unknown"), Refused("feed.encoding").
    """
    if content.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"{":
        items = list(_json_items(_json(content), address))
    else:
        items = list(_xml_items(_xml(content, charset), address))
    items.reverse()  # feeds begin with the newest
    if all(item.published or item.updated for item in items):
        items.sort(key=lambda item: item.published or item.updated or datetime.min.replace(tzinfo=UTC))
    return tuple(items)


# --- XML --------------------------------------------------------------------------------------------------------------


def _xml(content: bytes, charset: str) -> Element:
    text, encoding = _as_utf8(content, charset)
    parser = DefusedXMLParser(forbid_dtd=True, encoding=encoding)
    try:
        parser.feed(text)
        root: Element = parser.close()
    except DefusedXmlException as error:
        raise Refused("feed.declares") from error
    except ParseError as error:
        raise Refused("feed.broken", line=error.position[0]) from error
    except (LookupError, ValueError) as error:  # an encoding the parser does not know
        raise Refused("feed.encoding") from error
    return root


def _as_utf8(content: bytes, charset: str) -> tuple[bytes, str | None]:
    """The bytes in an encoding the parser knows, and its name where the declaration must be overruled."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf")):
        return content, None
    declared = _DECLARED.match(content)
    found = in_utf8(content, (charset, declared[1].decode() if declared else "", "utf-8"))
    if found is None:
        raise Refused("feed.encoding")
    return found, "utf-8"


def _xml_items(root: Element, address: str) -> Iterator[FeedItem]:
    match root.tag:
        case "rss":
            channel = root.find("channel")
            language = _text(channel, "language")
            for item in root.iterfind("channel/item"):
                yield _rss_item(item, "", _base(address, root, channel, item), language)
        case tag if tag == f"{RDF}RDF":
            for item in root.iterfind(f"{RSS_1}item"):
                yield _rss_item(item, RSS_1, _base(address, root, item), _text(item, f"{DC}language"))
        case tag if tag == f"{ATOM}feed":
            for entry in root.iterfind(f"{ATOM}entry"):
                yield _atom_item(entry, _base(address, root, entry), root.get(f"{XML}lang", ""))
        case _:
            raise Refused("feed.unknown", root=root.tag.rpartition("}")[2][:40])


def _text(element: Element | None, name: str) -> str:
    found = element.find(name) if element is not None else None
    return "".join(found.itertext()).strip() if found is not None else ""


def _base(address: str, *elements: Element | None) -> tuple[str, bool]:
    """What relative addresses inside start from, and whether the feed itself says so."""
    said = [element.get(f"{XML}base", "") for element in elements if element is not None]
    for one in filter(None, said):
        address = _joined(address, one)
    return address, any(said)


def _joined(base: str, address: str) -> str:
    try:
        return urljoin(base, address.strip())
    except ValueError:
        return base


def _rss_item(item: Element, space: str, base: tuple[str, bool], language: str) -> FeedItem:
    link = _text(item, f"{space}link")
    about = item.get(f"{RDF}about", "") if space else _text(item, "guid")
    full, description = _text(item, CONTENT), _text(item, f"{space}description")
    published = _text(item, "pubDate") or _text(item, f"{DC}date")
    title = html.unescape(_text(item, f"{space}title"))
    is_full = bool(full) or (bool(_BLOCK.search(description)) and not _is_cut(description))
    found = FeedItem(
        id=about or link or f"{title} {published}".strip(),
        title=_line(title),
        address=_joined(base[0], link) if link else "",
        base="",
        html=full or description,
        is_summary=not is_full,
        published=_instant(published),
        language=language,
        tags=_tags("".join(one.itertext()) for one in item.iterfind("category")),
    )
    extra = [(one.get("url", ""), one.get("type", "")) for one in item.iterfind("enclosure")]
    return _finished(found, base, extra)


def _is_cut(text: str) -> bool:
    """Whether a text says that there is more of it elsewhere."""
    return bool(_CUT_INSIDE.search(text) or _CUT_AT_END.search(text[-_END:]))


def _atom_item(entry: Element, base: tuple[str, bool], language: str) -> FeedItem:
    links = [(one.get("rel", "alternate"), one.get("href", ""), one) for one in entry.iterfind(f"{ATOM}link")]
    alternate = next((href for rel, href, _ in links if rel == "alternate"), "")
    content = entry.find(f"{ATOM}content")
    given = "" if content is None else _atom_text(content)
    if content is not None:
        inner = content.get(f"{XML}base", "")
        base = (_joined(base[0], inner), True) if inner else base
    summary = entry.find(f"{ATOM}summary")
    title = entry.find(f"{ATOM}title")
    found = FeedItem(
        id=_text(entry, f"{ATOM}id") or alternate,
        title="" if title is None else _plain_title(title),
        address=_joined(base[0], alternate) if alternate else "",
        base="",
        html=given or ("" if summary is None else _atom_text(summary)),
        is_summary=not given,
        published=_instant(_text(entry, f"{ATOM}published")),
        updated=_instant(_text(entry, f"{ATOM}updated")),
        language=entry.get(f"{XML}lang", language),
        tags=_tags(one.get("term", "") for one in entry.iterfind(f"{ATOM}category")),
    )
    extra = [(href, one.get("type", "")) for rel, href, one in links if rel == "enclosure"]
    return _finished(found, base, extra)


def _atom_text(element: Element) -> str:
    """A text construct as HTML; empty when its content is elsewhere or no text."""
    match element.get("type", "text").lower():
        case "html" | "text/html":
            return "".join(element.itertext()).strip()
        case "xhtml" | "application/xhtml+xml":
            return _markup(element)
        case "text" | "text/plain":
            return _paragraphs("".join(element.itertext()))
        case _:
            return ""


def _plain_title(element: Element) -> str:
    text = "".join(element.itertext())
    if element.get("type", "").lower() in ("html", "text/html"):
        text = html.unescape(re.sub(r"</?[A-Za-z][^>]*>", "", text))
    return _line(text)


def _markup(element: Element) -> str:
    """What stands inside of an element, written as HTML. A loop: nesting in a feed has no bound."""
    parts = [html.escape(element.text or "", quote=False)]
    left: list[Element | str] = list(reversed(element))
    while left:
        node = left.pop()
        if isinstance(node, str):
            parts.append(node)
            continue
        tag = node.tag.rpartition("}")[2]
        tail = html.escape(node.tail or "", quote=False)
        named = "".join(f' {name}="{html.escape(value)}"' for name, value in node.items() if "}" not in name)
        parts.append(f"<{tag}{named}>")
        if tag in _VOID:
            parts.append(tail)
            continue
        parts.append(html.escape(node.text or "", quote=False))
        left.append(f"</{tag}>{tail}")
        left.extend(reversed(node))
    return "".join(parts).strip()


# --- JSON -------------------------------------------------------------------------------------------------------------


def _json(content: bytes) -> dict[str, Any]:
    try:
        found = json.loads(content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise Refused("feed.encoding") from error
    except json.JSONDecodeError as error:
        raise Refused("feed.broken", line=error.lineno) from error
    except (RecursionError, ValueError) as error:  # nested or long beyond any feed
        raise Refused("feed.broken", line=1) from error
    version = found.get("version") if isinstance(found, dict) else None
    if not isinstance(version, str) or "jsonfeed.org/version/" not in version:
        raise Refused("feed.unknown", root="json")
    return dict(found)


def _json_items(feed: dict[str, Any], address: str) -> Iterator[FeedItem]:
    entries = feed.get("items")
    for entry in entries if isinstance(entries, list) else []:
        if isinstance(entry, dict):
            yield _json_item(entry, address, _string(feed, "language"))


def _json_item(entry: dict[str, Any], address: str, language: str) -> FeedItem:
    link, given = _string(entry, "url"), _string(entry, "content_html")
    given = given or _paragraphs(_string(entry, "content_text"))
    summary = _paragraphs(_string(entry, "summary"))
    tags = entry.get("tags")
    found = FeedItem(
        id=_string(entry, "id") or link,
        title=_line(_string(entry, "title")),
        address=_joined(address, link) if link else "",
        base="",
        html=given or summary,
        is_summary=not given,
        published=_instant(_string(entry, "date_published")),
        updated=_instant(_string(entry, "date_modified")),
        language=_string(entry, "language") or language,
        tags=_tags(str(tag) for tag in tags) if isinstance(tags, list) else (),
    )
    attached = entry.get("attachments")
    extra = [
        (_string(one, "url"), _string(one, "mime_type"))
        for one in (attached if isinstance(attached, list) else [])
        if isinstance(one, dict)
    ]
    return _finished(found, (address, False), extra)


def _string(table: dict[str, Any], key: str) -> str:
    """Numbers too: ids are often written as such."""
    value = table.get(key)
    return str(value).strip() if isinstance(value, str | int | float) and value is not True else ""


# --- all of them ------------------------------------------------------------------------------------------------------


def _finished(item: FeedItem, base: tuple[str, bool], extra: list[tuple[str, str]]) -> FeedItem:
    """With its base, and with what is attached to it as a line of its own where the text does not have it."""
    start = base[0] if base[1] or not item.address else item.address
    text = item.html
    for target, kind in extra:
        whole = _joined(start, target)
        if not target or not whole.startswith(("http://", "https://")) or target in html.unescape(text):
            continue
        shown = html.escape(whole)
        is_picture = kind.lower().startswith("image/")
        line = f'<img src="{shown}" alt="">' if is_picture else f'<a href="{shown}">{shown}</a>'
        text += f"\n<p>{line}</p>"
    return replace(item, base=start, html=text)


def _paragraphs(text: str) -> str:
    runs = [run.strip() for run in re.split(r"\n\s*\n", text.replace("\r\n", "\n")) if run.strip()]
    return "\n".join(f"<p>{html.escape(run, quote=False).replace(chr(10), '<br>')}</p>" for run in runs)


def _line(text: str) -> str:
    return " ".join(text.split())


def _tags(found: Iterator[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(tag for tag in map(_line, found) if tag and "," not in tag))


def _instant(text: str) -> datetime | None:
    """An RFC 3339 or RFC 822 date, aware and in UTC; None when it is neither."""
    for read in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            at = read(text.strip())
        except (ValueError, TypeError, IndexError, OverflowError):
            continue
        aware = at if at.tzinfo is not None else at.replace(tzinfo=UTC)
        try:
            return aware.astimezone(UTC)
        except OverflowError:
            return None
    return None
