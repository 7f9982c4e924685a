"""Does a push arrive once, whole and with the right outcome? Over real sockets, without any gateway."""

import asyncio

import pytest

from bot.platforms.base import Form, Message
from digest.delivery import Gone, Outcome, Rejected, RetryAfter, Sent, Unavailable, Unknown
from digest.document import Image, paragraph
from digest.page import Page, Passage, Picture, page
from tests.contract.discord.stage import PNG, SHA, Scene, channel_of, parcel, playing
from tests.fakes.discord import FakeDiscord, Fault, Rates, texts
from tests.fakes.discord.state import Channel as FakeChannel


def of_kind(scene: Scene, kind: str) -> FakeChannel:
    return next(one for one in scene.fake.state.channels.values() if one.kind == kind)


def with_picture() -> Page:
    passage = Passage("item", (paragraph("图"), Image("a.png", "一张图")), key="i")
    return Page((passage,), pictures={"a.png": Picture(SHA, "image/png", 10, 10, len(PNG))})


async def test_a_push_needs_no_gateway(scene: Scene) -> None:
    """Logged in over REST alone; the id comes back, the nonce is ours and nobody is pinged."""
    outcome = await scene.platform.send(parcel(scene, scene.text, "你好"))
    (message,) = scene.fake.state.in_channel(scene.text.id)
    assert outcome == Sent((message.id,))
    assert (message.body["nonce"], message.body["enforce_nonce"]) == ("KEY", True)
    assert message.body["allowed_mentions"] == {"parse": []}
    assert texts(message) == "你好"
    assert scene.fake.gateway.identifies == 0


async def test_a_picture_goes_along(scene: Scene) -> None:
    """Uploaded under the name the payload shows, with its description."""
    message = scene.platform.render(with_picture(), Form("public"))[0]
    assert isinstance(await scene.platform.send(parcel(scene, scene.text, message=message)), Sent)
    (stored,) = scene.fake.state.in_channel(scene.text.id)
    assert stored.files == {f"{SHA}.png": PNG}
    assert stored.shown["attachments"][0]["description"] == "一张图"


async def test_a_picture_that_is_not_stored_is_a_content_fault(scene: Scene) -> None:
    """Nothing is sent half."""
    lost = Message("POST", {"components": []}, ("cd" * 32,))
    outcome = await scene.platform.send(parcel(scene, scene.text, message=lost))
    assert isinstance(outcome, Rejected)
    assert outcome.kind == "content"
    assert scene.fake.state.in_channel(scene.text.id) == []


async def test_silence_is_a_flag(scene: Scene) -> None:
    """A night push makes no sound."""
    await scene.platform.send(parcel(scene, scene.text, is_silent=True))
    assert scene.fake.state.in_channel(scene.text.id)[0].body["flags"] & (1 << 12)


async def test_a_second_send_of_the_same_part_is_the_same_message(scene: Scene) -> None:
    """Within the window Discord knows our nonce; beyond it, it does not."""
    first = await scene.platform.send(parcel(scene, scene.text))
    assert await scene.platform.send(parcel(scene, scene.text)) == first
    scene.fake.clock.advance(scene.fake.state.nonce_s + 1)
    assert await scene.platform.send(parcel(scene, scene.text)) != first


@pytest.mark.parametrize("kind", ["lose", "html"])
async def test_a_lost_answer_is_unknown_and_sending_again_finds_the_message(scene: Scene, kind: str) -> None:
    """Stored, but the answer never came or was none: in doubt, and settled by the nonce."""
    scene.fake.faults.add(Fault(kind, method="POST", path="/messages"))  # type: ignore[arg-type]  # one of its kinds
    assert isinstance(await scene.platform.send(parcel(scene, scene.text)), Unknown)
    (message,) = scene.fake.state.in_channel(scene.text.id)
    assert await scene.platform.send(parcel(scene, scene.text)) == Sent((message.id,))


async def test_an_answer_that_never_comes_is_unknown(fake: FakeDiscord) -> None:
    """Nobody waits for ever."""
    async with playing(fake, answer_s=0.3) as scene:
        fake.faults.add(Fault("hang", method="POST", path="/messages"))
        assert isinstance(await scene.platform.send(parcel(scene, scene.text)), Unknown)
        assert len(fake.state.in_channel(scene.text.id)) == 1


