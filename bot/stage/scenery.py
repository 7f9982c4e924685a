"""What does the demo play with? The sample issues, a configuration of its own, who is there, and when it begins."""

import re
import shutil
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from bot.config import Configuration, Settings
from bot.stage.visitor import Person, Scene
from digest.audience import Place, PlatformName
from digest.calendar import Schedule, day, slots
from digest.errors import Refused

EXAMPLES: Final = Path(__file__).parents[2] / "examples"
LEAD: Final = timedelta(seconds=60)  # so long before the first push the clock stands
_DATE: Final = re.compile(r"(20\d\d)-(\d\d)-(\d\d)")
HEAD: Final = 600  # characters of a file that are looked at for its date
READER, CURATOR = "reader", "curator"

PEOPLE: Final[dict[PlatformName, dict[str, str]]] = {
    "telegram": {READER: "1001", CURATOR: "1002"},
    "discord": {READER: "3001", CURATOR: "3002"},
    "web": {READER: READER, CURATOR: CURATOR},
}
SCENES: Final[dict[str, Scene]] = {
    scene.name: scene
    for scene in (
        Scene(Place("telegram", "1001"), "private", "telegram-reader"),
        Scene(Place("telegram", "1002"), "private", "telegram-curator"),
        Scene(Place("telegram", "-1001000000007"), "channel", "telegram-channel"),
        Scene(Place("discord", "2001"), "private", "discord-reader"),
        Scene(Place("discord", "2002"), "private", "discord-curator"),
        Scene(Place("discord", "2007"), "text", "discord-channel"),
    )
}
SUBSCRIBED: Final = ("telegram-reader", "telegram-channel", "discord-reader", "discord-channel")


def person(platform: PlatformName, role: str, name: str, language: str) -> Person:
    """Who sits at the demo, as that platform knows him."""
    return Person(PEOPLE[platform][role], name, language, is_admin=role == CURATOR)


@dataclass(frozen=True, slots=True)
class Sample:
    """One file of the examples and the day it is of; None when it names none."""

    path: Path
    on: date | None


class Scenery:
    """The demo's folder: its configuration, and the issues that have appeared so far."""

    def __init__(self, folder: Path, examples: Path = EXAMPLES) -> None:
        """Raises Refused("demo.no_examples")."""
        text = examples / "zhouzhi.toml"
        if not text.is_file() or not any((examples / "issues").rglob("*.md")):
            raise Refused("demo.no_examples", path=str(examples))
        self.folder = folder
        self._examples = examples
        self.configuration = _configuration(text, folder)
        self._waiting = _samples(examples / "issues")
        for path in sorted((examples / "issues").rglob("*")):
            if path.is_file() and path.suffix not in (".md", ".markdown"):
                self._copy(path)  # pictures lie there from the beginning
        newest = max((sample.on for sample in self._weekly() if sample.on), default=None)
        self.first_push = self._first_push(newest)
        self.release(self.first_push - timedelta(minutes=1))

    @property
    def begins_at(self) -> datetime:
        return self.first_push - LEAD

    def release(self, at: datetime) -> int:
        """Let every issue appear whose day has come by then; returns how many appeared."""
        today = day(at, self.configuration.settings.time_zone)
        due = [sample for sample in self._waiting if sample.on is None or sample.on <= today]
        for sample in due:
            self._copy(sample.path)
        self._waiting = [sample for sample in self._waiting if sample not in due]
        return len(due)

    def _weekly(self) -> Sequence[Sample]:
        """The samples of the series that is pushed once a week; of all where there is none."""
        weekly = {
            key
            for key, schedule in self.configuration.settings.schedules().items()
            if schedule and schedule.is_weekly
        }
        mine = [sample for sample in self._waiting if sample.path.parent.name in weekly]
        return mine or self._waiting

    def _first_push(self, newest: date | None) -> datetime:
        """The first weekly slot on which the newest weekly issue is there."""
        schedules = [one for one in self.configuration.settings.schedules().values() if one is not None]
        weekly = next((one for one in schedules if one.is_weekly), None) or Schedule(
            frozenset({0}), (time(8, 30),), "Asia/Shanghai"
        )
        zone = ZoneInfo(weekly.zone)
        start = datetime.combine(newest, time(), zone) if newest else datetime.now(zone)
        after = (start - timedelta(seconds=1)).astimezone(UTC)
        return next(iter(slots(weekly, after, after + timedelta(days=8)))).at

    def _copy(self, path: Path) -> None:
        target = self.folder / path.relative_to(self._examples)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target)


def _samples(folder: Path) -> list[Sample]:
    files = (path for path in sorted(folder.rglob("*")) if path.suffix in (".md", ".markdown"))
    return [Sample(path, _date_of(path)) for path in files]


def _date_of(path: Path) -> date | None:
    found = _DATE.search(path.stem) or _DATE.search(path.read_text("utf-8")[:HEAD])
    if found is None:
        return None
    try:
        return date(*map(int, found.groups()))
    except ValueError:
        return None


def _configuration(file: Path, folder: Path) -> Configuration:
    """The examples' own settings without their platforms: neither environment nor tokens reach the demo."""
    table = tomllib.loads(file.read_text("utf-8"))
    for name in ("telegram", "discord", "web", "storage", "channels"):
        table.pop(name, None)
    table["data"] = "data"
    table["desk"] = {"publishers": [f"{platform}:{ids[CURATOR]}" for platform, ids in PEOPLE.items()]}
    table["delivery"] = {**table.get("delivery", {}), "tick_s": 0.5, "lease_s": 6}
    return Configuration(Settings.model_validate(table), None, folder)
