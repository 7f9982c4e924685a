"""How long is a text to read, what is its first sentence, and how does it lead in?"""

import re
from collections.abc import Iterable

from digest.document import Node, plain

CJK = re.compile(r"[぀-ヿ㐀-䶿一-鿿豈-﫿가-힯\U00020000-\U0003fffd]")
WORD = re.compile(r"[^\W_]+(?:[''’-][^\W_]+)*")
CJK_PER_MINUTE = 400  # experience.md §2.2: our convention
WORDS_PER_MINUTE = 220
# what a brief push shows of an item is whole: no half before a semicolon, and no dot of an abbreviation ends it
_LEAD = re.compile(
    r".*?(?:[。！？]+[”’」』）)\"']*"
    r"|(?<!\b\w)(?<!\bNo)(?<!\bvs)(?<!\bDr)(?<!\bMr)(?<!\bMs)(?<!\bSt)(?<!\bcf)[.!?]+[\")’”']*(?=\s|$))",
    re.DOTALL,
)
_HALVES = ("；", "; ", "，", ", ", "、")  # where a lead that is too long is cut, best first
_SENTENCE = re.compile(r".*?(?:[。！？；]+[”’」』）)\"']*|[.!?]+[\"')]*(?=\s|$))", re.DOTALL)


def minutes(nodes: Iterable[Node]) -> int:
    """Reading time in whole minutes, rounded up; at least 1."""
    text = plain(nodes)
    cjk = len(CJK.findall(text))
    words = len(WORD.findall(CJK.sub(" ", text)))
    return max(1, -int(-(cjk / CJK_PER_MINUTE + words / WORDS_PER_MINUTE) // 1))


def first_sentence(text: str, limit: int = 200) -> str:
    """The first sentence, whole; a sentence over `limit` characters is cut at a word or character and marked `…`."""
    flat = " ".join(text.split())
    found = _SENTENCE.match(flat)
    sentence = found.group(0) if found else flat
    return sentence if len(sentence) <= limit else _cut(sentence, limit)


def lead(text: str, limit: int = 200) -> str:
    """The first sentence as it is read alone; over `limit` characters its halves, else its words, marked `…`."""
    flat = " ".join(text.split())
    found = _LEAD.match(flat)
    sentence = found.group(0) if found else flat
    if len(sentence) <= limit:
        return sentence
    cut = sentence[:limit]
    for half in _HALVES:
        at = cut.rfind(half)
        if at > limit // 2:
            return cut[:at].rstrip() + "…"
    return _cut(sentence, limit)


def _cut(sentence: str, limit: int) -> str:
    cut = sentence[:limit]
    space = cut.rfind(" ")
    # Latin text is cut between words, Chinese has none and may be cut anywhere
    return (cut[:space] if space > limit // 2 else cut).rstrip() + "…"
