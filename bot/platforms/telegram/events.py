"""What did a person do on Telegram? An update becomes a neutral event, or nothing when it is not for us. Pure.

In groups only commands, replies to the bot and mentions are heard (experience.md §1). The text, sender and date of the
message under a pressed button are never read: it may be one that the bot cannot see any more.
"""

import re
from dataclasses import dataclass, replace
from typing import Literal

from telegram import (
    CallbackQuery,
    Chat,
    ChatMember,
    ChatMemberRestricted,
    ChatMemberUpdated,
    Message,
    Update,
    User,
)

from bot.platforms.base import Incoming
from bot.platforms.telegram.asks import asked
from bot.platforms.telegram.keyboard import NOOP
from digest.audience import ChannelKind, Place
from digest.page import Action

_COMMAND = re.compile(r"/([A-Za-z0-9_]{1,32})(?:@([A-Za-z0-9_]+))?(?:\s+|$)", re.ASCII)


@dataclass(frozen=True, slots=True)
class Me:
    """Who we are here, and which commands we know."""

    id: int
    username: str
    commands: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Attached:
    """A file that was sent in a private chat, by the id it is fetched with; `size` in bytes, as Telegram tells it."""

    file_id: str
    name: str
    size: int


@dataclass(frozen=True, slots=True)
class Heard:
    """Something to answer. `message_id`: the message that was typed, or the one under the pressed button.

    `query_id` is set for a press. `asks_rights`: whether the person administers the place is still to be found out.
    `document`: a file came with it.
    """

    incoming: Incoming
    message_id: int | None = None
    query_id: str | None = None
    asks_rights: bool = False
    document: Attached | None = None


@dataclass(frozen=True, slots=True)
class Inert:
    """A button that does nothing was pressed; it may say a word."""

    query_id: str
    toast: str = ""


@dataclass(frozen=True, slots=True)
class Relocated:
    """A group became a supergroup and has a new address."""

    old: Place
    new: Place


Event = Heard | Inert | Relocated


def event_of(update: Update, me: Me) -> Event | None:
    """What the update means to us; None when it is not for us."""
    if update.callback_query is not None:
        return _press(update.callback_query)
    if update.my_chat_member is not None:
        return _membership(update.my_chat_member)
    message = update.message or update.channel_post
    return _message(message, me) if message is not None else None


def _press(query: CallbackQuery) -> Event:
    """Everything needed is in `data` and in where the message stands."""
    data = query.data or NOOP
    route, _, toast = data.partition(":")
    if route == NOOP or query.message is None:
        # a message of inline mode has no chat to answer in; we send none, so nothing is lost
        return Inert(query.id, toast if route == NOOP else "")
    message = query.message
    topic = _topic(message) if isinstance(message, Message) else None
    incoming = _incoming("action", message.chat, topic, query.from_user)
    action = Action.decode(data)
    heard = Heard(
        replace(incoming, route=action.route, arguments=action.arguments), message.message_id, query.id
    )
    return _with_rights(heard, message.chat)


def _membership(change: ChatMemberUpdated) -> Event | None:
    """Added or removed. A reader who lifts his block is silent here: his /start follows and is greeted as a return."""
    was, now = _is_in(change.old_chat_member), _is_in(change.new_chat_member)
    if was == now or (now and change.chat.type == Chat.PRIVATE):
        return None
    kind: Literal["joined", "left"] = "joined" if now else "left"
    heard = Heard(_incoming(kind, change.chat, None, change.from_user))
    return _with_rights(heard, change.chat) if now else heard


def _is_in(member: ChatMember) -> bool:
    if isinstance(member, ChatMemberRestricted):
        return member.is_member
    return member.status not in (ChatMember.LEFT, ChatMember.BANNED)


def _message(message: Message, me: Me) -> Event | None:
    chat = message.chat
    if message.migrate_to_chat_id is not None:
        return _relocated(chat.id, message.migrate_to_chat_id)
    if message.migrate_from_chat_id is not None:
        return _relocated(message.migrate_from_chat_id, chat.id)
    if message.is_automatic_forward or message.via_bot is not None or _is_foreign_bot(message):
        return None
    heard = _typed(message, me)
    if heard is not None:
        heard = replace(heard, document=_attached(message))
    return _with_rights(heard, chat, message) if heard is not None else None


def _is_foreign_bot(message: Message) -> bool:
    sender = message.from_user
    return sender is not None and sender.is_bot and message.sender_chat is None


