"""What does a changed, moved or deleted file do, and what does it never do? From the folder to the ledger."""

from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from sqlalchemy import text
from structlog.testing import capture_logs

from bot.delivery.opening import Opener, SeriesRule
from bot.library import Library
from bot.media.cellar import Cellar
from bot.sources.folder import FolderSource
from bot.upkeep import Upkeep
from digest.document import paragraph
from digest.issue import Series
from digest.parse import PARSER_VERSION, parse
from storage.store import Store, open_store
from tests.contract.delivery.floor import SetClock

SERIES = Series("weekly", "Weekly", "Asia/Shanghai")
TEXT = """\
---
date: 2026-02-{n:02}
---
# Weekly {n}

## Models

### One

The first.

### Two

The second.

## Chips

### Three

The third.
"""


@dataclass
class Shelf:
    store: Store
    library: Library
    folder: Path
    clock: SetClock

    async def sync(self, series: Series = SERIES):
        """Read the folder, as the bot does; what is news is pushed on publishing."""
        source = FolderSource(self.folder, ("*.md",))
        results = await self.library.sync(source, series)
        opener = Opener(self.store, self.clock, {"weekly": SeriesRule(is_on_publish=True)}, lambda: None)
        await opener.published([one.issue_id for one in results if one.is_news and one.issue_id is not None])
        return {one.loaded.file.name: one for one in results}

    def write(self, n: int, words: str = TEXT) -> None:
        (self.folder / f"weekly-{n}.md").write_text(words.format(n=n), "utf-8")

    async def pushes(self) -> list[str]:
        return [one.idem for one in await self.store.deliveries.campaigns()]

    async def found(self, word: str) -> list[str]:
        """Titles of the items the index holds a word of."""
        asked = text("SELECT item.title FROM fts JOIN item ON item.search_id = fts.rowid WHERE fts MATCH :w")
        return await self.store.database.read(lambda c: list(c.execute(asked, {"w": word}).scalars()))

    async def slugs(self) -> list[str]:
        return [one.slug for _, one in await self.store.issues.categories()]


@pytest.fixture
async def shelf(tmp_path):
    """Issue 1 is backlog, issue 2 was pushed on publishing."""
    store, clock = await open_store("sqlite+aiosqlite://"), SetClock()
    folder = tmp_path / "issues"
    folder.mkdir()
    made = Shelf(store, Library(store, Cellar(tmp_path / "media"), clock), folder, clock)
    made.write(1)
    await made.sync()
    clock.move(days=1)
    made.write(2)
    await made.sync()
    assert await made.pushes() == ["weekly/2@publish"]
    yield made
    await store.close()


async def test_a_changed_file_is_a_revision_and_no_second_push(shelf: Shelf) -> None:
    """The event says what changed, the log counts it; it is not news and opens no campaign."""
    shelf.write(2, TEXT.replace("The second.", "The second, corrected.") + "\n### Four\n\nThe fourth.\n")
    with capture_logs() as logs:
        told = (await shelf.sync())["weekly-2.md"]
    assert (told.result, told.is_news) == ("changed", False)
    assert told.revised is not None
    assert told.revised.diff.changed == ("models/two",)
    assert [one.key for one in told.revised.diff.added] == ["chips/four"]
    stored = await shelf.store.issues.by_key("weekly/2")
    assert told.revised.new_revision == stored.revision
    [campaign] = await shelf.store.deliveries.campaigns()
    assert campaign.revision == told.revised.old_revision
    [line] = [one for one in logs if one["event"] == "issue.revised"]
    assert (line["file"], line["changed"], line["added"]) == ("weekly-2.md", 1, 1)
    assert "removed" not in line
    assert (await shelf.sync())["weekly-2.md"].revised is None


async def test_a_correction_outlives_revisions_and_pushes_nothing(shelf: Shelf) -> None:
    """Date and number by a curator's word stand above the file's front matter, also after a change."""
    stored = await shelf.store.issues.by_key("weekly/1")
    await shelf.store.issues.set_date(stored.id, shelf.clock.now().date())
    await shelf.store.issues.set_number(stored.id, 9)
    shelf.write(1, TEXT.replace("The first.", "Another."))
    assert (await shelf.sync())["weekly-1.md"].result == "changed"
    issue = (await shelf.store.issues.get(stored.id)).issue
    assert (issue.number, issue.published_on, issue.date_from) == (9, shelf.clock.now().date(), "curator")
    assert await shelf.pushes() == ["weekly/2@publish"]


