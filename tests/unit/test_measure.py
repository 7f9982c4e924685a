"""How does an item lead in? By a whole sentence, in Chinese and in English."""

import pytest

from digest.measure import lead


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("甲公司开源了模型；价格不变。乙公司没有回应。", "甲公司开源了模型；价格不变。"),
        ("“会更快的。”他说。后来呢？", "“会更快的。”"),
        ("版本 v3.5 比 v3.4 快 1.2 倍！还便宜。", "版本 v3.5 比 v3.4 快 1.2 倍！"),
        (
            "It beats e.g. the older one by 3.5 points. More follows.",
            "It beats e.g. the older one by 3.5 points.",
        ),
        ("No. 5 is alive, says Dr. Lee. He would know.", "No. 5 is alive, says Dr. Lee."),
        ('She said "it works." Then she left.', 'She said "it works."'),
        ("没有句号的一行", "没有句号的一行"),
        ("", ""),
    ],
)
def test_the_first_sentence_is_whole(text: str, wanted: str) -> None:
    """No semicolon, number or abbreviation ends it."""
    assert lead(text) == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("一二三四五六；七八九十，一二三四。", "一二三四五六…"),
        ("一二三四五六，七八九十一二三四。", "一二三四五六…"),
        ("one two three, four five six", "one two…"),
        ("一二三四五六七八九十一二三四", "一二三四五六七八九十…"),
        ("a sum of 1,000,000 in gold", "a sum of…"),
    ],
)
def test_a_sentence_that_is_too_long_is_cut_where_it_pauses(text: str, wanted: str) -> None:
    """At a semicolon, a comma, a word, and only then at a sign."""
    assert lead(text, 10) == wanted
