"""Do real issues reach Discord's readers whole, in as few messages as promised?"""

import pytest

from bot.platforms.base import Form, FormKind
from bot.platforms.discord.check import check
from bot.platforms.discord.readback import readback
from bot.platforms.discord.render import render
from tests.contract.corpus.seeds import FILES, delivered, push, source
from tests.lossless import losses
from tests.shared import DAILY, WEEKLY, need_corpus

FORM = Form(kind="public")


@pytest.mark.corpus
@pytest.mark.parametrize(
    ("name", "kind"),
    [
        *((name, "public") for name in FILES),
        (DAILY.name, "embeds"),
        (WEEKLY.name, "embeds"),
        (DAILY.name, "forum"),
    ],
)
def test_nothing_of_a_real_issue_is_lost(name: str, kind: FormKind) -> None:
    """Every word, link and picture of the source, read back from payloads that Discord would take."""
    path = need_corpus(FILES.get(name, DAILY))
    page = push(path)
    messages = render(page, Form(kind=kind))
    assert [fault for message in messages for fault in check(message)] == []
    assert losses(source(path), delivered(page, map(readback, messages))) == []


@pytest.mark.corpus
def test_the_daily_takes_three_messages() -> None:
    """The goal of experience.md §3, with the reserve for corrections kept."""
    messages = render(push(need_corpus(DAILY)), FORM)
    assert len(messages) == 3
    assert all(readback(message).counts["characters"] + 80 <= 4_000 for message in messages)


@pytest.mark.corpus
@pytest.mark.parametrize("has_pictures", [True, False])
def test_the_weekly_takes_at_most_four_messages(has_pictures: bool) -> None:
    """With its thirty pictures under their items, and without them."""
    assert len(render(push(need_corpus(WEEKLY), has_pictures=has_pictures), FORM)) <= 4


@pytest.mark.corpus
def test_the_weekly_without_pictures_names_each_missing_one() -> None:
    """Thirty placeholders, none of them a file's name."""
    messages = render(push(need_corpus(WEEKLY), has_pictures=False), FORM)
    text = "\n".join(readback(message).text for message in messages)
    assert text.count("缺失]") == 30
    assert "Xnip" not in text
