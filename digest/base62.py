"""How is an id written short enough for a button or a deep link? In base 62: digits, lower case, capitals."""

from string import ascii_lowercase, ascii_uppercase, digits

from digest.errors import NotFound

ALPHABET = digits + ascii_lowercase + ascii_uppercase
LARGEST = 2**63 - 1  # what both databases hold as an integer
_VALUES = {letter: value for value, letter in enumerate(ALPHABET)}


def encode(number: int) -> str:
    """`0` -> `0`, `61` -> `Z`, `62` -> `10`. Raises ValueError for a negative or too large number."""
    if not 0 <= number <= LARGEST:
        raise ValueError(f"not an id: {number}")
    written = ""
    while True:
        number, rest = divmod(number, 62)
        written = ALPHABET[rest] + written
        if not number:
            return written


def decode(written: str) -> int:
    """The number behind `written`. Raises NotFound("link.dead") for what `encode` never wrote: old links are typed too."""
    number = 0
    for letter in written:
        value = _VALUES.get(letter)
        if value is None:
            raise NotFound("link.dead")
        number = number * 62 + value
        if number > LARGEST:
            raise NotFound("link.dead")
    if not written or encode(number) != written:
        raise NotFound("link.dead")
    return number
