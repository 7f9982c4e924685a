"""What a typed text asks for: groups and tiers, filters, dates, exclusions, addresses; total for every string."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.words import IssueFilter, Phrase, Plan, Synonyms, plan, read_range, read_synonyms
from tests.unit.words.hostile import HOSTILE

TODAY = date(2026, 3, 4)  # a Wednesday
SECTIONS = ("技术研究", "产品&模型发布", "📦 产品", "Papers")


def planned(text: str) -> Plan:
    return plan(text, TODAY, SECTIONS, Synonyms())


def ways(text: str, tier: int) -> list[list[str]]:
    """The alternatives of exactly one tier, group by group, as tokens."""
    return [
        [
            " + ".join(" ".join(phrase.tokens) for phrase in one.phrases)
            for one in group.alternatives
            if one.tier == tier
        ]
        for group in planned(text).groups
    ]


@pytest.mark.parametrize(
    ("text", "tier", "expected"),
    [
        ("数据库", 0, [["数据 据库"]]),
        ("数据库", 2, [["数 + 据库", "数据 + 库"]]),
        ("数据", 2, [[]]),
        ("开源模型", 1, [["开源 + 模型"]]),
        ("大语言模型", 1, [["大语 + 言模 模型", "大语 语言 + 模型"]]),
        ("通义千问模型", 1, [["通义 + 千问 + 模型", "通义 义千 + 问模 模型"]]),
        ("开源的模型", 1, [["开源 + 模型", "开源 + 的模 模型", "开源 源的 + 模型"]]),
        ("一二三四五六七八九十", 1, [["一二 + 三四 + 五六 + 七八 + 九十"]]),
        ("千问Qwen发布", 0, [["千问"], ["qwen"], ["发布"]]),
        ("GPT-5.3-Codex", 0, [["gpt 5.3 codex"]]),
        ("GPT-5.3-Codex", 2, [[]]),
        ("open-source", 2, [["open + source"]]),
        ("qwen 3.5", 0, [["qwen 3.5"]]),
        ("qwen 3.5", 2, [["qwen + 3.5"]]),
        ("openai 2026", 0, [["openai"], ["2026"]]),
        ('"深度 学习 Qwen"', 0, [["深度 度 学习 习 qwen"]]),
        ("anthr", 2, [["anthr"]]),
        ("api", 2, [[]]),
    ],
)
def test_tiers(text, tier, expected):
    """Runs are cut, compounds kept whole, versions tied to their names."""
    assert ways(text, tier) == expected


def test_a_word_is_also_looked_for_by_its_stem_unless_it_was_quoted():
    """An exact form counts twice; in quotes only the form itself counts."""
    assert planned("models").groups[0].alternatives[0].phrases[0].forms == ("models", "model")
    assert planned('"models"').groups[0].alternatives[0].phrases[0].forms == ()


def test_one_character_and_the_last_word_are_beginnings():
    """A lone Chinese character begins pairs; a typed prefix is only near."""
    assert planned("猫").groups[0].alternatives[0].phrases[0].is_open
    assert not planned("猫咪").groups[0].alternatives[0].phrases[0].is_open
    assert planned("qwen 猫").groups[1].alternatives[0].phrases[0].is_open
    last = planned("open anthro").groups[-1].alternatives[-1]
    assert (last.tier, last.phrases) == (2, (Phrase(("anthro",), is_prefix=True),))


def test_synonyms_are_symmetric_and_may_have_several_words():
    """One line of the file serves every wording in it."""
    known = read_synonyms("# 公司\n脸书 / Facebook\n大模型 / LLM, large language model\n\n单独")
    for text, other in (("脸书", "facebook"), ("Facebook", "脸书"), ("large language model", "大模 模型")):
        found = plan(text, TODAY, synonyms=known).groups
        assert len(found) == 1
        assert other in [" ".join(phrase.tokens) for one in found[0].alternatives for phrase in one.phrases]
        assert found[0].alternatives[0].tier == 0
    assert len(plan("单独", TODAY, synonyms=known).groups[0].alternatives) == 1


@pytest.mark.parametrize(
    ("text", "sections", "unknown"),
    [
        ("section:技术研究 x", ("技术研究",), None),
        ("栏目：技術研究 x", ("技术研究",), None),
        ("section:产品 x", ("📦 产品",), None),
        ("section:模型 x", ("产品&模型发布",), None),
        ('section:"产品 模型" x', ("产品&模型发布",), None),
        ("section:PAPERS x", ("Papers",), None),
        ("section: papers x", ("Papers",), None),
        ("section:% x", (), "%"),
        ("section:没有 x", (), "没有"),
    ],
)
def test_sections(text, sections, unknown):
    """A section is named by its title but for spelling, else by a part of it; never by a wildcard."""
    found = planned(text)
    assert (found.filters.sections, found.filters.unknown_section) == (sections, unknown)
    assert [group.typed for group in found.groups] == ["x"]


@pytest.mark.parametrize(
    ("text", "since", "until"),
    [
        ("from:2026 x", date(2026, 1, 1), None),
        ("to:2026 x", None, date(2026, 12, 31)),
        ("从：2026-02 到：2026-02 x", date(2026, 2, 1), date(2026, 2, 28)),
        ("自:2026-2-25 x", date(2026, 2, 25), None),
        ("至：２０２６年２月２５日 x", None, date(2026, 2, 25)),
        ("from:11-17 x", date(2025, 11, 17), None),
        ("from:03-04 x", date(2026, 3, 4), None),
        ("from:02-29 x", date(2024, 2, 29), None),
        ("from:上周 to:上周 x", date(2026, 2, 23), date(2026, 3, 1)),
        ("from:this week x", date(2026, 3, 2), None),
        ("to:last week x", None, date(2026, 3, 1)),
        ("to:9999-12 x", None, date(9999, 12, 31)),
    ],
)
def test_dates(text, since, until):
    """Years, months, days, days of the year and weeks; an end is the end of what was said."""
    found = planned(text)
    assert (found.filters.since, found.filters.until) == (since, until)
    assert [group.typed for group in found.groups] == ["x"]


@pytest.mark.parametrize("value", ["2026-13-45", "02-30", "0000", "99999", "2026-00", "soon", "1-2-3"])
def test_what_is_no_date_stays_words(value):
    """An impossible date is searched for as it was typed."""
    found = planned(f"from:{value}")
    assert not found.filters
    assert found.groups[0].typed.startswith("from")
    assert read_range(value, TODAY) is None


def test_a_range_the_wrong_way_round_is_turned():
    """Both ends stay whole, and it is said."""
    found = planned("from:2026-03 to:2026-01 x").filters
    assert (found.since, found.until, found.is_turned) == (date(2026, 1, 1), date(2026, 3, 31), True)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("issue:12 x", IssueFilter("12", 12)),
        ("期：第12期 x", IssueFilter("第12期", 12)),
        ("issue:2026-02-25 x", IssueFilter("2026-02-25", None, date(2026, 2, 25))),
        ("issue:Weekly/W12 x", IssueFilter("weekly/w12")),
    ],
)
def test_issues(text, expected):
    """An issue is named by number, day or key."""
    assert planned(text).filters.issue == expected


@pytest.mark.parametrize(
    ("text", "groups", "excluded"),
    [
        ("千问 -招聘", ["千问"], ["招聘"]),
        ("千问 －“远程 招聘”", ["千问"], ["远程招聘"]),
        ("a - b", ["a", "b"], []),
        ("a --b", ["a", "b"], []),
        ("gpt-5", ["gpt 5"], []),
        ('-"" a', ["a"], []),
        ('"open source" x', ["open source", "x"], []),
        ('a "b', ["a", "b"], []),
    ],
)
def test_exclusions_and_phrases(text, groups, excluded):
    """A minus before a word excludes it, quotes of every kind keep words together."""
    found = planned(text)
    assert [group.typed for group in found.groups] == groups
    assert [group.typed for group in found.excluded] == excluded


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("", "empty"),
        ("。。。", "empty"),
        ("section:", "empty"),
        ("-招聘", "exclusion"),
        ("from:2026 -招聘", "exclusion"),
    ],
)
def test_nothing_to_search_for(text, hint):
    """Without a word there is only a hint, with or without filters beside an exclusion."""
    assert planned(text).hint == hint


def test_filters_alone_browse_and_words_can_be_had_without_them():
    """Dropping the filters leaves what would be typed for the words alone."""
    assert planned("from:2026").is_browsing
    found = planned('from:2026 "深度 qwen" 千问 -招聘')
    assert not found.is_browsing
    assert planned(found.without_filters).groups == found.groups
    assert planned(found.without_filters).excluded == found.excluded


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("https://www.Example.com/a/?utm_source=x#y", "example.com/a"),
        ("example.com/a", "example.com/a"),
        ("https://example.com", "example.com"),
        ("example.com", None),
        ("and/or", None),
        ("https://example.com/a 千问", None),
        ("javascript:alert(1)", None),
        ("https://[", None),
    ],
)
def test_addresses(text, address):
    """A text that is one address is looked up as such, and its words serve when nobody links there."""
    found = planned(text)
    assert found.address == address
    assert found.groups


@given(st.text(alphabet=st.characters(exclude_categories=())) | st.sampled_from(HOSTILE))
def test_every_string_has_a_plan(text):
    """Planning never raises, and what it asks for is always tokens."""
    found = planned(text)
    assert len(found.groups) <= 16
    for group in (*found.groups, *found.excluded):
        for alternative in group.alternatives:
            assert alternative.phrases
            assert all(
                token and '"' not in token for phrase in alternative.phrases for token in phrase.tokens
            )


def test_hostile_inputs_have_plans():
    """The list of inputs that broke others' searches, each in one go."""
    for text in HOSTILE:
        assert isinstance(planned(text), Plan)
