"""Which environment variable, or which secret file, gave a value? So that a mistake names where it was written."""

import json
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PREFIX = "ZHOUZHI_"
DELIMITER = "__"

Way = Sequence[int | str]


def secrets_folder() -> str | None:
    """Where secret files lie: our own variable, or what a service manager hands over."""
    return os.environ.get(f"{PREFIX}SECRETS") or os.environ.get("CREDENTIALS_DIRECTORY")


@dataclass(frozen=True, slots=True)
class Outside:
    """What a source beside the file gave: its values, and how what holds them is called."""

    values: Mapping[str, Any]
    names: tuple[str, ...]

    def name_of(self, way: Way, table: Mapping[str, Any]) -> str:
        """Who gave the value at the end of a way; empty when that was not this source.

        A key that is missing in a table is whose the table is.
        """
        if _holds(self.values, way):
            return self._called(way)
        for length in range(len(way) - 1, 0, -1):
            if _holds(table, way[:length]):
                return ""
            if _holds(self.values, way[:length]):
                return self._called(way[:length])
        return ""

    def _called(self, way: Way) -> str:
        steps = [step for step in way if isinstance(step, str)]
        full = f"{PREFIX}{DELIMITER.join(steps)}".upper()
        whole = [name for name in self.names if f"{full}{DELIMITER}".startswith(f"{name.upper()}{DELIMITER}")]
        inner = [name for name in self.names if name.upper().startswith(f"{full}{DELIMITER}")]
        return max(whole, key=len, default="") or min(inner, default="")


def environment_names() -> tuple[str, ...]:
    return _ours(os.environ)


def secret_names() -> tuple[str, ...]:
    folder = secrets_folder()
    return _ours(path.name for path in Path(folder).iterdir()) if folder and Path(folder).is_dir() else ()


def not_json(field: str) -> str:
    """The variable that was to hold the JSON of a field, or of a part of it, and does not."""
    start = f"{PREFIX}{field}".upper()
    written = {name: os.environ[name] for name in environment_names() if name.upper().startswith(start)}
    return next((name for name, value in sorted(written.items()) if not _is_json(value)), start)


def _ours(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(name for name in names if name.upper().startswith(PREFIX)))


def _is_json(value: str) -> bool:
    try:
        json.loads(value)
    except json.JSONDecodeError:
        return False
    return True


def _holds(values: object, way: Way) -> bool:
    for step in way:
        match values:
            case Mapping() if step in values:
                values = values[step]
            case list() if isinstance(step, int) and step < len(values):
                values = values[step]
            case _:
                return False
    return True
