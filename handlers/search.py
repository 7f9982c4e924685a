"""What happens when a user types /search: the items that hold the words, or what to try instead."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from digest.page import Action, Ask, Button, Page, Reply
from digest.words import Plan
from handlers.address import word
from handlers.request import Context, Request
from handlers.views import buttons
from handlers.views.hits import head, hit_passage, number_row
from handlers.views.say import Rows, answer

if TYPE_CHECKING:
    from storage.search.index import Found

HITS_A_PAGE = 5
MOST_PAGES = 200  # as far as the index can be paged
LONGEST = 256  # characters of a search
ECHO = 30  # characters of it that are said again
BUTTON = 12  # and on a button
MOST_SECTIONS = 6


async def search(request: Request, context: Context) -> Reply:
    """/search words: filters `section:` `issue:` `from:` `to:`, `"a phrase"`, `-without`"""
    query = clean(request.text)
    if not query:
        return await _ask(context)
    if len(query) > LONGEST:
        rows = ((buttons.search(context.texts), buttons.help_(context.texts)),)
        return answer(context.texts, context.texts("common.too_long"), rows=rows)
    return await _page(_Search(request, context, query), 1)


async def turn(request: Request, context: Context) -> Reply:
    """Another page of a search, or a search kept behind a button. Without one: what is typed next is searched for."""
    token = word(request)
    if not token:
        return await search(request, context)
    query = await context.store.tokens.read(token)
    typed = word(request, 1)
    return await _page(_Search(request, context, query), buttons.clamp(typed, MOST_PAGES))


def clean(typed: str) -> str:
    """A person's words as they can be kept and shown: one line, nothing that no database takes."""
    encodable = typed.encode("utf-8", "ignore").decode().replace("\0", " ")
    return " ".join(encodable.split())


@dataclass(frozen=True, slots=True)
class _Search:
    """One search and what its answer is made with."""

    request: Request
    context: Context
    query: str

    @property
    def echo(self) -> str:
        return _cut(self.query, ECHO)

    async def again(self, label: str, query: str, *, style: str = "plain") -> Button:
        """A button that searches for these words."""
        token = await self.context.store.tokens.keep(query, self.context.now)
        return Button(
            label, Action("search", (token, "1")), style="primary" if style == "primary" else "plain"
        )


async def _page(one: _Search, at: int) -> Reply:
    context = one.context
    found = await context.store.search.find(
        one.query, today=context.today, limit=HITS_A_PAGE, offset=(at - 1) * HITS_A_PAGE
    )
    pages = min(MOST_PAGES, -(-found.count // HITS_A_PAGE))
    if at > pages > 0:  # fewer are there than when the button was made
        return await _page(one, pages)
    match found.state:
        case "hits" | "nearest":
            return await _hits(one, found, at, pages)
        case "nothing":
            return await _nothing(one, found)
        case "hint":
            return await _hint(one, found)


async def _hits(one: _Search, found: "Found", at: int, pages: int) -> Reply:
    context, texts = one.context, one.context.texts
    first = (at - 1) * HITS_A_PAGE + 1
    passages = [
        hit_passage(
            hit,
            number,
            found.plan,
            texts=texts,
            today=context.today,
            is_in_company=_is_in_company(one.request),
        )
        for number, hit in enumerate(found.hits, first)
    ]
    rows: Rows = (number_row(found.hits, first),)
    if pages > 1:
        token = await context.store.tokens.keep(one.query, context.now)
        rows = (*rows, buttons.pager(texts, at, pages, lambda page: Action("search", (token, str(page)))))
    shown = Page(
        (head(_turned(context, found), _title(one, found)), *passages),
        rows=rows,
        language=texts.language,
        title=texts("search.title", query=one.echo),
    )
    return Reply((shown,))


def _is_in_company(request: Request) -> bool:
    """Telegram's groups see every answer; Discord shows it to the asker alone."""
    return request.platform == "telegram" and not request.channel.is_private


def _title(one: _Search, found: "Found") -> str:
    texts = one.context.texts
    if found.state == "nearest":
        if found.repaired is not None:
            return texts.count("search.repaired", found.count, words=_cut(found.repaired, ECHO))
        return texts.count("search.nearest", found.count)
    if found.plan.is_browsing:
        return texts.count("search.browsed", found.count)
    return texts.count("search.found", found.count, query=one.echo)


def _turned(context: Context, found: "Found") -> str:
    if found.range_turned is None:
        return ""
    since, until = (context.texts.day(day, context.today) for day in found.range_turned)
    return context.texts("search.turned", since=since, until=until)


async def _nothing(one: _Search, found: "Found") -> Reply:
    texts = one.context.texts
    if found.unknown_section is not None:
        return await _unknown_section(one, found.plan, found.unknown_section)
    row = [
        await one.again(
            texts("search.button_try", words=_cut(words, BUTTON)), words, style="plain" if n else "primary"
        )
        for n, words in enumerate(found.suggestions)
    ]
    if found.plan.filters and (without := found.plan.without_filters):
        row.append(await one.again(texts("search.button_drop_filters"), without))
    row.append(Button(texts("search.button_sections"), Action("sections")))
    return answer(texts, _turned(one.context, found), _nothing_line(one, found), rows=(tuple(row),))


def _nothing_line(one: _Search, found: "Found") -> str:
    texts = one.context.texts
    if found.suggestions:
        words = texts.list([_cut(words, ECHO) for words in found.suggestions])
        return texts("search.meant", query=one.echo, words=words)
    return texts("search.nothing_filtered" if found.plan.filters else "search.nothing", query=one.echo)


async def _unknown_section(one: _Search, planned: Plan, typed: str) -> Reply:
    """The sections there are, each with the same words."""
    texts = one.context.texts
    names = [kind.name for _, kind in await one.context.store.issues.categories()][:MOST_SECTIONS]
    if not names:
        return answer(
            texts, texts("search.no_sections", section=_cut(typed, ECHO)), rows=((buttons.latest(texts),),)
        )
    row = [
        await one.again(_cut(name, BUTTON), f'{planned.without_filters} section:"{name}"'.strip())
        for name in names
    ]
    sentence = texts("search.unknown_section", section=_cut(typed, ECHO), names=texts.list(names))
    return answer(texts, sentence, rows=tuple(tuple(row[n : n + 2]) for n in range(0, len(row), 2)))


async def _hint(one: _Search, found: "Found") -> Reply:
    if found.plan.hint != "exclusion":
        return await _ask(one.context)
    texts = one.context.texts
    return answer(texts, texts("search.only_excluded"), rows=((buttons.search(texts), buttons.help_(texts)),))


async def _ask(context: Context) -> Reply:
    """What is typed next is searched for; the example is one that works on what is stored."""
    texts = context.texts
    names = [kind.name for _, kind in await context.store.issues.categories()]
    example = (
        texts("search.placeholder", section=_cut(names[0], BUTTON)) if names else texts("search.example")
    )
    return Reply(ask=Ask(texts("search.ask"), example, Action("search")))


def _cut(text: str, width: int) -> str:
    return text if len(text) <= width else f"{text[: width - 1].rstrip()}…"
