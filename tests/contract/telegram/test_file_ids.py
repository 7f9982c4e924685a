"""Is a picture uploaded once for all channels, whatever is sent at once, forgotten or refused in between?"""

import asyncio
import hashlib
from collections import Counter

from bot.platforms.base import Message
from digest.delivery import Sent
from storage.store import open_store
from tests.contract.telegram.stage import GROUP, NEWS, READER, Scene, build
from tests.contract.telegram.test_pushes import album, photo, picture

FILM = b"GIF89a\x02\0\x02\0\0\0\0;"
CHANNELS = tuple(range(7_000, 7_050))


def film(scene: Scene) -> str:
    sha = hashlib.sha256(FILM).hexdigest()
    scene.drawer.kept[sha] = FILM
    return sha


def animation(sha: str, **more) -> Message:
    return Message("sendAnimation", {"animation": f"attach://{sha}", **more}, (sha,))


async def sent(scene: Scene, *parcels) -> None:
    outcomes = await asyncio.gather(*(scene.platform.send(parcel) for parcel in parcels))
    assert all(isinstance(outcome, Sent) for outcome in outcomes), outcomes


def uploads(scene: Scene) -> Counter[str]:
    """How often each picture's bytes went over the wire."""
    return Counter(sha for sha, _ in scene.fake.world.uploads)


async def test_fifty_channels_take_one_upload(scene: Scene):
    """A photo and an album sent to all of them at once: each picture's bytes leave a single time."""
    for chat in CHANNELS:
        scene.fake.people.private(chat)
    shas = [picture(scene, shade=shade) for shade in range(4)]
    await sent(scene, *(scene.parcel(photo(shas[0]), chat) for chat in CHANNELS))
    await sent(scene, *(scene.parcel(album(*shas), chat) for chat in CHANNELS))
    assert uploads(scene) == dict.fromkeys(shas, 1)
    assert all(len(scene.fake.messages(chat)) == 5 for chat in CHANNELS)


async def test_albums_that_share_a_picture_share_its_upload(scene: Scene):
    """Parts of different readers leave at once; what they have in common is uploaded by the first alone."""
    one, two, three = (picture(scene, shade=shade) for shade in range(3))
    parts = [photo(one), album(one, two), album(two, three), album(three, one), album(one, two, three)]
    await sent(scene, *(scene.parcel(part, NEWS) for part in parts * 3))
    assert uploads(scene) == dict.fromkeys((one, two, three), 1)
    assert scene.platform._sender._uploading == {}


async def test_a_restart_uploads_nothing_again(fake, tmp_path):
    """File ids lie in the store."""
    address = f"sqlite+aiosqlite:///{tmp_path / 'zhouzhi.db'}"
    for life in range(2):
        store = await open_store(address)
        scene = build(fake, store)
        shas = [picture(scene, shade=shade) for shade in range(2)]
        await sent(scene, scene.parcel(album(*shas), READER))
        await scene.platform.close()
        await store.close()
        assert len(fake.messages(READER)) == 2 * (life + 1)
    assert uploads(scene) == dict.fromkeys(shas, 1)


async def test_another_bot_uploads_its_own(scene: Scene):
    """File ids of one token mean nothing to another."""
    sha = picture(scene)
    await scene.store.media.remember("another bot", sha, "photo", "AgACtheirs")
    await sent(scene, scene.parcel(photo(sha)))
    assert uploads(scene) == {sha: 1}


async def test_a_forgotten_file_id_costs_one_upload_for_all(scene: Scene):
    """Many sends are told at once that the id is wrong: one uploads, all arrive, none twice."""
    for chat in CHANNELS:
        scene.fake.people.private(chat)
    shas = [picture(scene, shade=shade) for shade in range(2)]
    token = scene.platform._settings.token_hash
    for sha in shas:
        await scene.store.media.remember(token, sha, "photo", f"AgACgone{sha[:5]}")
    await sent(scene, *(scene.parcel(album(*shas), chat) for chat in CHANNELS))
    assert uploads(scene) == dict.fromkeys(shas, 1)
    assert all(len(scene.fake.messages(chat)) == 2 for chat in CHANNELS)


async def test_one_forgotten_of_an_album_leaves_the_others_known(scene: Scene):
    """The server does not say which id is wrong: both are asked for anew, and the album still arrives once."""
    known, lost = (picture(scene, shade=shade) for shade in range(2))
    await sent(scene, scene.parcel(photo(known)))
    token = scene.platform._settings.token_hash
    await scene.store.media.remember(token, lost, "photo", "AgACgone")
    await sent(scene, scene.parcel(album(known, lost), NEWS))
    assert len(scene.fake.messages(NEWS)) == 2
    assert uploads(scene)[lost] == 1


async def test_a_picture_refused_as_a_photo_is_tried_as_one_only_once(scene: Scene):
    """Its shape does not change: the next channels get the file at once, by its id."""
    sha = picture(scene, 2, 100)
    for _ in range(4):
        await sent(scene, scene.parcel(photo(sha), NEWS))
    assert [("document" in one) for one in scene.fake.messages(NEWS)] == [True] * 4
    assert len(scene.fake.log.calls("sendPhoto")) == 1
    assert uploads(scene) == {sha: 2}


async def test_a_moving_picture_is_uploaded_once_and_moves(scene: Scene):
    """Its file id is that of an animation, which no photo has."""
    sha = film(scene)
    for _ in range(3):
        await sent(scene, scene.parcel(animation(sha, caption="动图"), NEWS))
    shown = scene.fake.messages(NEWS)
    assert [one["animation"]["mime_type"] for one in shown] == ["image/gif"] * 3
    assert {one["animation"]["file_id"] for one in shown} == {shown[0]["animation"]["file_id"]}
    assert uploads(scene) == {sha: 1}
    place = scene.channel(NEWS).place
    changed = animation(sha, caption="更正")
    assert isinstance(await scene.platform.edit(place, shown[0]["message_id"], changed), Sent)
    assert scene.fake.messages(NEWS)[0]["caption"] == "更正"


async def test_where_nothing_may_move_the_picture_stands_still(scene: Scene):
    """A group without the right to send animations still gets the picture and its words."""
    sha = film(scene)
    scene.fake.world.state.chats[GROUP].muted = {"animation"}
    for _ in range(2):
        await sent(scene, scene.parcel(animation(sha, caption="动图"), GROUP))
    shown = scene.fake.messages(GROUP)
    assert [("photo" in one, one["caption"]) for one in shown] == [(True, "动图")] * 2
