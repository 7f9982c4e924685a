"""Does everything that somebody could write arrive, in the tree and on every platform?"""

from collections.abc import Callable

import pytest
from hypothesis import given

from bot.platforms.base import Form, Message, Readback
from bot.platforms.discord.readback import readback as discord_readback
from bot.platforms.discord.render import render as discord_render
from bot.platforms.telegram.readback import readback as telegram_readback
from bot.platforms.telegram.render import render as telegram_render
from bot.platforms.web.readback import readback as web_readback
from bot.platforms.web.render import render as web_render
from digest.page import Page
from tests.contract.corpus.seeds import delivered as received
from tests.contract.corpus.seeds import page_of
from tests.lossless import losses, read_source
from tests.unit.parse.trees import delivered, issue_of
from tests.unit.parse.written import document

PLATFORMS: dict[str, tuple[Callable[[Page, Form], tuple[Message, ...]], Callable[[Message], Readback]]] = {
    "telegram": (telegram_render, telegram_readback),
    "discord": (discord_render, discord_readback),
    "web": (web_render, web_readback),
}


@given(document)
def test_whatever_is_written_stands_in_the_tree(markdown: str) -> None:
    """Words, links and pictures in the order of the source, by an independent reader."""
    assert losses(read_source(markdown), delivered(issue_of(markdown))) == []


@pytest.mark.parametrize("platform", PLATFORMS)
@given(markdown=document)
def test_whatever_is_written_reaches_the_reader(platform: str, markdown: str) -> None:
    """Read back from what is really sent, every picture there."""
    render, readback = PLATFORMS[platform]
    page = page_of(issue_of(markdown))
    seen = map(readback, render(page, Form("public")))
    assert losses(read_source(markdown), received(page, seen)) == []
