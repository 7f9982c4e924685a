"""Who sits in the demo's audience? A private reader and a channel on each look, the web chat, and a curator everywhere."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot.enrol import Enrolment, enrol
from bot.stage.scenery import CURATOR, PEOPLE, READER, SCENES, SUBSCRIBED
from bot.stage.visitor import Scene
from digest.audience import Place
from storage.store import Store


async def seat(store: Store, series: Sequence[str], language: str, now: datetime) -> None:
    """Make everybody known, and subscribe the readers and the channels to every series at its own time."""
    for scene in SCENES.values():
        reader_id = None
        if scene.is_private:
            native_id = PEOPLE[scene.place.platform][role_of(scene)]
            reader = await store.audience.reader(scene.place.platform, native_id, now=now, language=language)
            reader_id = reader.id
        await store.audience.channel(scene.place, scene.kind, reader_id=reader_id)
    schedules: dict[str, int | None] = {}
    for key in series:
        stored = await store.schedules.default(key)
        schedules[key] = stored.id if stored else None
    wanted = [(SCENES[name].place, SCENES[name].kind) for name in SUBSCRIBED]
    for place, kind in [*wanted, (Place("web", PEOPLE["web"][READER]), "private")]:
        for key in series:
            await enrol(store, Enrolment(place, kind, key), schedules, now)
    await speak(store, language, now)


async def speak(store: Store, language: str, now: datetime) -> None:
    """Every person and every channel speaks this language from now on."""
    for platform, ids in PEOPLE.items():
        for native_id in ids.values():
            reader = await store.audience.reader(platform, native_id, now=now, language=language)
            await store.audience.set_reader(replace(reader, language=language))
    for scene in SCENES.values():
        channel = await store.audience.find(scene.place)
        if channel is not None and not channel.is_private:
            await store.audience.set_settings(channel.id, replace(channel.settings, language=language))


def role_of(scene: Scene) -> str:
    """Whose private chat it is."""
    return CURATOR if scene.name.endswith(CURATOR) else READER
