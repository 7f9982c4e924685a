"""Text is cut where a reader minds least, and nothing is lost by it."""

import pytest
import regex  # type: ignore[import-untyped]  # ships no types
from hypothesis import given
from hypothesis import strategies as st

from bot.platforms.cut import Fits, cut_blocks, cut_inlines, cut_text, shortened
from digest.document import (
    Break,
    Code,
    CodeBlock,
    Details,
    Em,
    Heading,
    Image,
    Link,
    List,
    Paragraph,
    Quote,
    Rule,
    Strong,
    Table,
    Text,
    images,
    links,
    paragraph,
    plain,
    walk,
)
from tests.unit.platforms.cut_trees import trees

FAMILY = "👨‍👩‍👧‍👦"


def units(text: str) -> int:
    """UTF-16 units."""
    return len(text.encode("utf-16-le")) // 2


def room(size: int) -> Fits:
    """Fits by length of the plain text."""
    return lambda blocks: len(plain(blocks)) <= size


def inked(text: str) -> str:
    """A text without white space, since block borders add line breaks."""
    return "".join(text.split())


@given(st.text(), st.integers(20, 60))
def test_pieces_of_text_make_the_text(text, size):
    """Every piece fits and together they are the text."""
    pieces = cut_text(text, size)
    assert "".join(pieces) == text
    assert all(0 < len(piece) <= size for piece in pieces)


@given(st.lists(st.sampled_from([*"a é中。 ", FAMILY, "🇨🇳", "e\u0301"]), max_size=40).map("".join))
def test_no_cluster_is_broken(text):
    """Emoji sequences, flags and combining marks stay whole when they fit."""
    pieces = cut_text(text, 12, units)
    clusters = [cluster for piece in pieces for cluster in regex.findall(r"\X", piece)]
    assert clusters == regex.findall(r"\X", text)


@pytest.mark.parametrize(
    ("text", "size", "pieces"),
    [
        ("第一句话。第二句话。", 8, ("第一句话。", "第二句话。")),
        ("他说：“真的吗？”然后走了。", 10, ("他说：“真的吗？”", "然后走了。")),
        ("Version 3.5 is out. It is fast.", 24, ("Version 3.5 is out. ", "It is fast.")),
        ("one two three four", 10, ("one two ", "three four")),
        ("模型GPT很快模型GPT很快", 6, ("模型GPT很", "快模型GPT", "很快")),
        ("https://example.org/abc 之后", 24, ("https://example.org/abc ", "之后")),
        ("abcdefgh", 3, ("abc", "def", "gh")),
        ("一二三，四五", 3, ("一二", "三，四", "五")),
    ],
)
def test_cuts_stand_at_sentences_then_words(text, size, pieces):
    """The places a reader minds least are chosen."""
    assert cut_text(text, size) == pieces


def test_a_cluster_beyond_the_room_is_cut_between_characters():
    """A tower of combining marks loses nothing although no cluster border fits."""
    tower = "a" + "\u0301" * 30
    assert "".join(cut_text(tower, 8)) == tower


def test_a_character_beyond_the_room_is_refused():
    """Where not even one character fits the caller is told, and no endless loop begins."""
    with pytest.raises(ValueError, match="one character"):
        cut_text("😀😀", 1, units)
    with pytest.raises(ValueError, match="one character"):
        cut_blocks((paragraph("ab"),), lambda blocks: not blocks)


@pytest.mark.parametrize(
    ("text", "size", "label"), [("short", 5, "short"), ("longer", 5, "long…"), (FAMILY * 3, 12, FAMILY + "…")]
)
def test_labels_are_shortened_by_clusters(text, size, label):
    """A label ends with whole clusters and an ellipsis."""
    assert shortened(text, size, units) == label


@given(trees, st.integers(40, 90))
def test_pieces_of_blocks_hold_everything(blocks, size):
    """Words, links, pictures and rules of all pieces are those of the blocks, in order, and each piece fits."""
    pieces = cut_blocks(blocks, room(size))
    assert all(len(plain(piece)) <= size for piece in pieces)
    assert inked("".join(plain(piece) for piece in pieces)) == inked(plain(blocks))
    assert [image for piece in pieces for image in images(piece)] == list(images(blocks))
    found = [target for piece in pieces for target in links(piece)]
    rest = iter(found)
    assert all(target in rest for target in links(blocks))
    assert sum(isinstance(node, Rule | Break) for piece in pieces for node in walk(piece)) == sum(
        isinstance(node, Rule | Break) for node in walk(blocks)
    )


