"""Which cover does a push have? What its series says: the first picture of the issue, a card drawn from its words, or none.

A card stands where a form shows a cover, and above the posts on Discord. It is kept by its hash like every picture, so it
is uploaded once and frozen with the push.
"""

import hashlib
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Final

import structlog

from bot.config.model import CoverKind, SeriesEntry
from bot.delivery.renditions import Wish
from bot.media import card as cards
from bot.media.fonts import fonts_for
from bot.media.images import Prepared
from bot.preview import FIRST, Cover
from digest.errors import Refused
from digest.page import Picture
from handlers.texts import texts_for
from handlers.views.names import section_name, title_line
from storage.issues import StoredIssue

REMEMBERED: Final = 100  # cards
CURE: Final = "install fonts-noto-cjk (Debian), google-noto-sans-cjk-fonts (Fedora) or noto-fonts-cjk (Arch)"
log = structlog.get_logger(__name__)


class Covers:
    """Draws the cards of the series that want them and gives them to `keep`. Blocking: half a second a card."""

    def __init__(self, series: Iterable[SeriesEntry], keep: Callable[[Prepared], None]) -> None:
        self._series: Mapping[str, SeriesEntry] = {entry.key: entry for entry in series}
        self._keep = keep
        self._drawn: OrderedDict[tuple[str, str], Picture | None] = OrderedDict()

    def kind(self, series: str) -> CoverKind:
        """What the configuration says; the first picture for a series it does not name."""
        entry = self._series.get(series)
        return "first" if entry is None else entry.cover

    def of(self, stored: StoredIssue, wish: Wish) -> Cover:
        """The cover of what one channel gets; the first picture of the issue where the series says nothing."""
        series = stored.issue.series
        kind = self.kind(series)
        if kind == "none":
            return Cover(images="on_request")
        is_head = wish.platform == "discord" and wish.form != "private"
        may_show = is_head or wish.images == "cover" or (wish.form == "private" and wish.images is None)
        if kind == "first" or wish.images == "on_request" or not may_show:
            return FIRST
        card = self._card(stored, self._series[series].title, wish.language)
        return FIRST if card is None else Cover(card, "on_request", is_head)

    def _card(self, stored: StoredIssue, series: str, language: str) -> Picture | None:
        """Drawn once for all forms and choices of an issue."""
        key = (stored.revision, language)
        if key not in self._drawn:
            self._drawn[key] = self._new(stored, series, language)
            if len(self._drawn) > REMEMBERED:
                self._drawn.popitem(last=False)
        return self._drawn[key]

    def _new(self, stored: StoredIssue, series: str, language: str) -> Picture | None:
        """None, with the reason in the log, where this machine cannot write it."""
        issue = stored.issue
        fonts = fonts_for(issue.language)
        if fonts is None:
            log.warning("cover.no_font", series=issue.series, issue=issue.key, cure=CURE)
            return None
        try:
            content = cards.card(said(stored, series, language), fonts)
        except Refused as error:
            log.warning("cover.letters_missing", series=issue.series, issue=issue.key, **error.arguments)
            return None
        sha = hashlib.sha256(content).hexdigest()
        picture = Picture(sha, "image/png", cards.WIDTH, cards.HEIGHT, len(content))
        self._keep(Prepared(picture, content))
        return picture


def said(stored: StoredIssue, series: str, language: str) -> cards.Cover:
    """What the card of an issue says. The year is always there, so that a card says the same in any year."""
    issue, texts = stored.issue, texts_for(language)
    _, *facts = title_line(texts, issue.title, issue.number, issue.published_on, date.min)
    sections = tuple((section_name(texts, section), len(section.items)) for section in issue.sections)
    return cards.Cover(issue.series, series, issue.title, tuple(facts), sections)
