"""What happens when a curator sends issues as a file? They are shown, and stored only when he says so. Never pushed by it."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from functools import wraps
from typing import TYPE_CHECKING, Final

from digest.errors import NotFound, Refused, Temporary, ZhouzhiError
from digest.page import Action, Button, Choice, Option, Page, Reply
from handlers.address import short, word
from handlers.desk.draft import (
    PROBLEMS_A_PAGE,
    drop,
    issue_page,
    problem_line,
    problem_page,
    see,
    take,
    whole,
)
from handlers.desk.draft_list import list_page, taken_page
from handlers.ports import TOO_LARGE, FileKind, too_large
from handlers.request import Context, Request
from handlers.views import buttons
from handlers.views.push import push_page
from handlers.views.say import answer, say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from handlers.ports import Draft, IncomingFile, Publisher, Taken
    from storage.issues import IssueLine

# over what an issue may have, so that its own sentence names the figure
LIMITS: Final[Mapping[FileKind, int]] = {"markdown": 2 * 1024 * 1024, "zip": 50 * 1024 * 1024}
MOST_ISSUES: Final = 9_999  # a button's number of one: four digits
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
    address = await publisher.keep(file.name, await _read(file, publisher), str(request.reader.id))
    if len(context.series) <= 1:
        return await _look(address, next(iter(context.series), DEFAULT_SERIES), context)
    options = tuple(
        Option(one.title, Action("upload_look", (address, one.key))) for one in context.series.values()
    )
    question = texts("upload.which_series", name=_shortened(file.name))
    rows = ((drop(address, context),),)
    return answer(texts, question, choices=(Choice(question, options, columns=1),), rows=rows)


@_told
async def upload_look(request: Request, context: Context) -> Reply:
    """A series was chosen: what the file would be there. Also a page of its issues."""
    return await _look(word(request), word(request, 1), context, page=word(request, 2))


@_told
async def upload_one(request: Request, context: Context) -> Reply:
    """[2]: one of the file's issues."""
    drafts, at = await _one(request, context)
    return await issue_page(drafts, at, context)


@_told
async def upload_lint(request: Request, context: Context) -> Reply:
    """[⚠ 5]: what is wrong with it."""
    drafts, at = await _one(request, context)
    return problem_page(drafts, at, word(request, 3), context)


@_told
async def upload_show(request: Request, context: Context) -> Reply:
    """[Preview]: the whole issue as a reader would get it, and the question once more below."""
    texts = context.texts
    drafts, at = await _one(request, context, with_pictures=True)
    shown = drafts[at].shown
    if shown is None:
        return await issue_page(drafts, at, context)
    page = push_page(shown, texts=texts, today=context.today)
    decide = (*take(drafts, context), drop(drafts[at].address, context))
    if len(drafts) == 1:
        question = say(texts, texts("upload.decide"), rows=(decide,))
    else:
        place = texts("upload.place", n=texts.number(at + 1), count=texts.number(len(drafts)))
        question = say(texts, place, rows=(decide, (whole(drafts, context),)))
    return Reply((_looked_at(page), question), replaces=False)


@_told
async def upload_take(request: Request, context: Context) -> Reply:
    """[Take it]: stored silently; pressing twice finds it stored."""
    address, series = word(request), word(request, 1)
    taken = await _publisher(context).take(address, series)
    stored = [
        await context.store.issues.line(one.issue_id) if one.issue_id is not None else None for one in taken
    ]
    if len(taken) > 1:
        return taken_page(taken, stored, address, series, context)
    if stored[0] is None:
        lines = [problem_line(problem, context) for problem in taken[0].problems[:PROBLEMS_A_PAGE]]
        rows = ((buttons.help_(context.texts),),)
        return answer(context.texts, context.texts("upload.refused"), *lines, rows=rows)
    return _taken(taken[0], stored[0], context)


@_told
async def upload_drop(request: Request, context: Context) -> Reply:
    """[Discard]: the bytes are forgotten."""
    await _publisher(context).drop(word(request))
    return answer(context.texts, context.texts("upload.dropped"), rows=((buttons.help_(context.texts),),))


def _publisher(context: Context) -> "Publisher":
    if context.publisher is None:
        raise Refused("error.upload.off")
    return context.publisher


async def _read(file: "IncomingFile", publisher: "Publisher") -> bytes:
    """What is of another kind or too large is not fetched at all."""
    kind = publisher.kind(file.name)
    limit = LIMITS[kind]
    try:
        if file.size > limit:
            raise too_large(limit)
        return await file.read(limit)
    except Refused as error:
        if kind == "markdown" and error.key == TOO_LARGE:  # no picture makes it so
            raise Refused("error.upload.too_long", **error.arguments) from None
        raise


async def _look(address: str, series: str, context: Context, *, page: str = "") -> Reply:
    publisher = _publisher(context)
    try:
        drafts = await publisher.look(address, series)
    except Refused:
        await publisher.drop(address)  # it will not become better by waiting
        raise
    if len(drafts) == 1:
        return await issue_page(drafts, 0, context)
    return await list_page(drafts, page, context)


async def _one(
    request: Request, context: Context, *, with_pictures: bool = False
) -> "tuple[Sequence[Draft], int]":
    """The file's issues, and which of them a button names, counted from 1; the only one where it names none."""
    at = buttons.clamp(word(request, 2), MOST_ISSUES) - 1
    drafts = await _publisher(context).look(word(request), word(request, 1), at, with_pictures=with_pictures)
    return drafts, min(at, len(drafts) - 1)  # the profile was changed meanwhile


def _taken(taken: "Taken", stored: "IssueLine", context: Context) -> Reply:
    texts, title = context.texts, stored.title
    if stored.state != "published":
        return answer(texts, texts("upload.taken_held", title=title), rows=((buttons.help_(texts),),))
    push = Button(texts("button.broadcast_it"), Action("broadcast_to", (short(stored.id),)), style="primary")
    return answer(
        texts, texts(f"upload.taken_{taken.result}", title=title), rows=((push, see(stored, context)),)
    )


def _looked_at(page: Page) -> Page:
    """Without buttons: its items are not stored, so there is nothing they could open."""
    return replace(page, rows=(), passages=tuple(replace(one, action=None) for one in page.passages))


def _refused(key: str, error: ZhouzhiError, context: Context) -> Reply:
    texts = context.texts
    message, cure = texts(f"error.{key}", **error.arguments), texts(f"cure.{key}", **error.arguments)
    return answer(texts, message, cure, rows=((buttons.help_(texts),),))


def _shortened(name: str) -> str:
    return name if len(name) <= LONGEST_NAME else f"…{name[-LONGEST_NAME:]}"
