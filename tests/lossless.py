"""Did everything of a source reach the reader? An independent reader and the comparison of content.md §1.

The reader is markdown-it-py, never our own parser. `read_source` makes the word lines, links and pictures of a source;
`losses` compares them with what one platform really showed. Parts of a delivery are joined by `PART`: only there may a
line be interrupted by a platform's own words ("part 2 of 3").
"""

import html
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html.parser import HTMLParser
from urllib.parse import unquote, urlsplit

import regex  # type: ignore[import-untyped]  # it ships no types
import yaml
from markdown_it import MarkdownIt
from markdown_it.token import Token

PART = "\f"
ADDED = 60  # words a platform may add around the cut between two parts

WORD = regex.compile(
    r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Hangul}]"
    r"|(?:(?![\p{Han}\p{Hiragana}\p{Katakana}\p{Hangul}])[\p{L}\p{N}])+"
    r"|\p{Extended_Pictographic}"
)
KNOWN = (
    "a abbr address article aside audio b bdi bdo big blockquote body br button caption center cite code col "
    "colgroup data dd del details dfn div dl dt em embed figcaption figure font footer form h1 h2 h3 h4 h5 h6 head "
    "header hr html i iframe img input ins kbd label li link main map mark meta nav noscript object ol option p "
    "param picture pre progress q rp rt ruby s samp script section select small source span strike strong style sub "
    "summary sup svg table tbody td template textarea tfoot th thead time title tr track tt u ul var video wbr"
)
KNOWN_TAGS = frozenset(KNOWN.split())
LINES = (
    "article aside audio blockquote br center details div dd dl dt figcaption figure footer h1 h2 h3 h4 h5 h6 header "
    "hr iframe img li ol p pre section summary table td th tr ul video"
)
LINE_TAGS = frozenset(LINES.split())
BARE = regex.compile(
    r"(?<![A-Za-z0-9])https?://[^\s<>\\\ue000\"'`\u2018-\u201f\u3000-\u303f\uff01-\uff0f\uff1a-\uff20\uff3b-\uff40\uff5b-\uff65]+",
    regex.IGNORECASE,
)
TAG = re.compile(r"(?<!\]\()<(?=/?([A-Za-z][A-Za-z0-9.+-]*)([^A-Za-z0-9.+-]|$))")
KEY_LINE = re.compile(r"[A-Za-z][A-Za-z0-9_ -]*:(?:\s|$)")
METADATA = re.compile(
    r"^(title|linktitle|number|date|draft|tags|lang|summary)\s*:", re.IGNORECASE | re.MULTILINE
)


@dataclass(frozen=True, slots=True)
class Source:
    """What a reader must get. `words` in reading order, `lines` as runs of words."""

    words: tuple[str, ...]
    lines: tuple[tuple[str, ...], ...]
    links: tuple[str, ...]
    images: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Delivered:
    """What one reader got: displayed text (parts joined by `PART`), tappable addresses, pictures by their source."""

    text: str
    links: tuple[str, ...]
    images: tuple[str, ...]


def words(text: str) -> list[str]:
    """The words of a text, folded as content.md §1 says."""
    # an emoji of several signs counts once a sign; selectors and joiners are not words
    folded = unicodedata.normalize("NFKC", text.replace("\u2011", "-").replace("\ufe0f", "")).casefold()
    found: list[str] = WORD.findall(folded)
    return found


def address(target: str) -> str:
    """A link target in the one spelling it is compared in."""
    decoded = unquote(html.unescape(target.strip()))
    try:
        host = urlsplit(decoded).hostname
    except ValueError:  # a broken IPv6 host: compared as it is written
        host = None
    if host and "://" in decoded:
        head, rest = decoded.split("://", 1)
        shown = host
        if host.isascii() and "xn--" in host:
            try:
                shown = host.encode("ascii").decode("idna")
            except UnicodeError:
                shown = host
        place = rest.lower().find(host)
        decoded = f"{head.lower()}://{rest[:place]}{shown}{rest[place + len(host) :]}"
    return decoded.rstrip("/")


