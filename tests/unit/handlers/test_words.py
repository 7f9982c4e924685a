"""Are typed words read as they are meant?"""

from datetime import date, time

import pytest

from digest.issue import Category
from handlers.texts.zones import find_zone
from handlers.times import read_wall
from handlers.words import address_in, categories_named, issue_wanted

TODAY = date(2026, 11, 24)
CATEGORIES = (
    (1, Category("models", "模型与能力")),
    (2, Category("chips", "芯片")),
    (3, Category("money", "模型投资")),
)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("12", 12),
        ("#12", 12),
        ("第12期", 12),
        ("第 １２ 期", 12),
        ("issue 12", 12),
        ("2026-11-17", date(2026, 11, 17)),
        ("2026年11月17日", date(2026, 11, 17)),
        ("20261117", date(2026, 11, 17)),
        ("11-17", date(2026, 11, 17)),
        ("11月17日", date(2026, 11, 17)),
        ("12-01", date(2025, 12, 1)),
        ("昨天", date(2026, 11, 23)),
        ("13-45", None),
        ("2026-02-30", None),
        ("千问", None),
        ("", None),
        ("-1", None),
        ("9" * 40, None),
    ],
)
def test_issue_arguments(typed: str, meant: int | date | None) -> None:
    """Numbers and dates as people write them; everything else is neither."""
    assert issue_wanted(typed, TODAY) == meant


def test_categories_by_words() -> None:
    """An exact name wins over parts; aliases count; nothing typed names nothing."""
    assert [one.slug for _, one in categories_named("芯片", CATEGORIES, {})] == ["chips"]
    assert [one.slug for _, one in categories_named("模型", CATEGORIES, {})] == ["models", "money"]
    assert [one.slug for _, one in categories_named("MODELS", CATEGORIES, {})] == ["models"]
    assert [one.slug for _, one in categories_named("半导体", CATEGORIES, {"chips": ["半导体"]})] == ["chips"]
    assert categories_named(" ", CATEGORIES, {}) == ()


def test_addresses() -> None:
    """Only a whole text is an address."""
    assert address_in(" https://example.org/a?b=c ") == "https://example.org/a?b=c"
    assert address_in("see https://example.org") is None


@pytest.mark.parametrize(
    ("typed", "zone"),
    [
        ("上海", "Asia/Shanghai"),
        ("北京市", "Asia/Shanghai"),
        ("Berlin", "Europe/Berlin"),
        ("new york", "America/New_York"),
        ("东京", "Asia/Tokyo"),
        ("München", "Europe/Berlin"),
        ("Asia/Shanghai", "Asia/Shanghai"),
        ("GMT+8", "Etc/GMT-8"),
        ("utc-5", "Etc/GMT+5"),
        ("+5:30", "Asia/Kolkata"),
        ("ＧＭＴ＋８", "Etc/GMT-8"),
        ("UTC", "Etc/UTC"),
        ("GMT+99", None),
        ("Atlantis", None),
        ("../etc/passwd", None),
        ("", None),
    ],
)
def test_zones(typed: str, zone: str | None) -> None:
    """Cities in several languages, IANA names and offsets; nonsense is refused."""
    assert find_zone(typed) == zone


@pytest.mark.parametrize(
    ("typed", "wall"),
    [
        ("08:30", time(8, 30)),
        ("8：30", time(8, 30)),
        ("0830", time(8, 30)),
        ("8点", time(8)),
        ("20", time(20)),
        ("24:00", None),
        ("2575", None),
        ("soon", None),
    ],
)
def test_wall_times(typed: str, wall: time | None) -> None:
    """Times as people write them."""
    assert read_wall(typed) == wall
