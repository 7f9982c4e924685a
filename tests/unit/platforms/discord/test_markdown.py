"""Does text show as it is written on Discord, and do links stay links?"""

import re
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.platforms.base import Form
from bot.platforms.discord.blocks import markdown
from bot.platforms.discord.check import check
from bot.platforms.discord.markdown import JOINT, lines
from bot.platforms.discord.readback import readback, visible
from bot.platforms.discord.render import render
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
    children,
    links,
    plain,
    walk,
)
from digest.page import page
from tests.lossless import address, words
from tests.unit.platforms.samples import SNIPPETS, trees

# As Discord's client has them (simple-markdown with Discord's rules)
DISCORD_LINK = re.compile(
    r"\[((?:\[[^\]]*\]|[^\[\]]|\](?=[^\[]*\]))*)\]\(\s*<?((?:[^\s\\]|\\.)*?)>?(?:\s+['\"]([\s\S]*?)['\"])?\s*\)"
)
DISCORD_ATOM = re.compile(r"\\[^0-9A-Za-z\s]|(`+)[\s\S]*?[^`]\1(?!`)")  # an escape, or code


def line(*inlines: Inline) -> str:
    return "\n".join(lines(inlines))


@pytest.mark.parametrize(
    "text", [*SNIPPETS, "12. 甲", "+ b", "a_b_c", "C# 与 f(x) [1]", "3 * 4 * 5", "10:30:45", ":)"]
)
def test_signs_of_the_text_are_seen(text: str) -> None:
    """What looks like markup, a mention or a list is shown as it was written."""
    shown, found = visible(line(Text(text)))
    assert shown == text.strip()
    assert found == []


def test_a_sentence_without_signs_costs_nothing() -> None:
    """Ordinary text is not padded with backslashes: characters are what binds a message."""
    text = "甲公司（A-Corp）发布 v1.5：更快，见 10:30 的说明 (beta)。"
    assert line(Text(text)) == text


@pytest.mark.parametrize("text", ["- a", "1. a", "# a", "> a", "-# a", "* a"])
def test_a_line_start_never_acts_even_after_a_break(text: str) -> None:
    """Lists, headings and quotes of the text do not begin after a hard break either."""
    assert line(Text("x"), Break(), Text(text)).split("\n")[1].startswith(("\\", "1\\.", "-\\#"))


def test_styles_have_their_signs() -> None:
    """Bold, emphasised, struck and found words; a style inside itself is not repeated."""
    assert line(Strong((Text("粗"), Strong((Text("粗"),)))), Text("后")) == "**粗粗**后"
    assert line(Em((Text("斜"),)), Del((Text("删"),)), Mark((Text("中"),))) == "*斜*~~删~~**中**"


def test_neighbours_do_not_run_together() -> None:
    """Equal neighbours become one, different ones of one sign are parted by what nobody sees."""
    assert line(Strong((Text("a"),)), Mark((Text("b"),))) == "**ab**"
    assert line(Em((Text("a"),)), Strong((Text("b"),))) == f"*a*{JOINT}**b**"
    assert visible(line(Code("a"), Code("b"))) == ("ab", [])


def test_a_style_ends_with_its_line() -> None:
    """Small print and quotes are made a line at a time, so no style may go over its end."""
    assert lines((Strong((Text("a"), Break(), Text("b"))),)) == ["**a**", "**b**"]
    assert line(Strong((Text(" a "),))) == "**a**"


@pytest.mark.parametrize("text", ["a", "`", "a`b", "``", "a``b`c", "\\", "*", "<@1>", "a|b"])
def test_code_is_seen_as_written(text: str) -> None:
    """Backticks inside choose another fence, and none is left open; the same within bold."""
    assert visible(line(Code(text)))[0] == text
    assert visible(line(Strong((Code(text), Text("x")))))[0] == f"{text}x"


@pytest.mark.parametrize("text", ["```", "```g```", "a```b"])
def test_code_with_three_backticks_begins_no_block(text: str) -> None:
    """A client that looks for blocks first would end one at these signs: they are text, whatever is beside them."""
    beside = Code("https://a.example/x_y")
    assert "```" not in line(Code(text), beside)
    assert visible(line(Code(text), beside))[0] == f"{text}https://a.example/x_y"


