"""What does Discord refuse that its description lets pass? Sums, exclusions and forms, coded (discord.md §4)."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import regex  # type: ignore[import-untyped]  # ships no types

from tests.fakes.discord.specification import Finding

V2 = 1 << 15
CONTENT, EMBEDS, V2_CHARACTERS, V2_BYTES, COMPONENTS, ROWS = 2_000, 6_000, 4_000, 10_170, 40, 5
LAYOUT = frozenset((9, 10, 11, 12, 13, 14, 17))
SELECTS = frozenset((3, 5, 6, 7, 8))
COMMAND_CHARACTERS = 8_000
_COMMAND = regex.compile(r"[-_'\p{L}\p{N}\p{sc=Deva}\p{sc=Thai}]{1,32}")
_ADDRESS = re.compile(r"https?://[^\s/]+(?:/\S*)?|attachment://\S+", re.IGNORECASE)
Path = tuple[str | int, ...]


def length(text: str) -> int:
    """Discord does not say what a character is: the larger count, UTF-16 units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def is_empty(body: Mapping[str, Any], files: int) -> bool:
    """Nothing to show: answered with 50006."""
    shown = any(body.get(key) for key in ("content", "embeds", "components", "sticker_ids", "poll"))
    return not (shown or files or body.get("attachments"))


def breaks_bytes(body: Mapping[str, Any]) -> bool:
    """Σ UTF-8 bytes + 12 a text over the limit: answered with 500 (discord-api-docs#8554)."""
    texts = list(_texts(body.get("components") or ()))
    return sum(len(text.encode()) for text in texts) + 12 * len(texts) > V2_BYTES


def message(body: Mapping[str, Any], *, was_v2: bool = False, at: Path = ()) -> Iterator[Finding]:
    """A message of any endpoint. `was_v2`: the message that is edited has the flag, which cannot be unset."""
    is_v2 = bool((body.get("flags") or 0) & V2) or was_v2
    components = body.get("components") or ()
    yield from _over((*at, "content"), length(body.get("content") or ""), CONTENT)
    yield from _embeds(body.get("embeds") or (), at)
    yield from _dress(body, components, at, is_v2=is_v2)
    yield from _pieces(components, (*at, "components"))
    yield from _unique(components, at)
    yield from _mentions(body.get("allowed_mentions"), at)
    yield from _nonce(body, at)


def modal(data: Mapping[str, Any]) -> Iterator[Finding]:
    """The data of a modal callback."""
    components = data.get("components") or ()
    yield from _over(("data", "components"), len(components), 5)
    yield from _unique(components, ("data",))
    for index, component in enumerate(components):
        inner = component.get("component") or {}
        if inner.get("type") == 22:  # a checkbox group
            yield from _over(("data", "components", index, "component"), len(inner.get("options") or ()), 10)


def choices(data: Mapping[str, Any]) -> Iterator[Finding]:
    """The data of an autocomplete callback."""
    for index, choice in enumerate(data.get("choices") or ()):
        value = choice.get("value")
        if isinstance(value, str):
            yield from _over(("data", "choices", index, "value"), length(value), 100)
            if not value:
                yield _finding(
                    ("data", "choices", index, "value"), "This field is required", "BASE_TYPE_REQUIRED"
                )


def commands(listed: Sequence[Mapping[str, Any]]) -> Iterator[Finding]:
    """A bulk overwrite."""
    for kind, limit in ((1, 100), (2, 5), (3, 15)):
        yield from _over((), sum(command.get("type", 1) == kind for command in listed), limit)
    names = Counter((command.get("type", 1), command.get("name")) for command in listed)
    for (_, name), count in names.items():
        if count > 1:
            yield _finding((), f"{name!r} stands {count} times", "APPLICATION_COMMANDS_DUPLICATE_NAME")
    for locale in sorted({key for command in listed for key in command.get("name_localizations") or {}}):
        used = Counter(
            (command.get("name_localizations") or {}).get(locale, command.get("name")) for command in listed
        )
        for name, count in used.items():
            if count > 1:
                yield _finding(
                    (locale,), f"{name!r} stands {count} times", "APPLICATION_COMMANDS_DUPLICATE_NAME"
                )
    for index, command in enumerate(listed):
        yield from _command(command, (index,))


def forum_post(body: Mapping[str, Any]) -> Iterator[Finding]:
    yield from message(body.get("message") or {}, at=("message",))
    if not str(body.get("name", "")).strip():
        yield _finding(("name",), "This field is required", "BASE_TYPE_REQUIRED")


def _finding(path: Path, words: str, code: str = "BASE_TYPE_INVALID") -> Finding:
    return Finding("rule", path, words, code)


