"""Are issues kept with their words, ids and revisions, and shown only when they may be?"""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import text

from digest.errors import NotFound, Refused
from digest.issue import Problem
from digest.page import Picture
from storage.store import Store
from tests.contract.storage.making import LATER, NOW, an_issue, an_item, save, without

ZONES = {"weekly": "Asia/Shanghai"}


async def hits(store: Store, word: str) -> int:
    """How many items the index holds a word of."""
    query = text("SELECT count(*) FROM fts WHERE fts MATCH :q")
    return await store.database.read(lambda c: c.execute(query, {"q": f'"{word}"'}).scalar_one())


async def test_what_is_saved_comes_back(store):
    """Tree, source, pictures and problems are read as they were given."""
    issue, picture = an_issue(), Picture("ab" * 32, "image/png", 10, 20, 300)
    problem = Problem("warning", "missing_image", 3, {"src": "x.png"})
    saved = await store.issues.save(
        issue,
        b"\xef\xbb\xbf# x\r\n",
        revision="r",
        base="/b",
        pictures={"a.png": picture},
        now=NOW,
        problems=[problem],
    )
    assert (saved.result, saved.is_newer) == ("added", True)
    stored = await store.issues.get(saved.issue_id)
    assert stored.issue == issue
    assert (stored.revision, stored.state, stored.base, stored.appeared_at) == ("r", "published", "/b", NOW)
    assert stored.pictures == {"a.png": picture}
    assert list(stored.item_ids) == [item.key for item in issue.items]
    assert list(stored.section_ids) == ["models", "tools"]
    assert await store.issues.source(saved.issue_id) == b"\xef\xbb\xbf# x\r\n"
    assert await store.issues.problems(saved.issue_id) == [problem]


async def test_the_same_revision_twice_changes_nothing(store):
    """Loading twice writes nothing at all: not one row of the database is touched."""
    first = await save(store, an_issue())
    before = await store.issues.get(first.issue_id)
    changes = text("SELECT total_changes()")
    count = await store.database.write(lambda c: c.execute(changes).scalar())
    again = await save(store, an_issue(), now=LATER)
    assert (again.result, again.issue_id, again.is_newer) == ("unchanged", first.issue_id, False)
    assert await store.issues.get(first.issue_id) == before
    assert await store.database.write(lambda c: c.execute(changes).scalar()) == count


async def test_ids_are_stable_over_revisions(store):
    """Items and sections keep their ids; one that is dropped is gone at once and returns under its old id."""
    issue = an_issue()
    saved = await save(store, issue)
    before = await store.issues.get(saved.issue_id)
    assert (await save(store, without(issue, "models/b"), "r2")).result == "changed"
    after = await store.issues.get(saved.issue_id)
    dropped = before.item_ids["models/b"]
    assert after.item_ids == {key: n for key, n in before.item_ids.items() if key != "models/b"}
    assert after.section_ids == before.section_ids
    with pytest.raises(NotFound):
        await store.issues.item(dropped)
    assert await hits(store, "feldspar") == 0
    assert (await save(store, issue, "r3")).result == "changed"
    assert (await store.issues.get(saved.issue_id)).item_ids == before.item_ids
    assert (await store.issues.item(dropped)).item.title == "Beta"
    assert await hits(store, "feldspar") == 1


async def test_a_revision_may_return(store):
    """A file put back to an older text is a change, and shows the older text."""
    issue = an_issue()
    saved = await save(store, issue)
    await save(store, without(issue, "tools/d"), "r2")
    assert (await save(store, issue, "r1", now=LATER)).result == "changed"
    stored = await store.issues.get(saved.issue_id)
    assert (stored.revision, len(stored.issue.items), stored.appeared_at) == ("1-r1", 4, NOW)


async def test_an_edited_title_keeps_the_item(store):
    """An item under a new title but with the old links keeps its key and id."""
    issue = an_issue()
    saved = await save(store, issue)
    before = await store.issues.get(saved.issue_id)
    tools = issue.sections[1]
    edited = an_item("tools/gamma-2", "Gamma, corrected", "mica tool", "https://e.org/c")
    renamed = replace(issue, sections=(issue.sections[0], replace(tools, items=(edited, tools.items[1]))))
    await save(store, renamed, "r2")
    after = await store.issues.get(saved.issue_id)
    assert after.item_ids == before.item_ids
    assert (await store.issues.item(before.item_ids["tools/c"])).item.title == "Gamma, corrected"


