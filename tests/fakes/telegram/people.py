"""What do people do to the bot? They write, press, join, block, kick and upgrade their groups: each an update."""

import itertools
from typing import Any

from tests.fakes.telegram import formatting
from tests.fakes.telegram.account import member
from tests.fakes.telegram.state import ChatType, FakeChat, Json, Standing
from tests.fakes.telegram.world import World

GROUP_ADMIN = {
    "id": 1087968824,
    "is_bot": True,
    "first_name": "Group",
    "username": "GroupAnonymousBot",
}


class People:
    """Whoever is on the other side. Chats are made by `chat`; people are made when they first act."""

    def __init__(self, world: World, check: Any) -> None:
        self._world = world
        self._check = check
        self._queries = itertools.count(1)

    def chat(self, chat_id: int, type_: ChatType | None = None, **details: Any) -> FakeChat:
        """Make a chat, or change one: `title`, `username`, `standing`, `muted`, `topics`, `members`, `is_protected`."""
        found = self._world.state.chats.get(chat_id)
        if found is None:
            guessed: ChatType = "private" if chat_id > 0 else "supergroup" if chat_id < -(10**12) else "group"
            found = FakeChat(chat_id, type_ or guessed)
            self._world.state.chats[chat_id] = found
        for name, value in details.items():
            setattr(found, name, value)
        if found.type == "private":
            self._world.state.person(chat_id, found.title or "Reader", found.language)
        return found

    def private(
        self, user_id: int, name: str = "Reader", *, language: str = "zh-hans", **details: Any
    ) -> FakeChat:
        """The private chat of a person who has started the bot."""
        return self.chat(user_id, "private", title=name, language=language, **details)

    def say(
        self,
        chat_id: int,
        text: str | None = None,
        *,
        user_id: int | None = None,
        topic: int | None = None,
        reply_to: int | None = None,
        as_chat: bool = False,
        **fields: Any,
    ) -> Json:
        """Somebody writes. In a private chat the person is the chat; `as_chat`: an anonymous admin. `fields` are further
        fields of the message (`caption`, `photo`, `new_chat_title`, ...).
        """
        chat = self._world.state.chats[chat_id]
        if chat.type == "private" and chat.standing in ("blocked", "never"):
            self._return(chat)
        body: Json = dict(fields)
        if text is not None:
            body["text"] = text
            if entities := formatting.detected(text):
                body["entities"] = entities
        if chat.type == "channel":
            body["sender_chat"] = chat.shown()
        elif as_chat:
            body |= {"from": GROUP_ADMIN, "sender_chat": chat.shown()}
        else:
            body["from"] = self._world.state.person(user_id if user_id is not None else chat_id)
        if topic is not None:
            body |= {"message_thread_id": topic, "is_topic_message": True}
        if reply_to is not None:
            answered = chat.messages[reply_to].body
            body["reply_to_message"] = {
                name: value for name, value in answered.items() if name != "reply_to_message"
            }
        message = self._world.state.keep(chat, body, self._world.now(), is_own=False)
        self._put("channel_post" if chat.type == "channel" else "message", message)
        return message

    def send_file(
        self, chat_id: int, content: bytes, name: str, mime: str = "text/markdown", **fields: Any
    ) -> Json:
        """Somebody sends a file; `fields` as in `say` (`caption`, …)."""
        file = self._world.state.keep_file(content, name, mime, "document")
        return self.say(chat_id, document=file.as_document(), **fields)

    def press(
        self,
        chat_id: int,
        message_id: int,
        data: str | None = None,
        *,
        label: str | None = None,
        user_id: int | None = None,
        inaccessible: bool = False,
    ) -> str:
        """Press a button by its data or its label; the query's id. `inaccessible`: the bot cannot see the message."""
        chat = self._world.state.chats[chat_id]
        stored = chat.messages.get(message_id)
        if data is None and stored is not None:
            data = button(stored.body, label or "")["callback_data"]
        query_id = f"{4_000_000_000 + next(self._queries)}"
        self._world.state.queries[query_id] = self._world.now()
        if inaccessible or stored is None:
            message: Json = {"chat": chat.shown(), "message_id": message_id, "date": 0}
        else:
            message = stored.body
        self._put(
            "callback_query",
            {
                "id": query_id,
                "from": self._world.state.person(user_id if user_id is not None else chat_id),
                "chat_instance": f"{chat_id}",
                "message": message,
                "data": data,
            },
        )
        return query_id

    def block(self, user_id: int) -> None:
        """A reader blocks the bot."""
        self._membership(self._world.state.chats[user_id], "blocked", user_id, "member", "kicked")

    def _return(self, chat: FakeChat) -> None:
        if chat.standing == "blocked":
            self._membership(chat, "ok", chat.id, "kicked", "member")
        chat.standing = "ok"

    def add_bot(self, chat_id: int, by: int, *, as_admin: bool = False) -> None:
        """Somebody adds the bot to a group or channel."""
        chat = self._world.state.chats[chat_id]
        chat.members.setdefault(by, "creator")
        self._membership(chat, "ok", by, "left", "administrator" if as_admin else "member")

    def kick_bot(self, chat_id: int, by: int) -> None:
        self._membership(self._world.state.chats[chat_id], "kicked", by, "member", "kicked")

    def _membership(self, chat: FakeChat, standing: Standing, by: int, old: str, new: str) -> None:
        chat.standing = standing
        bot_id = self._world.state.bot["id"]
        self._put(
            "my_chat_member",
            {
                "chat": chat.shown(),
                "from": self._world.state.person(by),
                "date": 1_790_000_000,
                "old_chat_member": member(self._world, chat, bot_id, old),
                "new_chat_member": member(self._world, chat, bot_id, new),
            },
        )

    def migrate(self, chat_id: int, new_id: int, *, tells: bool = True) -> FakeChat:
        """A group becomes a supergroup; `tells` False: the bot only finds out when it sends."""
        old = self._world.state.chats[chat_id]
        new = self.chat(new_id, "supergroup", title=old.title, members=dict(old.members))
        if tells:
            author = {"from": GROUP_ADMIN}
            self._put(
                "message",
                self._world.state.keep(old, {**author, "migrate_to_chat_id": new_id}, 0, is_own=False),
            )
            self._put(
                "message",
                self._world.state.keep(new, {**author, "migrate_from_chat_id": chat_id}, 0, is_own=False),
            )
        old.migrated_to = new_id
        return new

    def _put(self, kind: str, content: Json) -> None:
        self._check({"update_id": 1, kind: content})
        self._world.updates.put(**{kind: content})


def button(message: Json, label: str) -> Json:
    """The button of a message whose label holds these words. Raises LookupError when there is none."""
    rows = message.get("reply_markup", {}).get("inline_keyboard", [])
    found: list[Json] = [one for row in rows for one in row if label in one["text"]]
    if not found:
        labels = [one["text"] for row in rows for one in row]
        raise LookupError(f"no button {label!r} among {labels}")
    return found[0]
