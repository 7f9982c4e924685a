"""How does the bot live on Telegram? Updates in, replies and pushes out, and coming back after every outage.

python-telegram-bot is known here and in `events` only. It reads updates and runs them side by side; what is sent goes
out as exact bytes through `wire`, over the same session that its request class uses.
"""

import asyncio
import logging
import os
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Final

import structlog
from telegram import Update
from telegram.error import InvalidToken, NetworkError, TelegramError
from telegram.ext import Application, ApplicationBuilder, ContextTypes, ExtBot, TypeHandler
from telegram.request import BaseRequest, RequestData

import handlers
from bot.platforms.base import Form, Front, Message, Pace, Parcel, Pictures, Status, Style
from bot.platforms.telegram.api import Api
from bot.platforms.telegram.asks import OpenQuestions
from bot.platforms.telegram.events import Heard, Inert, Me, Relocated, event_of
from bot.platforms.telegram.files import Files
from bot.platforms.telegram.flood import Flood
from bot.platforms.telegram.menus import Menu, house_menus, publish
from bot.platforms.telegram.polling import AnotherPoller, Backoff, Down, Poller, TokenRefused
from bot.platforms.telegram.render import render
from bot.platforms.telegram.replies import Replier
from bot.platforms.telegram.rich import RICH
from bot.platforms.telegram.richness import RichMessages
from bot.platforms.telegram.rights import Rights
from bot.platforms.telegram.sending import Sender
from bot.platforms.telegram.settings import TelegramSettings
from bot.platforms.telegram.wire import MaybeSent, NotSent, Upload, Wire
from digest.audience import Place, PlatformName
from digest.calendar import Clock
from digest.delivery import Outcome
from digest.errors import NotFound
from digest.page import Page
from storage.media import MediaRoom

# read whenever a 429 is met; without it the library warns from inside the request (telegram.md §3)
os.environ.setdefault("PTB_TIMEDELTA", "1")
# at DEBUG it writes the address of the Bot API, and the token is part of that
logging.getLogger("telegram.ext.ExtBot").setLevel(logging.INFO)

ENDING_S: Final = 10.0  # how long the end waits for replies that are being given
RECENT: Final = 2_000  # update ids that are remembered, so that none is handled twice
log = structlog.get_logger(__name__)
App = Application[Any, Any, Any, Any, Any, Any]


class NothingSent(NetworkError):
    """Surely not sent, told in the library's own family."""


class PerhapsSent(NetworkError):
    """May have been done, told in the library's own family."""


class WireRequest(BaseRequest):
    """The library's calls over our session."""

    def __init__(self, wire: Wire, settings: TelegramSettings) -> None:
        self._wire = wire
        self._settings = settings

    async def initialize(self) -> None:
        """The session opens by itself."""

    async def shutdown(self) -> None:
        """The session outlives the library: pushes use it too."""

    @property
    def read_timeout(self) -> float:
        return self._settings.read_s

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        *_timeouts: Any,
        **_named_timeouts: Any,
    ) -> tuple[int, bytes]:
        """The wire's own timeouts hold: they tell what was sent from what was not."""
        name = url.rsplit("/", 1)[-1]
        try:
            if method == "GET":
                return await self._wire.get(url)
            if request_data is None or not request_data.contains_files:
                return await self._wire.post(name, request_data.json_payload if request_data else b"{}")
            files = [
                Upload(
                    field, str(file[0]), file[1] if isinstance(file[1], bytes) else file[1].read(), file[2]
                )
                for field, file in request_data.multipart_data.items()
            ]
            return await self._wire.upload(name, request_data.json_parameters, files)
        except NotSent as error:
            raise NothingSent(str(error)) from None
        except MaybeSent as error:
            raise PerhapsSent(str(error)) from None


