"""Does a change say what changed, and does a better reading change nothing that was sent?"""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import text

from digest.diff import Change, Diff
from digest.document import Image
from digest.errors import NotFound, Refused
from digest.issue import Problem
from digest.page import Picture
from storage.store import open_store
from tests.contract.storage.making import LATER, NOW, an_issue, an_item, save, without


async def hits(store, word: str):
    query = text("SELECT count(*) FROM fts WHERE fts MATCH :q")
    return await store.database.read(lambda c: c.execute(query, {"q": f'"{word}"'}).scalar_one())


async def test_a_new_revision_says_what_changed(store):
    """The event names both revisions and the items by their stable keys."""
    saved = await save(store, an_issue())
    assert saved.revised is None
    revised = (await save(store, without(an_issue(), "models/b"), "r2")).revised
    assert revised is not None
    assert (revised.issue_id, revised.old_revision, revised.new_revision) == (saved.issue_id, "1-r1", "1-r2")
    assert [one.key for one in revised.diff.removed] == ["models/b"]
    assert revised.diff.counts["removed"] == 1
    assert (await save(store, without(an_issue(), "models/b"), "r2")).revised is None


async def test_an_edited_title_is_told_under_the_old_key(store):
    """Delivery finds the part it sent by the key it had then."""
    issue = an_issue()
    await save(store, issue)
    tools = issue.sections[1]
    edited = an_item("tools/gamma-2", "Gamma, corrected", "mica tool", "https://e.org/c")
    renamed = replace(issue, sections=(issue.sections[0], replace(tools, items=(edited, tools.items[1]))))
    revised = (await save(store, renamed, "r2")).revised
    assert revised is not None
    assert revised.diff == Diff(changed=("tools/c",))


async def test_another_picture_is_a_change(store):
    """The words are equal; the bytes behind an address are not."""
    issue = replace(an_issue(), intro=(Image("a.png"),))
    shown = [
        await store.issues.save(
            issue,
            b"x",
            revision=sha[:2],
            base="",
            pictures={"a.png": Picture(sha, "image/png", 1, 1, 1)},
            now=NOW,
        )
        for sha in ("ab" * 32, "cd" * 32)
    ]
    revised = shown[1].revised
    assert revised is not None
    assert revised.diff == Diff(frame=("intro",), images_changed=("a.png",))


async def test_what_is_held_back_and_changed_is_told_as_well(store):
    """A draft may have been previewed; and what ceases to be held is news and no revision."""
    await save(store, an_issue(), held="draft")
    assert (await save(store, without(an_issue(), "tools/d"), "r2", held="draft")).revised is not None
    released = await save(store, without(an_issue(), "tools/d"), "r2")
    assert (released.result, released.revised) == ("added", None)


async def test_a_correction_is_a_revision_of_its_own(store):
    """Date and number are part of the revision's name, are told, and setting them again says nothing."""
    saved = await save(store, an_issue())
    first = await store.issues.set_date(saved.issue_id, date(2026, 3, 9))
    assert first is not None
    assert first.old_revision == "1-r1"
    assert first.diff == Diff(metadata=(Change("published_on", "2026-03-02", "2026-03-09"),))
    second = await store.issues.set_number(saved.issue_id, 7)
    assert second is not None
    assert second.old_revision == first.new_revision
    assert second.diff.metadata == (Change("number", "1", "7"),)
    assert await store.issues.set_number(saved.issue_id, 7) is None
    third = (await save(store, without(an_issue(), "models/a"), "r2")).revised
    assert third is not None
    assert third.diff.metadata == ()
    stored = await store.issues.get(saved.issue_id)
    assert (stored.issue.number, stored.issue.published_on) == (7, date(2026, 3, 9))
    assert stored.issue.date_from == "curator"