def test_dates_in_the_body_are_never_the_date() -> None:
    """No file name, no title, no front matter: the day in the first line stays words."""
    words = "## Models\n\n### One\n\nSeen on 2026-02-03 and 2026年2月4日.\n\n### Two\n\nMore.\n"
    found = parse(words.encode(), series=SERIES, name="notes.md").issue
    assert found is not None
    assert (found.published_on, found.date_from) == (None, None)


async def test_a_deleted_file_retracts_nothing(shelf: Shelf) -> None:
    """It is said once; readers still see the issue."""
    (shelf.folder / "weekly-1.md").unlink()
    with capture_logs() as logs:
        await shelf.sync()
        await shelf.sync()
    assert [one["file"] for one in logs if one["event"] == "source.file_gone"] == ["weekly-1.md"]
    stored = await shelf.store.issues.by_key("weekly/1")
    assert stored.state == "published"
    assert (await shelf.store.issues.line(stored.id)).is_file_gone
    shelf.write(1)
    await shelf.sync()
    assert not (await shelf.store.issues.line(stored.id)).is_file_gone


async def test_a_renamed_file_is_the_same_issue(shelf: Shelf) -> None:
    """Number in the title beats the name: nothing is gone, nothing is new."""
    (shelf.folder / "weekly-1.md").rename(shelf.folder / "issue-one.md")
    with capture_logs() as logs:
        told = await shelf.sync()
    assert told["issue-one.md"].result == "unchanged"
    assert not [one for one in logs if one["event"] == "source.file_gone"]
    assert await shelf.store.issues.count("weekly") == 2


async def aged(store: Store) -> None:
    """As an older program left it: an older parser, whose trees know less."""

    def write(connection):
        connection.execute(text("UPDATE revision SET parser_version = 0"))

    await store.database.write(write)


async def test_a_better_parser_reads_the_stored_sources(shelf: Shelf) -> None:
    """The files may be gone: trees are made of the stored bytes, under the same revision, without an event or push."""
    before = await shelf.store.issues.by_key("weekly/2")
    for path in shelf.folder.glob("*.md"):
        path.unlink()
    await aged(shelf.store)
    upkeep = Upkeep(shelf.store, shelf.library, shelf.clock, parse)
    with capture_logs() as logs:
        assert await upkeep.reread({"weekly": SERIES}) == 2
        assert await upkeep.reread({"weekly": SERIES}) == 0
    after = await shelf.store.issues.by_key("weekly/2")
    assert after == before
    assert [one["event"] for one in logs] == ["issues.reread"]
    assert await shelf.store.issues.outdated(PARSER_VERSION) == []
    assert await shelf.pushes() == ["weekly/2@publish"]


async def test_the_index_follows_a_better_parser(shelf: Shelf) -> None:
    """Words that the older parser lost are found, those it made up are not; items keep their ids."""
    source = TEXT.replace("The third.", "Zircon.").format(n=3).encode()
    whole = parse(source, series=SERIES, name="weekly-3.md").issue
    assert whole is not None
    chips = whole.sections[1]
    poor = replace(chips, items=(replace(chips.items[0], blocks=(paragraph("Feldspar."),)),))
    saved = await shelf.store.issues.save(
        replace(whole, sections=(whole.sections[0], poor)),
        source,
        revision="three",
        base="",
        pictures={},
        now=shelf.clock.now(),
        name="weekly-3.md",
        parser_version=0,
    )
    before = await shelf.store.issues.get(saved.issue_id)
    assert (await shelf.found("feldspar"), await shelf.found("zircon")) == (["Three"], [])
    await Upkeep(shelf.store, shelf.library, shelf.clock, parse).run({"weekly": SERIES})
    after = await shelf.store.issues.get(saved.issue_id)
    assert (after.issue, after.revision, after.item_ids) == (whole, before.revision, before.item_ids)
    assert (await shelf.found("feldspar"), await shelf.found("zircon")) == ([], ["Three"])