class TelegramPlatform:
    """Telegram for one token; a `bot.platforms.base.Platform`.

    `relocated` hears of groups that became supergroups. `menus` None: those of ROUTES, without the curators' own.
    `known_menus` and `remember_menus` keep the menus' digest from one start to the next.
    """

    name: PlatformName = "telegram"

    def __init__(
        self,
        settings: TelegramSettings,
        *,
        front: Front,
        pictures: Pictures,
        pace: Pace,
        media: MediaRoom,
        clock: Clock,
        relocated: Callable[[Place, Place], Awaitable[object]] | None = None,
        menus: Sequence[Menu] | None = None,
        known_menus: Callable[[], Awaitable[str | None]] | None = None,
        remember_menus: Callable[[str], Awaitable[None]] | None = None,
        known_lack: Callable[[], Awaitable[str | None]] | None = None,
        remember_lack: Callable[[str], Awaitable[None]] | None = None,
    ) -> None:
        self._settings = settings
        self._clock = clock
        self._tell_relocated = relocated
        self._menus = menus
        self._known_menus = known_menus
        self._remember_menus = remember_menus
        self._menus_digest: str | None = None
        self._username = settings.username
        self._status = Status("starting")
        self._wire = Wire(settings)
        self._api = Api(self._wire)
        self._sender = Sender(self._wire, pictures, media, settings.token_hash)
        self._rich = RichMessages(self._sender, self._api, clock, known_lack, remember_lack)
        self._flood = Flood()
        self._rights = Rights(self._api)
        self._questions = OpenQuestions()
        self._files = Files(self._api, self._wire, settings)
        self._replier = Replier(
            self._sender,
            self._rich,
            self._api,
            pace,
            front,
            self._questions,
            lambda: self._username or "",
            toast_wait_s=settings.toast_wait_s,
            relocated=self._relocate,
        )
        self._me = Me(0, settings.username or "")
        self._recent: OrderedDict[int, None] = OrderedDict()

    @property
    def username(self) -> str | None:
        return self._username

    @property
    def status(self) -> Status:
        return self._status

    def render(self, page: Page, form: Form) -> tuple[Message, ...]:
        return render(page, form)

    async def style(self, wanted: Style) -> Style:
        return await self._rich.style(wanted)

    async def send(self, parcel: Parcel) -> Outcome:
        """One attempt; a second call is made only after an answer that says the first was not done."""
        place = parcel.channel.place
        if parcel.message.method == RICH:
            outcome = await self._rich.send(place, parcel.message, is_silent=parcel.is_silent)
        else:
            outcome = await self._sender.send(
                place, parcel.message, is_plain=parcel.is_plain, is_silent=parcel.is_silent
            )
        return self._flood.seen(place, outcome, asyncio.get_running_loop().time())

    async def edit(self, place: Place, message_id: int, message: Message) -> Outcome:
        """Put a message's content in the place of another's: text for text, caption for a picture's."""
        return (await self._sender.edit(place, message_id, message)).outcome

    async def close(self) -> None:
        """For whoever only sends: `run` closes by itself."""
        await self._wire.close()

    async def run(self) -> None:
        """Receive until cancelled; returns when only a person can help (the status says with what)."""
        backoff = Backoff(self._settings)
        self._turn("starting")
        try:
            while True:
                try:
                    await self._live(backoff)
                except Down as down:
                    self._turn("down", str(down))
                    log.warning("telegram.down", reason=str(down))
                    await backoff.wait(down.wait_s)
        except TokenRefused as refused:
            self._stop(f"token refused: {refused}")
        except AnotherPoller as conflict:
            self._stop(f"another process receives for this token: {conflict}")
        except asyncio.CancelledError:
            self._turn("down", "stopped")
            raise
        finally:
            await self._wire.close()

    async def _live(self, backoff: Backoff) -> None:
        """From the first getMe to the end or the next outage. Raises Down, TokenRefused or AnotherPoller."""
        poller = Poller(self._api, self._settings, self._heard_from)
        me = await poller.me()
        self._username = self._settings.username or str(me.get("username", ""))
        known = frozenset(one.name for one in handlers.ROUTES if one.kind == "command")
        self._me = Me(int(me["id"]), self._username, known)
        await poller.claim()
        application = self._application()
        await self._begin(application)
        backoff.reset()
        self._turn("up")
        log.info("telegram.up", username=self._username)
        menus = asyncio.create_task(self._publish_menus())
        is_ours = True
        try:
            await poller.run(lambda raw: self._take(application, raw))
        except (TokenRefused, AnotherPoller):
            is_ours = False
            raise
        finally:
            menus.cancel()
            await asyncio.gather(menus, return_exceptions=True)
            await _end(application)
            if is_ours:  # one poll more would cut off the one who receives now
                await poller.finish()

    def _application(self) -> App:
        settings = self._settings
        request = WireRequest(self._wire, settings)
        bot: ExtBot[None] = ExtBot(
            settings.token,
            base_url=f"{settings.api_base}/bot",
            base_file_url=f"{settings.file_base}/file/bot",
            request=request,
            get_updates_request=request,
        )
        application = (
            ApplicationBuilder()
            .bot(bot)
            .updater(None)
            .job_queue(None)
            .concurrent_updates(settings.concurrent_updates)
            .build()
        )
        application.add_handler(TypeHandler(Update, self._handle))
        return application

    async def _begin(self, application: App) -> None:
        """Raises Down or TokenRefused; what the library says of a refused token holds the token, and stays here."""
        try:
            await application.initialize()
        except InvalidToken:
            raise TokenRefused("Unauthorized") from None
        except TelegramError as error:
            raise Down(f"{type(error).__name__}: {error.message}") from None
        await application.start()

    async def _take(self, application: App, raw: dict[str, Any]) -> None:
        """An update that cannot be read costs itself only."""
        try:
            update = Update.de_json(raw, application.bot)
        except Exception:
            log.exception("telegram.update_unreadable", update_id=raw.get("update_id"))
            return
        if update.update_id in self._recent:
            return
        self._recent[update.update_id] = None
        if len(self._recent) > RECENT:
            self._recent.popitem(last=False)
        await application.update_queue.put(update)

    async def _handle(self, update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
        try:
            await self._react(update)
        except Exception:
            log.exception("telegram.update_failed", update_id=update.update_id)

    async def _react(self, update: Update) -> None:
        match event_of(update, self._me):
            case Inert(query_id, toast):
                await self._replier.answer_press(query_id, toast)
            case Relocated(old, new):
                await self._relocate(old, new)
            case Heard() as heard:
                whole = self._files.offered(self._questions.resolved(heard))
                await self._replier.respond(await self._rights.settled(whole))
            case None:
                pass

    async def _relocate(self, old: Place, new: Place) -> None:
        """Told twice by Telegram (in the old group and in the new); moving twice changes nothing."""
        if self._tell_relocated is None:
            return
        try:
            await self._tell_relocated(old, new)
        except NotFound:
            log.debug("telegram.relocation_of_a_stranger", old=str(old), new=str(new))

    async def _publish_menus(self) -> None:
        try:
            menus = house_menus() if self._menus is None else self._menus
            known = await self._known_menus() if self._known_menus else self._menus_digest
            await publish(self._api, menus, known, self._keep_digest)
        except Exception:
            # a menu is a convenience: whatever breaks it must not take the platform along
            log.exception("telegram.menus_failed")

    async def _keep_digest(self, digest: str) -> None:
        self._menus_digest = digest
        if self._remember_menus is not None:
            await self._remember_menus(digest)

    def _heard_from(self, trouble: str) -> None:
        if trouble:
            self._turn("down", trouble)
        elif self._status.state != "up":
            self._turn("up")

    def _stop(self, reason: str) -> None:
        """Off until a person acts: loud, and no further try."""
        self._turn("off", reason)
        log.error("telegram.off", reason=reason)

    def _turn(self, state: Any, reason: str = "") -> None:
        """`since` is when the state changed, not when its reason did."""
        since = self._status.since if self._status.state == state else self._clock.now()
        self._status = Status(state, reason, since)


async def _end(application: App) -> None:
    """Let what is being handled come to its end. Leaving a running application hides the first error: stop first."""
    try:
        async with asyncio.timeout(ENDING_S):
            if application.running:
                await application.stop()
            await application.shutdown()
    except TimeoutError:
        log.warning("telegram.replies_cut_off", after_s=ENDING_S)
