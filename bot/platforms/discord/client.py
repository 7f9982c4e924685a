"""How does the bot live on Discord? Pushes over REST alone, people over the gateway, and coming back after every outage.

discord.py is known here and in `events` only. Two HTTP clients of the library stand beside the gateway and outlive it:
one for pushes, one for replies, so that a limit met by a push holds up nobody who asks. The gateway gets a fresh client
at every start (discord.md §3: ways to die).
"""

import asyncio
import random
import re
import traceback
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from functools import partial
from typing import Any, Final

import aiohttp
import discord
import structlog
import yarl
from discord.gateway import DiscordWebSocket
from discord.http import HTTPClient, Route

from bot.platforms.base import Form, Front, Message, Pace, Parcel, Pictures, Status
from bot.platforms.discord import bodies
from bot.platforms.discord.api import CallFailed, Upload, form
from bot.platforms.discord.commands import Command, CommandSync, house_commands, order_of
from bot.platforms.discord.events import Gateway, Heard, Order, arrival, departure, event_of
from bot.platforms.discord.files import Files
from bot.platforms.discord.outcomes import Failure
from bot.platforms.discord.render import render
from bot.platforms.discord.replies import Replier
from bot.platforms.discord.sending import FilingOf, Sender
from bot.platforms.discord.settings import DiscordSettings
from digest.audience import Place, PlatformName
from digest.calendar import Clock
from digest.delivery import Outcome, RetryAfter, Unavailable
from digest.page import Page
from handlers.texts import language_for, texts_for

FATAL: Final = frozenset((4004, 4013, 4014))  # token, intents: only a person can help
ENDING_S: Final = 10.0  # how long the end waits for replies that are being given
STEADY_S: Final = 60.0  # a gateway that held that long starts the pauses anew
log = structlog.get_logger(__name__)


class Rest:
    """An HTTP client of the library; one that could not log in is thrown away and made anew. A `Discord` `Api`."""

    def __init__(self, settings: DiscordSettings) -> None:
        self._settings = settings
        self._client: HTTPClient | None = None
        self._me: Mapping[str, Any] = {}
        self._lock = asyncio.Lock()
        self._refused: Failure | None = None

    @property
    def refused(self) -> Failure | None:
        """Set once the token was refused: nothing is called any more."""
        return self._refused

    async def me(self) -> Mapping[str, Any]:
        await self._ready()
        return self._me

    async def call(
        self,
        method: str,
        path: str,
        *,
        body: Any = None,
        files: Sequence[Upload] = (),
        **values: int | str,
    ) -> Any:
        client = await self._ready()
        settings = self._settings
        arguments: dict[str, Any] = {}
        parameters: dict[str, Any] = values  # the library's hints lack numbers among them
        if files:
            arguments["form"] = form(body, files)
        elif body is not None:
            arguments["json"] = body
        timeout = aiohttp.ClientTimeout(
            total=settings.upload_s if files else settings.answer_s, sock_connect=10
        )
        try:
            return await client.request(Route(method, path, **parameters), timeout=timeout, **arguments)
        except Exception as error:
            failure = failure_of(error)
            if failure.kind == "refused" or (failure.kind == "answer" and failure.status == 401):
                self._refused = failure
            raise CallFailed(failure) from error

    async def close(self) -> None:
        client, self._client = self._client, None
        if client is not None:
            await client.close()
            await asyncio.sleep(0)  # the sockets close in the loop's next round

    async def _ready(self) -> HTTPClient:
        async with self._lock:
            if self._refused is not None:
                raise CallFailed(self._refused)
            if self._client is None:
                self._client = await self._log_in()
            return self._client

    async def _log_in(self) -> HTTPClient:
        client = HTTPClient(
            asyncio.get_running_loop(), max_ratelimit_timeout=self._settings.max_ratelimit_timeout
        )
        try:
            self._me = dict(await client.static_login(self._settings.token.strip()))
        except BaseException as error:
            await client.close()
            if not isinstance(error, Exception):
                raise
            failure = failure_of(error)
            if failure.kind == "refused":
                self._refused = failure
            # nothing of what was to be sent has left: the login alone failed
            elif failure.kind in ("lost", "unreadable") or failure.status >= 500:
                failure = Failure("unreached", text=f"no login: {failure.reason}")
            raise CallFailed(failure) from error
        return client


def failure_of(error: Exception) -> Failure:
    """What the library or the network raised, in neutral words. What is neither is raised again: it is ours."""
    match error:
        case discord.LoginFailure():
            return Failure("refused", 401, text=str(error))
        case discord.RateLimited():
            return Failure("limited", 429, retry_after=error.retry_after)
        case discord.HTTPException():
            return _answered(error)
        case aiohttp.ClientConnectorError() | aiohttp.ConnectionTimeoutError() | aiohttp.InvalidURL():
            return Failure("unreached", text=_named(error))
        case TimeoutError() | aiohttp.ClientError() | OSError():
            return Failure("lost", text=_named(error))
        case ValueError() | KeyError() | TypeError():
            return Failure("unreadable", text=_named(error))
        case _:
            raise error