async def test_a_number_belongs_to_one_issue_of_a_series(store):
    """Another issue's number is refused with its name; another series may have it."""
    first, second = await save(store, an_issue(1)), await save(store, an_issue(2))
    await save(store, an_issue(3, series="daily"))
    with pytest.raises(Refused) as raised:
        await store.issues.set_number(second.issue_id, 1)
    assert raised.value.key == "number.taken"
    assert raised.value.arguments == {"number": 1, "title": "Weekly 1", "issue": "weekly/1"}
    assert (await store.issues.get(second.issue_id)).issue.number == 2
    await store.issues.set_number(second.issue_id, 3)
    await store.issues.set_number(first.issue_id, 1)


async def test_a_better_parser_reads_what_is_stored(store):
    """Tree and index follow under the same revision, keys and ids survive, corrections too; there is no event."""
    issue = an_issue()
    saved = await save(store, issue)
    await save(store, an_issue(2), version=2)
    await store.issues.set_number(saved.issue_id, 7)
    before = await store.issues.get(saved.issue_id)
    [one] = await store.issues.outdated(2)
    assert (one.issue_id, one.source, one.tree) == (saved.issue_id, b"source of r1", issue)
    tools = issue.sections[1]
    renamed = an_item("tools/gamma-2", "Gamma!", "basalt tool", "https://e.org/c")
    better = replace(issue, sections=(issue.sections[0], replace(tools, items=(renamed, tools.items[1]))))
    problem = Problem("warning", "date_unknown")
    assert await store.issues.reread(one, better, [problem], 2)
    after = await store.issues.get(saved.issue_id)
    assert (after.revision, after.item_ids, after.section_ids) == (
        before.revision,
        before.item_ids,
        before.section_ids,
    )
    assert after.issue.number == 7
    assert after.issue.sections[1].items[0].title == "Gamma!"
    assert (await hits(store, "basalt"), await hits(store, "mica")) == (1, 1)  # issue 2 has the other
    assert await store.issues.problems(saved.issue_id) == [problem]
    assert await store.issues.outdated(2) == []
    assert not await store.issues.reread(one, issue, [], 2)


async def test_what_changed_meanwhile_is_not_read_over(store):
    """A reading of a source that is not current any more is left out."""
    await save(store, an_issue())
    [one] = await store.issues.outdated(2)
    await save(store, without(an_issue(), "tools/d"), "r2")
    assert not await store.issues.reread(one, an_issue(), [], 2)


async def test_batches_go_on_after_an_id(store):
    """What a better parser cannot read is passed by, not met again and again."""
    ids = [(await save(store, an_issue(n))).issue_id for n in (1, 2, 3)]
    assert [one.issue_id for one in await store.issues.outdated(2, limit=2)] == ids[:2]
    assert [one.issue_id for one in await store.issues.outdated(2, after=ids[1])] == ids[2:]


async def test_a_better_name_makes_no_second_issue(store):
    """The parser learned to read the number: the same source under another key is the same issue, and no news."""
    undated = replace(an_issue(), key="weekly-one", number=None)
    saved = await save(store, undated)
    revision = "weekly-one-r1"
    better = await store.issues.save(
        an_issue(), b"source of r1", revision=revision, base="", pictures={}, now=LATER, parser_version=2
    )
    assert (better.result, better.issue_id) == ("unchanged", saved.issue_id)
    stored = await store.issues.get(saved.issue_id)
    assert (stored.issue.key, stored.issue.number) == ("weekly-one", 1)
    again = await store.issues.save(
        an_issue(9), b"other", revision="9-r1", base="", pictures={}, now=LATER, parser_version=2
    )
    assert again.result == "added"


