"""What changed between two revisions of an issue? Item by item, so that what was sent can be edited. Pure."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from digest.document import Node, images, links
from digest.issue import Issue, Item, Section
from digest.matching import keep_keys

METADATA = ("titles", "number", "published_on", "language", "tags", "is_draft", "embargo_until")


@dataclass(frozen=True, slots=True)
class Place:
    """Where an item stands: in the section of this key, at `position` (from 0) among all items of the issue."""

    section: str
    position: int


@dataclass(frozen=True, slots=True)
class Placed:
    """An item that is there in one revision only, with its place in that one."""

    key: str
    place: Place


@dataclass(frozen=True, slots=True)
class Moved:
    """An item that stands elsewhere now. Of several explanations of a new order the one with the fewest moves."""

    key: str
    old: Place
    new: Place


@dataclass(frozen=True, slots=True)
class Change:
    """One fact about the issue, in words; None where there was or is none."""

    name: str
    old: str | None
    new: str | None


@dataclass(frozen=True, slots=True)
class Diff:
    """The difference, by stable item keys (old keys where an item is the same: content.md §7.1).

    `changed`: other words, links or pictures under the same key. `frame`: what stands around the items and differs,
    `headings`, `intro`, `outro`, or the key of a section whose heading, lead or place differs or that came or went.
    Links and images are listed as often as they came or went; `images_changed` are addresses that show another picture.
    """

    added: tuple[Placed, ...] = ()
    removed: tuple[Placed, ...] = ()
    changed: tuple[str, ...] = ()
    moved: tuple[Moved, ...] = ()
    frame: tuple[str, ...] = ()
    metadata: tuple[Change, ...] = ()
    links_added: tuple[str, ...] = ()
    links_removed: tuple[str, ...] = ()
    images_added: tuple[str, ...] = ()
    images_removed: tuple[str, ...] = ()
    images_changed: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        return self == Diff()

    @property
    def counts(self) -> dict[str, int]:
        """How many of each kind; what a log line says."""
        return {name: len(getattr(self, name)) for name in Diff.__slots__}


@dataclass(frozen=True, slots=True)
class Revised:
    """A stored issue has a new revision: what delivery needs to edit what was sent under the old one."""

    issue_id: int
    old_revision: str
    new_revision: str
    diff: Diff


def diff(
    old: Issue,
    new: Issue,
    *,
    old_pictures: Mapping[str, str] | None = None,
    new_pictures: Mapping[str, str] | None = None,
) -> Diff:
    """What makes `new` of `old`. The pictures tell for each image `src` the hash of its bytes; absent is missing."""
    new = keep_keys(old, new)
    old_links, new_links = links(old.nodes), links(new.nodes)
    old_sources, new_sources = _sources(old.nodes), _sources(new.nodes)
    repainted = _repainted({*old_sources} & {*new_sources}, old_pictures or {}, new_pictures or {})
    olds, news = _items(old), _items(new)
    stays = [key for key in news if key in olds]
    settled = _settled(stays, olds, news)
    return Diff(
        added=tuple(Placed(key, place) for key, (place, _) in news.items() if key not in olds),
        removed=tuple(Placed(key, place) for key, (place, _) in olds.items() if key not in news),
        changed=tuple(key for key in stays if _is_changed(olds[key][1], news[key][1], repainted)),
        moved=tuple(Moved(key, olds[key][0], news[key][0]) for key in stays if key not in settled),
        frame=tuple(_frame(old, new, repainted)),
        metadata=tuple(_metadata(old, new)),
        links_added=_more(new_links, old_links),
        links_removed=_more(old_links, new_links),
        images_added=_more(new_sources, old_sources),
        images_removed=_more(old_sources, new_sources),
        images_changed=tuple(src for src in dict.fromkeys(new_sources) if src in repainted),
    )


def _items(issue: Issue) -> dict[str, tuple[Place, Item]]:
    return {
        item.key: (Place(section.key, position), item)
        for position, (section, item) in enumerate(issue.placed())
    }


def _settled(
    stays: Sequence[str], olds: Mapping[str, tuple[Place, Item]], news: Mapping[str, tuple[Place, Item]]
) -> frozenset[str]:
    """The items that did not move: the longest run that kept its order, within the same sections."""
    at_home = [key for key in stays if olds[key][0].section == news[key][0].section]
    return frozenset(_longest_rising(at_home, {key: olds[key][0].position for key in at_home}))


def _longest_rising(keys: Sequence[str], rank: Mapping[str, int]) -> Sequence[str]:
    """The longest subsequence of `keys` whose ranks rise (patience sorting)."""
    tails: list[int] = []  # the smallest rank that ends a run of each length
    ends: list[str] = []
    before: dict[str, str | None] = {}
    for key in keys:
        length = bisect_left(tails, rank[key])
        before[key] = ends[length - 1] if length else None
        tails[length : length + 1] = [rank[key]]
        ends[length : length + 1] = [key]
    run: list[str] = []
    key_: str | None = ends[-1] if ends else None
    while key_ is not None:
        run.append(key_)
        key_ = before[key_]
    return run[::-1]


def _is_changed(old: Item, new: Item, repainted: frozenset[str]) -> bool:
    if (old.title, old.heading, old.blocks, old.number) != (new.title, new.heading, new.blocks, new.number):
        return True
    return any(image.src in repainted for image in new.images)


def _repainted(
    both: Iterable[str], old_pictures: Mapping[str, str], new_pictures: Mapping[str, str]
) -> frozenset[str]:
    """Addresses that stand in both and show another picture; one that came or went missing counts."""
    return frozenset(src for src in both if old_pictures.get(src) != new_pictures.get(src))


def _frame(old: Issue, new: Issue, repainted: frozenset[str]) -> Iterator[str]:
    for name in ("headings", "intro", "outro"):
        nodes = _flat(getattr(new, name))
        if getattr(old, name) != getattr(new, name) or not repainted.isdisjoint(_sources(nodes)):
            yield name
    olds, news = ({section.key: section for section in issue.sections} for issue in (old, new))
    ranks = {key: position for position, key in enumerate(olds)}
    settled = frozenset(_longest_rising([key for key in news if key in olds], ranks))
    for key, section in news.items():
        before = olds.get(key)
        if before is None or key not in settled or _is_dressed_otherwise(before, section, repainted):
            yield key
    yield from (key for key in olds if key not in news)


def _is_dressed_otherwise(old: Section, new: Section, repainted: frozenset[str]) -> bool:
    if (old.title, old.heading, old.lead) != (new.title, new.heading, new.lead):
        return True
    return not repainted.isdisjoint(_sources((*new.heading, *new.lead)))


def _metadata(old: Issue, new: Issue) -> Iterator[Change]:
    for name in METADATA:
        before, after = getattr(old, name), getattr(new, name)
        if before != after:
            yield Change(name, _said(before), _said(after))


def _said(value: str | int | date | tuple[str, ...] | None) -> str | None:
    if value is None:
        return None
    return " / ".join(value) if isinstance(value, tuple) else str(value)


def _flat(runs: Iterable[Node | tuple[Node, ...]]) -> tuple[Node, ...]:
    """Headings are runs of inlines, intro and outro are blocks."""
    return tuple(node for run in runs for node in (run if isinstance(run, tuple) else (run,)))


def _sources(nodes: Iterable[Node]) -> tuple[str, ...]:
    return tuple(image.src for image in images(nodes))


def _more(these: Sequence[str], those: Sequence[str]) -> tuple[str, ...]:
    """What occurs oftener in `these`, once for each time, in the order of first appearance."""
    return tuple((Counter(these) - Counter(those)).elements())
