"""Does each key of a profile settle what it is for, and does the parser say where it was unsure? content.md §4."""

from typing import Any

import pytest

from digest.document import Heading, Paragraph, links, plain, walk
from digest.issue import Issue, Series
from digest.parse.split import pieces
from digest.profile import Profile
from handlers.texts import texts_for
from tests.unit.parse.trees import issue_of, nodes, read

HIGH = """\
# 周知 7

# 研究

## 甲

甲[发布](https://e.org/a)。

# 产品

## 乙

乙[发布](https://e.org/b)。

# 丙写高了一级

丙[发布](https://e.org/c)。

## 丁

丁[发布](https://e.org/d)。

# 投资

## 戊

戊[发布](https://e.org/e)。
"""
ESSAY = """\
# 周刊 12

## 随笔

一段话。

（1）它不是条目。

（2）它也不是。

## 工具

1、[望远镜](https://e.org/1)

2、[显微镜](https://e.org/2)
"""


def with_profile(markdown: str, profile: Profile, name: str = "example-1.md") -> Issue:
    return issue_of(markdown, name, series=Series("s", "示例周知", profile=profile))


def shown(issue: Issue) -> list[tuple[str, list[str]]]:
    return [(section.title, [item.title for item in section.items]) for section in issue.sections]


def vias(issue: Issue) -> list[str]:
    return [item.via for item in issue.items]


@pytest.mark.parametrize(
    "profile",
    [Profile(sections=("研究", "产品", "投资")), Profile(item_levels=(1, 2))],
    ids=["sections", "item_levels"],
)
def test_an_item_set_too_high_with_headings_after_it(profile):
    """Without a profile it swallows its neighbour as a section; named sections or item levels make both items."""
    assert [title for title, _ in shown(issue_of(HIGH))] == ["研究", "产品", "丙写高了一级", "投资"]
    issue = with_profile(HIGH, profile)
    assert shown(issue) == [("研究", ["甲"]), ("产品", ["乙", "丙写高了一级", "丁"]), ("投资", ["戊"])]
    assert not [node for node in walk(tuple(nodes(issue))) if isinstance(node, Heading)]


def test_a_named_section_is_one_wherever_it_stands():
    """Set too low or under another heading, a title of `sections` still begins a section; no word moves."""
    markdown = "## 研究\n\n### 甲\n\n一\n\n### 投资\n\n#### 乙\n\n二\n\n## 丙\n\n三"
    issue = with_profile(markdown, Profile(sections=("📌 研究", "投资")))
    assert shown(issue) == [("研究", ["甲"]), ("投资", ["乙", "丙"])]
    assert plain(tuple(nodes(issue))).split() == ["研究", "甲", "一", "投资", "乙", "二", "丙", "三"]


def test_a_heading_over_named_sections_stays_over_them():
    """It is no item, though its title is not among the named."""
    markdown = "# 甲\n\n## 一\n\n### x\n\n字\n\n# 乙\n\n## 二\n\n### y\n\n字"
    issue = with_profile(markdown, Profile(sections=("一", "二")))
    assert [title for title, _ in shown(issue)] == ["甲", "甲 / 一", "乙", "乙 / 二"]


def test_item_levels_look_through_groups():
    """Where items stand two levels below their section, the headings between make a path."""
    markdown = "## 甲\n\n### 组\n\n#### 一\n\n字\n\n## 乙\n\n### 组二\n\n#### 二\n\n字\n\n#### 三\n\n字"
    assert shown(with_profile(markdown, Profile(item_levels=(4,)))) == [
        ("甲", []),
        ("甲 / 组", ["一"]),
        ("乙", []),
        ("乙 / 组二", ["二", "三"]),
    ]


@pytest.mark.parametrize(
    "profile", [Profile(prose_sections=("随笔",)), Profile(items_need_link=True)], ids=["prose", "need_link"]
)
def test_numbered_paragraphs_of_an_essay(profile):
    """Items without a profile; one text with it, while linked ones of another section stay items."""
    assert vias(issue_of(ESSAY)) == ["numbered"] * 4
    issue = with_profile(ESSAY, profile)
    assert shown(issue) == [("随笔", ["随笔"]), ("工具", ["望远镜", "显微镜"])]
    assert plain(issue.items[0].blocks).split("\n") == ["一段话。", "（1）它不是条目。", "（2）它也不是。"]


def test_an_article_is_one_item():
    """From its first word to its last, called like the issue, its headings inside."""
    markdown = "# 论周知\n\n引子。\n\n## 一\n\n长。\n\n## 二\n\n更长。"
    issue = with_profile(markdown, Profile(kind="article"))
    assert shown(issue) == [("示例周知", ["论周知"])]
    assert plain(issue.items[0].blocks).split("\n") == ["引子。", "一", "长。", "二", "更长。"]