def test_links_by_label_and_bare_ones_by_host() -> None:
    """The label is tapped; a bare address is short on the screen and whole in the link."""
    assert line(Link("https://e.example/a", (Text("看*这里*"),))) == "[看\\*这里\\*](https://e.example/a)"
    bare = line(Link("https://www.e.example/a/b", (Text("https://www.e.example/a/b"),), is_bare=True))
    assert bare == f"[e.example{JOINT}](https://www.e.example/a/b)"
    assert visible(bare) == ("https://www.e.example/a/b", ["https://www.e.example/a/b"])


@pytest.mark.parametrize("label", ["https://other.example/x", "a [b", "a] b", "]["])
def test_a_label_discord_refuses_is_text_with_the_link_behind_its_line(label: str) -> None:
    """Such a label would show the link's source; the sentence stays uninterrupted."""
    written = line(Text("见 "), Link("https://e.example/a", (Text(label),)), Text(" 一文"))
    shown, found = visible(written)
    assert shown.startswith(f"见 {label} 一文 (")
    assert found == ["https://e.example/a"]
    assert written.endswith("([e.example](https://e.example/a))")


def test_a_bracket_after_a_link_does_not_lengthen_it() -> None:
    """Discord reads a label up to the last `](` it can reach."""
    written = line(Link("https://e.example/a", (Text(" x "),)), Text("](y)"))
    assert written == "[x](https://e.example/a) \\]\\(y)"
    assert _links_by_discord(written) == ["https://e.example/a"]


def test_targets_cannot_end_their_link() -> None:
    """Parentheses, spaces and signs are percent-encoded; the address stays the same."""
    href = 'https://e.example/a_(b) "c"*d*|e|\\@everyone'
    written = line(Link(href, (Text("x"),)))
    assert DISCORD_LINK.fullmatch(written)
    assert address(visible(written)[1][0]) == address(href)
    assert "@everyone" not in written


def test_other_schemes_are_to_be_read() -> None:
    """Discord links no mail and no Telegram address: it stands after the line, unless it is the label already."""
    shown, found = visible(line(Text("写给"), Link("mailto:a@e.example", (Text("编者"),)), Text("。")))
    assert shown == "写给编者。 (mailto:a@e.example)"
    assert found == ["mailto:a@e.example"]
    assert visible(line(Link("mailto:a@e.example", (Text("a@e.example"),)))) == (
        "a@e.example",
        ["mailto:a@e.example"],
    )
    assert visible(line(Link("tg://resolve?domain=x", (Text("频道"),))))[1] == ["tg://resolve?domain=x"]


def test_a_link_inside_a_link_keeps_both_targets() -> None:
    """The inner target stands behind the line."""
    inner = Link("https://inner.example/x", (Text("里"),))
    assert visible(line(Link("https://e.example", (Text("外"), inner))))[1] == [
        "https://e.example",
        "https://inner.example/x",
    ]


@pytest.mark.parametrize(
    ("block", "written"),
    [
        (Heading(1, (Text("栏目"),)), "### 栏目"),
        (Heading(2, (Strong((Text("1. 标题"),)),)), "**1. 标题**"),
        (Paragraph((Text("a"), Break(), Text("b")), "links"), "-# a\n-# b"),
        (Paragraph((Em((Text("Opinion：x"),)),), "opinion"), "> *Opinion：x*"),
        (Quote((Paragraph((Text("a"),)), Paragraph((Text("b"),)))), "> a\n> b"),
        (Quote((Paragraph((Text("a"),)),), "links"), "-# a"),
        (CodeBlock("x = '```'", "py"), f"```py\nx = '`{JOINT}``'\n```"),
        (CodeBlock("x", "a b"), "```\nx\n```"),
        (Details((Text("s"),), (Paragraph((Text("b"),)),)), "**s**\nb"),
        (Rule(), "───"),
    ],
)
def test_blocks(block: Block, written: str) -> None:
    """Every kind of block has its lines."""
    assert markdown((block,)) == written


