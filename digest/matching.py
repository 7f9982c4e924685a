"""Which item of a new revision is an old one under another key? Pure; content.md §7.1.

Keys are made of section and title. An item whose title was edited or that moved to another section would be a stranger,
with its buttons dead and its place in search lost; so where a key vanished and another came, title, links, position and
words decide.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace

from digest.issue import Issue, Item, Section

Feature = tuple[object, ...]


def keep_keys(old: Issue, new: Issue) -> Issue:
    """`new` with the old keys of the items that are the same, by what only one old and one new item have.

    In this order: section and title; section and links; section, position and words; all of its words, in any section.
    """
    old_keys, new_keys = {item.key for item in old.items}, {item.key for item in new.items}
    lost = {key: value for key, value in _placed(old).items() if key not in new_keys}
    come = {key: value for key, value in _placed(new).items() if key not in old_keys}
    renamed: dict[str, str] = {}
    for feature in (_by_title, _by_links, _by_position, _by_words):
        _match(lost, come, feature, renamed)
    return _rekeyed(new, renamed) if renamed else new


Place = tuple[Section, int, Item]


def _placed(issue: Issue) -> dict[str, Place]:
    return {
        item.key: (section, position, item)
        for section in issue.sections
        for position, item in enumerate(section.items)
    }


def _by_title(place: Place) -> Feature | None:
    """An item that once came from another section keeps the key it had there."""
    section, _, item = place
    return (section.key, item.title) if item.title else None


def _by_links(place: Place) -> Feature | None:
    section, _, item = place
    return (section.key, item.links) if item.links else None


def _by_position(place: Place) -> Feature | None:
    """An edited title over an unchanged body: the same place and the same words below it."""
    section, position, item = place
    return (section.key, position, item.blocks) if item.blocks else None


def _by_words(place: Place) -> Feature | None:
    """Moved as it is, or its section was renamed. An empty body tells nothing."""
    _, _, item = place
    return (item.title, item.heading, item.blocks) if item.blocks else None


def _match(
    lost: Mapping[str, Place],
    come: Mapping[str, Place],
    feature: Callable[[Place], Feature | None],
    renamed: dict[str, str],
) -> None:
    taken = set(renamed.values())
    olds = _unique({key: feature(place) for key, place in lost.items() if key not in taken})
    news = _unique({key: feature(place) for key, place in come.items() if key not in renamed})
    renamed.update({news[value]: olds[value] for value in news.keys() & olds.keys()})


def _unique(features: Mapping[str, Feature | None]) -> dict[Feature, str]:
    """What only one item has tells who it is; what two have tells nothing."""
    found: dict[Feature, str] = {}
    twice: set[Feature] = set()
    for key, feature in features.items():
        if feature is None:
            continue
        if feature in found:
            twice.add(feature)
        found[feature] = key
    return {feature: key for feature, key in found.items() if feature not in twice}


def _rekeyed(issue: Issue, renamed: Mapping[str, str]) -> Issue:
    sections = tuple(
        replace(
            section,
            items=tuple(replace(item, key=renamed.get(item.key, item.key)) for item in section.items),
        )
        for section in issue.sections
    )
    return replace(issue, sections=sections)
