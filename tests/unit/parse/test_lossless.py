"""Is every word, link and picture of a source in its tree, once and in order?"""

from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.document import Code, CodeBlock, Text, images, links, plain, walk
from digest.issue import Series
from digest.parse import front_matter, parse
from digest.parse.markdown import markdown_blocks
from digest.parse.notes import Notes
from tests.contract.corpus.described import CORPUS
from tests.lossless import losses, read_source, words
from tests.shared import need_corpus
from tests.unit.parse.trees import delivered, issue_of, nodes

SAMPLES = sorted((Path(__file__).parents[3] / "examples").rglob("*.md"))


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_a_sample_of_ours_loses_nothing(path):
    """What `demo` and the documents show is read whole, in every language."""
    source = path.read_text("utf-8")
    assert losses(read_source(source), delivered(issue_of(source, path.name))) == []


@pytest.mark.corpus
@pytest.mark.parametrize("path", CORPUS, ids=lambda path: path.stem)
def test_a_corpus_file_loses_nothing(path):
    """An independent reader finds all of the source in the tree; nobody sees `**`."""
    source = need_corpus(path).read_bytes()
    reading = parse(source, series=Series("s", "示例周知"), name=path.name)
    assert reading.issue is not None
    assert losses(read_source(source.decode()), delivered(reading.issue)) == []
    shown = [node for node in walk(tuple(nodes(reading.issue))) if isinstance(node, Text)]
    assert not [node for node in shown if "**" in node.text]


@pytest.mark.corpus
@pytest.mark.parametrize("path", CORPUS, ids=lambda path: path.stem)
def test_structure_only_places(path):
    """Titles, intro, sections and outro in tree order hold exactly what the flat blocks hold, no more and no less."""
    text = need_corpus(path).read_text()
    front = front_matter.cut(text, Notes(text))
    flat = markdown_blocks(front.text, Notes(text), front.first_line)
    issue = issue_of(text, path.name)
    tree = tuple(nodes(issue))
    assert words(plain(tree)) == words(plain(flat))
    assert links(tree) == links(flat)
    assert images(tree) == images(flat)


WORD = st.text(alphabet="abcxyz中文字的。，（）“”", min_size=1, max_size=6)
LINE = st.lists(WORD, min_size=1, max_size=4).map(" ".join)
INLINE = st.one_of(
    LINE,
    LINE.map(lambda text: f"**{text}**"),
    LINE.map(lambda text: f"*{text}*"),
    LINE.map(lambda text: f"~~{text}~~"),
    LINE.map(lambda text: f"`{text}`"),
    LINE.map(lambda text: f"[{text}](https://e.org/{len(text)})"),
    LINE.map(lambda text: f"<b>{text}</b>"),
    st.sampled_from(
        ["https://e.org/a_b", "<https://e.org/c>", "![x](p.png)", "Vec<T>", "a < b", "AT&T", "3 * 4", "_x_"]
    ),
)
TEXT = st.lists(INLINE, min_size=1, max_size=3).map(" ".join)


def indented(blocks: str, marker: str) -> str:
    first, *rest = blocks.split("\n")
    return "\n".join([marker + first, *((" " * len(marker) + line).rstrip() for line in rest)])


BLOCKS = st.recursive(
    st.one_of(
        TEXT,
        st.tuples(st.integers(1, 6), TEXT).map(lambda pair: f"{'#' * pair[0]} {pair[1]}"),
        LINE.map(lambda text: f"```\n{text}\n\n> {text}\n```"),
        st.tuples(LINE, LINE).map(lambda pair: f"| {pair[0]} | b |\n|---|---|\n| {pair[1]} | c |"),
        LINE.map(lambda text: f"<details><summary>{text}</summary>\n\n{text}\n\n</details>\n\n{text}"),
        st.just("---"),
        LINE.map(lambda text: f"{text}  \n{text}"),
    ),
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).map(
            lambda entries: "\n".join(indented(one, "- ") for one in entries)
        ),
        st.lists(inner, min_size=1, max_size=3).map(
            lambda entries: "\n".join(indented(one, f"{at}. ") for at, one in enumerate(entries, 1))
        ),
        inner.map(lambda one: "\n".join(f"> {line}".rstrip() for line in one.split("\n"))),
        st.lists(inner, min_size=1, max_size=3).map("\n\n".join),
    ),
    max_leaves=8,
)


@given(st.lists(BLOCKS, min_size=1, max_size=4).map("\n\n".join))
def test_generated_markdown_loses_nothing(markdown):
    """Whatever is nested in whatever: words, links and pictures of the source are in the tree."""
    reading = parse(markdown.encode(), series=Series("s", "S"), name="a-1.md")
    if not markdown.strip():
        return
    assert reading.issue is not None
    assert losses(read_source(markdown), delivered(reading.issue)) == []


@given(st.text(alphabet="ab中 \n\t*_`[]()<>#-+.!|>~:&\\\"'1/=", max_size=60))
def test_any_text_is_read_without_raising(markdown):
    """Markup in any disorder gives an issue, or an error as a value; no letter of ours disappears from the text."""
    reading = parse(markdown.encode(), series=Series("s", "S"), name="a-1.md")
    assert reading.issue is not None or not markdown.strip()


def test_code_is_kept_sign_by_sign():
    """Tags, entities, quotes and indentation inside code are code."""
    code = 'if a < b && c > d:\n    print("<b>&amp;</b>")\n> x\n'
    issue = issue_of(
        "# 第 1 期\n\n> ~~~html\n" + "".join(f"> {line}\n" for line in code.split("\n")) + "> ~~~\n"
    )
    blocks = [node for node in walk(issue.intro) if isinstance(node, CodeBlock)]
    assert [(block.text, block.language) for block in blocks] == [(code.rstrip("\n"), "html")]
    inline = issue_of("a `Vec<T> && <b>&lt;</b>` b")
    assert [node.text for node in walk(inline.blocks) if isinstance(node, Code)] == ["Vec<T> && <b>&lt;</b>"]


def test_reading_order_is_kept_around_titles():
    """Titles stand first, and what follows them follows."""
    issue = issue_of("# 示例周知 3\n\n![](a.png)\n\n# Example Weekly 3\n\n引言\n\n## 甲\n\n一\n\n## 乙\n\n二")
    assert issue.titles == ("示例周知 3", "Example Weekly 3")
    texts = [plain((node,)).strip() for node in nodes(issue)]
    assert [text for text in texts if text] == [
        "示例周知 3",
        "Example Weekly 3",
        "引言",
        "甲",
        "一",
        "乙",
        "二",
    ]
    assert all(before is not after for before, after in pairwise(texts) if before)
