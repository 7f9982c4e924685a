"""Does an issue's post stand under the right tags and title, and wake only those who opted in? Over real sockets."""

import asyncio
import re
from dataclasses import replace

import pytest

from bot.platforms.base import Form, Message
from bot.platforms.discord.check import check
from bot.platforms.discord.tags import Filing
from digest.delivery import Rejected, Sent, Unknown
from digest.document import paragraph
from digest.page import Page, Passage
from tests.contract.discord.stage import Scene, channel_of, parcel, playing
from tests.fakes.discord import FakeDiscord, Fault, texts
from tests.fakes.discord.state import Channel

ROLE = "123456789012345678"
PAGE = Page(
    (Passage("head", (paragraph("周知"),), key="head"), Passage("item", (paragraph("一"),), key="i")),
    title="第 12 期 · 2026-11-17 · 周知",
    categories=("models", "chips"),
)


def forum_of(fake: FakeDiscord) -> Channel:
    return next(one for one in fake.state.channels.values() if one.kind == "forum")


def posts(fake: FakeDiscord) -> list[Channel]:
    return [one for one in fake.state.channels.values() if one.kind == "thread"]


def rendered(scene: Scene, page: Page = PAGE, **form: object) -> tuple[Message, ...]:
    messages = scene.platform.render(page, Form("forum", **form))  # type: ignore[arg-type]  # fields by name
    assert [fault for message in messages for fault in check(message)] == []
    return messages


def scene_with(fake: FakeDiscord, filing: Filing):
    async def told(_place: object) -> Filing:
        return filing

    return playing(fake, filing=told)


async def test_a_post_has_the_issues_title_and_its_categories_tags(fake: FakeDiscord) -> None:
    """By slug, by name, folded; the words of the house need not be the forum's."""
    forum = forum_of(fake)
    forum.tags = {11: "Models", 12: "芯片", 13: "周刊"}
    async with scene_with(fake, Filing(words={"chips": ("芯 片", "芯片")})) as scene:
        first, second = rendered(scene)
        made = await scene.platform.send(parcel(scene, forum, message=first, key="A"))
        (post,) = posts(fake)
        assert made == Sent((post.id,))
        assert (post.name, post.applied) == ("第 12 期 · 2026-11-17 · 周知", ["11", "12"])
        assert isinstance(
            await scene.platform.send(parcel(scene, forum, message=second, key="B", part=2)), Sent
        )
    assert [texts(one) for one in fake.state.in_channel(post.id)][1].startswith("-# ")


async def test_the_settings_name_a_tag_where_the_names_differ(fake: FakeDiscord) -> None:
    """A mapped tag stands before a name that would fit; the default is for posts that no other tag fits."""
    forum = forum_of(fake)
    forum.tags = {11: "models", 12: "大模型", 13: "周刊"}
    async with scene_with(fake, Filing(tags={"models": "大模型", "chips": "13"}, tag="周刊")) as scene:
        await scene.platform.send(parcel(scene, forum, message=rendered(scene)[0], key="A"))
        other = rendered(scene, replace(PAGE, categories=("other",)))[0]
        await scene.platform.send(parcel(scene, forum, message=other, key="B"))
    assert [post.applied for post in posts(fake)] == [["12", "13"], ["13"]]


async def test_a_forum_that_asks_for_a_tag_is_answered_with_the_cure(fake: FakeDiscord) -> None:
    """Nothing is sent that would be refused; the reason names the setting and the tags there are."""
    forum = forum_of(fake)
    forum.tags, forum.needs_tag = {11: "周刊"}, True
    async with scene_with(fake, Filing()) as scene:
        outcome = await scene.platform.send(parcel(scene, forum, message=rendered(scene)[0]))
    assert isinstance(outcome, Rejected)
    assert (outcome.kind, "`tag`" in outcome.reason, "周刊" in outcome.reason) == ("content", True, True)
    assert fake.log.of("POST", "/threads") == []


async def test_a_corrected_title_and_category_reach_the_post(fake: FakeDiscord) -> None:
    """Starter, name and tags by the recorded id; an edit that changes neither costs no further call."""
    forum = forum_of(fake)
    forum.tags = {11: "models", 12: "chips"}
    async with scene_with(fake, Filing()) as scene:
        made = await scene.platform.send(parcel(scene, forum, message=rendered(scene)[0], key="A"))
        assert isinstance(made, Sent)
        corrected = rendered(scene, replace(PAGE, title="第 12 期 · 改", categories=("chips",)))[0]
        for _ in range(2):
            assert await scene.platform.edit(channel_of(forum).place, made.ids[0], corrected) == made
    (post,) = posts(fake)
    assert (post.name, post.applied) == ("第 12 期 · 改", ["12"])
    assert len(fake.log.of("PATCH", f"/channels/{post.id}")) == 1