def _answered(error: discord.HTTPException) -> Failure:
    headers = error.response.headers
    scope: Any = headers.get("X-RateLimit-Scope", "")
    try:
        retry_after: float | None = float(headers["Retry-After"])
    except (KeyError, ValueError):
        retry_after = None
    return Failure(
        "answer",
        error.status,
        error.code,
        error.text,
        scope=scope if scope in ("user", "shared", "global") else "",
        retry_after=retry_after,
        is_json=headers.get("Content-Type", "").startswith("application/json"),
    )


def _named(error: Exception) -> str:
    """Without addresses: those of conversations hold their tokens."""
    return f"{type(error).__name__}: {re.sub(r'https?://[^ ]+', '…', str(error))}"


class DiscordPlatform:
    """Discord for one token; a `bot.platforms.base.Platform`.

    `commands` None: those of ROUTES. `known_commands` and `remember_commands` keep the commands' digest from one start
    to the next. `filing`: what a forum calls our categories. A forum's later parts find their post as `bot.platforms.discord.sending` says.
    """

    name: PlatformName = "discord"

    def __init__(
        self,
        settings: DiscordSettings,
        *,
        front: Front,
        pictures: Pictures,
        pace: Pace,
        clock: Clock,
        commands: Sequence[Command] | None = None,
        known_commands: Callable[[], Awaitable[str | None]] | None = None,
        remember_commands: Callable[[str], Awaitable[None]] | None = None,
        filing: FilingOf | None = None,
    ) -> None:
        _aim(settings)
        self._settings = settings
        self._front = front
        self._pace = pace
        self._clock = clock
        self._status = Status("starting")
        self._pushes = Rest(settings)
        self._replies = Rest(settings)
        self._sender = Sender(self._pushes, pictures, clock, filing)
        self._replier = Replier(self._replies, front, pictures, _apology, thinking_s=settings.thinking_s)
        self._files = Files(settings.cdn_base, partial(_download, seconds=settings.upload_s))
        chosen = house_commands() if commands is None else tuple(commands)
        self._order: Order = order_of(chosen)
        self._sync = CommandSync(self._pushes, settings, chosen, known_commands, remember_commands)
        self._syncing: asyncio.Task[None] | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._username: str | None = None

    @property
    def username(self) -> str | None:
        return self._username

    @property
    def status(self) -> Status:
        return self._status

    def render(self, page: Page, form: Form) -> tuple[Message, ...]:
        return render(page, form)

    async def send(self, parcel: Parcel) -> Outcome:
        """One attempt over REST; the gateway may be down."""
        return self._heed(await self._sender.send(parcel))

    async def edit(self, place: Place, message_id: int, message: Message) -> Outcome:
        """Replace a message's content, a reply's own by its token while that lives."""
        try:
            outcome = await self._replier.edit(message_id, message)
        except CallFailed as failed:
            outcome = self._sender.outcome(failed.failure, "edit")
        if outcome is None:
            async with self._pace.slot(place, "preview"):
                outcome = await self._sender.edit(place, message_id, message)
        if isinstance(outcome, RetryAfter):
            self._pace.halt(place if outcome.scope == "channel" else None, outcome.seconds)
        return self._heed(outcome)

    async def crosspost(self, place: Place, message_id: int) -> Outcome:
        """Publish an announcement to the channel's followers."""
        async with self._pace.slot(place, "push"):
            return self._heed(await self._sender.crosspost(place, message_id))

    async def close(self) -> None:
        """For whoever only sends: `run` closes by itself."""
        await self._replies.close()
        await self._pushes.close()

    # --- the gateway's supervisor

    async def run(self) -> None:
        """Receive until cancelled; returns when only a person can help (the status says with what)."""
        pause = self._settings.backoff_s
        self._turn("starting")
        try:
            while not self._is_off():
                began = asyncio.get_running_loop().time()
                reason, was_ready = await self._live()
                if self._is_off():
                    break
                if was_ready and asyncio.get_running_loop().time() - began > STEADY_S:
                    pause = self._settings.backoff_s
                self._turn("down", reason)
                log.warning("discord.down", reason=reason, again_in_s=pause)
                await asyncio.sleep(pause * random.uniform(0.5, 1))  # noqa: S311  jitter, no secret
                cap = self._settings.quarrel_cap_s if was_ready else self._settings.backoff_cap_s
                pause = min(cap, pause * 2)
        except asyncio.CancelledError:
            self._turn("down", "stopped")
            raise
        finally:
            await self._end()

    async def _live(self) -> tuple[str, bool]:
        """One life of the gateway: why it ended, and whether it ever was up."""
        gateway = Gateway(self, self._settings)
        try:
            async with gateway:
                # not the library's own reconnecting: it knows no first failure, and waits for hours in the end
                await gateway.start(self._settings.token, reconnect=False)
        except discord.LoginFailure as error:
            self._stop(f"token refused: {error}")
        except discord.PrivilegedIntentsRequired:
            self._stop("4014: the bot asks for intents it may not have")
        except discord.ConnectionClosed as closed:
            if closed.code in FATAL:
                self._stop(f"gateway closed with {closed.code}")
            return f"gateway closed with {closed.code}", gateway.was_ready
        except (OSError, aiohttp.ClientError, discord.DiscordException) as error:
            return _named(error), gateway.was_ready
        except Exception as error:  # noqa: BLE001  a half-formed event raises out of the library in any shape
            # where it broke, but nothing of what people wrote
            steps = [step.name for step in traceback.extract_tb(error.__traceback__)]
            parser = next((name for name in steps if name.startswith("parse_")), steps[-1])
            return f"{type(error).__name__} in {parser}", gateway.was_ready
        return "gateway ended", gateway.was_ready

    async def _end(self) -> None:
        """Let what is being said come to its end."""
        if self._syncing is not None:
            self._syncing.cancel()
            await asyncio.gather(self._syncing, return_exceptions=True)
            self._syncing = None
        if self._tasks:
            _, late = await asyncio.wait(self._tasks, timeout=ENDING_S)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)
        await self.close()

    def is_up(self) -> None:
        self._turn("up")
        self._run(self._introduce())
        if self._syncing is None:
            self._syncing = asyncio.create_task(self._sync.run())

    def is_down(self, reason: str) -> None:
        if self._status.state == "up":
            self._turn("down", reason)

    # --- what people do

    def hear(self, interaction: discord.Interaction[Any]) -> None:
        """Answer in a task of its own: one that fails costs itself only."""
        self._run(self._answer(interaction, asyncio.get_running_loop().time()))

    def joined(self, guild: discord.Guild) -> None:
        self._run(self._arrive(guild))

    def lost(self, places: Any, native_id: int) -> None:
        self._run(self._depart([departure(place, kind, native_id) for place, kind in places]))

    async def _answer(self, interaction: discord.Interaction[Any], now: float) -> None:
        event = event_of(interaction, self._order, now)
        if isinstance(event, Heard):
            event = self._files.offered(event)
        if event is not None:
            await self._replier.respond(event)

    async def _arrive(self, guild: discord.Guild) -> None:
        incoming = arrival(guild)
        if incoming is None:
            return
        reply = await self._front.answer(incoming)

        async def post(message: Message) -> None:
            body = bodies.reply(message.payload, is_hidden=False)
            path = "/channels/{channel_id}/messages"
            async with self._pace.slot(incoming.place, "reply"):
                await self._pushes.call("POST", path, body=body, channel_id=int(incoming.place.address))

        try:
            await self._replier.greet(reply, post)
        except CallFailed as failed:
            log.info("discord.not_greeted", place=str(incoming.place), reason=failed.failure.reason)

    async def _depart(self, lost: Sequence[Any]) -> None:
        for incoming in lost:
            await self._front.answer(incoming)

    async def _introduce(self) -> None:
        try:
            self._username = str((await self._replies.me()).get("username", ""))
        except CallFailed as failed:
            log.info("discord.name_unknown", reason=failed.failure.reason)

    def _run(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(_guarded(work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _heed(self, outcome: Outcome) -> Outcome:
        if isinstance(outcome, Unavailable) and outcome.scope == "token" and not self._is_off():
            self._stop(f"token refused: {outcome.reason}")
        return outcome

    def _is_off(self) -> bool:
        return self._status.state == "off"

    def _stop(self, reason: str) -> None:
        """Off until a person acts: loud, and no further try."""
        self._turn("off", reason)
        log.error("discord.off", reason=reason)

    def _turn(self, state: Any, reason: str = "") -> None:
        """`since` is when the state changed, not when its reason did."""
        since = self._status.since if self._status.state == state else self._clock.now()
        self._status = Status(state, reason, since)


async def _download(url: yarl.URL, limit: int, *, seconds: float) -> tuple[int, bytes] | None:
    """A file of the CDN, a piece over `limit` at the most; no token goes there. None when the network failed."""
    timeout = aiohttp.ClientTimeout(total=seconds, sock_connect=10)
    body = bytearray()
    try:
        async with (
            aiohttp.ClientSession(timeout=timeout, cookie_jar=aiohttp.DummyCookieJar()) as session,
            session.get(url, allow_redirects=False) as response,
        ):
            async for piece in response.content.iter_any():
                body += piece
                if len(body) > limit:
                    break
            return response.status, bytes(body)
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        log.info("discord.download_failed", reason=_named(error))
        return None


async def _guarded(work: Coroutine[Any, Any, None]) -> None:
    try:
        await work
    except Exception:
        log.exception("discord.event_failed")


def _aim(settings: DiscordSettings) -> None:
    """The library keeps its addresses on its classes, so one process speaks to one Discord."""
    Route.BASE = settings.api_base.rstrip("/")
    DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(settings.gateway_url)
    discord.Asset.BASE = settings.cdn_base.rstrip("/")


def _apology(language: str) -> str:
    return texts_for(language_for(language))("common.failed")
