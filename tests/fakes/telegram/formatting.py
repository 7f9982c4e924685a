"""What does the server make of a text? HTML and MarkdownV2 become entities in UTF-16 units, white space is trimmed."""

import html
import re
from typing import Any

from tests.fakes.telegram.refusals import bad

Json = dict[str, Any]
TAGS = {
    "b": "bold", "strong": "bold", "i": "italic", "em": "italic", "u": "underline", "ins": "underline",
    "s": "strikethrough", "strike": "strikethrough", "del": "strikethrough", "tg-spoiler": "spoiler",
    "span": "spoiler", "a": "text_link", "code": "code", "pre": "pre", "blockquote": "blockquote",
    "tg-emoji": "custom_emoji", "tg-time": "date_time",
}  # fmt: skip
RESERVED = set("_*[]()~`>#+-=|{}.!")
_ENTITY_TYPES = set(TAGS.values()) | {
    "mention", "hashtag", "cashtag", "bot_command", "url", "email", "phone_number", "expandable_blockquote",
    "text_mention",
}  # fmt: skip
_REFERENCE = re.compile(r"&(?:#\d+|#x[0-9a-fA-F]+|lt|gt|amp|quot);")
_ATTRIBUTE = re.compile(r"""\s*([^\s=>]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>"']+)))?""")
_FOUND = re.compile(
    r"(?P<bot_command>(?<![\w/])/[A-Za-z0-9_]{1,64}(?:@\w{3,32})?)|(?P<url>https?://[^\s<>()（）]+)|(?P<mention>(?<!\w)@\w{3,32})",
    re.ASCII,
)


def units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def bytes_before(text: str, index: int) -> int:
    return len(text[:index].encode())


def from_html(source: str) -> tuple[str, list[Json]]:
    """Text and entities, or the refusal of td's parse_html (MessageEntity.cpp:3330-3560)."""
    out: list[str] = []
    found: list[Json] = []
    stack: list[tuple[str, int, Json]] = []
    at, length = 0, 0
    while at < len(source):
        if source[at] == "&" and (reference := _REFERENCE.match(source, at)):
            word = html.unescape(reference[0])
            at = reference.end()
        elif source[at] != "<":
            word, at = source[at], at + 1
        elif source.startswith("</", at):
            at = _end_tag(source, at, length, stack, found)
            continue
        else:
            at = _start_tag(source, at, length, stack)
            continue
        out.append(word)
        length += units(word)
    if stack:
        raise bad(f"can't parse entities: Can't find end tag corresponding to start tag \"{stack[-1][0]}\"")
    return "".join(out), sorted(found, key=lambda one: (one["offset"], -one["length"]))


def _start_tag(source: str, begin: int, offset: int, stack: list[tuple[str, int, Json]]) -> int:
    where = bytes_before(source, begin)
    end = source.find(">", begin)
    if end < 0:
        raise bad(f"can't parse entities: Unclosed start tag at byte offset {where}")
    name, _, rest = source[begin + 1 : end].partition(" ")
    name = name.lower()
    if name not in TAGS:
        raise bad(f'can\'t parse entities: Unsupported start tag "{name}" at byte offset {where}')
    attributes = {
        match[1].lower(): html.unescape(next((one for one in match.groups()[1:] if one is not None), ""))
        for match in _ATTRIBUTE.finditer(rest)
    }
    if name == "span" and attributes.get("class") != "tg-spoiler":
        raise bad(f'can\'t parse entities: Tag "span" must have class "tg-spoiler" at byte offset {where}')
    stack.append((name, offset, {"attributes": attributes, "source": bytes_before(source, end + 1)}))
    return end + 1


def _end_tag(
    source: str, begin: int, offset: int, stack: list[tuple[str, int, Json]], found: list[Json]
) -> int:
    where = bytes_before(source, begin)
    if not stack:
        raise bad(f"can't parse entities: Unexpected end tag at byte offset {where}")
    end = source.find(">", begin)
    if end < 0:
        raise bad(f"can't parse entities: Unclosed end tag at byte offset {where}")
    name = source[begin + 2 : end].strip().lower()
    opened, start, more = stack.pop()
    if name and name != opened:
        raise bad(
            f"can't parse entities: Unmatched end tag at byte offset {where}, "
            f'expected "</{opened}>", found "</{name}>"'
        )
    if offset > start:
        entity = _of_tag(opened, start, offset - start, more["attributes"], found)
        if entity is not None:
            found.append(entity)
    return end + 1


def _of_tag(
    name: str, offset: int, length: int, attributes: dict[str, str], found: list[Json]
) -> Json | None:
    entity: Json = {"type": TAGS[name], "offset": offset, "length": length}
    if name == "a":
        if not attributes.get("href"):
            return None
        entity["url"] = attributes["href"]
    if name == "blockquote" and "expandable" in attributes:
        entity["type"] = "expandable_blockquote"
    if name == "tg-emoji":
        entity["custom_emoji_id"] = attributes.get("emoji-id", "")
    if name == "code" and attributes.get("class", "").startswith("language-"):
        entity["language"] = attributes["class"].removeprefix("language-")
    if name == "pre":
        inner = next((one for one in found if one["type"] == "code" and one["offset"] == offset
                      and one["length"] == length), None)  # fmt: skip
        if inner is not None:
            found.remove(inner)
            entity |= {"language": inner["language"]} if "language" in inner else {}
    return entity


_MARKS = (("||", "spoiler"), ("__", "underline"), ("*", "bold"), ("_", "italic"), ("~", "strikethrough"))


