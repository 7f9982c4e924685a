"""Which profile do several issues ask for together, and when do they ask for none?"""

import tomllib

import pytest

from digest.issue import Reading
from digest.parse.proposal import as_toml, proposed
from digest.profile import NO_PROFILE, Profile
from tests.unit.parse.trees import read

BASE = "# 周知 {n}\n\n## 模型\n\n### 甲\n\n字\n\n## 芯片\n\n### 乙\n\n字\n\n## 投资\n\n### 丙\n\n字\n\n"
STRAY = "## 写高了一级\n\n一段话。\n\n### 丁\n\n字\n"
SPONSOR = "## 赞助\n\n一段话。\n"
LONG = "## 快讯\n\n" + "".join(
    f"{at}. 这是第{at}家公司今天在全球开发者大会上发布的一个非常非常重要的产品名叫**产品{at}**，[看](https://e.org/{at})很好。\n"
    for at in range(1, 5)
)


def readings(*additions: str) -> list[Reading]:
    return [read(BASE.format(n=n) + more, f"weekly-{n}.md") for n, more in enumerate(additions, 1)]


@pytest.mark.parametrize(
    ("additions", "expected"),
    [
        ((SPONSOR, SPONSOR, ""), Profile(boilerplate=("赞助",))),
        ((SPONSOR, "", ""), None),
        ((LONG, LONG, ""), Profile(title_from="first_strong")),
        ((LONG, "", ""), None),
        ((STRAY, "", ""), Profile(sections=("模型", "芯片", "投资"))),
        ((STRAY, "## 只此一次\n\n### 戊\n\n字\n", ""), None),
        (("", "", ""), None),
        ((SPONSOR, SPONSOR), None),
    ],
    ids=[
        "recurs",
        "once",
        "majority",
        "minority",
        "all sections known",
        "a rare section",
        "no doubt",
        "too few",
    ],
)
def test_recurrence_decides(additions, expected):
    """A title in two issues, a word in most, all sections where a heading is doubted; three issues at least."""
    assert proposed(readings(*additions)) == expected


def test_what_is_set_already_is_kept():
    """The proposal adds to the profile there is."""
    profile = Profile(boilerplate=("订阅",), items_need_link=True)
    proposal = proposed(readings(SPONSOR, SPONSOR, ""), profile)
    assert proposal == Profile(boilerplate=("订阅", "赞助"), items_need_link=True)


def test_the_line_is_toml():
    """What is shown can be pasted, whatever the titles hold."""
    profile = Profile(
        sections=('引"号', "反\\斜"),
        item_levels=(1, 2),
        items_need_link=True,
        issue_level=2,
        title_from="first_link",
    )
    table = tomllib.loads(as_toml(profile))["profile"]
    assert table == {
        "sections": ['引"号', "反\\斜"],
        "item_levels": [1, 2],
        "items_need_link": True,
        "issue_level": 2,
        "title_from": "first_link",
    }
    assert as_toml(NO_PROFILE) == "profile = {  }"
