"""How does a page become Telegram messages? Classic texts with entities, pictures under their items, keyboards.

`render` is pure and gives the exact bodies of the calls, save for the address; pictures are named `attach://<sha256>`.
"""

from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from types import MappingProxyType
from typing import Any

from bot.platforms.again import former_places, most_alike
from bot.platforms.base import Form, Message
from bot.platforms.cut import shortened
from bot.platforms.pictures import take_out
from bot.platforms.telegram.albums import Album, albums, can_travel
from bot.platforms.telegram.entities import Styled, clean, joined, units
from bot.platforms.telegram.keyboard import Keyboard, numbers, picture_buttons
from bot.platforms.telegram.limits import Limits, size
from bot.platforms.telegram.pack import Prepared, pack
from bot.platforms.telegram.prose import prose, without_outer_rules
from bot.platforms.telegram.rich import render_rich
from digest.document import Paragraph
from digest.page import Action, Button, Page, Passage
from handlers.texts import Texts, language_for, texts_for

DEFAULT = Limits()
CARRIERS = ("sendMessage", "sendPhoto", "sendDocument", "sendAnimation")  # sendMediaGroup takes no keyboard
OWN_OVERVIEW_FROM = 5  # from so many texts on, the overview may cost one more (experience.md §3)
NOWHERE: Mapping[str, int] = MappingProxyType({})  # nothing of the page was sent before
_NOTHING = "·"  # the text of a page that has only buttons
_TITLE = 200


def render(
    page: Page, form: Form, limits: Limits = DEFAULT, previous: Sequence[Message] = ()
) -> tuple[Message, ...]:
    """The messages of a page, in order. `previous`: those that were sent of it, which are kept as far as they can be."""
    if form.style == "rich":
        return render_rich(page, form, limits, previous=previous)
    texts = texts_for(language_for(page.language))
    shorter = _without_overview(page)
    if form.overview == "never":
        page = shorter
    may_be_shorter = form.overview == "auto" and shorter is not page
    if previous:
        pages = (page, shorter) if may_be_shorter else (page,)
        places = former_places(previous)
        looks = (
            partial(_finished, _drafts(one, form, texts, limits, places), page, form, texts, limits)
            for one in pages
        )
        return most_alike(looks, previous)
    prepared = _prepared(page, form, texts, limits)
    drafts = _drafts(page, form, texts, limits, prepared=prepared)
    # one text is the least an overview can stand in
    if may_be_shorter and 1 < _texts(drafts) < OWN_OVERVIEW_FROM:
        kept = _prepared(shorter, form, texts, limits, prepared)
        fewer = _drafts(shorter, form, texts, limits, prepared=kept)
        if _texts(fewer) < _texts(drafts):
            drafts = fewer
    return _finished(drafts, page, form, texts, limits)


def _finished(
    drafts: Sequence["_Draft"], page: Page, form: Form, texts: Texts, limits: Limits
) -> tuple[Message, ...]:
    _add_keyboards(drafts, page, form, texts, limits)
    return tuple(draft.message(is_silent=page.is_silent) for draft in drafts)


@dataclass(slots=True)
class _Draft:
    """A message that is still without its keyboard. `ended` are the passages whose buttons belong near it."""

    method: str
    body: dict[str, Any]
    pictures: tuple[str, ...] = ()
    count: int = 1
    passages: tuple[Prepared, ...] = ()
    ended: tuple[Prepared, ...] = ()
    keyboard: Keyboard | None = None
    omitted: list[str] = field(default_factory=list)

    def message(self, *, is_silent: bool) -> Message:
        body = dict(self.body)
        omitted = list(self.omitted)
        if self.keyboard is not None:
            omitted += self.keyboard.omitted
            if self.keyboard.rows:
                body["reply_markup"] = self.keyboard.markup()
        if is_silent:
            body["disable_notification"] = True
        items = tuple(
            one.passage.key for one in self.passages if one.passage.kind == "item" and one.passage.key
        )
        return Message(self.method, body, self.pictures, self.count, items, tuple(omitted))


@dataclass(frozen=True, slots=True)
class _Gallery:
    """An item's pictures; its text is the first one's caption or stands in the message before."""

    owner: Prepared
    albums: tuple[Album, ...]
    is_captioned: bool


