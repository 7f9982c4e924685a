"""Which payloads does an issue have? Every platform × dress × density × language, made as the dispatcher freezes them.

The files are those of the corpus and the project's own samples; each is read once.
"""

from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import product
from pathlib import Path
from typing import Final, get_args

from bot.platforms.base import Form, FormKind, Message, Style
from bot.preview import looks, rendered
from digest.audience import PlatformName
from digest.issue import Series
from digest.page import Density, Page
from digest.parse import parse
from handlers.texts import LANGUAGES, texts_for
from handlers.views.push import Selection, push_page
from storage.issues import StoredIssue
from tests.contract.corpus.described import CORPUS
from tests.contract.corpus.seeds import stored_of
from tests.shared import DAILY, SEEDS, WEEKLY

ON: Final = date(2026, 11, 18)
SAMPLES: Final = sorted((Path(__file__).parents[3] / "examples" / "issues").glob("*/*.md"))
FOUNDING: Final = (DAILY, WEEKLY)
FILES: Final = [
    *(CORPUS or FOUNDING),
    *SAMPLES,
]  # without a corpus two names are left to say why they are skipped
DENSITIES: Final[tuple[Density, ...]] = get_args(Density)
BOT: Final = "zhouzhi_bot"


@dataclass(frozen=True, slots=True)
class Look:
    """One dress of one platform."""

    platform: PlatformName
    kind: FormKind
    style: Style = "classic"

    def __str__(self) -> str:
        return " ".join((self.platform, self.kind, *(("rich",) if self.style == "rich" else ())))

    @property
    def form(self) -> Form:
        return Form(self.kind, self.style, bot=BOT if self.platform == "telegram" else None)


LOOKS: Final = (
    Look("telegram", "private"),
    Look("telegram", "public"),
    Look("telegram", "private", "rich"),
    Look("telegram", "public", "rich"),
    Look("discord", "private"),
    Look("discord", "public"),
    Look("discord", "forum"),
    Look("discord", "embeds"),
    Look("web", "private"),
)


@dataclass(frozen=True, slots=True)
class Variant:
    """What a payload depends on besides the issue."""

    look: Look
    density: Density
    language: str

    def __str__(self) -> str:
        return f"{self.look}, {self.density}, {self.language}"


VARIANTS: Final = tuple(Variant(*one) for one in product(LOOKS, DENSITIES, LANGUAGES))


@dataclass(frozen=True, slots=True)
class Rendering:
    """One variant of one issue: the neutral page, and the messages it became."""

    variant: Variant
    page: Page
    messages: tuple[Message, ...]


def name_of(path: Path) -> str:
    return f"{path.parent.name}/{path.stem}"


@cache
def stored(path: Path) -> StoredIssue:
    """The file as an issue in the store, every picture of it drawn."""
    on = date(2026, 2, 25) if path.is_relative_to(SEEDS.parent) else ON
    reading = parse(path.read_bytes(), series=Series("s", "刊"), name=path.name, published_on=on)
    assert reading.issue is not None, reading.problems
    return stored_of(reading.issue)


def rendering(path: Path, variant: Variant) -> Rendering:
    """One variant of a file, rendered now."""
    look = variant.look
    page = push_page(
        stored(path),
        texts=texts_for(variant.language),
        today=ON,
        density=variant.density,
        selection=Selection(is_private=look.kind == "private", is_rich=look.style == "rich"),
    )
    return Rendering(variant, page, rendered(looks(look.platform).render, page, look.form))


@cache
def renderings(path: Path) -> tuple[Rendering, ...]:
    """Every variant of a file, kept: tests come in any order."""
    return tuple(rendering(path, variant) for variant in VARIANTS)
