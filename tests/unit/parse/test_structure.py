"""Do the shapes of digests in the wild become the sections and items their authors meant? content.md §4."""

from datetime import date

import pytest

from digest.document import CodeBlock, Heading, List, Paragraph, Quote, Table, plain, walk
from digest.issue import Issue, Series
from digest.parse.counts import counts, summary
from digest.parse.notes import Notes
from digest.parse.web_page import read_page
from tests.shared import SHARED, need_corpus
from tests.unit.parse.trees import codes, issue_of, nodes, read

SHAPES = SHARED / "corpus" / "shapes"


def shape(name: str, **arguments: object) -> Issue:
    return issue_of(need_corpus(SHAPES / f"{name}.md").read_bytes().decode(), f"{name}.md", **arguments)


def sections(issue: Issue) -> list[tuple[str, list[tuple[str, str]]]]:
    return [(section.title, [(item.title, item.via) for item in section.items]) for section in issue.sections]


@pytest.mark.corpus
def test_numbered_paragraphs():
    """`1、` begins an item that reaches to the next; the number is kept as written and listed apart."""
    issue = shape("numbered-paragraphs")
    tools = issue.sections[2]
    assert [(item.title, item.via, item.number) for item in tools.items] == [
        ("望远镜", "numbered", 1),
        ("显微镜（英文）", "numbered", 2),
    ]
    assert plain(tools.items[0].blocks).startswith("1、望远镜")
    assert any(isinstance(block, CodeBlock) for block in tools.items[1].blocks)
    assert issue.number == 12


@pytest.mark.corpus
def test_strong_first_lines():
    """A bold first line followed by a break is a title; the picture stands with its item."""
    issue = shape("strong-paragraphs")
    assert sections(issue)[0] == ("工具", [("🎉 甲工具发布了", "strong"), ("乙工具“很小”", "strong")])
    assert [len(item.images) for item in issue.sections[0].items] == [1, 1]
    assert issue.published_on == date(2026, 1, 5)


@pytest.mark.corpus
def test_a_catalogue_names_the_sections_of_marked_items():
    """An overview is no list of items; its `#n` marks say where each item belongs, and nothing moves."""
    issue = shape("overview-and-numbered-headings")
    assert issue.titles == ("2026-01-06", "AI 早报 2026-01-06")
    assert sections(issue) == [
        ("概览", []),
        ("模型发布", [("甲公司发布小模型 #1", "heading"), ("乙公司更新大模型 #2", "heading")]),
        ("行业动态", [("丙公司换了总裁 #3", "heading")]),
    ]
    lists = [node for item in issue.items for node in walk(item.blocks) if isinstance(node, List)]
    assert [one.role for one in lists] == ["links", "links"]


@pytest.mark.corpus
def test_table_rows():
    """Rows with links are items; the head of the table stays before them."""
    issue = shape("table-rows-many-issues")
    first = issue.sections[0]
    assert [(item.title, item.number) for item in first.items] == [
        ("First Paper", 1),
        ("Second Paper It does another thing | with a bar.", 2),
    ]
    assert isinstance(first.lead[0], Table)
    assert [len(item.links) for item in first.items] == [2, 1]


@pytest.mark.corpus
def test_levels_in_disorder():
    """Two titles, list entries before heading items, an item that is a picture, equal titles with keys of their own."""
    issue = shape("misplaced-and-mixed")
    assert issue.titles == ("示例周知 7: 层级写错", "Example Weekly 7: Wrong Levels")
    products = issue.sections[1]
    assert [(item.title, item.via) for item in products.items] == [
        ("乙产品", "list entry"),
        ("丙公司推出丙产品", "list entry"),
        ("https://example.org/bare", "list entry"),
        ("丁产品", "heading"),
    ]
    assert len({item.key for item in issue.items}) == len(issue.items)
    assert issue.items[0].opinions
    assert not any(isinstance(node, Heading) for node in walk(tuple(nodes(issue))))


