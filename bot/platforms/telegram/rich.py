"""How does a page become rich messages? Sections that unfold, tables, lists, galleries: a whole issue in one message.

Pure, as the classic `render`. What exceeds one message is parted between sections, then items, then blocks. Pictures
with a public address stand inside; others follow their message as albums under their item's title.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import Any, Final

from bot.platforms.again import former_places
from bot.platforms.base import Form, Message
from bot.platforms.cut import cut_blocks, shortened
from bot.platforms.partition import Fits, Unit, partition
from bot.platforms.pictures import Shown, take_out
from bot.platforms.telegram.albums import Album, albums, can_travel
from bot.platforms.telegram.entities import Span, Styled, clean, units
from bot.platforms.telegram.galleries import addresses, galleries
from bot.platforms.telegram.keyboard import Keyboard, button, numbers, picture_buttons
from bot.platforms.telegram.limits import Limits
from bot.platforms.telegram.markup import (
    ITEM_TITLE,
    NOTHING,
    PAGE_TITLE,
    Chunk,
    RichLimits,
    RichSize,
    escaped,
    joined,
    line,
    shows,
    written,
)
from bot.platforms.telegram.prose import without_outer_rules
from digest.document import Block, Heading, Paragraph
from digest.page import Button, Page, Passage
from handlers.texts import Texts, language_for, texts_for

RICH: Final = "sendRichMessage"
PLAIN: Final = "plain"  # the route of the way back, which stands under every rich message of a private chat
SECTION, ITEM, BLOCK = range(3)  # what it costs a reader when a message begins there
_LABEL: Final = 60  # a title said again is a reminder
_TITLE: Final = 200
_NOTHING: Final = "·"  # the text of a page that has only buttons
_CAPTION: Final = 300  # of an item's title over its pictures
_SUMMARY: Final = 1_000  # of a section's title as it is pressed; a longer one stands in the section
_AROUND: Final = RichSize(
    2_600, 12
)  # at most what frames, marks and titles said again take in one of several
_TITLES: Final[Mapping[str, int]] = {"head": PAGE_TITLE, "item": ITEM_TITLE}


def render_rich(
    page: Page,
    form: Form,
    limits: Limits,
    rich: RichLimits | None = None,
    previous: Sequence[Message] = (),
) -> tuple[Message, ...]:
    """The messages of a page, in order. `previous`: those that were sent of it; items stay in theirs where they can."""
    texts = texts_for(language_for(page.language))
    return tuple(_Renderer(page, form, limits, rich or RichLimits(), texts).messages(previous))


def offers_plain(page: Page) -> bool:
    """Whether the page holds the way back: then it asks for the rich form."""
    return any(action.route == PLAIN for action in page.offered())


def without_way_back(page: Page) -> Page:
    """The page as it is shown in the plain form."""
    rows = (tuple(one for one in row if one.action is None or one.action.route != PLAIN) for row in page.rows)
    return replace(page, rows=tuple(row for row in rows if row))


@dataclass(frozen=True, slots=True)
class _Prepared:
    """A passage's blocks, and its pictures: inside, after it as albums, or behind a button."""

    passage: Passage
    blocks: tuple[Block, ...]
    inside: tuple[Shown, ...]
    after: tuple[Shown, ...]
    hidden: tuple[Shown, ...]


@dataclass(frozen=True, slots=True)
class _Atom:
    """What stays whole: a passage, or a stretch of one that exceeds a message. `owner` counts passages from 0."""

    owner: int
    chunk: Chunk
    seam: int
    is_first: bool
    is_last: bool
    is_head: bool = False  # kept with what follows


@dataclass(slots=True)
class _Part:
    """One rich message without its keyboard."""

    html: str
    passages: list[_Prepared] = field(default_factory=list)
    ended: list[_Prepared] = field(default_factory=list)


