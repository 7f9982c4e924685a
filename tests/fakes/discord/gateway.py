"""How does the gateway behave? HELLO, IDENTIFY, READY, RESUME, and everything that goes wrong there, on demand."""

import asyncio
import contextlib
import json
import secrets
from collections import deque
from dataclasses import dataclass, field
from typing import Any, Literal

from aiohttp import WSMsgType, web

from tests.fakes.discord.payloads import guild_payload
from tests.fakes.discord.state import State, user_payload

PRIVILEGED = (1 << 1) | (1 << 8) | (1 << 15)
ALL_INTENTS = (1 << 26) - 1
EVENT_LIMIT, EVENT_SPAN_S, PAYLOAD_LIMIT = 120, 60.0, 4_096
Mode = Literal["normal", "refuse", "no hello", "no ack"]


@dataclass(slots=True)
class Session:
    """One identified session; its events are kept, so that it can be resumed."""

    id: str
    sequence: int = 0
    events: list[dict[str, Any]] = field(default_factory=list)
    socket: web.WebSocketResponse | None = None


class Gateway:
    """The gateway of one token. `identifies` and `resumes` count; `heard` keeps what the client sent."""

    def __init__(self, state: State, token: str) -> None:
        self._state = state
        self._token = token
        self.mode: Mode = "normal"
        self.heartbeat_ms = 41_250
        self.address = ""
        self.identifies = 0
        self.resumes = 0
        self.heard: list[dict[str, Any]] = []
        self.sessions: dict[str, Session] = {}
        self._sockets: set[web.WebSocketResponse] = set()
        self.changed = asyncio.Condition()

    @property
    def live(self) -> list[Session]:
        """Sessions that are connected now."""
        return [one for one in self.sessions.values() if one.socket is not None and not one.socket.closed]

    async def until_live(self, timeout: float = 10.0) -> Session:  # noqa: ASYNC109  a test's patience
        """The connected session, as soon as there is one."""
        async with asyncio.timeout(timeout), self.changed:
            await self.changed.wait_for(lambda: bool(self.live))
        return self.live[-1]

    async def handle(self, request: web.Request) -> web.StreamResponse:
        if self.mode == "refuse":
            assert request.transport is not None
            request.transport.abort()
            raise web.HTTPBadGateway
        socket = web.WebSocketResponse(autoping=True, max_msg_size=0)
        await socket.prepare(request)
        self._sockets.add(socket)
        try:
            await self._converse(socket)
        finally:
            self._sockets.discard(socket)
            for session in self.sessions.values():
                if session.socket is socket:
                    session.socket = None
        return socket

    async def dispatch(self, name: str, data: Any) -> None:
        """An event for every session, connected or to be resumed."""
        for session in self.sessions.values():
            session.sequence += 1
            event = {"op": 0, "t": name, "s": session.sequence, "d": data}
            session.events.append(event)
            if session.socket is not None and not session.socket.closed:
                await session.socket.send_json(event)

    async def reconnect(self) -> None:
        """Op 7."""
        await self._to_all({"op": 7, "d": None})

    async def invalidate(self, *, is_resumable: bool) -> None:
        """Op 9."""
        if not is_resumable:
            gone, self.sessions = self.sessions, {}
            sockets = [one.socket for one in gone.values() if one.socket]
        else:
            sockets = [one.socket for one in self.live if one.socket]
        for socket in sockets:
            await socket.send_json({"op": 9, "d": is_resumable})

    async def close(self, code: int) -> None:
        """Close every connection with a code."""
        if code in (4004, 4009, 4010, 4011, 4012, 4013, 4014):
            keep = code == 4009
            sockets = [one.socket for one in self.live if one.socket]
            if not keep:
                self.sessions.clear()
        else:
            sockets = [one.socket for one in self.live if one.socket]
        for socket in sockets:
            await socket.close(code=code)

    async def malformed(self) -> None:
        """An interaction without what the library reads of one."""
        await self.dispatch("INTERACTION_CREATE", {"type": 3, "data": {"custom_id": "x"}})

    async def stop(self) -> None:
        for socket in list(self._sockets):
            with contextlib.suppress(ConnectionError):
                await socket.close(code=1001)

    async def _to_all(self, payload: dict[str, Any]) -> None:
        for session in self.live:
            assert session.socket is not None
            await session.socket.send_json(payload)

    async def _converse(self, socket: web.WebSocketResponse) -> None:
        if self.mode != "no hello":
            await socket.send_json({"op": 10, "d": {"heartbeat_interval": self.heartbeat_ms}})
        recent: deque[float] = deque()
        async for message in socket:
            if message.type is not WSMsgType.TEXT:
                continue
            now = self._state.clock.monotonic()
            recent.append(now)
            while recent and recent[0] <= now - EVENT_SPAN_S:
                recent.popleft()
            if len(message.data.encode()) > PAYLOAD_LIMIT:
                await socket.close(code=4002)
                return
            if len(recent) > EVENT_LIMIT:
                await socket.close(code=4008)
                return
            await self._react(socket, json.loads(message.data))

    async def _react(self, socket: web.WebSocketResponse, payload: dict[str, Any]) -> None:
        self.heard.append(payload)
        match payload.get("op"):
            case 1:
                if self.mode != "no ack":
                    await socket.send_json({"op": 11, "d": None})
            case 2:
                await self._identify(socket, payload["d"])
            case 6:
                await self._resume(socket, payload["d"])
            case 3 | 4 | 8:
                pass
            case _:
                await socket.close(code=4001)

    async def _identify(self, socket: web.WebSocketResponse, data: dict[str, Any]) -> None:
        self.identifies += 1
        if data.get("token") != self._token:
            await socket.close(code=4004)
            return
        intents = data.get("intents")
        if not isinstance(intents, int) or intents & ~ALL_INTENTS:
            await socket.close(code=4013)
            return
        if intents & PRIVILEGED:
            await socket.close(code=4014)
            return
        session = Session(secrets.token_hex(16), socket=socket)
        self.sessions[session.id] = session
        await self._welcome(session)
        async with self.changed:
            self.changed.notify_all()

    async def _welcome(self, session: Session) -> None:
        state = self._state
        ready = {
            "v": 10,
            "user": user_payload(state.bot, is_bot=True),
            "guilds": [{"id": str(guild), "unavailable": True} for guild in state.guilds],
            "session_id": session.id,
            "resume_gateway_url": self.address,
            "application": {"id": str(state.application), "flags": 0},
        }
        await self._send(session, "READY", ready)
        for guild in state.guilds.values():
            await self._send(session, "GUILD_CREATE", {**guild_payload(state, guild), "unavailable": False})

    async def _resume(self, socket: web.WebSocketResponse, data: dict[str, Any]) -> None:
        self.resumes += 1
        session = self.sessions.get(str(data.get("session_id")))
        if session is None or data.get("token") != self._token:
            await socket.send_json({"op": 9, "d": False})
            return
        session.socket = socket
        for event in session.events:
            if event["s"] > (data.get("seq") or 0):
                await socket.send_json(event)
        await self._send(session, "RESUMED", {"_trace": []})
        async with self.changed:
            self.changed.notify_all()

    async def _send(self, session: Session, name: str, data: Any) -> None:
        session.sequence += 1
        event = {"op": 0, "t": name, "s": session.sequence, "d": data}
        session.events.append(event)
        assert session.socket is not None
        await session.socket.send_json(event)