@pytest.mark.corpus
def test_history_decides_about_a_heading_with_children():
    """Where the other headings are known sections, a one-off with prose is an item, and so are its children."""
    known = frozenset({"研究", "产品", "投资", "其他阅读"})
    issue = shape("misplaced-and-mixed", known_sections=known)
    assert [section.title for section in issue.sections] == ["研究", "产品", "投资", "其他阅读"]
    assert [item.title for item in issue.sections[1].items][-2:] == ["戊产品写成了一级标题", "己产品"]


@pytest.mark.corpus
def test_hard_blocks():
    """Lists without blank lines, nesting by two, a rule right after, separate quotes, boxes, notes, code in lists."""
    issue = shape("hard-blocks")
    blocks = tuple(nodes(issue))
    found = counts(issue.blocks)
    assert (found.bullets, found.bullets_nested, found.numbered, found.quotes) == (6, 1, 1, 3)
    ordered = next(node for node in walk(blocks) if isinstance(node, List) and node.is_ordered)
    assert ordered.start == 5
    text = plain(blocks)
    assert "☑ done" in text
    assert "☐ open" in text
    assert "nobody should see" not in text
    assert [node.role for node in walk(blocks) if isinstance(node, Paragraph) and node.role] == [
        "summary",
        "note",
    ]
    assert any(isinstance(node, Quote) and len(node.blocks) == 1 for node in walk(blocks))


def test_a_wrapper_is_opened():
    """A single heading over all the rest is no section; its text becomes the intro."""
    issue = issue_of(
        "---\ntitle: 题\n---\n# 内容\n\n开头\n\n## 甲\n\n- [a](https://e.org/a)\n\n## 乙\n\n- [b](https://e.org/b)"
    )
    assert [section.title for section in issue.sections] == ["甲", "乙"]
    assert plain(issue.intro) == "内容\n开头"


def test_a_super_section_becomes_a_path():
    """Headings over headings full of items give sections `A / B`; the upper title is still shown once."""
    entries = "- [a](https://e.org/a)\n- [b](https://e.org/b)\n- [c](https://e.org/c)\n"
    issue = issue_of(f"# Updates\n\n## Official\n\n{entries}\n## News\n\n{entries}\n# Jobs\n\n{entries}")
    assert [(section.title, len(section.items)) for section in issue.sections] == [
        ("Updates", 0),
        ("Updates / Official", 3),
        ("Updates / News", 3),
        ("Jobs", 3),
    ]
    assert [section.category for section in issue.sections] == ["updates", "official", "news", "jobs"]
    assert "section_empty" not in codes(read(f"# U\n\n## A\n\n{entries}\n## B\n\n{entries}\n# C\n\nx"))


def test_deeper_headings_stay_inside_their_item():
    """Only the level below the section makes items."""
    issue = issue_of("# 第 1 期\n\n## 栏\n\n### 条\n\n一\n\n#### 小\n\n二\n\n## 栏二\n\n### 条二\n\n三")
    assert sections(issue) == [("栏", [("条", "heading")]), ("栏二", [("条二", "heading")])]
    assert [type(block).__name__ for block in issue.items[0].blocks] == ["Paragraph", "Heading", "Paragraph"]


def test_an_abstract_in_a_fence_is_text():
    """Prose in a fence under 今日摘要 is a paragraph of lines, not code."""
    issue = issue_of("## 今日摘要\n\n```\n甲发布。\n乙更新。\n```\n\n## 栏\n\n字")
    (item,) = issue.sections[0].items
    assert not any(isinstance(block, CodeBlock) for block in item.blocks)
    assert plain(item.blocks) == "甲发布。\n乙更新。"
    assert summary(item) == "甲发布。"


def test_a_file_without_headings_is_one_section_of_its_items():
    """Linked list entries alone are an issue too; the section is called like the series."""
    issue = issue_of("- [a](https://e.org/a) 甲\n- [b](https://e.org/b) 乙\n")
    assert [(section.title, len(section.items)) for section in issue.sections] == [("示例周知", 2)]


