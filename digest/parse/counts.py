"""How much is in these blocks? The figures `check --json` prints and the seeds are checked by."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from digest.document import Block, Details, List, Paragraph, Quote, images, links, plain, walk
from digest.issue import Item
from digest.measure import first_sentence
from digest.parse.addresses import BARE

CJK = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\u3040-\u30ff\uac00-\ud7af]")
PICTOGRAPH = re.compile(
    "[\u00a9\u00ae\u203c\u2049\u2122\u2139\u2194-\u2199\u21a9\u21aa\u231a\u231b\u2328\u23cf\u23e9-\u23f3\u23f8-\u23fa"
    "\u24c2\u25aa\u25ab\u25b6\u25c0\u25fb-\u25fe\u2600-\u27bf\u2934\u2935\u2b05-\u2b07\u2b1b\u2b1c\u2b50\u2b55\u3030\u303d"
    "\u3297\u3299\U0001f000-\U0001f1e5\U0001f200-\U0001f3fa\U0001f400-\U0001faff]"
)
_AFTER_LINK = re.compile(r"^[\s：:—–,，.。-]+")
WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Counts:
    """Bullets and numbered are list entries, nested bullets those inside another list.

    Paragraphs are those with text outside lists and quotes; words are CJK characters, pictographs and Latin words.
    """

    links: int
    images: int
    opinions: int
    bullets: int
    bullets_nested: int
    numbered: int
    quotes: int
    paragraphs: int
    words: int


def counts(blocks: Sequence[Block]) -> Counts:
    """The figures of a run of blocks; a heading is not part of it."""
    nodes = list(walk(blocks))
    lists = [node for node in nodes if isinstance(node, List)]
    return Counts(
        links=len(links(blocks)),
        images=len(images(blocks)),
        opinions=sum(isinstance(node, Paragraph) and node.role == "opinion" for node in nodes),
        bullets=sum(len(one.entries) for one in lists if not one.is_ordered),
        bullets_nested=sum(len(one.entries) for one in _nested(blocks) if not one.is_ordered),
        numbered=sum(len(one.entries) for one in lists if one.is_ordered),
        quotes=sum(isinstance(node, Quote) for node in nodes),
        paragraphs=sum(1 for one in _outside(blocks) if plain((one,)).strip()),
        words=count_words(plain(blocks)),
    )


def count_words(text: str) -> int:
    """CJK characters, pictographs, and runs of other letters and digits."""
    if text.isascii():
        return len(WORD.findall(text))
    single = len(CJK.findall(text)) + len(PICTOGRAPH.findall(text))
    return single + len(WORD.findall(CJK.sub(" ", text)))


def summary(item: Item) -> str | None:
    """What an item is previewed with: its summary's first sentence; in a list entry the text after its link."""
    if item.via == "list entry":
        first = plain(item.blocks[:1]).strip()
        if item.title and first.startswith(item.title):
            return _AFTER_LINK.sub("", first[len(item.title) :]).strip() or None
    marked = (node for node in walk(item.blocks) if isinstance(node, Paragraph) and node.role == "summary")
    for block in (*marked, *item.blocks):
        text = re.sub(BARE, "", plain((block,))).strip()
        if text:
            return first_sentence(text)
    return None


def _outside(blocks: Iterable[Block]) -> Iterable[Paragraph]:
    for block in blocks:
        if isinstance(block, Paragraph):
            yield block
        elif isinstance(block, Details):
            yield from _outside(block.blocks)


def _nested(blocks: Iterable[Block], *, is_inside: bool = False) -> Iterable[List]:
    """Lists that stand in an entry of another list."""
    for block in blocks:
        match block:
            case List():
                if is_inside:
                    yield block
                for entry in block.entries:
                    yield from _nested(entry, is_inside=True)
            case Quote() | Details():
                yield from _nested(block.blocks, is_inside=is_inside)
            case _:
                pass
