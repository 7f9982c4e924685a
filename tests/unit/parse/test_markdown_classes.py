"""Is every class of difference between Python-Markdown and CommonMark cured? The table of content.md §5.2, by number."""

from dataclasses import dataclass

import pytest

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
    Paragraph,
    Quote,
    Rule,
    Strong,
    Table,
    Text,
    images,
    links,
    plain,
    walk,
)
from digest.parse.markdown import markdown_blocks
from digest.parse.notes import Notes
from tests.lossless import Delivered, losses, read_source

E = "https://e.org/"


@dataclass(frozen=True)
class Case:
    """One source text and exactly what must come of it."""

    number: str
    markdown: str
    blocks: tuple[Block, ...]
    codes: tuple[str, ...] = ()
    is_ours: bool = False  # content.md says otherwise than CommonMark, so the independent reader is not asked


def p(*inlines: Inline | str) -> Paragraph:
    return Paragraph(tuple(Text(one) if isinstance(one, str) else one for one in inlines))


def link(text: str, href: str) -> Link:
    return Link(href, (Text(text),))


def bare(href: str) -> Link:
    return Link(href, (Text(href),), is_bare=True)


def bullets(*entries: tuple[Block, ...] | str, is_tight: bool = True) -> List:
    return List(tuple((p(one),) if isinstance(one, str) else one for one in entries), is_tight=is_tight)


def table(*rows: tuple[str, ...]) -> Table:
    cells = tuple(tuple((Text(cell),) if cell else () for cell in row) for row in rows)
    return Table(cells, (None,) * len(rows[0]))


