"""How is a document tree kept? As JSON with a version, so that what was stored long ago can still be read.

A node is an object whose `_` names its kind; fields that hold their default are left out.
"""

import json
from collections.abc import Sequence
from dataclasses import MISSING, Field, fields
from datetime import date
from typing import Any

from digest.document import (
    Block,
    Break,
    Code,
    CodeBlock,
    Del,
    Details,
    Em,
    Heading,
    Image,
    Link,
    List,
    Mark,
    Paragraph,
    Quote,
    Rule,
    Strong,
    Table,
    Text,
)
from digest.issue import Issue, Item, Section

VERSION = 1

_KINDS: dict[str, type[Any]] = {
    kind.__name__: kind
    for kind in (
        Text,
        Strong,
        Em,
        Del,
        Mark,
        Code,
        Break,
        Link,
        Image,
        Paragraph,
        Heading,
        List,
        Quote,
        CodeBlock,
        Table,
        Details,
        Rule,
        Issue,
        Section,
        Item,
    )
}
_DATES = frozenset({"published_on", "embargo_until"})


class UnknownFormat(ValueError):
    """The text is no tree of ours, or one of a newer program."""


def to_json(issue: Issue) -> str:
    """An issue as JSON."""
    return _dumped("issue", _packed(issue))


def from_json(text: str) -> Issue:
    """The issue of a JSON text. Raises UnknownFormat."""
    issue = _unpacked(_loaded(text, "issue"))
    if not isinstance(issue, Issue):
        raise UnknownFormat("the text holds no issue")
    return issue


def blocks_to_json(blocks: Sequence[Block]) -> str:
    """A run of blocks as JSON."""
    return _dumped("blocks", [_packed(block) for block in blocks])


def blocks_from_json(text: str) -> tuple[Block, ...]:
    """The blocks of a JSON text. Raises UnknownFormat."""
    loaded = _loaded(text, "blocks")
    if not isinstance(loaded, list):
        raise UnknownFormat("the text holds no blocks")
    blocks: tuple[Block, ...] = _unpacked(loaded)
    return blocks


def _dumped(kind: str, value: Any) -> str:
    return json.dumps({"version": VERSION, kind: value}, ensure_ascii=False, separators=(",", ":"))


def _loaded(text: str, kind: str) -> Any:
    try:
        whole = json.loads(text)
    except json.JSONDecodeError as error:
        raise UnknownFormat("the text is no JSON") from error
    if not isinstance(whole, dict) or kind not in whole:
        message = f"the text holds no {kind}"
        raise UnknownFormat(message)
    if whole.get("version") != VERSION:
        message = f"version {whole.get('version')} of the tree is not known here, {VERSION} is"
        raise UnknownFormat(message)
    return whole[kind]


def _packed(value: Any) -> Any:
    match value:
        case tuple():
            return [_packed(one) for one in value]
        case date():
            return value.isoformat()
        case None | bool() | int() | str():
            return value
        case _:
            packed: dict[str, Any] = {"_": type(value).__name__}
            for field in fields(value):
                inside = getattr(value, field.name)
                if not _is_default(field, inside):
                    packed[field.name] = _packed(inside)
            return packed


def _is_default(field: Field[Any], value: Any) -> bool:
    return field.default is not MISSING and value == field.default and type(value) is type(field.default)


def _unpacked(value: Any) -> Any:
    if isinstance(value, list):
        return tuple(_unpacked(one) for one in value)
    if not isinstance(value, dict):
        return value
    kind = _KINDS.get(value.get("_", ""))
    if kind is None:
        message = f"a node of kind {value.get('_')!r} is not known here"
        raise UnknownFormat(message)
    given = {
        name: date.fromisoformat(inside) if name in _DATES and isinstance(inside, str) else _unpacked(inside)
        for name, inside in value.items()
        if name != "_"
    }
    try:
        return kind(**given)
    except TypeError as error:
        message = f"a node of kind {value['_']!r} has other fields here"
        raise UnknownFormat(message) from error
