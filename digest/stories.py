"""When do two addresses lead to the same thing? Links in one normal form, whatever variant was written or pasted.

For comparing only: readers always get the address as the source has it.
"""

import re
from collections.abc import Callable

from yarl import URL

LONGEST = 2_000  # characters; a longer address is compared as it stands, cut

TRACKING = frozenset(
    "ref ref_src source fbclid gclid spm from mc_cid mc_eid igshid feature si s t".split()  # noqa: SIM905  reads better
)
TRACKING_STARTS = ("utm_", "share")

_SCHEME = re.compile(r"[a-z][a-z0-9+.\-]*://", re.IGNORECASE)
# A host with a path, written without a scheme: at least one dot, a top-level domain of letters.
_BARE = re.compile(r"(?:[\w\-]+\.)+[^\W\d_]{2,}(?::\d+)?/\S*")
_DEFAULT_PORTS = {None, 80, 443}

_TWEETS = frozenset(
    "x.com twitter.com mobile.twitter.com fixvx.com vxtwitter.com fxtwitter.com fixupx.com nitter.net xcancel.com".split()  # noqa: SIM905
)
_PAPERS = frozenset("arxiv.org export.arxiv.org alphaxiv.org ar5iv.org ar5iv.labs.arxiv.org".split())  # noqa: SIM905
_PAPER = re.compile(
    r"(?:^|/)(\d{4}\.\d{4,5}|[a-z\-]+(?:\.[a-z]{2})?/\d{7})(?:v\d+)?(?:\.pdf)?$", re.IGNORECASE
)
_TWEET = re.compile(r"/status(?:es)?/(\d+)")
_REDDIT_POST = re.compile(r"/comments/([a-z0-9]+)", re.IGNORECASE)
_GITHUB_ROOT = re.compile(r"^(/[^/]+/[^/]+?)(?:\.git)?(?:/(?:tree|blob)/(?:main|master))?$")


def is_address(text: str) -> bool:
    """Is the whole text one address: with a scheme, or a host and a slash?"""
    text = text.strip()
    if not text or any(char.isspace() for char in text):
        return False
    if found := _SCHEME.match(text):
        return found[0].lower() in ("http://", "https://") and _split(text) is not None
    return _BARE.fullmatch(text) is not None and _split(text) is not None


def normalised(address: str) -> str:
    """`host/path?query` in the form that all variants of an address share. Total; never for following."""
    split = _split(address.strip())
    if split is None:
        return address.strip()[:LONGEST]
    host, path, query = split
    host, path, query = _by_host(host, path, query)
    path = path.removesuffix("/index.html").rstrip("/")
    asked = "&".join(f"{key}={value}" if value else key for key, value in sorted(query))
    return (host + path + (f"?{asked}" if asked else ""))[:LONGEST]


def host_of(normal: str) -> str:
    """The host of a normalised address."""
    return re.split(r"[/?]", normal, maxsplit=1)[0]


_Parts = tuple[str, str, list[tuple[str, str]]]


def _split(address: str) -> _Parts | None:
    """Host without www, unquoted path, query without tracking; None for what is no web address."""
    address = "".join(char for char in address if char.isprintable())  # lone surrogates and controls
    if not _SCHEME.match(address):
        address = f"https://{address}"
    try:
        url = URL(address)
        host = (url.host or "").lower().removeprefix("www.").rstrip(".")
        port = "" if url.explicit_port in _DEFAULT_PORTS else f":{url.explicit_port}"
        query = [(key, value) for key, value in url.query.items() if not _is_tracking(key)]
        path = url.path
    except (ValueError, IndexError):  # yarl lets the second through for `[]@`
        return None
    if not host or url.scheme.lower() not in ("http", "https"):
        return None
    return f"{host}{port}", path, query


def _is_tracking(key: str) -> bool:
    return key.lower() in TRACKING or key.lower().startswith(TRACKING_STARTS)


def _by_host(host: str, path: str, query: list[tuple[str, str]]) -> _Parts:
    """Rules of single hosts; every one gives back what it does not know unchanged."""
    if host in _TWEETS:
        return _tweet(host, path, query)
    if host in _PAPERS or (host in ("huggingface.co", "hf.co") and path.startswith("/papers/")):
        return _paper(host, path, query)
    return _RULES.get(host, _unchanged)(host, path, query)


def _unchanged(host: str, path: str, query: list[tuple[str, str]]) -> _Parts:
    return host, path, query


def _tweet(_host: str, path: str, query: list[tuple[str, str]]) -> _Parts:
    found = _TWEET.search(path)
    return ("x.com", f"/status/{found[1]}", []) if found else ("x.com", path.lower(), query)


def _paper(host: str, path: str, query: list[tuple[str, str]]) -> _Parts:
    found = _PAPER.search(path.rstrip("/"))
    return ("arxiv.org", f"/abs/{found[1].lower()}", []) if found else (host, path, query)


def _short_youtube(_host: str, path: str, query: list[tuple[str, str]]) -> _Parts:
    video = path.strip("/")
    if not video or "/" in video:
        return "youtube.com", path, query
    return "youtube.com", "/watch", [("v", video), *((key, value) for key, value in query if key != "v")]


def _youtube(_host: str, path: str, query: list[tuple[str, str]]) -> _Parts:
    return "youtube.com", path, query


def _reddit(_host: str, path: str, query: list[tuple[str, str]]) -> _Parts:
    found = _REDDIT_POST.search(path)
    return ("reddit.com", f"/comments/{found[1].lower()}", []) if found else ("reddit.com", path, query)


def _github(host: str, path: str, query: list[tuple[str, str]]) -> _Parts:
    path = path.lower().rstrip("/")
    found = _GITHUB_ROOT.match(path)
    return host, found[1] if found else path, query


def _hugging_face(_host: str, path: str, query: list[tuple[str, str]]) -> _Parts:
    return "huggingface.co", path, query


_RULES: dict[str, Callable[[str, str, list[tuple[str, str]]], _Parts]] = {
    "youtu.be": _short_youtube,
    "m.youtube.com": _youtube,
    "reddit.com": _reddit,
    "old.reddit.com": _reddit,
    "new.reddit.com": _reddit,
    "np.reddit.com": _reddit,
    "github.com": _github,
    "hf.co": _hugging_face,
}
