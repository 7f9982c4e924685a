"""Is the structure of issues independent of the order they came in, and is it settled after a crash as well?"""

from collections.abc import Sequence
from dataclasses import replace
from itertools import permutations
from pathlib import Path

import pytest

from bot.library import Library
from bot.media.cellar import Cellar
from bot.sources.folder import FolderSource, LooseFiles
from bot.upkeep import Upkeep
from digest.issue import Issue, Series
from digest.parse import parse
from digest.profile import Profile
from storage.store import Store, open_store
from tests.contract.delivery.floor import SetClock

SERIES = Series("weekly", "Weekly", "Asia/Shanghai")
HEAD = "---\ndate: 2026-02-{n:02}\n---\n# Weekly {n}\n\n"
MODELS = "## Models\n\n### A {n}\n\nA.\n\n### B {n}\n\nB.\n\n"
CHIPS = "## Chips\n\n### C {n}\n\nC.\n\n### D {n}\n\nD.\n\n"
STRAY = "## A stray item\n\nIt has words of its own.\n\n### E {n}\n\nE.\n\n"
TEXTS = {
    1: HEAD + MODELS + CHIPS + STRAY,  # one-off: an item set one level too high, as the others tell
    2: HEAD + MODELS + CHIPS,
    3: HEAD + MODELS + CHIPS + STRAY.replace("A stray item", "Reading"),
    4: HEAD + MODELS + STRAY.replace("A stray item", "Reading") + CHIPS,  # what recurs is a section
}
WANTED = {
    1: ["Models", "Chips"],
    2: ["Models", "Chips"],
    3: ["Models", "Chips", "Reading"],
    4: ["Models", "Reading", "Chips"],
}


class Shelf:
    """A library over a folder; counts what is parsed."""

    def __init__(self, store: Store, root: Path) -> None:
        self.store = store
        self.folder = root / "issues"
        self.folder.mkdir(parents=True)
        self.clock = SetClock()
        self.parsed: list[str] = []
        self.breaks_at = 0
        self.library = Library(store, Cellar(root / "media"), self.clock, self._parse)
        self.upkeep = Upkeep(store, self.library, self.clock, self._parse)

    def _parse(self, source, **arguments):
        self.parsed.append(arguments["name"])
        if self.breaks_at and len(self.parsed) >= self.breaks_at:
            raise KeyboardInterrupt
        return parse(source, **arguments)

    def write(self, numbers: Sequence[int], texts=TEXTS) -> None:
        for n in numbers:
            (self.folder / f"{n}.md").write_text(texts[n].format(n=n), "utf-8")

    async def sync(self, series: Series = SERIES) -> dict[str, str]:
        found = await self.library.sync(FolderSource(self.folder, ("*.md",)), series)
        return {one.loaded.file.name: one.result for one in found}

    async def trees(self) -> dict[str, Issue]:
        lines = await self.store.issues.lines()
        return {line.key: (await self.store.issues.get(line.id)).issue for line in lines}

    async def sections(self) -> dict[int, list[str]]:
        return {int(key): [one.title for one in tree.sections] for key, tree in (await self.trees()).items()}


def unkeyed(tree: Issue) -> Issue:
    sections = (
        replace(one, items=tuple(replace(item, key="") for item in one.items)) for one in tree.sections
    )
    return replace(tree, sections=tuple(sections))


@pytest.fixture
async def shelf(tmp_path):
    store = await open_store("sqlite+aiosqlite://")
    yield Shelf(store, tmp_path)
    await store.close()


async def test_a_first_sync_reads_each_file_as_one_among_all(shelf: Shelf) -> None:
    """The first file had no history when it was read: it is read again, under its revision, and nothing is told."""
    shelf.write([1, 2, 3, 4])
    told = await shelf.sync()
    assert set(told.values()) == {"added"}
    assert await shelf.sections() == WANTED
    stored = await shelf.store.issues.by_key("weekly/1")
    chips = stored.issue.sections[1]
    assert [item.title for item in chips.items] == ["C 1", "D 1", "A stray item", "E 1"]
    assert set(await shelf.sync()) == set(told)
    assert set((await shelf.sync()).values()) == {"unchanged"}
    assert (await shelf.store.issues.by_key("weekly/1")).revision == stored.revision
    assert await shelf.store.deliveries.campaigns() == []