def test_boilerplate_is_shown_and_not_listed():
    """All of it stays in its section, marked as what it is."""
    markdown = "## 新闻\n\n### 甲\n\n字\n\n## 赞助\n\n[某](https://e.org/s)公司。\n\n### 条款\n\n字"
    issue = with_profile(markdown, Profile(boilerplate=("赞助",)))
    assert shown(issue) == [("新闻", ["甲"]), ("赞助", [])]
    lead = issue.sections[1].lead
    assert plain(lead).split("\n") == ["某公司。", "条款", "字"]
    assert links(lead) == ("https://e.org/s",)
    assert {block.role for block in lead if isinstance(block, Paragraph)} == {"boilerplate"}


def test_a_catalogue_by_its_name_and_marks():
    """Any title and any mark: `【12】` names the item `【12】…` whatever the heading is called."""
    markdown = "## 先睹为快\n\n### 模型\n\n- 甲 【1】\n\n### 芯片\n\n- 乙 【2】\n\n## 甲 【1】\n\n字\n\n## 乙 【2】\n\n字"
    profile = Profile(catalogue="先睹为快", item_mark=r"【(\d+)】")
    assert shown(with_profile(markdown, profile)) == [
        ("先睹为快", []),
        ("模型", ["甲 【1】"]),
        ("芯片", ["乙 【2】"]),
    ]


@pytest.mark.parametrize(
    ("title_from", "expected"),
    [
        (None, "甲公司今天发布了"),
        ("first_strong", "新模型"),
        ("first_link", "全文"),
        ("first_sentence", "甲公司今天发布了"),
    ],
)
def test_titles_of_items_without_one(title_from, expected):
    """The first bold or link text wherever it stands, or the sentence."""
    markdown = "## 栏\n\n- 甲公司今天发布了**新模型**，见[全文](https://e.org/a)。好。\n- 乙公司[跟进](https://e.org/b)。"
    title = with_profile(markdown, Profile(title_from=title_from)).items[0].title
    assert title.startswith(expected)


def test_known_sections_win_over_a_wrapper():
    """A single heading over the rest is opened unless other issues had it as a section (recurrence)."""
    markdown = "# 更新\n\n## 官方\n\n- [a](https://e.org/a)\n\n## 社区\n\n- [b](https://e.org/b)"
    name, title = "x-1.md", "---\ntitle: 题\n---\n"
    assert [one for one, _ in shown(issue_of(title + markdown, name))] == ["官方", "社区"]
    issue = issue_of(title + markdown, name, known_sections=frozenset({"更新", "更新 / 官方"}))
    assert [one for one, _ in shown(issue)] == ["更新", "更新 / 官方", "更新 / 社区"]


# --- recurrence within an issue ---


def test_one_item_is_enough_where_its_shape_is_usual():
    """A single row, bold first line or entry is an item when other sections show that this is how items are written."""
    rows = "| 论文 | 链接 |\n|---|---|\n| 甲 | [p](https://e.org/1) |\n"
    many = rows + "| 乙 | [p](https://e.org/2) |\n"
    assert vias(issue_of(f"## 甲\n\n{many}\n## 乙\n\n{rows}")) == ["row", "row", "row"]
    assert vias(issue_of(f"## 甲\n\n字\n\n## 乙\n\n{rows}")) == ["prose", "prose"]
    bold = "**甲工具**  \n<https://e.org/a>\n\n"
    assert vias(issue_of(f"## 甲\n\n{bold}{bold}\n## 乙\n\n{bold}")) == ["strong"] * 3
    entry = "- [聚会](https://e.org/a)：六月十二日在布宜诺斯艾利斯\n"
    ending = "\n这里有一段每期都有的话，请大家投稿，写信给我们。\n"
    assert vias(issue_of(f"## 甲\n\n{entry * 2}\n## 乙\n\n{entry}{ending}\n## 丙\n\n字")) == [
        *["list entry"] * 3,
        "prose",
    ]


def test_an_essay_with_one_linked_entry_stays_prose():
    """Even where lists are usual: what follows the entry is far more than it."""
    entries = "- [a](https://e.org/a) 甲\n- [b](https://e.org/b) 乙\n"
    essay = f"开头。\n\n- [书](https://e.org/c)\n\n{'很长的一段话。' * 20}"
    assert vias(issue_of(f"## 甲\n\n{entries}\n## 乙\n\n{essay}")) == ["list entry", "list entry", "prose"]


