"""What happens when a curator sends an issue as a file? It is shown, and stored only when he says so. Never pushed by it."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from functools import wraps
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Final

from digest.diff import diff
from digest.document import links
from digest.errors import NotFound, Refused, Temporary, ZhouzhiError
from digest.page import Action, Button, Choice, Option, Page, Reply
from handlers.address import short, word
from handlers.ports import too_large
from handlers.request import Context, Request
from handlers.views import buttons
from handlers.views.names import issue_name
from handlers.views.push import push_page
from handlers.views.say import answer, say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from digest.issue import Issue, Problem
    from handlers.ports import Draft, IncomingFile, Publisher
    from storage.issues import StoredIssue

# over what an issue may have, so that its own sentence names the figure
MARKDOWN_LIMIT: Final = 2 * 1024 * 1024
ZIP_LIMIT: Final = 50 * 1024 * 1024
PROBLEMS: Final = 8  # that are told one by one
LONGEST_NAME: Final = 60
DEFAULT_SERIES: Final = "default"  # where none is configured
Step = Callable[[Request, Context], Awaitable[Reply]]


def _told(step: Step) -> Step:
    """What the file is to blame for is told with its cure; a button that is too late says so."""

    @wraps(step)
    async def careful(request: Request, context: Context) -> Reply:
        try:
            return await step(request, context)
        except NotFound:
            raise
        except (Refused, Temporary) as error:
            key = error.key.removeprefix("error.")
            if not context.texts.has(f"error.{key}"):
                raise
            return _refused(key, error, context)

    return careful


@_told
async def upload(request: Request, context: Context) -> Reply:
    """/upload with a file, or what to send."""
    texts = context.texts
    publisher = _publisher(context)
    if not request.files:
        return answer(texts, texts(f"upload.how_{request.platform}"), rows=((buttons.help_(texts),),))
    file = request.files[0]
    address = await publisher.keep(file.name, await _read(file))
    if len(context.series) <= 1:
        return await _look(address, next(iter(context.series), DEFAULT_SERIES), context)
    options = tuple(
        Option(one.title, Action("upload_look", (address, one.key))) for one in context.series.values()
    )
    question = texts("upload.which_series", name=_shortened(file.name))
    rows = ((_drop(address, context),),)
    return answer(texts, question, choices=(Choice(question, options, columns=1),), rows=rows)


@_told
async def upload_look(request: Request, context: Context) -> Reply:
    """A series was chosen: what the file would be there."""
    return await _look(word(request), word(request, 1), context)


@_told
async def upload_show(request: Request, context: Context) -> Reply:
    """[Preview]: the whole issue as a reader would get it, and the question once more below."""
    draft = await _publisher(context).look(word(request), word(request, 1), with_pictures=True)
    if draft.shown is None:
        return _page_of(draft, context)
    page = push_page(draft.shown, texts=context.texts, today=context.today)
    rows = _decisions(draft, context, is_shown=True)
    question = say(context.texts, context.texts("upload.decide"), rows=rows)
    return Reply((_looked_at(page), question), replaces=False)


@_told
async def upload_take(request: Request, context: Context) -> Reply:
    """[Take it]: stored silently; pressing twice finds it stored."""
    texts = context.texts
    taken = await _publisher(context).take(word(request), word(request, 1))
    if taken.issue_id is None:
        return answer(texts, texts("upload.refused"), *_problems(taken.problems, context))
    stored = await context.store.issues.get(taken.issue_id)
    title = stored.issue.title
    if stored.state != "published":
        return answer(texts, texts("upload.taken_held", title=title), rows=((buttons.help_(texts),),))
    see = Button(texts("button.see_it"), Action("issue", (short(stored.id),)))
    push = Button(texts("button.broadcast_it"), Action("broadcast_to", (short(stored.id),)), style="primary")
    return answer(texts, texts(f"upload.taken_{taken.result}", title=title), rows=((push, see),))


@_told
async def upload_drop(request: Request, context: Context) -> Reply:
    """[Discard]: the bytes are forgotten."""
    await _publisher(context).drop(word(request))
    return answer(context.texts, context.texts("upload.dropped"), rows=((buttons.help_(context.texts),),))


def _publisher(context: Context) -> "Publisher":
    if context.publisher is None:
        raise Refused("error.upload.off")
    return context.publisher


async def _read(file: "IncomingFile") -> bytes:
    """What is too large is not fetched at all."""
    is_zip = PurePosixPath(file.name).suffix.lower() == ".zip"
    limit = ZIP_LIMIT if is_zip else MARKDOWN_LIMIT
    if file.size > limit:
        raise too_large(limit)
    return await file.read(limit)


async def _look(address: str, series: str, context: Context) -> Reply:
    publisher = _publisher(context)
    try:
        draft = await publisher.look(address, series)
    except Refused:
        await publisher.drop(address)  # it will not become better by waiting
        raise
    return _page_of(draft, context)


def _page_of(draft: "Draft", context: Context) -> Reply:
    texts = context.texts
    if draft.shown is None:
        return answer(texts, texts("upload.refused"), *_problems(draft.problems, context))
    issue = draft.shown.issue
    lines = [
        _identity(draft, issue, context),
        _figures(draft, issue, context),
        _sizes(draft, context),
        *_standing(draft, context),
        *_problems(draft.problems, context),
    ]
    return answer(texts, *lines, title=issue.title, rows=_decisions(draft, context))


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
    return " · ".join(parts)


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


def _standing(draft: "Draft", context: Context) -> list[str]:
    """What taking it would mean for readers."""
    texts = context.texts
    known = draft.known
    if known is None:
        return [_held(draft, context) or texts("upload.new")]
    name = _name(known, context)
    if draft.is_same:
        return [texts("upload.same", name=name)]
    lines = [texts("upload.revision", name=name), _changes(known, draft, context), _held(draft, context)]
    if known.state == "retracted":
        lines.append(texts("upload.retracted", name=name))
    return lines


def _changes(known: "StoredIssue", draft: "Draft", context: Context) -> str:
    """`改 2 条 · 增 1 · 删 0`."""
    assert draft.shown is not None
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


def _held(draft: "Draft", context: Context) -> str:
    if draft.held is None or draft.shown is None:
        return ""
    until = draft.shown.issue.embargo_until
    if draft.shown.issue.is_draft or until is None:
        return context.texts("upload.held_draft")
    return context.texts("upload.held_until", day=context.texts.day(until, context.today))


def _problems(problems: "Sequence[Problem]", context: Context) -> list[str]:
    """Errors first, then by line; the rest as a number."""
    texts = context.texts
    ordered = sorted(problems, key=lambda problem: (problem.level != "error", problem.line))
    lines = [
        texts(
            "upload.problem_line" if problem.line else "upload.problem",
            message=texts(f"problem.{problem.code}", **problem.arguments),
            cure=texts(f"cure.{problem.code}", **problem.arguments),
            **({"line": problem.line} if problem.line else {}),
        )
        for problem in ordered[:PROBLEMS]
    ]
    if len(ordered) > PROBLEMS:
        lines.append(texts.count("upload.more_problems", len(ordered) - PROBLEMS))
    return lines


def _decisions(draft: "Draft", context: Context, *, is_shown: bool = False) -> tuple[tuple[Button, ...], ...]:
    texts, address = context.texts, (draft.address, draft.series)
    if draft.is_same and draft.known is not None:
        return (
            (Button(texts("button.see_it"), Action("issue", (short(draft.known.id),)), style="primary"),),
        )
    take = Button(texts("button.take"), Action("upload_take", address), style="primary")
    decide = (take, _drop(draft.address, context))
    if is_shown:
        return (decide,)
    return (decide, (Button(texts("button.upload_show"), Action("upload_show", address)),))


def _drop(address: str, context: Context) -> Button:
    return Button(context.texts("button.drop"), Action("upload_drop", (address,)))


def _looked_at(page: Page) -> Page:
    """Without buttons: its items are not stored, so there is nothing they could open."""
    return replace(page, rows=(), passages=tuple(replace(one, action=None) for one in page.passages))


def _refused(key: str, error: ZhouzhiError, context: Context) -> Reply:
    texts = context.texts
    message, cure = texts(f"error.{key}", **error.arguments), texts(f"cure.{key}", **error.arguments)
    return answer(texts, message, cure, rows=((buttons.help_(texts),),))


def _name(stored: "StoredIssue", context: Context) -> str:
    issue = stored.issue
    return issue_name(context.texts, issue.number, issue.published_on, issue.title, context.today)


def _shortened(name: str) -> str:
    return name if len(name) <= LONGEST_NAME else f"…{name[-LONGEST_NAME:]}"
