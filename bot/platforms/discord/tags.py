"""Under which tags does a forum's post stand? Its categories' names, or what the channel's settings say, among the forum's.

Discord takes five at most, and a forum may ask for one (40067). A tag that only moderators may set is taken when the
settings name it, never by its name alone.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from digest.parse.keys import slug

MOST: Final = 5
REQUIRES_A_TAG: Final = 1 << 4


@dataclass(frozen=True, slots=True)
class Filing:
    """What a place calls things. `words`: for each category's slug the names it goes by. `tags`: slug -> name or id of a
    tag, where the channel's settings say so; `tag`: of posts that no other one fits.
    """

    words: Mapping[str, Sequence[str]] = field(default_factory=dict)
    tags: Mapping[str, str] = field(default_factory=dict)
    tag: str = ""


NOTHING_SAID: Final = Filing()


@dataclass(frozen=True, slots=True)
class Chosen:
    """The ids of the tags, and what the settings name that the forum has not. `lacks`: why the forum would refuse it."""

    ids: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    lacks: str = ""


def chosen(forum: Mapping[str, Any], categories: Sequence[str], filing: Filing = NOTHING_SAID) -> Chosen:
    """`forum`: the channel as Discord tells of it. Categories are in reading order; the first five tags count."""
    there = [tag for tag in forum.get("available_tags") or () if "id" in tag]
    by_name: dict[str, str] = {}
    for tag in there:
        if not tag.get("moderated"):
            by_name.setdefault(slug(str(tag.get("name", ""))), str(tag["id"]))
    by_name.pop("", None)
    found: list[str] = []
    unknown: list[str] = []
    for category in categories:
        named = filing.tags.get(category)
        if named is not None:
            _take(_named(there, named), named, found, unknown)
            continue
        words = (category, *filing.words.get(category, ()))
        found += [by_name[slug(word)] for word in words if slug(word) in by_name][:1]
    if not found and filing.tag:
        _take(_named(there, filing.tag), filing.tag, found, unknown)
    ids = tuple(dict.fromkeys(found))[:MOST]
    needs_one = bool(forum.get("flags", 0) & REQUIRES_A_TAG) and not ids
    return Chosen(ids, tuple(unknown), cure(forum) if needs_one else "")


def cure(forum: Mapping[str, Any]) -> str:
    """What to do where a forum asks for a tag and none fits."""
    names = ", ".join(str(tag.get("name", "")) for tag in forum.get("available_tags") or ())
    which = f"one of: {names}" if names else "one of the forum's"
    return f"this forum asks for a tag and none fits; set `tag` of the channel to {which}; then retry"


def _named(there: Sequence[Mapping[str, Any]], named: str) -> str | None:
    by_id = (str(tag["id"]) for tag in there if str(tag["id"]) == named)
    by_name = (str(tag["id"]) for tag in there if slug(str(tag.get("name", ""))) == slug(named) != "")
    return next(by_id, None) or next(by_name, None)


def _take(tag_id: str | None, named: str, found: list[str], unknown: list[str]) -> None:
    if tag_id is None:
        unknown.append(named)
    else:
        found.append(tag_id)
