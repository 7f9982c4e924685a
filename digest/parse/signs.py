"""Which private characters carry what the Markdown parser must not see?

The pre-pass writes them, the tree builder turns them back. They are Unicode noncharacters, so a source that holds one
is not text; `source.decode` drops them before anything else looks.
"""

import re

LESS = "\ufdd0"  # `<` that begins no tag
NOTHING = "\ufdd1"  # stands where the parser needs some text; never shown
BRACKET = "\ufdd2"  # `[` that opens nothing
GREATER = "\ufdd3"  # `>` inside code, which is no quote
STAR, LINE, WAVE, TICK = "\ufdd7", "\ufdd8", "\ufdd9", "\ufdda"  # `*_~` and backtick as mere characters
RAW_FROM, RAW_TO = "\ufdd5", "\ufdd6"  # around the number of a piece of HTML kept aside

_SHOWN = str.maketrans(
    {
        LESS: "<",
        NOTHING: "",
        BRACKET: "[",
        GREATER: ">",
        STAR: "*",
        LINE: "_",
        WAVE: "~",
        TICK: "`",
    }
)
_MARKS = str.maketrans({"*": STAR, "_": LINE, "~": WAVE, "`": TICK})
_ANY = re.compile("[\ufdd0-\ufdd3\ufdd7-\ufdda]")
_CODE = str.maketrans({"<": LESS, ">": GREATER})


def shown(text: str) -> str:
    """The text as its author wrote it."""
    return text.translate(_SHOWN) if _ANY.search(text) else text


def hidden_code(line: str) -> str:
    """A line of code in which no parser finds tags or quotes."""
    return line.translate(_CODE)


def plain_marks(text: str) -> str:
    """Text whose marks of emphasis and code are characters like others."""
    return text.translate(_MARKS)
