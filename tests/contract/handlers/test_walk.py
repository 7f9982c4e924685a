"""Is there any button that leads nowhere? Everything that can be pressed is pressed, in every language."""

from dataclasses import replace

import pytest

from digest.audience import Role
from digest.page import Action, Reply
from handlers.texts import LANGUAGES, texts_for
from storage.store import Store
from tests.contract.handlers.house import NOW, actions, somebody, words

BEGINNINGS = (
    "/start",
    "/help",
    "/latest",
    "/issues",
    "/sections",
    "/subscriptions",
    "/settings",
    "/unsubscribe",
)


def answers(reply: Reply) -> bool:
    """Something is shown, said in passing, asked or handed over."""
    return bool(reply.pages or reply.toast or reply.ask or reply.files)


def leads_on(reply: Reply) -> bool:
    """A reply that only passes by, or only sends pictures or a file, leaves the former buttons where they are."""
    is_lasting = bool(reply.pages) and not all(page.pictures and not page.rows for page in reply.pages)
    return not is_lasting or any(True for _ in actions(reply)) or reply.ask is not None


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("role", ["reader", "publisher"])
@pytest.mark.parametrize("platform", ["telegram", "discord"])
async def test_every_button_leads_on(store: Store, language: str, role: Role, platform: str) -> None:
    """From every command, every button reached is answered in the reader's language and is no dead end."""
    person = await somebody(store, platform="discord" if platform == "discord" else "telegram", role=role)
    await store.audience.set_reader(replace(person.reader, language=language))
    failed = texts_for(language)("common.failed")
    waiting: list[Action] = []
    for typed in (*BEGINNINGS, *(("/broadcast",) if role == "publisher" else ())):
        reply = await person.types(typed)
        assert answers(reply), typed
        assert leads_on(reply), typed
        waiting += [action for _, action in actions(reply)]
    seen: set[str] = set()
    while waiting:
        action = waiting.pop()
        if action.encode() in seen or action.route == "language":  # the language must stay what is tested
            continue
        seen.add(action.encode())
        reply = await person.sends(action)
        assert failed not in words(reply), action
        assert answers(reply), action
        assert leads_on(reply), action
        assert all(page.language == language for page in reply.pages), action
        waiting += [following for _, following in actions(reply)]
    assert len(seen) > 100
    known = await store.audience.reader(person.channel.place.platform, person.name, now=NOW)
    assert known.language == language
