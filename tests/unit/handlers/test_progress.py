"""Does the progress message say the truth in every state, in four lines, with a way on?"""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from digest.delivery import CampaignState, Tally
from digest.document import plain
from handlers.texts import LANGUAGES, texts_for
from handlers.views.progress import STATES, progress_page, sums
from handlers.views.say import blocks_of
from storage.deliveries import Campaign, Report

NOW = datetime(2026, 11, 24, tzinfo=UTC)
CAMPAIGN = Campaign(
    id=7,
    idem="weekly/w12@broadcast-1",
    kind="broadcast",
    issue_id=3,
    revision="r",
    state="running",
    schedule_id=None,
    slot=None,
    places=None,
    platforms=None,
    again="lack",
    is_silent=False,
    opened_by="@lan",
    opened_at=NOW,
    finished_at=None,
    send_at=None,
    planned=2414,
    excluded_sent=5,
    excluded_no_match=6,
    fan_cursor=9,
    fan_max=9,
)
DELIVERIES = Tally(pending=395, sent=809, gone=2, unknown=1)
REPORT = Report(
    CAMPAIGN, Tally(pending=790, sent=1618, gone=4, unknown=2), DELIVERIES, 1618, {"telegram": 1207}, {}
)


def shown(report: Report, language: str = "zh-Hans") -> str:
    return plain(blocks_of(progress_page(texts_for(language), report)))


def test_running_counts_places_and_time() -> None:
    """Done of all, failed, unknown, and how long it still takes at Telegram's pace."""
    first, second = shown(REPORT).splitlines()
    assert first == "▓▓▓▓▓░░░ 812/1,207 · 失败 2 · 未知 1"
    assert second == "约剩 27 秒"


def test_what_was_in_doubt_is_counted_in_the_report() -> None:
    """An interruption is told, even when everything was settled since."""
    done = replace(
        REPORT,
        campaign=replace(CAMPAIGN, state="finished", finished_at=NOW),
        rows=Tally(sent=2414),
        deliveries=Tally(sent=1207),
        doubted=3,
    )
    assert "曾不确定 3 条" in shown(done)
    assert "In doubt for a time: 3" in shown(done, "en")


def test_before_the_plan_it_is_being_prepared() -> None:
    """Without part rows there is no number to show yet."""
    empty = replace(REPORT, rows=Tally(), deliveries=Tally(), channels={})
    assert shown(empty) == "正在准备…"


def test_the_report_names_all_it_left_out_and_why() -> None:
    """Every state, the time taken, who was left out, and the platform's reasons."""
    done = replace(
        REPORT,
        campaign=replace(CAMPAIGN, state="finished", finished_at=NOW + timedelta(seconds=91)),
        deliveries=Tally(sent=1204, gone=2, unknown=1),
        reasons={"bot was blocked by the user": 2},
    )
    assert shown(done).splitlines() == [
        "完成：1,204 成功 · 2 已屏蔽机器人 · 1 未知 ＝ 1,207",
        "用时 1 分 31 秒 · 1,618 条消息",
        "未计入：5 处已经有 · 6 处没有要的分类",
        "原因：bot was blocked by the user × 2",
    ]


def test_sums_hold_every_state() -> None:
    """Nothing that happened is left out of the sums, so that they add up."""
    tally = Tally(**dict.fromkeys(Tally.__dataclass_fields__, 3))
    assert sums(tally, texts_for("en")).count("3 ") == len(STATES) == len(Tally.__dataclass_fields__)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("state", ["draft", "fanning", "running", "paused", "finished", "cancelled"])
def test_every_state_is_short_and_leads_on(state: CampaignState, language: str) -> None:
    """At most four lines and at least one button, whatever the state."""
    finished = NOW if state == "finished" else None
    report = replace(
        REPORT,
        campaign=replace(CAMPAIGN, state=state, finished_at=finished),
        reasons={"a": 1, "b": 2, "c": 3, "d": 4},
    )
    page = progress_page(texts_for(language), report)
    assert 1 <= len(shown(report, language).splitlines()) <= 4
    assert any(button.action for row in page.rows for button in row)
    assert page.language == language
