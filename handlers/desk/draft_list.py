"""What is in a sent file of several issues, and what became of each? A line for every one of them."""

from typing import TYPE_CHECKING, Final

from digest.page import Action, Button, Reply
from handlers.address import short
from handlers.desk import draft as one
from handlers.request import Context
from handlers.views import buttons
from handlers.views.names import title_line
from handlers.views.say import Rows, answer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from handlers.ports import Draft, Taken
    from storage.issues import IssueLine

ISSUES_A_PAGE: Final = 5
LONGEST_TITLE: Final = 60
NAMED: Final = (
    60  # of those with one result; a file of more is an archive, and the list of issues has them all
)
KINDS: Final = ("new", "changed", "same", "refused")


async def list_page(drafts: "Sequence[Draft]", page: str, context: Context) -> Reply:
    """How many issues there are and what each would become; all are decided on together."""
    texts, first = context.texts, drafts[0]
    pages = -(-len(drafts) // ISSUES_A_PAGE)
    at = buttons.clamp(page, pages)
    begin = (at - 1) * ISSUES_A_PAGE
    shown = list(enumerate(drafts[begin : begin + ISSUES_A_PAGE], begin + 1))
    lines = [await _line(n, draft, context) for n, draft in shown]
    address = (first.address, first.series)
    numbers = tuple(
        Button(str(n), Action("upload_one", (*address, str(n))), name=line)
        for (n, _), line in zip(shown, lines, strict=True)
    )
    turn = buttons.pager(texts, at, pages, lambda to: Action("upload_look", (*address, str(to))))
    rows = (_decision(drafts, context), numbers, *((turn,) if turn else ()))
    series = context.series.get(first.series)
    title = texts.count("upload.found", len(drafts), series=series.title if series else first.series)
    meaning = texts("upload.new") if one.take(drafts, context) else ""
    return answer(texts, _tally(drafts, context), meaning, *lines, title=title, rows=rows)


def taken_page(
    taken: "Sequence[Taken]",
    stored: "Sequence[IssueLine | None]",
    address: str,
    series: str,
    context: Context,
) -> Reply:
    """Each issue by its name under what became of it. `stored`: as they are now, None for one that was refused."""
    texts = context.texts
    names: dict[str, list[str]] = {result: [] for result in ("added", "changed", "unchanged", "refused")}
    for result, issue in zip(taken, stored, strict=True):
        names[result.result].append(_taken_name(result, issue, context))
    lines = [
        texts(f"upload.several_{result}", names=_row(found, context))
        for result, found in names.items()
        if found
    ]
    # pressed twice: what was new the first time is there, and may be pushed all the same
    is_new = bool(names["added"])
    news = [
        issue
        for result, issue in zip(taken, stored, strict=True)
        if issue is not None and (result.result == "added" or not is_new)
    ]
    rows: Rows = ((*_push(news, context), buttons.back_issues(texts)),)
    if names["refused"]:
        again = Button(texts("button.upload_refused"), Action("upload_look", (address, series)))
        rows = (*rows, (again,))
    return answer(texts, *lines, rows=rows)


def _decision(drafts: "Sequence[Draft]", context: Context) -> tuple[Button, ...]:
    return (*one.take(drafts, context), one.drop(drafts[0].address, context))


def _tally(drafts: "Sequence[Draft]", context: Context) -> str:
    """`新 3 · 新修订 1 · 不能收 1`; what there is none of is left out."""
    texts, found = context.texts, [_kind(draft) for draft in drafts]
    parts = [
        texts("upload.tally", kind=texts(f"upload.is_{kind}"), n=texts.number(found.count(kind)))
        for kind in KINDS
        if kind in found
    ]
    return texts("common.between").join(parts)


def _kind(draft: "Draft") -> str:
    if draft.shown is None:
        return "refused"
    if draft.known is None:
        return "new"
    return "same" if draft.is_same else "changed"


async def _line(n: int, draft: "Draft", context: Context) -> str:
    """`2. 周知 · 第 12 期 · 11月17日 · 32 条 — 新`."""
    texts, between = context.texts, context.texts("common.between")
    if draft.shown is None:
        why = texts("upload.why_refused", reason=one.reason(draft.problems, context))
        return texts(
            "upload.line", n=n, issue=texts("upload.from_line", line=texts.number(draft.line)), state=why
        )
    issue = draft.shown.issue
    title = _shortened(issue.title)
    facts = title_line(texts, title, issue.number, issue.published_on, context.today)
    state = texts(f"upload.is_{_kind(draft)}")
    if _kind(draft) == "changed":
        state = texts("upload.is_changed_by", changes=await one.changes(draft, context))
    states = [state, *_reservations(draft, context)]
    facts.append(texts.count("upload.items", len(issue.items)))
    return texts("upload.line", n=n, issue=between.join(facts), state=between.join(states))


def _reservations(draft: "Draft", context: Context) -> list[str]:
    texts, found = context.texts, []
    if draft.held is not None:
        found.append(_held(draft.held, context))
    if draft.known is not None and draft.known.state == "retracted":
        found.append(texts("upload.is_retracted"))
    if draft.problems:
        found.append(texts.count("button.upload_lint", len(draft.problems)))
    return found


def _held(held: str, context: Context) -> str:
    texts, day = context.texts, one.held_until(held, context)
    return texts("upload.is_embargoed", day=day) if day else texts("upload.is_draft")


def _taken_name(result: "Taken", issue: "IssueLine | None", context: Context) -> str:
    texts = context.texts
    if issue is None:
        return texts("upload.from_line", line=texts.number(result.line))
    name = _shortened(one.name_of(issue, context))
    if issue.held is not None:
        return texts("upload.named_with", name=name, note=_held(issue.held, context))
    return name


def _row(names: "Sequence[str]", context: Context) -> str:
    texts = context.texts
    row = texts("upload.names_between").join(names[:NAMED])
    return row + texts.count("upload.more_names", len(names) - NAMED) if len(names) > NAMED else row


def _push(news: "Sequence[IssueLine]", context: Context) -> tuple[Button, ...]:
    """The newest that readers can see."""
    visible = [stored for stored in news if stored.state == "published"]
    if not visible:
        return ()
    newest = max(visible, key=_age)
    label = context.texts("button.broadcast_one", name=_shortened(one.name_of(newest, context)))
    return (Button(label, Action("broadcast_to", (short(newest.id),)), style="primary"),)


def _age(line: "IssueLine") -> tuple[str, int]:
    return (line.published_on.isoformat() if line.published_on else "", line.number or 0)


def _shortened(title: str) -> str:
    return title if len(title) <= LONGEST_TITLE else f"{title[: LONGEST_TITLE - 1]}…"
