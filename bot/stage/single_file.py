"""How does a page become one file that needs nothing else? Styles, modules and data are written into it.

Modules become data: addresses behind an import map, since a page opened from disk may import none of its neighbours.
The policy lets run what carries the file's nonce and nothing else: no script, style or picture comes from elsewhere.
The nonce is the hash of everything in the file, so that nothing in it can have known it.
"""

import base64
import hashlib
import html
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

SCHEME: Final = "zhouzhi/"  # what modules are called in the import map: `zhouzhi/dom.js`
_IMPORT: Final = re.compile(r'(?<=from ")[^"]*/(?=[\w-]+\.js")')


@dataclass(frozen=True, slots=True)
class SingleFile:
    """`modules` by file name, each importing others by any path that ends in their name; `entry` is run.

    `data` is what the entry finds in the element `data`. `icon` is an address.
    """

    title: str
    language: str
    styles: Sequence[str]
    modules: Mapping[str, str]
    entry: str
    data: Mapping[str, Any]
    icon: str

    def __str__(self) -> str:
        style = "\n".join(self.styles)
        imports = {f"{SCHEME}{name}": _module(source) for name, source in self.modules.items()}
        import_map = _json({"imports": imports})
        start = f'import "{SCHEME}{self.entry}";'
        data = _json(self.data)
        nonce = _nonce(self.title, style, import_map, start, data)
        policy = (
            f"default-src 'none'; script-src 'nonce-{nonce}'; style-src 'nonce-{nonce}'; img-src data:; "
            "base-uri 'none'; form-action 'none'"
        )
        return f"""<!doctype html>
<html lang="{html.escape(self.language)}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{html.escape(self.title)}</title>
<link rel="icon" href="{self.icon}">
<style nonce="{nonce}">
{style}
</style>
<script type="importmap" nonce="{nonce}">{import_map}</script>
</head>
<body>
<script type="application/json" id="data">{data}</script>
<script type="module" nonce="{nonce}">{start}</script>
</body>
</html>
"""


def data_address(kind: str, content: bytes) -> str:
    """The bytes as an address of themselves."""
    return f"data:{kind};base64,{base64.b64encode(content).decode()}"


def _module(source: str) -> str:
    return data_address("text/javascript", _IMPORT.sub(SCHEME, source).encode())


def _json(value: Any) -> str:
    """JSON in which nothing ends or opens an element."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).replace("<", r"\u003c")


def _nonce(*parts: str) -> str:
    return base64.b64encode(
        hashlib.sha256("\0".join(parts).encode("utf-8", "replace")).digest()[:18]
    ).decode()