def test_what_follows_the_last_list_closes_the_issue():
    """A farewell is no part of the last item; a picture still is, and so is text between entries."""
    entries = "- [a](https://e.org/a) 甲\n- [b](https://e.org/b) 乙\n"
    issue = issue_of(f"## 栏\n\n{entries}\n下周见！")
    assert (len(issue.items[-1].blocks), plain(issue.outro)) == (1, "下周见！")
    issue = issue_of(f"## 栏\n\n{entries}\n![图](p.png)\n\n## 栏二\n\n字")
    assert [len(item.images) for item in issue.items] == [0, 1, 0]
    issue = issue_of("## 栏\n\n- [a](https://e.org/a)\n\n一。\n\n- [b](https://e.org/b)\n\n二。")
    assert [plain(item.blocks) for item in issue.items] == ["a\n一。", "b\n二。"]
    assert not issue.outro


def test_a_farewell_in_the_middle_stays_in_its_place():
    """An item set too high comes after what follows the list before it, never in front of it."""
    head = "## 甲\n\n### 一\n\n字\n\n### 二\n\n字\n\n## 乙\n\n### 三\n\n字\n\n## 丙\n\n"
    entries = "- [a](https://e.org/a) 甲\n- [b](https://e.org/b) 乙\n"
    markdown = f"{head}{entries}\n欢迎投稿。\n\n## 丁写高了\n\n末。\n"
    issue = with_profile(markdown, Profile(item_levels=(2,)))
    assert plain(tuple(nodes(issue))).split()[-4:] == ["乙", "欢迎投稿。", "丁写高了", "末。"]


def test_a_date_alone_is_no_title():
    """`6/15. ` ends no sentence: the entry is listed by what comes after."""
    issue = issue_of("## 活动\n\n- 6/15. 线上聚会，见频道。\n- [6/16. 聚会](https://e.org/a)\n")
    assert [item.title for item in issue.items] == ["6/15. 线上聚会，见频道。", "6/16. 聚会"]


@pytest.mark.parametrize(
    ("title", "number", "day"),
    [
        ("周知 第十二期", 12, None),
        ("示例周刊 第一百零二期", 102, None),
        ("早报 第二〇期", 20, None),
        ("Example Weekly — June 9, 2026", None, "2026-06-09"),
        ("Newsletter, 9th June 2026", None, "2026-06-09"),
        ("Papers of the Week (June 8 - June 14) - 2026 digest", None, "2026-06-14"),
        ("AIインサイト日報 2025/6/20", None, "2025-06-20"),
    ],
)
def test_titles_in_other_spellings(title, number, day):
    """Chinese numerals, English dates, spans (their end), Japanese dailies."""
    issue = issue_of(f"# {title}\n\n## 栏\n\n字", "x.md")
    assert issue.titles[0] == title
    assert (issue.number, issue.published_on and issue.published_on.isoformat()) == (number, day)


@pytest.mark.parametrize(
    ("line", "role"),
    [
        ("**点评：** 值得看。", "opinion"),
        ("*编者注：值得看。*", "opinion"),
        ("*Editor's note: worth it.*", "opinion"),
        ("延伸閱讀：[a](https://e.org/a)", "links"),
        ("原文链接：https://e.org/a", "links"),
        ("Read more: [a](https://e.org/a)", "links"),
    ],
)
def test_roles_in_two_languages(line, role):
    """Opinions and lines of links by the words curators use for them."""
    block = issue_of(f"## 栏\n\n{line}\n\n## 栏二\n\n字").sections[0].items[0].blocks[0]
    assert isinstance(block, Paragraph)
    assert block.role == role


# --- several issues in one file ---

TWO = b"# Papers\n\nIntro.\n\n## Week 2 (June 14, 2026)\n\nB.\n\n```\n## no heading\n```\n\n## Week 1 (June 7, 2026)\n\nA.\n"


def test_a_file_is_cut_at_its_issues():
    """Each from its heading to the next, the lines counted on; fences are text; together they are the file."""
    found = pieces(TWO, 2)
    assert b"".join(piece.source for piece in found) == TWO
    assert [(piece.fragment, piece.first_line) for piece in found] == [
        ("week-2-june-14-2026", 1),
        ("week-1-june-7-2026", 13),
    ]
    assert [piece.fragment for piece in pieces(b"## A\n\n## A\n", 2)] == ["a", "a~2"]
    assert pieces(b"# A\n", 2)[0].fragment == ""


