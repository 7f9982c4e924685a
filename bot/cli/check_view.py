"""How does a person read what `check` found? A tree of the structure, the size of the push, and what to mend."""

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import groupby
from typing import Any, Final

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text
from rich.tree import Tree

from bot.cli.describe import problems as described_problems
from bot.platforms.base import Form
from bot.preview import as_stored, looks, rendered
from bot.reading import Loaded
from digest.audience import PlatformName
from digest.document import Block, images, links, plain
from digest.issue import Issue, Item, Problem, Reading, Section, item_label
from digest.parse.counts import count_words
from digest.parse.proposal import as_toml
from digest.profile import Profile
from handlers.texts import Texts
from handlers.views.push import push_page

SHOWN_OF_A_KIND: Final = 3
_PLATFORMS: Final[tuple[tuple[PlatformName, str], ...]] = (
    ("telegram", "units"),
    ("discord", "characters"),
    ("web", "bytes"),
)
_MARKS: Final = {"error": ("✗", "bold red"), "warning": ("!", "yellow")}


def _indented(what: RenderableType, by: int = 2) -> Padding:
    return Padding(what, (0, 0, 0, by), expand=False)


def whole(loaded: Loaded, texts: Texts, today: date) -> RenderableType:
    """Everything about one file."""
    parts: list[RenderableType] = [_head(loaded, texts, today)]
    if loaded.issue is not None:
        parts.append(_indented(_tree(loaded.issue, texts)))
        parts.append(_indented(_sizes(loaded, texts, today)))
    else:
        parts.append(_indented(Text(texts("check.refused"), style="red")))
    parts += _mended(loaded, texts)
    return Group(*parts, Text(""))


def short(loaded: Loaded, texts: Texts, today: date) -> RenderableType:
    """One file among many: a line, and what to mend."""
    return Group(_head(loaded, texts, today), *_mended(loaded, texts))


def totals(found: Sequence[Loaded], texts: Texts) -> Text:
    """The last line of a check of several files."""
    errors, warnings = _counted(found)
    return Text(
        texts(
            "check.total",
            files=texts.count("check.files", len(found)),
            errors=texts.count("check.errors", errors),
            warnings=texts.count("check.warnings", warnings),
        ),
        style="red" if errors else "yellow" if warnings else "green",
    )


def _counted(found: Sequence[Loaded]) -> tuple[int, int]:
    levels = [problem.level for loaded in found for problem in loaded.problems]
    return levels.count("error"), levels.count("warning")


def proposal_view(
    found: Sequence[Loaded], renewed: Sequence[Reading], proposal: Profile, texts: Texts
) -> RenderableType:
    """A line to paste, and what it would change in each issue."""
    series = found[0].series.key
    issues = texts.count("check.issues", len(found))
    lines: list[RenderableType] = [Text(texts("check.proposal", issues=issues, series=series), style="bold")]
    lines.append(_indented(Text(as_toml(proposal), style="green"), 4))
    for loaded, reading in zip(found, renewed, strict=True):
        changed = list(_changes(loaded, reading, texts))
        if changed:
            what = texts("check.changes", file=loaded.file.name)
            lines.append(_indented(Text.assemble((f"{what}  ", "dim"), " · ".join(changed))))
    return Group(*lines)


def _changes(loaded: Loaded, reading: Reading, texts: Texts) -> Iterator[str]:
    old, new = loaded.issue, reading.issue
    if old is None or new is None:
        return
    counts = (
        ("sections", len(old.sections), len(new.sections)),
        ("items", len(old.items), len(new.items)),
        ("doubts", _doubts(loaded.problems), _doubts(reading.problems)),
    )
    for name, before, after in counts:
        if before != after:
            yield texts(f"check.changes_{name}", old=texts.number(before), new=texts.number(after))
    renamed = [
        (one.title, other.title)
        for one, other in zip(old.items, new.items, strict=False)
        if one.blocks == other.blocks and one.title != other.title
    ]
    for before_title, after_title in renamed[:1]:
        yield texts("check.changes_title", old=_cut(before_title), new=_cut(after_title))


def _doubts(problems: Sequence[Problem]) -> int:
    return sum("value" in problem.arguments or problem.code == "heading_flagged" for problem in problems)


def _cut(title: str) -> str:
    return title if len(title) <= 24 else f"{title[:23]}…"


# --- head -------------------------------------------------------------------------------------------------------------


def _head(loaded: Loaded, texts: Texts, today: date) -> RenderableType:
    issue = loaded.issue
    line = Text.assemble((loaded.file.name, "bold"))
    if issue is None:
        return line
    line.append(f"  {loaded.series.key}/{issue.key}", "dim")
    facts = [
        f"#{issue.number}" if issue.number is not None else "",
        _date(issue, texts),
        issue.language,
        _figures(issue, texts),
    ]
    under = [Text(issue.title, style="bold cyan"), *(Text(title, style="cyan") for title in issue.titles[1:])]
    under.append(Text(" · ".join(fact for fact in facts if fact), style="dim"))
    if held := loaded.held(today):
        under.append(Text(texts("cli.held", held=held), style="yellow"))
    return Group(line, *(_indented(one) for one in under))


def _date(issue: Issue, texts: Texts) -> str:
    if issue.published_on is None or issue.date_from is None:
        return texts("check.no_date")
    origin = texts(f"check.from_{issue.date_from.replace(' ', '_')}")
    return texts("check.date", date=issue.published_on, origin=origin)


