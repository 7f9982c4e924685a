"""What is a platform's side of the stage? How a payload is checked, drawn and measured, and what its buttons mean."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from bot.platforms.base import Budget, Form, Message, Readback
from digest.audience import PlatformName
from digest.page import Action, Ask, Page

Drawn = Mapping[str, Any]  # what the page draws, as JSON


@dataclass(frozen=True, slots=True)
class Pressed:
    """What pressing means: an action, or only a passing word."""

    action: Action | None
    toast: str = ""


class Look(Protocol):
    """One platform as it is played. `knows_keys`: a second send of the same key is recognised."""

    @property
    def name(self) -> PlatformName: ...

    @property
    def username(self) -> str | None: ...

    @property
    def knows_keys(self) -> bool: ...

    def render(self, page: Page, form: Form) -> tuple[Message, ...]:
        """The platform's own renderer."""
        ...

    def check(self, message: Message) -> list[str]:
        """Why the platform would refuse it; empty when it would not."""
        ...

    def readback(self, message: Message) -> Readback:
        """What a reader sees."""
        ...

    def plain(self, message: Message) -> Message:
        """The same without markup."""
        ...

    def draw(self, message: Message) -> Drawn:
        """What its client shows, read from the payload alone."""
        ...

    def meter(self, message: Message) -> tuple[Budget, ...]:
        """What it takes of the platform's budgets."""
        ...

    def pressed(self, data: str) -> Pressed:
        """What a button's data means."""
        ...

    def question(self, ask: Ask) -> Message | None:
        """A question as a message; None where it is a dialogue and no message."""
        ...
