"""How does a push leave? Exact bytes, pictures uploaded once, and for every trouble the outcome that fits."""

import asyncio
import hashlib
import json
import socket

import pytest

from bot.platforms.base import Message
from digest.audience import Place
from digest.delivery import Gone, Moved, Rejected, RetryAfter, Sent, Unavailable, Unknown
from tests.contract.telegram.stage import BASIC, GROUP, NEWS, READER, Scene, build, message, png
from tests.fakes.telegram import FakeTelegram, Rates


def picture(scene: Scene, width: int = 40, height: int = 30, shade: int = 0) -> str:
    content = png(width, height, shade)
    sha = hashlib.sha256(content).hexdigest()
    scene.drawer.kept[sha] = content
    return sha


def photo(sha: str, **more) -> Message:
    return Message("sendPhoto", {"photo": f"attach://{sha}", **more}, (sha,))


def album(*shas: str, kind: str = "photo", caption: str = "") -> Message:
    media = [{"type": kind, "media": f"attach://{sha}"} for sha in shas]
    if caption:
        media[0] |= {"caption": caption}
    return Message("sendMediaGroup", {"media": media}, tuple(dict.fromkeys(shas)), len(shas))


async def test_the_frozen_bytes_leave_as_they_are(scene: Scene):
    """Address in front, then the very bytes of the frozen JSON; topic and silence are the channel's."""
    links = [{"type": "text_link", "offset": 0, "length": 2, "url": "https://example.org/一"}]
    parcel = scene.parcel(
        message(entities=links, link_preview_options={"is_disabled": True}), f"{GROUP}:7", is_silent=True
    )
    outcome = await scene.platform.send(parcel)
    (stored,) = scene.fake.messages(GROUP)
    assert outcome == Sent((stored["message_id"],))
    assert stored["message_thread_id"] == 7
    assert stored["entities"] == links
    assert (GROUP, stored["message_id"]) in scene.fake.world.silent
    (entry,) = scene.fake.log.calls("sendMessage")
    assert list(entry.parameters)[:3] == ["chat_id", "message_thread_id", "disable_notification"]


async def test_a_public_name_is_an_address_too(scene: Scene):
    """`@zhouzhi_news` reaches the channel of that name."""
    assert isinstance(await scene.platform.send(scene.parcel(message(), "@zhouzhi_news")), Sent)
    assert len(scene.fake.messages(NEWS)) == 1


async def test_plain_keeps_every_link(scene: Scene):
    """Without markup the address stands behind its label, in UTF-16 places."""
    text = "😀 看看 这里 和那里"
    entities = [
        {"type": "text_link", "offset": 3, "length": 2, "url": "https://a.example/1"},
        {"type": "bold", "offset": 6, "length": 2},
        {"type": "text_link", "offset": 6, "length": 2, "url": "https://a.example/2"},
    ]
    await scene.platform.send(
        scene.parcel(Message("sendMessage", {"text": text, "entities": entities}), is_plain=True)
    )
    (stored,) = scene.fake.messages(READER)
    assert stored["text"] == "😀 看看 (https://a.example/1) 这里 (https://a.example/2) 和那里"
    assert "entities" not in stored


async def test_a_picture_is_uploaded_once_for_all_channels(scene: Scene):
    """The first send uploads, the second names the file id; both show the picture."""
    sha = picture(scene)
    for address in (READER, NEWS):
        outcome = await scene.platform.send(scene.parcel(photo(sha, caption="图一"), address))
        assert isinstance(outcome, Sent)
    first, second = scene.fake.log.calls("sendPhoto")
    assert (first.files, second.files) == ({sha: len(scene.drawer.kept[sha])}, {})
    assert scene.fake.messages(NEWS)[0]["photo"] == scene.fake.messages(READER)[0]["photo"]
    assert len(scene.fake.world.uploads) == 1