CASES = [
    Case("1", "甲说：\n- 一\n- 二", (p("甲说："), bullets("一", "二"))),
    Case("1 ordered", "甲说：\n1. 一\n2. 二", (p("甲说："), List(((p("一"),), (p("二"),)), is_ordered=True))),
    Case("1 a number that begins no list", "那是\n1999. 年的事", (p("那是 1999. 年的事"),)),
    Case("1 after a heading", "## 标题\n- 一", (Heading(2, (Text("标题"),)), bullets("一"))),
    Case("2 two spaces", "- 一\n  - 二\n    - 三", (
        bullets((p("一"), bullets((p("二"), bullets("三")), is_tight=False)), is_tight=False),
    )),
    Case("2 three spaces", "1. 一\n   - 二", (
        List(((p("一"), bullets("二")),), is_ordered=True, is_tight=False),
    )),
    Case("2 continued", "- 一\n  续\n\n  二段", (bullets((p("一续"), p("二段")), is_tight=False),)),
    Case("2 fence", "- 一\n  ```py\n  x\n  ```", (bullets((p("一"), CodeBlock("x", "py")), is_tight=False),)),
    Case("2 four spaces", "- 一\n    - 二\n- 三", (bullets((p("一"), bullets("二")), "三", is_tight=False),)),
    Case("2 back", "- 一\n  - 二\n- 三", (bullets((p("一"), bullets("二")), "三", is_tight=False),)),
    Case("3", "5. 一\n6. 二", (List(((p("一"),), (p("二"),)), is_ordered=True, start=5),)),
    Case("3 zero", "0. 一", (List(((p("一"),),), is_ordered=True, start=0),)),
    Case("4 before", "**“引”**后", (p(Strong((Text("“引”"),)), "后"),)),
    Case("4 percent", "涨**95%**的", (p("涨", Strong((Text("95%"),)), "的"),)),
    Case("4 full stop", "**阿里发布。**多款", (p(Strong((Text("阿里发布。"),)), "多款"),)),
    Case("4 letters", "我**粗**你", (p("我", Strong((Text("粗"),)), "你"),)),
    Case("4 brackets", "**《书》**，*（注）*完", (p(Strong((Text("《书》"),)), "，", Em((Text("（注）"),)), "完"),)),
    Case("5 after Chinese", f"官方网站：{E}a，见", (p("官方网站：", bare(f"{E}a"), "，见"),)),
    Case("5 right after a character", f"见{E}a。", (p("见", bare(f"{E}a"), "。"),)),
    Case("5 trail", f"见 {E}a. 又 {E}b?!", (p("见 ", bare(f"{E}a"), ". 又 ", bare(f"{E}b"), "?!"),)),
    Case("5 bracket", f"（{E}a）({E}b(c)) [{E}d]", (
        p("（", bare(f"{E}a"), "）(", bare(f"{E}b(c)"), ") [", bare(f"{E}d"), "]"),
    )),
    Case("5 quotes", f"“{E}a”'{E}b'", (p("“", bare(f"{E}a"), "”'", bare(f"{E}b"), "'"),)),
    Case("5 underscores", f"{E}a_b_c 和 _d_", (p(bare(f"{E}a_b_c"), " 和 ", Em((Text("d"),))),)),
    Case("5 in bold", f"**{E}a**", (p(Strong((bare(f"{E}a"),))),)),
    Case("5 in code", f"`{E}a`", (p(Code(f"{E}a")),)),
    Case("5 in a link", f"[{E}a]({E}a)", (p(link(f"{E}a", f"{E}a")),)),
    Case("5 words stay words", "AGENTS.md 和 Manus.im", (p("AGENTS.md 和 Manus.im"),)),
    Case("6", "> 一\n\n> 二", (Quote((p("一"),)), Quote((p("二"),)))),
    Case("7", "- 一\n---\n二", (bullets("一"), Rule(), p("二"))),
    Case("7 stars", "- 一\n***", (bullets("一"), Rule())),
    Case("8", "#287 不是标题", (p("#287 不是标题"),)),
    Case("8 tag", "#标签 #另一个", (p("#标签 #另一个"),)),
    Case("8 closing", "## C#", (Heading(2, (Text("C#"),)),)),
    Case("9 generic", "Vec<T> 与 HashMap<K, V>", (p("Vec<T> 与 HashMap<K, V>"),)),
    Case("9 think", "<think>想</think>", (p("<think>想</think>"),)),
    Case("9 bound", "fn f<T: Clone>(x: T)", (p("fn f<T: Clone>(x: T)"),)),
    Case("9 host", "<www.e.org>", (p("<www.e.org>"),)),
    Case("9 less", "a < b <3 <- c", (p("a < b <3 <- c"),)),
    Case("10", f"[一][r] [r]\n\n[r]: {E}1\n[R]: {E}2", (p(link("一", f"{E}1"), " ", link("r", f"{E}1")),)),
    Case("10 image", f"![][r]\n\n[r]: {E}1.png 'title'\n\n[r]: {E}2.png", (Image(f"{E}1.png"),)),
    Case("11", "| a | b |\n|---|:-:|\n| c | d |", (
        Table((((Text("a"),), (Text("b"),)), ((Text("c"),), (Text("d"),))), (None, "center")),
    )),
    Case("11 after a paragraph", "前\n| a | b |\n|---|---|\n| c | d |", (p("前"), table(("a", "b"), ("c", "d")))),
    Case("11 wide row", "| a |\n|---|\n| c | d |", (table(("a", ""), ("c", "d")),)),
    Case("11 bar in a cell", "| a | b |\n|---|---|\n| c \\| d | `e|f` |", (
        Table((((Text("a"),), (Text("b"),)), ((Text("c | d"),), (Code("e|f"),))), (None, None)),
    )),
    Case("12 after a paragraph", "前\n```\nx < y\n```\n后", (p("前"), CodeBlock("x < y"), p("后"))),
    Case("12 in a quote", "> ~~~js\n> x\n> ~~~", (Quote((CodeBlock("x", "js"),)),)),
    Case("12 unclosed", "前\n\n```\n代码\n\n后 **粗**", (
        p("前"), p("``` 代码"), p("后 ", Strong((Text("粗"),))),
    ), ("fence_unclosed",)),
    Case("12 longer", "````\n```\nx\n```\n````", (CodeBlock("```\nx\n```"),)),
    Case("13", "~~删~~ 约~5 H~2~O", (p(Del((Text("删"),)), " 约~5 H~2~O"),)),
    Case("14 image", '<p align=center><img src="a.png" width=9></p>', (Image("a.png"),)),
    Case("14 break", "一<br/>二<br>三", (p("一", Break(), "二", Break(), "三"),)),
    Case("14 inline", "<b>粗</b><i>斜</i><s>删</s><code>码</code>", (
        p(Strong((Text("粗"),)), Em((Text("斜"),)), Del((Text("删"),)), Code("码")),
    )),
    Case("14 link", f'<a href="{E}a" onclick="x()">词</a>', (p(link("词", f"{E}a")),)),
    Case("14 details", "<details><summary>题</summary>\n\n- 一\n\n</details>", (
        Details((Text("题"),), (bullets("一"),)),
    )),
    Case("14 media", f'<video src="{E}v.mp4"></video> <iframe src="{E}f"></iframe>', (
        p(link(f"{E}v.mp4", f"{E}v.mp4"), " ", link(f"{E}f", f"{E}f")),
    )),
    Case("14 media between words", f'a<video src="{E}v"></video>b', (p("a ", link(f"{E}v", f"{E}v"), " b"),)),
    Case("14 image between words", '**a**<img src="a.png">b<img src="b.png">*c*', (
        p(Strong((Text("a"),)), Image("a.png"), " b", Image("b.png"), " ", Em((Text("c"),))),
    )),
    Case("14 source", f'<audio><source src="{E}a.mp3"></audio>', (p(link(f"{E}a.mp3", f"{E}a.mp3")),)),
    Case("14 table", "<table><tr><th>a</th></tr><tr><td>b</td></tr></table>", (table(("a",), ("b",)),)),
    Case("14 other", "<section><u>线</u> <font color=red>红</font></section>", (p("线 红"),)),
    Case("14 markdown inside", "<div>**粗**</div>", (p(Strong((Text("粗"),))),)),
    Case("15", "一 <!-- 不见 --> 二\n\n<!--\n不\n\n见\n-->\n三", (p("一 二"), p("三"))),
    Case("15 in code", "`<!-- 见 -->`", (p(Code("<!-- 见 -->")),)),
    Case("16", f"<{E}%E4%B8%AD>", (p(link(f"{E}中", f"{E}%E4%B8%AD")),)),
    Case("16 mail", "<me@e.org>", (p(link("me@e.org", "mailto:me@e.org")),)),
    Case("17", f"一段。\n > 相关链接：[甲]({E}a)", (p("一段。"), Quote((p("相关链接：", link("甲", f"{E}a")),)))),
    Case("18", "一  \n二", (p("一", Break(), "二"),)),
    Case("18 backslash", "一\\\n二", (p("一", Break(), "二"),)),
    Case("18 wide digits", "字\n１\n２，\n字", (p("字１ ２，字"),)),
    Case("18 soft", "one\ntwo，\n三", (p("one two，三"),)),
    Case("19 parentheses", f"[词]({E}a_(b))", (p(link("词", f"{E}a_(b)")),)),
    Case("19 space", f"[词]({E}a b)", (p(link("词", f"{E}a%20b")),), is_ours=True),
    Case("19 angle", f"[词](<{E}a b> 'title')", (p(link("词", f"{E}a%20b")),)),
    Case("19 empty", "[词]()", (p("词"),), ("link_empty",)),
    Case("20 bold link", f"**[词]({E}a)**", (p(Strong((link("词", f"{E}a"),))),)),
    Case("20 bold in link", f"[**词**]({E}a)", (p(Link(f"{E}a", (Strong((Text("词"),)),))),)),
    Case("20 image in link", f"[![x](a.png)]({E}a)", (Image("a.png", "x", f"{E}a"),)),
    Case("20 image and text in link", f"[![x](a.png) 词]({E}a)", (
        p(Link(f"{E}a", (Image("a.png", "x"), Text(" 词")))),
    )),
    Case("21", "[词](https://xn--fiq228c.e.org/%E4%B8%AD) [字](https://中文.e.org/中)", (
        p(link("词", "https://xn--fiq228c.e.org/%E4%B8%AD"), " ", link("字", "https://中文.e.org/中")),
    )),
    Case("rest: footnote", "词[^1]\n\n[^1]: 注解", (p("词[^1]"), p("[^1]: 注解"))),
    Case("rest: tasks", "- [x] 成\n- [ ] 未", (bullets("☑ 成", "☐ 未"),)),
    Case("rest: list in a quote", "> 前\n> - 一\n> - 二", (Quote((p("前"), bullets("一", "二"))),)),
    Case("rest: deep entry", "- 一\n\n      1. 二", (bullets((p("一"), CodeBlock("1. 二"))),)),
]  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.number)
def test_a_class_of_difference_is_cured(case: Case) -> None:
    """The tree is exactly what the author meant, the curator hears what is to mend, and a reader loses nothing."""
    notes = Notes(case.markdown)
    blocks = markdown_blocks(case.markdown, notes)
    assert blocks == case.blocks
    assert tuple(problem.code for problem in notes.problems) == case.codes
    shown = Delivered(plain(blocks), links(blocks), tuple(image.src for image in images(blocks)))
    assert case.is_ours or losses(read_source(case.markdown), shown) == []


def test_every_class_has_a_case() -> None:
    """The table has 21 classes."""
    assert {case.number.split()[0] for case in CASES} >= {str(number) for number in range(1, 22)}


@pytest.mark.parametrize(
    "mark", ["“”", "（）", "《》", "「」", "【】", "，。", "：！", "、？", "——", "……", "％％"]
)
@pytest.mark.parametrize("emphasis", ["**", "*", "~~"])
@pytest.mark.parametrize("around", ["", "字", "，", "a", " "])
def test_nobody_sees_marks_beside_chinese_punctuation(mark: str, emphasis: str, around: str) -> None:
    """At every boundary with full-width signs emphasis is emphasis (content.md §5.3)."""
    blocks = markdown_blocks(f"前{around}{emphasis}{mark[0]}词{mark[1]}{emphasis}{around}后", Notes())
    assert not any("*" in node.text or "~" in node.text for node in walk(blocks) if isinstance(node, Text))
    assert any(isinstance(node, Strong | Em | Del) for node in walk(blocks))
