"""Every kind of node as characters with entities that Telegram keeps."""

import pytest

from bot.platforms.telegram.entities import Styled, Writer, joined, units
from bot.platforms.telegram.prose import LONGEST_TARGET, prose
from digest.document import (
    Block,
    Break,
    Code,
    CodeBlock,
    Del,
    Details,
    Em,
    Heading,
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
    paragraph,
)

FAMILY = "👨‍👩‍👧‍👦"
HREF = "https://www.a.example/x"


def told(*blocks: Block) -> tuple[str, list[tuple[str, str, str]]]:
    """The text and, for each entity, its type, the characters it covers and its argument."""
    styled = prose(blocks)
    encoded = styled.text.encode("utf-16-le")
    return styled.text, [
        (span.kind, encoded[2 * span.start : 2 * span.end].decode("utf-16-le"), span.argument)
        for span in styled.spans
    ]


def line(*inlines: Inline) -> tuple[str, list[tuple[str, str, str]]]:
    return told(Paragraph(inlines))


@pytest.mark.parametrize(
    ("inline", "kind"), [(Strong, "bold"), (Mark, "bold"), (Em, "italic"), (Del, "strikethrough")]
)
def test_emphasis(inline, kind):
    """Each emphasis is an entity over exactly its words, emoji before it counted in UTF-16 units."""
    assert line(Text(f"{FAMILY}𝒳 "), inline((Text("字"),)), Text("!")) == (
        f"{FAMILY}𝒳 字!",
        [(kind, "字", "")],
    )


def test_offsets_count_utf16_units():
    """A family of four is eleven units, a mathematical letter two."""
    (span,) = prose((Paragraph((Text(f"{FAMILY}𝒳"), Strong((Text("😀"),)))),)).spans
    assert (span.start, span.end) == (13, 15)
    assert units(f"{FAMILY}𝒳") == 13


def test_links_are_named_by_their_label():
    """The target is an entity, the label is what is read; a bare one and an empty one are called by host."""
    assert line(Link(HREF, (Text("文章"),))) == ("文章", [("text_link", "文章", HREF)])
    assert line(Link(HREF, (Text(HREF),), is_bare=True)) == (
        "a.example\u200b",
        [("text_link", "a.example\u200b", HREF)],
    )
    assert line(Link(HREF, (Text(" "),))) == ("a.example", [("text_link", "a.example", HREF)])


@pytest.mark.parametrize("href", ["tg://resolve?domain=a", "mailto:a@b.example", "HTTP://a.example"])
def test_schemes_that_telegram_opens(href):
    """Web, mail and Telegram's own addresses are tappable."""
    assert line(Link(href, (Text("x"),)))[1] == [("text_link", "x", href)]


@pytest.mark.parametrize("href", ["notes.md", "ftp://a.example", "https://a.example/" + "x" * LONGEST_TARGET])
def test_targets_that_cannot_be_tapped_are_shown(href):
    """What no entity can carry stands as text after its label."""
    assert line(Link(href, (Text("标题"),))) == (f"标题 {href}", [])


def test_a_link_in_a_link_follows_it():
    """Both targets can be reached; Telegram has no link in a link."""
    inner = Link("https://b.example", (Text("二"),))
    assert line(Link(HREF, (Text("一"), inner))) == (
        "一二 b.example",
        [("text_link", "一二", HREF), ("text_link", "b.example", "https://b.example")],
    )


def test_code_excludes_emphasis_and_yields_to_links():
    """Bold stops around code; in a link the link stays, since a target matters more than a dress."""
    assert line(Strong((Text("a "), Code("b"), Text(" c")))) == (
        "a b c",
        [("bold", "a ", ""), ("code", "b", ""), ("bold", " c", "")],
    )
    assert line(Link(HREF, (Code("x"),))) == ("x", [("text_link", "x", HREF)])


def test_equal_emphasis_is_one_entity():
    """Bold in bold costs no second entity; bold in italic nests."""
    assert line(Strong((Mark((Text("a"),)), Text("b")))) == ("ab", [("bold", "ab", "")])
    assert line(Em((Strong((Text("a"),)),))) == ("a", [("italic", "a", ""), ("bold", "a", "")])


def test_what_the_server_would_remove_is_gone_before():
    """Control and direction marks would move the offsets of all that follows."""
    assert line(Text("a\x00\u202eb\r"), Strong((Text("c"),))) == ("a bc", [("bold", "c", "")])


def test_paragraphs_and_breaks():
    """Running text is set apart by an empty line, a break is a line."""
    assert told(Paragraph((Text("a"), Break(), Text("b"))), paragraph("c"))[0] == "a\nb\n\nc"


@pytest.mark.parametrize(
    ("role", "kind"),
    [("opinion", "expandable_blockquote"), ("links", "expandable_blockquote"), ("note", "italic")],
)
def test_roles_have_their_dress(role, kind):
    """Opinions and link lists unfold, notes are small."""
    assert told(paragraph("x", role)) == ("x", [(kind, "x", "")])