async def test_many_channels_at_once_upload_a_picture_once(scene: Scene):
    """While the first uploads, the others wait for its file id."""
    sha = picture(scene)
    await asyncio.gather(*(scene.platform.send(scene.parcel(photo(sha), NEWS)) for _ in range(8)))
    assert len(scene.fake.messages(NEWS)) == 8
    assert len(scene.fake.world.uploads) == 1
    assert scene.platform._sender._uploading == {}


async def test_an_album_uploads_only_what_is_not_known(scene: Scene):
    """Known pictures go by file id, new ones as parts; the ids come back in order."""
    known, new = picture(scene), picture(scene, 50, 30, 9)
    await scene.platform.send(scene.parcel(photo(known)))
    outcome = await scene.platform.send(scene.parcel(album(known, new, caption="两张")))
    shown = scene.fake.messages(READER)[1:]
    assert outcome == Sent(tuple(one["message_id"] for one in shown))
    assert [one["photo"][-1]["width"] for one in shown] == [40, 50]
    assert shown[0]["caption"] == "两张"
    assert list(scene.fake.log.calls("sendMediaGroup")[0].files) == [new]
    await scene.platform.send(scene.parcel(album(known, new), NEWS))
    assert scene.fake.log.calls("sendMediaGroup")[1].files == {}


async def test_a_forgotten_file_id_is_uploaded_again(scene: Scene):
    """The server said no to the whole call, so it is made again with the bytes, and the new id kept."""
    sha = picture(scene)
    token = scene.platform._settings.token_hash
    await scene.store.media.remember(token, sha, "photo", "AgACforgotten")
    assert isinstance(await scene.platform.send(scene.parcel(photo(sha))), Sent)
    ids = await scene.store.media.file_ids(token, [sha])
    assert ids[sha] == scene.fake.messages(READER)[0]["photo"][-1]["file_id"]


async def test_a_shape_no_photo_may_have_travels_as_a_file(scene: Scene):
    """PHOTO_INVALID_DIMENSIONS: the same bytes as a document, caption kept."""
    sha = picture(scene, 2, 100)
    outcome = await scene.platform.send(
        scene.parcel(photo(sha, caption="长图", show_caption_above_media=True))
    )
    (stored,) = scene.fake.messages(READER)
    assert outcome == Sent((stored["message_id"],))
    assert stored["document"]["mime_type"] == "image/png"
    assert stored["caption"] == "长图"


async def test_a_picture_that_is_gone_leaves_its_words(scene: Scene):
    """No bytes any more: the caption goes as text, links spelled out; without a caption it is refused by name."""
    links = [{"type": "text_link", "offset": 0, "length": 2, "url": "https://a.example"}]
    lost = photo("f" * 64, caption="标题 正文", caption_entities=links)
    assert isinstance(await scene.platform.send(scene.parcel(lost)), Sent)
    assert scene.fake.messages(READER)[0]["text"] == "标题 (https://a.example) 正文"
    outcome = await scene.platform.send(scene.parcel(photo("f" * 64)))
    assert isinstance(outcome, Rejected)
    assert "picture.gone" in outcome.reason


async def test_edits_replace_text_and_caption(scene: Scene):
    """A text by a text, a picture's caption by its caption; nothing changed is as good as changed."""
    place = Place("telegram", str(READER))
    await scene.platform.send(scene.parcel(message("旧")))
    sha = picture(scene)
    await scene.platform.send(scene.parcel(photo(sha, caption="旧图")))
    text_id, photo_id = (one["message_id"] for one in scene.fake.messages(READER))
    for _ in range(2):
        assert await scene.platform.edit(place, text_id, message("新")) == Sent((text_id,))
    assert await scene.platform.edit(place, photo_id, photo(sha, caption="新图")) == Sent((photo_id,))
    assert await scene.platform.edit(place, photo_id, album(sha, sha, caption="新册")) == Sent((photo_id,))
    first, second = scene.fake.messages(READER)
    assert (first["text"], second["caption"]) == ("新", "新册")
    assert isinstance(await scene.platform.edit(place, 999, message()), Rejected)
    assert isinstance(await scene.platform.edit(place, photo_id, message()), Rejected)