def test_each_issue_of_a_file_has_its_own_name():
    """Title, number and date come from its own heading, not from the file's name; the preface opens the first one's intro."""
    profile = Profile(issue_level=2)
    issues = [
        with_profile(piece.source.decode(), profile, f"papers-2020-01-01.md#{piece.fragment}")
        for piece in pieces(TWO, 2)
    ]
    assert [issue.title for issue in issues] == ["Week 2 (June 14, 2026)", "Week 1 (June 7, 2026)"]
    assert [str(issue.published_on) for issue in issues] == ["2026-06-14", "2026-06-07"]
    assert plain(issues[0].intro).split("\n")[:2] == ["Papers", "Intro."]
    unnamed = with_profile("## 春\n\n字", profile, "all-12.md#春")
    assert (unnamed.key, unnamed.number) == ("春", None)


# --- where the parser was unsure ---


def doubts(
    markdown: str, profile: Profile | None = None, **arguments: Any
) -> list[tuple[str, int, object, object]]:
    series = Series("s", "示例周知", profile=profile or Profile())
    return [
        (problem.code, problem.line, problem.arguments["key"], problem.arguments["value"])
        for problem in read(markdown, series=series, **arguments).problems
        if problem.code.startswith("unsure")
    ]


SENTENCES = "## 栏\n\n" + "".join(
    f"{at}. 这是第{at}家公司今天在全球开发者大会上发布的一个非常非常重要的产品名叫**产品{at}**，[看](https://e.org/{at})很好。\n"
    for at in range(1, 5)
)
CATALOGUE = (
    "## 先睹\n\n- [甲](https://e.org/1)\n- [乙](https://e.org/2)\n- [丙](https://e.org/3)\n\n"
    "## 新闻\n\n### 甲\n\n字\n\n### 乙\n\n字\n\n### 丙\n\n字\n"
)
STANDING = "## 新闻\n\n### 甲\n\n字\n\n### 乙\n\n字\n\n## **赞助商**\n\n字\n"
ARTICLE = "# 论\n\n" + "".join(f"## 第{at}章\n\n{'很长的一段话。' * 120}\n\n" for at in "甲乙丙")
ISSUES = "# 论文\n\n## 第 2 周 6 月 8 日\n\n字\n\n## 第 1 周 6 月 1 日\n\n字\n"


@pytest.mark.parametrize(
    ("markdown", "doubt", "settled"),
    [
        (
            HIGH,
            ("unsure_section", 15, "sections", '["研究", "产品", "投资"]'),
            Profile(sections=("研究", "产品", "投资")),
        ),
        (ESSAY, ("unsure_numbered", 3, "prose_sections", '["随笔"]'), Profile(prose_sections=("随笔",))),
        (CATALOGUE, ("unsure_catalogue", 1, "catalogue", '"先睹"'), Profile(catalogue="先睹")),
        (ISSUES, ("unsure_issues", 3, "issue_level", "2"), Profile(issue_level=2)),
        (SENTENCES, ("unsure_titles", 3, "title_from", '"first_strong"'), Profile(title_from="first_strong")),
        (STANDING, ("unsure_boilerplate", 11, "boilerplate", '["赞助商"]'), Profile(boilerplate=("赞助商",))),
        (ARTICLE, ("unsure_article", 3, "kind", '"article"'), Profile(kind="article")),
    ],
    ids=lambda value: value[0] if isinstance(value, tuple) else None,
)
def test_a_doubt_names_the_key_that_settles_it(markdown, doubt, settled):
    """Line, key and a value that can be pasted; with that key the doubt is gone."""
    assert doubts(markdown) == [doubt]
    assert doubts(markdown, settled) == []


def test_history_removes_a_doubt():
    """A section that other issues had is no guess."""
    assert doubts(HIGH, known_sections=frozenset({"丙写高了一级"})) == []


def test_a_plain_digest_raises_no_doubt():
    """Sections of headed items, and of linked entries."""
    assert (
        doubts("# 周知 1\n\n## 栏\n\n### 甲\n\n字\n\n### 乙\n\n字\n\n## 读\n\n- [a](https://e.org)\n") == []
    )


@pytest.mark.parametrize("language", ["zh-Hans", "en"])
def test_every_doubt_has_its_texts(language):
    """The cure shows the line to write into the configuration."""
    texts = texts_for(language)
    for markdown in (HIGH, ESSAY, CATALOGUE, ISSUES, SENTENCES, STANDING, ARTICLE):
        (problem,) = (one for one in read(markdown).problems if one.code.startswith("unsure"))
        assert texts(f"problem.{problem.code}", **problem.arguments)
        cure = texts(f"cure.{problem.code}", **problem.arguments)
        assert f"profile = {{ {problem.arguments['key']} = {problem.arguments['value']} }}" in cure
