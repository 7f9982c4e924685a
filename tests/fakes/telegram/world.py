"""What do the methods work on? State, limits and the clock of one fake server."""

import time
from dataclasses import dataclass, field

from tests.fakes.telegram.limits import Limiter, Rates
from tests.fakes.telegram.state import Json, State
from tests.fakes.telegram.updates import Updates


@dataclass(slots=True)
class World:
    """Everything behind the HTTP door."""

    state: State
    updates: Updates
    limiter: Limiter
    uploads: list[tuple[str, int]] = field(default_factory=list)  # (part, bytes) of every file that came
    silent: set[tuple[int, int]] = field(default_factory=set)  # (chat, message) sent without a notification
    answers: dict[str, str] = field(default_factory=dict)  # query -> the passing word it was answered with
    query_life_s: float = 15
    has_rich: bool = True  # False: a server before Bot API 10.1, which has no rich messages

    @staticmethod
    def now() -> float:
        return time.monotonic()

    @property
    def author(self) -> Json:
        """The bot as the author of its messages."""
        return {name: self.state.bot[name] for name in ("id", "is_bot", "first_name", "username")}


def new_world(username: str, bot_id: int, rates: Rates) -> World:
    return World(State(username, bot_id), Updates(), Limiter(rates, time.monotonic))
