"""Do lines of display text break where a typesetter would break them?"""

from hypothesis import given
from hypothesis import strategies as st

from bot.media.lines import cut, filled, shortened, wrapped

CLOSING = "，。、；：！？）」』】》”’…％ー"
OPENING = "（「『【《“‘"
letters = st.text(alphabet="大模型价格战再起 Qwen3.5 is, ok." + CLOSING + OPENING, max_size=80)


def wide(text: str) -> float:
    """Chinese characters count two, others one."""
    return sum(2 if ord(one) > 0x2000 else 1 for one in text)


def test_a_closing_mark_stays_with_what_it_closes():
    """It never begins a line, and an opening one never ends it."""
    assert filled("大模型价格战，再起", 12, wide) == ("大模型价格", "战，再起")
    assert filled("大模型价格（战）", 12, wide) == ("大模型价格", "（战）")


def test_words_stay_whole():
    """Latin words and numbers are not parted while they fit into a line."""
    assert filled("从 Qwen3.5 到 Llama 5", 11, wide) == ("从 Qwen3.5", "到 Llama 5")
    assert filled("on-device inference", 10, wide) == ("on-device", "inference")


def test_a_word_wider_than_a_line_is_broken():
    """Nothing runs over the edge."""
    assert filled("https://example.org/very/long", 10, wide) == ("https://ex", "ample.org/", "very/long")


def test_lines_are_about_equally_long():
    """No single character is left on the last line."""
    assert wrapped("大模型价格战再起", 14, wide) == ("大模型价", "格战再起")


def test_what_does_not_fit_ends_in_an_ellipsis():
    """On the last line, cut between characters."""
    assert cut("one two three four five six", 9, wide, 2) == ("one two", "three f…")
    assert cut("one two", 9, wide, 2) == ("one two",)
    assert shortened("👩‍💻👩‍💻👩‍💻 fine", 9, len) == "👩‍💻👩‍💻…"


def test_an_empty_text_has_no_line():
    """Nothing is made of nothing."""
    assert wrapped("  ", 10, wide) == cut("", 10, wide, 2) == ()


@given(letters, st.integers(6, 40))
def test_nothing_is_lost_and_nothing_runs_over(text, width):
    """Every character but spaces at the ends of lines, within the width, whatever the text."""
    for lines in (filled(text, width, wide), wrapped(text, width, wide)):
        assert "".join(lines).replace(" ", "") == "".join(text.split())
        assert all(wide(line) <= width for line in lines)


@given(
    st.lists(
        st.sampled_from(["模型", "起", "Qwen3.5 ", "（价格）", "战，", "ok. ", "“谁”", "在：", "「赚」、"])
    )
)
def test_no_line_begins_or_ends_with_the_wrong_mark(words):
    """In any order of ordinary words and marks."""
    for lines in (filled("".join(words), 12, wide), wrapped("".join(words), 12, wide)):
        assert all(line[0] not in CLOSING and line[-1] not in OPENING for line in lines)
