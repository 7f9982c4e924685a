"""What do all endpoints of the fake share? State, log, limits, findings, and how an answer is made."""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.fakes.discord.calls import FILE_LIMIT, attachment_findings, files_of, message_of
from tests.fakes.discord.limits import Limits
from tests.fakes.discord.log import Call, Log
from tests.fakes.discord.refusals import Broken, Refusal, invalid_body
from tests.fakes.discord.rules import breaks_bytes, is_empty
from tests.fakes.discord.specification import Finding
from tests.fakes.discord.state import Message, State

Ids = Mapping[str, str]
Answer = tuple[int, Any]
Handler = Callable[["World", Call, Ids], Awaitable[Answer]]


@dataclass(slots=True)
class World:
    """`findings` must be empty at the end of a test: each is a call that Discord would refuse or silently bend."""

    state: State
    log: Log
    limits: Limits
    findings: list[str] = field(default_factory=list)
    is_lenient: bool = False  # a test that sends nonsense on purpose collects its findings, and forgets them

    def found(self, call: Call, findings: Iterable[Finding]) -> None:
        """Record what was found; what Discord would refuse is refused here. Raises Refusal."""
        listed = list(findings)
        if not self.is_lenient:
            self.findings += [f"{call.method} {call.path}: {finding}" for finding in listed]
        refused = [finding for finding in listed if finding.layer != "unknown field"]
        if refused:
            raise invalid_body(refused)

    def take_message(
        self, call: Call, rules: Iterable[Finding], kept: Mapping[str, Any] | None = None
    ) -> dict[str, Any]:
        """The message of a call after all checks that need no state. Raises Refusal or Broken."""
        body = message_of(call)
        if any(file.size > FILE_LIMIT for file in call.files):
            raise Refusal(413, 40005)
        self.found(call, [*rules, *attachment_findings(call, kept or {})])
        if breaks_bytes(body):
            raise Broken
        return body

    def new_message(self, call: Call, rules: Iterable[Finding]) -> dict[str, Any]:
        body = self.take_message(call, rules)
        if is_empty(body, len(call.files)):
            raise Refusal(400, 50006)
        return body

    def store(self, call: Call, channel: int, body: Mapping[str, Any], **more: Any) -> Message:
        kept = self.state.store(channel, body, files_of(call), **more)
        self.log.stored(call, kept.id)
        return kept

    async def changed(self) -> None:
        """Wake whoever waits for something to happen."""
        async with self.state.changes:
            self.state.changes.notify_all()