_Stretch = tuple[Prepared, ...] | _Gallery


def _prepared(
    page: Page, form: Form, texts: Texts, limits: Limits, alike: Sequence[Prepared] = ()
) -> list[Prepared]:
    """The page's passages as they will read. `alike`: those of the page with its overview, mostly the same."""
    known = {id(one.passage): one for one in alike}
    return [
        known.get(id(passage)) or _prepare(passage, page, form, texts, limits) for passage in page.passages
    ]


def _drafts(
    page: Page,
    form: Form,
    texts: Texts,
    limits: Limits,
    places: Mapping[str, int] = NOWHERE,
    prepared: Sequence[Prepared] = (),
) -> list[_Draft]:
    prepared = prepared or _prepared(page, form, texts, limits)
    stretches = list(_stretches(prepared, texts, limits, may_caption=True))
    has_buttons = bool(page.rows or page.choices) or any(one.passage.action for one in prepared)
    if has_buttons and not any(_carries(stretch) for stretch in stretches):
        stretches = list(_stretches(prepared, texts, limits, may_caption=False))
    drafts = [*_cover(prepared, form, limits)]
    for stretch in stretches:
        drafts += _written(stretch, texts, limits, places, len(drafts))
    if (page.rows or page.choices) and not any(draft.method in CARRIERS for draft in drafts):
        title = shortened(clean(page.title).strip(), _TITLE, units) or _NOTHING
        drafts.append(_text(Styled(title)))
    return drafts


def _prepare(passage: Passage, page: Page, form: Form, texts: Texts, limits: Limits) -> Prepared:
    blocks, shown = take_out(
        passage.blocks, page.pictures, texts, lambda picture: can_travel(picture, limits)
    )
    blocks = without_outer_rules(blocks)
    if passage.kind == "head":
        body = joined([prose((block,)) for block in blocks], "\n")  # its lines belong together
    else:
        body = prose(blocks, passage.count if passage.kind == "section" else None)
    # what no button can bring stays in its place
    is_hidden = form.images != "under_item" and passage.action is not None
    return Prepared(passage, body, () if is_hidden else shown, shown if is_hidden else ())


def _stretches(
    prepared: Sequence[Prepared], texts: Texts, limits: Limits, *, may_caption: bool
) -> Iterator[_Stretch]:
    """Texts between pictures, and pictures, in order."""
    waiting: list[Prepared] = []
    for one in prepared:
        if not one.shown:
            waiting.append(one)
            continue
        groups = albums(one.shown, limits)
        caption = one.body.stripped()
        is_captioned = (
            may_caption
            and groups[0].takes_caption
            and bool(caption.text)
            and size(caption).is_within(limits.caption_room)
            and not _stands_better_below(waiting, one, texts, limits)
        )
        if not is_captioned:
            waiting.append(one)
        if waiting:
            yield tuple(waiting)
        waiting = []
        yield _Gallery(one, groups, is_captioned)
    if waiting:
        yield tuple(waiting)


def _stands_better_below(waiting: Sequence[Prepared], one: Prepared, texts: Texts, limits: Limits) -> bool:
    """A section's name is not left at the end of a message where its first item can stand under it for nothing."""
    if not waiting or waiting[-1].passage.kind != "section":
        return False
    together = (*waiting, one)
    if size(joined([each.body.stripped() for each in together])).is_within(limits.room):
        return True  # one message either way, which needs no packing to be known
    return len(pack(together, texts, limits)) == len(pack(waiting, texts, limits))


def _carries(stretch: _Stretch) -> bool:
    if isinstance(stretch, _Gallery):
        return any(album.method in CARRIERS for album in stretch.albums)
    return _has_text(stretch)


def _has_text(stretch: _Stretch) -> bool:
    return not isinstance(stretch, _Gallery) and any(one.body.text.strip() for one in stretch)


def _cover(prepared: Sequence[Prepared], form: Form, limits: Limits) -> Iterator[_Draft]:
    """The first of the pictures that wait behind buttons."""
    hidden = next((one for one in prepared if one.hidden), None)
    if form.images == "cover" and hidden is not None:
        (album,) = albums(hidden.hidden[:1], limits)
        yield _picture(album)


