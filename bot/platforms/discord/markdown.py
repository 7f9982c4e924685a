"""How do inlines look in Discord's Markdown? Text shows as it is written, links can be tapped, nothing pings.

Discord's parser is a row of regular expressions (simple-markdown), not CommonMark: a backslash before punctuation shows
it, emphasis knows no flanking rules, delimiters of one kind that touch are read as one run. Where they would touch, a
zero-width space stands between (`JOINT`); `readback` takes it away again. An address shortened to its host ends with
one too, which tells it from a label that happens to be a host.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import assert_never

from bot.platforms.links import host, nested
from digest.document import Break, Code, Del, Em, Image, Inline, Link, Mark, Strong, Text, plain

JOINT = "\u200b"
MAX_TARGET = 2_048  # the longest URL any field of Discord's specification takes
_TAPPABLE = re.compile(r"https?://", re.IGNORECASE)

_ALWAYS = re.compile(r"[\\*_~`|<>\[\]#@]")
# `:name:` becomes an emoji, `scheme://` a link with whatever escapes stand in it
_COLON = re.compile(r":(?=[\w+~-]+:)|:(?=//)")
_LINE_START = re.compile(r"[-+](?=\s)|\d+(?P<dot>[.)])(?=\s)")
_SPACES = re.compile(r"\s*\n\s*")
_LABEL_BREAKERS = re.compile(r"[*~_`|\\\[\]<>]")
# What would end a masked link, or act in the text around it
_IN_TARGET = str.maketrans(
    {chr(code): f"%{code:02X}" for code in (*map(ord, ' ()<>"\\`*|[]'), *range(32), 127)}
)

_DELIMITERS = {"bold": "**", "em": "*", "del": "~~"}


def escape(text: str) -> str:
    """Characters that show as they are anywhere inside a line; `at_line_start` adds what a line's start needs."""
    escaped = _COLON.sub(r"\\:", _ALWAYS.sub(r"\\\g<0>", text))
    # Discord lets the label of a link before it reach as far as the last `](`, escaped or not
    return escaped.replace("](", "]\\(")


def at_line_start(line: str) -> str:
    """A line that neither begins a list nor is indented. Only for lines whose list markers are text, not ours."""
    line = line.strip(" \t\r\n\f\v")
    found = _LINE_START.match(line)
    if found is None:
        return line
    place = found.start("dot") if found["dot"] else 0
    return f"{line[:place]}\\{line[place:]}"


def target(href: str) -> str:
    """A URL as it may stand in a masked link; percent-encoded where it would end the link or act as markup."""
    safe = href.strip().translate(_IN_TARGET).replace("~~", "%7E%7E")
    # no notification would come of it, but a highlighted mention would be seen
    return re.sub(r"@(?=everyone|here)", "%40", safe)


def lines(inlines: Sequence[Inline], *, is_bold: bool = False) -> list[str]:
    """The lines of a run of inlines, each complete in itself: no style and no link goes over a line's end."""
    rendered = (_line(line, is_bold=is_bold) for line in _by_line(inlines))
    return [at_line_start(line) for line in rendered if line.strip()]


def one_line(inlines: Sequence[Inline], *, is_bold: bool = False) -> str:
    """The same on one line, for headings and cells."""
    return " ".join(lines(inlines, is_bold=is_bold))


def link(href: str, label: str) -> str:
    """`[label](href)` for a label in plain words; the host where there is none."""
    return _line((Link(href, (Text(label),) if label else ()),), is_bold=False)


def _line(inlines: Sequence[Inline], *, is_bold: bool) -> str:
    """Targets that no label can carry follow at the end, so that the sentence itself is not interrupted."""
    after: list[str] = []
    inside = _run(inlines, _Inside(frozenset({"bold"} if is_bold else ()), after))
    return "".join((_styled(inside, "**" if is_bold else ""), *(f" ({target})" for target in after)))


@dataclass(frozen=True, slots=True)
class _Inside:
    """What is around an inline, and where targets go that follow the line."""

    styles: frozenset[str]
    after: list[str]
    is_label: bool = False


def _by_line(inlines: Iterable[Inline]) -> list[tuple[Inline, ...]]:
    """Cut at hard breaks, styles repeated on each line; a break in a link becomes a space, else it would be two links."""
    found: list[list[Inline]] = [[]]
    for inline in inlines:
        match inline:
            case Break():
                found.append([])
            case Strong() | Em() | Del() | Mark():
                first, *others = _by_line(inline.inlines)
                found[-1].append(type(inline)(first))
                found += [[type(inline)(other)] for other in others]
            case Text() | Code() | Link() | Image():
                found[-1].append(inline)
            case _:
                assert_never(inline)
    return [tuple(line) for line in found]


