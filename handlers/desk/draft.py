"""What is one issue of a sent file? Its facts, what taking it would mean for readers, and what is wrong with it."""

from datetime import date
from typing import TYPE_CHECKING, Final

from digest.diff import diff
from digest.document import links
from digest.page import Action, Button, Reply
from handlers.address import short
from handlers.request import Context
from handlers.views import buttons
from handlers.views.names import issue_name
from handlers.views.say import Rows, answer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from digest.issue import Issue, Problem
    from handlers.ports import Draft
    from storage.issues import IssueLine

PROBLEMS_A_PAGE: Final = 3  # with the line above them a reply of four
HELD: Final = frozenset(("held_draft", "held_until"))
MOST_PAGES: Final = 99  # of problems: two digits, so that a button's address fits


async def issue_page(drafts: "Sequence[Draft]", at: int, context: Context) -> Reply:
    """One of the issues; of a file that cannot be taken what is wrong with it."""
    draft = drafts[at]
    if draft.shown is None:
        return problem_page(drafts, at, "1", context)
    issue = draft.shown.issue
    between = context.texts("common.between")
    lines = (
        between.join((_identity(draft, issue, context), _figures(draft, issue, context))),
        _sizes(draft, context),
        await _standing(draft, context),
        *(problem_line(one, context) for one in _ordered(draft.problems)[:1] if one.code not in HELD),
    )
    return answer(context.texts, *lines, title=issue.title, rows=_ways(drafts, at, context))


