"""What do people do? They type commands, press, choose and answer; each is an interaction on the gateway.

Every method returns the `Interaction` as soon as it is answered for good: a first answer that shows something, or what
followed a deferral. `patience` None does not wait.
"""

import asyncio
import secrets
from collections.abc import Mapping, Sequence
from typing import Any

from tests.fakes.discord.gateway import Gateway
from tests.fakes.discord.payloads import interaction_payload
from tests.fakes.discord.state import Channel, Interaction, Message, State, User

COMMAND, COMPONENT, COMPLETION, MODAL = 2, 3, 4, 5
PATIENCE_S = 10.0


class People:
    """Acts on behalf of readers."""

    def __init__(self, state: State, gateway: Gateway) -> None:
        self._state = state
        self._gateway = gateway

    async def slash(
        self,
        channel: Channel,
        name: str,
        options: Mapping[str, Any] | None = None,
        *,
        user: User | None = None,
        is_admin: bool = False,
        is_user_installed: bool = False,
        files: Mapping[str, tuple[str, bytes]] | None = None,
        patience: float | None = PATIENCE_S,
    ) -> Interaction:
        """Call a command. `files`: by option, a file's name and bytes, which then lie on the CDN."""
        data: dict[str, Any] = {"id": self._command_id(name), "name": name, "type": 1}
        data["options"] = _options(options or {})
        if files:
            attached = {option: self._state.attach(channel, *file) for option, file in files.items()}
            data["options"] += [
                {"name": option, "type": 11, "value": one["id"]} for option, one in attached.items()
            ]
            data["resolved"] = {"attachments": {one["id"]: one for one in attached.values()}}
        return await self._act(
            COMMAND, data, channel, user, is_admin, patience, is_user_installed=is_user_installed
        )

    async def complete(
        self, channel: Channel, name: str, option: str, typed: str, *, user: User | None = None
    ) -> list[dict[str, Any]]:
        """What is offered while an option is being typed."""
        entry = {"name": option, "type": 3, "value": typed, "focused": True}
        data = {"id": self._command_id(name), "name": name, "type": 1, "options": [entry]}
        interaction = await self._act(COMPLETION, data, channel, user, False, PATIENCE_S)
        return interaction.choices or []

    async def press(
        self,
        message: Message,
        custom_id: str,
        *,
        user: User | None = None,
        is_admin: bool = False,
        patience: float | None = PATIENCE_S,
    ) -> Interaction:
        """Press a button. Raises LookupError when the message has none of that id, or it cannot be pressed."""
        part = component(message, custom_id)
        if part.get("disabled"):
            raise LookupError(f"{custom_id!r} cannot be pressed")
        return await self._touch(message, part, {}, user, is_admin, patience)

    async def select(
        self,
        message: Message,
        custom_id: str,
        values: Sequence[str],
        *,
        user: User | None = None,
        is_admin: bool = False,
        patience: float | None = PATIENCE_S,
    ) -> Interaction:
        """Choose. Raises LookupError for values that are not offered or too many."""
        part = component(message, custom_id)
        offered = {option["value"] for option in part.get("options", ())}
        if part["type"] == 3 and not set(values) <= offered:
            raise LookupError(f"{sorted(set(values) - offered)} is not offered")
        if not part.get("min_values", 1) <= len(values) <= part.get("max_values", 1):
            raise LookupError(f"{len(values)} values")
        return await self._touch(message, part, {"values": list(values)}, user, is_admin, patience)

    async def submit(
        self, asked: Interaction, words: str, *, is_admin: bool = False, patience: float | None = PATIENCE_S
    ) -> Interaction:
        """Type into the modal that an interaction opened, and send it off."""
        if asked.modal is None:
            raise LookupError("no modal was opened")
        rows = [_filled(part, words) for part in asked.modal["components"]]
        data = {"custom_id": asked.modal["custom_id"], "components": [row for row in rows if row]}
        channel = self._state.channels[asked.channel]
        message = self._state.messages.get(asked.message or 0)
        user = self._state.users[asked.person]
        return await self._act(MODAL, data, channel, user, is_admin, patience, message=message)

    async def menu(
        self, message: Message, name: str, *, user: User | None = None, patience: float | None = None
    ) -> Interaction:
        """A command of a message's context menu."""
        data = {
            "id": self._command_id(name),
            "name": name,
            "type": 3,
            "target_id": str(message.id),
            "resolved": {"messages": {str(message.id): message.shown}},
        }
        channel = self._state.channels[message.channel]
        return await self._act(COMMAND, data, channel, user, False, patience)

    async def _touch(
        self,
        message: Message,
        part: Mapping[str, Any],
        more: dict[str, Any],
        user: User | None,
        is_admin: bool,
        patience: float | None,
    ) -> Interaction:
        data = {
            "custom_id": part["custom_id"],
            "component_type": part["type"],
            "id": part.get("id", 1),
            **more,
        }
        if user is None and message.person is not None:
            user = self._state.users[message.person]
        channel = self._state.channels[message.channel]
        return await self._act(COMPONENT, data, channel, user, is_admin, patience, message=message)

    async def _act(
        self,
        kind: int,
        data: dict[str, Any],
        channel: Channel,
        user: User | None,
        is_admin: bool,
        patience: float | None,
        *,
        message: Message | None = None,
        is_user_installed: bool = False,
    ) -> Interaction:
        state = self._state
        person = user or self._person_of(channel)
        interaction = Interaction(
            state.clock.snowflake(),
            secrets.token_urlsafe(32),
            kind,
            data,
            state.clock.monotonic(),
            channel.id,
            person.id,
            message.id if message else None,
            is_user_installed,
        )
        state.interactions[interaction.id] = interaction
        state.by_token[interaction.token] = interaction
        shown = message.shown if message else None
        payload = interaction_payload(
            state, interaction, data, person, channel, is_admin=is_admin, message=shown
        )
        await self._gateway.dispatch("INTERACTION_CREATE", payload)
        if patience is not None:
            async with asyncio.timeout(patience):
                await interaction.settled.wait()
        return interaction

    def _person_of(self, channel: Channel) -> User:
        if channel.user is not None:
            return self._state.users[channel.user]
        known = next((user for user in self._state.users.values() if user.name == "小林"), None)
        return known or self._state.user()

    def _command_id(self, name: str) -> str:
        for commands in self._state.commands.values():
            for command in commands:
                if command["name"] == name:
                    return str(command["id"])
        return "1"


