"""What happens when a user leafs: back issues, sections, items one by one, and their pictures."""

from typing import TYPE_CHECKING

from digest.errors import NotFound
from digest.page import Action, Button, Page, Reply
from handlers.address import number, short, word
from handlers.latest import nothing_yet
from handlers.request import Context, Request
from handlers.views import buttons
from handlers.views.card import card_page
from handlers.views.contents import section_page, sections_page
from handlers.views.item import pictures_page, view_page
from handlers.views.names import issue_label
from handlers.views.say import answer
from handlers.words import issue_wanted

if TYPE_CHECKING:
    from storage.issues import StoredIssue, StoredItem

ISSUES_A_PAGE = 6


async def issues(request: Request, context: Context) -> Reply:
    """/issues: all issues, newest first, six a page"""
    texts, store = context.texts, context.store
    total = await store.issues.count()
    if not total:
        return nothing_yet(context)
    pages = -(-total // ISSUES_A_PAGE)
    at = buttons.clamp(word(request), pages)
    lines = await store.issues.lines(limit=ISSUES_A_PAGE, offset=(at - 1) * ISSUES_A_PAGE)
    rows: list[tuple[Button, ...]] = [
        (
            Button(
                issue_label(texts, line.number, line.published_on, line.title, line.item_count),
                Action("issue", (short(line.id),)),
                name=line.title,
            ),
        )
        for line in lines
    ]
    if turn := buttons.pager(texts, at, pages, lambda page: Action("issues", (str(page),))):
        rows.append(turn)
    return answer(
        texts, texts.count("issues.title", total), rows=tuple(rows), replaces=bool(request.arguments)
    )


async def sections(request: Request, context: Context) -> Reply:
    """/sections [issue]"""
    if request.arguments:
        stored: StoredIssue | None = await _visible(number(request), context)
    else:
        stored = await _typed(request.text, context)
    if stored is None:
        return nothing_yet(context)
    return Reply((sections_page(stored, texts=context.texts),))


async def section(request: Request, context: Context) -> Reply:
    """A section's items; after a correction that took the section away, the sections there are."""
    stored = await _visible(number(request), context)
    wanted = number(request, 1)
    key = next((key for key, section_id in stored.section_ids.items() if section_id == wanted), None)
    found = next((one for one in stored.issue.sections if one.key == key), None)
    if found is None:
        note = context.texts("contents.section_gone")
        return Reply((sections_page(stored, texts=context.texts, note=note),))
    return Reply((section_page(stored, found, texts=context.texts, typed_page=word(request, 2)),))


async def view(request: Request, context: Context) -> Reply:
    """One item among its neighbours, in place."""
    found = await _item(request, context)
    are_pictures_apart = request.platform == "telegram"
    return Reply((view_page(found, texts=context.texts, are_pictures_apart=are_pictures_apart),))


async def item(request: Request, context: Context) -> Reply:
    """One item as a message of its own: what a push's number and a link open."""
    found = await _item(request, context)
    address = short(found.item_id)
    link = buttons.privately(context.bots, request.platform, Action("item", (address,)))
    source = next(iter(found.item.links), None)
    more = (Button(context.texts("button.source"), url=source),) if source else ()
    page = card_page(found, texts=context.texts, today=context.today, link=link, more=more)
    return Reply((page,), replaces=False)


async def pictures(request: Request, context: Context) -> Reply:
    """The pictures of one or several items, each item's under its title."""
    pages: list[Page] = []
    for index in range(max(1, len(request.arguments))):
        found = await _item(request, context, index)
        page = pictures_page(found, texts=context.texts)
        if page is not None:
            pages.append(page)
    if not pages:
        return Reply(toast=context.texts("item.no_pictures"))
    return Reply(tuple(pages), replaces=False)


async def _item(request: Request, context: Context, index: int = 0) -> "StoredItem":
    found = await context.store.issues.item(number(request, index))
    if found.issue.state != "published":
        raise NotFound("item.gone")
    return found


async def _visible(issue_id: int, context: Context) -> "StoredIssue":
    stored = await context.store.issues.get(issue_id)
    if stored.state != "published":
        raise NotFound("issue.gone")
    return stored


async def _typed(typed: str, context: Context) -> "StoredIssue | None":
    """The issue a number or date names, else the latest."""
    wanted = issue_wanted(typed, context.today) if typed.strip() else None
    if wanted is None:
        return await context.store.issues.latest()
    found = (
        await context.store.issues.find(number=wanted)
        if isinstance(wanted, int)
        else await context.store.issues.find(on=wanted)
    )
    if not found:
        raise NotFound("issue.unknown")
    return await context.store.issues.get(found[0].id)
