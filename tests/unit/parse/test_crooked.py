"""Is a file that nobody wrote for a parser read as its curator meant it? Rules as separators, bold lines, deep nesting."""

import pytest

from digest.document import Rule, plain
from digest.issue import Series
from digest.profile import Profile
from tests.unit.parse.trees import codes, issue_of, read


def found(markdown: str) -> list[tuple[str, list[str]]]:
    return [
        (section.title, [item.title for item in section.items]) for section in issue_of(markdown).sections
    ]


RULED = "## 新闻\n\n甲公司发布模型。[链接](https://e.org/a)\n\n---\n\n乙公司换了总裁。[链接](https://e.org/b)\n\n第二段。\n\n***\n\n[丙公司](https://e.org/c)上市。\n"


def test_rules_between_linked_texts_part_items():
    """Two rules or more with a link in each text between; the rule stays where it stood."""
    assert found(RULED) == [("新闻", ["甲公司发布模型。", "乙公司换了总裁。", "丙公司"])]
    first, second, third = issue_of(RULED).items
    assert isinstance(first.blocks[-1], Rule)
    assert plain(second.blocks).endswith("第二段。")
    assert not any(isinstance(block, Rule) for block in third.blocks)


def test_one_rule_is_enough_where_rules_are_usual():
    """A section with two items is read like the one with three."""
    two = "## 工具\n\n丁工具。[链接](https://e.org/d)\n\n---\n\n戊工具。[链接](https://e.org/e)\n"
    assert found(f"{RULED}\n{two}")[1] == ("工具", ["丁工具。", "戊工具。"])
    assert found(two) == [("工具", ["工具"])]


@pytest.mark.parametrize(
    "text",
    [
        "## 小说\n\n夜深了。\n\n---\n\n天亮了。\n\n---\n\n人散了。\n",
        "## 随想\n\n想了[很多](https://e.org/a)。\n\n---\n\n又想了一些。\n\n---\n\n不想了。\n",
    ],
)
def test_rules_in_prose_are_pauses(text):
    """Scenes of a story and thoughts of an essay are no items, though one of them has a link."""
    assert len(issue_of(text).items) == 1


def test_bold_lines_with_breaks_part_items_inside_a_paragraph():
    """Without a blank line between, each bold line of its own begins an item all the same."""
    entry = "**{0}工具**  \n说明{0} [链接](https://e.org/{0})  \n"
    markdown = "## 工具\n\n" + "".join(map(entry.format, "甲乙丙")) + "\n尾巴。\n"
    assert found(markdown) == [("工具", ["甲工具", "乙工具", "丙工具"])]
    assert [plain(item.blocks) for item in issue_of(markdown).items] == [
        "甲工具\n说明甲 链接",
        "乙工具\n说明乙 链接",
        "丙工具\n说明丙 链接\n尾巴。",
    ]


def test_groups_below_a_wrapper_are_sections():
    """Four levels: what a wrapper holds is read as if it stood on top."""
    entries = "".join(f"- [{{0}}{at}](https://e.org/{{0}}{at})\n" for at in range(3))
    markdown = "## 内容\n\n" + "".join(
        f"### {group}\n\n#### 国内\n\n{entries.format(group + '一')}\n#### 国外\n\n{entries.format(group + '二')}\n"
        for group in ("产品", "研究")
    )
    assert [(title, len(items)) for title, items in found(f"{markdown}\n## 尾声\n\n再见。\n")] == [
        ("内容", 0),
        ("产品", 0),
        ("产品 / 国内", 3),
        ("产品 / 国外", 3),
        ("研究", 0),
        ("研究 / 国内", 3),
        ("研究 / 国外", 3),
        ("尾声", 1),
    ]


def said(markdown: str, code: str) -> list[tuple[int, dict[str, str | int]]]:
    return [(one.line, one.arguments) for one in read(markdown).problems if one.code == code]


def test_a_file_without_an_item_says_so():
    """Links alone in a paragraph make no item: the curator hears it, with the first line and the key for an article."""
    markdown = "[甲](https://e.org/1)\n[乙](https://e.org/2)\n\nhttps://e.org/3\n"
    assert said(f"---\ntitle: 题\n---\n{markdown}", "unsure_no_items") == [
        (4, {"key": "kind", "value": '"article"'})
    ]
    assert "unsure_no_items" not in codes(read("---\ntitle: 空\n---\n"))
    assert "unsure_no_items" not in codes(read("## 甲\n\n字\n"))


@pytest.mark.parametrize(
    ("markdown", "line", "count"),
    [
        ("## 工具\n\n**甲工具**\n一个[好](https://e.org/a)工具\n**乙工具**\n又一个\n", 3, 2),
        (
            "**新闻**\n\n- [甲](https://e.org/a)\n- [乙](https://e.org/b)\n\n**工具**\n\n- [丙](https://e.org/c)\n",
            1,
            2,
        ),
    ],
)
def test_bold_lines_that_were_not_understood_are_told(markdown, line, count):
    """Wrapped into a paragraph, or used as headings: line, excerpt and how many."""
    assert [(at, one["count"]) for at, one in said(markdown, "unsure_bold")] == [(line, count)]