async def test_every_order_of_arrival_gives_the_same_trees(tmp_path) -> None:
    """One after the other in all orders, and all at once: tree for tree and problem for problem the same.

    But for the keys of items: one that was read elsewhere before keeps its own (content.md §7.1).
    """
    found = []
    for place, order in enumerate([*permutations(TEXTS), None]):
        store = await open_store("sqlite+aiosqlite://")
        shelf = Shelf(store, tmp_path / str(place))
        if order is None:
            shelf.write(list(TEXTS))
            await shelf.sync()
        for n in order or ():
            shelf.write([n])
            await shelf.sync()
        ids = {line.key: line.id for line in await store.issues.lines()}
        problems = {key: await store.issues.problems(one) for key, one in ids.items()}
        found.append(({key: unkeyed(tree) for key, tree in (await shelf.trees()).items()}, problems))
        await store.close()
    assert all(one == found[0] for one in found)


async def test_readings_are_bounded(shelf: Shelf) -> None:
    """Of a backlog whose headings recur only the first are read twice; a known folder is not parsed at all."""
    texts = dict.fromkeys(range(1, 28), HEAD + MODELS + CHIPS)
    shelf.write(list(texts), texts)
    await shelf.sync()
    assert len(shelf.parsed) == len(texts) + 1  # the very first one saw nothing of what recurs
    shelf.parsed.clear()
    await shelf.sync()
    await shelf.upkeep.run({"weekly": SERIES})
    assert shelf.parsed == []
    late = {28: HEAD + MODELS + CHIPS}
    shelf.write([28], late)
    await shelf.sync()
    assert shelf.parsed == ["28.md"]


@pytest.mark.parametrize("breaks_at", range(1, 7))
async def test_a_crash_is_made_good_by_the_next_start(shelf: Shelf, breaks_at: int) -> None:
    """Cut off at any parse, of the sync or of the reading again: after a restart all is as if it had not been."""
    shelf.write([1, 2, 3, 4])
    shelf.breaks_at = breaks_at
    with pytest.raises(KeyboardInterrupt):
        await shelf.sync()
    shelf.breaks_at = 0
    await shelf.sync()
    await shelf.upkeep.run({"weekly": SERIES})
    assert await shelf.sections() == WANTED


async def test_what_no_note_tells_of_is_read_once(shelf: Shelf) -> None:
    """A database of an earlier program, or a crash between issue and note: upkeep alone makes it good."""
    shelf.write([1, 2, 3, 4])
    await shelf.sync()
    for line in await shelf.store.issues.lines():
        await shelf.store.notes.forget(f"headings weekly/{line.id}")
    before = await shelf.trees()
    shelf.parsed.clear()
    await shelf.upkeep.run({"weekly": SERIES})
    assert len(shelf.parsed) <= 2 * len(TEXTS)
    assert await shelf.trees() == before
    shelf.parsed.clear()
    await shelf.upkeep.run({"weekly": SERIES})
    assert shelf.parsed == []


async def test_an_issue_is_no_history_of_its_own(shelf: Shelf) -> None:
    """A one-off stays one when its file changes: what it was called before says nothing."""
    shelf.write([1, 2])
    await shelf.sync()
    assert (await shelf.sections())[1] == ["Models", "Chips"]
    shelf.write([1], {1: TEXTS[1] + "More.\n"})
    assert (await shelf.sync())["1.md"] == "changed"
    assert (await shelf.sections())[1] == ["Models", "Chips"]


async def test_files_handed_in_settle_as_well(shelf: Shelf) -> None:
    """What is imported file by file, from no source that stays, comes to the same."""
    shelf.write([1, 2, 3, 4])
    for n in (1, 4, 3, 2):
        await shelf.library.sync(LooseFiles(shelf.folder, ("*.md",), only=f"{n}.md"), SERIES)
    assert await shelf.sections() == WANTED


async def test_a_new_profile_reads_what_is_stored(shelf: Shelf) -> None:
    """The text is the same and so is the revision; what the profile says holds for issues that are there too."""
    shelf.write([1, 2])
    await shelf.sync()
    before = await shelf.store.issues.by_key("weekly/1")
    named = Series(
        "weekly", "Weekly", "Asia/Shanghai", profile=Profile(sections=("Models", "Chips", "A stray item"))
    )
    assert set((await shelf.sync(named)).values()) == {"unchanged"}
    assert (await shelf.sections())[1] == ["Models", "Chips", "A stray item"]
    assert (await shelf.store.issues.by_key("weekly/1")).revision == before.revision
