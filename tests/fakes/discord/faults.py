"""What goes wrong on demand? Faults by route, channel and n-th call, or by chance with a seed."""

import random
import re
from dataclasses import dataclass, field
from typing import Literal

Kind = Literal[
    "429",  # of this bucket
    "429 shared",
    "429 global",
    "429 cloudflare",  # HTML without `Via`: a ban
    "500",
    "502",
    "503",
    "504",
    "500 after",  # stored, then an error
    "lose",  # stored, then the connection is cut
    "hang",  # stored, never answered
    "cut",  # the connection is cut before the body is read
    "slow",  # answered late
    "html",  # a proxy's page with status 200, after storing
    "403 html",  # a proxy's page instead of Discord's answer
    "204",  # done, but without the body that was asked for
    "no ids",  # a list whose entries have no ids
]
BEFORE = frozenset(
    ("429", "429 shared", "429 global", "429 cloudflare", "500", "502", "503", "504", "cut", "403 html")
)


@dataclass(slots=True)
class Fault:
    """Matches calls of `method` whose path contains the pattern `path`; skips `skip` of them, then strikes `times`.

    `chance` 1 strikes always. `seconds`: how late, or how long to wait.
    """

    kind: Kind
    path: str = ""
    method: str = ""
    times: int = 1
    skip: int = 0
    chance: float = 1.0
    seconds: float = 1.0
    struck: int = 0

    def matches(self, method: str, path: str) -> bool:
        return self.method in ("", method) and re.search(self.path, path) is not None


@dataclass(slots=True)
class Faults:
    listed: list[Fault] = field(default_factory=list)
    _chance: random.Random = field(default_factory=lambda: random.Random(0))

    def reseed(self, seed: int) -> None:
        self._chance = random.Random(seed)

    def add(self, fault: Fault) -> Fault:
        self.listed.append(fault)
        return fault

    def clear(self) -> None:
        self.listed.clear()

    def take(self, method: str, path: str) -> Fault | None:
        """The fault that strikes this call: the first of those whose turn it is. All count the calls they match."""
        striking: Fault | None = None
        for fault in self.listed:
            if not fault.matches(method, path) or fault.struck >= fault.times:
                continue
            if fault.skip > 0:
                fault.skip -= 1
            elif striking is None and self._chance.random() <= fault.chance:
                striking = fault
        if striking is not None:
            striking.struck += 1
        return striking
