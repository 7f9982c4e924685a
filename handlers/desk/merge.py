"""What happens when a new section title made a category of its own? The curator is asked once whether to merge it."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import wraps

from digest.issue import Category
from digest.page import Action, Button, Choice, Option, Page, Reply
from handlers.address import number, short, word
from handlers.request import Context, Request
from handlers.texts import Texts
from handlers.views import buttons
from handlers.views.say import answer, say
from handlers.words import folded

LIKELY = 2  # targets that are offered by name at once
TARGETS_A_PAGE = 20
Known = Sequence[tuple[int, Category]]


@dataclass(frozen=True, slots=True)
class Asked:
    """The category in question, and all there are: what it may be merged into."""

    id: int
    category: Category
    known: Known


Step = Callable[[Request, Context, Asked], Awaitable[Reply]]


def offer_page(texts: Texts, born: Known, known: Known, issues: Sequence[str]) -> Page:
    """The question about one new category, or the list of several; `issues` are the titles of those that brought them."""
    if len(born) == 1:
        category_id, category = born[0]
        lines = (texts("merge.one", name=category.name, title=issues[0]), texts("merge.hint"))
        return say(texts, *lines, rows=_rows(texts, Asked(category_id, category, known)))
    options = tuple(Option(one.name, Action("merge", (short(category_id),))) for category_id, one in born)
    sentence = texts.count("merge.several", len(born), title=issues[0])
    if len(issues) > 1:
        sentence = texts("merge.many", n=texts.number(len(born)), issues=texts.number(len(issues)))
    choice = Choice(texts("merge.which"), options, columns=1)
    return say(texts, sentence, texts("merge.hint"), choices=(choice,), rows=((buttons.latest(texts),),))


def _asked(step: Step) -> Callable[[Request, Context], Awaitable[Reply]]:
    """The category the button names is found for the step; where it was merged meanwhile, that is told instead."""

    @wraps(step)
    async def found(request: Request, context: Context) -> Reply:
        known, category_id = await context.store.issues.categories(), number(request)
        category = dict(known).get(category_id)
        if category is not None:
            return await step(request, context, Asked(category_id, category, known))
        merged = await context.store.categories.get(category_id)
        sentence = context.texts("merge.already", name=merged.name)
        return answer(context.texts, sentence, rows=_after(context.texts))

    return found


@_asked
async def merge(_request: Request, context: Context, asked: Asked) -> Reply:
    """One of several: the question about it, below the list."""
    texts = context.texts
    sentence = texts("merge.where", name=asked.category.name)
    return answer(texts, sentence, rows=_rows(texts, asked), replaces=False)


@_asked
async def merge_choices(request: Request, context: Context, asked: Asked) -> Reply:
    """All the categories it may go into."""
    return _choices(word(request, 1), context, asked)


@_asked
async def merge_into(request: Request, context: Context, asked: Asked) -> Reply:
    """[Into …]: sections, later issues and readers' picks go over. A target that is gone: choose another."""
    texts, into_id = context.texts, number(request, 1)
    into = dict(asked.known).get(into_id)
    if into is None:
        return _choices("1", context, asked)
    await context.store.categories.merge(asked.id, into_id)
    return answer(texts, texts("merge.done", name=asked.category.name, into=into.name), rows=_after(texts))


async def merge_keep(request: Request, context: Context) -> Reply:
    """[Keep it]: a category of its own, and nobody is asked again."""
    texts, category_id = context.texts, number(request)
    category = await context.store.categories.get(category_id)
    await context.store.categories.close_offer(category_id)
    return answer(texts, texts("merge.kept", name=category.name), rows=_after(texts))


def _choices(page: str, context: Context, asked: Asked) -> Reply:
    texts, others = context.texts, _likely(asked)
    pages = -(-len(others) // TARGETS_A_PAGE)
    at = buttons.clamp(page, pages)
    shown = others[(at - 1) * TARGETS_A_PAGE : at * TARGETS_A_PAGE]
    options = tuple(Option(one.name, _into(asked.id, one_id)) for one_id, one in shown)
    turn = buttons.pager(texts, at, pages, lambda page: Action("merge_choices", (short(asked.id), str(page))))
    rows = tuple(row for row in (turn, (_keep(texts, asked.id),)) if row)
    choices = (Choice(texts("merge.into"), options),) if options else ()
    return answer(texts, texts("merge.where", name=asked.category.name), choices=choices, rows=rows)


def _rows(texts: Texts, asked: Asked) -> tuple[tuple[Button, ...], ...]:
    others = _likely(asked)
    likely = tuple(
        (Button(texts("button.merge_into", name=one.name), _into(asked.id, one_id)),)
        for one_id, one in others[:LIKELY]
    )
    more = Button(texts("button.merge_other"), Action("merge_choices", (short(asked.id), "1")))
    rest = (more,) if len(others) > LIKELY else ()
    return (*likely, (*rest, _keep(texts, asked.id)))


def _likely(asked: Asked) -> Known:
    """The other categories: the most alike by name first; else in the order of first appearance."""

    def unlikeness(one: tuple[int, Category]) -> float:
        return -SequenceMatcher(None, folded(asked.category.name), folded(one[1].name)).ratio()

    return sorted((one for one in asked.known if one[0] != asked.id), key=unlikeness)


def _into(category_id: int, into_id: int) -> Action:
    return Action("merge_into", (short(category_id), short(into_id)))


def _keep(texts: Texts, category_id: int) -> Button:
    return Button(texts("button.merge_keep"), Action("merge_keep", (short(category_id),)))


def _after(texts: Texts) -> tuple[tuple[Button, ...], ...]:
    return ((buttons.latest(texts), Button(texts("button.categories"), Action("subscriptions"))),)
