"""Do real issues reach Telegram's readers whole, in as few messages as promised?"""

import pytest

from bot.platforms.base import Form
from bot.platforms.telegram.readback import check, readback
from bot.platforms.telegram.render import render
from tests.contract.corpus.seeds import FILES, delivered, push
from tests.fakes.telegram.rich import blocks_of
from tests.lossless import losses, read_source
from tests.shared import DAILY, WEEKLY, need_corpus

PUBLIC = Form("public", bot="zhouzhi_bot")
RICH = Form("public", "rich", bot="zhouzhi_bot")


@pytest.mark.corpus
@pytest.mark.parametrize("name", FILES)
def test_nothing_of_a_real_issue_is_lost(name):
    """Every word, link and picture of the source, read back from payloads that Telegram would take."""
    path = need_corpus(FILES[name])
    page = push(path)
    messages = render(page, PUBLIC)
    assert [fault for message in messages for fault in check(message)] == []
    seen = map(readback, messages)
    assert losses(read_source(path.read_text(encoding="utf-8")), delivered(page, seen)) == []


@pytest.mark.corpus
@pytest.mark.parametrize("name", FILES)
def test_nothing_of_a_real_issue_is_lost_in_a_rich_message(name):
    """The same as rich messages, whose HTML is documented tags only; hardly ever more than one of them."""
    path = need_corpus(FILES[name])
    page = push(path)
    messages = render(page, RICH)
    found = [fault for message in messages for fault in check(message)]
    rich = [message for message in messages if message.method == "sendRichMessage"]
    for message in rich:
        blocks_of(message.payload["rich_message"]["html"], found)
    assert found == []
    assert len(rich) <= 2
    seen = map(readback, messages)
    assert losses(read_source(path.read_text(encoding="utf-8")), delivered(page, seen)) == []


@pytest.mark.corpus
@pytest.mark.parametrize("form", [Form(), PUBLIC])
def test_the_daily_takes_two_messages(form):
    """The goal of experience.md §3, with the reserve for corrections kept."""
    messages = render(push(need_corpus(DAILY)), form)
    counts = [readback(message).counts for message in messages]
    assert len(messages) == 2
    assert all(one["units"] + 64 <= 4096 and one["entities"] + 2 <= 100 for one in counts)
    assert [key for message in messages for key in message.items] == [
        one.key for one in push(DAILY).passages if one.kind == "item"
    ]


@pytest.mark.corpus
def test_the_weekly_takes_seventeen_calls():
    """Its thirty pictures under twelve items, or one cover in front of two texts (experience.md §3)."""
    page = push(need_corpus(WEEKLY))
    messages = render(page, PUBLIC)
    assert (len(messages), sum(message.count for message in messages)) == (17, 34)
    assert [message.method for message in render(page, Form(images="cover"))] == [
        "sendPhoto",
        "sendMessage",
        "sendMessage",
    ]


@pytest.mark.corpus
def test_the_weekly_without_pictures_names_each_missing_one():
    """Thirty placeholders, none of them a file's name."""
    messages = render(push(need_corpus(WEEKLY), has_pictures=False), Form())
    text = "\n".join(readback(message).text for message in messages)
    assert text.count("缺失]") == 30
    assert "Xnip" not in text
