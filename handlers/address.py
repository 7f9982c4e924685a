"""Which thing does a button mean? Short numbers of button arguments, back to ids."""

from digest.base62 import decode, encode
from handlers.request import Request


def number(request: Request, index: int = 0) -> int:
    """The id in a button's argument. Raises NotFound("link.dead") for a button we can no longer read."""
    return decode(word(request, index))


def word(request: Request, index: int = 0) -> str:
    """The word in a button's argument, empty when there is none."""
    return request.arguments[index] if len(request.arguments) > index else ""


def short(value: int) -> str:
    """An id as a button carries it."""
    return encode(value)
