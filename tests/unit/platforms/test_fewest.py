"""No packing has fewer messages: every way to part small pages is tried and weighed without the packer's own code."""

import json
from collections.abc import Callable, Sequence
from itertools import combinations, pairwise

from hypothesis import given
from hypothesis import strategies as st

from bot.platforms.base import Form, Message
from bot.platforms.discord import pack as discord_pack
from bot.platforms.discord.render import render as discord_render
from bot.platforms.telegram.limits import Limits as TelegramLimits
from bot.platforms.telegram.render import render as telegram_render
from digest.document import Link, Paragraph, Text
from digest.page import Page, Passage
from handlers.texts import texts_for
from tests.unit.platforms.samples import images as pictured
from tests.unit.platforms.samples import item, picture, section

TEXTS = texts_for("zh-Hans")
TELEGRAM = TelegramLimits(
    text=260, caption=60, entities=9, entity_bytes=700, raw_bytes=900, reserved_units=10, reserved_entities=1
)
DISCORD = discord_pack.Limits(characters=260, bytes=620, components=12, reserve=10)

# what an item holds: characters, links, and on Telegram whether a picture
items_of_a_page = st.lists(
    st.tuples(st.integers(1, 90), st.integers(0, 3), st.booleans()), min_size=1, max_size=7
)


def passages_of(shapes: Sequence[tuple[int, int, bool]], *, has_pictures: bool) -> tuple[Passage, ...]:
    """Items with a section's name before every third."""
    found: list[Passage] = []
    for number, (length, count, has_picture) in enumerate(shapes, 1):
        if number % 3 == 1:
            found.append(section(f"栏目 {number}"))
        links = tuple(Link(f"https://e.org/{number}", (Text("链"),)) for _ in range(count))
        blocks = (Paragraph((Text("字" * length), *links)),)
        found.append(item(number, *blocks, *(pictured(number) if has_picture and has_pictures else ())))
    return tuple(found)


def fewest(count: int, fits: Callable[[int, int, bool, bool], bool]) -> int:
    """Of all ways to part `count` things into runs. `fits(first, last, is_first, is_last)` weighs one run."""
    for cuts in range(count):
        for places in combinations(range(1, count), cuts):
            runs = list(pairwise((0, *places, count)))
            if all(fits(first, last, first == 0, last == count) for first, last in runs):
                return len(runs)
    raise AssertionError("no way to part them")


def units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


# --- Telegram


def body_of(passage: Passage) -> tuple[str, list[dict[str, object]]]:
    """The text and entities of a passage alone, its pictures left out."""
    blocks = tuple(
        block for block in passage.blocks if isinstance(block, Paragraph) or passage.kind != "item"
    )
    heading = () if passage.kind != "item" else passage.blocks[:1]
    alone = Passage(passage.kind, (*heading, *(block for block in blocks if block not in heading)))
    if passage.kind == "section":
        alone = passage
    (message,) = telegram_render(Page((alone,)), Form())
    return message.payload["text"], list(message.payload.get("entities", ()))


def is_within(
    bodies: Sequence[tuple[str, list[dict[str, object]]]], head: str, foot: str, limits: TelegramLimits
) -> bool:
    """Whether passages under each other, an empty line between them, keep every budget."""
    text = f"{head}\n\n" if head else ""
    entities: list[dict[str, object]] = []
    for index, (body, marks) in enumerate(bodies):
        text += "\n\n" if index else ""
        shift = units(text)
        entities += [{**mark, "offset": mark["offset"] + shift} for mark in marks]  # type: ignore[operator]  # JSON
        text += body
    text += f"\n\n{foot}" if foot else ""
    weight = len(json.dumps(entities, ensure_ascii=False, separators=(",", ":")).encode()) if entities else 0
    return (
        units(text) <= limits.text - limits.reserved_units
        and len(entities) <= limits.entities - limits.reserved_entities
        and weight <= limits.entity_bytes
        and len(text.encode()) <= limits.raw_bytes
    )


def telegram_fewest(passages: Sequence[Passage]) -> int:
    """Texts between pictures are parted in every way; a picture takes its item's text along where that is a caption."""
    messages = 0
    stretch: list[tuple[str, list[dict[str, object]]]] = []

    def written() -> int:
        bodies = list(stretch)
        stretch.clear()
        if not bodies:
            return 0

        def fits(first: int, last: int, is_first: bool, is_last: bool) -> bool:
            head = "" if is_first else TEXTS("render.part_head", part=9, parts=9)
            foot = "" if is_last else TEXTS("render.part_foot", part=9, parts=9)
            return is_within(bodies[first:last], head, foot, TELEGRAM)

        return fewest(len(bodies), fits)

    for passage in passages:
        body = body_of(passage)
        if not any(block in passage.blocks for block in pictured(passage.number or 0)):
            stretch.append(body)
            continue
        if units(body[0]) > TELEGRAM.caption or len(body[1]) > TELEGRAM.entities:
            stretch.append(body)
        messages += written() + 1
    return messages + written()


@given(items_of_a_page)
def test_telegram_takes_no_message_more_than_it_must(shapes: list[tuple[int, int, bool]]) -> None:
    """Four budgets at once, pictures between the texts, marks at every cut."""
    passages = passages_of(shapes, has_pictures=True)
    known = {f"{number}.png": picture(number) for number in range(1, 8)}
    messages = telegram_render(Page(passages, pictures=known), Form(), TELEGRAM)
    assert sum(message.count for message in messages) == telegram_fewest(passages)


# --- Discord


def written_on_discord(passage: Passage) -> str:
    """A passage's text without the running number, which the tightest look leaves out."""
    (message,) = discord_render(Page((passage,)), Form())
    text = texts_in(message)[0]
    return text.replace(f"{passage.number}. ", "", 1) if passage.kind == "item" else text


def texts_in(message: Message) -> list[str]:
    (container,) = message.payload["components"]
    return [part["content"] for part in container["components"] if part["type"] == 10]


def discord_fewest(passages: Sequence[Passage]) -> int:
    """A line across before each section but the first of a message; else texts run together, a line break between."""
    written = [written_on_discord(passage) for passage in passages]

    def fits(first: int, last: int, is_first: bool, is_last: bool) -> bool:
        texts: list[list[str]] = [[]]
        if not is_first:
            texts[0].append(f"-# {TEXTS('render.part_head', part=9, parts=10)}")
        for index in range(first, last):
            if passages[index].kind == "section" and index > first:
                texts.append([])
            texts[-1].append(written[index])
        if not is_last:
            texts[-1].append(f"-# {TEXTS('render.part_foot', part=9, parts=10)}")
        whole = ["\n".join(text) for text in texts]
        return (
            sum(map(units, whole)) <= DISCORD.characters - DISCORD.reserve
            # a correction's mark may be Chinese
            and sum(len(text.encode()) + 12 for text in whole) <= DISCORD.bytes - 3 * DISCORD.reserve
            and 1 + len(whole) + (len(whole) - 1) <= DISCORD.components
        )

    return fewest(len(passages), fits)


@given(items_of_a_page)
def test_discord_takes_no_message_more_than_it_must(shapes: list[tuple[int, int, bool]]) -> None:
    """Characters, bytes and components at once, marks at every cut, the tightest look included."""
    passages = passages_of(shapes, has_pictures=False)
    plain = tuple(
        Passage(one.kind, one.blocks, key=one.key, label=one.label, number=one.number, count=one.count)
        for one in passages
    )
    messages = discord_render(Page(plain), Form(), DISCORD)
    assert len(messages) == discord_fewest(plain)
