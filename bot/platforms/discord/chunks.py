"""How does a page fall into chunks? A passage is one, unless it alone exceeds a message.

Then it is cut between its blocks, then inside a block at a sentence, never inside a link; its pictures stand after its
text, each where a message may begin.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from bot.platforms.base import Form
from bot.platforms.cut import Fits, cut_blocks, shortened
from bot.platforms.discord.blocks import markdown
from bot.platforms.discord.markdown import is_short_enough, one_line
from bot.platforms.discord.pack import Chunk, Limits, units16
from bot.platforms.pictures import Shown, describe, take_out
from digest.document import Block, Heading, Paragraph, Rule, Text, images
from digest.page import Page, Passage, Picture
from handlers.texts import Texts, texts_for

FitsAlone = Callable[[Chunk], bool]
Known = tuple[tuple[str, Picture | None], ...]  # every picture of a passage, as the page knows it
_TITLE = 60  # characters of a title that is said again
_SEAMS = {"section": 0, "item": 1, "head": 0, "body": 0, "foot": 1}
_INSIDE = 2  # the seam between blocks of one item
_INSIDE_BLOCK = 3


@dataclass(frozen=True, slots=True)
class _Drawn:
    """A passage as Discord shows it: what is left of its blocks, their text, its pictures, those that are too large."""

    blocks: tuple[Block, ...]
    text: str
    shown: tuple[Shown, ...]
    omitted: tuple[str, ...]


@lru_cache(
    maxsize=1_024
)  # a page is tried in several looks, and most of its passages are alike in all of them
def _drawn(blocks: tuple[Block, ...], known: Known, language: str, most: int) -> _Drawn:
    pictures = {src: picture for src, picture in known if picture is not None}
    kept, shown = take_out(
        _without_last_rules(blocks),
        pictures,
        texts_for(language),
        lambda picture: picture.size <= most,
        is_short_enough,
    )
    sizes = ((image, pictures.get(image.src)) for image in images(blocks))
    omitted = tuple(
        f"{describe(image) or image.src}: {picture.size:,} > {most:,} bytes"
        for image, picture in sizes
        if picture is not None and picture.size > most
    )
    return _Drawn(tuple(kept), markdown(kept), shown, omitted)


@lru_cache(maxsize=1_024)  # as above
def _sources(blocks: tuple[Block, ...]) -> tuple[str, ...]:
    return tuple(image.src for image in images(blocks))


@lru_cache(maxsize=1_024)  # as above
def _continued(label: str, language: str) -> str:
    """The title as it is said again; nothing where there is none."""
    if not label:
        return ""
    title = one_line((Text(shortened(label, _TITLE, units16)),), is_bold=True)
    return texts_for(language)("render.continued", title=title)


@dataclass(slots=True)
class Chunker:
    """Makes the chunks of one page. `covers_left`: how many pictures are still shown where only a cover is wanted."""

    page: Page
    form: Form
    texts: Texts
    limits: Limits
    fits_alone: FitsAlone
    covers_left: int = 1

    def chunks(self) -> list[Chunk]:
        found = [chunk for passage in self.page.passages for chunk in self._passage(passage)]
        # what the first message begins with is no border
        return [replace(found[0], seam=0), *found[1:]] if found else []

    def _passage(self, passage: Passage) -> Iterator[Chunk]:
        pictures = self.page.pictures
        known = tuple((src, pictures.get(src)) for src in _sources(passage.blocks)) if pictures else ()
        drawn = _drawn(passage.blocks, known, self.texts.language, self.limits.file)
        visible, hidden = self._parted(passage, drawn.shown)
        is_head = passage.kind == "head"
        whole = Chunk(
            # the lines of a head belong together
            "\n".join(markdown((block,)) for block in drawn.blocks) if is_head else drawn.text,
            visible,
            _hidden(passage, hidden),
            key=passage.key if passage.kind == "item" else "",
            title=_continued(passage.label, self.texts.language),
            omitted=drawn.omitted,
            seam=_SEAMS[passage.kind],
            is_section=passage.kind == "section",
        )
        if not whole.text and not visible and not whole.hidden:
            return
        if self.fits_alone(whole):
            yield whole
        else:
            yield from self._pieces(whole, drawn.blocks)

    def _parted(self, passage: Passage, shown: tuple[Shown, ...]) -> tuple[tuple[Shown, ...], int]:
        """The pictures to be shown, and how many stay behind a button; what no button can bring stays in its place."""
        if self.form.images == "under_item" or passage.action is None:
            return shown, 0
        count = min(self.covers_left, len(shown)) if self.form.images == "cover" else 0
        self.covers_left -= count
        return shown[:count], len(shown) - count

    def _pieces(self, whole: Chunk, blocks: Sequence[Block]) -> Iterator[Chunk]:
        is_first = True
        for text, seam in self._texts(whole, blocks):
            yield self._piece(whole, is_first=is_first, text=text, seam=seam)
            is_first = False
        for shown in whole.pictures:
            yield self._piece(whole, is_first=is_first, pictures=(shown,), seam=_INSIDE)
            is_first = False

    def _piece(
        self, whole: Chunk, *, is_first: bool, seam: int, text: str = "", pictures: tuple[Shown, ...] = ()
    ) -> Chunk:
        if is_first:
            return replace(whole, text=text, pictures=pictures)
        return replace(
            whole,
            text=text,
            pictures=pictures,
            hidden=None,
            omitted=(),
            seam=seam,
            is_section=False,
            is_continuation=True,
        )

    def _texts(self, whole: Chunk, blocks: Sequence[Block]) -> Iterator[tuple[str, int]]:
        """The texts of the pieces, each with the cost of beginning a message there."""

        def fits(run: tuple[Block, ...]) -> bool:
            return self.fits_alone(
                replace(whole, text=markdown(run), pictures=(), is_continuation=True, is_section=False)
            )

        def fits_often(run: tuple[Block, ...]) -> bool:
            # small pieces leave the packer a choice where to begin a message
            text = markdown(run)
            return units16(text) * 4 <= self.limits.characters and len(text.encode()) * 4 <= self.limits.bytes

        for run in cut_blocks(blocks, _is_one) if blocks else ():
            if fits(run):
                yield markdown(run), _INSIDE
            else:
                for index, piece in enumerate(_cut(run, fits_often, fits)):
                    yield markdown(piece), _INSIDE_BLOCK if index else _INSIDE


def without_number(passage: Passage) -> Passage:
    """The passage without the running number a push writes before it; the selects still tell it."""
    match passage.blocks:
        case ((Heading() | Paragraph()) as first, *rest) if passage.kind == "item" and first.inlines:
            mark = f"{passage.number}. "
            start = first.inlines[0]
            if isinstance(start, Text) and start.text.startswith(mark):
                inlines = (Text(start.text.removeprefix(mark)), *first.inlines[1:])
                return replace(passage, blocks=(replace(first, inlines=inlines), *rest))
    return passage


def _without_last_rules(blocks: Sequence[Block]) -> Sequence[Block]:
    """A line across at the end parts from what follows, and so does the gap or line that stands there anyway."""
    end = len(blocks)
    while end and isinstance(blocks[end - 1], Rule):
        end -= 1
    return blocks[:end]


def _cut(run: tuple[Block, ...], fits_often: Fits, fits: Fits) -> tuple[tuple[Block, ...], ...]:
    try:
        return cut_blocks(run, fits_often)
    except ValueError:  # a link with so long an address that it wants a whole message's room
        return cut_blocks(run, fits)


def _is_one(run: tuple[Block, ...]) -> bool:
    """One block, with the headings before it."""
    return sum(not isinstance(block, Heading) for block in run) <= 1


def _hidden(passage: Passage, count: int) -> tuple[str, int] | None:
    """Where a button finds the pictures: the item's own address."""
    if not count or passage.action is None or not passage.action.arguments:
        return None
    return passage.action.arguments[0], count
