"""Random trees and ready pictures for the renderers' tests."""

from hypothesis import strategies as st

from digest.document import (
    Block,
    Break,
    Code,
    CodeBlock,
    Del,
    Details,
    Em,
    Heading,
    Image,
    Inline,
    Link,
    List,
    Mark,
    Paragraph,
    Quote,
    Rule,
    Strong,
    Table,
    Text,
)
from digest.page import Action, Passage, Picture

SIGNS = "abc XYZ 019 \\*_~`|>[]()#<@:-.!{}+=&;'\"/，。中文字🙂é"
SNIPPETS = (
    "@everyone",
    "@here",
    "<@123>",
    "<@&123>",
    "<#456>",
    "<:x:789>",
    ":smile:",
    "<t:0:R>",
    "https://a.example/x_y",
    "- a",
    "1. b",
    "> c",
    "-# d",
    "# e",
    "||f||",
    "```g```",
    "[h](https://i.example)",
    "**j**",
    "<script>alert(1)</script>",
    "&lt;",
    "\\",
)
HREFS = (
    "https://one.example/a",
    "https://two.example/b_(c)?d=*e*&f=|g|",
    "https://three.example/中文 x",
    "mailto:a@four.example",
    "tg://resolve?domain=five",
)

words = st.text(SIGNS, min_size=1, max_size=12) | st.sampled_from(SNIPPETS)
texts = words.filter(lambda value: value.strip() != "").map(Text)
codes = words.filter(lambda value: value.strip() != "").map(Code)


def _wrapped(inner: st.SearchStrategy[Inline]) -> st.SearchStrategy[Inline]:
    runs = st.lists(inner, min_size=1, max_size=3).map(tuple)
    return (
        st.builds(Strong, runs)
        | st.builds(Em, runs)
        | st.builds(Del, runs)
        | st.builds(Mark, runs)
        | st.builds(Link, st.sampled_from(HREFS), st.lists(texts | codes, min_size=1, max_size=2).map(tuple))
    )


inlines: st.SearchStrategy[Inline] = st.recursive(texts | codes | st.just(Break()), _wrapped, max_leaves=5)
runs = st.lists(inlines, min_size=1, max_size=4).map(tuple)
roles = st.sampled_from((None, "links", "opinion", "note"))


def _nested(inner: st.SearchStrategy[Block]) -> st.SearchStrategy[Block]:
    blocks = st.lists(inner, min_size=1, max_size=2).map(tuple)
    entries = st.lists(blocks, min_size=1, max_size=3).map(tuple)
    return (
        st.builds(List, entries, st.booleans(), st.integers(1, 20), st.booleans(), roles)
        | st.builds(Quote, blocks, roles)
        | st.builds(Details, runs, blocks)
    )


def _table(rows: int, columns: int) -> st.SearchStrategy[Table]:
    cells = st.lists(texts | codes, min_size=1, max_size=2).map(tuple)
    row = st.tuples(*[cells] * columns)
    return st.builds(Table, st.tuples(*[row] * rows), st.just((None,) * columns))


blocks: st.SearchStrategy[Block] = st.recursive(
    st.builds(Paragraph, runs, roles)
    | st.builds(Heading, st.integers(1, 6), runs)
    | st.builds(CodeBlock, words, st.sampled_from(("", "py", "a b`")))
    | st.just(Rule())
    | _table(2, 2),
    _nested,
    max_leaves=4,
)
trees = st.lists(blocks, min_size=1, max_size=4).map(tuple)


def picture(number: int, size: int = 1_000) -> Picture:
    """A picture that exists, told apart by its number."""
    return Picture(f"{number:064x}", "image/png", 640, 480, size)


def item(number: int, *blocks: Block, is_titled: bool = True) -> Passage:
    """An item as a push has it."""
    head: tuple[Block, ...] = (Heading(2, (Text(f"{number}. 标题 {number}"),)),) if is_titled else ()
    return Passage(
        "item",
        (*head, *blocks),
        key=f"item-{number}",
        label=f"标题 {number}",
        number=number,
        action=Action("item", (f"i{number}",)),
    )


def section(name: str, *blocks: Block, count: int = 1) -> Passage:
    """A section's heading as a push has it."""
    return Passage("section", (Heading(1, (Text(name),)), *blocks), key=name, label=name, count=count)


def images(*numbers: int) -> tuple[Image, ...]:
    """Pictures as blocks, found under `1.png`, `2.png` …"""
    return tuple(Image(f"{number}.png", f"图 {number} 的说明") for number in numbers)