@pytest.mark.parametrize("kind", ["500", "502", "504", "500 after"])
async def test_the_librarys_own_tries_post_once(scene: Scene, hasty: None, kind: str) -> None:
    """Tried again inside, always under the same nonce: one message, whatever was stored before."""
    scene.fake.faults.add(Fault(kind, method="POST", path="/messages"))  # type: ignore[arg-type]  # one of its kinds
    assert isinstance(await scene.platform.send(parcel(scene, scene.text)), Sent)
    assert len(scene.fake.state.in_channel(scene.text.id)) == 1


async def test_errors_that_stay_are_unknown(scene: Scene, hasty: None) -> None:
    """After five tries inside nobody knows."""
    scene.fake.faults.add(Fault("500", method="POST", path="/messages", times=9))
    assert isinstance(await scene.platform.send(parcel(scene, scene.text)), Unknown)
    assert len(scene.fake.log.of("POST", "/messages")) == 5


async def test_503_comes_straight_out(scene: Scene) -> None:
    """The library does not try it again; the outcome is in doubt."""
    scene.fake.faults.add(Fault("503", method="POST", path="/messages"))
    assert isinstance(await scene.platform.send(parcel(scene, scene.text)), Unknown)


async def test_too_many_bytes_are_met_as_500(scene: Scene, hasty: None) -> None:
    """The trap of an over-long text looks like an outage, as on the real server."""
    display = {"type": 10, "content": "字" * 3_500}
    message = Message("POST", {"components": [display], "flags": 1 << 15})
    assert isinstance(await scene.platform.send(parcel(scene, scene.text, message=message)), Unknown)


async def test_refused_connections_are_surely_not_sent(scene: Scene) -> None:
    """Before and after login."""
    await scene.platform.send(parcel(scene, scene.text, key="A"))
    await scene.fake.stop()
    await asyncio.sleep(0.05)  # a connection that was open meanwhile would leave it in doubt
    outcome = await scene.platform.send(parcel(scene, scene.text, key="B"))
    assert isinstance(outcome, Unavailable)
    assert outcome.scope == "network"
    await scene.fake.start()
    assert isinstance(await scene.platform.send(parcel(scene, scene.text, key="B")), Sent)


async def test_a_login_that_fails_is_surely_not_sent(scene: Scene, hasty: None) -> None:
    """Whatever the login met, the push itself never left; the next one logs in anew."""
    scene.fake.faults.add(Fault("503", path="/users/@me"))
    assert isinstance(await scene.platform.send(parcel(scene, scene.text)), Unavailable)
    assert isinstance(await scene.platform.send(parcel(scene, scene.text)), Sent)


async def test_a_refused_token_turns_the_platform_off(fake: FakeDiscord) -> None:
    """Asked once, then nothing more: 401s would get the machine banned."""
    async with playing(fake, token="wrong") as scene:
        for _ in range(3):
            outcome = await scene.platform.send(parcel(scene, scene.text))
            assert isinstance(outcome, Unavailable)
            assert outcome.scope == "token"
        assert scene.platform.status.state == "off"
        assert len(fake.log.calls) == 1


async def test_a_token_that_is_revoked_later_turns_it_off_too(scene: Scene) -> None:
    """The 401 of a send counts as much as that of the login."""
    await scene.platform.send(parcel(scene, scene.text, key="A"))
    scene.fake.token = "another"
    outcome = await scene.platform.send(parcel(scene, scene.text, key="B"))
    assert isinstance(outcome, Unavailable)
    assert outcome.scope == "token"
    assert scene.platform.status.state == "off"


@pytest.mark.parametrize(
    ("kind", "scope", "seconds"),
    [("429", "channel", 90.0), ("429 shared", "channel", 90.0), ("429 cloudflare", "token", 600.0)],
)
async def test_a_long_limit_comes_out_at_once(scene: Scene, kind: str, scope: str, seconds: float) -> None:
    """Longer than the library may wait: surely not sent, with the time it asked for."""
    scene.fake.faults.add(Fault(kind, method="POST", path="/messages", seconds=90))  # type: ignore[arg-type]  # one of its kinds
    outcome = await scene.platform.send(parcel(scene, scene.text))
    assert outcome == RetryAfter(seconds, scope)  # type: ignore[arg-type]  # one of its scopes
    assert scene.fake.state.in_channel(scene.text.id) == []


async def test_a_short_limit_is_waited_for_inside(scene: Scene) -> None:
    """A fraction of a second is no outcome."""
    scene.fake.faults.add(Fault("429 global", method="POST", path="/messages", seconds=0.05))
    assert isinstance(await scene.platform.send(parcel(scene, scene.text)), Sent)


