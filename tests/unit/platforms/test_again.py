"""An issue that was sent is rendered once more: what was not touched stays, message by message."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.platforms.again import former_places, unchanged
from bot.platforms.base import Form, Message
from bot.platforms.discord import pack as discord_pack
from bot.platforms.discord import render as discord
from bot.platforms.telegram import limits as telegram_limits
from bot.platforms.telegram import render as telegram
from digest.document import Paragraph, Text
from digest.page import Page, Passage
from tests.unit.platforms.samples import item, section

Render = Callable[[Page, Form, Sequence[Message]], tuple[Message, ...]]
T_LIMITS = telegram_limits.Limits(text=400, reserved_units=20)
D_LIMITS = discord_pack.Limits(characters=400, reserve=20)


def on_telegram(page: Page, form: Form, previous: Sequence[Message] = ()) -> tuple[Message, ...]:
    return telegram.render(page, form, T_LIMITS, previous)


def on_discord(page: Page, form: Form, previous: Sequence[Message] = ()) -> tuple[Message, ...]:
    return discord.render(page, form, D_LIMITS, previous)


BOTH = pytest.mark.parametrize("render", [on_telegram, on_discord])


def issue(lengths: Sequence[int]) -> Page:
    """Two sections of items whose texts have these lengths."""
    items = [item(number, Paragraph((Text("字" * length),))) for number, length in enumerate(lengths, 1)]
    middle = len(items) // 2
    head = Passage("head", (Paragraph((Text("周知 第 1 期"),)), Paragraph((Text("甲 2 · 乙 3"),), "note")))
    return Page((head, section("甲"), *items[:middle], section("乙"), *items[middle:]))


def with_item(page: Page, number: int, words: str) -> Page:
    """The page with other words in one item."""
    return replace(
        page,
        passages=tuple(
            replace(passage, blocks=(passage.blocks[0], Paragraph((Text(words),))))
            if passage.key == f"item-{number}"
            else passage
            for passage in page.passages
        ),
    )


@BOTH
@given(lengths=st.lists(st.integers(1, 150), min_size=2, max_size=10), data=st.data())
def test_one_changed_word_changes_the_messages_of_its_item_only(
    render: Render, lengths: list[int], data: st.DataObject
) -> None:
    """A text of the same length in one item: every message without that item is sent exactly as before."""
    number = data.draw(st.integers(1, len(lengths)))
    page = issue(lengths)
    before = render(page, Form(), ())
    after = render(with_item(page, number, "改" * lengths[number - 1]), Form(), before)
    assert len(after) == len(before)
    holding = [message for message in before if f"item-{number}" in message.items]
    assert unchanged(after, before) == len(before) - len(holding)


@BOTH
@given(lengths=st.lists(st.integers(1, 150), min_size=2, max_size=10))
def test_the_same_page_changes_nothing(render: Render, lengths: list[int]) -> None:
    """What did not change at all needs no edit."""
    page = issue(lengths)
    before = render(page, Form(), ())
    assert render(page, Form(), before) == before


@BOTH
def test_a_shorter_item_does_not_pull_others_over(render: Render) -> None:
    """Room that comes free is left free: other messages keep their items, although fewer messages would do."""
    page = issue([150, 150, 150, 150])
    before = render(page, Form(), ())
    after = render(with_item(page, 1, "短"), Form(), before)
    assert [message.items for message in after] == [message.items for message in before]
    assert len(render(with_item(page, 1, "短"), Form(), ())) <= len(before)
    assert unchanged(after, before) == len(before) - 1


@BOTH
def test_a_longer_item_moves_as_few_as_it_must(render: Render) -> None:
    """Where an item outgrows its message, later messages keep what they had as far as they can."""
    page = issue([180, 100, 60, 180, 100, 180])
    grown = with_item(page, 2, "长" * 180)
    before = render(page, Form(), ())
    places = former_places(before)

    def moved(messages: Sequence[Message]) -> list[str]:
        return [key for key, place in former_places(messages).items() if places[key] != place]

    assert moved(render(grown, Form(), before)) == ["item-2", "item-4", "item-6"]
    assert len(moved(render(grown, Form(), ()))) > 3
