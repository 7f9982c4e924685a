"""What happens when a curator types /broadcast: choose, to whom, preview, check, decide. Nothing is kept in memory."""

from typing import TYPE_CHECKING

from digest.errors import Refused
from digest.page import Action, Button, Choice, Option, Reply
from handlers.address import number, short, word
from handlers.desk import audience, estimate, meter
from handlers.desk.campaign import already
from handlers.request import Context, Request
from handlers.views import buttons
from handlers.views.names import issue_label, issue_name
from handlers.views.progress import duration, progress_page
from handlers.views.say import answer
from handlers.words import issue_wanted

if TYPE_CHECKING:
    from storage.deliveries import Campaign
    from storage.issues import StoredIssue

ISSUES_A_PAGE = 6
CHANNELS_A_PAGE = 20
LARGE = 100  # places above which the number is asked for once more


async def broadcast(request: Request, context: Context) -> Reply:
    """/broadcast [issue]: what is to be sent?"""
    if request.text.strip():
        return await _typed(request, context)
    texts = context.texts
    newest = await context.store.issues.latest()
    other = Button(texts("button.other_issue"), Action("broadcast_issues", ("1",)))
    if newest is None:
        return answer(texts, texts("desk.no_issue"), rows=((buttons.help_(texts),),))
    name = _name(newest, context)
    if await _is_sent(newest.id, context):
        again = Button(texts("button.again_issue", name=name), Action("broadcast_to", (short(newest.id),)))
        rows = ((again, other), (_cancel(context),))
        return answer(texts, texts("desk.all_sent"), rows=rows, replaces=bool(request.arguments))
    send = Button(
        texts("button.unsent_issue", name=name), Action("broadcast_to", (short(newest.id),)), style="primary"
    )
    rows = ((send, other), (_cancel(context),))
    return answer(texts, texts("desk.what"), rows=rows, replaces=bool(request.arguments))


