"""What can a curator do with a campaign under way? Look, pause, stop, retry what failed, settle what is in doubt."""

import csv
import io
from typing import TYPE_CHECKING

from digest.delivery import State
from digest.page import Action, Button, File, Reply
from handlers.address import number, short, word
from handlers.request import Context, Request
from handlers.views.progress import progress_page
from handlers.views.say import answer

if TYPE_CHECKING:
    from digest.delivery import CampaignState
    from storage.deliveries import Campaign

UNKNOWN_A_PAGE = 4
ALL_ROWS = 10_000_000


async def campaign(request: Request, context: Context) -> Reply:
    """[Progress]: the sums now; the message goes on being edited."""
    return await _show(number(request), context)


async def campaign_pause(request: Request, context: Context) -> Reply:
    return await _move(request, context, "paused")


async def campaign_resume(request: Request, context: Context) -> Reply:
    """Back to where it stood: to planning when the plan was not complete, else to sending."""
    found = await context.store.deliveries.campaign(number(request))
    return await _move(request, context, "fanning" if found.planned is None else "running")


async def campaign_stop(request: Request, context: Context) -> Reply:
    """What is pending is cancelled; what is on its way arrives."""
    return await _move(request, context, "cancelled")


async def campaign_retry(request: Request, context: Context) -> Reply:
    """Only what failed goes again, never what was sent."""
    count = await context.store.deliveries.retry(number(request), context.now)
    reply = await _reopened(number(request), context)
    toast = context.texts("progress.retried", n=context.texts.number(count))
    return Reply(reply.pages, toast=toast, watch=reply.watch)


async def campaign_unknown(request: Request, context: Context) -> Reply:
    """Each part whose fate is unknown, with what the curator knows: it arrived, or send it again."""
    texts, address = context.texts, short(number(request))
    rows_ = await context.store.deliveries.rows(number(request), (State.UNKNOWN,), UNKNOWN_A_PAGE)
    back = Button(texts("button.progress"), Action("campaign", (address,)))
    if not rows_:
        return answer(texts, texts("progress.none_unknown"), rows=((back,),))
    lines = [
        texts("progress.unknown_row", n=n, place=str(channel.place), part=row.part)
        for n, (row, channel, _) in enumerate(rows_, 1)
    ]
    keys = []
    for n, (row, _, _) in enumerate(rows_, 1):
        which = (address, short(row.channel_id), str(row.part))
        arrived = Button(texts("button.arrived", n=n), Action("settle", (*which, "arrived")))
        keys.append((arrived, Button(texts("button.resend", n=n), Action("settle", (*which, "send")))))
    return answer(texts, *lines, rows=(*keys, (back,)))


async def settle(request: Request, context: Context) -> Reply:
    """A curator says what became of one part."""
    deliveries, campaign_id = context.store.deliveries, number(request)
    channel_id, part = number(request, 1), word(request, 2)
    found = [
        row
        for row, _, _ in await deliveries.rows(campaign_id, (State.UNKNOWN,), ALL_ROWS)
        if row.channel_id == channel_id and str(row.part) == part
    ]
    is_sent = word(request, 3) == "arrived"
    for row in found:
        await deliveries.settle(row, State.SENT if is_sent else State.PENDING, context.now)
    if found and not is_sent:
        await _reopened(campaign_id, context)
    return await campaign_unknown(request, context)


async def campaign_details(request: Request, context: Context) -> Reply:
    """Every part row as CSV, with what the platform said."""
    rows = await context.store.deliveries.rows(number(request), None, ALL_ROWS)
    table = io.StringIO()
    writer = csv.writer(table)
    writer.writerow(("platform", "address", "kind", "part", "state", "attempts", "message_ids", "reason"))
    for row, channel, reason in rows:
        ids = " ".join(str(message_id) for message_id in row.message_ids)
        place = channel.place
        state = row.state.name.lower()
        writer.writerow(
            (place.platform, place.address, channel.kind, row.part, state, row.attempts, ids, reason)
        )
    # the mark lets spreadsheet programs see that it is UTF-8
    content = table.getvalue().encode("utf-8-sig")
    name = f"campaign-{number(request)}.csv"
    return Reply(
        files=(File(name, content, "text/csv"),), replaces=False, toast=context.texts("progress.file")
    )


def already(found: "Campaign", context: Context) -> Reply:
    """Twice is impossible: who started it and when, and the way to its progress."""
    texts = context.texts
    look = Button(texts("button.progress"), Action("campaign", (short(found.id),)), style="primary")
    at = texts.moment(found.opened_at, context.zone)
    match found.state:
        case "finished":
            sentence = texts("desk.already_sent", at=at)
        case "cancelled":
            sentence = texts("desk.was_cancelled")
        case _ if found.opened_by:
            sentence = texts("desk.already_by", who=found.opened_by, at=at)
        case _:
            sentence = texts("desk.already", at=at)
    start = Button(texts("button.broadcast"), Action("broadcast", ("1",)))
    return answer(texts, sentence, rows=((look, start),))


async def _move(request: Request, context: Context, state: "CampaignState") -> Reply:
    """To another state, if the present one allows it; either way the truth is shown."""
    moved = await context.store.deliveries.set_state(number(request), state, context.now)
    reply = await _show(number(request), context)
    return reply if moved else Reply(reply.pages, toast=context.texts("progress.not_now"), watch=reply.watch)


async def _reopened(campaign_id: int, context: Context) -> Reply:
    """A finished campaign that has rows to send again runs again."""
    found = await context.store.deliveries.campaign(campaign_id)
    if found.state == "finished":
        await context.store.deliveries.set_state(campaign_id, "running", context.now)
    return await _show(campaign_id, context)


async def _show(campaign_id: int, context: Context) -> Reply:
    report = await context.store.deliveries.report(campaign_id)
    is_going = report.campaign.state in ("fanning", "running", "paused")
    page = progress_page(context.texts, report)
    return Reply((page,), watch=campaign_id if is_going else None)
