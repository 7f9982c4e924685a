"""What happens when a user types /latest or /issue: one issue at first sight."""

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from digest.errors import NotFound
from digest.page import Action, Button, Reply
from handlers.address import number, short, word
from handlers.request import Context, Request
from handlers.views import buttons
from handlers.views.cover import Around, cover_page
from handlers.views.names import issue_name
from handlers.views.say import answer
from handlers.words import folded, issue_wanted

if TYPE_CHECKING:
    from storage.issues import IssueLine, StoredIssue


async def latest(request: Request, context: Context) -> Reply:
    """/latest [series]"""
    series = _series_named(request.text, context)
    stored = await context.store.issues.latest(series)
    if stored is None:
        return nothing_yet(context)
    return _cover(stored, request, context, others=await _others(stored, context))


async def issue(request: Request, context: Context) -> Reply:
    """/issue [number or date], and a press on an issue's name"""
    if request.arguments:
        return await _pressed(request, context)
    if not request.text.strip():
        return await latest(request, context)
    wanted = issue_wanted(request.text, context.today)
    if wanted is None:
        rows = ((buttons.back_issues(context.texts), buttons.latest(context.texts)),)
        return answer(context.texts, context.texts("issue.unreadable"), rows=rows)
    match wanted:
        case date():
            found = await context.store.issues.find(on=wanted)
        case int():
            found = await context.store.issues.find(number=wanted)
    if len(found) == 1:
        return _cover(await context.store.issues.get(found[0].id), request, context)
    if found:
        return _several(found, context)
    return (
        await _missing_date(wanted, context) if isinstance(wanted, date) else await _missing(wanted, context)
    )


async def instead(request: Request, context: Context, note: str) -> Reply:
    """The latest issue under a sentence that says why; a new message, since the old one may be worth keeping."""
    stored = await context.store.issues.latest()
    if stored is None:
        return answer(context.texts, note, rows=((buttons.help_(context.texts),),), replaces=False)
    around = Around(note, private_link=_private_link(stored.id, request, context))
    page = cover_page(stored, texts=context.texts, today=context.today, around=around)
    return Reply((page,), replaces=False)


def nothing_yet(context: Context) -> Reply:
    texts = context.texts
    return answer(texts, texts("issue.none_yet"), rows=((buttons.subscribe(texts, "button.tell_me"),),))


async def _pressed(request: Request, context: Context) -> Reply:
    stored = await context.store.issues.get(number(request))
    if stored.state == "retracted":
        return _retracted(stored.issue.number, stored.issue.title, context)
    if stored.state != "published":
        raise NotFound("issue.gone")
    return _cover(stored, request, context, replaces=word(request, 1) != "new")


def _cover(
    stored: "StoredIssue",
    request: Request,
    context: Context,
    *,
    others: tuple[Button, ...] = (),
    replaces: bool = True,
) -> Reply:
    around = Around(others=others, private_link=_private_link(stored.id, request, context))
    return Reply(
        (cover_page(stored, texts=context.texts, today=context.today, around=around),), replaces=replaces
    )


def _private_link(issue_id: int, request: Request, context: Context) -> str | None:
    """In company, the way to read on alone."""
    if request.channel.is_private:
        return None
    return buttons.privately(context.bots, request.platform, Action("issue", (short(issue_id),)))


def _series_named(typed: str, context: Context) -> str | None:
    """The configured series that is meant; None for all of them."""
    wanted = folded(typed)
    if not wanted:
        return None
    for key, series in context.series.items():
        if wanted in (folded(key), folded(series.title)):
            return key
    return next((key for key, series in context.series.items() if wanted in folded(series.title)), None)


async def _others(shown: "StoredIssue", context: Context) -> tuple[Button, ...]:
    """The newest issues of the other series, where several are published."""
    found = [
        (series.title, stored)
        for key, series in context.series.items()
        if key != shown.issue.series and (stored := await context.store.issues.latest(key)) is not None
    ]
    return tuple(Button(title, Action("issue", (short(stored.id),))) for title, stored in found)


def _several(found: "Sequence[IssueLine]", context: Context) -> Reply:
    """Two issues on one day, or of two series with one number: the person chooses."""
    rows = tuple((Button(_choice(line, context), Action("issue", (short(line.id),))),) for line in found[:8])
    return answer(context.texts, context.texts("issue.which"), rows=rows)


def _choice(line: "IssueLine", context: Context) -> str:
    series = context.series.get(line.series)
    return f"{series.title} · {line.title}" if series and series.title not in line.title else line.title


async def _missing(wanted: int, context: Context) -> Reply:
    for line in await context.store.issues.lines(visible=False):
        if line.number == wanted and line.state == "retracted":
            return _retracted(line.number, line.title, context)
    stored = await context.store.issues.latest()
    if stored is None:
        return nothing_yet(context)
    texts, newest = context.texts, stored.issue
    name = issue_name(texts, newest.number, newest.published_on, newest.title, context.today)
    see = Button(texts("button.see", name=name), Action("issue", (short(stored.id),)), style="primary")
    return answer(
        texts, texts("issue.no_number", n=wanted, latest=name), rows=((see, buttons.back_issues(texts)),)
    )


async def _missing_date(wanted: date, context: Context) -> Reply:
    nearest = await context.store.issues.nearest(wanted)
    if nearest is None:
        return nothing_yet(context)
    texts = context.texts
    name = issue_name(texts, nearest.number, None, nearest.title, context.today)
    on = texts.day(nearest.published_on, context.today) if nearest.published_on else ""
    see = Button(texts("button.see", name=name), Action("issue", (short(nearest.id),)), style="primary")
    sentence = texts(
        "issue.no_date",
        day=texts.day(wanted, context.today),
        nearest=" ".join(part for part in (on, name) if part),
    )
    return answer(texts, sentence, rows=((see, buttons.back_issues(texts)),))


def _retracted(issue_number: int | None, title: str, context: Context) -> Reply:
    texts = context.texts
    name = texts("issue.number", n=issue_number) if issue_number is not None else title
    return answer(texts, texts("issue.retracted", name=name), rows=((buttons.latest(texts),),))