def _written(
    stretch: _Stretch, texts: Texts, limits: Limits, places: Mapping[str, int], number: int
) -> Iterator[_Draft]:
    """The messages of a stretch, of which the first is the `number`th of the page, from 0."""
    if isinstance(stretch, _Gallery):
        yield from _gallery(stretch)
        return
    was = [places.get(one.passage.key) if one.passage.kind == "item" else None for one in stretch]
    for part in pack(stretch, texts, limits, [None if place is None else place - number for place in was]):
        yield _text(part.body, part.passages, part.ended)


def _texts(drafts: Sequence[_Draft]) -> int:
    return sum(draft.method == "sendMessage" for draft in drafts)


def _text(body: Styled, passages: tuple[Prepared, ...] = (), ended: tuple[Prepared, ...] = ()) -> _Draft:
    payload: dict[str, Any] = {"text": body.text}
    if body.spans:
        payload["entities"] = body.entities()
    payload["link_preview_options"] = {"is_disabled": True}
    return _Draft("sendMessage", payload, passages=passages, ended=ended)


def _gallery(gallery: _Gallery) -> Iterator[_Draft]:
    for index, album in enumerate(gallery.albums):
        is_caption = gallery.is_captioned and index == 0
        draft = _picture(album, gallery.owner.body.stripped() if is_caption else None)
        draft.passages = (gallery.owner,)
        draft.ended = (gallery.owner,) if is_caption else ()
        yield draft


def _picture(album: Album, caption: Styled | None = None) -> _Draft:
    return _Draft(
        album.method,
        album.payload(caption),
        tuple(dict.fromkeys(picture.sha for picture in album.pictures)),
        len(album.pictures),
    )


def _add_keyboards(drafts: Sequence[_Draft], page: Page, form: Form, texts: Texts, limits: Limits) -> None:
    """Items' buttons under their part or the next message that can carry them, the page's under the last text."""
    carriers = [draft for draft in drafts if draft.method in CARRIERS]
    offered = page.offered()
    if not carriers:
        if drafts:
            drafts[-1].omitted += [
                button.label for one in drafts for button in _own(one.ended, offered, texts)
            ]
        return
    waiting: list[Prepared] = []
    for draft in drafts:
        waiting += draft.ended
        if draft.method in CARRIERS:
            _add(draft, waiting, offered, form, texts, limits)
            waiting = []
    if waiting:
        _add(carriers[-1], waiting, offered, form, texts, limits)
    last = next((draft for draft in reversed(carriers) if draft.method == "sendMessage"), carriers[-1])
    last.keyboard = last.keyboard or Keyboard(form, limits)
    last.keyboard.add_page(page)


def _add(
    draft: _Draft,
    ended: Sequence[Prepared],
    offered: Container[Action],
    form: Form,
    texts: Texts,
    limits: Limits,
) -> None:
    if not ended:
        return
    draft.keyboard = draft.keyboard or Keyboard(form, limits)
    draft.keyboard.add(numbers(one.passage for one in ended if one.passage.action not in offered))
    draft.keyboard.add(_picture_buttons(ended, texts), columns=2)


def _own(ended: Sequence[Prepared], offered: Container[Action], texts: Texts) -> list[Button]:
    opening = numbers(one.passage for one in ended if one.passage.action not in offered)
    return [*opening, *_picture_buttons(ended, texts)]


def _picture_buttons(ended: Sequence[Prepared], texts: Texts) -> list[Button]:
    return picture_buttons(((one.passage, len(one.hidden)) for one in ended if one.hidden), texts)


def _without_overview(page: Page) -> Page:
    """The page with its head's line of section names left out; the page itself when it has none."""
    passages = tuple(
        replace(passage, blocks=tuple(block for block in passage.blocks if not _is_overview(block)))
        if passage.kind == "head" and any(map(_is_overview, passage.blocks))
        else passage
        for passage in page.passages
    )
    return page if passages == page.passages else replace(page, passages=passages)


def _is_overview(block: object) -> bool:
    return isinstance(block, Paragraph) and block.role == "note"
