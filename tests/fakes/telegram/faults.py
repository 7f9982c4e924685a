"""What goes wrong, when? A seeded plan of faults by method, chat and n-th call."""

import random
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

Kind = Literal[
    "retry_after",  # 429, `seconds`
    "forbidden",  # 403 with `description`
    "refuse",  # any `status` and `description`, with `parameters`
    "error_before",  # 5xx, nothing stored
    "error_after",  # 5xx, stored all the same
    "lose_answer",  # stored, then the connection is cut
    "hang",  # stored, then no answer for `seconds`
    "slow",  # answered `seconds` late
    "cut",  # the connection is cut before the body is read
    "missing",  # 404: this server does not know the method
    "truncated",  # stored, half an answer
    "unreadable",  # stored, an answer that is no JSON
]
BEFORE_BODY: tuple[Kind, ...] = ("cut",)
BEFORE_STORING: tuple[Kind, ...] = ("retry_after", "forbidden", "refuse", "error_before", "missing")


@dataclass(slots=True)
class Fault:
    """One fault. `method` and `chat` None: any. It strikes from the `nth` matching call on, `times` times (0: always),
    each time with this `chance`.
    """

    kind: Kind
    method: str | None = None
    chat: int | None = None
    nth: int = 1
    times: int = 1
    chance: float = 1.0
    seconds: float = 1
    status: int = 500
    description: str = ""
    parameters: dict[str, Any] = field(default_factory=dict)
    met: int = 0
    struck: int = 0

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


class FaultPlan:
    """All faults that may strike."""

    def __init__(self, seed: int = 0) -> None:
        self.seed = seed
        self._random = random.Random(seed)
        self.faults: list[Fault] = []

    def add(self, kind: Kind, **details: Any) -> Fault:
        fault = Fault(kind, **details)
        self.faults.append(fault)
        return fault

    def reseed(self, seed: int) -> None:
        self.seed = seed
        self._random = random.Random(seed)

    def clear(self) -> None:
        self.faults.clear()

    def strike_before_body(self, method: str) -> Fault | None:
        """A fault that needs no knowledge of the call's content."""
        return self._strike(method, None, before_body=True)

    def strike(self, method: str, chat: int | None) -> Fault | None:
        return self._strike(method, chat, before_body=False)

    def _strike(self, method: str, chat: int | None, *, before_body: bool) -> Fault | None:
        for fault in self.faults:
            if (fault.kind in BEFORE_BODY) != before_body:
                continue
            if fault.method is not None and fault.method.lower() != method.lower():
                continue
            if fault.chat is not None and fault.chat != chat:
                continue
            if fault.times and fault.struck >= fault.times:
                continue
            fault.met += 1
            if fault.met >= fault.nth and self._random.random() < fault.chance:
                fault.struck += 1
                return fault
        return None