def _figures(issue: Issue, texts: Texts) -> str:
    listed = [section for section in issue.sections if section.items]
    counted = (("sections", len(listed)), ("items", len(issue.items)), ("words", _words(issue.blocks)))
    figures = [texts.count(f"check.{name}", count) for name, count in counted]
    reached = len(links(issue.blocks)) + sum(len(links(item.heading)) for item in issue.items)
    figures.append(texts.count("check.links", reached))
    if issue.images:
        figures.append(texts.count("check.images", len(issue.images)))
    return " · ".join(figures)


def _words(blocks: Sequence[Block]) -> int:
    return count_words(plain(blocks))


# --- structure --------------------------------------------------------------------------------------------------------


def _tree(issue: Issue, texts: Texts) -> Tree:
    tree = Tree("", hide_root=True, guide_style="dim")
    if issue.intro:
        tree.add(_line(texts("check.intro"), _content(issue.intro, texts), "italic"))
    for section in issue.sections:
        branch = tree.add(_section(section, texts))
        if section.lead and section.items:
            branch.add(_line(texts("check.lead"), _content(section.lead, texts), "italic dim"))
        for item in section.items:
            branch.add(_item(item, texts))
    if issue.outro and (content := _content(issue.outro, texts)):
        tree.add(_line(texts("check.outro"), content, "italic"))
    return tree


def _section(section: Section, texts: Texts) -> Text:
    facts = texts("check.category", category=section.category)
    if section.items:
        facts = f"{texts.count('check.items', len(section.items))} · {facts}"
    elif section.lead:
        facts = f"{texts('check.of_profile')} · {_content(section.lead, texts)}"
    return _line(section.title, facts, "bold")


def _item(item: Item, texts: Texts) -> Text:
    number = f"{item.number}. " if item.number is not None and item.via != "heading" else ""
    via = texts(f"check.via_{item.via.replace(' ', '_')}")
    return _line(f"{number}{item_label(item)}", f"{via} · {_content(item.blocks, texts)}", "")


def _content(blocks: Sequence[Block], texts: Texts) -> str:
    counted = (("words", _words(blocks)), ("links", len(links(blocks))), ("images", len(images(blocks))))
    return " · ".join(texts.count(f"check.{name}", count) for name, count in counted if count)


def _line(label: str, facts: str, style: str) -> Text:
    """A title that gives way to what is said about it when the terminal is narrow."""
    text = Text(no_wrap=True, overflow="ellipsis")
    short_label = Text(label, style=style)
    short_label.truncate(60, overflow="ellipsis")
    return text.append_text(short_label).append(f"  {facts}" if facts else "", "dim")


# --- size -------------------------------------------------------------------------------------------------------------


def _sizes(loaded: Loaded, texts: Texts, today: date) -> Text:
    """What a public push of it takes on each platform, from the payloads themselves."""
    page = push_page(as_stored(loaded), texts=texts, today=today)
    sizes: list[str] = []
    for name, unit in _PLATFORMS:
        look = looks(name)
        messages = rendered(look.render, page, Form("public"))
        size = sum(look.readback(message).counts.get(unit, 0) for message in messages)
        sizes.append(
            texts(
                f"check.size_{name}",
                messages=texts.count("check.messages", sum(message.count for message in messages)),
                units=texts.number(-(-size // 1024) if unit == "bytes" else size),
            )
        )
    return Text.assemble((f"{texts('check.push')}  ", "bold"), " · ".join(sizes))


# --- problems ---------------------------------------------------------------------------------------------------------


def _mended(loaded: Loaded, texts: Texts) -> Iterator[RenderableType]:
    """Problems by kind, each with line and excerpt; many of a kind are told by the first few and their lines."""
    described = described_problems(loaded.problems, texts, loaded.file)
    if not described:
        yield _indented(Text(f"✓ {texts('check.good')}", style="green"))
        return
    kinds = sorted(described, key=lambda one: (one["level"] != "error", one["code"], one["line"] or 0))
    for _, group in groupby(kinds, key=lambda one: (one["level"], one["code"])):
        yield _indented(_kind(list(group), texts))
    errors, warnings = _counted([loaded])
    counted = [texts.count("check.errors", errors)] if errors else []
    counted += [texts.count("check.warnings", warnings)] if warnings else []
    yield _indented(Text(" · ".join(counted), style="red" if errors else "yellow"))


def _kind(found: Sequence[dict[str, Any]], texts: Texts) -> Group:
    mark, style = _MARKS[found[0]["level"]]
    lines: list[RenderableType] = []
    cure = ""
    for problem in found[:SHOWN_OF_A_KIND]:
        if cure and problem["cure"] != cure:
            lines.append(_cure(cure))
        cure = problem["cure"]
        place = f"{problem['line']}: " if problem["line"] else ""
        lines.append(Text.assemble((f"{mark} ", style), (place, "bold"), problem["message"]))
        if problem["excerpt"]:
            excerpt = Text(problem["excerpt"], style="dim", no_wrap=True, overflow="ellipsis")
            lines.append(_indented(excerpt, 4))
    rest = found[SHOWN_OF_A_KIND:]
    if rest:
        places = ", ".join(dict.fromkeys(str(problem["line"]) for problem in rest if problem["line"]))
        more = "check.more" if places else "check.more_unplaced"
        lines.append(_indented(Text(texts(more, n=texts.number(len(rest)), lines=places), style="dim"), 4))
    lines.append(_cure(cure))
    return Group(*lines)


def _cure(cure: str) -> Padding:
    return _indented(Text(f"→ {cure}", style="green"), 2)