async def test_many_parts_to_one_channel_keep_its_bucket(fake: FakeDiscord) -> None:
    """Twelve parts in a row into a bucket of five, in two channels at once: no 429, because the headers are read."""
    fake.limits.rates = Rates(window_s=0.5)
    other = fake.state.channel(next(iter(fake.state.guilds.values())))
    async with playing(fake) as scene:

        async def push(target: FakeChannel) -> list[Outcome]:
            return [
                await scene.platform.send(parcel(scene, target, key=f"{target.id % 97}-{number}"))
                for number in range(12)
            ]

        for outcomes in await asyncio.gather(push(scene.text), push(other)):
            assert all(isinstance(outcome, Sent) for outcome in outcomes)
    assert [call for call in fake.log if call.status == 429] == []


@pytest.mark.parametrize(
    ("lacking", "kind"),
    [("view", "permission"), ("send", "permission")],
)
async def test_a_lacking_right_is_a_permission_fault(scene: Scene, lacking: str, kind: str) -> None:
    """50001 and 50013 suspend the channel."""
    scene.text.rights.discard(lacking)
    outcome = await scene.platform.send(parcel(scene, scene.text))
    assert isinstance(outcome, Rejected)
    assert outcome.kind == kind


async def test_nobody_there_is_gone(scene: Scene) -> None:
    """A deleted channel, a closed and a strange private chat, an address that is none."""
    direct = of_kind(scene, "direct")
    person = scene.fake.state.users[direct.user or 0]
    person.is_closed = True
    assert isinstance(await scene.platform.send(parcel(scene, direct)), Gone)
    person.is_stranger = True
    assert isinstance(await scene.platform.send(parcel(scene, direct)), Gone)
    del scene.fake.state.channels[scene.text.id]
    assert isinstance(await scene.platform.send(parcel(scene, scene.text)), Gone)
    nowhere = FakeChannel(-5, "text", "none")
    assert isinstance(await scene.platform.send(parcel(scene, nowhere)), Gone)


async def test_refused_components_go_as_plain_text(scene: Scene) -> None:
    """50035 of the dress says that the words may still pass; the plain second try carries them all."""
    row = {"type": 1, "components": [{"type": 2, "style": 5, "label": "x", "url": "ftp://x.test/"}]}
    odd = Message("POST", {"components": [{"type": 10, "content": "**词**"}, row], "flags": 1 << 15})
    scene.fake.world.is_lenient = True
    outcome = await scene.platform.send(parcel(scene, scene.text, message=odd))
    assert isinstance(outcome, Rejected)
    assert outcome.is_markup
    scene.fake.world.is_lenient = False
    assert isinstance(await scene.platform.send(parcel(scene, scene.text, message=odd, is_plain=True)), Sent)
    (stored,) = scene.fake.state.in_channel(scene.text.id)
    assert stored.shown["content"] == "**词**\nftp://x.test/"


async def test_an_edit_replaces_words_and_pictures(scene: Scene) -> None:
    """By the recorded id; the V2 flag stays, old pictures go."""
    pictured = scene.platform.render(with_picture(), Form("public"))[0]
    sent = await scene.platform.send(parcel(scene, scene.text, message=pictured))
    assert isinstance(sent, Sent)
    place = channel_of(scene.text).place
    corrected = scene.platform.render(page(paragraph("改过")), Form("public"))[0]
    assert await scene.platform.edit(place, sent.ids[0], corrected) == sent
    (stored,) = scene.fake.state.in_channel(scene.text.id)
    assert (texts(stored), stored.files, stored.is_v2) == ("改过", {}, True)


async def test_an_edit_of_a_deleted_message_drops_it(scene: Scene) -> None:
    """10008: its record goes, nothing is posted again."""
    sent = await scene.platform.send(parcel(scene, scene.text))
    assert isinstance(sent, Sent)
    scene.fake.state.messages[sent.ids[0]].is_deleted = True
    message = scene.platform.render(page(paragraph("改过")), Form("public"))[0]
    assert isinstance(await scene.platform.edit(channel_of(scene.text).place, sent.ids[0], message), Gone)


async def test_an_announcement_is_published_once(scene: Scene) -> None:
    """The second time Discord says it is done already, which is what was wanted."""
    official = of_kind(scene, "announcement")
    sent = await scene.platform.send(parcel(scene, official))
    assert isinstance(sent, Sent)
    place = channel_of(official).place
    assert await scene.platform.crosspost(place, sent.ids[0]) == Sent(sent.ids)
    assert await scene.platform.crosspost(place, sent.ids[0]) == Sent(())


# --- forums