async def test_dates_and_numbers_from_outside_the_text_survive_a_better_parser(shelf: Shelf) -> None:
    """What a path or a commit told is not in the bytes, and must not be lost by reading them again."""
    bare = TEXT.partition("# Weekly {n}\n\n")[2].encode()
    tree = parse(bare, series=SERIES, name="x.md").issue
    assert tree is not None
    told = replace(
        tree,
        key="5",
        number=5,
        published_on=shelf.clock.now().date(),
        date_from="commit",
        titles=("Weekly 5",),
    )
    saved = await shelf.store.issues.save(
        told,
        bare,
        revision="five",
        base="",
        pictures={},
        now=shelf.clock.now(),
        name="x.md",
        parser_version=0,
    )
    await Upkeep(shelf.store, shelf.library, shelf.clock, parse).reread({"weekly": SERIES})
    after = (await shelf.store.issues.get(saved.issue_id)).issue
    assert (after.key, after.number, after.titles) == ("5", 5, ("Weekly 5",))
    assert (after.published_on, after.date_from) == (told.published_on, "commit")


async def test_what_cannot_be_read_any_more_keeps_its_tree(shelf: Shelf) -> None:
    """A stricter parser refuses a stored source: the old tree stays, and the log says so."""
    await shelf.store.issues.save(
        (await shelf.store.issues.by_key("weekly/1")).issue,
        "周知".encode("utf-16"),
        revision="odd",
        base="",
        pictures={},
        now=shelf.clock.now(),
        parser_version=0,
        name="odd.md",
    )
    with capture_logs() as logs:
        await Upkeep(shelf.store, shelf.library, shelf.clock, parse).reread({"weekly": SERIES})
    assert "issue.unreadable_now" in [one["event"] for one in logs]
    assert (await shelf.store.issues.by_key("weekly/1")).issue.items


async def test_a_new_section_title_is_offered_once_and_an_alias_is_not(shelf: Shelf) -> None:
    """The first sync makes categories silently; a later title makes one to be asked about, an alias of the file none."""
    assert await shelf.slugs() == ["models", "chips"]
    assert await shelf.store.categories.offers() == []
    shelf.write(3, TEXT.replace("## Chips", "## 模型与能力"))
    shelf.write(4, TEXT.replace("## Chips", "## 法规"))
    named = Series(
        "weekly", "Weekly", "Asia/Shanghai", aliases=(("models", ("模型与能力",)), ("fresh", ("新",)))
    )
    await shelf.sync(named)
    assert [one.category.slug for one in await shelf.store.categories.offers()] == ["法规"]
    shelf.write(5, TEXT.replace("## Chips", "## 新"))
    await shelf.sync(named)
    assert [one.category.slug for one in await shelf.store.categories.offers()] == ["法规"]
    assert await shelf.slugs() == ["models", "chips", "法规", "fresh"]


async def test_what_was_merged_holds_for_later_issues_and_the_configuration_wins(shelf: Shelf) -> None:
    """A later issue's title maps as the curator said; a line in the file stands above his word, for what is stored too."""
    shelf.write(3, TEXT.replace("## Chips", "## 法规"))
    await shelf.sync()
    known = {one.slug: one_id for one_id, one in await shelf.store.issues.categories()}
    await shelf.store.categories.merge(known["法规"], known["chips"])
    shelf.write(4, TEXT.replace("## Chips", "## 法规"))
    await shelf.sync()
    assert [one.category for one in (await shelf.store.issues.by_key("weekly/4")).issue.sections] == [
        "models",
        "chips",
    ]
    assert await shelf.store.categories.offers() == []
    named = Series("weekly", "Weekly", "Asia/Shanghai", aliases=(("law", ("法规",)),))
    await Upkeep(shelf.store, shelf.library, shelf.clock, parse).run({"weekly": named})
    for key in ("weekly/3", "weekly/4"):
        filed = (await shelf.store.issues.by_key(key)).issue.sections
        assert [one.category for one in filed] == ["models", "law"]
    shelf.write(5, TEXT.replace("## Chips", "## 法规"))
    await shelf.sync(named)
    assert (await shelf.store.issues.by_key("weekly/5")).issue.sections[1].category == "law"
