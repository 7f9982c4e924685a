"""Is a page of one file closed to everything else, and is its data what was given?"""

import base64
import json
import re

from bot.stage.single_file import SingleFile, data_address


def written(**options):
    given = {
        "title": "T",
        "language": "en",
        "styles": ["a { color: red }"],
        "modules": {"a.js": 'import { b } from "/page/b.js";\nb();', "b.js": "export const b = () => {};"},
        "entry": "a.js",
        "data": {"x": 1},
        "icon": "data:,",
    }
    return str(SingleFile(**{**given, **options}))


def import_map(text):
    found = re.search(r'<script type="importmap" nonce="[^"]+">(.*?)</script>', text)
    assert found
    return json.loads(found[1])["imports"]


def test_modules_import_each_other_by_name():
    """Whatever path a module names, the import map has its file."""
    imports = import_map(written())
    assert imports.keys() == {"zhouzhi/a.js", "zhouzhi/b.js"}
    source = base64.b64decode(imports["zhouzhi/a.js"].partition(",")[2]).decode()
    assert source.startswith('import { b } from "zhouzhi/b.js";')


def test_data_ends_no_element():
    """Angle brackets are escaped and come back when the JSON is read."""
    data = {"x": "</script><!--<script>"}
    text = written(data=data)
    found = re.search(r'id="data">(.*?)</script>', text)
    assert found
    assert json.loads(found[1]) == data


def test_a_title_is_words():
    """Markup in a title is shown, not read."""
    assert "<title>&lt;b&gt;&amp;</title>" in written(title="<b>&")


def test_only_what_carries_the_nonce_may_run():
    """The nonce stands in the policy and on what is ours; another content has another one, the same the same."""
    text = written()
    nonce = re.search(r"script-src 'nonce-([^']+)'", text)
    assert nonce
    assert text.count(f'nonce="{nonce[1]}"') == 3
    assert "default-src 'none'" in text
    assert nonce[1] not in written(data={"x": nonce[1]})[:600]
    assert text == written()


def test_an_address_holds_the_bytes():
    """A data: address gives back what it was made of."""
    assert (
        base64.b64decode(data_address("image/png", b"\x00\xff").removeprefix("data:image/png;base64,"))
        == b"\x00\xff"
    )
