"""What happens when a reader asks for rich messages, looks at one, or cannot see it?

They are Telegram's, off unless asked for: a bot cannot know what the reader's app shows (docs/decisions.md).
"""

from dataclasses import replace
from typing import TYPE_CHECKING

from digest.audience import Subscription, wants
from digest.errors import NotFound
from digest.page import Page, Reply
from handlers.address import number, word
from handlers.latest import nothing_yet
from handlers.request import Context, Request
from handlers.settings import overview
from handlers.views.push import Selection, push_page

if TYPE_CHECKING:
    from storage.issues import StoredIssue

SHOWING = "show"  # argument of the button that shows the newest issue in the form just chosen


async def rich(request: Request, context: Context) -> Reply:
    """[Rich messages]: on or off for this reader, or a look at the newest issue."""
    match word(request):
        case "on":
            changed = await _set_rich(request, context, is_rich=True)
        case "off":
            changed = await _set_rich(request, context, is_rich=False)
        case _:
            return await _show(request, context)
    return await overview(changed, context, toast=context.texts("settings.saved"))


async def plain(request: Request, context: Context) -> Reply:
    """[Can't see it?]: the plain form from now on, and this issue in the place of what cannot be seen."""
    changed = await _set_rich(request, context, is_rich=False)
    stored = await context.store.issues.get(number(request))
    if stored.state != "published":
        raise NotFound("issue.gone")
    page = await _page(stored, changed, context, is_rich=False)
    return Reply((page,), toast=context.texts("rich.off"))


async def _set_rich(request: Request, context: Context, *, is_rich: bool) -> Request:
    settings = replace(request.channel.settings, style="rich" if is_rich else "classic")
    await context.store.audience.set_settings(request.channel.id, settings)
    return replace(request, channel=replace(request.channel, settings=settings))


async def _show(request: Request, context: Context) -> Reply:
    stored = await context.store.issues.latest()
    if stored is None:
        return nothing_yet(context)
    is_rich = request.channel.settings.style == "rich"
    return Reply((await _page(stored, request, context, is_rich=is_rich),), replaces=False)


async def _page(stored: "StoredIssue", request: Request, context: Context, *, is_rich: bool) -> Page:
    """The issue as a push brings it to this reader; whole where nothing of it matches his choice."""
    subscriptions = await context.store.audience.subscriptions(request.channel.id)
    wish = next((one for one in subscriptions if one.series == stored.issue.series), None)
    wish = wish or Subscription(request.channel.id, stored.issue.series)
    keys = frozenset(wants(wish, stored.issue))
    chosen = None if wish.categories is None or not keys else wish.categories
    names = tuple(
        dict.fromkeys(one.title for one in stored.issue.sections if chosen and one.category in chosen)
    )
    return push_page(
        stored,
        texts=context.texts,
        today=context.today,
        density=request.channel.settings.density or "full",
        selection=Selection(keys if chosen is not None else None, names, is_rich=is_rich),
    )