def bare_links(text: str) -> list[str]:
    """Web addresses written without markup: up to white space, quotes or Chinese punctuation."""
    found = []
    for match in BARE.finditer(text):
        target = match[0]
        while True:
            bare = target.rstrip(".,;:!?*_~")
            for opening, closing in ("()", "[]"):
                if bare.endswith(closing) and bare.count(closing) > bare.count(opening):
                    bare = bare[:-1]
            if bare == target:
                break
            target = bare
        if re.search(r"://[^/?#]*[A-Za-z0-9\u0080-\U0010ffff]", target):
            found.append(target)
    return found


# --- reading a source ---------------------------------------------------------------------------------------------


class _Collector(HTMLParser):
    """Lines, links and pictures, fed with text and raw HTML alike."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.lines: list[str] = [""]
        self.links: list[str] = []
        self.images: list[str] = []
        self._silent = 0

    def cut(self) -> None:
        if self.lines[-1]:
            self.lines.append("")

    def text(self, value: str) -> None:
        self.lines[-1] += value

    def link(self, target: str | None) -> bool:
        """Whether the target can be tapped; what cannot stands as text after its label."""
        target = (target or "").strip()
        if not target or target.startswith("#"):
            return True
        if re.match(r"(?i)(https?|mailto|tg):|(?![a-z][a-z0-9+.-]*:)", target):
            self.links.append(target)
        return bool(re.match(r"(?i)(https?|mailto|tg):", target))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in {"script", "style"}:
            self._silent += 1
        if tag in LINE_TAGS:
            self.cut()
        attributes = dict(attrs)
        match tag:
            case "a":
                self.link(attributes.get("href"))
            case "img":
                if attributes.get("src"):
                    self.images.append(attributes["src"] or "")
            case "video" | "audio" | "iframe" | "source":
                self.link(attributes.get("src"))

    def handle_endtag(self, tag: str) -> None:
        if tag in {"script", "style"}:
            self._silent = max(0, self._silent - 1)
        if tag in LINE_TAGS:
            self.cut()

    def handle_data(self, data: str) -> None:
        if self._silent:
            return
        for index, line in enumerate(data.split("\n")):
            if index:
                self.text(" ")
            self.text(line)


def read_source(markdown: str) -> Source:
    """The word lines, links and pictures of a Markdown source, read by CommonMark's rules."""
    body = _visible_tags(_without_front_matter(markdown.removeprefix("\ufeff").replace("\r\n", "\n")))
    collector = _Collector()
    for token in _reader().parse(body):
        _read_block(token, collector)
    lines = tuple(line for line in (tuple(words(text)) for text in collector.lines) if line)
    return Source(
        words=tuple(word for line in lines for word in line),
        lines=lines,
        links=tuple(collector.links),
        images=tuple(collector.images),
    )


def _reader() -> MarkdownIt:
    # linkify-it takes the Chinese after an address for a part of it, so bare addresses are found by `BARE` below
    return MarkdownIt("commonmark").enable(["table", "strikethrough"])


def _without_front_matter(markdown: str) -> str:
    found = re.match(r"---[ \t]*\n(.*?)\n?(?:---|\.\.\.)[ \t]*(?:\n|$)", markdown, re.DOTALL)
    if found:
        try:
            is_mapping = isinstance(yaml.safe_load(found[1]), dict)
        except yaml.YAMLError:
            is_mapping = False
        return markdown[found.end() :] if is_mapping else markdown
    head, blank, rest = markdown.partition("\n\n")
    if blank and METADATA.search(head) and all(KEY_LINE.match(line) for line in head.split("\n")):
        return rest
    return markdown


def _visible_tags(markdown: str) -> str:
    """Tags nobody knows (`<think>`, `Vec<T>`) and footnote marks are words; CommonMark would hide them."""

    def show(found: re.Match[str]) -> str:
        name = found[1].lower()
        is_address = (
            found[2] in {":", "@"} or "@" in found.string[found.start() : found.start() + 80].split(">")[0]
        )
        return "<" if name in KNOWN_TAGS or is_address else "\ue000"

    footnotes = re.sub(r"(?m)^( {0,3})\[\^", r"\1\[^", markdown)
    return TAG.sub(show, footnotes)


