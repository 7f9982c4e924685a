"""What happens when a new section title made a category of its own? The curator is asked once whether to merge it."""

from collections.abc import Sequence
from difflib import SequenceMatcher

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


def offer_page(texts: Texts, born: Known, known: Known, issues: Sequence[str]) -> Page:
    """The question about one new category, or the list of several; `issues` are the titles of those that brought them."""
    if len(born) == 1:
        category_id, category = born[0]
        lines = (texts("merge.one", name=category.name, title=issues[0]), texts("merge.hint"))
        return say(texts, *lines, rows=_rows(texts, category_id, category, known))
    options = tuple(Option(one.name, Action("merge", (short(category_id),))) for category_id, one in born)
    sentence = texts.count("merge.several", len(born), title=issues[0])
    if len(issues) > 1:
        sentence = texts("merge.many", n=texts.number(len(born)), issues=texts.number(len(issues)))
    choice = Choice(texts("merge.which"), options, columns=1)
    return say(texts, sentence, texts("merge.hint"), choices=(choice,), rows=((buttons.latest(texts),),))


async def merge(request: Request, context: Context) -> Reply:
    """One of several: the question about it, below the list."""
    texts = context.texts
    category_id, category, known = await _asked_about(request, context)
    if category is None:
        return await _merged_already(category_id, context)
    rows = _rows(texts, category_id, category, known)
    return answer(texts, texts("merge.where", name=category.name), rows=rows, replaces=False)


async def merge_choices(request: Request, context: Context) -> Reply:
    """All the categories it may go into."""
    texts = context.texts
    category_id, category, known = await _asked_about(request, context)
    if category is None:
        return await _merged_already(category_id, context)
    others = _likely(category_id, category, known)
    pages = -(-len(others) // TARGETS_A_PAGE)
    at = buttons.clamp(word(request, 1), pages)
    shown = others[(at - 1) * TARGETS_A_PAGE : at * TARGETS_A_PAGE]
    options = tuple(Option(one.name, _into(category_id, one_id)) for one_id, one in shown)
    turn = buttons.pager(
        texts, at, pages, lambda page: Action("merge_choices", (short(category_id), str(page)))
    )
    rows = tuple(row for row in (turn, (_keep(texts, category_id),)) if row)
    choices = (Choice(texts("merge.into"), options),) if options else ()
    return answer(texts, texts("merge.where", name=category.name), choices=choices, rows=rows)


async def merge_into(request: Request, context: Context) -> Reply:
    """[Into …]: sections, later issues and readers' picks go over."""
    texts, into_id = context.texts, number(request, 1)
    category_id, category, known = await _asked_about(request, context)
    if category is None:
        return await _merged_already(category_id, context)
    into = dict(known).get(into_id)
    if into is None:
        return await merge_choices(request, context)
    await context.store.categories.merge(category_id, into_id)
    return answer(texts, texts("merge.done", name=category.name, into=into.name), rows=_after(texts))


async def merge_keep(request: Request, context: Context) -> Reply:
    """[Keep it]: a category of its own, and nobody is asked again."""
    texts, category_id = context.texts, number(request)
    category = await context.store.categories.get(category_id)
    await context.store.categories.close_offer(category_id)
    return answer(texts, texts("merge.kept", name=category.name), rows=_after(texts))


async def _asked_about(request: Request, context: Context) -> tuple[int, Category | None, Known]:
    """The category the button names, None once it was merged; and all that may be merged with it."""
    known = await context.store.issues.categories()
    category_id = number(request)
    return category_id, dict(known).get(category_id), known


async def _merged_already(category_id: int, context: Context) -> Reply:
    category = await context.store.categories.get(category_id)
    sentence = context.texts("merge.already", name=category.name)
    return answer(context.texts, sentence, rows=_after(context.texts))


def _rows(texts: Texts, category_id: int, category: Category, known: Known) -> tuple[tuple[Button, ...], ...]:
    others = _likely(category_id, category, known)
    likely = tuple(
        (Button(texts("button.merge_into", name=one.name), _into(category_id, one_id)),)
        for one_id, one in others[:LIKELY]
    )
    more = Button(texts("button.merge_other"), Action("merge_choices", (short(category_id), "1")))
    rest = (more,) if len(others) > LIKELY else ()
    return (*likely, (*rest, _keep(texts, category_id)))


def _likely(category_id: int, category: Category, known: Known) -> Known:
    """The other categories: the most alike by name first; else in the order of first appearance."""

    def unlikeness(one: tuple[int, Category]) -> float:
        return -SequenceMatcher(None, folded(category.name), folded(one[1].name)).ratio()

    return sorted((one for one in known if one[0] != category_id), key=unlikeness)


def _into(category_id: int, into_id: int) -> Action:
    return Action("merge_into", (short(category_id), short(into_id)))


def _keep(texts: Texts, category_id: int) -> Button:
    return Button(texts("button.merge_keep"), Action("merge_keep", (short(category_id),)))


def _after(texts: Texts) -> tuple[tuple[Button, ...], ...]:
    return ((buttons.latest(texts), Button(texts("button.categories"), Action("subscriptions"))),)
