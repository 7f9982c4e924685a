"""Spellings that a person takes for the same fold into one, and the way back to the source is exact."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.words import fold, fold_map, simplified

ANY_TEXT = st.text(alphabet=st.characters(exclude_categories=()))
CLINGING = st.text(
    alphabet="aeéİßｶﾞか\u3099\u0301\u0327각\u1100\u1161\u11a8\u200d\ufe0f\ud800千裏「-\u2011 ﷺ½㎏"
)


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("ＧＰＴ‑５．３", "gpt-5.3"),
        ("a‐b‒c–d—e−f﹣g－h", "a-b-c-d-e-f-g-h"),
        ("“千问”「千问」『千问』«q»＂", '"千问""千问""千问""q""'),
        ("蒸餾 開源 瞭解 著名", "蒸馏 开源 了解 着名"),
        ("Café CAFÉ cafe\u0301 Ünïcode", "cafe cafe cafe unicode"),
        ("zero\u200bwidth soft\u00adhyphen \ufe0f", "zerowidth softhyphen "),
        ("a\0b\ud800c", "a bc"),
        ("ß ﬁ ǅ ㎏ ㍿ ① Ⅷ 𝐀", "ss fi dz kg 株式会社 1 viii a"),
        ("ｶﾞか\u3099", "ガが"),
        ("\u1100\u1161\u11a8", "각"),
        ("й Й", "й й"),
        ("薴苧", "苎苎"),
        ("A\u202eb", "a\u202eb"),
    ],
)
def test_folding(text, folded):
    """Widths, dashes, quotes, cases, accents and scripts fold as a reader expects."""
    assert fold(text) == folded


@given(ANY_TEXT | CLINGING)
def test_both_ways_of_folding_agree(text):
    """The fast way and the way with a map give the same text for every string, and folding twice changes nothing."""
    folded = fold_map(text)
    assert folded.text == fold(text)
    assert fold(folded.text) == folded.text
    assert len(folded.text) == len(folded.starts) == len(folded.ends)


@given(ANY_TEXT | CLINGING)
def test_the_map_leads_into_the_source(text):
    """Every folded character comes from a non-empty stretch of the source, in order."""
    folded = fold_map(text)
    assert all(0 <= start < end <= len(text) for start, end in zip(folded.starts, folded.ends, strict=True))
    assert list(folded.starts) == sorted(folded.starts)
    assert list(folded.ends) == sorted(folded.ends)


def test_the_map_keeps_a_letter_and_its_mark_together():
    """What is cut out by the map never leaves half a written character."""
    folded = fold_map("xe\u0301y")
    assert [("xe\u0301y"[a:b]) for a, b in zip(folded.starts, folded.ends, strict=True)] == [
        "x",
        "e\u0301",
        "y",
    ]


def test_every_simplified_character_is_an_end():
    """No chain is left in the table: what it gives, it does not change again."""
    table = simplified()
    assert len(table) > 4_000
    assert not any(ord(target) in table for target in table.values())