def _read_block(token: Token, collector: _Collector) -> None:
    match token.type:
        case "inline":
            collector.cut()
            _read_inlines(token.children or [], collector)
            collector.cut()
        case "fence" | "code_block":
            for line in token.content.split("\n"):
                collector.cut()
                collector.text(line)
            collector.cut()
        case "html_block":
            _read_html(token.content, collector)
        case _:
            collector.cut()


def _read_html(content: str, collector: _Collector) -> None:
    collector.feed(content)
    # feed() keeps an unfinished tag back; close() would flush it and forget the open script
    rest, collector.rawdata = collector.rawdata, ""
    if rest and not rest.startswith("<!--"):
        collector.text(rest)


def _read_inlines(tokens: Sequence[Token], collector: _Collector) -> None:
    tappable: list[bool] = []
    is_first = True
    for token in tokens:
        match token.type:
            case "text":
                task = r"^\s*\[[ xX]\]\s" if is_first else r"(?!)"
                collector.text(re.sub(task, " ", token.content))
                if not tappable:
                    collector.links += bare_links(token.content)
            case "code_inline":
                collector.text(token.content)
            case "softbreak":
                collector.text(" ")
            case "hardbreak":
                collector.cut()
            case "link_open":
                tappable.append(collector.link(str(token.attrGet("href") or "")))
            case "link_close":
                if not tappable.pop():
                    collector.cut()
            case "image":
                collector.images.append(str(token.attrGet("src") or ""))
                collector.cut()
            case "html_inline":
                _read_html(token.content, collector)
        is_first = False


# --- comparing ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Lost:
    """How much of a source did not arrive: the words of lines not shown, addresses and pictures out of reach."""

    words: int
    links: int
    images: int


def lost(source: Source, delivered: Delivered) -> Lost:
    """The same comparison as `losses`, counted; pictures out of order count as one that is missing."""
    return Lost(
        max(sum(map(len, _missing_lines(source, delivered))), len(list(_lost_words(source, delivered)))),
        sum(count - have for _, count, have in _missing_links(source, delivered)),
        max(sum(_missing_images(source, delivered).values()), len(list(_lost_images(source, delivered)))),
    )


def losses(source: Source, delivered: Delivered) -> list[str]:
    """What of the source did not arrive, in words a person can follow; empty when nothing was lost."""
    return [
        *_lost_words(source, delivered),
        *_lost_lines(source, delivered),
        *_lost_links(source, delivered),
        *_lost_images(source, delivered),
    ]


def _lost_words(source: Source, delivered: Delivered) -> Iterator[str]:
    # a word may be cut between two parts, so the joined spelling is there too
    shown = set(words(delivered.text)) | set(words(delivered.text.replace(PART, "")))
    yield from (f"word not shown: {word}" for word in sorted(set(source.words) - shown))


def _lost_lines(source: Source, delivered: Delivered) -> Iterator[str]:
    for line in _missing_lines(source, delivered):
        yield f"line not shown, or out of order: {' '.join(line)}"


def _missing_lines(source: Source, delivered: Delivered) -> list[tuple[str, ...]]:
    stream = _Stream(delivered.text)
    missing = stream.missing_in_order(source.lines)
    # a lost short line may have claimed a piece of a long one; the longest first name the culprit better
    return (stream.missing_by_length(source.lines) or missing) if missing else []


def _lost_links(source: Source, delivered: Delivered) -> Iterator[str]:
    for link, count, have in _missing_links(source, delivered):
        yield f"link reachable {have} times instead of {count}: {link}"


def _missing_links(source: Source, delivered: Delivered) -> Iterator[tuple[str, int, int]]:
    """Address, how often it was written, how often it is in reach."""
    have = Counter(address(link) for link in delivered.links)
    for link, count in Counter(address(link) for link in source.links).items():
        if have[link] >= count:
            continue
        if "://" not in link and not link.startswith(("mailto:", "tg:")):
            # a relative target: resolved against a base, or shown as text
            found = sum(n for target, n in have.items() if target.endswith(link.lstrip("./")))
            if found + unquote(delivered.text).count(link) >= count:
                continue
        yield link, count, have[link]


