"""What does the server know? The bot, people, chats with their messages, files; and what the bot may do where."""

import hashlib
import struct
from dataclasses import dataclass, field
from typing import Any, Literal

from tests.fakes.telegram.refusals import Refusal, bad, forbidden

Json = dict[str, Any]
ChatType = Literal["private", "group", "supergroup", "channel"]
Standing = Literal[
    "ok",
    "blocked",  # the reader blocked the bot
    "never",  # the reader never started it
    "deactivated",
    "bot",  # the recipient is a bot
    "kicked",
    "left",
    "deleted",
    "no_rights",  # a channel without the right to post
    "no_access",  # cannot write at all
]
NAMES = {"group": "group chat", "supergroup": "supergroup chat", "channel": "channel chat"}
_SENDABLE = {
    "text": "text messages",
    "photo": "photos",
    "document": "documents",
    "animation": "animations",
    "rich": "the rich message",
}
EPOCH = 1_790_000_000  # the fake's own calendar: dates only have to be plausible


@dataclass(slots=True)
class StoredMessage:
    """A message as the API shows it, with the moment it came."""

    body: Json
    is_own: bool
    stored_at: float
    is_deleted: bool = False
    reactions: list[Json] = field(default_factory=list)


@dataclass(slots=True)
class FakeChat:
    """One chat. `muted` names what may not be sent (`text`, `photo`, `rich`); `topics` tells which are open."""

    id: int
    type: ChatType
    title: str = ""
    username: str | None = None
    standing: Standing = "ok"
    muted: set[str] = field(default_factory=set)
    topics: dict[int, bool] = field(default_factory=dict)
    migrated_to: int | None = None
    is_protected: bool = False
    members: dict[int, str] = field(default_factory=dict)
    messages: dict[int, StoredMessage] = field(default_factory=dict)
    next_id: int = 1
    language: str = "zh-hans"

    @property
    def is_group(self) -> bool:
        """Counted by the minute."""
        return self.type != "private"

    def shown(self) -> Json:
        chat: Json = {"id": self.id, "type": self.type}
        if self.type == "private":
            chat["first_name"] = self.title
        else:
            chat["title"] = self.title
        if self.username:
            chat["username"] = self.username
        if self.topics:
            chat["is_forum"] = True
        return chat


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file the server knows: what `file_id` names."""

    file_id: str
    content: bytes
    name: str
    mime: str
    kind: Literal["photo", "document", "animation"]
    width: int = 0
    height: int = 0

    @property
    def unique(self) -> str:
        return hashlib.sha256(self.content).hexdigest()[:15]

    def as_size(self) -> Json:
        return {
            "file_id": self.file_id,
            "file_unique_id": self.unique,
            "width": self.width,
            "height": self.height,
            "file_size": len(self.content),
        }

    def as_animation(self) -> Json:
        return {**self.as_document(), "width": self.width, "height": self.height, "duration": 1}

    def as_document(self) -> Json:
        return {
            "file_id": self.file_id,
            "file_unique_id": self.unique,
            "file_name": self.name,
            "mime_type": self.mime,
            "file_size": len(self.content),
        }


class State:
    """Everything that is kept."""

    def __init__(self, username: str, bot_id: int) -> None:
        self.bot: Json = {
            "id": bot_id,
            "is_bot": True,
            "first_name": "Zhouzhi",
            "username": username,
            "can_join_groups": True,
            "can_read_all_group_messages": False,
            "supports_inline_queries": False,
            "can_connect_to_business": False,
            "has_main_web_app": False,
        }
        self.chats: dict[int, FakeChat] = {}
        self.people: dict[int, Json] = {}
        self.files: dict[str, StoredFile] = {}
        self.commands: dict[tuple[str, str], list[Json]] = {}
        self.profile: dict[tuple[str, str], str] = {}
        self.queries: dict[str, float] = {}  # unanswered presses, with the moment they came
        self.box = 0  # private chats and basic groups share the bot's own sequence of ids
        self.albums = 0

    def person(self, user_id: int, first_name: str = "Reader", language: str = "zh-hans") -> Json:
        return self.people.setdefault(
            user_id,
            {"id": user_id, "is_bot": False, "first_name": first_name, "language_code": language},
        )

    def find(self, chat_id: Any) -> FakeChat:
        """The chat of an id or a public name. Raises the refusal of an unknown one."""
        if chat_id in (None, ""):
            raise bad("chat_id is empty")
        if isinstance(chat_id, str) and chat_id.startswith("@"):
            named = chat_id[1:].lower()
            found = next((one for one in self.chats.values() if (one.username or "").lower() == named), None)
        else:
            found = self.chats.get(chat_id) if isinstance(chat_id, int) else None
        if found is None:
            raise bad("chat not found")
        return found

    def writable(self, chat_id: Any, thread_id: int | None, kind: str) -> FakeChat:
        """The chat to send to. Raises what telegram.md §4 lists for its standing, rights and topics."""
        chat = self.find(chat_id)
        self.check_access(chat)
        if kind in chat.muted:
            words = _SENDABLE[kind]
            raise bad(f"not enough rights to send {words} to the chat")
        if thread_id is not None:
            if thread_id not in chat.topics:
                raise bad("message thread not found")
            if not chat.topics[thread_id]:
                raise bad("TOPIC_CLOSED")
        return chat

    def check_access(self, chat: FakeChat) -> None:
        if chat.migrated_to is not None:
            raise bad("group chat was upgraded to a supergroup chat", migrate_to_chat_id=chat.migrated_to)
        if chat.standing != "ok":
            raise _standing(chat)

    def next_id(self, chat: FakeChat) -> int:
        if chat.type in ("private", "group"):
            self.box += 1
            return self.box
        chat.next_id += 1
        return chat.next_id - 1

    def keep(self, chat: FakeChat, body: Json, now: float, *, is_own: bool) -> Json:
        """Store a message; its id, date and chat are added."""
        message_id = self.next_id(chat)
        message = {
            "message_id": message_id,
            "date": EPOCH + int(now) % 10_000_000,
            "chat": chat.shown(),
            **body,
        }
        chat.messages[message_id] = StoredMessage(message, is_own, now)
        return message

    def stored(self, chat: FakeChat, message_id: Any, what: str) -> StoredMessage:
        """A message that is there. Raises `message to <what> not found`."""
        found = chat.messages.get(message_id) if isinstance(message_id, int) else None
        if found is None or found.is_deleted:
            raise bad(f"message to {what} not found")
        return found

    def keep_file(
        self, content: bytes, name: str, mime: str, kind: Literal["photo", "document", "animation"]
    ) -> StoredFile:
        width, height = (0, 0) if kind == "document" else dimensions(content)
        number = len(self.files)
        digest = hashlib.sha256(content).hexdigest()[:20]
        file = StoredFile(f"AgAC{digest}{kind}{number:06d}", content, name, mime, kind, width, height)
        self.files[file.file_id] = file
        return file


def _standing(chat: FakeChat) -> Refusal:
    kind = NAMES.get(chat.type, "group chat")
    match chat.standing:
        case "blocked":
            return forbidden("bot was blocked by the user")
        case "never":
            return forbidden("bot can't initiate conversation with a user")
        case "deactivated":
            return forbidden("user is deactivated")
        case "bot":
            return forbidden("the bot can't send messages to the bot")
        case "kicked":
            return forbidden(f"bot was kicked from the {kind}")
        case "left":
            return forbidden(f"bot is not a member of the {kind}")
        case "deleted":
            return forbidden("the group chat was deleted")
        case "no_rights":
            return bad("need administrator rights in the channel chat")
        case _:
            return bad("have no write access to the chat")


def dimensions(content: bytes) -> tuple[int, int]:
    """Width and height of a PNG, GIF or JPEG; (0, 0) for anything else."""
    if content.startswith(b"\x89PNG\r\n\x1a\n") and len(content) >= 24:
        width, height = struct.unpack(">II", content[16:24])
        return width, height
    if content.startswith(b"GIF8") and len(content) >= 10:
        width, height = struct.unpack("<HH", content[6:10])
        return width, height
    return _jpeg(content) if content.startswith(b"\xff\xd8") else (0, 0)


def _jpeg(content: bytes) -> tuple[int, int]:
    at = 2
    while at + 9 < len(content) and content[at] == 0xFF:
        marker, size = content[at + 1], struct.unpack(">H", content[at + 2 : at + 4])[0]
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack(">HH", content[at + 5 : at + 9])
            return width, height
        at += 2 + size
    return 0, 0