def test_categories_come_from_aliases_or_the_title():
    """The configuration's titles decide, folded; else the title itself, Chinese kept, at most 40 signs, never colliding."""
    series = Series("s", "S", aliases=(("models", ("模型与能力", "产品&模型发布")),))
    long = "一个特别特别长的栏目标题它有四十多个字所以一定会被切短但是不会和另一个长标题混在一起因为有记号"
    text = f"## 产品 & 模型发布\n\n字\n\n## 政策、治理\n\n字\n\n## {long}甲\n\n字\n\n## {long}乙\n\n字"
    categories = [section.category for section in issue_of(text, series=series).sections]
    assert categories[:2] == ["models", "政策-治理"]
    assert categories[2] != categories[3]
    assert all(len(category) <= 40 for category in categories)


@pytest.mark.parametrize(
    ("name", "head", "expected"),
    [
        ("a-2026-02-25.md", "", (None, date(2026, 2, 25), "file name")),
        ("issue-12.md", "", (12, None, None)),
        ("2026/02/25/index.md", "", (None, date(2026, 2, 25), "file name")),
        ("x.md", "# 日报 2026年3月4日\n\n", (None, date(2026, 3, 4), "title")),
        ("x-9.md", "# 周知 第 8 期\n\n", (8, None, None)),
        ("x-9.md", "# Week in Rust 603\n\n", (603, None, None)),
        ("x-2026-01-02.md", "---\ndate: 2026-01-01\nnumber: 7\n---\n", (7, date(2026, 1, 1), "front matter")),
        ("x.md", "Title: T\nNumber: 3\nDate: 2026-01-01\n\n", (3, date(2026, 1, 1), "front matter")),
        ("x.md", "---\ntitle: 第 5 期 2026-01-09\n---\n", (5, date(2026, 1, 9), "title")),
        ("x.md", "2026-01-01 发生了一件事。\n\n", (None, None, None)),
        ("v1.2.3.md", "# 版本 1.2.3\n\n", (None, None, None)),
    ],
)
def test_number_and_date_come_from_the_first_that_answers(name, head, expected):
    """Front matter, file name or title, never the body."""
    issue = issue_of(f"{head}## 栏\n\n2025-05-05 字", name)
    assert (issue.number if name != "v1.2.3.md" else None, issue.published_on, issue.date_from) == expected


def test_the_curators_word_beats_all():
    """What is given by hand corrects what the file says."""
    issue = issue_of("---\ndate: 2026-01-01\nnumber: 7\n---\n字", published_on=date(2026, 1, 2), number=8)
    assert (issue.number, issue.published_on, issue.date_from) == (8, date(2026, 1, 2), "curator")


def test_titles_tags_and_language():
    """Front matter names the issue, its tags and language; a made title has series and number."""
    issue = issue_of("---\ntitle: 题\nlinkTitle: 短题\ntags: [a, b, a]\nlang: zh_Hant\n---\n字")
    assert (issue.titles, issue.tags, issue.language) == (("题", "短题"), ("a", "b"), "zh-Hant")
    assert issue_of("字").titles == ("示例周知 1",)
    assert issue_of("text", "en/x.md").language == "en"
    assert issue_of("これはテストです。", "x.md").language == "ja"


@pytest.mark.parametrize(
    ("markdown", "role"),
    [
        ("> 相关链接：[a](https://e.org/a)｜[b](https://e.org/b)", "links"),
        ("链接：https://e.org/a", "links"),
        ("**来源:** [a](https://e.org/a) · [b](https://e.org/b)", "links"),
        ("*Opinion：值得看。*", "opinion"),
        ("**观点:** 值得看。", "opinion"),
        ("[^1]: 注", "note"),
        ("链接：[a](https://e.org/a) 里有一句话", "summary"),
        ("Opinion: 没有强调", "summary"),
    ],
)
def test_roles(markdown, role):
    """Lines of links, opinions and notes are recognised; nothing is moved."""
    issue = issue_of(f"## 栏\n\n{markdown}\n\n## 栏二\n\n字")
    assert issue.sections[0].items[0].blocks[0].role == role  # type: ignore[union-attr]  # a paragraph or a quote


