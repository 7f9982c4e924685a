"""Which time zone does a person mean? A city in any language we speak, an IANA name, or `GMT+8`."""

import re
import unicodedata
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from babel import Locale
from babel.core import get_global
from babel.dates import get_timezone_location

CITIES = (
    "Asia/Shanghai",
    "Asia/Tokyo",
    "Asia/Singapore",
    "Europe/London",
    "America/New_York",
    "America/Los_Angeles",
)
_SPOKEN = ("zh_Hans", "zh_Hant", "en", "de", "fr", "ja")
_OFFSET = re.compile(r"(?:utc|gmt)?\s*([+-])\s*(\d{1,2})(?::?([0-5]\d))?")
# Large cities that name no zone of their own.
_WITHIN = {
    "Asia/Shanghai": "北京 beijing peking 深圳 shenzhen 广州 廣州 guangzhou 杭州 hangzhou 成都 chengdu 武汉 wuhan "
    "南京 nanjing 西安 xian 苏州 suzhou 重庆 chongqing 天津 tianjin 中国 china",
    "Asia/Tokyo": "大阪 osaka 京都 kyoto 日本 japan",
    "Asia/Seoul": "釜山 busan 韩国 korea",
    "Asia/Kolkata": "孟买 mumbai 班加罗尔 bangalore bengaluru delhi 新德里 newdelhi india 印度",
    "America/Los_Angeles": "旧金山 三藩市 sanfrancisco 西雅图 seattle 硅谷 siliconvalley paloalto",
    "America/New_York": "波士顿 boston 华盛顿 washington 费城 philadelphia 迈阿密 miami 亚特兰大 atlanta",
    "America/Chicago": "休斯敦 houston 达拉斯 dallas 奥斯汀 austin",
    "America/Toronto": "渥太华 ottawa 蒙特利尔 montreal",
    "Europe/Berlin": "慕尼黑 munich münchen 法兰克福 frankfurt 汉堡 hamburg 科隆 cologne köln 德国 germany",
    "Europe/Zurich": "日内瓦 geneva 伯尔尼 bern",
    "Europe/London": "剑桥 cambridge 牛津 oxford 爱丁堡 edinburgh 曼彻斯特 manchester",
    "Europe/Madrid": "巴塞罗那 barcelona",
    "Europe/Rome": "米兰 milan milano",
    "Australia/Sydney": "堪培拉 canberra",
}
# Offsets of parts of an hour have no fixed zone in the time zone data; a place without daylight saving stands for each.
_PARTS = {
    330: "Asia/Kolkata",
    345: "Asia/Kathmandu",
    270: "Asia/Kabul",
    210: "Asia/Tehran",
    390: "Asia/Yangon",
    525: "Australia/Eucla",
    570: "Australia/Darwin",
    -570: "Pacific/Marquesas",
}


def find_zone(typed: str) -> str | None:
    """The IANA name of what was typed, or None. `GMT+8` becomes `Etc/GMT-8`: there the sign is turned round."""
    words = unicodedata.normalize("NFKC", typed).strip().replace("−", "-")
    if words.casefold() in ("utc", "gmt"):
        return "Etc/UTC"
    if offset := _OFFSET.fullmatch(words.casefold()):
        return _fixed(offset)
    return _index().get(_folded(words))


def _fixed(offset: re.Match[str]) -> str | None:
    sign, hours, minutes = offset[1], int(offset[2]), int(offset[3] or 0)
    if minutes:
        return _PARTS.get((hours * 60 + minutes) * (-1 if sign == "-" else 1))
    if not hours:
        return "Etc/UTC"
    name = f"Etc/GMT{'-' if sign == '+' else '+'}{hours}"
    return name if name in available_timezones() else None


def _folded(name: str) -> str:
    decomposed = unicodedata.normalize("NFD", name.casefold())
    letters = (letter for letter in decomposed if not unicodedata.combining(letter))
    return re.sub(r"[\s_'’.-]", "", "".join(letters)).removesuffix("市")


@cache
def _index() -> dict[str, str]:
    """City as people write it -> zone. Made at the first question: it costs a tenth of a second."""
    found: dict[str, str] = {}
    names = sorted(
        name for name in available_timezones() if "/" in name and not name.startswith(("Etc/", "SystemV/"))
    )
    for name in names:
        found[_folded(name)] = name
        found.setdefault(_folded(name.rsplit("/", 1)[1]), name)
    # old names such as Asia/Chongqing are called by the city that replaced them
    current = [name for name in names if name not in get_global("zone_aliases")]
    for language in _SPOKEN:
        locale = Locale.parse(language)
        for name in current:
            city = get_timezone_location(ZoneInfo(name), locale=locale, return_city=True)
            found.setdefault(_folded(str(city)), name)
    for name, cities in _WITHIN.items():
        found.update({_folded(city): name for city in cities.split()})
    return found