@pytest.mark.parametrize(
    "markdown",
    [
        "## 工具\n\n**甲工具**  \n说明[链接](https://e.org/a)\n\n**乙工具**  \n说明[链接](https://e.org/b)\n",
        "## 工具\n\n```\n**甲**\n字\n**乙**\n字\n```\n",
        "## 工具\n\n一段话。\n\n**只有一句重点。**\n\n又一段。\n",
        "## 甲\n\n### 乙\n\n**参数**\n\n- a\n\n**价格**\n\n- b\n",
    ],
)
def test_bold_lines_that_were_understood_are_not(markdown):
    """Items, code, one stressed sentence, and labels inside an item that has a heading."""
    assert said(markdown, "unsure_bold") == []


def test_too_many_items_are_shown_where_they_begin():
    """The refusal names the line of the first item beyond the bound."""
    markdown = "## 甲\n\n" + "".join(f"- [条{at}](https://e.org/{at})\n" for at in range(2_001))
    (refused,) = [one for one in read(markdown).problems if one.code == "too_many_items"]
    assert refused.line == 2_003
    (refused,) = [
        one for one in read("## 甲\n\n" + "- [a](https://e.org)\n" * 2_001).problems if one.level == "error"
    ]
    assert refused.line == 0  # equal entries: which one is meant cannot be told


LINKED = "甲公司今天[发布](https://e.org/{0})了模型。\n\n> 引文。\n\n"


def test_linked_paragraphs_that_nothing_parts_are_told():
    """Three of them may be three items; two are as often one story. A rule between settles it, as the cure says."""
    three = "## 新闻\n\n" + "".join(map(LINKED.format, "abc"))
    assert said(three, "unsure_prose") == [(1, {"title": "新闻", "count": 3})]
    assert said("## 新闻\n\n" + "".join(map(LINKED.format, "ab")), "unsure_prose") == []
    parted = "## 新闻\n\n" + "---\n\n".join(map(LINKED.format, "abc"))
    assert said(parted, "unsure_prose") == []
    assert len(issue_of(parted).items) == 3


def test_a_section_that_stands_twice_is_told():
    """Both are kept and shown; the curator hears where the second one is."""
    markdown = "# 第 9 期\n\n## 新闻\n\n### 甲\n\n字\n\n## 新闻\n\n### 乙\n\n字\n"
    assert said(markdown, "section_twice") == [(9, {"title": "新闻"})]
    assert [len(section.items) for section in issue_of(markdown).sections] == [1, 1]


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("نص هذا العدد مع أداة Rust واحدة", "ar"),
        ("טקסט של הגיליון עם Rust", "he"),
        ("Текст выпуска про Rust и Go", "ru"),
        ("An issue that quotes привет once", "en"),
    ],
)
def test_the_language_of_other_scripts(text, language):
    """Which script most words are written in decides, so that the text runs in its own direction."""
    assert issue_of(f"## A\n\n{text}\n").language == language


def test_a_list_without_links_is_told():
    """Bullets of text are one item by the rule; the curator hears how to make several of them."""
    assert said("## 新闻\n\n- 甲发布\n- 乙换人\n- 丙上市\n", "unsure_list") == [
        (1, {"title": "新闻", "count": 3})
    ]
    assert said("## 新闻\n\n三件事：\n\n- 甲发布\n- 乙换人\n- 丙上市\n", "unsure_list") == []


FLAT = "".join(
    f"# {title}\n\n今天[发布](https://e.org/{title})。\n\n" for title in ("甲模型", "乙工具", "丙论文")
)


def test_one_level_of_linked_texts_is_told_and_settled_by_its_key():
    """Each heading would be a category; `item_levels` makes them items of one section, and nothing is in doubt then."""
    assert said(FLAT, "unsure_flat") == [
        (1, {"title": "甲模型", "count": 3, "key": "item_levels", "value": "[1]"})
    ]
    series = Series("s", "刊", profile=Profile(item_levels=(1,), boilerplate=("赞助",)))
    issue = issue_of(FLAT + "# 赞助\n\n谢谢。\n", series=series)
    assert [(one.title, [item.title for item in one.items]) for one in issue.sections] == [
        ("刊", ["甲模型", "乙工具", "丙论文"]),
        ("赞助", []),
    ]
    assert "unsure_flat" not in codes(read(FLAT, series=series))
    assert "unsure_flat" not in codes(read(FLAT, known_sections=frozenset({"甲模型", "乙工具", "丙论文"})))