def _over(path: Path, count: int, limit: int) -> Iterator[Finding]:
    if count > limit:
        yield _finding(path, f"Must be {limit} or fewer in length.", "BASE_TYPE_MAX_LENGTH")


def _embeds(embeds: Sequence[Mapping[str, Any]], at: Path) -> Iterator[Finding]:
    total = 0
    for index, embed in enumerate(embeds):
        path = (*at, "embeds", index)
        texts = [embed.get("title"), embed.get("description"), (embed.get("footer") or {}).get("text")]
        texts += [(embed.get("author") or {}).get("name")]
        texts += [field.get(key) for field in embed.get("fields") or () for key in ("name", "value")]
        total += sum(length(text.strip()) for text in texts if text)
        for key in ("url", "image", "thumbnail"):
            part = embed.get(key)
            address = part.get("url") if isinstance(part, Mapping) else part
            if address is not None and not _ADDRESS.fullmatch(str(address)):
                yield _finding((*path, key), f"Not a well formed URL: {address!r}", "URL_TYPE_INVALID_URL")
    if total > EMBEDS:
        yield _finding(
            (*at, "embeds"), f"Embed size exceeds maximum size of {EMBEDS}", "MAX_EMBED_SIZE_EXCEEDED"
        )


def _dress(
    body: Mapping[str, Any], components: Sequence[Mapping[str, Any]], at: Path, *, is_v2: bool
) -> Iterator[Finding]:
    everything = list(_all(components))
    if not is_v2:
        if any(part.get("type") in LAYOUT for part in everything):
            yield _finding((*at, "components"), "layout components need the V2 flag", "BASE_TYPE_CHOICES")
        yield from _over((*at, "components"), len(components), ROWS)
        return
    for key in ("content", "embeds", "poll", "sticker_ids"):
        if body.get(key):
            words = "The 'content' field cannot be used when using MessageFlags.IS_COMPONENTS_V2"
            code = "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2"
            yield _finding((*at, key), words.replace("content", key), code)
    yield from _over((*at, "components"), len(everything), COMPONENTS)
    yield from _over((*at, "components"), sum(map(length, _texts(components))), V2_CHARACTERS)
    if any(not text.strip() for text in _texts(components)):
        yield _finding((*at, "components"), "an empty text display", "BASE_TYPE_REQUIRED")


def _pieces(components: Sequence[Mapping[str, Any]], at: Path) -> Iterator[Finding]:
    for index, part in enumerate(components):
        path = (*at, index)
        match part.get("type"):
            case 1:
                yield from _row(part, path)
            case 2:
                yield from _button(part, path)
            case 3:
                yield from _select(part, path)
            case 9:
                yield from _pieces([part.get("accessory") or {}], (*path, "accessory"))
            case 11:
                yield from _media(part.get("media"), (*path, "media"))
            case 12:
                for number, item in enumerate(part.get("items") or ()):
                    yield from _media(item.get("media"), (*path, "items", number, "media"))
        yield from _pieces(part.get("components") or (), (*path, "components"))


def _row(row: Mapping[str, Any], path: Path) -> Iterator[Finding]:
    kinds = [part.get("type") for part in row.get("components") or ()]
    is_buttons = bool(kinds) and set(kinds) == {2} and len(kinds) <= 5
    if not is_buttons and not (len(kinds) == 1 and kinds[0] in SELECTS):
        yield _finding((*path, "components"), f"a row of {kinds}", "COMPONENT_LAYOUT_WIDTH_EXCEEDED")


def _button(button: Mapping[str, Any], path: Path) -> Iterator[Finding]:
    style = button.get("style")
    if style == 6:
        return
    if ("url" in button) == ("custom_id" in button):
        yield _finding(path, "A button needs exactly one of url and custom_id", "BUTTON_COMPONENT_INVALID")
    elif ("url" in button) != (style == 5):
        yield _finding((*path, "style"), f"style {style} does not fit", "BUTTON_COMPONENT_INVALID")
    if not (str(button.get("label") or "").strip() or button.get("emoji")):
        yield _finding(
            (*path, "label"), "A button must have a label or emoji", "BUTTON_COMPONENT_MISSING_LABEL"
        )
    if "url" in button and not re.match(r"(?:https?|discord)://\S+$", str(button["url"])):
        yield _finding(
            (*path, "url"), "Scheme must be one of ('http', 'https', 'discord').", "URL_TYPE_INVALID_SCHEME"
        )