async def test_a_correction_opens_an_archived_post_again(fake: FakeDiscord) -> None:
    """Discord archives a quiet post: it is opened once, and the message has the new words."""
    forum = forum_of(fake)
    async with scene_with(fake, Filing()) as scene:
        made = await scene.platform.send(parcel(scene, forum, message=rendered(scene)[0], key="A"))
        assert isinstance(made, Sent)
        (post,) = posts(fake)
        post.is_archived = True
        corrected = rendered(scene, replace(PAGE, title="第 12 期 · 改"))[0]
        assert await scene.platform.edit(channel_of(forum).place, made.ids[0], corrected) == made
    assert (post.is_archived, post.name) == (False, "第 12 期 · 改")
    opened = [call.body for call in fake.log.of("PATCH", f"/channels/{post.id}")]
    assert opened.count({"archived": False}) == 1


async def test_a_post_that_may_not_be_opened_stays_archived(fake: FakeDiscord) -> None:
    """The answer to the edit stands: the channel itself is sound, and is not suspended for a right it lacks."""
    forum = forum_of(fake)
    async with scene_with(fake, Filing()) as scene:
        made = await scene.platform.send(parcel(scene, forum, message=rendered(scene)[0], key="A"))
        assert isinstance(made, Sent)
        (post,) = posts(fake)
        post.is_archived = True
        post.rights.discard("send")
        outcome = await scene.platform.edit(channel_of(forum).place, made.ids[0], rendered(scene)[0])
    assert isinstance(outcome, Rejected)
    assert (outcome.kind, "50083" in outcome.reason, post.is_archived) == ("content", True, True)


async def test_a_later_part_goes_into_its_own_post(fake: FakeDiscord) -> None:
    """Another post was made meanwhile: the ledger's word decides, not the newest."""
    forum = forum_of(fake)
    async with scene_with(fake, Filing()) as scene:
        first, second = rendered(scene)
        made = await scene.platform.send(parcel(scene, forum, message=first, key="A"))
        assert isinstance(made, Sent)
        await asyncio.sleep(0.002)
        await scene.platform.send(parcel(scene, forum, "另一期", key="Z"))
        late = parcel(scene, forum, message=second, key="B", part=2, head_id=made.ids[0])
        await scene.platform.send(late)
    assert len(fake.state.in_channel(made.ids[0])) == 2


async def test_a_tagged_post_whose_answer_was_lost_is_not_made_twice(fake: FakeDiscord) -> None:
    """Found by its mark, also where a role's line stands before the container."""
    forum = forum_of(fake)
    async with scene_with(fake, Filing()) as scene:
        message = rendered(scene, roles=(ROLE,))[0]
        fake.faults.add(Fault("lose", method="POST", path="/threads"))
        assert isinstance(await scene.platform.send(parcel(scene, forum, message=message, key="A")), Unknown)
        again = await scene.platform.send(parcel(scene, forum, message=message, key="A"))
    assert again == Sent((posts(fake)[0].id,))
    assert len(posts(fake)) == 1


@pytest.mark.parametrize("kind", ["public", "embeds"])
async def test_only_the_role_that_opted_in_is_woken_and_only_by_the_head(scene: Scene, kind: str) -> None:
    """Hostile words name the role, everybody and a person; none of them is a mention, in any part."""
    hostile = f"<@&{ROLE}> @everyone @here <@1> <@!1> <#1> "
    items = tuple(Passage("item", (paragraph(hostile * 50),), key=f"i{n}") for n in range(4))
    messages = scene.platform.render(Page(items), Form(kind, roles=(ROLE,)))  # type: ignore[arg-type]  # a kind
    assert len(messages) > 1
    assert [fault for message in messages for fault in check(message)] == []
    for part, message in enumerate(messages, 1):
        sent = parcel(scene, scene.text, message=message, key=f"K{part}", part=part)
        assert isinstance(await scene.platform.send(sent), Sent)
    first, *others = scene.fake.state.in_channel(scene.text.id)
    assert first.body["allowed_mentions"] == {"parse": [], "roles": [ROLE]}
    assert all(one.body["allowed_mentions"] == {"parse": []} for one in others)
    shown = first.body["content"] if kind == "embeds" else first.body["components"][0]["content"]
    assert shown == f"<@&{ROLE}>"
    body = texts(first).removeprefix(shown)
    assert re.findall(rf"(?<!\\)<@&{ROLE}>", body) == []
