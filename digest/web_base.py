"""Where do the pictures of a text from the web lie? Their relative addresses become whole ones."""

from dataclasses import fields, is_dataclass, replace
from typing import Any
from urllib.parse import urljoin

from digest.document import Image
from digest.issue import Issue


def joined(base: str, address: str) -> str:
    """An address as it is seen from `base`; one that no host can be read from stays as it is written."""
    try:
        return urljoin(base, address)
    except ValueError:
        return address


def seen_from(issue: Issue, base: str) -> Issue:
    """The issue with every picture's address as it is seen from `base`; whole ones stay as they are."""
    seen: Issue = _seen(issue, base)
    return seen


def seen_as_before(issue: Issue, base: str, before: Issue) -> Issue:
    """An issue read anew, its pictures seen from `base` where those of its earlier reading were."""
    moved = seen_from(issue, base)
    found = {image.src for image in moved.images} - {image.src for image in issue.images}
    return moved if found & {image.src for image in before.images} else issue


def _seen(value: Any, base: str) -> Any:
    if isinstance(value, Image):
        src = joined(base, value.src)
        return value if src == value.src else replace(value, src=src)
    if isinstance(value, tuple):
        parts = tuple(_seen(part, base) for part in value)
        return parts if any(new is not old for new, old in zip(parts, value, strict=True)) else value
    if is_dataclass(value) and not isinstance(value, type):
        old = {field.name: getattr(value, field.name) for field in fields(value)}
        new = {name: _seen(part, base) for name, part in old.items()}
        changed = {name: part for name, part in new.items() if part is not old[name]}
        return replace(value, **changed) if changed else value
    return value