def test_a_section_says_how_many_items_follow():
    """The number stands in the bold line, at the first heading only."""
    styled = prose((Heading(1, (Text("模型"),)), Heading(2, (Text("二"),))), 5)
    assert styled.text == "模型 (5)\n二"
    assert [(span.kind, span.start, span.end) for span in styled.spans] == [("bold", 0, 6), ("bold", 7, 8)]


def test_quotes_do_not_nest():
    """A quote in a quote is told without a second entity."""
    assert told(Quote((paragraph("a"), Quote((paragraph("b"),)))), paragraph("c")) == (
        "a\nb\nc",
        [("blockquote", "a\nb", "")],
    )
    assert told(Quote((paragraph("x"),), "links"))[1] == [("expandable_blockquote", "x", "")]


def test_lists():
    """Bullets, numbers from their start, nested ones indented, blocks inside an entry."""
    inner = List(((paragraph("c"),), (paragraph("d"), paragraph("e"))), is_ordered=True, start=3)
    assert told(List(((paragraph("a"),), (paragraph("b"), inner))))[0] == (
        "• a\n• b\n\u20033. c\n\u20034. d\n\u2003\u2003e"
    )


def test_a_quote_in_a_list_begins_at_the_margin():
    """A quote's entity covers whole lines."""
    text, entities = told(List(((Quote((paragraph("a"), paragraph("b"))),), (CodeBlock("c", "py x"),))))
    assert text == "• \na\n\nb\n• \nc"
    assert entities == [("blockquote", "a\n\nb", ""), ("pre", "c", "py")]


def test_an_empty_entry_keeps_its_number():
    """The numbering of what follows stays true."""
    assert told(List(((), (paragraph("b"),)), is_ordered=True))[0] == "1. \n2. b"


def test_code_blocks_and_rules():
    """Code keeps its lines and language, a rule is a line."""
    assert told(CodeBlock("a\n  b\n", "python"), Rule()) == (
        "a\n  b\n────────",
        [("pre", "a\n  b", "python")],
    )


def test_details_unfold_under_their_summary():
    """The summary is bold, the rest an expandable quote; without a summary the rest stands alone."""
    assert told(Details((Text("更多"),), (paragraph("a"),))) == (
        "更多\na",
        [("bold", "更多", ""), ("expandable_blockquote", "a", "")],
    )
    assert told(Details((), (paragraph("a"),)))[0] == "a"
    assert told(Details((Text("s"),), ()))[0] == "s"


def cells(*texts: str) -> tuple[tuple[Text, ...], ...]:
    return tuple((Text(text),) if text else () for text in texts)


def test_a_narrow_table_is_aligned():
    """Wide characters take two columns; numbers stand right where the table says so."""
    table = Table((cells("模型", "分"), cells("ab", "9"), cells("", "10")), ("left", "right"))
    assert told(table) == ("模型  分\nab     9\n      10", [("pre", "模型  分\nab     9\n      10", "")])


def test_a_wide_table_is_lines_with_all_cells():
    """No cell is lost, empty ones included."""
    table = Table((cells("头一" * 10, "头二"), cells("", "x" * 30)), (None, None))
    assert told(table) == (f"{'头一' * 10} | 头二\n | {'x' * 30}", [("bold", f"{'头一' * 10} | 头二", "")])


def test_links_in_cells_stay_reachable():
    """A table with links is no code, since code holds no links."""
    table = Table(
        (cells("a", "b"), ((Link(HREF, (Text("c"),)),), (Text("d"), Break(), Text("e")))), (None, None)
    )
    assert told(table) == ("a | b\nc | d e", [("bold", "a | b", ""), ("text_link", "c", HREF)])


@pytest.mark.parametrize(
    "block", [Paragraph(()), Paragraph((Text("  "),)), Quote(()), List(()), CodeBlock("\n"), Details((), ())]
)
def test_what_shows_nothing_leaves_no_gap(block):
    """Empty blocks make no empty lines."""
    assert told(paragraph("a"), block, paragraph("b"))[0] == "a\n\nb"


def test_stretches_clip_their_entities():
    """A cut through an entity leaves a valid one on both sides, offsets counted anew."""
    writer = Writer()
    writer.write("😀")
    with writer.inside("bold"):
        writer.write("一😀二")
    styled = writer.finish()
    left, right = styled.cut(0, 3), styled.cut(3, 4)
    assert [(span.start, span.end) for span in left.spans] == [(2, 5)]
    assert [(span.start, span.end) for span in right.spans] == [(0, 1)]
    assert joined((left, Styled(""), right), "").entities()[1] == {"type": "bold", "offset": 5, "length": 1}


def test_trimming_moves_the_entities():
    """White space at the ends is taken off as the server would, with offsets that stay true."""
    writer = Writer()
    with writer.inside("italic"):
        writer.write("\n\n a \n")
    styled = writer.finish().stripped()
    assert (styled.text, styled.entities()) == ("a", [{"type": "italic", "offset": 0, "length": 1}])
