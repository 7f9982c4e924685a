"""What happens when a bot changes what was sent? Edits, deletions, reactions, pins."""

from tests.fakes.telegram.calls import Call
from tests.fakes.telegram.keyboards import markup_of
from tests.fakes.telegram.posting import rich_words, words
from tests.fakes.telegram.refusals import bad
from tests.fakes.telegram.state import EPOCH, FakeChat, Json, StoredMessage
from tests.fakes.telegram.world import World

NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same as a current "
    "content and reply markup of the message"
)
DELETABLE_S = 48 * 3600


def edit_message_text(world: World, call: Call) -> Json:
    if "rich_message" in call.parameters and world.has_rich:
        if "text" in call.parameters:
            call.findings.append("an edit takes either text or rich_message")
        body = rich_words(call)
    else:
        # an older server passes over what it does not know
        body = words(call, "text", "entities", limit=4096)
    stored = _editable(world, call)
    if not {"text", "rich_message"} & stored.body.keys():
        raise bad("there is no text in the message to edit")
    return _change(call, stored, body, ("text", "entities", "rich_message"))


def edit_message_caption(world: World, call: Call) -> Json:
    body = words(call, "caption", "caption_entities", limit=1024)
    stored = _editable(world, call)
    if "photo" not in stored.body and "document" not in stored.body:
        raise bad("there is no caption in the message to edit")
    if call.get("show_caption_above_media"):
        body["show_caption_above_media"] = True
    return _change(call, stored, body, ("caption", "caption_entities", "show_caption_above_media"))


def edit_message_reply_markup(world: World, call: Call) -> Json:
    return _change(call, _editable(world, call), {}, ())


def _editable(world: World, call: Call) -> StoredMessage:
    chat = world.state.find(call.get("chat_id"))
    world.state.check_access(chat)
    stored = world.state.stored(chat, call.integer("message_id"), "edit")
    if not stored.is_own or "forward_origin" in stored.body:
        raise bad("message can't be edited")
    return stored


def _change(call: Call, stored: StoredMessage, body: Json, replaced: tuple[str, ...]) -> Json:
    """The new content in the place of the old; without a keyboard in the call the message loses its own."""
    markup = markup_of(call, inline_only=True)
    changed = {name: value for name, value in stored.body.items() if name not in (*replaced, "reply_markup")}
    changed |= body | ({"reply_markup": markup} if markup else {})
    before = {name: value for name, value in stored.body.items() if name != "edit_date"}
    if before == {name: value for name, value in changed.items() if name != "edit_date"}:
        raise bad(NOT_MODIFIED)
    stored.body = changed | {"edit_date": EPOCH + 1}
    return stored.body


def delete_message(world: World, call: Call) -> bool:
    chat = world.state.find(call.get("chat_id"))
    world.state.check_access(chat)
    stored = world.state.stored(chat, call.integer("message_id"), "delete")
    if world.now() - stored.stored_at > DELETABLE_S or not _may_delete(chat, stored):
        raise bad("message can't be deleted")
    stored.is_deleted = True
    return True


def _may_delete(chat: FakeChat, stored: StoredMessage) -> bool:
    return stored.is_own or chat.type == "private"


def set_message_reaction(world: World, call: Call) -> bool:
    chat = world.state.find(call.get("chat_id"))
    world.state.check_access(chat)
    stored = world.state.stored(chat, call.integer("message_id"), "react")
    stored.reactions = call.objects("reaction", "reaction types JSON object")
    return True


def pin_chat_message(world: World, call: Call) -> bool:
    chat = world.state.find(call.get("chat_id"))
    world.state.check_access(chat)
    world.state.stored(chat, call.integer("message_id"), "pin")
    return True


def unpin_chat_message(world: World, call: Call) -> bool:
    chat = world.state.find(call.get("chat_id"))
    world.state.check_access(chat)
    world.state.stored(chat, call.integer("message_id"), "unpin")
    return True
