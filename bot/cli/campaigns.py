"""`zhouzhi campaigns`: the ledger. The sums always equal the plan."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from cyclopts import App
from rich.table import Table
from rich.text import Text

from bot.cli.language import words
from bot.cli.opened import opened
from bot.cli.output import OK, console, emit
from bot.cli.values import Id, Limit
from bot.cli.values import place as read_place
from digest.delivery import CampaignState, State
from digest.errors import NotFound, Refused
from handlers.desk.estimate import rest
from storage.deliveries import Report
from storage.store import Store

campaigns = App(name="campaigns", help="The ledger: list, show, pause, resume, cancel, retry, settle.")


CROSSPOSTS = ("waiting", "done", "refused")


def figures(report: Report, issue: str, *, with_channels: bool = True) -> dict[str, Any]:
    """The object of cli.md: part rows and places by state, both adding up to their plan."""
    campaign = report.campaign
    body: dict[str, Any] = {
        "campaign": campaign.id,
        "issue": issue,
        "kind": campaign.kind,
        "planned": report.rows.total,
        "by_state": _tally(report.rows),
        "deliveries": _tally(report.deliveries),
        "excluded": {"already_sent": campaign.excluded_sent, "no_match": campaign.excluded_no_match},
        "messages": report.messages,
        "estimate_s": rest(report.channels, report.messages, report.messages),
    }
    if report.crossposts:
        body["crossposts"] = {name: report.crossposts.get(name, 0) for name in CROSSPOSTS}
    if with_channels:
        body["channels"] = {name: report.channels.get(name, 0) for name in ("telegram", "discord", "web")}
    return body


def _tally(tally: object) -> dict[str, int]:
    names = ("pending", "sending", "sent", "unknown", "gone", "suspended", "dead", "cancelled")
    return {name: int(getattr(tally, name)) for name in names}


async def issue_name(store: Store, issue_id: int) -> str:
    """`series/key`, also of an issue that was taken back."""
    stored = await store.issues.get(issue_id)
    return f"{stored.issue.series}/{stored.issue.key}"


@campaigns.command(name="list")
async def list_(*, limit: Limit = 20, config: Path | None = None, json: bool = False) -> int:
    """List campaigns, newest first."""
    async with opened(config) as (_, store):
        reports = [
            await store.deliveries.report(one.id) for one in await store.deliveries.campaigns(limit=limit)
        ]
        named = [(report, await issue_name(store, report.campaign.issue_id)) for report in reports]
    if json:
        for report, name in named:
            emit(figures(report, name, with_channels=False))
        return OK
    if not named:
        console.print(words()("cli.no_campaigns"))
        return OK
    table = Table(box=None, header_style="bold")
    for column in ("campaign", "issue", "kind", "state", "planned", "sent", "failed"):
        table.add_column(words()(f"cli.column_{column}"))
    for report, name in named:
        one = report.campaign
        cells = (one.id, name, one.kind, one.state, report.rows.total, report.rows.sent, report.rows.failed)
        table.add_row(*(Text(str(cell)) for cell in cells))
    console.print(table)
    return OK


@campaigns.command
async def show(campaign: Id, *, config: Path | None = None, json: bool = False) -> int:
    """Show one campaign's sums, and what failed by reason."""
    async with opened(config) as (_, store):
        report = await store.deliveries.report(campaign)
        name = await issue_name(store, report.campaign.issue_id)
        failed = await store.deliveries.rows(campaign, (State.UNKNOWN, State.DEAD))
        doubted = await store.deliveries.rows(campaign, (State.SENT, State.CANCELLED), doubted=True)
    if json:
        emit(figures(report, name))
        return OK
    print_report(report, name)
    for row, channel, reason in (*failed, *doubted):
        console.print(
            Text(f"  {channel.place}  {row.part}  {row.state.name.lower()}  {reason}", style="yellow")
        )
    return OK


def print_report(report: Report, name: str) -> None:
    """The sums in words: planned = the eight states."""
    tally = {state: count for state, count in _tally(report.rows).items() if count}
    sums = " + ".join(f"{state} {count}" for state, count in tally.items()) or "0"
    console.print(
        Text(f"{report.campaign.id}  {name}  {report.campaign.kind}  {report.campaign.state}", style="bold")
    )
    console.print(Text(f"planned {report.rows.total} = {sums}"))
    excluded = report.campaign
    console.print(words()("cli.excluded", sent=excluded.excluded_sent, no_match=excluded.excluded_no_match))
    if report.crossposts:
        console.print(
            Text("crossposts " + " + ".join(f"{name} {n}" for name, n in report.crossposts.items()))
        )
    if report.doubted:
        console.print(words()("cli.doubted", n=report.doubted))
    for reason, count in report.reasons.items():
        console.print(Text(f"  {count} × {reason}"))


@campaigns.command
async def pause(campaign: Id, *, config: Path | None = None, json: bool = False) -> int:
    """Pause a campaign; the plan is kept."""
    return await _change(campaign, "paused", config, json=json)


@campaigns.command
async def resume(campaign: Id, *, config: Path | None = None, json: bool = False) -> int:
    """Go on where a campaign was paused."""
    return await _change(campaign, "running", config, json=json)


@campaigns.command
async def cancel(campaign: Id, *, config: Path | None = None, json: bool = False) -> int:
    """Cancel what is still pending."""
    return await _change(campaign, "cancelled", config, json=json)


async def _change(campaign: int, state: CampaignState, config: Path | None, *, json: bool) -> int:
    async with opened(config) as (_, store):
        before = await store.deliveries.campaign(campaign)
        if state == "running" and before.state == "draft":
            state = "fanning"  # a slot that was missed for too long waits for this word
        if state == "running" and before.state == "finished":
            raise Refused("campaign.state", campaign=campaign, state=before.state, wanted=state)
        if not await store.deliveries.set_state(campaign, state, datetime.now(UTC)):
            raise Refused("campaign.state", campaign=campaign, state=before.state, wanted=state)
    if json:
        emit({"campaign": campaign, "state": state})
    else:
        console.print(words()("cli.campaign_now", campaign=campaign, state=state))
    return OK


@campaigns.command
async def retry(campaign: Id, *, config: Path | None = None, json: bool = False) -> int:
    """Send again what failed, and nothing else."""
    async with opened(config) as (_, store):
        count = await store.deliveries.retry(campaign, datetime.now(UTC))
    if json:
        emit({"campaign": campaign, "retried": count})
    else:
        console.print(words()("cli.retried", n=count))
    return OK


@campaigns.command
async def settle(
    campaign: Id,
    place: str,
    part: Id,
    how: Literal["arrived", "send"],
    *,
    config: Path | None = None,
    json: bool = False,
) -> int:
    """Close a part in doubt: it arrived, or send it (again)."""
    wanted = read_place(place)
    async with opened(config) as (_, store):
        rows = await store.deliveries.rows(campaign, (State.UNKNOWN,))
        found = next((row for row, channel, _ in rows if channel.place == wanted and row.part == part), None)
        if found is None:
            raise NotFound("campaign.no_unknown", place=place, part=part)
        state = State.SENT if how == "arrived" else State.PENDING
        await store.deliveries.settle(found, state, datetime.now(UTC))
    settled = {"place": str(wanted), "part": part, "state": state.name.lower()}
    if json:
        emit({"campaign": campaign, **settled})
    else:
        console.print(words()("cli.settled", **settled))
    return OK
