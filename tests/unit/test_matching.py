"""Is an item recognised under another title?"""

from digest.document import Link, Text, paragraph
from digest.issue import Issue, Item, Section
from digest.matching import keep_keys


def item(key: str, words: str = "words", *hrefs: str) -> Item:
    links = tuple(Link(href, (Text("x"),)) for href in hrefs)
    return Item(key, key, "heading", (Text(key), *links), (paragraph(words),))


def issue(*items: Item, section: str = "s") -> Issue:
    sections = (Section(section, section, (), 2, section, (), items),)
    return Issue("w", "1", ("t",), (), 1, None, None, "en", (), sections)


def keys(old: Issue, new: Issue) -> list[str]:
    return [one.key for one in keep_keys(old, new).items]


def test_equal_keys_stay():
    """Where nothing was renamed nothing is touched."""
    same = issue(item("a"), item("b"))
    assert keep_keys(same, same) is same


def test_by_links():
    """A renamed item is known by its links, wherever in its section it now stands."""
    old = issue(item("a", "one", "https://e.org/1"), item("b", "two", "https://e.org/2"))
    new = issue(item("b2", "other", "https://e.org/2"), item("a", "one", "https://e.org/1"))
    assert keys(old, new) == ["b", "a"]


def test_by_position_and_words():
    """Without links the same place and the same words below the title tell."""
    assert keys(issue(item("a", "one")), issue(item("a2", "one"))) == ["a"]
    assert keys(issue(item("a", "one")), issue(item("a2", "something else"))) == ["a2"]


def test_what_two_share_tells_nothing():
    """Two lost items with the same links cannot be told apart, so neither is guessed."""
    old = issue(item("a", "one", "https://e.org/1"), item("b", "two", "https://e.org/1"))
    new = issue(item("c", "three", "https://e.org/1"))
    assert keys(old, new) == ["c"]


def test_other_sections_are_other_items():
    """The same link in another section is another item: the daily tells one story twice."""
    old = issue(item("a", "one", "https://e.org/1"))
    assert keys(old, issue(item("b", "one", "https://e.org/1"), section="t")) == ["b"]


def test_a_removed_item_is_not_inherited():
    """A new item at the end does not take the key of one that was dropped."""
    old = issue(item("a", "one"), item("b", "two"))
    assert keys(old, issue(item("a", "one"), item("c", "three"))) == ["a", "c"]
