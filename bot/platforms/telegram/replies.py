"""How does a handler's reply reach the person? A press edits its message, everything else is sent anew, paced."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import Any, Final

import structlog

from bot.platforms.base import Form, Front, Message, Pace, Style
from bot.platforms.cut import shortened
from bot.platforms.pictures import COVER_FROM
from bot.platforms.telegram import asks, bodies
from bot.platforms.telegram.api import Api, CallRefused
from bot.platforms.telegram.asks import OpenQuestions
from bot.platforms.telegram.entities import clean, units
from bot.platforms.telegram.events import Heard
from bot.platforms.telegram.render import render
from bot.platforms.telegram.rich import RICH, offers_plain, without_way_back
from bot.platforms.telegram.richness import RichMessages
from bot.platforms.telegram.sending import Sender
from bot.platforms.telegram.wire import MaybeSent, NotSent, Upload
from digest.audience import Place
from digest.delivery import Moved, Outcome, Rejected, RetryAfter, Sent, Unavailable, Unsupported
from digest.page import Ask, File, Page, Reply

TOAST: Final = 200  # characters, spec `answerCallbackQuery`
TRIES: Final = 3  # a reply that surely was not sent is tried again; one in doubt never is
PATIENCE_S: Final = 60  # whoever waits longer for a reply has gone
log = structlog.get_logger(__name__)


class Replier:
    """Carries replies out. `username` is the bot's own name, for links into the private chat."""

    def __init__(
        self,
        sender: Sender,
        rich: RichMessages,
        api: Api,
        pace: Pace,
        front: Front,
        questions: OpenQuestions,
        username: Callable[[], str],
        *,
        toast_wait_s: float,
        relocated: Callable[[Place, Place], Awaitable[None]],
    ) -> None:
        self._sender = sender
        self._rich = rich
        self._api = api
        self._pace = pace
        self._front = front
        self._questions = questions
        self._username = username
        self._toast_wait_s = toast_wait_s
        self._relocated = relocated

    async def respond(self, heard: Heard) -> None:
        """Ask the handlers and carry out what they say. A press is answered at once, whatever the handler does."""
        if heard.query_id is None:
            await self._carry_out(heard, await self._front.answer(heard.incoming))
            return
        answering = asyncio.ensure_future(self._front.answer(heard.incoming))
        try:
            done, _ = await asyncio.wait((answering,), timeout=self._toast_wait_s)
            toast = (answering.result().toast or "") if done else ""
            await self.answer_press(heard.query_id, toast)
            reply = await answering
        finally:
            answering.cancel()
        if not done and reply.toast and not reply.pages:
            await self._send(heard.incoming.place, _words(reply.toast))
        await self._carry_out(heard, reply)

    async def answer_press(self, query_id: str, toast: str = "") -> None:
        """Take the waiting sign off a button. Too late is no harm."""
        parameters: dict[str, Any] = {}
        if words := clean(toast).strip():
            parameters["text"] = shortened(words, TOAST, units)
        try:
            await self._api.call("answerCallbackQuery", callback_query_id=query_id, **parameters)
        except (CallRefused, NotSent, MaybeSent) as error:
            log.debug("telegram.press_not_answered", reason=str(error))

    async def _carry_out(self, heard: Heard, reply: Reply) -> None:
        shown: int | None = None
        for index, page in enumerate(reply.pages):
            message_id = await self._show(heard, page, is_first=index == 0, replaces=reply.replaces)
            shown = message_id if index == 0 else shown
        if reply.ask is not None:
            await self._ask(heard, reply.ask)
        for file in reply.files:
            await self._hand_over(heard.incoming.place, file)
        if reply.watch is not None and shown is not None:
            await self._front.watching(reply.watch, heard.incoming.place, shown)

    async def _show(self, heard: Heard, page: Page, *, is_first: bool, replaces: bool) -> int | None:
        """One page; the id of its first message, None when it could not be shown."""
        style = await self._rich.style("rich" if offers_plain(page) else "classic")
        messages = self._rendered(page, style)
        if not messages:
            return None
        place = heard.incoming.place
        shown: int | None = None
        is_pressed = heard.query_id is not None and heard.message_id is not None
        if is_first and replaces and is_pressed and messages[0].method in bodies.TEXTS:
            shown = await self._replace(place, heard.message_id or 0, messages[0])
        waiting = deque(messages[1:] if shown is not None else messages)
        extra = self._answering(heard) if is_first else {}
        while waiting:
            outcome = await self._send(place, waiting.popleft(), extra, is_silent=page.is_silent)
            if isinstance(outcome, Unsupported):
                # said in two forms in part rather than not at all
                waiting = deque(self._rendered(page, "classic"))
                continue
            extra = {}
            if isinstance(outcome, Sent) and outcome.ids and shown is None:
                shown = outcome.ids[0]
        return shown

    def _rendered(self, page: Page, style: Style) -> tuple[Message, ...]:
        """The messages of a page; where they are too many for its pictures, those wait behind buttons."""
        if style == "classic":
            page = without_way_back(page)
        form = Form("private", style, bot=self._username())
        messages = render(page, form)
        if page.pictures and sum(message.count for message in messages) > COVER_FROM:
            return render(page, replace(form, images="on_request"))
        return messages

    def _answering(self, heard: Heard) -> Mapping[str, Any]:
        """In company the answer points at what was asked."""
        if heard.query_id is not None or heard.message_id is None:
            return {}
        if heard.incoming.channel_kind not in ("group", "topic"):
            return {}
        return {"reply_parameters": {"message_id": heard.message_id, "allow_sending_without_reply": True}}

    async def _replace(self, place: Place, message_id: int, message: Message) -> int | None:
        """Put the content in the place of the pressed message; None when that message cannot take it."""
        for _ in range(TRIES):
            async with self._pace.slot(bodies.chat_of(place), "reply"):
                reading = await self._sender.edit(place, message_id, message)
            match reading.outcome:
                case Sent():
                    return message_id
                case RetryAfter(seconds) if seconds <= PATIENCE_S:
                    self._halt(place, seconds)
                case Unavailable(scope="network"):
                    await asyncio.sleep(1)
                case Rejected("content"):
                    # a picture, too old, deleted: the answer comes as a new message
                    return None
                case outcome:
                    # an edit in doubt is not repeated as a message: it may well be there
                    log.warning("telegram.reply_not_shown", place=str(place), outcome=repr(outcome))
                    return message_id
        return None

    async def _send(
        self,
        place: Place,
        message: Message,
        extra: Mapping[str, Any] | None = None,
        *,
        is_silent: bool = False,
    ) -> Outcome:
        """Paced; again only after an answer that says it was not sent, and once without markup."""
        is_plain = False
        outcome: Outcome = Unavailable("not tried")
        for _ in range(TRIES):
            async with self._pace.slot(bodies.chat_of(place), "reply", message.count):
                if message.method == RICH:
                    outcome = await self._rich.send(place, message, is_silent=is_silent, extra=extra)
                else:
                    outcome = await self._sender.send(
                        place, message, is_plain=is_plain, is_silent=is_silent, extra=extra
                    )
            match outcome:
                case Sent() | Unsupported():
                    return outcome
                case RetryAfter(seconds) if seconds <= PATIENCE_S:
                    self._halt(place, seconds)
                case Unavailable(scope="network"):
                    await asyncio.sleep(1)
                case Moved(new):
                    await self._relocated(place, new)
                    place = new
                case Rejected(is_markup=True) if not is_plain:
                    is_plain = True
                case _:
                    break
        log.warning("telegram.reply_not_sent", place=str(place), outcome=repr(outcome))
        return outcome

    def _halt(self, place: Place, seconds: float) -> None:
        """Whose limit it was is not said: this chat waits all of it, and so does the next try."""
        self._pace.halt(bodies.chat_of(place), seconds)

    async def _ask(self, heard: Heard, ask: Ask) -> None:
        """A forced reply. In company it is to the one person who asked for it."""
        incoming = heard.incoming
        person, extra = None, dict(self._answering(heard))
        if incoming.channel_kind in ("group", "topic") and not extra and incoming.native_id.isdecimal():
            person = (int(incoming.native_id), incoming.person)
        message = asks.question(ask, self._username(), person)
        if extra:
            markup = {**message.payload["reply_markup"], "selective": True}
            message = Message(message.method, {**message.payload, "reply_markup": markup})
        await self._send(incoming.place, message, extra)
        if incoming.channel_kind == "private":
            self._questions.ask(incoming.place.address, ask.action)

    async def _hand_over(self, place: Place, file: File) -> None:
        upload = Upload("file", file.name, file.content, file.mime)
        for _ in range(TRIES):
            async with self._pace.slot(bodies.chat_of(place), "reply"):
                outcome = await self._sender.upload(place, upload)
            match outcome:
                case Sent():
                    return
                case RetryAfter(seconds) if seconds <= PATIENCE_S:
                    self._halt(place, seconds)
                case Unavailable(scope="network"):
                    await asyncio.sleep(1)
                case _:
                    break
        log.warning("telegram.file_not_sent", place=str(place), file=file.name)


def _words(text: str) -> Message:
    payload = {"text": clean(text).strip() or "·", "link_preview_options": {"is_disabled": True}}
    return Message("sendMessage", payload)