def _merged(inlines: Iterable[Inline]) -> list[Inline]:
    """Neighbours of one kind as one: Discord would read `**a****b**` as one odd run of stars."""
    found: list[Inline] = []
    for inline in inlines:
        last = found[-1] if found else None
        match last, inline:
            case Text(first), Text(second):
                found[-1] = Text(first + second)
            case (Strong(before) | Mark(before), Strong(behind) | Mark(behind)):
                found[-1] = Strong((*before, *behind))
            case Em(before), Em(behind):
                found[-1] = Em((*before, *behind))
            case Del(before), Del(behind):
                found[-1] = Del((*before, *behind))
            case _:
                found.append(inline)
    return found


def _run(inlines: Sequence[Inline], inside: _Inside) -> str:
    found = ""
    for inline in _merged(inlines):
        piece = _inline(inline, inside)
        if found and piece and found[-1] == piece[0] and piece[0] in "*~`":
            found += JOINT
        found += piece
    return found


def _inline(inline: Inline, inside: _Inside) -> str:
    match inline:
        case Text():
            return escape(_SPACES.sub(" ", inline.text))
        case Code():
            return _code(_SPACES.sub(" ", inline.text), is_inside=bool(inside.styles) or inside.is_label)
        case Break():
            return " "
        case Strong() | Mark():
            return _style("bold", inline.inlines, inside)
        case Em():
            return _style("em", inline.inlines, inside)
        case Del():
            return _style("del", inline.inlines, inside)
        case Link():
            return _run(inline.inlines, inside) if inside.is_label else _link(inline, inside)
        case Image():
            raise TypeError("pictures are taken out before text is written")
        case _:
            assert_never(inline)


def _style(style: str, inlines: Sequence[Inline], inside: _Inside) -> str:
    found = _run(inlines, replace(inside, styles=inside.styles | {style}))
    return found if style in inside.styles else _styled(found, _DELIMITERS[style])


def _styled(inside: str, delimiter: str) -> str:
    """Spaces stay outside: `* a*` is not emphasised."""
    core = inside.strip()
    if not core or not delimiter:
        return inside
    start = inside.index(core)
    return f"{inside[:start]}{delimiter}{core}{delimiter}{inside[start + len(core) :]}"


def _code(text: str, *, is_inside: bool) -> str:
    """Between as many backticks as do not occur inside; as plain text where its signs would act or no fence is left."""
    lengths = {len(run) for run in re.findall(r"`+", text)}
    free = next((count for count in (1, 2) if count not in lengths), None)
    is_unsafe = "```" in text or (
        is_inside and _LABEL_BREAKERS.search(text)
    )  # three begin a block for some clients
    if free is None or not text.strip() or is_unsafe:
        return escape(text)
    before = " " if text.startswith("`") else ""
    after = " " if text.endswith("`") else ""
    return f"{'`' * free}{before}{text}{after}{'`' * free}"


def _link(inline: Link, inside: _Inside) -> str:
    written = _run(inline.inlines, replace(inside, is_label=True))
    label = written.strip()
    start = written.index(label)
    return written[:start] + _labelled(inline, label, inside) + written[start + len(label) :]


def _labelled(inline: Link, label: str, inside: _Inside) -> str:
    words = " ".join(plain(inline.inlines).split())
    inside.after.extend(
        _masked(escape(host(other)), other) for other in nested(inline) if _is_tappable(other)
    )
    if not _is_tappable(inline.href):
        # Discord makes no link of it, so the target is to be read
        if not label or words == inline.href:
            return escape(inline.href)
        if words != inline.href.removeprefix("mailto:"):
            inside.after.append(escape(inline.href))
        return label
    if not label or inline.is_bare or words == inline.href:
        return _masked(f"{escape(host(inline.href))}{JOINT}", inline.href)
    if _may_be_label(words):
        return _masked(label, inline.href)
    inside.after.append(_masked(escape(host(inline.href)), inline.href))
    return label


def is_short_enough(href: str) -> bool:
    """Whether a link to it fits into a message with some room left for words."""
    return len(target(href)) <= MAX_TARGET


def _is_tappable(href: str) -> bool:
    return _TAPPABLE.match(href) is not None and is_short_enough(href)


def _may_be_label(words: str) -> bool:
    """Discord shows a masked link as its source when the label holds an address or brackets without partner."""
    depth = 0
    for sign in words:
        depth += {"[": 1, "]": -1}.get(sign, 0)
        if depth not in {0, 1}:
            return False
    return depth == 0 and "://" not in words


def _masked(label: str, href: str) -> str:
    return f"[{label}]({target(href)})"
