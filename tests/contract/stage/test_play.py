"""Does the demo play? Time, readers, curators, languages, and beginning anew."""

import pytest

from bot.stage.controls import Controls
from bot.stage.ledger import state
from bot.stage.scenery import SCENES, Scenery, person
from digest.errors import Refused


def who(look, role="reader"):
    return person(SCENES[f"{look}-{role}"].place.platform, role, role.title(), "en")


def shown(theatre, scene):
    """The words of a chat's newest message from the bot."""
    play = theatre.play
    look = play.looks[scene.place.platform]
    mine = [one for one in play.world.bubbles(scene.place) if one.message is not None]
    return look.readback(mine[-1].message).text


async def test_it_begins_a_minute_before_the_newest_weekly_is_pushed(theatre):
    """The clock stands until somebody looks; then the first push is seconds away."""
    play = theatre.play
    assert play.clock.factor == 0
    coming = await play.coming()
    assert coming is not None
    assert (coming.series, coming.at.isoformat()) == ("weekly", "2026-11-16T00:30:00+00:00")
    play.curtain()
    assert (coming.at - play.clock.now()).total_seconds() < 5
    assert play.clock.factor == 1


async def test_issues_appear_on_their_day(theatre):
    """Tomorrow's daily is not there today; the jump to its push brings it, and it is pushed."""
    play = theatre.play
    assert await play.store.issues.count("daily") == 2
    first, second = await theatre.push(), await theatre.push()
    await theatre.settled(first)
    await theatre.settled(second)
    third = await theatre.push()
    await theatre.settled(third)
    assert await play.store.issues.count("daily") == 3
    issue = await play.store.issues.get((await play.store.deliveries.campaign(third)).issue_id)
    assert issue.issue.title == "Daily 17"


@pytest.mark.parametrize("look", ["telegram", "discord"])
async def test_commands_are_answered_in_each_look(theatre, look):
    """Typed as on the platform, answered by the same handlers."""
    scene = SCENES[f"{look}-reader"]
    await theatre.play.life.visitors[look].types(who(look), scene, "/latest")
    assert (
        "2026" in shown(theatre, scene)
        or "Weekly 2" in shown(theatre, scene)
        or "Daily" in shown(theatre, scene)
    )
    await theatre.play.life.visitors[look].types(who(look), scene, "model")
    assert "model" in shown(theatre, scene).casefold()


@pytest.mark.parametrize("look", ["telegram", "discord"])
async def test_a_press_changes_its_message(theatre, look):
    """The reply of a press stands where the pressed button was."""
    scene = SCENES[f"{look}-reader"]
    visitor = theatre.play.life.visitors[look]
    await visitor.types(who(look), scene, "/settings")
    (newest,) = list(theatre.play.world.bubbles(scene.place))[-1:]
    before = len(list(theatre.play.world.bubbles(scene.place)))
    await visitor.presses(who(look), scene, "languages", newest.id)
    after = list(theatre.play.world.bubbles(scene.place))
    assert len(after) == before
    assert after[-1].id == newest.id
    assert after[-1].message != newest.message


async def test_a_reader_turns_rich_messages_on_and_back(theatre):
    """On the Telegram look: the newest issue in one rich bubble, and the plain one in its place."""
    scene = SCENES["telegram-reader"]
    visitor, world = theatre.play.life.visitors["telegram"], theatre.play.world

    def newest():
        return [one for one in world.bubbles(scene.place) if one.message is not None][-1]

    await visitor.types(who("telegram"), scene, "/settings")
    await visitor.presses(who("telegram"), scene, "rich:on", newest().id)
    await visitor.presses(who("telegram"), scene, "rich:show", newest().id)
    rich = newest()
    assert rich.method == "sendRichMessage"
    keyboard = rich.message.payload["reply_markup"]["inline_keyboard"]
    (back,) = [one["callback_data"] for row in keyboard for one in row if "plain" in str(one)]
    await visitor.presses(who("telegram"), scene, back, rich.id)
    assert world.find(scene.place, rich.id).method == "sendMessage"


async def test_in_a_server_answers_are_for_one_pair_of_eyes(theatre):
    """On Discord nobody else sees what somebody asked in the channel; on Telegram the channel has no answers."""
    scene = SCENES["discord-channel"]
    await theatre.play.life.visitors["discord"].types(who("discord"), scene, "/latest")
    said, answered = list(theatre.play.world.bubbles(scene.place))
    assert said.viewer == answered.viewer == who("discord").native_id
    assert answered.drawn["is_ephemeral"]


async def test_only_the_curator_may_broadcast(theatre):
    """The reader is refused, the curator gets his desk."""
    for role, is_refused in (("reader", True), ("curator", False)):
        scene = SCENES[f"telegram-{role}"]
        await theatre.play.life.visitors["telegram"].types(who("telegram", role), scene, "/broadcast")
        assert ("for curators" in shown(theatre, scene)) is is_refused


async def test_the_language_changes_for_everybody(theatre):
    """Replies and pushes speak the chosen language from then on."""
    await Controls(theatre.play).turn({"do": "language", "language": "zh-Hans"})
    scene = SCENES["telegram-reader"]
    await theatre.play.life.visitors["telegram"].types(who("telegram"), scene, "/help")
    assert "最新" in shown(theatre, scene) or "看" in shown(theatre, scene)
    await theatre.settled(await theatre.push())
    first = next(iter(theatre.play.world.bubbles(SCENES["telegram-channel"].place)))
    assert first.message is not None
    assert "条" in theatre.play.looks["telegram"].readback(first.message).text


async def test_the_state_adds_up(theatre):
    """Column three shows every row, in words, and sums that are the plan."""
    campaign = await theatre.push()
    await theatre.settled(campaign)
    now = await state(theatre.play)
    (shown_campaign,) = [one for one in now["campaigns"] if one["id"] == campaign]
    assert (
        sum(part["n"] for part in shown_campaign["sum"])
        == shown_campaign["planned"]
        == len(shown_campaign["rows"])
    )
    assert {row["words"] for row in shown_campaign["rows"]} == {"Sent"}
    assert now["is_alive"]
    assert set(now["pace"]) == {"telegram", "discord", "web"}


async def test_beginning_anew_forgets_everything(theatre):
    """After a reset there is no message, no campaign, and the same first push is to come."""
    await theatre.settled(await theatre.push())
    await Controls(theatre.play).turn({"do": "reset"})
    play = theatre.play
    assert play.round == 1
    assert play.world.after(0) == []
    assert list(await play.store.deliveries.campaigns()) == []
    coming = await play.coming()
    assert coming is not None
    assert coming.series == "weekly"
    assert (await theatre.settled(await theatre.push())).keys() == {"sent"}


@pytest.mark.parametrize(
    "wanted",
    [
        {},
        {"do": "dance"},
        {"do": "clock", "factor": "60"},
        {"do": "skip", "hours": -1},
        {"do": "skip", "hours": 10_000},
        {"do": "fault", "look": "web", "fault": "outage"},
        {"do": "fault", "look": "telegram", "fault": "fire"},
        {"do": "language", "language": "tlh"},
        {"do": "settle", "campaign": 1},
    ],
)
async def test_controls_that_make_no_sense_are_refused(theatre, wanted):
    """The page cannot ask for what is not there."""
    with pytest.raises(Refused):
        await Controls(theatre.play).turn(wanted)


async def test_without_examples_there_is_a_sentence(tmp_path):
    """Where the samples are absent the demo says so."""
    with pytest.raises(Refused) as refused:
        Scenery(tmp_path / "demo", tmp_path / "nowhere")
    assert refused.value.key == "demo.no_examples"
