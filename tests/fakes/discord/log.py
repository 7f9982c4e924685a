"""What was called, when, and what came of it? In memory for tests, as lines of JSON for processes that are killed.

A line `stored` is written before the answer leaves, so that what was accepted is known even when nobody heard of it.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TextIO


@dataclass(frozen=True, slots=True)
class SentFile:
    """A file that came with a call."""

    key: str  # `files[n]`
    name: str
    content: bytes = field(repr=False)

    @property
    def size(self) -> int:
        return len(self.content)


@dataclass(slots=True)
class Call:
    """One call. Times are monotonic seconds of the fake's clock; `stored` is the message or post it made."""

    number: int
    method: str
    path: str
    arrived: float
    query: Mapping[str, str] = field(default_factory=dict)
    body: Any = None
    files: tuple[SentFile, ...] = ()
    answered: float | None = None
    status: int | None = None  # None: never answered
    answer: Any = None
    stored: int | None = None
    is_repeat: bool = False  # the nonce was known: nothing new was stored
    fault: str = ""

    def as_json(self) -> dict[str, Any]:
        return {
            "number": self.number,
            "method": self.method,
            "path": self.path,
            "query": dict(self.query),
            "arrived": self.arrived,
            "answered": self.answered,
            "body": self.body,
            "files": [{"key": file.key, "name": file.name, "size": file.size} for file in self.files],
            "status": self.status,
            "answer": self.answer,
            "stored": self.stored,
            "is_repeat": self.is_repeat,
            "fault": self.fault,
        }


class Log:
    """All calls in order of arrival."""

    def __init__(self, path: Path | None = None) -> None:
        self.calls: list[Call] = []
        self._file: TextIO | None = path.open("a", encoding="utf-8") if path else None

    def __iter__(self) -> Iterator[Call]:
        return iter(self.calls)

    def open(self, method: str, path: str, arrived: float, query: Mapping[str, str]) -> Call:
        call = Call(len(self.calls) + 1, method, path, arrived, query)
        self.calls.append(call)
        return call

    def of(self, method: str, ending: str) -> list[Call]:
        """The calls of one method whose path ends so."""
        return [call for call in self.calls if call.method == method and call.path.endswith(ending)]

    def stored(self, call: Call, message_id: int) -> None:
        """To be called before the answer leaves."""
        call.stored = message_id
        self._write({"event": "stored", **call.as_json()})

    def answered(self, call: Call) -> None:
        self._write({"event": "answered", **call.as_json()})

    def close(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None

    def most_in_a_second(self) -> int:
        """The largest number of calls in any window of one second; answers to interactions do not count."""
        times = sorted(call.arrived for call in self.calls if not is_exempt(call.path))
        most = first = 0
        for last, time in enumerate(times):
            while time - times[first] >= 1.0:
                first += 1
            most = max(most, last - first + 1)
        return most

    def _write(self, line: Mapping[str, Any]) -> None:
        if self._file is not None:
            self._file.write(json.dumps(line, ensure_ascii=False) + "\n")
            self._file.flush()


def is_exempt(path: str) -> bool:
    """Interaction endpoints stand outside the global limit."""
    return path.startswith(("/interactions/", "/webhooks/", "/gateway"))
