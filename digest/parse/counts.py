"""How much is in these blocks? The figures `check --json` prints and the seeds are checked by."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from digest.document import Block, Details, List, Paragraph, Quote, images, links, plain, walk
from digest.issue import Item
from digest.measure import first_sentence
from digest.parse.addresses import BARE

CJK = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\u3040-\u30ff\uac00-\ud7af]")
WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Counts:
    """Bullets and numbered are list entries, nested bullets those inside another list.

    Paragraphs are those with text outside lists and quotes; words are CJK characters and Latin words.
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
    """CJK characters, and runs of other letters and digits."""
    return len(CJK.findall(text)) + len(WORD.findall(CJK.sub(" ", text)))


def summary(item: Item) -> str:
    """The sentence an item is previewed with; empty when it has no text."""
    for node in walk(item.blocks):
        if isinstance(node, Paragraph) and node.role == "summary":
            return first_sentence(plain(node.inlines))
    for block in item.blocks:
        text = plain((block,)).strip()
        if item.via == "list entry" and item.title and text.startswith(item.title):
            # in a linked list entry the text after the link and its colon
            text = re.sub(r"^[\s：:—–,，.。-]+", "", text[len(item.title) :])
        text = re.sub(BARE, "", text).strip()
        if text:
            return first_sentence(text)
    return ""


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
