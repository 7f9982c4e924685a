"""Does the measure of losslessness see every kind of loss? A yardstick that cannot fail proves nothing."""

from dataclasses import replace

import pytest

from tests.lossless import PART, Delivered, Lost, losses, lost, read_source

SOURCE = """---
title: 不算
---
# 甲公司发布模型

第一句在这里。第二句也在这里。

[发布](https://e.org/a)了，**“粗体”**后面。又见[这里](https://e.org/a)。

一句话说两遍。

![图](https://e.org/1.png)

| 名字 | 数 |
|---|---|
| `x|y` | 三百 |

Run `micro --zoom` now, Vec<T> too.

一句话说两遍。

![图](assets/2.png)

- https://e.org/b，见附录
"""
SHOWN = """第一页
甲公司发布模型
第一句在这里。第二句也在这里。
发布了，“粗体”后面。又见这里。
一句话说两遍。
名字 数
`x|y` 三百
Run micro --zoom now, Vec<T> too.
一句话说两遍。
https://e.org/b，见附录"""
LINKS = ("https://e.org/a", "https://e.org/a/", "https://E.org/b")
IMAGES = ("https://e.org/1.png", "assets/2.png")
WHOLE = Delivered(SHOWN, LINKS, IMAGES)


def test_everything_shown_is_no_loss():
    """A delivery that shows all of it is lossless; added words and a trailing slash change nothing."""
    assert losses(read_source(SOURCE.replace("`x|y`", r"`x\|y`")), WHOLE) == []


@pytest.mark.parametrize(
    "gone",
    [
        "第二句也在这里。",
        "一句话说两遍。\n",
        "甲公司发布模型\n",
        "三百",
        "--zoom",
        "Vec<T> ",
        "第一句在这里。第二句也在这里。",
    ],
)
def test_a_lost_text_is_reported(gone):
    """A sentence, one of two equal sentences, a title, a table cell, a code word and a pseudo-tag are all missed."""
    source = read_source(SOURCE.replace("`x|y`", r"`x\|y`"))
    assert losses(source, replace(WHOLE, text=SHOWN.replace(gone, "", 1)))


def test_the_last_of_two_equal_sentences_is_missed_too():
    """It does not matter which of two equal lines is gone."""
    source = read_source(SOURCE.replace("`x|y`", r"`x\|y`"))
    head, _, tail = SHOWN.rpartition("一句话说两遍。\n")
    assert losses(source, replace(WHOLE, text=head + tail))


@pytest.mark.parametrize("links", [LINKS[1:], LINKS[:2], LINKS[::2]])
def test_a_lost_link_is_reported(links):
    """One of two equal targets counts as much as the only one."""
    assert losses(read_source(SOURCE.replace("`x|y`", r"`x\|y`")), replace(WHOLE, links=links))


@pytest.mark.parametrize("images", [IMAGES[1:], IMAGES[:1], IMAGES[::-1]])
def test_a_lost_or_misplaced_image_is_reported(images):
    """A missing picture is a loss, and so are pictures in another order."""
    assert losses(read_source(SOURCE.replace("`x|y`", r"`x\|y`")), replace(WHOLE, images=images))


def test_swapped_lines_are_reported():
    """All words are there, but not in the reading order of the source."""
    source = read_source("甲一段。\n\n乙二段。\n\n丙三段。\n")
    assert losses(source, Delivered("乙二段。\n甲一段。\n丙三段。", (), ()))


def test_a_cut_may_interrupt_a_line_and_even_a_word():
    """Between two parts a platform may say its own words; elsewhere it may not."""
    source = read_source("一段很长的话会被切开 internationalization 在这里。\n\n尾。\n")
    cut = f"一段很长的话\n（1/2）{PART}（2/2）标题\n会被切开 internationalization 在这里。\n尾。"
    inside = f"一段很长的话会被切开 internat{PART}ionalization 在这里。\n尾。"
    assert losses(source, Delivered(cut, (), ())) == []
    assert losses(source, Delivered(inside, (), ())) == []
    assert losses(source, Delivered(cut.replace(PART, ""), (), ()))
    assert losses(source, Delivered(cut.replace("会被", ""), (), ()))


def test_hidden_things_are_not_asked_for():
    """Comments, scripts, alternative texts, link titles, metadata and markers are not words."""
    source = read_source(
        'Title: t\nNumber: 3\n\n<!-- no -->\n<script>no()</script>\n\n![no](a.png "no") 1. yes\n\n- [x] done\n7. seven\n'
    )
    assert source.words == ("1", "yes", "done", "seven")


def test_html_is_read():
    """Raw HTML gives its words, links and pictures, media addresses count as links."""
    source = read_source(
        '<p align=center>Aé &amp; b<br/>c <a href="https://e.org">d</a><img src="i.png"></p>\n\n'
        'x <video src="https://e.org/v.mp4"></video> y <b>z</b>\n'
    )
    assert source.lines == (("aé", "b"), ("c", "d"), ("x",), ("y", "z"))
    assert source.links == ("https://e.org", "https://e.org/v.mp4")
    assert source.images == ("i.png",)


def test_links_that_cannot_be_tapped_are_not_asked_for_as_links():
    """Fragments are exempt, refused schemes are words, relative targets may stand as text."""
    source = read_source("[a](#x) [b](javascript:c) [d](app:e) [f](g/h.html)")
    assert source.links == ("g/h.html",)
    assert losses(source, Delivered("a b javascript c d app e f (g/h.html)", (), ())) == []
    assert losses(source, Delivered("a b javascript c d app e f", (), ()))


def test_spellings_of_an_address_are_one():
    """Punycode, percent escapes, entities and the case of the host do not make two addresses."""
    source = read_source("[a](https://xn--fiq228c.example/%E4%B8%AD?x=1&amp;y=2)")
    assert losses(source, Delivered("a", ("https://中文.Example/中?x=1&y=2",), ())) == []


def test_bare_addresses_end_before_chinese_punctuation():
    """What follows an address in Chinese is text; brackets without partner are not part of it."""
    source = read_source("见https://e.org/a，后面（https://e.org/b_(c)）。(https://e.org/d).")
    assert source.links == ("https://e.org/a", "https://e.org/b_(c)", "https://e.org/d")


@pytest.mark.parametrize(
    ("arrived", "counted"),
    [
        (WHOLE, Lost(0, 0, 0)),
        (replace(WHOLE, text=SHOWN.replace("一句话说两遍。\n", "", 1)), Lost(6, 0, 0)),
        (replace(WHOLE, links=LINKS[1:]), Lost(0, 1, 0)),
        (replace(WHOLE, images=()), Lost(0, 0, 2)),
        (replace(WHOLE, images=IMAGES[::-1]), Lost(0, 0, 1)),
    ],
)
def test_losses_are_counted(arrived, counted):
    """Words of the line that is missing, addresses and pictures: nothing lost is nought, each loss is its own figure."""
    assert lost(read_source(SOURCE.replace("`x|y`", r"`x\|y`")), arrived) == counted
