"""Which number, date and name does a title or a file name give?"""

import re
from datetime import date
from pathlib import PurePosixPath

from digest.parse.front_matter import to_date

_DATE = re.compile(
    r"(?<!\d)(\d{4})(?:[-_/.]|年)\s?(\d{1,2})(?:[-_/.]|月)\s?(\d{1,2})(?!\d)日?|(?<!\d)(20\d\d)(\d\d)(\d\d)(?!\d)"
)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = rf"(?P<month>{'|'.join(_MONTHS)})[a-z]*\.?"
_YEAR = r"(?P<year>20\d\d)(?!\d)"
_ENGLISH_DATES = (
    re.compile(rf"(?i)\b{_MONTH}\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?[\s,)–-]+{_YEAR}"),
    re.compile(rf"(?i)\b(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s+{_MONTH},?\s+{_YEAR}"),
)
_FRAGMENT = re.compile(r"(?i)\.(?:md|markdown)#(.*)$")  # one of several issues in a file
_DIGITS = "零一二三四五六七八九"
_UNITS = {"十": 10, "百": 100, "千": 1000}
_KIND = (
    r"周知|周刊|周報|周报|週刊|週報|日报|日報|月刊|月报|月報|早报|早報|晚报|晚報|早知道|期刊|快报|快報|简报|簡報|week(?:ly)?|daily|monthly|issue|newsletter|digest|bulletin|"
    r"edition|episode|vol(?:ume)?\.?|no\.?|第"
)
_ORDINAL = re.compile(r"第\s*(\d{1,9}|[零〇一二两三四五六七八九十百千]{1,9})\s*[期号號回集卷]")
_NUMBERED = re.compile(rf"(?i)(?:{_KIND}|week in \w+)\s*[-_#＃№:：]*\s*(\d{{1,9}})(?![\d.%])")
_WEEK_IN = re.compile(r"(?i)\bweek in [\w.+#-]+\s+[#＃]?(\d{1,9})\b")
_DATED = re.compile(
    r"(?i)[日早晚周週月快简簡][报報刊]|周知|每[日天周週月]|资讯|資訊|速递|速遞|速览|新闻|新聞|ニュース|daily|weekly|newsletter|news|digest|issue"
)
_FILE_NUMBER = re.compile(r"(?:^|[^\d])(\d{1,5})$")
_INDEX = frozenset({"index", "readme", "_index"})
_MARK = re.compile(r"[#＃](\d{1,9})\s*$")
_LANGUAGES = frozenset(
    {
        "en",
        "zh",
        "ja",
        "ko",
        "de",
        "fr",
        "es",
        "it",
        "pt",
        "ru",
        "nl",
        "pl",
        "tr",
        "vi",
        "id",
        "ar",
        "fa",
        "he",
        "uk",
    }
)
# one language a script: the direction of the text and the folding of its words follow from it
_SCRIPTS = (
    ("ar", re.compile(r"[\u0600-\u06ff]{2,}")),
    ("he", re.compile(r"[\u0590-\u05ff]{2,}")),
    ("ru", re.compile(r"[\u0400-\u04ff]{2,}")),
)
# `3.5` and `12:30` are numbers, not the heads of items
_LEADING_NUMBER = re.compile(r"^\s*(?:(\d{1,4})(?:[、)）]|[.．:：](?!\d))|[（(](\d{1,4})[）)])\s*")


def title_number(title: str) -> int | None:
    """The issue's number in a title line: 第 N 期, 周知 N, Weekly N, Issue #N."""
    bare = _DATE.sub(" ", title)
    if found := _ORDINAL.search(bare):
        return int(found[1]) if found[1].isdigit() else _chinese_number(found[1])
    found = _WEEK_IN.search(bare) or _NUMBERED.search(bare)
    return int(found[1]) if found else None


def _chinese_number(text: str) -> int:
    """一百零二 is 102, 二〇 is 20."""
    text = text.replace("两", "二").replace("〇", "零")
    if not any(sign in _UNITS for sign in text):
        return int("".join(str(_DIGITS.index(sign)) for sign in text))
    total, digit = 0, 0
    for sign in text:
        if sign in _UNITS:
            total += (digit or 1) * _UNITS[sign]
            digit = 0
        else:
            digit = _DIGITS.index(sign)
    return total + digit


def find_date(text: str) -> date | None:
    """The first calendar date written in a title or a path; of a span such as `June 8 – June 14, 2026` its end."""
    for found in _DATE.finditer(text):
        parts = found.groups()[:3] if found[1] else found.groups()[3:]
        if day := to_date(*parts):
            return day
    for pattern in _ENGLISH_DATES:
        for found in pattern.finditer(text):
            month = _MONTHS.index(found["month"].lower()[:3]) + 1
            if day := to_date(found["year"], str(month), found["day"]):
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
    if _FRAGMENT.search(name):
        return None  # the date of the file is not that of each of its issues
    return find_date(stem(name)) or find_date(re.sub(r"\.[A-Za-z]+$", "", name))


def file_number(name: str) -> int | None:
    """The number a file name ends with, once its date is taken away."""
    if _FRAGMENT.search(name):
        return None
    path = re.sub(r"\.[A-Za-z]+$", "", name.replace("\\", "/"))
    dated = stem(_DATE.sub("", path).rstrip("-_./ ")) if find_date(path) else stem(name)
    found = _FILE_NUMBER.search(dated.rstrip("-_. "))
    return int(found[1]) if found else None


def stem(name: str) -> str:
    """The part of a name that tells issues apart: `weekly/12/index.md` is `12`, `all.md#spring` is `spring`."""
    if found := _FRAGMENT.search(name):
        return found[1]
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


def without_number(title: str) -> str:
    """A title without its place among others, at the head or as a mark: the place changes, the title stays."""
    return without_leading_number(_MARK.sub("", title)).strip()


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
    for language, letters in _SCRIPTS:
        if len(letters.findall(text)) > max(latin, han):
            return language
    # a Chinese digest is full of English names: one word in five being Chinese decides
    return "zh" if han > latin / 4 else "en"