async def test_a_better_parser_renews_the_tree_under_the_same_revision(store):
    """Tree and index follow; the revision stays, so that no correction opens. An older parser changes nothing."""
    issue = an_issue()
    saved = await save(store, issue)
    better = replace(issue, sections=issue.sections[:1])
    assert (await save(store, better, version=2)).result == "unchanged"
    stored = await store.issues.get(saved.issue_id)
    assert (stored.revision, stored.issue) == ("1-r1", better)
    assert await hits(store, "mica") == 0
    await save(store, issue, version=1)
    assert (await store.issues.get(saved.issue_id)).issue == better


async def test_the_index_follows_a_revision(store):
    """New words are found, old ones are not, in the same transaction."""
    issue = an_issue()
    await save(store, issue)
    assert (await hits(store, "quartz"), await hits(store, "basalt")) == (1, 0)
    changed = an_item("models/a", "Alpha", "basalt model")
    models = replace(issue.sections[0], items=(changed, issue.sections[0].items[1]))
    await save(store, replace(issue, sections=(models, issue.sections[1])), "r2")
    assert (await hits(store, "quartz"), await hits(store, "basalt")) == (0, 1)


@pytest.mark.parametrize("held", ["draft", "until 2026-03-09"])
async def test_held_issues_are_invisible(store, held):
    """What is held can be looked at by its id, and is neither listed nor found."""
    saved = await save(store, an_issue(), held=held)
    assert (saved.result, saved.is_newer) == ("added", False)
    assert await store.issues.latest() is None
    assert await store.issues.lines() == []
    assert await store.issues.count() == 0
    assert await store.issues.find(number=1) == []
    assert await store.issues.nearest(date(2026, 3, 2)) is None
    assert await hits(store, "quartz") == 0
    [line] = await store.issues.lines(visible=False)
    assert (line.state, line.held, line.item_count) == ("held", held, 4)
    assert (await store.issues.get(saved.issue_id)).state == "held"


async def test_release_waits_for_the_day_in_the_zone(store):
    """An embargo ends when its day begins where the series lives; a draft stays."""
    saved = await save(store, an_issue(), held="until 2026-03-09")
    await save(store, an_issue(2), held="draft")
    before = datetime(2026, 3, 8, 15, 59, tzinfo=UTC)
    assert await store.issues.release(before, ZONES) == []
    at = before + timedelta(minutes=1)
    assert await store.issues.release(at, ZONES) == [saved.issue_id]
    assert await store.issues.release(at, ZONES) == []
    stored = await store.issues.get(saved.issue_id)
    assert (stored.state, stored.appeared_at) == ("published", at)
    assert await hits(store, "quartz") == 1
    # loading the file again says the same and holds nothing back
    assert (await save(store, an_issue())).result == "unchanged"


async def test_a_draft_that_is_published_newly_appears(store):
    """When the key is gone from the file, the issue counts as added and as newer."""
    await save(store, an_issue(), held="draft")
    saved = await save(store, an_issue(), "r2", now=LATER)
    assert (saved.result, saved.is_newer) == ("added", True)
    assert (await store.issues.get(saved.issue_id)).appeared_at == LATER


async def test_newer_is_by_date_then_number(store):
    """Only what is newer than the newest known opens pushes; an old issue added late does not."""
    assert (await save(store, an_issue(5, date(2026, 3, 2)))).is_newer
    assert not (await save(store, an_issue(4, date(2026, 2, 23)))).is_newer
    assert (await save(store, an_issue(6, date(2026, 3, 9)))).is_newer
    assert (await save(store, an_issue(1, date(2026, 1, 1), series="daily"))).is_newer
    latest = await store.issues.latest("weekly")
    assert latest is not None
    assert latest.issue.number == 6
    assert [line.number for line in await store.issues.lines("weekly")] == [6, 5, 4]
    assert [line.number for line in await store.issues.lines("weekly", limit=1, offset=1)] == [5]
    assert await store.issues.count() == 4


