"""How long is a text to read, and what is its first sentence?"""

import re
from collections.abc import Iterable

from digest.document import Node, plain

CJK = re.compile(r"[぀-ヿ㐀-䶿一-鿿豈-﫿가-힯\U00020000-\U0003fffd]")
WORD = re.compile(r"[^\W_]+(?:[''’-][^\W_]+)*")
CJK_PER_MINUTE = 400  # experience.md §2.2: our convention
WORDS_PER_MINUTE = 220
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
    if len(sentence) <= limit:
        return sentence
    cut = sentence[:limit]
    space = cut.rfind(" ")
    # Latin text is cut between words, Chinese has none and may be cut anywhere
    return (cut[:space] if space > limit // 2 else cut).rstrip() + "…"
