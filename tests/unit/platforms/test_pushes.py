"""Random issues as pushes: every platform, dress, density and language. Never empty, never refused, always the same."""

from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
import regex  # type: ignore[import-untyped]  # it ships no types
from hypothesis import given
from hypothesis import strategies as st

from bot.platforms.base import Form, Message
from bot.platforms.discord.check import check as discord_check
from bot.platforms.telegram.readback import check as telegram_check
from bot.preview import Looks, looks
from digest.audience import PlatformName
from digest.document import Block, Image, images, text
from digest.issue import Issue, Item, Section
from digest.page import Density
from handlers.texts import texts_for
from handlers.views.push import Selection, push_page
from storage.issues import StoredIssue
from tests.lossless import words
from tests.unit.platforms import cut_trees
from tests.unit.platforms.samples import picture, trees

TODAY = date(2026, 11, 18)
LOOKS: tuple[tuple[PlatformName, Form], ...] = (
    ("telegram", Form("private")),
    ("telegram", Form("public", bot="zhouzhi_bot")),
    ("telegram", Form("private", "rich")),
    ("discord", Form("public")),
    ("discord", Form("embeds")),
    ("web", Form()),
)
CHECKS = {"telegram": telegram_check, "discord": discord_check, "web": lambda _: []}
GRAPHEME = regex.compile(r"\X")

items = st.tuples(st.sampled_from(["千问 3.5", "Chips 👨‍👩‍👧‍👦", "_under*score"]), trees | cut_trees.trees)
sections = st.lists(st.lists(items, min_size=1, max_size=3), min_size=1, max_size=3)


def stored(shape: list[list[tuple[str, tuple[Block, ...]]]]) -> StoredIssue:
    """An issue of these sections of these items."""
    made = []
    for at, entries in enumerate(shape, 1):
        found = tuple(
            Item(f"{at}/{n}", title, "heading", text(title), blocks)
            for n, (title, blocks) in enumerate(entries, 1)
        )
        made.append(Section(f"s{at}", f"栏目 {at}", (), 2, f"s{at}", (), found))
    issue = Issue("weekly", "12", ("周知 第 12 期",), (), 12, TODAY, None, "zh-Hans", (), tuple(made))
    known: dict[str, Image] = {image.src: image for image in images(issue.blocks) if image.src != "lost.png"}
    return StoredIssue(
        id=1,
        revision="r",
        state="published",
        issue=issue,
        pictures={src: picture(at) for at, src in enumerate(known, 1)},
        section_ids={section.key: at for at, section in enumerate(issue.sections, 1)},
        item_ids={item.key: at for at, item in enumerate(issue.items, 1)},
        base="",
        appeared_at=datetime(2026, 11, 18, tzinfo=UTC),
    )


@pytest.mark.parametrize("language", ["zh-Hans", "en"])
@pytest.mark.parametrize("density", ["headlines", "brief", "full"])
@given(sections)
def test_a_push_of_anything_is_sound(
    language: str, density: Density, shape: list[list[tuple[str, tuple[Block, ...]]]]
) -> None:
    """No message is empty or refused, entities stand between signs, each title is there, twice is the same."""
    issue = stored(shape)
    for platform, form in LOOKS:
        look = looks(platform)
        selection = Selection(is_private=form.kind == "private", is_rich=form.style == "rich")

        def made(
            form: Form = form, selection: Selection = selection, look: Looks = look
        ) -> tuple[Message, ...]:
            page = push_page(
                issue, texts=texts_for(language), today=TODAY, density=density, selection=selection
            )
            return look.render(page, form)

        messages = made()
        assert messages == made()
        assert [fault for message in messages for fault in CHECKS[platform](message)] == []
        assert all(offset in borders for message in messages for offset, borders in _offsets(message))
        shown = "".join(words("\n".join(look.readback(message).text for message in messages)))
        assert messages
        for item in issue.issue.items:
            assert "".join(words(item.title)) in shown


def _offsets(message: Message) -> Iterator[tuple[int, set[int]]]:
    """Where marks begin and end, and where they may."""
    for holder in (message.payload, *message.payload.get("media", ())):
        for name, entities in (("text", "entities"), ("caption", "caption_entities")):
            borders, at = {0}, 0
            for sign in GRAPHEME.findall(holder.get(name, "")):
                at += len(sign.encode("utf-16-le")) // 2
                borders.add(at)
            for entity in holder.get(entities, ()):
                yield entity["offset"], borders
                yield entity["offset"] + entity["length"], borders
