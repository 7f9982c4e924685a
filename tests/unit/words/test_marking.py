"""Found words are marked in the source text itself, in the best window of it."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.document import Mark, Text, plain
from digest.words import marked, plan, snippet, spans, window
from tests.unit.words.hostile import HOSTILE

TODAY = date(2026, 3, 4)
TEXTS = st.text(alphabet="a千问模型，。 Ｑwen3.5-‑e\u0301👨\u200d👩🇨🇳\n") | st.text(
    alphabet=st.characters(exclude_categories=())
)
QUERIES = st.sampled_from(
    ["千问", "qwen3.5", "模型", "a", "é", "千", '"问 模"', "千问模型 -a", *HOSTILE[:60]]
)


@pytest.mark.parametrize(
    ("text", "query", "expected"),
    [
        ("阿里的千问发布", "千问", ["千问"]),
        ("阿里的千問發布", "千问", ["千問"]),
        ("ＧＰＴ‑5.3‑Codex 上线", "gpt-5.3-codex", ["ＧＰＴ‑5.3‑Codex"]),
        ("新的 Models 与 modeling", "model", ["Models", "modeling"]),
        ("SpeechBrain 更新", "brain", ["SpeechBrain"]),
        ("un cafe\u0301 noir", "café", ["cafe\u0301"]),
        ("数据，库在此；数据库在彼", "数据库", ["数据库"]),
        ("数据在此，库在彼", "数据库", ["数据"]),
        ("C++ 与 C# 与 C", "c++", ["C++"]),
        ("开源了模型", "开源模型", ["开源", "模型"]),
        ("开源模型", "开源模型", ["开源模型"]),
        ("Anthropic 说", "anthr", ["Anthropic"]),
        ("Qwen 与 3.5 分开", "qwen3.5", []),
        ("qwen 与千问", "千问", ["qwen", "千问"]),
        ("猫和猫咪", "猫", ["猫", "猫"]),
        ("千问\u200b发布", "千问发布", ["千问\u200b发布"]),
    ],
)
def test_spans(text, query, expected):
    """Exactly the words that were searched for are marked, in whatever spelling they stand."""
    assert [text[start:end] for start, end in spans(text, plan(query, TODAY))] == expected


@given(TEXTS, QUERIES)
def test_spans_lie_in_the_text_in_order(text, query):
    """Spans never overlap, touch, or leave the text."""
    found = spans(text, plan(query, TODAY))
    ends = [-1, *(end for _, end in found)]
    assert all(before < start < end <= len(text) for before, (start, end) in zip(ends, found, strict=False))


@given(TEXTS, QUERIES, st.integers(1, 30))
def test_a_snippet_is_a_piece_of_the_text(text, query, width):
    """Without its ellipses a snippet stands in the source word for word; marking it changes no character."""
    found = spans(text, plan(query, TODAY))
    start, end = window(text, found, width)
    assert 0 <= start <= end <= len(text)
    assert end - start <= width
    assert bool(text) == (end > start)
    shown = snippet(text, found, width)
    assert text[start:end] in shown.text
    assert len(shown.text) <= width + 2
    inlines = marked(shown.text, shown.spans)
    assert plain(inlines).strip("\n") == shown.text.strip("\n")
    assert all(isinstance(one, Text | Mark) for one in inlines)


def test_the_window_holds_most_hits_and_begins_after_a_sentence():
    """The fullest stretch is shown, from the beginning of its sentence."""
    text = "千问一次。" + "无关的话，" * 20 + "到此为止。这里千问、千问、千问。" + "尾声" * 40
    shown = snippet(text, spans(text, plan("千问", TODAY)), 30)
    assert shown.text.startswith("…这里千问、千问、千问。")
    assert len(shown.spans) == 3
    assert shown.text.endswith("…")


def test_a_short_text_is_shown_whole():
    """Nothing is cut, and nothing pretends to be."""
    assert snippet("千问发布", ((0, 2),), 80).text == "千问发布"


@pytest.mark.parametrize("cluster", ["👨\u200d👩\u200d👧", "🇨🇳", "e\u0301", "👍🏽"])
def test_no_cluster_is_cut(cluster):
    """What is shown as one sign is never parted."""
    text = "千问" + cluster * 30
    for width in range(4, 30):
        rest = text[slice(*window(text, (), width))].removeprefix("千问")
        assert rest == cluster * (len(rest) // len(cluster))
