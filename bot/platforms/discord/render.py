"""How does a page become Discord messages? Exact payloads, as few as every budget allows, nothing lost.

Components V2 by default, embeds where a channel asks for them. Buttons mean the same everywhere on Discord, so private
and public posts are alike; a forum post begins with the overview alone. Pure: no Discord library, no clock, no network.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from bot.platforms.again import former_places, most_alike
from bot.platforms.base import Form, Message
from bot.platforms.discord import components, embeds, roles
from bot.platforms.discord.attachments import Attachments
from bot.platforms.discord.bodies import post_name
from bot.platforms.discord.chunks import Chunker, FitsAlone, without_number
from bot.platforms.discord.controls import (
    Names,
    Row,
    is_text,
    item_rows,
    least_item_rows,
    picture_rows,
    rows_of,
    size,
)
from bot.platforms.discord.markdown import link
from bot.platforms.discord.pack import (
    GAP,
    LIMITS,
    NARROW_GAP,
    Chunk,
    Cloth,
    Limits,
    Marks,
    Segment,
    least_count,
    pack,
    segments,
)
from digest.document import Paragraph
from digest.page import Page, Passage
from handlers.texts import Texts, language_for, texts_for

METHOD = "POST /channels/{id}/messages"
OPENING = "POST /channels/{id}/threads"  # of a forum's post, with its first message
IS_SILENT = 1 << 12
OVERVIEW_FROM = 5  # parts from which an overview gets a message of its own (experience.md §3)
_TAIL = 30  # components that buttons may take of a message that also holds text


def render(
    page: Page, form: Form, limits: Limits = LIMITS, previous: Sequence[Message] = ()
) -> tuple[Message, ...]:
    """The messages of a page, in order. A page without anything to show makes none.

    `previous`: those that were sent of it, which are kept as far as they can be.
    """
    texts = texts_for(language_for(page.language))
    limits = roles.room(limits, form)
    if form.kind == "forum":
        form = replace(form, overview="always")
    if previous:
        places = former_places(previous)
        forms = (form, replace(form, overview="always")) if form.overview == "auto" else (form,)
        looks = (
            _Renderer(attempt, one, texts, limits, gap, places).messages
            for one in forms
            for attempt, gap in _attempts(page, one)
        )
        return most_alike(looks, previous)
    owned = replace(form, overview="always")
    if form.overview == "auto" and _is_long(page, form, texts, limits):
        return _fewest(page, owned, texts, limits)
    fewest = _fewest(page, form, texts, limits)
    if form.overview == "auto" and len(fewest) >= OVERVIEW_FROM:
        fewest = _fewest(page, owned, texts, limits)
    return fewest


def _is_long(page: Page, form: Form, texts: Texts, limits: Limits) -> bool:
    """Whether even the tightest look needs as many messages as give an overview one of its own."""
    *_, (attempt, gap) = _attempts(page, form)
    return not _Renderer(attempt, form, texts, limits, gap).may_take_less_than(OVERVIEW_FROM)


def _fewest(page: Page, form: Form, texts: Texts, limits: Limits) -> tuple[Message, ...]:
    """In the roomiest look that takes no message more than the tightest one."""
    roomiest, *others = (
        _Renderer(attempt, form, texts, limits, gap) for attempt, gap in _attempts(page, form)
    )
    roomy = roomiest.messages()
    tightest = others.pop()
    if not tightest.may_take_less_than(len(roomy)):
        return tuple(roomy)
    tight = tightest.messages()
    if len(tight) >= len(roomy):
        return tuple(roomy)
    looks = (other.messages() for other in others if other.may_take_less_than(len(tight) + 1))
    return tuple(next((look for look in looks if len(look) == len(tight)), tight))


def _attempts(page: Page, form: Form) -> Iterator[tuple[Page, str]]:
    """The looks of a page: wide and narrow gaps, without the overview unless it is wanted, without running numbers."""
    shorter = replace(page, passages=tuple(map(_without_overview, page.passages)))
    roomy = shorter if form.overview == "never" else page
    tight = page if form.overview == "always" else shorter
    yield roomy, GAP
    yield roomy, NARROW_GAP
    if tight is not roomy:
        yield tight, NARROW_GAP
    bare = replace(tight, passages=tuple(map(without_number, tight.passages)))
    yield bare, GAP
    yield bare, NARROW_GAP


def _without_overview(passage: Passage) -> Passage:
    """The overview heads the first part only where that adds no message (experience.md §3)."""
    if passage.kind != "head":
        return passage
    kept = (block for block in passage.blocks if not (isinstance(block, Paragraph) and block.role == "note"))
    return replace(passage, blocks=tuple(kept))


@dataclass(frozen=True)  # no slots: what is asked for often is worked out once
class _Renderer:
    page: Page
    form: Form
    texts: Texts
    limits: Limits
    gap: str
    places: Mapping[str, int] = field(default_factory=dict)  # of items that were sent: see `former_places`

    def may_take_less_than(self, count: int) -> bool:
        return count > 1 and least_count(self._chunks, self._cloth()) < count

    def messages(self) -> list[Message]:
        groups = self._grouped(self._chunks)
        under, apart = self._tail(groups[-1] if groups else ())
        found: list[Message] = []
        for number, group in enumerate(groups, 1):
            rows = under if number == len(groups) else _Rows([], Names())
            found.append(self._message(group, self._marks(number, len(groups)), rows))
        found += (self._message((), Marks(), rows) for rows in apart)
        return [*map(self._head, found[:1]), *found[1:]]

    def _head(self, message: Message) -> Message:
        """The first message: it wakes who opted in, and opens a forum's post."""
        payload = roles.waking_first(message.payload, self.form.roles)
        if self.form.kind != "forum":
            return replace(message, payload=payload)
        call = {"name": post_name(payload, self.page.title), "message": payload}
        return replace(message, method=OPENING, payload=call, categories=self.page.categories)

    @cached_property
    def _chunks(self) -> list[Chunk]:
        whole = self._chunks_where(lambda _: True)
        if self._fits(whole, Marks(), True):  # noqa: FBT003  the packer's contract
            return whole
        longest = self._marks(99, 100)
        return self._chunks_where(lambda chunk: self._fits((chunk,), longest, True))  # noqa: FBT003  as above

    def _chunks_where(self, fits_alone: FitsAlone) -> list[Chunk]:
        chunks = Chunker(self.page, self.form, self.texts, self.limits, fits_alone).chunks()
        kept = (
            replace(chunk, was=None if chunk.is_continuation else self.places.get(chunk.key))
            for chunk in chunks
        )
        return [*(kept if self.places else chunks), *self._links()]

    def _grouped(self, chunks: list[Chunk]) -> list[tuple[Chunk, ...]]:
        for digits in (9, 99, 999):  # the marks leave no more room than the number of parts needs
            groups = self._headed(chunks, self._marks(digits, digits + 1))
            if len(groups) <= digits:
                return groups
        return self._headed(chunks, self._marks(10**6, 10**6 + 1))

    def _headed(self, chunks: list[Chunk], longest: Marks) -> list[tuple[Chunk, ...]]:
        has_head = bool(self.page.passages) and self.page.passages[0].kind == "head" and len(chunks) > 1
        is_headed = has_head and self.form.overview == "always"
        return pack(chunks, self._fits, longest, self._cloth(), is_headed=is_headed)

    def _cloth(self) -> Cloth:
        limits = self.limits
        if self.form.kind == "embeds":
            most = limits.embed_characters - limits.reserve
            return Cloth(most, embeds.text_limit(limits), has_lines=False, gap=self.gap)
        return Cloth(limits.characters - limits.reserve, limits.characters, gap=self.gap)

    def _marks(self, part: int, parts: int) -> Marks:
        head = "" if part == 1 else f"-# {self.texts('render.part_head', part=part, parts=parts)}"
        foot = "" if part == parts else f"-# {self.texts('render.part_foot', part=part, parts=parts)}"
        return Marks(head, foot)

    def _segments(self, chunks: Sequence[Chunk], marks: Marks) -> list[Segment]:
        return segments(chunks, marks, self._cloth())

    def _fits(self, chunks: Sequence[Chunk], marks: Marks, is_last: bool) -> bool:  # noqa: FBT001  the packer's contract
        parts = self._segments(chunks, marks)
        if self.form.kind == "embeds":
            return embeds.fits(parts, self.limits)
        rows = components.row_components(self._picture_rows(chunks, Names()))
        rows += min(_TAIL, self._least_tail) if is_last else 0
        return components.fits(parts, rows, self.limits)

    @cached_property
    def _least_tail(self) -> int:
        rows = rows_of(self.page, Names())
        return components.row_components(rows) + 2 * least_item_rows(self.page)

    def _picture_rows(self, chunks: Sequence[Chunk], names: Names) -> list[Row]:
        return picture_rows([chunk.hidden for chunk in chunks if chunk.hidden], self.texts, names)

    def _links(self) -> list[Chunk]:
        """Buttons that Discord cannot make are links in the text."""
        buttons = [button for row in self.page.rows for button in row if is_text(button)]
        lines = [link(button.url or "", button.label) for button in buttons]
        return [Chunk("\n".join(lines))] if lines else []

    def _tail(self, last: Sequence[Chunk]) -> tuple["_Rows", list["_Rows"]]:
        """The rows under the last message, and those of messages of their own where it cannot hold them all."""
        names = Names()
        parts = self._segments(last, self._marks(2, 2)) if last else []
        rows = self._picture_rows(last, names)
        room = self._room(len(parts)) - self._taken(rows)
        own = rows_of(self.page, Names())
        opening = item_rows(self.page, names, max(0, room - self._taken(own)))
        waiting = [*opening, *rows_of(self.page, names)]
        under = _Rows(rows, names)
        while waiting and self._taken([waiting[0]]) <= room and parts:
            room -= self._taken([waiting[0]])
            under.rows.append(waiting.pop(0))
        return under, [*self._apart(waiting)]

    def _apart(self, waiting: Sequence[Row]) -> Iterator["_Rows"]:
        rows: list[Row] = []
        for row in waiting:
            if rows and self._taken([*rows, row]) > self._room(0):
                yield _Rows(rows, Names())
                rows = []
            rows.append(row)
        if rows:
            yield _Rows(rows, Names())

    def _room(self, parts: int) -> int:
        if self.form.kind == "embeds":
            return embeds.ROWS
        return self.limits.components - (1 + parts if parts else 0)

    def _taken(self, rows: Sequence[Row]) -> int:
        return len(rows) if self.form.kind == "embeds" else sum(size(row) for row in rows)

    def _message(self, chunks: Sequence[Chunk], marks: Marks, under: "_Rows") -> Message:
        attachments = Attachments()
        parts = self._segments(chunks, marks)
        rows = under.rows or self._picture_rows(chunks, under.names)
        dress = embeds if self.form.kind == "embeds" else components
        payload = dress.compose(parts, rows, attachments, is_accented=self.page.is_accented)
        if self.page.is_silent:
            payload["flags"] = payload.get("flags", 0) | IS_SILENT
        payload["allowed_mentions"] = {"parse": []}
        if attachments.files:
            payload["attachments"] = attachments.files
        keys = tuple(dict.fromkeys(chunk.key for chunk in chunks if chunk.key))
        omitted = tuple(words for chunk in chunks for words in chunk.omitted)
        return Message(METHOD, payload, tuple(attachments.pictures), 1, keys, omitted)


@dataclass(slots=True)
class _Rows:
    """The rows of one message, and the names taken in it."""

    rows: list[Row]
    names: Names
