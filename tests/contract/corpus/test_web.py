"""Do real issues reach the web's readers whole?"""

import pytest

from bot.platforms.base import Form
from bot.platforms.web.readback import readback
from bot.platforms.web.render import render
from tests.contract.corpus.seeds import FILES, delivered, push, source
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