def test_html_of_a_feed_becomes_the_same_blocks():
    """Headings, lists, tables, quotes, code, pictures in links and media; a wild closing tag closes nothing else."""
    blocks = read_page(
        "<h2>题</h2></div><p>一<br>二 &amp; <a href='https://e.org'><img src='a.png' alt='图'></a></p>"
        "<ul><li>甲<ul><li>乙</li></ul></li></ul><blockquote>引</blockquote>"
        "<pre><code class='language-py'>x &lt; 1\n  <b>y</b>\n</code></pre>"
        "<ol start=3><li>丙<li>丁</ol><table><tr><th>a<th align=right>b<tr><td>1<td>2</table>"
        "<video src='https://e.org/v.mp4'></video><details><summary>更多</summary>里面</details>",
        Notes(),
    ).blocks
    assert [type(block).__name__ for block in blocks] == [
        "Heading",
        "Paragraph",
        "List",
        "Quote",
        "CodeBlock",
        "List",
        "Table",
        "Paragraph",
        "Details",
    ]
    assert plain(blocks).split("\n") == [
        "题",
        "一",
        "二 & ",
        "甲",
        "乙",
        "引",
        "x < 1",
        "  y",
        "丙",
        "丁",
        "a\tb",
        "1\t2",
        "https://e.org/v.mp4",
        "更多",
        "里面",
    ]
    assert blocks[4] == CodeBlock("x < 1\n  y", "py")
    assert isinstance(blocks[6], Table)
    assert blocks[6].alignments == (None, "right")


def test_markup_readers_must_never_see():
    """Bold beside Chinese signs, `#word`, wrapped Chinese lines, references defined twice, addresses shown decoded."""
    issue = issue_of(
        "**“引”**后，**95%**的，**阿里发布。**多款\n#287 不是标题\n[甲][r] <https://e.org/%E4%B8%AD>\n\n"
        "[r]: https://e.org/first\n[R]: https://e.org/second\n"
    )
    assert plain(issue.intro) == "“引”后，95%的，阿里发布。多款 #287 不是标题 甲 https://e.org/中"
    paragraph = issue.intro[0]
    assert [node.href for node in walk((paragraph,)) if hasattr(node, "href")] == [
        "https://e.org/first",
        "https://e.org/%E4%B8%AD",
    ]


def test_one_level_of_headings_that_are_links_or_numbered():
    """Without any section over them they are the items of one section called like the series; a standing part is none."""
    items = "".join(f"## [题{at}](https://e.org/{at})\n\n一段话。\n\n" for at in range(1, 5))
    issue = issue_of(f"# 早报 2026-01-06\n\n{items}## 关于我们\n\n字")
    assert sections(issue) == [
        ("示例周知", [(f"题{at}", "heading") for at in range(1, 5)]),
        ("关于我们", [("关于我们", "prose")]),
    ]
    numbered = issue_of(
        "# 早报 2026-01-06\n\n" + "".join(f"### {at}. 题\n\n一段话。\n\n" for at in range(1, 4))
    )
    assert [(item.number, item.level) for item in numbered.items] == [(1, 3), (2, 3), (3, 3)]
    assert len(numbered.sections) == 1
    plain_ones = "".join(f"## 栏{at}\n\n一段话。\n\n" for at in "甲乙丙")
    assert len(issue_of(plain_ones).sections) == 3


def test_sections_of_one_item_each_under_a_super_section():
    """A heading with nothing but one heading below is a section too."""
    group = "".join(f"## 组{at}\n\n### 条{at}\n\n字\n\n" for at in "甲乙丙")
    issue = issue_of(
        f"---\ntitle: 题\n---\n# 国内\n\n{group}# 国外\n\n## 组丁\n\n### 条丁\n\n字\n\n### 条戊\n\n字\n"
    )
    assert [section.title for section in issue.sections] == [
        "国内", "国内 / 组甲", "国内 / 组乙", "国内 / 组丙", "国外", "国外 / 组丁",
    ]  # fmt: skip