def from_markdown(source: str) -> tuple[str, list[Json]]:
    """MarkdownV2 (MessageEntity.cpp:2168-2400): every reserved character that marks nothing must be escaped."""
    out: list[str] = []
    found: list[Json] = []
    stack: list[tuple[str, int, int]] = []
    at, length = 0, 0

    def put(word: str) -> None:
        nonlocal length
        out.append(word)
        length += units(word)

    while at < len(source):
        character = source[at]
        if character == "\\" and at + 1 < len(source) and 0 < ord(source[at + 1]) < 127:
            put(source[at + 1])
            at += 2
        elif character == "`":
            at, word, entity = _code(source, at, length)
            put(word)
            found.append(entity)
        elif character == "[":
            stack.append(("[", length, at))
            at += 1
        elif character == "]" and stack and stack[-1][0] == "[":
            at = _link(source, at, length, stack.pop(), found)
        elif mark := next((one for one in _MARKS if source.startswith(one[0], at)), None):
            if stack and stack[-1][0] == mark[0]:
                _, start, _ = stack.pop()
                if length > start:
                    found.append({"type": mark[1], "offset": start, "length": length - start})
            else:
                stack.append((mark[0], length, at))
            at += len(mark[0])
        elif character in RESERVED:
            raise bad(
                f"can't parse entities: Character '{character}' is reserved and must be escaped "
                "with the preceding '\\'"
            )
        else:
            put(character)
            at += 1
    if stack:
        kind = dict(_MARKS).get(stack[-1][0], "link").capitalize()
        where = bytes_before(source, stack[-1][2])
        raise bad(f"can't parse entities: Can't find end of {kind} entity at byte offset {where}")
    return "".join(out), sorted(found, key=lambda one: (one["offset"], -one["length"]))


def _code(source: str, at: int, offset: int) -> tuple[int, str, Json]:
    mark = "```" if source.startswith("```", at) else "`"
    end = source.find(mark, at + len(mark))
    if end < 0:
        kind = "Pre" if mark == "```" else "Code"
        raise bad(
            f"can't parse entities: Can't find end of {kind} entity at byte offset {bytes_before(source, at)}"
        )
    word = source[at + len(mark) : end].replace("\\`", "`").replace("\\\\", "\\")
    entity: Json = {"type": "pre" if mark == "```" else "code", "offset": offset}
    if mark == "```" and (language := re.match(r"([^\s`]+)\n", word)):
        entity["language"] = language[1]
        word = word[language.end() :]
    return end + len(mark), word, {**entity, "length": units(word)}


def _link(source: str, at: int, offset: int, opened: tuple[str, int, int], found: list[Json]) -> int:
    _, start, _ = opened
    if not source.startswith("(", at + 1):
        return at + 1
    end = source.find(")", at)
    if end < 0:
        raise bad(
            f"can't parse entities: Can't find end of a URL at byte offset {bytes_before(source, at + 1)}"
        )
    url = source[at + 2 : end].replace("\\", "")
    if url and offset > start:
        found.append({"type": "text_link", "offset": start, "length": offset - start, "url": url})
    return end + 1


def formatted(
    text: str, parse_mode: str | None, entities: list[Json] | None, findings: list[str]
) -> tuple[str, list[Json]]:
    """The text as it is stored. Raises the refusal of a wrong mode or of markup that cannot be read."""
    if len(text.encode("utf-8", "surrogatepass")) > 32_768:
        raise bad("text is too long")
    if parse_mode:
        match parse_mode.lower():
            case "html":
                text, entities = from_html(text)
            case "markdownv2" | "markdown":
                text, entities = from_markdown(text)
            case _:
                raise bad("unsupported parse_mode")
    checked = _checked(text, entities or [], findings)
    return _trimmed(text, checked)


def _checked(text: str, entities: list[Json], findings: list[str]) -> list[Json]:
    """What the server would silently drop is told: a renderer that is right never needs it."""
    if len(entities) > 100:
        findings.append(f"{len(entities)} entities in one message, 100 are kept")
    data = text.encode("utf-16-le", "surrogatepass")
    kept: list[Json] = []
    for entity in entities[:100]:
        start, end = entity["offset"], entity["offset"] + entity["length"]
        splits = any(
            0xDC00 <= int.from_bytes(data[2 * cut : 2 * cut + 2], "little") < 0xE000 for cut in (start, end)
        )
        if entity["type"] not in _ENTITY_TYPES:
            findings.append(f"unknown entity type {entity['type']!r}")
        elif entity["length"] <= 0 or start < 0 or 2 * end > len(data) or splits:
            findings.append(f"entity out of the text or within a character: {entity}")
        elif any(_cross(entity, other) for other in kept):
            findings.append(f"entity crosses another: {entity}")
        else:
            kept.append(entity)
    return kept


def _cross(one: Json, other: Json) -> bool:
    first, second = sorted((one, other), key=lambda entity: (entity["offset"], -entity["length"]))
    first_end, second_end = (entity["offset"] + entity["length"] for entity in (first, second))
    return bool(second["offset"] < first_end < second_end)


def _trimmed(text: str, entities: list[Json]) -> tuple[str, list[Json]]:
    stripped = text.strip()
    start = units(text[: len(text) - len(text.lstrip())])
    end = start + units(stripped)
    moved = []
    for entity in entities:
        first = max(entity["offset"], start)
        last = min(entity["offset"] + entity["length"], end)
        if last > first:
            moved.append({**entity, "offset": first - start, "length": last - first})
    return stripped, moved


def detected(text: str) -> list[Json]:
    """What the server finds by itself: commands, addresses, mentions."""
    return [
        {"type": match.lastgroup, "offset": units(text[: match.start()]), "length": units(match[0])}
        for match in _FOUND.finditer(text)
    ]