def test_lists_nest_by_two_spaces_and_keep_their_start() -> None:
    """Numbers begin where they did, inner lists are indented, fences are not."""
    inner = List(((Paragraph((Text("x"),)),),))
    ordered = List(
        ((Paragraph((Text("a"), Break(), Text("b"))), inner), (CodeBlock("c\n d"),)), is_ordered=True, start=3
    )
    assert markdown((ordered,)) == "3. a\n   b\n   - x\n4. ```\nc\n d\n```".replace("\n   ", "\n  ")
    small = List(((Paragraph((Text("a"),)),), (Paragraph((Text("b"),)),)), role="links")
    assert markdown((small,)) == "-# • a\n-# • b"


def test_tables_are_fixed_when_narrow_and_lines_with_links() -> None:
    """A narrow table keeps its columns; one with links keeps the links."""
    head, row = ((Text("模型"),), (Text("n"),)), ((Text("a"),), (Text("10"),))
    assert markdown((Table((head, row), (None, "right")),)) == "```\n模型 |  n\n-----+---\na    | 10\n```"
    linked = Table((head, ((Link("https://e.example", (Text("a"),)),), (Text("-"),))), (None, None))
    assert markdown((linked,)) == "**模型** | **n**\n[a](https://e.example) | -"
    wide = Table((((Text("x" * 50),),),), (None,))
    assert markdown((wide,)) == f"**{'x' * 50}**"


def _written(node: Block | Inline) -> str:
    """The words a reader sees: as `plain`, with the numbers of ordered lists."""
    match node:
        case List(is_ordered=True):
            return "".join(_entry(number, entry) for number, entry in enumerate(node.entries, node.start))
        case Details():
            return "\n".join((plain(node.summary), *map(_written, node.blocks)))
        case List() | Quote() | Paragraph() | Heading() | Table():
            inside = "".join(_written(child) for child in children(node))
            return f"\n{inside}\n" if not isinstance(node, Table) else f"\n{plain((node,))}\n"
        case Strong() | Em() | Del() | Mark() | Link():
            return "".join(map(_written, node.inlines))
        case _:
            return plain((node,)) + ("\n" if isinstance(node, CodeBlock | Break) else "")


def _entry(number: int, entry: tuple[Block, ...]) -> str:
    inside = "".join(map(_written, entry))
    is_empty = not inside.strip() and not any(isinstance(node, Rule) for node in walk(entry))
    return "" if is_empty else f"\n{number}. {inside}"


def _seen(tree: tuple[Block, ...]) -> list[str]:
    return words("\n".join(map(_written, tree)))


def _follows(tree: tuple[Block, ...]) -> bool:
    """Whether some target has to stand behind its line."""
    for node in walk(tree):
        if isinstance(node, Link):
            label = plain(node.inlines)
            if not node.href.startswith("http") or re.search(r"[\[\]]|://", label):
                return True
    return False


def _is_subsequence(wanted: list[str], seen: list[str]) -> bool:
    rest = iter(seen)
    return all(word in rest for word in wanted)


@given(trees, st.sampled_from(["public", "embeds"]))
def test_every_word_and_link_arrives_and_nothing_acts(tree: tuple[Block, ...], kind: str) -> None:
    """Read back from the payload: the words of the tree in order, every target, no rule broken, no mention alive."""
    messages = render(page(*tree), Form(kind=kind))  # type: ignore[arg-type]  # sampled_from widens the literal
    text = "\n".join(readback(message).text for message in messages)
    wanted = _seen(tree)
    assert _is_subsequence(wanted, words(text))
    if not _follows(tree):
        assert words(text) == wanted
    have = Counter(address(link) for message in messages for link in readback(message).links)
    assert not Counter(map(address, links(tree))) - have
    assert [fault for message in messages for fault in check(message)] == []


@given(trees)
def test_discords_own_rules_see_every_link(tree: tuple[Block, ...]) -> None:
    """Each masked link is one to the regular expression of Discord's client too."""
    written = re.sub(r"```.*?```", "", markdown(tree), flags=re.DOTALL)
    masked = [link for link in visible(written)[1] if link.startswith("http")]
    assert _links_by_discord(written) == masked


def _links_by_discord(written: str) -> list[str]:
    """Read as the client does: from left to right, an escape first, then a link."""
    found: list[str] = []
    place = 0
    while place < len(written):
        if match := DISCORD_ATOM.match(written, place):
            place = match.end()
        elif match := DISCORD_LINK.match(written, place):
            found.append(match[2])
            place = match.end()
        else:
            place += 1
    return found
