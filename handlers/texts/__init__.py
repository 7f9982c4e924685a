"""What words do people see? Texts by key from `.po` files, with plurals, dates, times and lists of each language.

`handlers/texts/<language>/<room>.po` hold them; a key is `room.name`. A test keeps all languages complete.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_skeleton, get_timezone_location
from babel.lists import format_list
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po
from babel.numbers import format_decimal

FOLDER = Path(__file__).parent
LANGUAGES = {"zh-Hans": "zh_Hans", "en": "en"}  # BCP 47 -> folder
DEFAULT = "zh-Hans"


def language_for(tag: str | None, default: str = DEFAULT) -> str:
    """The language we speak that is nearest to a BCP 47 tag: `zh-TW`, `zh_CN`, `zh` -> `zh-Hans`, `en-GB` -> `en`."""
    wanted = (tag or "").replace("_", "-").lower()
    for known in LANGUAGES:
        if wanted == known.lower():
            return known
    primary = wanted.split("-", 1)[0]
    if not primary:
        return default
    return next((known for known in LANGUAGES if known.split("-", 1)[0] == primary), "en")


@cache
def texts_for(language: str) -> "Texts":
    """The texts of a language we speak; read once."""
    folder = FOLDER / LANGUAGES[language]
    locale = Locale.parse(LANGUAGES[language])
    singular: dict[str, str] = {}
    plural: dict[str, tuple[str, ...]] = {}
    for path in sorted(folder.glob("*.po")):
        for key, value in _messages(path, locale).items():
            if isinstance(value, tuple):
                plural[key] = value
            else:
                singular[key] = value
    return Texts(language, locale, singular, plural)


def _messages(path: Path, locale: Locale) -> dict[str, str | tuple[str, ...]]:
    with path.open("rb") as file:
        catalog: Catalog = read_po(file, locale=locale, abort_invalid=True)
    found: dict[str, str | tuple[str, ...]] = {}
    for message in catalog:
        if message.id == "":
            continue
        if isinstance(message.id, tuple | list):
            found[str(message.id[0])] = tuple(str(form) for form in message.string or ())
        else:
            found[str(message.id)] = str(message.string)
    return found


@dataclass(frozen=True, slots=True)
class Texts:
    """The texts of one language. Calling gives the text of a key with its placeholders filled."""

    language: str
    locale: Locale
    singular: dict[str, str]
    plural: dict[str, tuple[str, ...]]

    def __call__(self, key: str, /, **arguments: Any) -> str:
        """Raises KeyError for a key or placeholder that is not there: that is a bug, and tests find it."""
        return self.singular[key].format(**arguments)

    def count(self, key: str, n: int, /, **arguments: Any) -> str:
        """The plural form for `n`; the text has it as `{n}`."""
        forms = self.plural[key]
        index = 0 if len(forms) == 1 or self.locale.plural_form(n) == "one" else 1
        return forms[index].format(n=self.number(n), **arguments)

    def has(self, key: str) -> bool:
        return key in self.singular or key in self.plural

    def number(self, n: int) -> str:
        """`1,204`."""
        return str(format_decimal(n, locale=self.locale))

    def list(self, words: Sequence[str]) -> str:
        """`模型、芯片和应用` / `models, chips, and apps`."""
        return str(format_list(list(words), locale=self.locale))

    def day(self, day: date, today: date) -> str:
        """A calendar day, with its year only when it is not this year's."""
        skeleton = "MMMd" if day.year == today.year else "yMMMd"
        return str(format_skeleton(skeleton, datetime(day.year, day.month, day.day), locale=self.locale))  # noqa: DTZ001  a date has no zone

    def moment(self, at: datetime, zone: ZoneInfo) -> str:
        """An instant on the wall of a zone, with weekday and zone: `11月23日周一 08:30（上海）`."""
        local = at.astimezone(zone)
        day = format_skeleton("MMMEd", local, tzinfo=zone, locale=self.locale)
        return self("time.zoned", day=day, time=f"{local:%H:%M}", zone=self.zone(zone, at))

    def zone(self, zone: tzinfo, at: datetime) -> str:
        """How a zone is called: its city, or `GMT+8` for a fixed offset."""
        name = getattr(zone, "key", "")
        if "/" in name and not name.startswith("Etc/"):
            return str(get_timezone_location(name, locale=self.locale, return_city=True))
        offset = at.astimezone(zone).utcoffset() or timedelta()
        minutes = int(offset.total_seconds()) // 60
        hours, rest = divmod(abs(minutes), 60)
        sign = "-" if minutes < 0 else "+"
        return f"GMT{sign}{hours}:{rest:02}" if rest else f"GMT{sign}{hours}" if hours else "UTC"
