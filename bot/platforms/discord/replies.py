"""How does a handler's reply reach the person? Answered or deferred within three seconds, whatever else is slow.

A press replaces the message it sits on when that message is the person's own; under a public post it is answered so
that only the person sees it. What may have been answered is never answered twice.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import Final, assert_never

import structlog

from bot.platforms.base import Form, Front, Message, Pictures
from bot.platforms.cut import shortened
from bot.platforms.discord import bodies
from bot.platforms.discord.api import Api, CallFailed, Upload
from bot.platforms.discord.conversation import Conversation, Over
from bot.platforms.discord.directs import Directs
from bot.platforms.discord.events import Asking, Completing, Event, Heard, Idle, Spoken
from bot.platforms.discord.outcomes import Failure
from bot.platforms.discord.pack import units16
from bot.platforms.discord.render import render
from bot.platforms.discord.sending import file_names
from digest.delivery import Gone, Outcome, Sent
from digest.errors import NotFound
from digest.page import File, Reply

TOKEN_S: Final = 14 * 60.0  # an interaction's token lives fifteen minutes
COMPLETE_S: Final = 2.0
CHOICES: Final = 25
CHOICE: Final = 100
FILES: Final = 10  # in one message
KEPT: Final = 1_000  # messages of conversations that can still be edited
log = structlog.get_logger(__name__)


class Replier:
    """Carries replies out. `apology` says in a person's language that something failed."""

    def __init__(
        self,
        api: Api,
        front: Front,
        pictures: Pictures,
        apology: Callable[[str], str],
        *,
        thinking_s: float,
    ) -> None:
        self._api = api
        self._front = front
        self._pictures = pictures
        self._apology = apology
        self._thinking_s = thinking_s
        self._directs = Directs(api)
        self._kept: OrderedDict[int, Spoken] = OrderedDict()

    async def respond(self, event: Event) -> None:
        """Answer one event. Never raises for what Discord or a handler did."""
        conversation = Conversation(self._api, event.spoken)
        try:
            match event:
                case Heard():
                    await self._answer(event, conversation)
                case Completing():
                    await self._complete(event, conversation)
                case Asking():
                    await conversation.ask(bodies.question(event.action, event.prompt, event.placeholder))
                case Idle():
                    await conversation.acknowledge()
                case _:
                    assert_never(event)
        except Over as over:
            log.info("discord.conversation_over", reason=str(over))
        except CallFailed as failed:
            log.warning("discord.reply_not_shown", reason=failed.failure.reason)
            await self._apologise(conversation)

    async def edit(self, message_id: int, message: Message) -> Outcome | None:
        """Edit a message of a conversation, which is done by its token; None when it is not one we know."""
        spoken = self._kept.get(message_id)
        if spoken is None:
            return None
        if asyncio.get_running_loop().time() - spoken.heard_at > TOKEN_S:
            self._kept.pop(message_id, None)
            return Gone("the conversation is over: its message can be edited for 15 minutes")
        conversation = Conversation(self._api, spoken)
        await conversation.edit(message_id, bodies.change(message), self._files(message))
        return Sent((message_id,))

    async def greet(self, reply: Reply, post: Callable[[Message], Awaitable[object]]) -> None:
        """A reply that answers no interaction: said openly, as messages of their own."""
        for page in reply.pages:
            for message in render(page, Form("public")):
                await post(message)

    async def _answer(self, heard: Heard, conversation: Conversation) -> None:
        answering = asyncio.ensure_future(self._asked(heard))
        try:
            waited = asyncio.get_running_loop().time() - heard.spoken.heard_at
            done, _ = await asyncio.wait((answering,), timeout=max(0.0, self._thinking_s - waited))
            if not done:
                await self._defer(heard, conversation)
            reply = await answering
        finally:
            answering.cancel()
        await self._carry_out(heard, reply, conversation)

    async def _asked(self, heard: Heard) -> Reply:
        """What several toggles lead to is what the last one says."""
        reply = Reply()
        for incoming in heard.incoming:
            reply = await self._front.answer(await self._directs.settled(incoming))
        return reply

    async def _defer(self, heard: Heard, conversation: Conversation) -> None:
        """Too late to defer costs the reply, not what the handler does."""
        try:
            if heard.is_in_place:
                await conversation.acknowledge()
            else:
                await conversation.think(is_hidden=heard.is_company)
        except CallFailed as failed:
            log.warning("discord.not_deferred", reason=failed.failure.reason)

    async def _carry_out(self, heard: Heard, reply: Reply, conversation: Conversation) -> None:
        is_hidden = heard.is_company and reply.is_private
        is_alone = not (reply.pages or reply.files or reply.toast)
        if reply.ask is not None and is_alone and conversation.is_open:
            ask = reply.ask
            await conversation.ask(bodies.question(ask.action.encode(), ask.prompt, ask.placeholder))
            return
        shown = await self._pages(heard, reply, conversation, is_hidden=is_hidden)
        if reply.watch is not None and shown:
            await self._watch(heard, reply.watch, shown, conversation)
        for run in _runs(reply.files):
            await self._hand_over(run, conversation, is_hidden=is_hidden)
        if reply.ask is not None:
            await conversation.show(bodies.question_button(reply.ask, is_hidden=is_hidden))
        if reply.toast:
            await conversation.show(bodies.words(reply.toast))
        await conversation.close()

    async def _pages(
        self, heard: Heard, reply: Reply, conversation: Conversation, *, is_hidden: bool
    ) -> int | None:
        """Show the pages; the id of the first message, as far as Discord told it."""
        is_replacing = heard.is_in_place and reply.replaces and heard.incoming[0].kind != "command"
        if not reply.is_private and heard.is_company:
            await conversation.speak_openly()
        first: int | None = None
        count = 0
        for page in reply.pages:
            for message in render(page, Form("private")):
                shown = await self._show(
                    message,
                    conversation,
                    was_v2=heard.was_v2,
                    replaces=is_replacing and count == 0,
                    is_hidden=is_hidden,
                )
                first = shown if count == 0 else first
                count += 1
        return first

    async def _show(
        self, message: Message, conversation: Conversation, *, was_v2: bool, replaces: bool, is_hidden: bool
    ) -> int | None:
        files = self._files(message)
        if replaces:
            shown = await conversation.replace(bodies.replacement(message, was_v2=was_v2), files)
        else:
            shown = await conversation.show(bodies.reply(message.payload, is_hidden=is_hidden), files)
        return shown

    async def _watch(self, heard: Heard, campaign: int, shown: int, conversation: Conversation) -> None:
        self._kept[shown] = conversation.spoken
        if len(self._kept) > KEPT:
            self._kept.popitem(last=False)
        await self._front.watching(campaign, heard.incoming[0].place, shown)

    async def _hand_over(self, files: Sequence[File], conversation: Conversation, *, is_hidden: bool) -> None:
        uploads = [Upload(file.name, file.content) for file in files]
        body = bodies.handed_over([file.name for file in files], is_hidden=is_hidden)
        await conversation.show(body, uploads)

    def _files(self, message: Message) -> tuple[Upload, ...]:
        found = []
        for name, sha in zip(file_names(message), message.pictures, strict=True):
            try:
                found.append(Upload(name, self._pictures.read(sha)))
            except NotFound:
                raise CallFailed(Failure("unreached", text=f"picture {sha[:8]} is not stored")) from None
        return tuple(found)

    async def _complete(self, event: Completing, conversation: Conversation) -> None:
        """Whatever happens, Discord gets a list: an empty one lets the person's own words stand."""
        found: Sequence[tuple[str, str]] = ()
        try:
            async with asyncio.timeout(COMPLETE_S):
                found = await self._front.complete("discord", event.route, event.option, event.typed)
        except TimeoutError:
            log.warning("discord.completion_slow", route=event.route)
        except Exception:
            log.exception("discord.completion_failed", route=event.route)
        await conversation.complete(_choices(found))

    async def _apologise(self, conversation: Conversation) -> None:
        """A sentence in place of what could not be shown, unless something may be shown already."""
        try:
            await conversation.show(bodies.words(self._apology(conversation.spoken.language)))
        except (CallFailed, Over) as error:
            log.info("discord.apology_not_shown", reason=str(error))


def _choices(found: Iterable[tuple[str, str]]) -> list[dict[str, str]]:
    """Labels are unique for Discord, and neither they nor values may be empty or long."""
    chosen: dict[str, str] = {}
    for label, value in found:
        name = shortened(" ".join(label.split()), CHOICE, units16)
        if name and value.strip():
            chosen.setdefault(name, _fitting(value.strip()))
    return [{"name": name, "value": value} for name, value in list(chosen.items())[:CHOICES]]


def _fitting(value: str) -> str:
    """A value is searched for, so it is cut without a sign that would be searched for too."""
    end = min(len(value), CHOICE)
    while units16(value[:end]) > CHOICE:
        end -= 1
    return value[:end]


def _runs(files: Sequence[File]) -> list[Sequence[File]]:
    return [files[at : at + FILES] for at in range(0, len(files), FILES)]