def _typed(message: Message, me: Me) -> Heard | None:
    """A command, an answer, or words; each only where we are meant."""
    text = (message.text or message.caption or "").strip()
    is_private = message.chat.type == Chat.PRIVATE
    incoming = _incoming("text", message.chat, _topic(message), message.from_user, message)
    command = _COMMAND.match(text)
    if command:
        return _command(command, text, message, incoming, me)
    if message.chat.type == Chat.CHANNEL:
        return None  # a post is a post
    action = _question(message, me)
    if action is not None and text:
        answer = replace(incoming, kind="answer", route=action.route, arguments=action.arguments, text=text)
        return Heard(answer, message.message_id)
    words = text if is_private else _addressed(message, text, me)
    if words is None or _is_service(message):
        return None
    if words or _attached(message) is not None:
        return Heard(replace(incoming, text=words), message.message_id)
    # a picture, a sticker, a bare mention: no message stays unanswered
    return Heard(replace(incoming, kind="command", route="help"), message.message_id)


def _command(command: re.Match[str], text: str, message: Message, incoming: Incoming, me: Me) -> Heard | None:
    """Typed to another bot, or unknown and not addressed in company: silence."""
    name, addressee = command[1].casefold(), command[2]
    if addressee is not None and addressee.casefold() != me.username.casefold():
        return None
    is_known = name in me.commands
    if message.chat.type != Chat.PRIVATE and addressee is None and not is_known:
        return None
    rest = text[command.end() :].strip()
    return Heard(replace(incoming, kind="command", route=name, text=rest), message.message_id)


def _question(message: Message, me: Me) -> Action | None:
    """The action of the question of ours that this message answers."""
    asking = message.reply_to_message
    if asking is None or asking.from_user is None or asking.from_user.id != me.id:
        return None
    return asked(entity.url for entity in asking.entities if entity.url)


def _addressed(message: Message, text: str, me: Me) -> str | None:
    """In company: the words when they reply to us or name us, without our name; None when they are not for us."""
    mention = re.compile(rf"@{re.escape(me.username)}\b", re.IGNORECASE)
    if mention.search(text):
        return " ".join(mention.sub(" ", text).split())
    answered = message.reply_to_message
    is_reply = answered is not None and answered.from_user is not None and answered.from_user.id == me.id
    return text if is_reply and text else None


def _attached(message: Message) -> Attached | None:
    """In a private chat alone; an animation is a document too, but nobody means it as a file."""
    document = message.document
    if document is None or message.animation is not None or message.chat.type != Chat.PRIVATE:
        return None
    return Attached(document.file_id, document.file_name or "", document.file_size or 0)


def _is_service(message: Message) -> bool:
    """Something that happened rather than something said: a title, a pinned message, a new member."""
    return message.effective_attachment is None and not message.text


def _incoming(
    kind: Literal["action", "joined", "left", "text"],
    chat: Chat,
    topic: int | None,
    person: User | None,
    message: Message | None = None,
) -> Incoming:
    """Who and where. Whoever speaks as the group or channel itself is known by that one's id."""
    speaker = message.sender_chat if message is not None else None
    native_id = speaker.id if speaker is not None else person.id if person is not None else chat.id
    name = (message.author_signature if message is not None else None) or (
        speaker.title if speaker is not None else person.full_name if person is not None else chat.title
    )
    language = person.language_code if person is not None and not person.is_bot else None
    return Incoming(
        "telegram",
        kind,
        place_of(chat.id, topic),
        _kind(chat, topic),
        str(native_id),
        person=name or "",
        language=language,
    )


def _topic(message: Message) -> int | None:
    """Only a forum group's topics are places of their own: elsewhere the field numbers threads of replies."""
    is_forum = message.is_topic_message and message.chat.type == Chat.SUPERGROUP
    return message.message_thread_id if is_forum else None


def place_of(chat_id: int, topic: int | None = None) -> Place:
    return Place("telegram", f"{chat_id}:{topic}" if topic is not None else str(chat_id))


def _kind(chat: Chat, topic: int | None) -> ChannelKind:
    if chat.type == Chat.PRIVATE:
        return "private"
    if chat.type == Chat.CHANNEL:
        return "channel"
    return "topic" if topic is not None else "group"


def _with_rights(heard: Heard, chat: Chat, message: Message | None = None) -> Heard:
    """Who may decide for the place: anybody at home, a channel's authors, a group speaking for itself; else ask."""
    speaker = message.sender_chat if message is not None else None
    if chat.type == Chat.PRIVATE or (message is not None and chat.type == Chat.CHANNEL):
        is_admin = True
    elif speaker is not None:
        is_admin = speaker.id == chat.id
    else:
        return replace(heard, asks_rights=True)
    return replace(heard, incoming=replace(heard.incoming, is_place_admin=is_admin))


def _relocated(old: int, new: int) -> Relocated:
    return Relocated(place_of(old), place_of(new))
