"""What may be typed as a value? Numbers within bounds, places and languages; all else is a mistake of usage."""

from typing import Annotated, Final

from cyclopts import Parameter
from cyclopts.validators import Number

from digest.audience import Place
from digest.errors import Refused
from handlers.texts import LANGUAGES, language_for

LARGEST: Final = 2**63 - 1  # an integer of the database

Limit = Annotated[int, Parameter(validator=Number(gte=1, lte=100_000))]
Weeks = Annotated[int, Parameter(validator=Number(gte=1, lte=520))]
Port = Annotated[int, Parameter(validator=Number(gte=0, lte=65_535))]
Id = Annotated[int, Parameter(validator=Number(gte=1, lte=LARGEST))]
IssueNumber = Annotated[int, Parameter(validator=Number(gte=0, lte=999_999_999))]


class Usage(Refused):
    """What was typed cannot be meant (exit 2)."""


def place(value: str) -> Place:
    """Raises Usage."""
    try:
        return Place.parse(value)
    except ValueError:
        raise Usage("send.place", value=value) from None


def language(value: str | None, default: str) -> str:
    """The language we speak that is meant, `zh-TW` too. Raises Usage for one that we do not speak."""
    primaries = {tag.split("-", 1)[0] for tag in LANGUAGES}
    if value is not None and value.replace("_", "-").lower().split("-", 1)[0] not in primaries:
        raise Usage("language.unknown", language=value, known=", ".join(LANGUAGES))
    return language_for(value, default)
