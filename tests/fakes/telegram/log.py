"""What was called, when, and with what result? Every call with its monotonic times, kept and written as it happens."""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, TextIO


@dataclass(slots=True)
class Entry:
    """One call. `arrived` and `answered` are seconds of the monotonic clock; `stored` the ids it left in `chat`."""

    number: int
    method: str
    arrived: float
    parameters: dict[str, Any] = field(default_factory=dict)
    files: dict[str, int] = field(default_factory=dict)  # name of the part -> bytes
    chat: int | None = None
    stored: tuple[int, ...] = ()
    status: int | None = None
    answer: Any = None
    answered: float | None = None
    fault: str | None = None

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


class Log:
    """All calls in order of arrival. With a file, each is written when it is stored and again when it is answered."""

    def __init__(self, path: Path | None = None) -> None:
        self.entries: list[Entry] = []
        self._file: TextIO | None = path.open("a", encoding="utf-8") if path is not None else None

    def open(self, method: str, now: float) -> Entry:
        entry = Entry(len(self.entries), method, now)
        self.entries.append(entry)
        return entry

    def write(self, event: str, entry: Entry) -> None:
        """To the file, at once: a kill run compares it with the ledger."""
        if self._file is not None:
            line = {"event": event, **entry.as_json()}
            self._file.write(json.dumps(line, ensure_ascii=False) + "\n")
            self._file.flush()

    def close(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None

    def calls(self, *methods: str) -> list[Entry]:
        """The calls of these methods, of all when none is named."""
        return [entry for entry in self.entries if not methods or entry.method in methods]

    def stored(self) -> Iterator[Entry]:
        """The calls that left messages."""
        return (entry for entry in self.entries if entry.stored)

    def most_within(self, seconds: float, chat: int | None = None) -> int:
        """The most messages stored in any stretch of this many seconds, in one chat or in all."""
        moments = [
            entry.arrived
            for entry in self.stored()
            if chat is None or entry.chat == chat
            for _ in entry.stored
        ]
        most, first = 0, 0
        for last, moment in enumerate(moments):
            while moments[first] <= moment - seconds:
                first += 1
            most = max(most, last - first + 1)
        return most
