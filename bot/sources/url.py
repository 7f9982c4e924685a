"""Which issue lies at one address? Markdown or a page of HTML on the web, or an issue of a code host."""

import html
import json
import re
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import quote, unquote, urlsplit

from bot.fetch import Fetched
from bot.response_body import ContentType, in_utf8
from bot.sources.base import SourceFile
from bot.sources.copied import CopiedSource
from bot.sources.copies import Kept, label
from digest.errors import Refused
from digest.parse.keys import slug

HTML = frozenset({"text/html", "application/xhtml+xml"})
_MARKDOWN = frozenset({".md", ".markdown"})
_WEB = frozenset({".html", ".htm", ".xhtml", ".php", ".asp", ".aspx", ".jsp", ".txt", ".json"})
_CHARSET = re.compile(rb"(?i)<meta[^>]{0,200}charset\s*=\s*[\"']?\s*([A-Za-z0-9._-]{1,40})")
_GITHUB = re.compile(r"/([\w.-]+)/([\w.-]+)/issues/(\d{1,9})/?")
_GITLAB = re.compile(r"/((?:[\w.-]+/)+[\w.-]+)/-/(?:issues|work_items)/(\d{1,9})/?")
_API = re.compile(r"/(?:api/v[14]/)?(?:repos|projects)/(.+)/issues/(\d{1,9})")


class UrlSource(CopiedSource):
    """One page or text: the only file of its copy."""

    name = "url"
    kind = "page"

    def _asked(self) -> str:
        return api_address(self._address)

    def _take(self, found: Fetched) -> None:
        name, content = document(found)
        # an issue of a code host is read where its page is, not where its data lies
        base = found.address if self._asked() == self._address else self._address
        self._copy.keep(found, (Kept(name, base=base),), {name: content})

    def _file(self, kept: Kept) -> SourceFile:
        return SourceFile(kept.name, kept.base, self._copy.read(kept.name), web_base=kept.base)


def api_address(address: str) -> str:
    """Where a code host gives an issue as data; any other address is its own."""
    parts = urlsplit(address)
    if parts.hostname == "github.com" and (found := _GITHUB.fullmatch(parts.path)):
        return f"https://api.github.com/repos/{found[1]}/{found[2]}/issues/{found[3]}"
    if parts.hostname == "codeberg.org" and (found := _GITHUB.fullmatch(parts.path)):
        return f"https://codeberg.org/api/v1/repos/{found[1]}/{found[2]}/issues/{found[3]}"
    if parts.hostname == "gitlab.com" and (found := _GITLAB.fullmatch(parts.path)):
        return f"https://gitlab.com/api/v4/projects/{quote(found[1], safe='')}/issues/{found[2]}"
    return address


def document(found: Fetched) -> tuple[str, bytes]:
    """The file an answer is kept as: its name says whether it is Markdown or HTML. Raises Refused("url.no_text")."""
    content = found.content or b""
    match found.type.mime:
        case "application/json":
            return _tracked(found.address, content)
        case mime if mime in HTML:
            return f"{file_stem(found.address)}.html", html_page(found)
        case _:
            return f"{file_stem(found.address)}.md", _as_utf8(content, found.type, is_html=False)


def html_page(found: Fetched) -> bytes:
    """A page as it is kept: in UTF-8, and with the address that its relative ones start from."""
    base = f'<base href="{html.escape(found.address)}">\n'
    return base.encode() + _as_utf8(found.content or b"", found.type, is_html=True)


def file_stem(address: str) -> str:
    """The path of an address as a file's name; what a server asks for after `?` tells pages apart."""
    parts = urlsplit(address)
    steps = [step for step in unquote(parts.path).split("/") if step.strip(" .")]
    if not steps or parts.path.endswith("/"):
        steps.append("index")
    last = PurePosixPath(steps[-1])
    steps[-1] = last.stem if last.suffix.lower() in _WEB | _MARKDOWN else last.name
    name = "/".join(re.sub(r"[\x00-\x1f\x7f\\]", "", step) for step in steps)
    return f"{name}-{slug(unquote(parts.query))}" if parts.query else name


def _as_utf8(content: bytes, kind: ContentType, *, is_html: bool) -> bytes:
    """In UTF-8, where server or page name another encoding; as it is where that is not so: the parser tells."""
    declared = _CHARSET.search(content[:2048]) if is_html else None
    found = in_utf8(content, ("utf-8", kind.charset, declared[1].decode() if declared else ""))
    return content if found is None else found


def _tracked(address: str, content: bytes) -> tuple[str, bytes]:
    """An issue of a code host: its text is Markdown; title and day of opening stand before it."""
    try:
        found: Any = json.loads(content.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise Refused("url.no_text", address=label(address)) from error
    text = found.get("body") or found.get("description") if isinstance(found, dict) else None
    if not isinstance(text, str):
        raise Refused("url.no_text", address=label(address))
    where = _API.fullmatch(urlsplit(address).path)
    # not the number of the file's issue: trackers count everything
    name = f"{slug(unquote(where[1]))}-{where[2]}-issue" if where else f"{file_stem(address)}-issue"
    if text.startswith("---"):
        return f"{name}.md", text.encode()
    title, opened = found.get("title"), found.get("created_at")
    head = [f"title: {json.dumps(title, ensure_ascii=False)}"] if isinstance(title, str) else []
    if isinstance(opened, str) and re.match(r"\d{4}-\d{2}-\d{2}", opened):
        head.append(f"date: {opened[:10]}")
    front = "---\n" + "\n".join(head) + "\n---\n\n" if head else ""
    return f"{name}.md", (front + text).encode("utf-8", "replace")