STANDINGS = [
    ("blocked", READER, Gone("Forbidden: bot was blocked by the user")),
    ("never", READER, Gone("Forbidden: bot can't initiate conversation with a user")),
    ("deactivated", READER, Gone("Forbidden: user is deactivated")),
    ("bot", READER, Rejected("permission", "Forbidden: the bot can't send messages to the bot")),
    ("kicked", GROUP, Gone("Forbidden: bot was kicked from the supergroup chat")),
    ("left", NEWS, Gone("Forbidden: bot is not a member of the channel chat")),
    ("deleted", BASIC, Gone("Forbidden: the group chat was deleted")),
    ("no_rights", NEWS, Rejected("permission", "Bad Request: need administrator rights in the channel chat")),
    ("no_access", GROUP, Rejected("permission", "Bad Request: have no write access to the chat")),
]


@pytest.mark.parametrize(("standing", "chat", "outcome"), STANDINGS, ids=[one[0] for one in STANDINGS])
async def test_where_a_chat_stands_decides(scene: Scene, standing, chat, outcome):
    """Every standing a chat can have gives its outcome, and nothing is stored."""
    scene.fake.chat(chat).standing = standing
    assert await scene.platform.send(scene.parcel(message(), chat)) == outcome
    assert scene.fake.messages(chat) == []


async def test_topics_and_muting_suspend(scene: Scene):
    """A closed or missing topic and a missing right are a curator's matter."""
    scene.fake.chat(GROUP).topics[8] = False
    scene.fake.chat(BASIC).muted.add("text")
    reasons = {
        f"{GROUP}:8": "TOPIC_CLOSED",
        f"{GROUP}:9": "message thread not found",
        str(BASIC): "not enough rights to send text messages to the chat",
    }
    for address, reason in reasons.items():
        outcome = await scene.platform.send(scene.parcel(message(), address))
        assert outcome == Rejected("permission", f"Bad Request: {reason}")
    assert await scene.platform.send(scene.parcel(message(), 999)) == Gone("Bad Request: chat not found")


async def test_an_upgraded_group_has_moved(scene: Scene):
    """The answer names the new address."""
    scene.fake.people.migrate(BASIC, -1005550003, tells=False)
    outcome = await scene.platform.send(scene.parcel(message(), BASIC))
    assert outcome == Moved(Place("telegram", "-1005550003"))


FAULTS = [
    ({"kind": "retry_after", "seconds": 7}, RetryAfter(7.0), 0),
    ({"kind": "error_before"}, Unknown, 0),
    ({"kind": "error_after"}, Unknown, 1),
    ({"kind": "error_after", "status": 502}, Unknown, 1),
    ({"kind": "lose_answer"}, Unknown, 1),
    ({"kind": "hang", "seconds": 2}, Unknown, 1),
    ({"kind": "cut"}, Unknown, 0),
    ({"kind": "truncated"}, Unknown, 1),
    ({"kind": "unreadable"}, Unknown, 1),
    ({"kind": "missing"}, Unavailable, 0),
    (
        {"kind": "forbidden", "description": "something new"},
        Rejected("permission", "Forbidden: something new"),
        0,
    ),
    (
        {"kind": "refuse", "status": 400, "description": "Bad Request: SOMETHING_NEW"},
        Rejected("content", "Bad Request: SOMETHING_NEW"),
        0,
    ),
    (
        {"kind": "refuse", "status": 400, "description": "Bad Request: can't parse entities: x"},
        Rejected("content", "Bad Request: can't parse entities: x", is_markup=True),
        0,
    ),
    ({"kind": "refuse", "status": 302, "description": "a gateway"}, Unavailable, 0),
]


