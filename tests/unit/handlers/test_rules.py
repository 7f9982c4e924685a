"""Do the pure rules hold? Picks, estimates, pagers and names."""

from datetime import UTC, date, datetime, time

import pytest

from digest.audience import Subscription
from digest.calendar import Schedule
from digest.document import Image, Link, Paragraph, Strong, Text, images, plain
from digest.page import Action
from handlers.desk.estimate import Audience, rest, seconds
from handlers.picks import ALL, NONE, Picks, picks_of, toggled
from handlers.texts import LANGUAGES, texts_for
from handlers.views.buttons import BLANK, clamp, pager, privately
from handlers.views.item import without_pictures
from handlers.views.names import EVERY_DAY, WORKDAYS, says_date, title_line, when
from handlers.views.progress import bar, duration

KNOWN = ("models", "chips", "apps")
NOW = datetime(2026, 11, 24, tzinfo=UTC)


def test_toggling_from_all_leaves_the_others() -> None:
    """Unticking one of all keeps the rest; ticking it again is all, with what is born later."""
    without = toggled(ALL, "chips", KNOWN)
    assert without == Picks(frozenset({"models", "apps"}))
    assert toggled(without, "chips", KNOWN) == ALL


def test_toggling_the_last_one_leaves_nothing() -> None:
    """Unticking the only one is no subscription."""
    assert toggled(Picks(frozenset({"chips"})), "chips", KNOWN).is_empty
    assert picks_of([]) == NONE


def test_picks_of_several_series_are_joined() -> None:
    """A channel's categories are those of all its subscriptions."""
    one, two = (Subscription(1, key, frozenset({slug})) for key, slug in (("a", "models"), ("b", "chips")))
    assert picks_of([one, two]).count(KNOWN) == 2
    assert picks_of([one, Subscription(1, "b")]) == ALL


def test_estimates_follow_the_slowest_platform() -> None:
    """Platforms send side by side; 1,207 places with two messages each take Telegram's 81 seconds."""
    audience = Audience({"telegram": 1204}, {"telegram": 1, "discord": 2})
    assert audience.total == 1207
    assert seconds(audience, 2) == 81
    assert seconds(Audience({}, {"discord": 90}), 1) == 2
    assert seconds(Audience({}, {}), 3) == 0
    assert seconds(Audience({}, {"telegram": 1}), 34) == 60  # a group takes twenty a minute


def test_rest_shrinks_to_nothing() -> None:
    """What is left takes its share of the time; nothing left takes none."""
    assert rest({"telegram": 100}, 200, 90) == 3
    assert rest({"telegram": 100}, 200, 0) == 0
    assert rest({"web": 1}, 1, 1) == 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_pager_keeps_missing_ends_in_place(language: str) -> None:
    """Three buttons always; the middle says the page when pressed."""
    texts = texts_for(language)
    left, middle, right = pager(texts, 1, 5, lambda page: Action("issues", (str(page),)))
    assert left == BLANK
    assert middle.action is None
    assert "5" in (middle.toast or "")
    assert right.action == Action("issues", ("2",))
    assert pager(texts, 1, 1, lambda _: Action("issues")) == ()


@pytest.mark.parametrize(
    ("typed", "page"), [("2", 2), ("99", 5), ("0", 1), ("x", 1), ("²", 1), ("9" * 30, 1)]
)
def test_page_numbers_are_clamped(typed: str, page: int) -> None:
    """An old button never leads outside."""
    assert clamp(typed, 5) == page


def test_links_into_the_private_chat() -> None:
    """Only Telegram has them, and only with a known bot."""
    action = Action("issue", ("3f",))
    assert privately({"telegram": "zz_bot"}, "telegram", action) == "https://t.me/zz_bot?start=n_3f"
    assert privately({}, "telegram", action) is None
    assert privately({"discord": "zz"}, "discord", action) is None


@pytest.mark.parametrize(
    ("days", "chinese", "english"),
    [
        (frozenset({0}), "每周一 08:30（上海）", "Mondays 08:30 (Shanghai)"),
        (EVERY_DAY, "每天 08:30（上海）", "daily 08:30 (Shanghai)"),
        (WORKDAYS, "每个工作日 08:30（上海）", "weekdays 08:30 (Shanghai)"),
        (frozenset({0, 3}), "每周一和周四 08:30（上海）", "Mondays and Thursdays 08:30 (Shanghai)"),
    ],
)
def test_schedules_in_words(days: frozenset[int], chinese: str, english: str) -> None:
    """A pushing time reads naturally and shows its zone."""
    schedule = Schedule(days, (time(8, 30),), "Asia/Shanghai")
    assert when(texts_for("zh-Hans"), schedule, NOW) == chinese
    assert when(texts_for("en"), schedule, NOW) == english


def test_title_lines_say_nothing_twice() -> None:
    """Number and date are left out when the title has them."""
    texts, today = texts_for("zh-Hans"), date(2026, 11, 24)
    assert title_line(texts, "周知", 12, date(2026, 11, 17), today) == ["周知", "第 12 期", "11月17日"]
    assert title_line(texts, "周知 第12期 2026-11-17", 12, date(2026, 11, 17), today) == [
        "周知 第12期 2026-11-17"
    ]
    assert says_date("AI 日报 2月25日", date(2026, 2, 25))
    assert not says_date("12-25", date(2026, 2, 25))


def test_pictures_are_taken_out_and_words_stay() -> None:
    """Pictures that are shown apart leave no empty paragraph; missing ones and all words stay."""
    known, missing = Image("a.png", "a"), Image("b.png", "b")
    blocks = (
        known,
        Paragraph((known,)),
        Paragraph((Text("words "), Strong((known,)), missing)),
        Paragraph((Link("https://example.org", (Text("link"),)),)),
    )
    left = without_pictures(blocks, {"a.png"})
    assert images(left) == (missing,)
    assert plain(left) == plain(blocks)
    assert len(left) == 2


def test_durations_and_bars() -> None:
    """Time in words, and a bar that is full only at the end."""
    texts = texts_for("zh-Hans")
    assert [duration(texts, n) for n in (25, 85, 7500)] == ["25 秒", "1 分 25 秒", "2 小时 5 分"]
    assert bar(812, 1207) == "▓▓▓▓▓░░░"
    assert bar(1206, 1207) != bar(1207, 1207) == "▓" * 8
    assert bar(0, 0) == "░" * 8
