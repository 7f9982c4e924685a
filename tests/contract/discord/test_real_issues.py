"""Does the strict server take real issues as they are rendered? Every payload, typed and limited."""

import time

import pytest

from bot.platforms.base import Form
from digest.delivery import Sent
from tests.contract.corpus.seeds import FILES, push
from tests.contract.discord.stage import Scene, parcel
from tests.fakes.discord import Rates, texts
from tests.shared import need_corpus


class AnyPicture:
    """The pages' pictures have hashes without bytes."""

    def read(self, sha: str) -> bytes:
        return sha.encode()


@pytest.mark.corpus
@pytest.mark.parametrize("kind", ["public", "embeds", "forum", "private"])
@pytest.mark.parametrize("name", FILES)
async def test_a_real_issue_goes_out_whole(scene: Scene, name, kind) -> None:
    """Every message in every form is taken and stored as it was rendered, and nothing is found amiss."""
    scene.fake.limits.rates = Rates(is_enforced=False, has_headers=True, per_channel=1_000)
    scene.platform._sender._pictures = AnyPicture()
    target = next(
        one
        for one in scene.fake.state.channels.values()
        if one.kind == {"forum": "forum", "private": "direct"}.get(kind, "text")
    )
    messages = scene.platform.render(push(need_corpus(FILES[name])), Form(kind))
    for number, message in enumerate(messages, 1):
        outcome = await scene.platform.send(
            parcel(scene, target, message=message, key=f"KEY{number}", part=number)
        )
        assert isinstance(outcome, Sent), (number, outcome)
    if kind == "forum":
        target = next(one for one in scene.fake.state.channels.values() if one.kind == "thread")
    stored = scene.fake.state.in_channel(target.id)
    assert len(stored) == len(messages)
    assert all(
        set(one.files) == {file["filename"] for file in one.body.get("attachments", ())} for one in stored
    )
    assert "".join(map(texts, stored))


@pytest.mark.corpus
@pytest.mark.parametrize("name", FILES)
async def test_a_real_issue_goes_out_as_plain_text(scene: Scene, name) -> None:
    """The fallback without components is taken too, in as many messages as it needs."""
    scene.fake.limits.rates = Rates(is_enforced=False, per_channel=1_000)
    scene.platform._sender._pictures = AnyPicture()
    messages = scene.platform.render(push(need_corpus(FILES[name])), Form("public"))
    for number, message in enumerate(messages, 1):
        outcome = await scene.platform.send(
            parcel(scene, scene.text, message=message, key=f"K{number}", is_plain=True)
        )
        assert isinstance(outcome, Sent)
        assert len(outcome.ids) >= 1


@pytest.mark.corpus
async def test_checking_is_quick(scene: Scene) -> None:
    """The strictest look at a whole issue takes a small part of a second, so that many can be sent in a test."""
    from tests.fakes.discord import rules  # noqa: PLC0415
    from tests.fakes.discord.specification import specification  # noqa: PLC0415

    known = specification()
    if known is None:
        pytest.skip(
            "no specs: discord-openapi.json is not there; set ZHOUZHI_SHARED to the folder that holds it"
        )
    messages = scene.platform.render(push(need_corpus(next(iter(FILES.values())))), Form("public"))
    path = f"/channels/{scene.text.id}/messages"
    for message in messages:
        known.check("POST", path, dict(message.payload), {})
    began = time.perf_counter()
    for message in messages:
        assert known.check("POST", path, dict(message.payload), {}) == []
        assert list(rules.message(message.payload)) == []
    assert time.perf_counter() - began < 0.5
