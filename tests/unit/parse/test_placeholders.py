"""Does a tree ever show the signs the library keeps places with? What stands inside of a mark is what its author wrote."""

import dataclasses
import re
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.document import Em, Image, Inline, Link, Paragraph, Strong, Text, plain
from digest.parse.markdown import markdown_blocks
from digest.parse.notes import Notes

PLACES = re.compile("[\x02\x03\ufdd0-\ufdef]|klzzwxh|wzxhzdk")
REFERENCE = "[r]: /u 'T'\n\n"
PIECES = [
    *(
        "[",
        "]",
        "(",
        ")",
        "`",
        "``",
        "*",
        "**",
        "***",
        "_",
        "__",
        "~~",
        "~",
        "<",
        ">",
        "!",
        "\\",
        '"',
        "'",
        "|",
    ),
    *("字", "词，", "a", "b ", " ", "  \n", "\n", "\n\n", "- ", "> ", "# ", "1. ", "    ", "&amp;", "&#42;"),
    *("[a](", "](b)", "![x](y)", "[r]", "[r][r]", "![r]", "![r][]", "![a][r]", REFERENCE, "[`r`]: /v\n\n"),
    *(
        "<b>",
        "</b>",
        "<br>",
        "<!--",
        "-->",
        '<a href="',
        '<b title="',
        "<pre>",
        "</pre>",
        "<summary>",
        "<![",
        "<!",
    ),
    *("https://e.org/a", "<https://e.org>", "<m@e.org>", "<http://x", "\n| a | b |\n|---|---|\n| ", "```\n"),
]


def strings(value: object) -> Iterator[str]:
    """Every text of a tree, whatever field it stands in."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple):
        for one in value:
            yield from strings(one)
    elif dataclasses.is_dataclass(value):
        for field in dataclasses.fields(value):
            yield from strings(getattr(value, field.name))


def inlines(markdown: str) -> tuple[Inline, ...]:
    """What the last paragraph of a text holds."""
    paragraph = markdown_blocks(markdown, Notes())[-1]
    assert isinstance(paragraph, Paragraph)
    return paragraph.inlines


@given(st.lists(st.sampled_from(PIECES), min_size=1, max_size=40).map("".join))
def test_no_tree_holds_a_place(markdown):
    """Whatever is written, nothing of the library's or of our own signs is in the tree."""
    found = [text for text in strings(markdown_blocks(markdown, Notes())) if PLACES.search(text)]
    assert not found


@pytest.mark.parametrize(
    ("markdown", "href"),
    [
        ("<https://e.org/`*`>", "https://e.org/`*`"),
        (f"{REFERENCE}<https://e.org/[r]>", "https://e.org/[r]"),
        ("<https://e.org/[]()>", "https://e.org/[]()"),
        ("[a](https://e.org/`x`)", "https://e.org/`x`"),
        (r"[a](https://e.org/x\*y)", "https://e.org/x*y"),
        (f"{REFERENCE}[a](https://e.org/[r][r])", "https://e.org/[r][r]"),
        ('<a href="https://e.org/[b](c)">d</a>', "https://e.org/[b](c)"),
        (f'{REFERENCE}<a href="https://e.org/[r]">d</a>', "https://e.org/[r]"),
        ('<a href="https://e.org/`r`">d</a>', "https://e.org/`r`"),
        ("[a\\*b]\n\n[a\\*b]: https://e.org/star", "https://e.org/star"),
        ("[`c`]: https://e.org/code\n\n[`c`]", "https://e.org/code"),
        ("[`C<T>`]: https://e.org/code\n\n[so][`C<T>`]", "https://e.org/code"),
    ],
)
def test_marks_inside_of_an_address_are_its_signs(markdown, href):
    """A target or a reference's name is what stands in the source, escapes of a target apart."""
    found = next(block for block in markdown_blocks(markdown, Notes()) if isinstance(block, Paragraph))
    assert [one.href for one in found.inlines if isinstance(one, Link)] == [href]


def test_an_address_that_is_refused_is_shown_as_written():
    """A backslash in angle brackets frees nothing, and no link has one."""
    assert plain(inlines(r"<https://e.org/a\-b>")) == r"https://e.org/a\-b"


@pytest.mark.parametrize(
    ("markdown", "alt"),
    [
        ("![a `b` c](p.png)", "a b c"),
        ("![`<b>`](p.png)", "<b>"),
        (r"![a\*b](p.png)", "a*b"),
        ("![[a `b`](c)](p.png)", "a b"),
        ("![[![in `x`](y) side](z)](p.png)", "in x side"),
        (f"{REFERENCE}![[r] `c`][r]", "[r] c"),
    ],
)
def test_a_picture_is_called_by_the_words_of_its_text(markdown, alt):
    """Marks inside of the text of a picture give their words, however deep they stand."""
    (picture,) = (block for block in markdown_blocks(markdown, Notes()) if isinstance(block, Image))
    assert picture.alt == alt


@pytest.mark.parametrize(
    ("markdown", "expected"),
    [
        ("*甲**乙*`c`", "*甲**乙*c"),
        ("*b**]*<b>d</b>", "*b**]*d"),
        ("_`__!_<b>d</b>", "_`__!_d"),
        (r"**'*[**_\\_", r"**'*[**_\_"),
        ("_*@** *<m@g>*", "_*@** *m@g*"),
    ],
)
def test_emphasis_cuts_nothing_off(markdown, expected):
    """Marks of unequal length take no sign of what stands behind them."""
    found = plain(inlines(markdown))
    assert re.sub(r"[*_]", "", found) == re.sub(r"[*_]", "", expected)


def test_emphasis_behind_marks_left_open_is_where_it_was_written():
    """A mark that is never closed moves none of those behind it."""
    assert inlines("**开 _a_ *b* ~ `c` *d* _e_ *f*")[1::2] == (
        Em((Text("a"),)),
        Em((Text("b"),)),
        *inlines("`c`"),
        Em((Text("d"),)),
        Em((Text("e"),)),
        Em((Text("f"),)),
    )


def test_the_nearest_opening_of_the_same_length_is_closed():
    """Where the rule of three passes over an opening, the one before it is meant, as in CommonMark."""
    assert inlines("*b**]*") == (Em((Text("b**]"),)),)
    assert inlines("**甲 *乙* 丙**") == (Strong((Text("甲 "), Em((Text("乙"),)), Text(" 丙"))),)
