"""How far is a broadcast, and how did it end? The message that is edited while a campaign runs, and its report."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from digest.page import Action, Button, Page
from handlers.address import short
from handlers.desk.estimate import rest
from handlers.texts import Texts
from handlers.views.say import say

if TYPE_CHECKING:
    from digest.delivery import Tally
    from storage.deliveries import Report

BAR = 8
REASONS = 3
STATES = ("sent", "gone", "suspended", "dead", "unknown", "pending", "sending", "cancelled")


def progress_page(texts: Texts, report: "Report") -> Page:
    """What to show of a campaign now; its counts are of places and always add up to the plan."""
    match report.campaign.state:
        case "finished":
            return _report(report, texts)
        case "cancelled":
            return _stopped(report, texts)
        case "draft":
            return say(texts, texts("progress.draft"), rows=((_again(report, texts),),))
        case "fanning" | "running" | "paused":
            return _running(report, texts)


def duration(texts: Texts, seconds: int) -> str:
    """`25 秒`, `1 分 25 秒`, `2 小时 5 分`."""
    if seconds < 60:
        return texts("when.seconds", n=seconds)
    if seconds < 3600:
        return texts("when.minutes", m=seconds // 60, s=seconds % 60)
    return texts("when.hours", h=seconds // 3600, m=seconds % 3600 // 60)


def bar(part: int, whole: int) -> str:
    """`▓▓▓▓▓▓░░`; full only when all is done."""
    full = part * BAR // whole if whole else 0
    return "▓" * full + "░" * (BAR - full)


def _running(report: "Report", texts: Texts) -> Page:
    campaign, tally = report.campaign, report.deliveries
    address = (short(campaign.id),)
    done = tally.total - tally.pending - tally.sending
    numbers = texts(
        "progress.line",
        bar=bar(done, tally.total),
        done=texts.number(done),
        total=texts.number(tally.total),
        failed=texts.number(tally.failed),
        unknown=texts.number(tally.unknown),
    )
    lines = [numbers if tally.total else texts("progress.preparing")]
    stop = Button(texts("button.stop"), Action("campaign_stop", address), style="danger")
    look = Button(texts("button.refresh"), Action("campaign", address))
    if campaign.state == "paused":
        lines.append(texts("progress.paused"))
        go = Button(texts("button.go_on"), Action("campaign_resume", address), style="primary")
        return say(texts, *lines, rows=((go, stop), (look,)))
    if left := rest(report.channels, report.rows.total, report.rows.pending + report.rows.sending):
        lines.append(texts("progress.left", time=duration(texts, left)))
    pause = Button(texts("button.pause_sending"), Action("campaign_pause", address))
    return say(texts, *lines, rows=((pause, stop), (look,)))


def _stopped(report: "Report", texts: Texts) -> Page:
    tally = report.deliveries
    sentence = texts(
        "progress.stopped", sent=texts.number(tally.sent), left=texts.number(tally.total - tally.sent)
    )
    return say(texts, sentence, rows=((_details(report, texts), _again(report, texts)),))


def _report(report: "Report", texts: Texts) -> Page:
    lines = [
        texts(
            "progress.report",
            sums=sums(report.deliveries, texts),
            total=texts.number(report.deliveries.total),
        )
    ]
    lines += _facts(report, texts)
    rows: list[tuple[Button, ...]] = []
    address = (short(report.campaign.id),)
    cures = []
    if report.deliveries.failed:
        cures.append(Button(texts("button.retry"), Action("campaign_retry", address), style="primary"))
    if report.rows.unknown:
        cures.append(Button(texts("button.settle"), Action("campaign_unknown", address)))
    if cures:
        rows.append(tuple(cures))
    rows.append((_details(report, texts), _again(report, texts)))
    return say(texts, *lines, rows=tuple(rows))


def sums(tally: "Tally", texts: Texts) -> str:
    """`1,204 成功 · 2 已屏蔽机器人 · 1 未知`: every state that occurs."""
    shown = [
        texts(f"progress.{state}", n=texts.number(getattr(tally, state)))
        for state in STATES
        if getattr(tally, state)
    ]
    return " · ".join(shown) or texts("progress.nobody")


def _facts(report: "Report", texts: Texts) -> Iterator[str]:
    campaign = report.campaign
    if campaign.finished_at is not None:
        taken = max(1, int((campaign.finished_at - campaign.opened_at).total_seconds()))
        yield texts(
            "progress.taken",
            time=duration(texts, taken),
            messages=texts.count("desk.messages", report.messages),
        )
    excluded = []
    if campaign.excluded_sent:
        excluded.append(texts("progress.have_it", n=texts.number(campaign.excluded_sent)))
    if campaign.excluded_no_match:
        excluded.append(texts("progress.no_match", n=texts.number(campaign.excluded_no_match)))
    if excluded:
        yield texts("progress.excluded", what=" · ".join(excluded))
    if report.doubted:
        yield texts("progress.doubted", n=texts.number(report.doubted))
    if report.reasons:
        worst = sorted(report.reasons.items(), key=lambda pair: (-pair[1], pair[0]))[:REASONS]
        yield texts("progress.reasons", what=" · ".join(f"{reason} × {n}" for reason, n in worst))


def _details(report: "Report", texts: Texts) -> Button:
    return Button(texts("button.details"), Action("campaign_details", (short(report.campaign.id),)))


def _again(report: "Report", texts: Texts) -> Button:
    return Button(texts("button.send_again"), Action("broadcast_to", (short(report.campaign.issue_id),)))