@pytest.mark.parametrize("text", ["3.5 亿美元到账。", "12:30 开会。", "2025.09 起生效。", "4：30 见。"])
def test_figures_are_no_numbers_of_items(text):
    """A decimal, a time, a month: the paragraphs are prose."""
    issue = issue_of(f"## 栏\n\n{text}\n\n{text}\n\n## {text}\n\n字")
    assert [item.via for item in issue.items] == ["prose", "prose"]
    assert [item.number for item in issue.items] == [None, None]


def test_keys_outlive_renumbering_and_a_renamed_file():
    """A new item on top changes no other key; the number in the title names the issue, whatever the file is called."""
    one = "# 第 7 期\n\n## 工具\n\n1、[镜](https://e.org/1)\n\n2、[灯](https://e.org/2)\n\n## 新闻\n\n### 甲 #1\n\n字\n\n### 乙\n\n字\n"
    two = (
        one.replace("1、[镜]", "1、[新](https://e.org/3)\n\n2、[镜]")
        .replace("2、[灯]", "3、[灯]")
        .replace("#1", "#2")
    )
    first, second = issue_of(one, "weekly-7.md"), issue_of(two, "renamed/周刊七.md")
    assert first.key == second.key == "7"
    keys = [item.key for item in second.items]
    assert [item.key for item in first.items] == [keys[0].replace("新", "镜"), *keys[2:]]


def test_a_thin_history_makes_no_items_of_sections():
    """A new heading is an item only where all others are known, and never one that is full of sections."""
    entries = "- [a](https://e.org/a)\n- [b](https://e.org/b)\n"
    known = "## {}\n\n### x\n\n字\n\n### y\n\n字\n\n"
    new = f"## 新栏\n\n这里是引言。\n\n### 子栏一\n\n{entries}\n### 子栏二\n\n{entries}\n"
    markdown = "# 第 9 期\n\n" + known.format("甲") + new + known.format("乙") + known.format("丙")
    issue = issue_of(markdown, known_sections=frozenset({"甲", "乙", "丙"}))
    assert [section.title for section in issue.sections][:4] == [
        "甲",
        "新栏",
        "新栏 / 子栏一",
        "新栏 / 子栏二",
    ]
    stray = "## 写高了\n\n这里是正文。\n\n### z\n\n字\n\n"
    markdown = "# 第 9 期\n\n" + known.format("甲") + stray + known.format("乙") + known.format("丙")
    assert len(issue_of(markdown, known_sections=frozenset({"甲", "乙", "丙"})).sections) == 3
    assert len(issue_of(markdown, known_sections=frozenset({"甲", "丙"})).sections) == 4


def test_a_heading_that_recurs_is_a_section_although_it_has_no_children():
    """Alone it is taken for an item one level too high; in every issue of the series it is a section."""
    head = "# 第 {} 期\n\n## 模型\n\n### 甲\n\n字\n\n### 乙\n\n字\n\n## 编者的话\n\n这里是编者的话。\n\n"
    tail = "## 工具\n\n### 丙\n\n字\n\n### 丁\n\n字\n\n## {}\n\n这是写高了的一条。\n"
    first, second = (head.format(n) + tail.format(title) for n, title in ((1, "戊"), (2, "己")))
    assert [section.title for section in issue_of(first).sections] == ["模型", "工具"]
    told = read(second).headings.sections
    issue = issue_of(first, known_sections=told)
    assert [section.title for section in issue.sections] == ["模型", "编者的话", "工具"]
    assert [item.title for item in issue.sections[-1].items] == ["丙", "丁", "戊"]
    flagged = [one for one in read(first, known_sections=told).problems if one.code == "heading_flagged"]
    assert [problem.arguments["title"] for problem in flagged] == ["戊"]