def problem_page(drafts: "Sequence[Draft]", at: int, page: str, context: Context) -> Reply:
    """What is wrong with it, a few at a time, each with its cure."""
    texts, draft = context.texts, drafts[at]
    found = _ordered(draft.problems)
    pages = min(MOST_PAGES, -(-len(found) // PROBLEMS_A_PAGE))
    now = buttons.clamp(page, pages)
    shown = found[(now - 1) * PROBLEMS_A_PAGE : now * PROBLEMS_A_PAGE]
    address = (draft.address, draft.series, str(at + 1))
    turn = buttons.pager(texts, now, pages, lambda to: Action("upload_lint", (*address, str(to))))
    if len(drafts) > 1 or draft.shown is not None:
        way = whole(drafts, context) if draft.shown is None else _back(address, context)
    else:
        way = buttons.help_(texts)
    lines = [problem_line(problem, context) for problem in shown]
    rows = tuple(row for row in (turn, (way,)) if row)
    return answer(texts, _problem_title(drafts, draft, context), *lines, rows=rows)


def problem_line(problem: "Problem", context: Context) -> str:
    """`⚠ 第 14 行：图片找不到：a.png → …`."""
    texts = context.texts
    return texts(
        "upload.problem_line" if problem.line else "upload.problem",
        message=texts(f"problem.{problem.code}", **problem.arguments),
        cure=texts(f"cure.{problem.code}", **problem.arguments),
        **({"line": problem.line} if problem.line else {}),
    )


def reason(problems: "Sequence[Problem]", context: Context) -> str:
    """Why it cannot be taken, in one sentence without its cure."""
    worst = _ordered(problems)[0]
    return context.texts(f"problem.{worst.code}", **worst.arguments)


async def changes(draft: "Draft", context: Context) -> str:
    """`改 2 条 · 增 1 · 删 0`: what taking it does to the issue that is there; empty without one."""
    if draft.known is None or draft.shown is None:
        return ""
    known = await context.store.issues.get(draft.known.id)
    found = diff(
        known.issue,
        draft.shown.issue,
        old_pictures={src: picture.sha for src, picture in known.pictures.items()},
        new_pictures={src: picture.sha for src, picture in draft.shown.pictures.items()},
    )
    number = context.texts.number
    return context.texts(
        "upload.changes",
        changed=number(len(found.changed)),
        added=number(len(found.added)),
        removed=number(len(found.removed)),
    )


def name_of(line: "IssueLine", context: Context) -> str:
    return issue_name(context.texts, line.number, line.published_on, line.title, context.today)


def held_until(held: str, context: Context) -> str:
    """The day of "until 2026-03-01" in the curator's words; empty for "draft"."""
    _, _, until = held.partition("until ")
    return context.texts.day(date.fromisoformat(until), context.today) if until else ""


def take(drafts: "Sequence[Draft]", context: Context) -> tuple[Button, ...]:
    """[Take it], of all that is new in the file; nothing where nothing is."""
    texts, first = context.texts, drafts[0]
    count = sum(draft.shown is not None and not draft.is_same for draft in drafts)
    if count == 0:
        return ()
    label = texts("button.take") if len(drafts) == 1 else texts.count("button.take_all", count)
    return (Button(label, Action("upload_take", (first.address, first.series)), style="primary"),)


def drop(address: str, context: Context) -> Button:
    return Button(context.texts("button.drop"), Action("upload_drop", (address,)))


def whole(drafts: "Sequence[Draft]", context: Context) -> Button:
    """Back to all the issues of the file."""
    first = drafts[0]
    label = context.texts.count("button.upload_all", len(drafts))
    return Button(label, Action("upload_look", (first.address, first.series)))


def see(line: "IssueLine", context: Context) -> Button:
    return Button(context.texts("button.see_it"), Action("issue", (short(line.id),)))


def _ways(drafts: "Sequence[Draft]", at: int, context: Context) -> Rows:
    """An only issue is decided on here; of several one is looked at, and all are decided on together."""
    texts, draft = context.texts, drafts[at]
    address = (draft.address, draft.series, str(at + 1))
    show = Button(texts("button.upload_show"), Action("upload_show", address))
    lint = Button(
        texts.count("button.upload_lint", len(draft.problems)), Action("upload_lint", (*address, "1"))
    )
    look = (show, *((lint,) if len(draft.problems) > 1 else ()))
    if len(drafts) > 1:
        return (look, (whole(drafts, context),))
    if draft.known is not None and draft.is_same:
        return ((see(draft.known, context), *look[1:]),)
    return ((*take(drafts, context), drop(draft.address, context)), look)


def _back(address: tuple[str, str, str], context: Context) -> Button:
    return Button(context.texts("button.back"), Action("upload_one", address))


def _problem_title(drafts: "Sequence[Draft]", draft: "Draft", context: Context) -> str:
    texts = context.texts
    if draft.shown is not None:
        return texts.count("upload.problems", len(draft.problems), title=draft.shown.issue.title)
    if len(drafts) > 1:
        return texts("upload.refused_from", line=texts.number(draft.line))
    return texts("upload.refused")


def _ordered(problems: "Sequence[Problem]") -> "list[Problem]":
    """Errors first; then what stands on a line, since the rest may follow from it; last what is held back, told already."""
    return sorted(
        problems,
        key=lambda problem: (problem.level != "error", problem.code in HELD, not problem.line, problem.line),
    )


def _identity(draft: "Draft", issue: "Issue", context: Context) -> str:
    texts = context.texts
    series = context.series.get(draft.series)
    number = texts("issue.number", n=issue.number) if issue.number is not None else texts("upload.no_number")
    on = issue.published_on
    day = texts.day(on, context.today) if on else texts("upload.no_day")
    return texts("upload.identity", series=series.title if series else draft.series, number=number, day=day)


def _figures(draft: "Draft", issue: "Issue", context: Context) -> str:
    """`7 栏目 · 32 条 · 67 链接 · 30 图（缺 2）`."""
    texts = context.texts
    headings = [node for heading in issue.headings for node in heading]
    headings += [node for section in issue.sections for node in section.heading]
    headings += [node for item in issue.items for node in item.heading]
    parts = [
        texts.count("upload.sections", len(issue.sections)),
        texts.count("upload.items", len(issue.items)),
        texts.count("upload.links", len(links((*headings, *issue.blocks)))),
    ]
    if images := len(issue.images):
        key = "upload.images_missing" if draft.missing_count else "upload.images"
        parts.append(texts.count(key, images, missing=draft.missing_count))
    return texts("common.between").join(parts)


def _sizes(draft: "Draft", context: Context) -> str:
    texts = context.texts
    sizes = [
        texts(
            "upload.size_of",
            platform=texts(f"platform.{platform}"),
            messages=texts.count("upload.messages", count),
        )
        for platform, count in draft.messages.items()
    ]
    return texts("upload.size", sizes=" · ".join(sizes)) if sizes else ""


async def _standing(draft: "Draft", context: Context) -> str:
    """What taking it would mean for readers."""
    texts, known = context.texts, draft.known
    held = _held(draft, context)
    if known is None:
        return held or texts("upload.new")
    name = name_of(known, context)
    if draft.is_same:
        return texts("upload.same", name=name)
    retracted = texts("upload.retracted", name=name) if known.state == "retracted" else ""
    parts = (texts("upload.revision", name=name, changes=await changes(draft, context)), held, retracted)
    return " ".join(part for part in parts if part)


def _held(draft: "Draft", context: Context) -> str:
    if draft.held is None:
        return ""
    day = held_until(draft.held, context)
    return context.texts("upload.held_until", day=day) if day else context.texts("upload.held_draft")
