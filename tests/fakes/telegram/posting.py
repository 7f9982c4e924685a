"""What happens when a bot sends? Texts, pictures, files, albums, copies and forwards, checked and stored."""

from typing import Any, Literal

from tests.fakes.telegram import formatting
from tests.fakes.telegram.calls import Call
from tests.fakes.telegram.keyboards import markup_of
from tests.fakes.telegram.refusals import bad
from tests.fakes.telegram.rich import blocks_of
from tests.fakes.telegram.state import FakeChat, Json, StoredFile
from tests.fakes.telegram.world import World

EXTENSIONS = ("jpg", "jpeg", "gif", "png", "tif", "bmp", "webp")
MAX_PHOTO = 10_000_000
MAX_FILE = 50_000_000
Kind = Literal["photo", "document", "animation"]


def words(call: Call, text_name: str, entities_name: str, *, limit: int, source: Json | None = None) -> Json:
    """Text or caption with its entities, as fields of a message. Raises the refusal of what is wrong with it."""
    holder = call.parameters if source is None else source
    raw = str(holder.get(text_name) or "")
    text, entities = formatting.formatted(
        raw, holder.get("parse_mode"), holder.get(entities_name), call.findings
    )
    if text_name == "text":
        if not raw:
            raise bad("message text is empty")
        if not text:
            raise bad("text must be non-empty")
    if formatting.units(text) > limit:
        raise bad("message is too long" if text_name == "text" else "message caption is too long")
    if not text:
        return {}
    return {text_name: text} | ({entities_name: entities} if entities else {})


def send_message(world: World, call: Call) -> Json:
    body = words(call, "text", "entities", limit=4096)
    if call.get("link_preview_options") and call.get("link_preview_options") != {"is_disabled": True}:
        body["link_preview_options"] = call.get("link_preview_options")
    return _deliver(world, call, "text", [body])[0]


def send_rich_message(world: World, call: Call) -> Json:
    return _deliver(world, call, "rich", [rich_words(call)])[0]


def rich_words(call: Call) -> Json:
    """The blocks of a rich message; what the server would refuse in words nobody knows is a finding."""
    given = call.get("rich_message")
    given = given if isinstance(given, dict) else {}
    if ("html" in given) == ("markdown" in given):
        call.findings.append("a rich message takes exactly one of html and markdown")
    if "markdown" in given:
        call.findings.append("the fake reads no rich markdown")
    rich: Json = {"blocks": blocks_of(str(given.get("html") or ""), call.findings)}
    return {"rich_message": rich | ({"is_rtl": True} if given.get("is_rtl") else {})}


def send_photo(world: World, call: Call) -> Json:
    if call.get("photo") is None and "photo" not in call.files:
        raise bad("there is no photo in the request")
    body = words(call, "caption", "caption_entities", limit=1024) | _above(call.parameters)
    file = _file(world, call, call.get("photo"), "photo", field="photo")
    return _deliver(world, call, "photo", [body | _shown(file)])[0]


def send_document(world: World, call: Call) -> Json:
    if call.get("document") is None and "document" not in call.files:
        raise bad("there is no document in the request")
    body = words(call, "caption", "caption_entities", limit=1024)
    file = _file(world, call, call.get("document"), "document", field="document")
    return _deliver(world, call, "document", [body | _shown(file)])[0]


def send_animation(world: World, call: Call) -> Json:
    if call.get("animation") is None and "animation" not in call.files:
        raise bad("there is no animation in the request")
    body = words(call, "caption", "caption_entities", limit=1024) | _above(call.parameters)
    file = _file(world, call, call.get("animation"), "animation", field="animation")
    return _deliver(world, call, "animation", [body | _shown(file)])[0]


def send_media_group(world: World, call: Call) -> list[Json]:
    media = call.objects("media", "media")
    if not media:
        raise bad("there are no messages to send")
    if len(media) > 10:
        raise bad("too many messages to send as an album")
    if len(media) == 1:
        call.findings.append("an album of one")
    kinds = {str(item.get("type")) for item in media}
    if len(kinds) > 1 and kinds & {"document", "audio"}:
        raise bad(f"{(kinds & {'document', 'audio'}).pop()} can't be mixed with other media types")
    if kinds - {"photo", "document"}:
        call.findings.append(f"media of a type the fake does not know: {sorted(kinds)}")
    bodies: list[Json] = []
    world.state.albums += 1
    for item in media:
        kind: Kind = "document" if item["type"] == "document" else "photo"
        body = words(call, "caption", "caption_entities", limit=1024, source=item) | _above(item)
        file = _file(world, call, item.get("media"), kind)
        bodies.append(body | _shown(file) | {"media_group_id": f"{9_000_000 + world.state.albums}"})
    return _deliver(world, call, "photo" if kinds == {"photo"} else "document", bodies)


