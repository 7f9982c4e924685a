"""Is a heading that merely holds the issue told from one that groups sections? content.md §4, rules 3 and 4."""

import pytest

from tests.unit.parse.trees import codes, issue_of, read

SUMMARY = "### 今日摘要\n\n甲公司发布模型。乙公司换了总裁。\n"
WRAPPER = """## 内容

### 产品

1. 甲公司[发布](https://e.org/a)模型。
2. 乙公司[推出](https://e.org/b)工具。
3. 丙公司[开源](https://e.org/c)代码。

### 研究

1. 丁大学[发表](https://e.org/d)论文。
2. 戊大学[发表](https://e.org/e)论文。
"""
AUDIO = "## 收听语音版\n\n在[这里](https://e.org/audio)。\n"
FEW = "## 招聘\n\n- [己公司](https://e.org/f)\n- [庚公司](https://e.org/g)\n"


def found(markdown: str, known_sections: frozenset[str] = frozenset()) -> list[tuple[str, int]]:
    issue = issue_of(markdown, known_sections=known_sections)
    return [(section.title, len(section.items)) for section in issue.sections]


@pytest.mark.parametrize(
    "summary", [SUMMARY, SUMMARY.replace("###", "##"), "## 本周随想\n\n想了很多，没有链接。\n"]
)
def test_a_wrapper_beside_what_has_no_items_gives_no_path(summary):
    """An abstract before it and a standing part after it change nothing: what it holds are the sections."""
    title = summary.split("\n", maxsplit=1)[0].strip("# ")
    assert found(f"{summary}\n{WRAPPER}\n{AUDIO}") == [
        (title, 1),
        ("内容", 0),
        ("产品", 3),
        ("研究", 2),
        ("收听语音版", 1),
    ]


def test_a_wrapper_is_no_empty_section():
    """Nothing is to be mended about a heading that only stands over sections; an empty one is still told."""
    assert "section_empty" not in codes(read(f"{SUMMARY}\n{WRAPPER}"))
    assert "section_empty" in codes(read(f"{SUMMARY}\n## 空\n\n{WRAPPER}"))


def test_a_thin_day_has_the_same_sections():
    """With one section below it the wrapper is still one, and what stands there is called as on other days."""
    assert found(f"{SUMMARY}\n{WRAPPER.split('### 研究', maxsplit=1)[0]}\n{AUDIO}")[1:3] == [
        ("内容", 0),
        ("产品", 3),
    ]


def test_a_group_among_sections_with_items_stays_a_path():
    """Where others have items too, a heading over sections groups them."""
    assert found(f"{WRAPPER}\n{FEW}") == [
        ("内容", 0),
        ("内容 / 产品", 3),
        ("内容 / 研究", 2),
        ("招聘", 2),
    ]


def test_history_confirms_a_wrapper():
    """Sections that other issues have by their own names keep them, whatever else stands beside the wrapper today."""
    known = frozenset({"产品", "研究"})
    assert found(f"{WRAPPER}\n{FEW}", known_sections=known)[1:3] == [("产品", 3), ("研究", 2)]


def test_history_of_a_group_is_no_wrapper():
    """Paths seen before stay paths where others have items."""
    known = frozenset({"内容 / 产品", "内容 / 研究", "产品"})
    assert found(f"{WRAPPER}\n{FEW}", known_sections=known)[1:3] == [("内容 / 产品", 3), ("内容 / 研究", 2)]


def test_a_catalogue_is_no_wrapper():
    """It stands beside what it announces, though that is prose and counts as no list of items."""
    groups = WRAPPER.replace("内容", "目录")
    assert found(f"{groups}\n## 甲公司发布模型\n\n很长的一段。\n\n## 丁大学发表论文\n\n又一段。\n")[0] == (
        "目录",
        0,
    )


def test_an_english_contents_over_everything_is_a_wrapper():
    """`Contents` beside an abstract alone announces nothing: it holds the issue."""
    markdown = f"{SUMMARY}\n{WRAPPER.replace('内容', 'Contents')}\n{AUDIO}"
    assert found(markdown)[1:4] == [("Contents", 0), ("产品", 3), ("研究", 2)]