async def test_without_a_date_the_number_places_an_issue(store):
    """It stands right after the one it follows: the newest of a series needs no date to be the newest."""
    for number, day in ((2, date(2026, 3, 2)), (5, date(2026, 3, 16)), (4, None), (1, None), (6, None)):
        await save(store, an_issue(number, day))
    numbers = [line.number for line in await store.issues.lines("weekly")]
    assert numbers == [6, 5, 4, 2, 1]
    latest = await store.issues.latest("weekly")
    assert latest is not None
    assert latest.issue.number == 6
    assert not (await save(store, an_issue(3, None))).is_newer
    assert (await save(store, an_issue(7, None))).is_newer


async def test_without_dates_numbers_sort(store):
    """A series without dates sorts by number."""
    for number in (2, 10, 9):
        await save(store, an_issue(number, None))
    assert [line.number for line in await store.issues.lines()] == [10, 9, 2]


async def test_neighbours_are_of_the_same_series(store):
    """Older and newer, held ones skipped."""
    ids = {n: (await save(store, an_issue(n, date(2026, 3, n)))).issue_id for n in (1, 2, 4)}
    held = (await save(store, an_issue(3, date(2026, 3, 3)), held="draft")).issue_id
    await save(store, an_issue(9, date(2026, 3, 3), series="daily"))
    assert await store.issues.neighbours(ids[2]) == (ids[1], ids[4])
    assert await store.issues.neighbours(ids[1]) == (None, ids[2])
    assert await store.issues.neighbours(ids[4]) == (ids[2], None)
    assert await store.issues.neighbours(held) == (ids[2], ids[4])
    assert await store.issues.neighbours(99) == (None, None)


async def test_nearest_and_find(store):
    """A day without an issue leads to the nearest one, before or after."""
    for n, day in ((1, 2), (2, 12)):
        await save(store, an_issue(n, date(2026, 3, day)))
    for day, number in ((1, 1), (2, 1), (6, 1), (7, 2), (8, 2), (30, 2)):
        found = await store.issues.nearest(date(2026, 3, day))
        assert found is not None
        assert found.number == number
    assert [line.number for line in await store.issues.find(on=date(2026, 3, 12))] == [2]
    assert await store.issues.find(on=date(2026, 3, 12), number=1) == []


async def test_names(store):
    """An issue is found by key, by series and key, by number; two of one name are a question."""
    one = (await save(store, an_issue(7))).issue_id
    assert (await store.issues.by_key("7")).id == one
    two = (await save(store, an_issue(7, series="daily"))).issue_id
    assert (await store.issues.by_key("daily/7")).id == two
    assert (await store.issues.by_key("7", "weekly")).id == one
    with pytest.raises(Refused) as raised:
        await store.issues.by_key("7")
    assert raised.value.key == "issue.ambiguous"
    with pytest.raises(NotFound):
        await store.issues.by_key("8")
    await store.issues.set_number(one, 70)
    assert (await store.issues.by_key("70")).id == one


async def test_a_curators_date_outlives_revisions(store):
    """The date holds against later readings of the file, names a new revision and moves the items in search."""
    saved = await save(store, an_issue(1, date(2026, 3, 2)))
    search_ids = text("SELECT search_id / 1048576 FROM item ORDER BY position")
    await store.issues.set_date(saved.issue_id, date(2026, 2, 2))
    stored = await store.issues.get(saved.issue_id)
    assert (stored.issue.published_on, stored.issue.date_from) == (date(2026, 2, 2), "curator")
    assert stored.revision != "1-r1"
    days = await store.database.read(lambda c: c.execute(search_ids).scalars().all())
    assert days == [date(2026, 2, 2).toordinal()] * 4
    assert await hits(store, "quartz") == 1
    assert (await save(store, an_issue(1, date(2026, 3, 2)))).result == "unchanged"
    await save(store, without(an_issue(1, date(2026, 3, 2)), "tools/d"), "r2")
    again = await store.issues.get(saved.issue_id)
    assert again.issue.published_on == date(2026, 2, 2)
    assert again.revision not in (stored.revision, "1-r2")


