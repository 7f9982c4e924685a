"""Does a tree come back from JSON exactly as it went in?"""

import json
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.codec import UnknownFormat, blocks_from_json, blocks_to_json, from_json, to_json
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
from digest.issue import Issue, Item, Section

TEXT = st.text(max_size=8)
MAYBE = st.none() | TEXT
ROLE = st.sampled_from([None, "summary", "links", "opinion", "note", "boilerplate"])
LEAVES: st.SearchStrategy[Inline] = st.one_of(
    st.builds(Text, TEXT), st.builds(Code, TEXT), st.just(Break()), st.builds(Image, TEXT, TEXT, MAYBE)
)


def many(inner: st.SearchStrategy[Inline]) -> st.SearchStrategy[tuple[Inline, ...]]:
    return st.lists(inner, max_size=3).map(tuple)


INLINES = many(
    st.recursive(
        LEAVES,
        lambda inner: st.one_of(
            *(st.builds(kind, many(inner)) for kind in (Strong, Em, Del, Mark)),
            st.builds(Link, TEXT, many(inner), st.booleans()),
        ),
        max_leaves=4,
    )
)
BLOCKS: st.SearchStrategy[tuple[Block, ...]] = st.lists(
    st.recursive(
        st.one_of(
            st.builds(Paragraph, INLINES, ROLE),
            st.builds(Heading, st.integers(1, 6), INLINES),
            st.builds(CodeBlock, TEXT, TEXT),
            st.just(Rule()),
            st.builds(Image, TEXT, TEXT, MAYBE),
            st.builds(
                Table,
                st.lists(st.tuples(INLINES, INLINES), min_size=1, max_size=2).map(tuple),
                st.tuples(*[st.sampled_from([None, "left", "center", "right"])] * 2),
            ),
        ),
        lambda inner: st.one_of(
            st.builds(Quote, st.lists(inner, max_size=2).map(tuple), ROLE),
            st.builds(Details, INLINES, st.lists(inner, max_size=2).map(tuple)),
            st.builds(
                List,
                st.lists(st.lists(inner, max_size=2).map(tuple), max_size=2).map(tuple),
                st.booleans(),
                st.integers(0, 99),
                st.booleans(),
                ROLE,
            ),
        ),
        max_leaves=4,
    ),
    max_size=3,
).map(tuple)


@given(BLOCKS)
def test_blocks_come_back(blocks):
    """Any tree is the same after JSON, in type and value."""
    assert blocks_from_json(blocks_to_json(blocks)) == blocks


@given(BLOCKS, INLINES, st.none() | st.dates(), st.none() | st.integers())
def test_an_issue_comes_back(blocks, heading, day, number):
    """Metadata, sections and items too."""
    item = Item("s/k", "标题", "list entry", heading, blocks, None, number)
    section = Section("s", "栏目", heading, 2, "models", blocks, (item,))
    issue = Issue(
        "weekly",
        "1",
        ("标题",),
        (heading,),
        number,
        day,
        "file name",
        "zh",
        blocks,
        (section,),
        blocks,
        ("a",),
        True,
        day,
    )
    assert from_json(to_json(issue)) == issue


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        '{"version":1}',
        '{"version":2,"issue":{}}',
        '{"version":1,"issue":{"_":"Popen"}}',
        '{"version":1,"issue":{"_":"Issue","colour":1}}',
        '{"version":1,"issue":{"_":"Rule"}}',
    ],
)
def test_other_texts_are_refused(text):
    """No JSON, no issue, a newer version, unknown kinds and fields: said clearly, never half read."""
    with pytest.raises(UnknownFormat):
        from_json(text)


def test_the_json_is_small_and_readable():
    """Defaults are left out, Chinese is written as it is."""
    text = blocks_to_json((Paragraph((Text("字"),)), Rule()))
    assert json.loads(text)["blocks"] == [
        {"_": "Paragraph", "inlines": [{"_": "Text", "text": "字"}]},
        {"_": "Rule"},
    ]
    assert "字" in text


def test_dates_are_dates():
    """A date comes back as a date, not as its text."""
    issue = Issue("s", "k", ("t",), (), None, date(2026, 1, 5), None, "zh", (), ())
    assert from_json(to_json(issue)).published_on == date(2026, 1, 5)