def test_blocks_are_parted_before_sentences():
    """A block that fits is not cut although the piece before it had room left."""
    first, second = paragraph("一。二。三。四。"), paragraph("五。六。七。八。")
    assert cut_blocks((first, second), room(10)) == ((first,), (second,))


def test_a_long_block_is_cut_at_its_sentences():
    """A paragraph beyond the room goes on in the next piece, with its role."""
    long = paragraph("第一句很长。第二句也长。", "opinion")
    assert cut_blocks((long,), room(8)) == (
        (paragraph("第一句很长。", "opinion"),),
        (paragraph("第二句也长。", "opinion"),),
    )


def test_a_heading_is_not_left_alone():
    """A heading moves on with the block under it."""
    before, heading, after = paragraph("123456"), Heading(3, (Text("头"),)), paragraph("7890")
    assert cut_blocks((before, heading, after), room(9)) == ((before,), (heading, after))


def test_links_stay_whole():
    """The cut goes before a link, not into it; the sentence inside the label is no seam."""
    line = (Text("前面的话 "), Link("https://a.example", (Text("一。二。三"),)), Text("后"))
    assert cut_inlines(line, lambda inlines: len(plain(inlines)) <= 8) == (line[:1], line[1:])


def test_a_link_beyond_the_room_is_cut_and_reachable_in_both_halves():
    """A label longer than a message is shown whole, each half leading to the target."""
    line = (Link("https://a.example", (Text("abcdefgh"),)),)
    pieces = cut_inlines(line, lambda inlines: len(plain(inlines)) <= 5)
    assert plain(pieces[0]) + plain(pieces[1]) == "abcdefgh"
    assert links(pieces[0]) == links(pieces[1]) == ("https://a.example",)


def test_the_first_piece_may_begin_in_what_is_left():
    """What fits into the rest of a message begins there; where nothing fits, the first piece is empty."""
    long = paragraph("一二。三四五。六七八九。")
    assert cut_blocks((long,), room(9), room(3))[0] == (paragraph("一二。"),)
    assert cut_blocks((Rule(), long), room(20), lambda blocks: not blocks)[0] == ()


def test_numbers_of_a_cut_list_go_on():
    """Entries keep their numbers; the rest of a cut entry stands without a second marker."""
    entries = tuple((paragraph(words),) for words in ("一。", "四五六。七八九。十一。", "十二。"))
    pieces = cut_blocks((List(entries, is_ordered=True, start=3),), room(9))
    assert pieces == (
        (List((entries[0], (paragraph("四五六。"),)), is_ordered=True, start=3),),
        (paragraph("七八九。十一。"),),
        (List((entries[2],), is_ordered=True, start=5),),
    )


def test_rows_keep_their_cells():
    """A table is cut between rows, a long row inside a cell with all cells on both sides."""
    table = Table(
        (((Text("a"),), (Text("b"),)), ((Text("long. cell"),), (Text("c"),))), alignments=(None, None)
    )
    pieces = cut_blocks((table,), room(8))
    rows = [row for piece in pieces for block in piece if isinstance(block, Table) for row in block.rows]
    assert all(len(row) == 2 for row in rows)
    assert inked("".join(plain(piece) for piece in pieces)) == "ablong.cellc"


def test_every_kind_can_be_cut():
    """Nested blocks and inlines are cut at one word without loss."""
    blocks = (
        Details((Text("more"),), (Quote((paragraph("one two three"),)),)),
        CodeBlock("line one\nline two", "text"),
        Paragraph((Strong((Em((Text("bold words"), Code("x = 1"))),)), Image("a.png"))),
    )
    pieces = cut_blocks(blocks, room(9))
    assert len(pieces) > 4
    assert inked("".join(plain(piece) for piece in pieces)) == inked(plain(blocks))
