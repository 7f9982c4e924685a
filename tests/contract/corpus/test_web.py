"""Do real issues reach the web's readers whole?"""

import pytest

from bot.platforms.base import Form, Message
from bot.platforms.web.issue_page import issue_page
from bot.platforms.web.readback import readback
from bot.platforms.web.render import render
from handlers.texts import texts_for
from tests.contract.corpus.seeds import FILES, delivered, issue_of, push, source, stored_of
from tests.lossless import losses
from tests.shared import need_corpus


@pytest.mark.corpus
@pytest.mark.parametrize("name", FILES)
def test_nothing_of_a_real_issue_is_lost(name: str) -> None:
    """Every word, link and picture of the source, read back from the sieved HTML."""
    path = need_corpus(FILES[name])
    page = push(path)
    seen = map(readback, render(page, Form()))
    assert losses(source(path), delivered(page, seen)) == []


@pytest.mark.corpus
@pytest.mark.parametrize("name", FILES)
def test_nothing_is_lost_on_the_page_of_a_real_issue(name: str) -> None:
    """The document of its own holds every word, link and picture too."""
    path = need_corpus(FILES[name])
    html = issue_page(stored_of(issue_of(path)), texts=texts_for("zh-Hans"))
    main = html[html.index("<header") :]
    seen = readback(Message("page", {"html": main, "rows": ()}))
    assert losses(source(path), delivered(push(path), [seen])) == []
