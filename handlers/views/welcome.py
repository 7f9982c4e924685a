"""What does a new subscriber see first? The latest issue by his choice, and when the next one comes."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from digest.audience import Subscription, wants
from digest.document import paragraph
from digest.page import Action, Button, Page, Passage
from handlers.texts import Texts
from handlers.views.push import Selection, push_page

if TYPE_CHECKING:
    from storage.issues import StoredIssue


def welcome_page(
    stored: "StoredIssue",
    subscription: Subscription,
    *,
    texts: Texts,
    today: date,
    names: Sequence[str],
    coming: str,
) -> Page | None:
    """The issue at density brief, filtered; None when nothing in it matches.

    It is a reply and no push: the next slot still brings the issue whole. `names` are the chosen categories' (empty
    for all), `coming` is the sentence that says when the next push falls.
    """
    keys = frozenset(wants(subscription, stored.issue))
    if not keys:
        return None
    selection = Selection(None if subscription.categories is None else keys, tuple(names))
    page = push_page(stored, texts=texts, today=today, density="brief", selection=selection)
    foot = Passage("foot", (paragraph(coming),), key="next")
    row = (
        Button(texts("button.change_time"), Action("settings")),
        Button(texts("button.unsubscribe"), Action("unsubscribe", ("ask",))),
    )
    return replace(page, passages=(*page.passages, foot), rows=(row,))