async def test_a_forum_gets_one_post_with_all_parts(scene: Scene) -> None:
    """The first part makes the post, named by its first line; later ones go into it under their nonces."""
    forum = of_kind(scene, "forum")
    first = await scene.platform.send(parcel(scene, forum, "**第 13 期**", key="A"))
    second = await scene.platform.send(parcel(scene, forum, "第二段", key="B", part=2))
    (post,) = [one for one in scene.fake.state.channels.values() if one.kind == "thread"]
    assert isinstance(first, Sent)
    assert isinstance(second, Sent)
    assert first.ids == (post.id,)
    assert [texts(message) for message in scene.fake.state.in_channel(post.id)] == [
        "\\*\\*第 13 期\\*\\*",
        "第二段",
    ]
    assert await scene.platform.send(parcel(scene, forum, "第二段", key="B", part=2)) == second


async def test_a_post_whose_answer_was_lost_is_found_again(scene: Scene) -> None:
    """No nonce guards a post: it is looked for before another is made, also by another process."""
    forum = of_kind(scene, "forum")
    scene.fake.faults.add(Fault("lose", method="POST", path="/threads"))
    assert isinstance(await scene.platform.send(parcel(scene, forum, key="A")), Unknown)
    async with playing(scene.fake) as other:
        again = await other.platform.send(parcel(other, forum, key="A"))
        second = await other.platform.send(parcel(other, forum, "第二段", key="B", part=2))
    (post,) = [one for one in scene.fake.state.channels.values() if one.kind == "thread"]
    assert again == Sent((post.id,))
    assert isinstance(second, Sent)
    assert len(scene.fake.state.in_channel(post.id)) == 2


async def test_the_same_words_of_another_campaign_make_a_post_of_their_own(scene: Scene) -> None:
    """A curator who sends an issue again means it: the mark, not the name, tells posts apart."""
    forum = of_kind(scene, "forum")
    await scene.platform.send(parcel(scene, forum, "第 13 期", key="A"))
    await scene.platform.send(parcel(scene, forum, "第 13 期", key="Z"))
    assert sum(one.kind == "thread" for one in scene.fake.state.channels.values()) == 2


async def test_a_twin_made_by_the_librarys_own_tries_is_removed(scene: Scene) -> None:
    """500 after the post was made: the library makes another, we keep the first."""
    forum = of_kind(scene, "forum")
    scene.fake.faults.add(Fault("500 after", method="POST", path="/threads"))
    outcome = await scene.platform.send(parcel(scene, forum, key="A"))
    (post,) = [one for one in scene.fake.state.channels.values() if one.kind == "thread"]
    assert outcome == Sent((post.id,))


async def test_later_parts_find_the_post_after_a_restart(scene: Scene) -> None:
    """Another process knows nothing: the newest post of ours in the forum is the one."""
    forum = of_kind(scene, "forum")
    await scene.platform.send(parcel(scene, forum, "第 12 期", key="OLD"))
    await asyncio.sleep(0.002)
    first = await scene.platform.send(parcel(scene, forum, "第 13 期", key="A"))
    assert isinstance(first, Sent)
    async with playing(scene.fake) as other:
        assert isinstance(await other.platform.send(parcel(other, forum, "2", key="B", part=2)), Sent)
    assert len(scene.fake.state.in_channel(first.ids[0])) == 2


async def test_messages_of_a_post_are_edited_where_they_stand(scene: Scene) -> None:
    """Corrections know the forum and the message: the post is found, by this process and by another."""
    forum = of_kind(scene, "forum")
    first = await scene.platform.send(parcel(scene, forum, "第 13 期", key="A"))
    second = await scene.platform.send(parcel(scene, forum, "2", key="B", part=2))
    assert isinstance(first, Sent)
    assert isinstance(second, Sent)
    place = channel_of(forum).place
    corrected = scene.platform.render(page(paragraph("改过")), Form("forum"))[0]
    assert await scene.platform.edit(place, second.ids[0], corrected) == second
    async with playing(scene.fake) as other:
        assert await other.platform.edit(place, first.ids[0], corrected) == first
        assert await other.platform.edit(place, second.ids[0], corrected) == second
    assert [texts(one) for one in scene.fake.state.in_channel(first.ids[0])] == ["改过", "改过"]


async def test_a_forum_that_wants_a_tag_is_a_content_fault(scene: Scene) -> None:
    """40067 cannot be cured by sending again."""
    forum = of_kind(scene, "forum")
    forum.needs_tag = True
    outcome = await scene.platform.send(parcel(scene, forum))
    assert isinstance(outcome, Rejected)
    assert outcome.kind == "content"