def forward_message(world: World, call: Call) -> Json:
    source = world.state.find(call.get("from_chat_id"))
    stored = world.state.stored(source, call.integer("message_id"), "forward")
    if source.is_protected:
        raise bad("message has protected content and can't be forwarded")
    return _deliver(
        world, call, "text", [_content(stored.body) | {"forward_origin": _origin(world, source, stored.body)}]
    )[0]


def copy_message(world: World, call: Call) -> Json:
    source = world.state.find(call.get("from_chat_id"))
    stored = world.state.stored(source, call.integer("message_id"), "copy")
    body = _content(stored.body)
    if call.get("caption") is not None:
        body |= words(call, "caption", "caption_entities", limit=1024)
    return {"message_id": _deliver(world, call, "text", [body])[0]["message_id"]}


def _content(body: Json) -> Json:
    kept = (
        "text",
        "entities",
        "rich_message",
        "caption",
        "caption_entities",
        "photo",
        "document",
        "animation",
        "show_caption_above_media",
    )
    return {name: body[name] for name in kept if name in body}


def _origin(world: World, source: FakeChat, body: Json) -> Json:
    if source.type == "channel":
        return {
            "type": "channel",
            "date": body["date"],
            "chat": source.shown(),
            "message_id": body["message_id"],
        }
    return {"type": "user", "date": body["date"], "sender_user": body.get("from", world.author)}


def _above(holder: Json) -> Json:
    return {"show_caption_above_media": True} if holder.get("show_caption_above_media") else {}


def _shown(file: StoredFile) -> Json:
    if file.kind == "document":
        return {"document": file.as_document()}
    if file.kind == "animation":
        # for backward compatibility the document stands there, too
        return {"animation": file.as_animation(), "document": file.as_document()}
    small = {
        **file.as_size(),
        "file_id": f"{file.file_id}s",
        "width": min(file.width, 90),
        "height": min(file.height, 90),
    }
    return {"photo": [small, file.as_size()]}


def _file(world: World, call: Call, value: Any, kind: Kind, field: str = "") -> StoredFile:
    """An upload, a known file id, or the refusal of anything else."""
    name = str(value or "")
    part_name = name.removeprefix("attach://") if name.startswith("attach://") else field
    part = call.files.get(part_name)
    if part is not None:
        _check_upload(part.name, len(part.content), kind)
        world.uploads.append((part_name, len(part.content)))
        file = world.state.keep_file(part.content, part.name, part.mime, kind)
        _check_shape(file)
        return file
    if name.startswith(("http://", "https://")):
        raise bad("failed to get HTTP URL content")
    known = world.state.files.get(name)
    if known is None or known.kind != kind:
        raise bad("wrong file identifier/HTTP URL specified")
    return known


def _check_upload(name: str, size: int, kind: Kind) -> None:
    if size > (MAX_PHOTO if kind == "photo" else MAX_FILE):
        raise bad("file is too big")
    if kind == "photo" and name.rsplit(".", 1)[-1].lower() not in EXTENSIONS:
        raise bad("photo has unsupported extension. Use one of .jpg, .jpeg, .gif, .png, .tif or .bmp")


def _check_shape(file: StoredFile) -> None:
    if file.kind != "photo" or not file.width:
        return
    long, short = max(file.width, file.height), min(file.width, file.height)
    if long + short > 10_000 or long > 20 * short:
        raise bad("PHOTO_INVALID_DIMENSIONS")


def _deliver(world: World, call: Call, kind: str, bodies: list[Json]) -> list[Json]:
    """Rights, topic, reply target, pace; then the messages are stored and their ids noted in the log."""
    markup = markup_of(call)
    chat = world.state.writable(call.get("chat_id"), call.integer("message_thread_id"), kind)
    replied = _replied(world, chat, call)
    world.limiter.admit(chat.id, len(bodies), is_group=chat.is_group)
    thread = call.integer("message_thread_id")
    shared: Json = {} if chat.type == "channel" else {"from": world.author}
    if chat.type == "channel":
        shared["sender_chat"] = chat.shown()
    if thread is not None:
        shared |= {"message_thread_id": thread, "is_topic_message": True}
    if replied is not None:
        shared["reply_to_message"] = replied
    if markup is not None:
        shared["reply_markup"] = markup
    if call.flag("protect_content"):
        shared["has_protected_content"] = True
    stored = [world.state.keep(chat, shared | body, world.now(), is_own=True) for body in bodies]
    world.silent |= {(chat.id, one["message_id"]) for one in stored if call.flag("disable_notification")}
    return stored


def _replied(world: World, chat: FakeChat, call: Call) -> Json | None:
    wanted = call.get("reply_parameters")
    if not isinstance(wanted, dict):
        return None
    found = chat.messages.get(wanted.get("message_id", 0))
    if found is None or found.is_deleted:
        if wanted.get("allow_sending_without_reply"):
            return None
        raise bad("message to be replied not found")
    return {name: value for name, value in found.body.items() if name != "reply_to_message"}
