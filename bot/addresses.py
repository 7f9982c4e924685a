"""Can an address be? What Telegram and Discord call a chat and a person, before anybody is asked for it."""

import re
from typing import Final

from digest.audience import ChannelKind, Place

_TELEGRAM_PERSON: Final = re.compile(r"[1-9]\d{0,15}", re.ASCII)
_TELEGRAM_CHAT: Final = re.compile(
    r"-?[1-9]\d{0,15}(?::[1-9]\d{0,15})?|@[a-z]\w{2,31}", re.ASCII | re.IGNORECASE
)
_DISCORD: Final = re.compile(r"[1-9]\d{0,19}", re.ASCII)
_WEB: Final = re.compile(r"\S{1,64}")


def place_fault(place: Place) -> str | None:
    """Why nothing can be sent to a place; None when something might be."""
    match place.platform:
        case "telegram":
            if _TELEGRAM_CHAT.fullmatch(place.address):
                return None
            return (
                f"no place {str(place)!r}; Telegram's are a number such as telegram:123456 or telegram:-100123, "
                "a topic such as telegram:-100123:7, or a channel's public name such as telegram:@news"
            )
        case "discord":
            if _DISCORD.fullmatch(place.address):
                return None
            return (
                f"no place {str(place)!r}; Discord's are the number of a channel, such as discord:123456789"
            )
        case "web":
            return (
                None
                if _WEB.fullmatch(place.address)
                else f"no place {str(place)!r}; write a name without spaces"
            )


def person_fault(place: Place) -> str | None:
    """Why nobody can be called so; None when somebody might be."""
    match place.platform:
        case "telegram":
            if _TELEGRAM_PERSON.fullmatch(place.address):
                return None
            return f"no person {str(place)!r}; Telegram's people have numbers, such as telegram:123456, not names"
        case "discord":
            if _DISCORD.fullmatch(place.address):
                return None
            return (
                f"no person {str(place)!r}; Discord's people have numbers, such as discord:987654, not names"
            )
        case "web":
            return place_fault(place)


def kind_fault(place: Place, kind: ChannelKind) -> str | None:
    """Why a place cannot be of a kind; None when it can. Telegram's addresses tell, Discord's do not."""
    if place.platform != "telegram":
        return None
    is_topic, is_person = ":" in place.address, _TELEGRAM_PERSON.fullmatch(place.address) is not None
    if is_topic != (kind == "topic") or is_person != (kind == "private"):
        return f"{place} is no place of kind {kind!r}; leave the kind away to have it guessed"
    return None
