"""Does the strict server take real issues as they are rendered? Every payload, typed and limited."""

import hashlib

import pytest

from bot.platforms.base import Form, Message
from bot.platforms.telegram.render import render
from digest.delivery import Sent
from tests.contract.corpus.seeds import FILES, push
from tests.contract.telegram.stage import NEWS, READER, Scene, png
from tests.shared import need_corpus


def drawn(scene: Scene, message: Message) -> None:
    """The pages' pictures have hashes without bytes: each gets a picture of its own to upload."""
    for sha in message.pictures:
        shade = int(hashlib.sha256(sha.encode()).hexdigest()[:2], 16)
        scene.drawer.kept.setdefault(sha, png(60, 40, shade))


@pytest.mark.corpus
@pytest.mark.parametrize("name", FILES)
async def test_a_real_issue_goes_out_whole(scene: Scene, name):
    """Public and private form: each message is taken, each picture uploaded once, and nothing is found amiss."""
    page = push(need_corpus(FILES[name]))
    for form, address in ((Form("public", bot="zhouzhi_bot"), NEWS), (Form("private"), READER)):
        messages = render(page, form)
        for message in messages:
            drawn(scene, message)
            outcome = await scene.platform.send(scene.parcel(message, address))
            assert isinstance(outcome, Sent)
            assert len(outcome.ids) == message.count
        shown = scene.fake.messages(address)
        assert len(shown) == sum(message.count for message in messages)
        texts = [message.payload["text"] for message in messages if message.method == "sendMessage"]
        assert [one["text"] for one in shown if "text" in one] == texts
        links = [entity["url"] for one in shown for entity in one.get("entities", ()) if "url" in entity]
        wanted = [
            entity["url"]
            for message in messages
            for entity in message.payload.get("entities", ())
            if "url" in entity
        ]
        assert links == wanted
    assert len(scene.fake.world.uploads) == len({sha for sha, _ in scene.fake.world.uploads})


@pytest.mark.corpus
@pytest.mark.parametrize("name", FILES)
async def test_a_real_issue_goes_out_rich(scene: Scene, name):
    """The same as rich messages: the server reads every one of them, with its sections, and finds nothing amiss."""
    page = push(need_corpus(FILES[name]))
    for form, address in (
        (Form("public", "rich", bot="zhouzhi_bot"), NEWS),
        (Form("private", "rich"), READER),
    ):
        messages = render(page, form)
        for message in messages:
            drawn(scene, message)
            outcome = await scene.platform.send(scene.parcel(message, address))
            assert isinstance(outcome, Sent)
            assert len(outcome.ids) == message.count
        rich = [
            one["rich_message"]["blocks"] for one in scene.fake.messages(address) if "rich_message" in one
        ]
        sections = [passage for passage in page.passages if passage.kind == "section" and passage.count]
        unfolding = [block for blocks in rich for block in blocks if block["type"] == "details"]
        assert len(unfolding) >= len(sections)
