"""Does the fake know rich messages as the documentation has them? Blocks out of HTML, and every broken rule told."""

import pytest

from tests.contract.telegram.caller import Caller
from tests.contract.telegram.stage import READER
from tests.fakes.telegram import FakeTelegram
from tests.fakes.telegram.rich import blocks_of, plain_of

BROKEN = [
    ("<div>x</div>", "unknown tag <div>"),
    ("<p>x", "never closed"),
    ("<p>x</b></p>", "</b> where <p> is open"),
    ("<p>a &copy; b</p>", "unknown entity &copy;"),
    ("<p><p>x</p></p>", "the block <p> in <p>"),
    ("<p>x<ul><li>y</li></ul></p>", "the block <ul> in <p>"),
    ("<p>x<img src='https://a.example/x.png'/></p>", "<img> in <p>"),
    ("<img src='a.png'/>", "a picture from 'a.png'"),
    ("<li>x</li>", "<li> in <>"),
    ("<table><tr><td><p>x</p></td></tr></table>", "the block <p> in <td>"),
    ("<p><a href='javascript:x'>y</a></p>", "a link to 'javascript:x'"),
    ("<p><a href='https://a.example'>y<a href='https://b.example'>z</a></a></p>", "a link in a link"),
    ("<p><code class='language-py'>x</code></p>", "a language for code that stands in a line"),
    ("<p style='x'>y</p>", "<p> with ['style']"),
    ("<!-- x --><p>y</p>", "a comment"),
    ("<details><p>x</p></details>", "begin with a summary"),
    ("<details><summary>x</summary></details>", "an empty <details>"),
    ("<blockquote></blockquote>", "an empty <blockquote>"),
    ("<ul></ul>", "a list without items"),
    ("<table></table>", "a table without rows"),
    ("<p> </p>", "without content"),
    ("<p/>", "not closed by its slash"),
    ("<tg-collage><figcaption>x</figcaption></tg-collage>", "an empty collage"),
    (f"<p>{'字' * 32_769}</p>", "32769 characters"),
    ("<p>x</p>" * 501, "501 blocks"),
    (f"<ul>{'<li>x</li>' * 251}</ul>", "blocks"),
    ("<blockquote>" * 16 + "<p>x</p>" + "</blockquote>" * 16, "17 levels"),
    ("<img src='https://a.example/x.png'/>" * 51, "51 media"),
    (f"<table><tr>{'<td>x</td>' * 21}</tr></table>", "21 columns"),
]


@pytest.mark.parametrize(("html", "found"), BROKEN, ids=[found for _, found in BROKEN])
def test_every_broken_rule_is_a_finding(html, found):
    """Of these the server's words are not known, so no code can come to depend on them."""
    findings: list[str] = []
    blocks_of(html, findings)
    assert any(found in one for one in findings), findings


def test_what_is_documented_is_read_without_a_word():
    """Every tag we write, as the blocks of the API; words beside blocks make paragraphs."""
    findings: list[str] = []
    blocks = blocks_of(
        "<h1>T</h1><p>a <b>b</b><br>c &lt; d</p><hr/>"
        "<ol start='3'><li>x<ul><li>y</li></ul></li><li value='7'>z</li></ol>"
        "<details open><summary>S</summary><blockquote>q</blockquote></details>"
        "<pre><code class='language-py'>if x:\n  y</code></pre>"
        "<table bordered><tr><th>h</th></tr><tr><td align='right'>1</td></tr></table>"
        "<figure><img src='https://a.example/x.png'/><figcaption>f</figcaption></figure>",
        findings,
    )
    assert findings == []
    kinds = ["heading", "paragraph", "divider", "list", "details", "pre", "table", "photo"]
    assert [block["type"] for block in blocks] == kinds
    assert [item["value"] for item in blocks[3]["items"]] == [3, 7]
    assert blocks[5]["language"] == "py"
    assert blocks[6]["cells"][1][0] == {"align": "right", "valign": "top", "text": "1"}
    assert plain_of(blocks).split("\n") == [
        "T", "a b", "c < d", "x", "y", "z", "S", "q", "if x:", "  y", "h", "1", "f",
    ]  # fmt: skip


async def test_a_server_without_them_knows_neither_method_nor_field(call: Caller, fake: FakeTelegram):
    """404 to the method; an edit's unknown field is passed over, so its text is missing."""
    fake.world.has_rich = False
    rich = {"html": "<p>x</p>"}
    body = await call("sendRichMessage", chat_id=READER, rich_message=rich)
    assert body["description"] == "Not Found: method not found"
    sent = await call.ok("sendMessage", chat_id=READER, text="x")
    body = await call("editMessageText", chat_id=READER, message_id=sent["message_id"], rich_message=rich)
    assert body["description"] == "Bad Request: message text is empty"