async def test_a_curators_number_outlives_revisions(store):
    """So does the number; the key, by which the file is known, stays."""
    saved = await save(store, an_issue(1))
    await store.issues.set_number(saved.issue_id, 41)
    await save(store, without(an_issue(1), "tools/d"), "r2")
    stored = await store.issues.get(saved.issue_id)
    assert (stored.issue.number, stored.issue.key) == (41, "1")
    assert [line.id for line in await store.issues.find(number=41)] == [saved.issue_id]


async def test_retracting_and_publishing(store):
    """A retracted issue leaves lists, search and its items' buttons at once, and comes back on a curator's word."""
    saved = await save(store, an_issue())
    item_id = (await store.issues.get(saved.issue_id)).item_ids["models/a"]
    await store.issues.set_state(saved.issue_id, "retracted")
    assert await store.issues.latest() is None
    assert await hits(store, "quartz") == 0
    with pytest.raises(NotFound):
        await store.issues.item(item_id)
    # a new revision of the file does not bring it back
    await save(store, without(an_issue(), "tools/d"), "r2")
    assert await store.issues.latest() is None
    await store.issues.set_state(saved.issue_id, "published")
    assert (await store.issues.item(item_id)).position == 1
    assert await hits(store, "quartz") == 1


async def test_an_item_knows_where_it_stands(store):
    """Position and count run over the whole issue."""
    saved = await save(store, an_issue())
    stored = await store.issues.get(saved.issue_id)
    found = await store.issues.item(stored.item_ids["tools/c"])
    assert (found.section.key, found.item.title, found.position, found.count) == ("tools", "Gamma", 3, 4)
    with pytest.raises(NotFound):
        await store.issues.item(999)
    with pytest.raises(NotFound):
        await store.issues.get(999)


async def test_categories_appear_in_order(store):
    """A slug is kept under the name it first had."""
    await save(store, an_issue(1))
    later = an_issue(2)
    renamed = replace(later.sections[0], title="Models!")
    fresh = replace(later.sections[1], key="law", category="law", title="Law")
    await save(store, replace(later, sections=(renamed, fresh)))
    found = await store.issues.categories()
    assert [(one.slug, one.name) for _, one in found] == [
        ("models", "Models"),
        ("tools", "Tools"),
        ("law", "Law"),
    ]


async def test_search_ids_grow_with_time(store):
    """Back issues imported late get ids below those of newer ones."""
    await save(store, an_issue(2, date(2026, 3, 9)))
    await save(store, an_issue(1, date(2026, 3, 2)))
    await save(store, an_issue(1, date(2026, 3, 9), series="daily"))
    query = text("SELECT i.number FROM item JOIN issue i ON i.id = item.issue_id ORDER BY search_id")
    numbers = await store.database.read(lambda c: c.execute(query).scalars().all())
    assert numbers == [1] * 4 + [2] * 4 + [1] * 4


async def test_an_issue_of_prose_alone(store):
    """An issue without sections is legal."""
    issue = replace(an_issue(), sections=())
    saved = await save(store, issue)
    assert (await store.issues.get(saved.issue_id)).issue == issue


async def test_a_failing_save_keeps_the_last_revision(store, monkeypatch):
    """A crash in the middle leaves the old revision, tree and index."""
    saved = await save(store, an_issue())

    def fail(*_):
        raise RuntimeError("power cut")

    monkeypatch.setattr("storage.issue_rows.index", fail)
    with pytest.raises(RuntimeError):
        await save(store, without(an_issue(), "models/a"), "r2")
    stored = await store.issues.get(saved.issue_id)
    assert (stored.revision, len(stored.item_ids)) == ("1-r1", 4)
    assert await hits(store, "quartz") == 1


async def test_first_appeared(store):
    """When the backlog came is remembered for those who hold it back."""
    assert await store.issues.first_appeared("weekly") is None
    await save(store, an_issue(1))
    await save(store, an_issue(2), now=LATER)
    assert await store.issues.first_appeared("weekly") == NOW