async def test_a_file_that_is_gone_is_noted_once(store):
    """The issue stays published; the note goes when the file is back, under whatever name."""
    kept = {"base": "", "pictures": {}, "now": NOW, "origin": "folder:/srv"}
    for n in (1, 2):
        await store.issues.save(an_issue(n), b"x", revision=f"r{n}", name=f"{n}.md", **kept)
    assert await store.issues.miss("weekly", "folder:/elsewhere", [], LATER) == []
    assert await store.issues.miss("daily", "folder:/srv", [], LATER) == []
    [(issue_id, name)] = await store.issues.miss("weekly", "folder:/srv", ["2.md"], LATER)
    assert name == "1.md"
    assert await store.issues.miss("weekly", "folder:/srv", ["2.md"], LATER) == []
    line = await store.issues.line(issue_id)
    assert (line.is_file_gone, line.state) == (True, "published")
    await store.issues.save(an_issue(1), b"x", revision="r1", name="renamed.md", **kept)
    assert not (await store.issues.line(issue_id)).is_file_gone
    assert await store.issues.miss("weekly", "folder:/srv", ["2.md", "renamed.md"], LATER) == []


async def test_an_event_is_made_again_of_what_is_stored(file_url):
    """After a crash nobody holds the event: of any two revisions the same one is computed over a reopened database."""
    store = await open_store(file_url)
    pictured = replace(an_issue(), intro=(Image("a.png"),))
    told = []
    for number, (issue, sha) in enumerate(
        (
            (pictured, "ab" * 32),
            (without(pictured, "models/b"), "ab" * 32),
            (without(pictured, "tools/c"), "cd" * 32),
        ),
        1,
    ):
        pictures = {"a.png": Picture(sha, "image/png", 1, 1, 1)}
        saved = await store.issues.save(
            issue, b"x", revision=f"r{number}", base="/issues", pictures=pictures, now=NOW
        )
        told.append(saved.revised)
        if number == 2:  # words of a curator are revisions as well, and so are texts after them
            told.append(await store.issues.set_date(saved.issue_id, date(2026, 3, 9)))
            told.append(await store.issues.set_number(saved.issue_id, 7))
    await store.close()
    assert [one is None for one in told] == [True, False, False, False, False]
    again = await open_store(file_url)
    events = [one for one in told if one is not None]
    for event in events:
        assert await again.issues.revised(event.issue_id, event.old_revision, event.new_revision) == event
    over_all = await again.issues.revised(events[0].issue_id, "r1", events[-1].new_revision)
    assert over_all is not None
    assert [one.key for one in over_all.diff.removed] == ["tools/c"]
    assert over_all.diff.images_changed == ("a.png",)
    assert {one.name for one in over_all.diff.metadata} == {"published_on", "number"}
    back = await again.issues.revised(events[0].issue_id, events[-1].new_revision, "r1")
    assert back is not None
    assert [one.key for one in back.diff.added] == ["tools/c"]
    await again.close()


async def test_an_event_outlives_a_better_reading_and_a_word_taken_twice(store):
    """The current tree is read anew, a word is given, changed and given again: the names still tell what they did."""
    saved = await save(store, an_issue())
    first = await store.issues.set_number(saved.issue_id, 7)
    await store.issues.set_number(saved.issue_id, 8)
    again = await store.issues.set_number(saved.issue_id, 7)
    assert first is not None
    assert again is not None
    assert first.new_revision == again.new_revision
    [one] = await store.issues.outdated(2)
    assert await store.issues.reread(one, an_issue(), [], 2)
    for event in (first, again):
        rebuilt = await store.issues.revised(event.issue_id, event.old_revision, event.new_revision)
        assert rebuilt == event


async def test_a_revision_that_was_never_stored_tells_nothing(store):
    """Neither a name nobody knows nor that of another issue; an issue that is not there is said to be gone."""
    one, other = await save(store, an_issue(1)), await save(store, an_issue(2))
    await store.issues.set_number(other.issue_id, 9)
    renamed = (await store.issues.line(other.issue_id)).revision
    for name in ("2-r1", renamed, "no such"):
        assert await store.issues.revised(one.issue_id, "1-r1", name) is None
        assert await store.issues.revised(one.issue_id, name, "1-r1") is None
    with pytest.raises(NotFound):
        await store.issues.revised(999, "1-r1", "1-r1")
