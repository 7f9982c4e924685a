"""What do two places of the file say of each other? References that lead nowhere, names that are given twice.

These checks run beside those of the single fields, and also when those fail, so that nobody has to start twice to hear
of both. So they read the raw values: what has not even the right form is passed over here, and told by its field.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, get_args

from bot.addresses import kind_fault
from digest.audience import ChannelKind, Place
from digest.parse.keys import slug

KINDS: Final[tuple[ChannelKind, ...]] = get_args(ChannelKind)

DISCORD_KEYS: Final = ("crosspost", "role", "role_mentions", "tag", "tags")
NEEDED_KIND: Final = {"crosspost": "announcement", "tag": "forum", "tags": "forum"}
KIND_NAMES: Final = {"announcement": "an announcement channel", "forum": "a forum"}

Found = tuple[tuple[int | str, ...], str]
"""Where, and the sentence."""


def crossing(raw: Mapping[str, Any]) -> Iterator[Found]:
    """Mistakes between the parts, each with the way to its key."""
    yield from _doubled_series(raw)
    yield from _categories(raw)
    yield from _channels(raw)


def _doubled_series(raw: Mapping[str, Any]) -> Iterator[Found]:
    seen: set[str] = set()
    for index, entry in _tables(raw.get("series")):
        key = entry.get("key")
        if not isinstance(key, str):
            continue
        if key in seen:
            yield ("series", index, "key"), f"series key used twice: {key}; give each series its own key"
        seen.add(key)


def _categories(raw: Mapping[str, Any]) -> Iterator[Found]:
    owners: dict[str, str] = {}
    for name, titles in _mapping(raw.get("categories")).items():
        if fault := _slug_fault(name):
            yield ("categories", name), fault
        for title in _words(titles):
            owner = owners.setdefault(slug(title), name) if slug(title) else name
            if owner != name:
                yield (
                    ("categories", name),
                    f"the section title {title!r} means {owner!r} already; keep it in one of the two",
                )


def _slug_fault(name: str) -> str | None:
    if name == "all":
        return "all means every category; give this one another slug"
    cure = slug(name)
    if name == cure:
        return None
    return f"no slug {name!r}; a slug has small letters and digits, with - between them, at most 40 signs" + (
        f"; write {cure!r}" if cure else ""
    )


def _channels(raw: Mapping[str, Any]) -> Iterator[Found]:
    keys = {entry["key"] for _, entry in _tables(raw.get("series")) if isinstance(entry.get("key"), str)}
    slugs = set(_mapping(raw.get("categories")))
    for index, entry in _tables(raw.get("channels")):
        series = entry.get("series")
        if isinstance(series, str) and series not in keys:
            there = f"; there are: {', '.join(sorted(keys))}" if keys else "; add a [[series]] table first"
            yield ("channels", index, "series"), f"no series {series!r}{there}"
        if fault := _kind_fault(entry):
            yield ("channels", index, "kind"), fault
        if entry.get("render") == "rich" and (fault := _rich_fault(entry)):
            yield ("channels", index, "render"), fault
        yield from ((("channels", index, *way), fault) for way, fault in _discord_faults(entry))
        unknown = [name for name in _words(entry.get("categories")) if name not in slugs]
        if unknown:
            there = f"there are: {', '.join(sorted(slugs))}" if slugs else "none is there"
            named = ", ".join(repr(name) for name in unknown)
            yield (
                ("channels", index, "categories"),
                f"no category {named}; {there}; or add it to [categories] with the section titles that mean it",
            )


def _kind_fault(entry: Mapping[str, Any]) -> str | None:
    try:
        place = Place.parse(str(entry.get("address")))
    except ValueError:
        return None
    return next((kind_fault(place, kind) for kind in KINDS if kind == entry.get("kind")), None)


def _rich_fault(entry: Mapping[str, Any]) -> str | None:
    """Why a place cannot have rich messages by the file."""
    try:
        place = Place.parse(str(entry.get("address")))
    except ValueError:
        return None
    if place.platform != "telegram":
        return f"only Telegram has rich messages, not {place.platform}; leave render out"
    is_person = place.address.isdecimal() and ":" not in place.address
    if entry.get("kind") == "private" or is_person:
        return "a reader chooses rich messages himself, in /settings; leave render out"
    return None


def _discord_faults(entry: Mapping[str, Any]) -> Iterator[Found]:
    """What only some of Discord's channels have, given to another place."""
    try:
        place = Place.parse(str(entry.get("address")))
    except ValueError:
        return
    asked = [name for name in DISCORD_KEYS if entry.get(name)]
    if entry.get("render") in ("components", "embeds"):
        asked.append("render")
    for name in asked:
        if place.platform != "discord":
            yield (name,), f"only Discord has this, not {place.platform}; leave {name} out"
        elif fault := _kind_lacks(name, entry.get("kind")):
            yield (name,), fault
    for name in ("role_mentions", "tags"):
        for key in _mapping(entry.get(name)):
            if fault := _slug_fault(str(key)):
                yield (name, str(key)), fault


def _kind_lacks(name: str, kind: object) -> str | None:
    needed = NEEDED_KIND.get(name)
    if needed is not None and kind != needed:
        return f'this needs {KIND_NAMES[needed]}; add kind = "{needed}" if it is one, else leave {name} out'
    if name in ("role", "role_mentions") and kind == "private":
        return f"nobody has a role in a private chat; leave {name} out"
    if name == "render" and kind in ("private", "forum"):
        return "only channels in which messages stand by themselves have embeds; leave render out"
    return None


def _tables(value: object) -> Iterator[tuple[int, Mapping[str, Any]]]:
    if isinstance(value, Sequence) and not isinstance(value, str):
        yield from ((index, entry) for index, entry in enumerate(value) if isinstance(entry, Mapping))


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _words(value: object) -> list[str]:
    return [one for one in value if isinstance(one, str)] if isinstance(value, list) else []
