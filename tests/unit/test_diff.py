"""What is said of two revisions: nothing of equal ones, and enough to make the new order of the old one."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from digest.diff import Change, Diff, Moved, Place, Placed, diff
from digest.document import Block, Image, Link, Paragraph, Text, paragraph
from digest.issue import Issue, Item, Section
from digest.matching import keep_keys


def item(key: str, words: str = "", *, href: str = "", src: str = "") -> Item:
    title = key.rpartition("/")[2]
    blocks: list[Block] = [paragraph(words or f"words of {title}")]
    blocks += [Paragraph((Link(href, (Text("source"),)),))] if href else []
    blocks += [Image(src)] if src else []
    return Item(key, title, "heading", (Text(title),), tuple(blocks))


def section(key: str, *items: Item) -> Section:
    return Section(key, key, (Text(key),), 2, key, (), items)


def issue(*sections: Section) -> Issue:
    return Issue("w", "1", ("Weekly 1",), ((Text("Weekly 1"),),), 1, None, None, "en", (), sections)


WORDS = st.sampled_from(("", "quartz", "mica"))
HREFS = st.sampled_from(("", "https://e.org/1", "https://e.org/2"))
SOURCES = st.sampled_from(("", "a.png", "b.png"))
SECTION_KEYS = ("s", "t", "u")


@st.composite
def issues(draw: st.DrawFn) -> Issue:
    """Up to three sections in any order; titles from a small alphabet, so that two issues share items."""
    names = draw(st.permutations(SECTION_KEYS))[: draw(st.integers(0, 3))]
    sections = []
    for name in names:
        titles = draw(st.lists(st.sampled_from("abcdef"), unique=True, max_size=6))
        items = [
            item(f"{name}/{title}", draw(WORDS), href=draw(HREFS), src=draw(SOURCES)) for title in titles
        ]
        sections.append(section(name, *items))
    return issue(*sections)


def keys(one: Issue) -> tuple[str, ...]:
    return tuple(item_.key for item_ in one.items)


def replay(old_keys: Sequence[str], changes: Diff) -> tuple[str, ...]:
    """The item keys of the new revision in its order, from those of the old one."""
    placed = {one.place.position: one.key for one in changes.added}
    placed |= {one.new.position: one.key for one in changes.moved}
    gone = {one.key for one in changes.removed} | {one.key for one in changes.moved}
    order = [key for key in old_keys if key not in gone]
    for position in sorted(placed):
        order.insert(position, placed[position])
    return tuple(order)


@given(issues())
def test_an_issue_does_not_differ_from_itself(one: Issue) -> None:
    """Loading twice says nothing, whatever the issue holds."""
    assert diff(one, one).is_empty
    assert diff(one, one, old_pictures={"a.png": "1"}, new_pictures={"a.png": "1"}) == Diff()


@given(issues(), issues())
def test_the_new_order_follows_from_the_old_one(old: Issue, new: Issue) -> None:
    """Taking away, moving and adding as told gives the keys of the new revision in its order."""
    assert replay(keys(old), diff(old, new)) == keys(keep_keys(old, new))


@given(issues(), issues())
def test_what_is_unnamed_is_the_same(old: Issue, new: Issue) -> None:
    """An item that is neither added nor changed has the words it had; so no part of a push is forgotten."""
    told = diff(old, new)
    before = {one.key: one for one in old.items}
    named = {*told.changed, *(one.key for one in told.added)}
    for one in keep_keys(old, new).items:
        if one.key not in named:
            assert replace(one, via="heading") == before[one.key]


@given(issues(), issues())
def test_forth_and_back_count_the_same(old: Issue, new: Issue) -> None:
    """What one direction adds, the other removes."""
    forth, back = diff(old, new).counts, diff(new, old).counts
    for added, removed in (
        ("added", "removed"),
        ("links_added", "links_removed"),
        ("images_added", "images_removed"),
    ):
        assert (forth[added], forth[removed]) == (back[removed], back[added])
    for both in ("changed", "moved", "metadata", "images_changed"):
        assert forth[both] == back[both]


@given(issues())
def test_moving_one_item_is_one_move(one: Issue) -> None:
    """The shortest explanation: the items it passed by did not move."""
    if not one.sections or len(one.sections[0].items) < 2:
        return
    first, *rest = one.sections[0].items
    turned = replace(one, sections=(replace(one.sections[0], items=(*rest, first)), *one.sections[1:]))
    told = diff(one, turned)
    assert len(told.moved) == 1
    assert (told.added, told.removed, told.changed, told.frame) == ((), (), (), ())


def test_one_word_changes_one_item() -> None:
    """A correction of a word names its item and nothing else."""
    old = issue(section("s", item("s/a", "one"), item("s/b", "two")))
    new = issue(section("s", item("s/a", "one"), item("s/b", "three")))
    assert diff(old, new) == Diff(changed=("s/b",))


def test_an_edited_title_is_a_change_of_the_same_item() -> None:
    """Links tell who it is: neither a removal nor an arrival."""
    old = issue(section("s", item("s/a", href="https://e.org/1")))
    new = issue(section("s", item("s/a-corrected", "other words", href="https://e.org/1")))
    assert diff(old, new) == Diff(changed=("s/a",))


def test_to_another_section() -> None:
    """An item taken over word for word keeps its key and has moved; and it keeps it when it is edited there later."""
    old = issue(section("s", item("s/a", "x"), item("s/b")), section("t", item("t/c")))
    new = issue(section("s", item("s/b")), section("t", item("t/c"), item("t/a", "x")))
    told = diff(old, new)
    assert told == Diff(moved=(Moved("s/a", Place("s", 0), Place("t", 2)),))
    moved = keep_keys(old, new)
    edited = issue(section("s", item("s/b")), section("t", item("t/c"), item("t/a", "y")))
    assert diff(moved, edited) == Diff(changed=("s/a",))


def test_added_and_removed_have_their_places() -> None:
    """Delivery must know after which item an addition stands."""
    old = issue(section("s", item("s/a"), item("s/b")), section("t", item("t/c")))
    new = issue(section("s", item("s/a")), section("t", item("t/d"), item("t/c")))
    told = diff(old, new)
    assert told.added == (Placed("t/d", Place("t", 1)),)
    assert told.removed == (Placed("s/b", Place("s", 1)),)
    assert told.moved == ()


def test_a_renamed_section_keeps_its_items() -> None:
    """The heading differs, the items are the same ones under it."""
    old = issue(section("s", item("s/a"), item("s/b")))
    new = issue(section("t", item("t/a"), item("t/b")))
    told = diff(old, new)
    assert (told.added, told.removed, told.changed, told.frame) == ((), (), (), ("t", "s"))
    assert [one.key for one in told.moved] == ["s/a", "s/b"]


def test_sections_that_changed_places() -> None:
    """Even without items their order is what readers see."""
    old = issue(section("s"), section("t"), section("u"))
    new = issue(section("t"), section("u"), section("s"))
    assert diff(old, new) == Diff(frame=("s",))


def test_words_around_the_items() -> None:
    """A changed greeting changes no item, and is not nothing."""
    old = issue(section("s", item("s/a")))
    assert diff(old, replace(old, intro=(paragraph("Hello."),))) == Diff(frame=("intro",))
    assert diff(old, replace(old, outro=(paragraph("Bye."),))) == Diff(frame=("outro",))


def test_metadata_is_named_with_both_values() -> None:
    """Title, number, date, language and tags, as the log and the curator read them."""
    old = issue()
    new = replace(old, number=2, published_on=date(2026, 3, 2), tags=("a", "b"), titles=("Two", "二"))
    assert diff(old, new).metadata == (
        Change("titles", "Weekly 1", "Two / 二"),
        Change("number", "1", "2"),
        Change("published_on", None, "2026-03-02"),
        Change("tags", "", "a / b"),
    )


def test_another_picture_under_the_same_address() -> None:
    """The words are equal and the part must still be edited; one that was missing and has come counts too."""
    one = replace(issue(section("s", item("s/a", src="a.png"), item("s/b"))), intro=(Image("b.png"),))
    told = diff(one, one, old_pictures={"a.png": "1"}, new_pictures={"a.png": "2", "b.png": "3"})
    assert told == Diff(changed=("s/a",), frame=("intro",), images_changed=("b.png", "a.png"))


def test_links_and_images_are_counted_as_often_as_they_stand() -> None:
    """Of two equal links one dropped is one link less."""
    old = issue(
        section("s", item("s/a", href="https://e.org/1"), item("s/b", href="https://e.org/1", src="a.png"))
    )
    new = issue(section("s", item("s/a", href="https://e.org/1"), item("s/b", href="https://e.org/2")))
    told = diff(old, new)
    assert told.links_removed == ("https://e.org/1",)
    assert told.links_added == ("https://e.org/2",)
    assert told.images_removed == ("a.png",)
    assert told.counts["links_added"] == 1