async def broadcast_issues(request: Request, context: Context) -> Reply:
    """Another issue, newest first."""
    texts, store = context.texts, context.store
    pages = max(1, -(-await store.issues.count() // ISSUES_A_PAGE))
    at = buttons.clamp(word(request), pages)
    lines = await store.issues.lines(limit=ISSUES_A_PAGE, offset=(at - 1) * ISSUES_A_PAGE)
    rows: list[tuple[Button, ...]] = [
        (
            Button(
                issue_label(texts, line.number, line.published_on, line.title, line.item_count),
                Action("broadcast_to", (short(line.id),)),
            ),
        )
        for line in lines
    ]
    if turn := buttons.pager(texts, at, pages, lambda page: Action("broadcast_issues", (str(page),))):
        rows.append(turn)
    rows.append(_way_out(Action("broadcast", ("1",)), context))
    return answer(texts, texts("desk.which"), rows=tuple(rows))


async def broadcast_to(request: Request, context: Context) -> Reply:
    """To whom?"""
    texts = context.texts
    stored = await _sendable(number(request), context)
    counts = await context.store.audience.counts(stored.issue.series)
    scopes = [(audience.ALL, "desk.to_all", sum(sum(pair) for pair in counts.values()))]
    scopes += [
        (code, f"desk.to_{platform}", sum(counts[platform]))
        for code, platform in audience.PLATFORMS.items()
        if platform in counts
    ]
    options = [_scope(stored, code, texts(key), texts.count("desk.places", n)) for code, key, n in scopes]
    options.append(Option(texts("desk.to_channel"), Action("broadcast_channels", (short(stored.id), "1"))))
    options.append(_scope(stored, audience.ONLY_ME, texts("desk.to_me"), texts("desk.to_me_hint")))
    choice = Choice(texts("desk.whom"), tuple(options), columns=2)
    return answer(
        texts,
        texts("desk.whom_of", title=stored.issue.title),
        choices=(choice,),
        rows=(_way_out(Action("broadcast", ("1",)), context),),
    )


async def broadcast_channels(request: Request, context: Context) -> Reply:
    """One group or channel alone."""
    texts, stored = context.texts, await context.store.issues.get(number(request))
    lines = await context.store.audience.lines(stored.issue.series)
    found = [line.channel for line in lines if not line.channel.is_private and line.channel.state == "active"]
    back = Action("broadcast_to", (short(stored.id),))
    if not found:
        return answer(texts, texts("desk.no_channels"), rows=(_way_out(back, context),))
    pages = -(-len(found) // CHANNELS_A_PAGE)
    at = buttons.clamp(word(request, 1), pages)
    shown = found[(at - 1) * CHANNELS_A_PAGE : at * CHANNELS_A_PAGE]
    options = tuple(_scope(stored, audience.channel_scope(one.id), str(one.place), "") for one in shown)
    turn = buttons.pager(
        texts, at, pages, lambda page: Action("broadcast_channels", (short(stored.id), str(page)))
    )
    rows = tuple(row for row in (turn, _way_out(back, context)) if row)
    return answer(
        texts,
        texts("desk.which_channel"),
        choices=(Choice(texts("desk.which_channel"), options, columns=1),),
        rows=rows,
    )


async def broadcast_preview(request: Request, context: Context) -> Reply:
    """The exact messages go to the curator's own chat, as a campaign of kind preview."""
    texts, scope = context.texts, word(request, 1)
    stored = await _sendable(number(request), context)
    order = await audience.broadcast_order(stored, audience.ONLY_ME, "", request, context)
    preview = await audience.opened(order, stored, context)
    back = Action("broadcast_to", (short(stored.id),))
    room = meter.lines(stored, request, context)
    if scope == audience.ONLY_ME:
        more = Button(texts("button.to_more"), back, style="primary")
        return answer(texts, texts("desk.only_me"), *room, rows=((more, _cancel(context)),))
    address = (short(stored.id), scope, short(preview.id))
    go_on = Button(texts("button.check"), Action("broadcast_check", address), style="primary")
    return answer(texts, texts("desk.preview"), *room, rows=((go_on,), _way_out(back, context)))


async def broadcast_check(request: Request, context: Context) -> Reply:
    """How many places and messages, how long: the last look before it is decided."""
    texts, scope, flags = context.texts, word(request, 1), word(request, 3)
    stored = await _sendable(number(request), context)
    preview = await context.store.deliveries.campaign(number(request, 2))
    if preview.revision != stored.revision:
        return _stale(stored, scope, context)
    order = await audience.broadcast_order(stored, scope, flags, request, context)
    campaign = await audience.draft(order, stored, context)
    if (other := await audience.under_way(campaign, context)) is not None:
        return already(other, context)
    reach = await audience.reached(campaign, stored, context)
    have = await audience.having(campaign, stored, context)
    address = (short(stored.id), scope, short(preview.id))
    if not reach.total:
        return _nobody(have, address, context)
    # until the preview has arrived whole, its number of messages would be too small
    each = (await context.store.deliveries.report(preview.id)).messages if preview.state == "finished" else 0
    lines = [_sentence(reach, each, context)]
    if not each:
        lines.append(texts("desk.preview_pending"))
    if have and audience.AGAIN not in flags:
        lines.append(texts("desk.left_out", n=texts.number(have)))
    if request.role != "publisher":
        lines.append(texts("common.publishers_only"))
    return answer(texts, *lines, rows=_decisions(campaign, address, flags, have, request, context))


async def broadcast_send(request: Request, context: Context) -> Reply:
    """[Send now]: the draft becomes a campaign; pressing twice finds it sending."""
    texts, deliveries = context.texts, context.store.deliveries
    campaign = await deliveries.campaign(number(request))
    if campaign.state != "draft":
        return already(campaign, context)
    stored = await context.store.issues.get(campaign.issue_id)
    if stored.revision != campaign.revision:
        return _stale(stored, _scope_of(campaign), context)
    if (other := await audience.under_way(campaign, context)) is not None:
        return already(other, context)
    reach = await audience.reached(campaign, stored, context)
    if reach.total > LARGE and word(request, 1) != "sure":
        n = texts.number(reach.total)
        sure = Action("broadcast_send", (short(campaign.id), "sure"))
        rows = ((Button(texts("button.send_to", n=n), sure, style="danger"), _cancel(context, campaign)),)
        return answer(texts, texts("desk.sure", n=n), rows=rows)
    if not await deliveries.set_state(campaign.id, "fanning", context.now):
        return already(await deliveries.campaign(campaign.id), context)
    report = await deliveries.report(campaign.id)
    return Reply((progress_page(texts, report),), watch=campaign.id)


async def broadcast_cancel(request: Request, context: Context) -> Reply:
    """[Cancel] at any step: nothing was sent, and nothing will be."""
    if request.arguments:
        campaign = await context.store.deliveries.campaign(number(request))
        if campaign.state != "draft":
            return already(campaign, context)
        await context.store.deliveries.set_state(campaign.id, "cancelled", context.now)
    texts = context.texts
    start = Button(texts("button.broadcast"), Action("broadcast", ("1",)), style="primary")
    return answer(texts, texts("desk.cancelled"), rows=((start,),))


async def _typed(request: Request, context: Context) -> Reply:
    wanted, issues, texts = issue_wanted(request.text, context.today), context.store.issues, context.texts
    other = Button(texts("button.other_issue"), Action("broadcast_issues", ("1",)), style="primary")
    if wanted is None:
        return answer(texts, texts("desk.unreadable"), rows=((other,),))
    found = await (issues.find(number=wanted) if isinstance(wanted, int) else issues.find(on=wanted))
    if not found:
        return answer(texts, texts("issue.unknown"), rows=((other,),))
    rows = tuple((Button(line.title, Action("broadcast_to", (short(line.id),))),) for line in found[:8])
    return answer(texts, texts("desk.which"), rows=rows)


async def _sendable(issue_id: int, context: Context) -> "StoredIssue":
    """Raises Refused: a draft, an embargo or a retraction since this button was made holds the issue back."""
    stored = await context.store.issues.get(issue_id)
    if stored.state != "published":
        raise Refused("desk.not_published")
    return stored


async def _is_sent(issue_id: int, context: Context) -> bool:
    known = await context.store.deliveries.campaigns(limit=200)
    return any(
        one.issue_id == issue_id
        and one.kind in ("push", "broadcast")
        and one.state in ("fanning", "running", "paused", "finished")
        for one in known
    )


def _name(stored: "StoredIssue", context: Context) -> str:
    issue = stored.issue
    return issue_name(context.texts, issue.number, issue.published_on, issue.title, context.today)


def _scope(stored: "StoredIssue", code: str, label: str, description: str) -> Option:
    return Option(label, Action("broadcast_preview", (short(stored.id), code)), description)


def _scope_of(campaign: "Campaign") -> str:
    """The scope to preview a draft again with; a single place is chosen anew among all."""
    if campaign.platforms:
        return next(code for code, name in audience.PLATFORMS.items() if name in campaign.platforms)
    return audience.ALL


def _stale(stored: "StoredIssue", scope: str, context: Context) -> Reply:
    texts = context.texts
    again = Button(
        texts("button.preview_again"), Action("broadcast_preview", (short(stored.id), scope)), style="primary"
    )
    return answer(texts, texts("desk.changed"), rows=((again, _cancel(context)),))


def _nobody(have: int, address: tuple[str, ...], context: Context) -> Reply:
    texts = context.texts
    if not have:
        back = Action("broadcast_to", address[:1])
        return answer(texts, texts("desk.nobody"), rows=(_way_out(back, context),))
    label = texts("button.again_all", n=texts.number(have))
    again = Button(label, Action("broadcast_check", (*address, audience.AGAIN)))
    sentence = texts("desk.everybody_has", n=texts.number(have))
    return answer(texts, sentence, rows=((again, _cancel(context)),))


def _sentence(reach: estimate.Audience, each: int, context: Context) -> str:
    """`将发给 3 个频道、1,204 位读者，共 2,414 条消息，约 1 分 25 秒。`; without a finished preview the places alone."""
    texts = context.texts
    channels = texts.count("desk.channels", reach.channel_count)
    readers = texts.count("desk.readers", reach.reader_count)
    who = readers if not reach.channel_count else channels
    if reach.channel_count and reach.reader_count:
        who = texts("desk.both", channels=channels, readers=readers)
    if not each:
        return texts("desk.check_places", who=who)
    return texts(
        "desk.check",
        who=who,
        messages=texts.count("desk.messages", reach.total * each),
        time=duration(texts, estimate.seconds(reach, each)),
    )


def _decisions(
    campaign: "Campaign",
    address: tuple[str, ...],
    flags: str,
    have: int,
    request: Request,
    context: Context,
) -> tuple[tuple[Button, ...], ...]:
    texts = context.texts
    rows: list[tuple[Button, ...]] = []
    if request.role == "publisher":
        send = Button(
            texts("button.send_now"), Action("broadcast_send", (short(campaign.id),)), style="primary"
        )
        is_silent = audience.SILENT in flags
        turned = flags.replace(audience.SILENT, "") if is_silent else flags + audience.SILENT
        sound = texts("button.with_sound" if is_silent else "button.silent")
        rows.append((send, Button(sound, Action("broadcast_check", (*address, turned or "-")))))
    if have and audience.AGAIN not in flags:
        label = texts("button.again_all", n=texts.number(have))
        again = flags.replace("-", "") + audience.AGAIN
        rows.append((Button(label, Action("broadcast_check", (*address, again))),))
    back = Button(texts("button.back"), Action("broadcast_to", address[:1]))
    look = Button(texts("button.refresh"), Action("broadcast_check", (*address, flags or "-")))
    rows.append((look, back, _cancel(context, campaign)))
    return tuple(rows)


def _way_out(back: Action, context: Context) -> tuple[Button, ...]:
    return (Button(context.texts("button.back"), back), _cancel(context))


def _cancel(context: Context, campaign: "Campaign | None" = None) -> Button:
    arguments = (short(campaign.id),) if campaign is not None else ()
    return Button(context.texts("button.cancel"), Action("broadcast_cancel", arguments))
