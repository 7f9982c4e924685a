"""How is a question asked so that its answer is understood after any restart? The question itself carries the action.

A forced reply makes the client answer *to* the question's message, and Telegram gives that message back with the
answer, entities included. So the action stands in the question as the address of a link on its last character, a
pencil: `https://t.me/<bot>?ask=<action>`, which merely opens this chat when tapped. Nothing is kept here, and a
question of last week still works. Only questions written by the bot itself are believed.

In a private chat the next words count as the answer too, for clients that drop the reply; that alone is remembered in
memory, for the newest few thousand chats, and after a restart such words are read as a search.
"""

from collections import OrderedDict
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qs, quote, urlsplit

from bot.platforms.base import Message
from bot.platforms.telegram.bodies import Json
from bot.platforms.telegram.entities import clean, units
from digest.page import Action, Ask

if TYPE_CHECKING:
    from bot.platforms.telegram.events import Heard

PENCIL: Final = "✏️"
PLACEHOLDER: Final = 64  # characters of the input field's hint: spec `ForceReply`
REMEMBERED: Final = 5_000


def question(ask: Ask, bot: str, person: tuple[int, str] | None = None) -> Message:
    """The message that asks. `person` (id, name): in a group the question is to this person alone."""
    name = clean(person[1]).strip() if person else ""
    addressed = f"{name}: " if name else ""
    words = f"{addressed}{clean(ask.prompt).strip()} "
    entities: list[Json] = [
        {"type": "text_link", "offset": units(words), "length": units(PENCIL), "url": link(ask.action, bot)}
    ]
    if person and name:
        user = {"id": person[0], "is_bot": False, "first_name": name}
        entities.insert(0, {"type": "text_mention", "offset": 0, "length": units(name), "user": user})
    markup: Json = {"force_reply": True, "selective": person is not None}
    placeholder = clean(ask.placeholder).strip()[:PLACEHOLDER]
    if placeholder:
        markup["input_field_placeholder"] = placeholder
    return Message(
        "sendMessage",
        {
            "text": words + PENCIL,
            "entities": entities,
            "link_preview_options": {"is_disabled": True},
            "reply_markup": markup,
        },
    )


def link(action: Action, bot: str) -> str:
    """The address that carries an action."""
    return f"https://t.me/{bot}?ask={quote(action.encode(), safe='')}"


def asked(urls: Any) -> Action | None:
    """The action among the link addresses of a message of ours; None when it was no question."""
    for url in urls:
        parts = urlsplit(url)
        found = parse_qs(parts.query).get("ask")
        if parts.hostname == "t.me" and found:
            return Action.decode(found[0])
    return None


class OpenQuestions:
    """Which private chats owe an answer: the newest ones, a convenience that may be forgotten."""

    def __init__(self) -> None:
        self._open: OrderedDict[str, Action] = OrderedDict()

    def ask(self, address: str, action: Action) -> None:
        self._open[address] = action
        self._open.move_to_end(address)
        if len(self._open) > REMEMBERED:
            self._open.popitem(last=False)

    def take(self, address: str) -> Action | None:
        """The action the next words belong to; asked only once."""
        return self._open.pop(address, None)

    def resolved(self, heard: "Heard") -> "Heard":
        """In a private chat the next words are the answer; whatever else is done there closes the question."""
        incoming = heard.incoming
        if incoming.channel_kind != "private":
            return heard
        action = self.take(incoming.place.address)
        if action is None or incoming.kind != "text" or heard.document is not None:
            return heard
        answer = replace(incoming, kind="answer", route=action.route, arguments=action.arguments)
        return replace(heard, incoming=answer)
