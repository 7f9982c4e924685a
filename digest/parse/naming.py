"""Which number, date and name does a title or a file name give?"""

import re
from datetime import date
from pathlib import PurePosixPath

from digest.parse.front_matter import to_date

_DATE = re.compile(
    r"(?<!\d)(\d{4})(?:[-_/.]|年)\s?(\d{1,2})(?:[-_/.]|月)\s?(\d{1,2})(?!\d)日?|(?<!\d)(20\d\d)(\d\d)(\d\d)(?!\d)"
)
_KIND = (
    r"周知|周刊|周报|日报|月刊|月报|早报|晚报|早知道|期刊|week(?:ly)?|daily|monthly|issue|newsletter|digest|bulletin|"
    r"edition|episode|vol(?:ume)?\.?|no\.?|第"
)
_ORDINAL = re.compile(r"第\s*(\d{1,9})\s*[期号回集卷]")
_NUMBERED = re.compile(rf"(?i)(?:{_KIND}|week in \w+)\s*[-_#＃№:：]*\s*(\d{{1,9}})(?![\d.%])")
_WEEK_IN = re.compile(r"(?i)\bweek in [\w.+#-]+\s+[#＃]?(\d{1,9})\b")
_DATED = re.compile(r"(?i)日报|早报|晚报|周报|周刊|月刊|周知|daily|weekly|newsletter|news|digest|issue")
_FILE_NUMBER = re.compile(r"(?:^|[^\d])(\d{1,5})$")
_INDEX = frozenset({"index", "readme", "_index"})
_MARK = re.compile(r"[#＃](\d{1,9})\s*$")
_LANGUAGES = frozenset(
    {"en", "zh", "ja", "ko", "de", "fr", "es", "it", "pt", "ru", "nl", "pl", "tr", "vi", "id", "ar"}
)
_LEADING_NUMBER = re.compile(r"^\s*(?:(\d{1,4})[、.．)）:：]|[（(](\d{1,4})[）)])\s*")


def title_number(title: str) -> int | None:
    """The issue's number in a title line: 第 N 期, 周知 N, Weekly N, Issue #N."""
    bare = _DATE.sub(" ", title)
    found = _ORDINAL.search(bare) or _WEEK_IN.search(bare) or _NUMBERED.search(bare)
    return int(found[1]) if found else None


def find_date(text: str) -> date | None:
    """The first calendar date written in a title or a path."""
    for found in _DATE.finditer(text):
        parts = found.groups()[:3] if found[1] else found.groups()[3:]
        if day := to_date(*parts):
            return day
    return None


def names_an_issue(title: str, series_title: str) -> bool:
    """Whether a heading says which issue this is, and does not merely begin a section."""
    bare = _DATE.sub(" ", title).strip(" []()（）-—·|")
    if title_number(title) is not None:
        return True
    if find_date(title) is not None:
        return not bare or bool(_DATED.search(bare)) or series_title.casefold() in title.casefold()
    found = re.fullmatch(rf"(?i){re.escape(series_title)}\s*[#＃:：-]?\s*\d{{1,9}}.*", title.strip())
    return bool(series_title and found)


def file_date(name: str) -> date | None:
    """The date in a file name or its path."""
    return find_date(stem(name)) or find_date(re.sub(r"\.[A-Za-z]+$", "", name))


def file_number(name: str) -> int | None:
    """The number a file name ends with, once its date is taken away."""
    path = re.sub(r"\.[A-Za-z]+$", "", name.replace("\\", "/"))
    dated = stem(_DATE.sub("", path).rstrip("-_./ ")) if find_date(path) else stem(name)
    found = _FILE_NUMBER.search(dated.rstrip("-_. "))
    return int(found[1]) if found else None


def stem(name: str) -> str:
    """The part of a file's name that tells files apart: `weekly/12/index.md` is `12`."""
    path = PurePosixPath(name.replace("\\", "/"))
    return path.parent.name if path.stem.lower() in _INDEX and path.parent.name else path.stem


def item_number(title: str) -> int | None:
    """The number an item bears itself: `#3` at the end, `3、` at the head."""
    if found := _MARK.search(title):
        return int(found[1])
    found = _LEADING_NUMBER.match(title)
    return int(found[1] or found[2]) if found else None


def without_leading_number(title: str) -> str:
    """`1、望远镜` is listed as 望远镜."""
    return _LEADING_NUMBER.sub("", title, count=1)


def begins_with_number(text: str) -> bool:
    """Whether a paragraph looks like the head of a numbered item."""
    return bool(_LEADING_NUMBER.match(text))


def language_of(name: str, text: str) -> str:
    """Folder (`/en/`), else the script most of the text is written in."""
    for part in PurePosixPath(name.replace("\\", "/")).parts[:-1]:
        if re.fullmatch(r"[a-z]{2}(?:[-_][A-Za-z]{2,4})?", part) and part[:2] in _LANGUAGES:
            return part.replace("_", "-")
    kana = len(re.findall(r"[\u3040-\u30ff]", text))
    hangul = len(re.findall(r"[\uac00-\ud7af]", text))
    han = len(re.findall(r"[\u3400-\u9fff]", text))
    latin = len(re.findall(r"[A-Za-z]{2,}", text))
    if kana > 0.1 * (kana + han) and kana + han > latin / 4:
        return "ja"
    if hangul > latin / 4 and hangul > han:
        return "ko"
    # a Chinese digest is full of English names: one word in five being Chinese decides
    return "zh" if han > latin / 4 else "en"