class _Renderer:
    def __init__(self, page: Page, form: Form, limits: Limits, rich: RichLimits, texts: Texts) -> None:
        self.page = page
        self.form = form
        self.limits = limits
        self.rich = rich
        self.texts = texts
        self.known: Mapping[str, str] = addresses(page.pictures, limits, rich)
        self.prepared = [self.prepare(passage) for passage in page.passages]
        # for each passage the section it stands in, by the number of the section's passage
        self.section: list[int | None] = []
        for index, one in enumerate(self.prepared):
            inside = self.section[-1] if self.section and one.passage.kind == "item" else None
            self.section.append(index if one.passage.kind == "section" else inside)

    def messages(self, previous: Sequence[Message]) -> Iterator[Message]:
        yield from self.cover()
        atoms = [atom for index in range(len(self.prepared)) for atom in self.atoms(index)]
        groups = self.groups(atoms, former_places([one for one in previous if one.method == RICH]))
        parts = [
            self.part(atoms[group.start : group.stop], number, len(groups))
            for number, group in enumerate(groups, 1)
        ]
        if not parts and (self.page.rows or self.page.choices):
            parts = [_Part("")]
        for number, part in enumerate(parts, 1):
            yield from self.written(part, is_last=number == len(parts))
            for one in part.ended:
                yield from self.albums(one)

    # --- preparing ---

    def prepare(self, passage: Passage) -> _Prepared:
        blocks, shown = take_out(
            passage.blocks, self.page.pictures, self.texts, lambda one: can_travel(one, self.limits)
        )
        if passage.kind == "head":
            blocks = tuple(self.headed(blocks))
        blocks = without_outer_rules(blocks)
        inside = tuple(one for one in shown if one.picture.sha in self.known)
        rest = tuple(one for one in shown if one.picture.sha not in self.known)
        # what no button can bring is sent
        is_hidden = self.form.images != "under_item" and passage.action is not None
        return _Prepared(passage, blocks, inside, () if is_hidden else rest, rest if is_hidden else ())

    def headed(self, blocks: Sequence[Block]) -> Iterator[Block]:
        """The head's first line is the page's title; its overview is left out where it is not wanted."""
        for index, block in enumerate(blocks):
            match block:
                case Paragraph(inlines, None) if not index:
                    yield Heading(1, inlines)
                case Paragraph(role="note") if self.form.overview == "never":
                    continue
                case _:
                    yield block

    def atoms(self, index: int) -> Iterator[_Atom]:
        """The passage itself, or as many stretches as it needs."""
        one = self.prepared[index]
        is_head = one.passage.kind == "section"
        seam = ITEM if one.passage.kind == "item" else SECTION
        # a section's own heading is what is pressed to unfold it
        blocks = one.blocks[1:] if self.summary(index) is not None else one.blocks
        pictures = list(galleries(one.inside, self.known))
        whole = joined((self.chunk(index, blocks), *pictures))
        if self.fits(whole.size):
            if whole.html or is_head or one.after or one.passage.action is not None:
                yield _Atom(index, whole, seam, is_first=True, is_last=True, is_head=is_head)
            return
        stretches = [*self.stretches(index, blocks), *((chunk, False) for chunk in pictures)]
        if is_head:
            stretches.insert(0, (Chunk(), True))
        last = len(stretches) - 1
        for number, (chunk, is_heading) in enumerate(stretches):
            is_kept = is_heading and number < last
            yield _Atom(index, chunk, BLOCK if number else seam, number == 0, number == last, is_head=is_kept)

    def stretches(self, index: int, blocks: Sequence[Block]) -> Iterator[tuple[Chunk, bool]]:
        """Each block, or as much of it as fits at a time, and whether it is a heading."""
        is_begin = True

        def fits(piece: Sequence[Block]) -> bool:
            # a stretch leaves room for the heading before it, so that neither stands alone
            return self.fits(self.chunk(index, piece).size.plus(_AROUND))

        for piece in cut_blocks(blocks, fits):
            for block in piece:
                chunk = self.chunk(index, (block,), is_begin=is_begin)
                is_begin = False
                if chunk.html:
                    yield chunk, isinstance(block, Heading)

    def chunk(self, index: int, blocks: Sequence[Block], *, is_begin: bool = True) -> Chunk:
        title = _TITLES.get(self.prepared[index].passage.kind) if is_begin else None
        return written(blocks, self.rich, depth=0 if self.section[index] is None else 1, title=title)

    def summary(self, index: int) -> str | None:
        """What is pressed to unfold a section; None for what is no section with a heading of a line's length."""
        one = self.prepared[index]
        if one.passage.kind != "section" or not one.blocks or not isinstance(one.blocks[0], Heading):
            return None
        words = line(one.blocks[0].inlines, self.rich, depth=3)
        return words if shows(one.blocks[0].inlines) and units(words) <= _SUMMARY else None

    def fits(self, size: RichSize) -> bool:
        """Whether a stretch can stand in a message with all that may stand around it."""
        return size.plus(_AROUND).is_within(self.rich.room)

    # --- grouping ---

    def groups(self, atoms: Sequence[_Atom], places: Mapping[str, int]) -> tuple[range, ...]:
        """Which atoms share a message: all of them where they fit, else by seams."""
        if not atoms:
            return ()
        sizes = [atom.chunk.size.plus(self.opening(atom)) for atom in atoms]
        sums = [NOTHING]
        for size in sizes:
            sums.append(sums[-1].plus(size))
        has_buttons = self.button_room(atoms)
        is_one = sums[-1].is_within(self.rich.room) and has_buttons(0, len(atoms))
        if is_one and max(places.values(), default=0) == 0:
            return (range(len(atoms)),)

        def fits(first: int, last: int) -> bool:
            taken = RichSize(*(end - start for start, end in zip(sums[first], sums[last], strict=True)))
            return taken.plus(_AROUND).is_within(self.rich.room) and has_buttons(first, last)

        sized = [
            Unit(
                (atom.chunk.size.units,),
                atom.is_head,
                atom.seam,
                # the rest of a parted item goes where there is room
                places.get(self.prepared[atom.owner].passage.key) if atom.is_first else None,
            )
            for atom in atoms
        ]
        return partition(sized, fits)

    def button_room(self, atoms: Sequence[_Atom]) -> Fits:
        """Whether the buttons of the atoms `first` … `last - 1` can stand under one message."""
        offered = self.page.offered()
        openers, waiting = [0], []
        for atom in atoms:
            one = self.prepared[atom.owner]
            is_opened = atom.is_last and one.passage.action not in offered
            shown = [button(own, self.form, self.limits) for own in numbers((one.passage,))]
            openers.append(openers[-1] + sum(made is not None for made in shown if is_opened))
            waiting.append((one.passage, len(one.hidden) if atom.is_last else 0))
        # one item alone has its opener and its pictures' button: a page of too many rows is sent all the same
        room_last, room = (
            max(2, self.limits.buttons - sum(map(len, self.page_rows(is_last=is_last).rows)))
            for is_last in (True, False)
        )

        def fits(first: int, last: int) -> bool:
            pictures = picture_buttons((one for one in waiting[first:last] if one[1]), self.texts)
            taken = openers[last] - openers[first] + len(pictures)
            return taken <= (room_last if last == len(atoms) else room)

        return fits

    def opening(self, atom: _Atom) -> RichSize:
        """What a section's own frame takes."""
        if not atom.is_first or self.prepared[atom.owner].passage.kind != "section":
            return NOTHING
        return RichSize(units(self.frame(atom.owner, is_open=True)) + len("</details>"), 2)

    def frame(self, section: int, *, is_open: bool, is_again: bool = False) -> str:
        """How a section begins."""
        passage = self.prepared[section].passage
        words = self.summary(section)
        if words is None:
            words = escaped(shortened(passage.label, _LABEL, units)) or _NOTHING
        if is_again:
            words = escaped(self.continued(passage.label))
        elif passage.count:
            words = f"<b>{words}</b> ({passage.count})"
        else:
            words = f"<b>{words}</b>"
        return f"<details{' open' if is_open else ''}><summary>{words}</summary>"

    def continued(self, label: str) -> str:
        return self.texts("render.continued", title=shortened(clean(label), _LABEL, units))

    # --- writing ---

    def part(self, atoms: Sequence[_Atom], number: int, count: int) -> _Part:
        """One message: its sections unfold, the first one is open."""
        pieces: list[str] = []
        if number > 1:
            pieces.append(f"<p>{escaped(self.texts('render.part_head', part=number, parts=count))}</p>")
        is_open = True
        for section, group in groupby(atoms, key=lambda atom: self.section[atom.owner]):
            same = list(group)
            body = self.again(same[0]) if same[0] is atoms[0] else ""
            body += "".join(atom.chunk.html for atom in same)
            if section is None:
                pieces.append(body)
                continue
            is_again = same[0].owner != section or not same[0].is_first
            frame = self.frame(section, is_open=is_open, is_again=is_again)
            if body:
                pieces.append(f"{frame}{body}</details>")
                is_open = False
            else:
                _, _, words = frame.partition("<summary>")
                pieces.append(f"<h2>{words.removesuffix('</summary>')}</h2>")
        if number < count:
            pieces.append(f"<p>{escaped(self.texts('render.part_foot', part=number, parts=count))}</p>")
        owners = dict.fromkeys(atom.owner for atom in atoms)
        return _Part(
            "".join(pieces),
            [self.prepared[owner] for owner in owners],
            [self.prepared[atom.owner] for atom in atoms if atom.is_last],
        )

    def again(self, atom: _Atom) -> str:
        """The title of an item that goes on where a message begins."""
        passage = self.prepared[atom.owner].passage
        if atom.is_first or passage.kind == "section" or not passage.label:
            return ""
        return f"<p><b>{escaped(self.continued(passage.label))}</b></p>"

    def written(self, part: _Part, *, is_last: bool) -> Iterator[Message]:
        """The message of a part; buttons without words stand under the page's title, nothing makes none."""
        keyboard = self.keyboard(part, is_last=is_last)
        if not part.html and not keyboard.rows:
            return
        title = shortened(clean(self.page.title).strip(), _TITLE, units) or _NOTHING
        html = part.html or f"<p>{escaped(title)}</p>"
        body: dict[str, Any] = {"rich_message": {"html": html, "skip_entity_detection": True}}
        if keyboard.rows:
            body["reply_markup"] = keyboard.markup()
        items = tuple(
            one.passage.key for one in part.passages if one.passage.kind == "item" and one.passage.key
        )
        yield Message(RICH, self.silenced(body), (), 1, items, tuple(keyboard.omitted))

    def silenced(self, body: dict[str, Any]) -> dict[str, Any]:
        return {**body, "disable_notification": True} if self.page.is_silent else body

    def keyboard(self, part: _Part, *, is_last: bool) -> Keyboard:
        """The items' buttons, the pictures that wait, the page's rows under the last part, the way back under each."""
        offered = self.page.offered()
        waiting = picture_buttons(
            ((one.passage, len(one.hidden)) for one in part.ended if one.hidden), self.texts
        )
        below = self.page_rows(is_last=is_last, waiting=waiting)
        room = self.limits.buttons - sum(map(len, below.rows))
        above = Keyboard(self.form, replace(self.limits, buttons=room))
        above.add(numbers(one.passage for one in part.ended if one.passage.action not in offered))
        above.rows += below.rows
        above.omitted += below.omitted
        return above

    def page_rows(self, *, is_last: bool, waiting: Sequence[Button] = ()) -> Keyboard:
        """What stands below the items' buttons."""
        below = Keyboard(self.form, self.limits)
        below.add(waiting, columns=2)
        if is_last:
            below.add_page(self.page)
            return below
        for row in self.page.rows:
            below.add([one for one in row if one.action is not None and one.action.route == PLAIN])
        return below

    # --- pictures ---

    def cover(self) -> Iterator[Message]:
        """The first of the pictures that wait behind buttons."""
        hidden = next((one for one in self.prepared if one.hidden), None)
        if self.form.images == "cover" and hidden is not None:
            (album,) = albums(hidden.hidden[:1], self.limits)
            yield self.album(album, None, ())

    def albums(self, owner: _Prepared) -> Iterator[Message]:
        key = owner.passage.key
        items = (key,) if owner.passage.kind == "item" and key else ()
        for album in albums(owner.after, self.limits):
            yield self.album(album, self.caption(owner.passage) if album.takes_caption else None, items)

    def caption(self, passage: Passage) -> Styled | None:
        """The item's title, by which its pictures are known."""
        label = shortened(clean(passage.label).strip(), _CAPTION, units)
        if not label:
            return None
        mark = f"{passage.number}. " if passage.number is not None else ""
        return Styled(f"{mark}{label}", (Span("bold", 0, units(mark + label)),))

    def album(self, album: Album, caption: Styled | None, items: tuple[str, ...]) -> Message:
        return Message(
            album.method,
            self.silenced(album.payload(caption)),
            tuple(dict.fromkeys(picture.sha for picture in album.pictures)),
            len(album.pictures),
            items,
        )
