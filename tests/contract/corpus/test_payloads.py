"""Is every payload of every issue one the platforms take, within our own budgets, whole, and with a way to each item?

Every file of the corpus and every sample × platform × dress × density × language, rendered once for all of these tests.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import regex  # type: ignore[import-untyped]  # it ships no types

from bot.platforms.base import Message, Readback
from bot.platforms.discord.check import V2
from bot.preview import looks
from digest.document import images
from digest.page import Action, Page, Passage, deep_link
from tests.contract.corpus.accepted import faults, has_specifications
from tests.contract.corpus.seeds import source
from tests.contract.corpus.variants import (
    FILES,
    VARIANTS,
    Rendering,
    Variant,
    name_of,
    rendering,
    renderings,
    stored,
)
from tests.lossless import PART as BREAK
from tests.lossless import Delivered, address, losses, words
from tests.shared import need_corpus

pytestmark = pytest.mark.corpus

# What a message may take: the platforms' limits less the room that a correction's mark needs (experience.md §3)
BUDGETS: Mapping[str, Mapping[str, int]] = {
    "sendMessage": {"units": 4096 - 64, "entities": 100 - 2, "entity_bytes": 9_500, "raw_bytes": 32_768},
    "caption": {"caption": 1_024, "entities": 100, "entity_bytes": 9_500, "raw_bytes": 32_768},
    "sendRichMessage": {"markup": 32_768 - 64, "blocks": 500 - 2, "depth": 16, "media": 50},
    "components": {"characters": 4_000 - 80, "bytes": 10_170 - 3 * 80, "components": 40},
    "embeds": {"characters": 6_000 - 80, "embeds": 10},
    "rows": {"characters": 2_000},  # of buttons and selects for which the last embed's message had no room
    "append": {},
}
GRAPHEME = regex.compile(r"\X")
OPENS = regex.compile(r"(?:\?start=|data-action=\")([^\"&]+)")
SUFFIX = regex.compile(r"#\d+$")


@pytest.fixture(scope="module", params=FILES, ids=name_of)
def path(request: pytest.FixtureRequest) -> Path:
    file: Path = request.param
    return need_corpus(file)


@pytest.fixture(scope="module")
def rendered(path: Path) -> tuple[Rendering, ...]:
    """Every variant of one file."""
    return renderings(path)


@pytest.fixture(scope="module")
def seen(rendered: tuple[Rendering, ...]) -> Mapping[Variant, tuple[Readback, ...]]:
    """What readers see of each variant."""
    return {
        one.variant: tuple(map(looks(one.variant.look.platform).readback, one.messages)) for one in rendered
    }


def test_the_strict_servers_take_every_payload(rendered: tuple[Rendering, ...]) -> None:
    """The official specifications and every coded rule of the fakes find nothing, and no message is empty."""
    if not has_specifications():
        pytest.skip("no specs: set ZHOUZHI_SHARED to the folder that holds them")
    assert [
        f"{one.variant}: {fault}" for one in rendered for fault in faults(one.variant.look, one.messages)
    ] == []
    assert all(one.messages for one in rendered)


def test_every_message_leaves_room_for_a_correction(rendered: tuple[Rendering, ...]) -> None:
    """Our own budgets, counted by the second reader of our payloads."""
    over = []
    for one in rendered:
        meter = looks(one.variant.look.platform).meter
        for message in one.messages:
            taken = {name: used for name, used, _ in meter(message)}
            budgets = BUDGETS[_dress(message)]
            if message.method != "append":
                assert budgets.keys() == taken.keys()
            over += [
                f"{one.variant}: {name} {taken[name]} of {most}"
                for name, most in budgets.items()
                if taken[name] > most
            ]
    assert over == []


def _dress(message: Message) -> str:
    if message.method in BUDGETS:
        return message.method
    if message.method.startswith("POST "):
        inner = message.payload.get("message", message.payload)
        return "components" if inner.get("flags", 0) & V2 else "embeds" if inner.get("embeds") else "rows"
    return "caption"


def test_entities_stand_on_the_borders_of_signs(rendered: tuple[Rendering, ...]) -> None:
    """No entity begins or ends inside a surrogate pair, an emoji sequence or a letter with its marks."""
    for one in rendered:
        for message in one.messages:
            for text, entities in _entities(message.payload):
                borders, at = {0}, 0
                for sign in GRAPHEME.findall(text):
                    at += len(sign.encode("utf-16-le")) // 2
                    borders.add(at)
                for entity in entities:
                    assert {entity["offset"], entity["offset"] + entity["length"]} <= borders, one.variant


def _entities(payload: Mapping[str, Any]) -> Iterator[tuple[str, list[Mapping[str, Any]]]]:
    for holder in (payload, *payload.get("media", ())):
        for text, entities in (("text", "entities"), ("caption", "caption_entities")):
            if holder.get(entities):
                yield holder[text], holder[entities]


def test_nothing_is_lost_at_full_density(
    path: Path, rendered: tuple[Rendering, ...], seen: Mapping[Variant, tuple[Readback, ...]]
) -> None:
    """Every word, link and picture, in order; pictures of a private push may stand behind its own buttons."""
    wanted = source(path)
    for one in rendered:
        if one.variant.density != "full":
            continue
        parts = seen[one.variant]
        delivered = Delivered(
            BREAK.join(part.text for part in parts),
            tuple(link for part in parts for link in part.links),
            tuple(_in_reach(one.page, parts, _actions(one.messages))),
        )
        assert losses(wanted, delivered) == [], one.variant


def _in_reach(page: Page, parts: Iterable[Readback], actions: frozenset[str]) -> Iterator[str]:
    """Pictures by their source, in the order of the page: those shown, and those that a button sends."""
    sources = {known.sha: src for src, known in page.pictures.items()}
    shown = Counter(sources.get(name, name) for part in parts for name in part.images)
    asked = {one for action in actions if action.startswith("pictures:") for one in action.split(":")[1:]}
    for passage in page.passages:
        is_asked = passage.action is not None and bool(set(passage.action.arguments) & asked)
        for image in images(passage.blocks):
            if is_asked or shown[image.src]:
                shown[image.src] -= not is_asked
                yield image.src


def test_each_item_keeps_its_title_and_the_way_to_its_text(
    path: Path, rendered: tuple[Rendering, ...], seen: Mapping[Variant, tuple[Readback, ...]]
) -> None:
    """In every density: the title stands there, leads to the item's first link, and a button opens the whole item."""
    for one in rendered:
        text = "".join(words("\n".join(part.text for part in seen[one.variant])))
        links = {address(link) for part in seen[one.variant] for link in part.links}
        actions = _actions(one.messages)
        carried = {key for message in one.messages for key in message.items}
        for item, passage in zip(stored(path).issue.items, _items(one.page), strict=True):
            assert "".join(words(passage.label)) in text, one.variant
            assert passage.key in carried
            assert _opens(passage.action) & actions, one.variant
            if item.links:
                assert address(item.links[0]) in links, one.variant


def _items(page: Page) -> list[Passage]:
    return [passage for passage in page.passages if passage.kind == "item"]


def _opens(action: Action | None) -> set[str]:
    assert action is not None
    return {action.encode(), deep_link(action) or ""}


def _actions(messages: Iterable[Message]) -> frozenset[str]:
    """Everything that can be pressed, as it is written: actions of buttons and options, payloads of deep links."""
    return frozenset(action for message in messages for action in _pressed(message.payload))


def _pressed(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        for inner in value.values():
            yield from _pressed(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _pressed(inner)
    elif isinstance(value, str):
        yield SUFFIX.sub("", value)
        yield from OPENS.findall(value)


def test_the_same_issue_makes_the_same_payloads(path: Path, rendered: tuple[Rendering, ...]) -> None:
    """Rendered again, each variant is equal to itself."""
    for one in rendered:
        assert rendering(path, one.variant).messages == one.messages, one.variant
    assert len(rendered) == len(VARIANTS)
