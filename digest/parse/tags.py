"""Which names are HTML? A closed list: everything else in angle brackets was meant as text (`Vec<T>`, `<think>`)."""

import re

_NAMES = (
    "a abbr acronym address article aside audio b bdi bdo big blockquote body br button caption center cite code col "
    "colgroup data dd del details dfn div dl dt em embed figcaption figure font footer form h1 h2 h3 h4 h5 h6 head "
    "header hr html i iframe img input ins kbd label legend li link main map mark menu meta nav noscript object ol "
    "optgroup option p param picture pre progress q rp rt ruby s samp script section select small source span strike "
    "strong style sub summary sup svg table tbody td template textarea tfoot th thead time title tr track tt u ul var "
    "video wbr"
)
KNOWN = frozenset(_NAMES.split())

# a quoted value may hold `>`; names alone decide, so that nothing else in brackets is ever taken for a tag
TAG = (
    r"</?(?:" + "|".join(sorted(KNOWN, key=len, reverse=True)) + r")(?=[\s/>])"
    r"(?:[^<>\"']|\"[^\"]*\"|'[^']*')*>"
)
_OPENING = re.compile(
    r"(\\?)<(?!(?:/?(?:" + "|".join(sorted(KNOWN, key=len, reverse=True)) + r")(?:[\s/>]|$))"
    r"|[A-Za-z][A-Za-z0-9+.-]{1,31}:[^\s<>]*>|[^\s<>@]+@[^\s<>@]+>)",
    re.IGNORECASE,
)
_BEFORE_DESTINATION = re.compile(r"\]\([ \n]*$")


def hide_brackets(text: str, sign: str) -> str:
    """`<` that begins neither a known tag nor an address, written as `sign`."""
    if "<" not in text:
        return text

    def hide(found: re.Match[str]) -> str:
        # `[a](<b c>)` is a destination with a space
        if _BEFORE_DESTINATION.search(text, max(0, found.start() - 8), found.start()):
            return found[0]
        return sign

    return _OPENING.sub(hide, text)