def _missing_images(source: Source, delivered: Delivered) -> Counter[str]:
    return Counter(map(address, source.images)) - Counter(map(address, delivered.images))


def _lost_images(source: Source, delivered: Delivered) -> Iterator[str]:
    wanted = [address(image) for image in source.images]
    have = [address(image) for image in delivered.images]
    missing = _missing_images(source, delivered)
    yield from (f"image missing {count} times: {image}" for image, count in missing.items())
    if not missing:
        rest = iter(have)
        if not all(image in rest for image in wanted):
            yield "images out of order"


class _Stream:
    """The words a reader saw, with the places where one part ends and the next begins."""

    def __init__(self, text: str) -> None:
        self.words: list[str] = []
        self.cuts: set[int] = set()
        for index, part in enumerate(text.split(PART)):
            if index:
                self.cuts.add(len(self.words))
            self.words += words(part)
        self.places: dict[str, list[int]] = {}
        for index, word in enumerate(self.words):
            self.places.setdefault(word, []).append(index)

    def missing_in_order(self, lines: Sequence[tuple[str, ...]]) -> list[tuple[str, ...]]:
        """Lines not found one after the other; the earliest place is always the best one for those that follow."""
        missing = []
        cursor = 0
        for line in lines:
            end = self._find(line, cursor)
            if end is None:
                missing.append(line)
            else:
                cursor = end
        return missing

    def missing_by_length(self, lines: Sequence[tuple[str, ...]]) -> list[tuple[str, ...]]:
        """Lines without a run of their own when the longest may choose first; order is not looked at."""
        claimed = [False] * len(self.words)
        missing = []
        for line in sorted(lines, key=len, reverse=True):
            for start in self._starts(line, 0):
                end = self._end(line, start)
                if end is not None and not any(claimed[start:end]):
                    claimed[start:end] = [True] * (end - start)
                    break
            else:
                missing.append(line)
        return missing

    def _find(self, line: tuple[str, ...], cursor: int) -> int | None:
        for start in self._starts(line, cursor):
            end = self._end(line, start)
            if end is not None:
                return end
        return None

    def _starts(self, line: tuple[str, ...], cursor: int) -> Iterator[int]:
        whole = (place for place in self.places.get(line[0], ()) if place >= cursor)
        # the first word itself may be cut in two
        halves = (
            cut - 1
            for cut in sorted(self.cuts)
            if cut > cursor and line[0].startswith(self.words[cut - 1]) and line[0] != self.words[cut - 1]
        )
        return iter(sorted({*whole, *halves}))

    def _end(self, line: tuple[str, ...], start: int) -> int | None:
        """Where the line that begins at `start` ends, with what a cut may put in between; None when it does not."""
        wanted = list(reversed(line))
        place = start
        while wanted:
            word = wanted.pop()
            if place < len(self.words) and self.words[place] == word:
                place += 1
                continue
            resumed = self._resume(word, wanted, place)
            if resumed is None:
                return None
            place = resumed
        return place

    def _resume(self, word: str, rest: list[str], place: int) -> int | None:
        """The place after `word` beyond a cut near `place`."""
        for cut in range(place, min(place + ADDED, len(self.words)) + 1):
            if cut not in self.cuts:
                continue
            end = min(cut + ADDED, len(self.words))
            following = rest[-1:-4:-1]
            for candidate in range(cut, end):
                if self.words[candidate] == word and self._goes_on(following, candidate + 1):
                    return candidate + 1
            if place < len(self.words) and word.startswith(self.words[place]):
                tail = word[len(self.words[place]) :]
                for candidate in range(cut, end):
                    if self.words[candidate] == tail and self._goes_on(following, candidate + 1):
                        return candidate + 1
        return None

    def _goes_on(self, following: Sequence[str], place: int) -> bool:
        """Whether the next words follow, so that a platform's own equal word is not taken for the line's."""
        near = self.words[place : place + len(following)]
        if any(cut in self.cuts for cut in range(place, place + len(following))):
            return True
        return list(following) == near
