"""What happens when a user types /unsubscribe: one category less, a pause, or the end of all pushes."""

from datetime import timedelta

from digest.page import Action, Button, Reply
from handlers.address import word
from handlers.picks import NONE, toggled
from handlers.request import Context, Request
from handlers.subscribe import current_picks, done, save_picks
from handlers.views import buttons
from handlers.views.say import answer
from handlers.words import categories_named, folded

PAUSE = timedelta(days=7)
EVERYTHING = ("all", "全部", "所有")


async def unsubscribe(request: Request, context: Context) -> Reply:
    """/unsubscribe [category | all]; `ask` is the button under every push, which stays as it is."""
    picks = await current_picks(request, context)
    texts = context.texts
    if picks.is_empty:
        return answer(
            texts, texts("unsubscribe.nothing"), rows=((buttons.subscribe(texts),),), replaces=False
        )
    wanted = folded(request.text)
    if wanted in EVERYTHING:
        return await leave(request, context)
    if not wanted:
        return _ask(request, context)
    known = await context.store.issues.categories()
    named = categories_named(wanted, known, {})
    if len(named) != 1 or not picks.has(named[0][1].slug):
        rows = ((Button(texts("button.categories"), Action("subscriptions", ("1",)), style="primary"),),)
        return answer(texts, texts("unsubscribe.unknown", typed=request.text.strip()[:40]), rows=rows)
    slugs = [category.slug for _, category in known]
    await save_picks(toggled(picks, named[0][1].slug, slugs), request, context)
    return await done(request, context)


async def leave(request: Request, context: Context) -> Reply:
    """[Unsubscribe]: everything ends; what is pending is cancelled with it."""
    await save_picks(NONE, request, context)
    texts = context.texts
    again = Button(texts("button.resubscribe"), Action("subscribe"), style="primary")
    return answer(texts, texts("unsubscribe.done"), rows=((again, buttons.latest(texts)),))


async def pause(request: Request, context: Context) -> Reply:
    """[Pause a week]: pushes are held until then; what was picked stays."""
    until = context.now + PAUSE
    await context.store.audience.park(request.channel.id, until)
    texts = context.texts
    resume = Button(texts("button.resume"), Action("resume"), style="primary")
    sentence = texts("unsubscribe.paused", at=texts.moment(until, context.zone))
    return answer(texts, sentence, rows=((resume, buttons.latest(texts)),))


async def keep(_request: Request, context: Context) -> Reply:
    """[Not now]"""
    texts = context.texts
    return answer(texts, texts("unsubscribe.kept"), rows=((buttons.latest(texts),),))


def _ask(request: Request, context: Context) -> Reply:
    texts = context.texts
    rows = (
        (
            Button(texts("button.pause_week"), Action("pause"), style="primary"),
            Button(texts("button.unsubscribe"), Action("leave"), style="danger"),
            Button(texts("button.not_now"), Action("keep")),
        ),
    )
    question = texts("unsubscribe.ask" if request.channel.is_private else "unsubscribe.ask_here")
    return answer(texts, question, rows=rows, replaces=word(request) != "ask")