def _select(select: Mapping[str, Any], path: Path) -> Iterator[Finding]:
    options = select.get("options") or ()
    values = Counter(option.get("value") for option in options)
    if any(count > 1 for count in values.values()):
        yield _finding(
            (*path, "options"),
            "The specified option value is already used",
            "SELECT_COMPONENT_OPTION_VALUE_DUPLICATED",
        )
    least, most = select.get("min_values", 1), select.get("max_values", 1)
    if not 0 <= least <= most <= len(options):
        yield _finding(
            (*path, "max_values"), f"{least} to {most} of {len(options)}", "SELECT_COMPONENT_BAD_LENGTH"
        )
    if sum(bool(option.get("default")) for option in options) > most:
        yield _finding(
            (*path, "options"), "more defaults than may be chosen", "SELECT_COMPONENT_TOO_MANY_DEFAULT_VALUES"
        )


def _media(media: Mapping[str, Any] | None, path: Path) -> Iterator[Finding]:
    address = str((media or {}).get("url", ""))
    if not _ADDRESS.fullmatch(address):
        yield _finding((*path, "url"), f"Not a well formed URL: {address!r}", "URL_TYPE_INVALID_URL")


def _unique(components: Sequence[Mapping[str, Any]], at: Path) -> Iterator[Finding]:
    for key, code in (("custom_id", "COMPONENT_CUSTOM_ID_DUPLICATED"), ("id", "COMPONENT_ID_DUPLICATED")):
        used = Counter(part[key] for part in _all(components) if part.get(key))
        for value, count in used.items():
            if count > 1:
                yield _finding((*at, "components"), f"{key} {value!r} stands {count} times", code)


def _mentions(allowed: Mapping[str, Any] | None, at: Path) -> Iterator[Finding]:
    for key in ("users", "roles"):
        if allowed and key in (allowed.get("parse") or ()) and allowed.get(key):
            yield _finding(
                (*at, "allowed_mentions"),
                f"parse:{key} and {key}: [ids] exclude each other",
                "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE",
            )


def _nonce(body: Mapping[str, Any], at: Path) -> Iterator[Finding]:
    if body.get("enforce_nonce") and not body.get("nonce"):
        yield _finding((*at, "nonce"), "enforce_nonce without nonce", "BASE_TYPE_REQUIRED")


def _command(command: Mapping[str, Any], at: Path) -> Iterator[Finding]:
    for path, name in _names(command, at):
        if not _COMMAND.fullmatch(name) or name != name.lower():
            yield _finding(path, f"Command name is invalid: {name!r}", "APPLICATION_COMMAND_INVALID_NAME")
    if command.get("type", 1) == 1 and not command.get("description"):
        yield _finding((*at, "description"), "This field is required", "BASE_TYPE_REQUIRED")
    options = command.get("options") or ()
    required = [bool(option.get("required")) for option in options]
    if required != sorted(required, reverse=True):
        yield _finding(
            (*at, "options"),
            "Required options must be placed before non-required options",
            "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID",
        )
    for index, option in enumerate(options):
        if option.get("autocomplete") and option.get("choices"):
            yield _finding(
                (*at, "options", index),
                "autocomplete and choices exclude each other",
                "APPLICATION_COMMAND_INVALID_CHOICES",
            )
    names = Counter(option.get("name") for option in options)
    if any(count > 1 for count in names.values()):
        yield _finding(
            (*at, "options"), "Option name already exists", "APPLICATION_COMMAND_OPTIONS_NAME_ALREADY_EXISTS"
        )
    yield from _over(at, _command_length(command), COMMAND_CHARACTERS)


def _names(command: Mapping[str, Any], at: Path) -> Iterator[tuple[Path, str]]:
    for part, path in (
        (command, at),
        *((option, (*at, "options", index)) for index, option in enumerate(command.get("options") or ())),
    ):
        yield (*path, "name"), str(part.get("name", ""))
        for locale, name in (part.get("name_localizations") or {}).items():
            yield (*path, "name_localizations", locale), str(name)


def _command_length(command: Mapping[str, Any]) -> int:
    """Names, descriptions and choice values, each with its longest localisation."""
    total = 0
    for key in ("name", "description"):
        words = [command.get(key) or "", *(command.get(f"{key}_localizations") or {}).values()]
        total += max(length(str(word)) for word in words)
    total += sum(length(str(choice.get("value", ""))) for choice in command.get("choices") or ())
    return total + sum(_command_length(option) for option in command.get("options") or ())


def _all(components: Sequence[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    for part in components:
        yield part
        yield from _all(part.get("components") or ())
        for key in ("accessory", "component"):
            if part.get(key):
                yield from _all([part[key]])


def _texts(components: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    return (str(part.get("content", "")) for part in _all(components) if part.get("type") == 10)