@pytest.mark.parametrize(
    ("fault", "outcome", "count"), FAULTS, ids=[str(number) for number in range(len(FAULTS))]
)
async def test_every_fault_has_its_outcome(scene: Scene, fault, outcome, count):
    """Whatever breaks: one call, one outcome, and Unknown exactly when the message may be out."""
    scene.fake.faults.add(**fault, method="sendMessage")
    given = await scene.platform.send(scene.parcel(message()))
    assert given == outcome if not isinstance(outcome, type) else isinstance(given, outcome)
    assert len(scene.fake.messages(READER)) == count
    assert len(scene.fake.log.calls("sendMessage")) == 1
    assert scene.fake.token not in repr(given)


async def test_a_refused_connection_was_surely_not_used(scene: Scene):
    """Nobody listens: Unavailable, never Unknown, and the token is not in the reason."""
    await scene.fake.close_port()
    outcome = await scene.platform.send(scene.parcel(message()))
    await scene.fake.open_port()
    assert isinstance(outcome, Unavailable)
    assert scene.fake.token not in outcome.reason


async def test_a_name_that_does_not_resolve_is_unavailable(fake: FakeTelegram, store):
    """DNS fails before any byte is out."""
    lost = build(fake, store, base="http://zhouzhi.invalid")
    outcome = await lost.platform.send(lost.parcel(message()))
    await lost.platform.close()
    assert isinstance(outcome, Unavailable)


async def test_a_server_that_never_accepts_is_unavailable(fake: FakeTelegram, store):
    """A full backlog: the connection is never had, so nothing was sent."""
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))
        deaf.listen(0)
        port = deaf.getsockname()[1]
        crowd = [socket.socket() for _ in range(4)]
        for one in crowd:
            one.setblocking(False)
            one.connect_ex(("127.0.0.1", port))
        lost = build(fake, store, base=f"http://127.0.0.1:{port}", connect_s=0.2)
        outcome = await lost.platform.send(lost.parcel(message()))
        await lost.platform.close()
        for one in crowd:
            one.close()
    assert isinstance(outcome, Unavailable)


async def test_a_refused_token_halts(scene: Scene):
    """401 is the token's matter, not the part's."""
    scene.fake.is_revoked = True
    assert await scene.platform.send(scene.parcel(message())) == Unavailable("Unauthorized", "token")


async def test_a_limit_met_by_two_chats_at_once_is_the_tokens(fake: FakeTelegram, store):
    """Telegram does not say whose limit it was: a second chat refused at once tells."""
    fake.world.limiter.reset(Rates(per_second=1))
    scene = build(fake, store)
    first, second, third = [
        await scene.platform.send(scene.parcel(message(), chat)) for chat in (READER, NEWS, GROUP)
    ]
    await scene.platform.close()
    assert isinstance(first, Sent)
    assert second == RetryAfter(1.0, "channel")
    assert third == RetryAfter(1.0, "token")


async def test_the_end_waits_for_answers_on_the_wire(scene: Scene):
    """Closing while a send is under way does not make it doubtful."""
    scene.fake.faults.add("slow", method="sendMessage", seconds=0.3)
    sending = asyncio.create_task(scene.platform.send(scene.parcel(message())))
    while not scene.fake.messages(READER):
        await asyncio.sleep(0.01)
    await scene.platform.close()
    assert isinstance(await sending, Sent)


async def test_a_real_page_of_thirty_pictures_goes_out(scene: Scene):
    """The renderer's own messages pass the strict server: text, photo and album."""
    shas = [picture(scene, 30 + n, 30, n) for n in range(3)]
    for one in (message("标题"), photo(shas[0], caption="一"), album(*shas, caption="三")):
        frozen = Message(one.method, json.loads(json.dumps(one.payload)), one.pictures, one.count)
        assert isinstance(await scene.platform.send(scene.parcel(frozen, NEWS)), Sent)
    assert len(scene.fake.messages(NEWS)) == 5