def component(message: Message, custom_id: str) -> dict[str, Any]:
    """The component of a message with this id. Raises LookupError."""
    for part in components(message):
        if part.get("custom_id") == custom_id:
            return part
    known = [part["custom_id"] for part in components(message) if "custom_id" in part]
    raise LookupError(f"no {custom_id!r} in {known}")


def components(message: Message) -> list[dict[str, Any]]:
    """Every component of a message, nested ones too."""
    waiting, found = list(message.shown["components"]), []
    while waiting:
        part = waiting.pop(0)
        found.append(part)
        waiting = [*(part.get("components") or []), *waiting]
    return found


def texts(message: Message) -> str:
    """The words of a message: content, embeds and text displays."""
    shown = message.shown
    embeds = [embed.get(key, "") for embed in shown["embeds"] for key in ("title", "description")]
    displays = [part["content"] for part in components(message) if part["type"] == 10]
    return "\n".join(word for word in (shown["content"], *embeds, *displays) if word)


def _options(options: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [{"name": name, "type": 3, "value": value} for name, value in options.items()]


def _filled(part: Mapping[str, Any], words: str) -> dict[str, Any] | None:
    """The submitted form of a modal's row: labels hold one component, rows several."""
    if part["type"] == 18:
        inner = part["component"]
        typed = {"type": inner["type"], "id": 2, "custom_id": inner["custom_id"], "value": words}
        return {"type": 18, "id": 1, "component": typed}
    if part["type"] == 1:
        inner = [
            {"type": one["type"], "custom_id": one["custom_id"], "value": words} for one in part["components"]
        ]
        return {"type": 1, "components": inner}
    return None
