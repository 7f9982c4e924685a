"""Is what the stage draws what the payload says? Nothing lost, nothing invented, everything the client would show."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.platforms.base import Form, Message
from bot.platforms.discord.readback import visible
from bot.stage.discord_look import DiscordLook, ephemeral
from bot.stage.discord_markdown import blocks
from bot.stage.look import Look
from bot.stage.rich_look import rich_pieces
from bot.stage.telegram_look import TelegramLook, pieces
from digest.document import Em, Image, Link, List, Paragraph, Quote, Strong, Table, Text
from digest.page import Action, Ask, Button, Choice, Option, Page, Passage, Picture, page

LOOKS: list[Look] = [TelegramLook(), DiscordLook()]
SHA = "ab" * 32
PICTURE = Picture(SHA, "image/png", 640, 480, 1_000)


def words(nodes):
    """All words of drawn nodes."""
    if isinstance(nodes, str):
        return nodes
    if isinstance(nodes, list):
        return "".join(map(words, nodes))
    return words(nodes.get("children", []))


def find(nodes, kind):
    """Every node of a kind, nested ones too."""
    found = []
    for node in nodes:
        if isinstance(node, dict):
            found += [node] if node["type"] == kind else []
            found += find(node.get("children", []), kind)
    return found


def one(look, *blocks_, rows=(), choices=()):
    shown = Page(page(*blocks_).passages, rows=rows, choices=choices)
    (message,) = look.render(shown, Form("private", bot="zhouzhi_bot"))
    assert look.check(message) == []
    return message


def test_entities_nest_by_utf16_units():
    """An emoji is two units: what follows it is still cut at the right place, and styles nest."""
    text = "🎉 bold link"
    entities = [
        {"type": "bold", "offset": 3, "length": 9},
        {"type": "text_link", "offset": 8, "length": 4, "url": "https://x.example"},
    ]
    assert pieces(text, entities) == [
        "🎉 ",
        {
            "type": "bold",
            "children": ["bold ", {"type": "text_link", "children": ["link"], "url": "https://x.example"}],
        },
    ]


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(1, 30)), max_size=8), st.text(max_size=40))
def test_no_word_is_lost_by_nesting(spans, text):
    """Whatever entities there are, the pieces spell the text."""
    text = text.encode("utf-8", "ignore").decode()
    length = len(text.encode("utf-16-le")) // 2
    borders = [len(text[:at].encode("utf-16-le")) // 2 for at in range(len(text) + 1)]
    entities: list[dict[str, Any]] = []
    for start, size in spans:
        first, last = borders[start % len(borders)], borders[(start + size) % len(borders)]
        inside = all(
            last <= one["offset"]
            or first >= one["offset"] + one["length"]
            or (first >= one["offset"] and last <= one["offset"] + one["length"])
            or (first <= one["offset"] and last >= one["offset"] + one["length"])
            for one in entities
        )
        if first < last <= length and inside:
            entities.append({"type": "bold", "offset": first, "length": last - first})
    assert words(pieces(text, entities)) == text


@pytest.mark.parametrize("look", LOOKS, ids=lambda look: look.name)
def test_what_is_drawn_reads_as_the_payload_reads(look):
    """The drawn words are those a second reader finds in the payload."""
    message = one(
        look,
        Paragraph((Strong((Text("Head"),)), Text(" and "), Em((Text("more * [x](y)"),)))),
        Quote((Paragraph((Text("said"),)),)),
        List(((Paragraph((Text("first"),)),), (Paragraph((Link("https://a.example", (Text("second"),)),)),))),
    )
    drawn = look.draw(message)
    nodes = drawn["text"] if look.name == "telegram" else drawn["components"]
    seen = words(json.loads(json.dumps(nodes)))
    for piece in ("Head", "more * [x](y)", "said", "first", "second"):
        assert piece in seen
    assert "https://a.example" in json.dumps(nodes)


@pytest.mark.parametrize("look", LOOKS, ids=lambda look: look.name)
def test_pictures_are_drawn_by_their_hash(look):
    """Every picture of the payload is shown, and only from the cellar."""
    source = page(Paragraph((Text("words"),)), Image("a.png", "about"))
    shown = Page(source.passages, pictures={"a.png": PICTURE})
    messages = look.render(shown, Form("private"))
    drawn = json.dumps([look.draw(message) for message in messages])
    assert SHA in drawn
    assert "attach" not in drawn


def test_telegram_draws_its_keyboard():
    """Rows, labels, data, links and styles are those of the payload; pressing gives the action back."""
    look = TelegramLook()
    rows = ((Button("go", Action("turn", ("2",)), style="primary"), Button("see", url="https://x.example")),)
    (row,) = look.draw(one(look, Paragraph((Text("x"),)), rows=rows))["keyboard"]
    assert [(key["label"], key["data"], key["url"], key["style"]) for key in row] == [
        ("go", "turn:2", None, "primary"),
        ("see", None, "https://x.example", "plain"),
    ]
    assert look.pressed("turn:2").action == Action("turn", ("2",))
    assert look.pressed("noop:page 2").toast == "page 2"
    assert look.pressed("noop").action is None


def test_telegram_draws_a_question_with_its_action():
    """The answer box of the page knows to what it answers, from the payload alone."""
    look = TelegramLook()
    message = look.question(Ask("Which?", "such as 12", Action("ask", ("7",))))
    assert message is not None
    drawn = look.draw(message)
    assert (drawn["asks"], drawn["answers"]) == ("such as 12", "ask:7")


def test_discord_draws_selects_with_their_ticks():
    """A choice of several shows what is on; an option gives its action back."""
    look = DiscordLook()
    options = tuple(Option(f"o{n}", Action("toggle", (str(n),)), is_on=n == 1) for n in range(3))
    message = one(look, Paragraph((Text("x"),)), choices=(Choice("pick", options),))
    (select,) = find(look.draw(message)["components"], "select")
    assert select["prompt"] == "pick"
    assert [option["is_on"] for option in select["options"]] == [False, True, False]
    assert look.pressed(select["options"][2]["data"]).action == Action("toggle", ("2",))


def test_discord_says_who_alone_sees_it():
    """An ephemeral message says so; the rest of the payload stays."""
    look = DiscordLook()
    message = one(look, Paragraph((Text("x"),)))
    assert look.draw(message)["is_ephemeral"] is False
    assert look.draw(ephemeral(message))["is_ephemeral"] is True
    assert ephemeral(message).payload["components"] == message.payload["components"]


MARKDOWN = [
    ("**bold** and *it* ~~no~~ `code`", "line", ["bold", "italic", "strikethrough", "code"]),
    ("***both***", "line", ["bold", "italic"]),
    ("### Title", "heading", []),
    ("-# small [here](https://x.example)", "small", ["link"]),
    ("> quoted *it*", "quote", ["italic"]),
    ("- entry", "entry", []),
    ("  - deeper", "entry", []),
    ("12. entry", "entry", []),
    ("```py\na *b*\n```", "pre", []),
]


@pytest.mark.parametrize(("markdown", "kind", "inside"), MARKDOWN)
def test_discord_markdown_is_drawn(markdown, kind, inside):
    """Each form we write has its own look."""
    nodes = blocks(markdown)
    assert nodes[0]["type"] == kind
    for style in inside:
        assert find(nodes, style), style
    assert "*" not in words(nodes) or kind == "pre"


TRICKY = [
    "a \\*b\\* c",
    "2\\. no list",
    "**a \\** b**",
    "[l*a*bel](https://x.example/(1)",
    "`a\\*`",
    "* alone",
    "**",
    "a*b",
    "~~x",
    "[a](b",
    "\\[x\\](y)",
    "> ",
    "-# ",
    "x\u200by",
]


def bare(text):
    """Without the signs that one of the two readers drops and the other shows."""
    return text.replace("*", "").replace("~~", "").strip()


@pytest.mark.parametrize("markdown", TRICKY)
def test_tricky_markdown_reads_as_our_second_reader_reads_it(markdown):
    """The stage and the read-back agree on what is seen, word for word, where neither drops a sign."""
    seen = "\n".join(words(node["children"]) for node in blocks(markdown))
    read, _ = visible(markdown)
    assert bare(seen) == bare(read)


@given(st.text(alphabet="ab*~\\ >-#1.\n", max_size=60))
def test_no_letter_is_lost_in_any_markdown(markdown):
    """However wild the signs are, every letter is drawn."""
    assert sorted(sign for sign in words(blocks(markdown)) if sign in "ab") == sorted(
        sign for sign in markdown if sign in "ab"
    )


def test_meters_say_what_the_readback_counts():
    """Used and limit stand beside every budget of the platform."""
    for look in LOOKS:
        message = one(look, Paragraph((Text("hello"),)))
        counts = look.readback(message).counts
        for budget, used, limit in look.meter(message):
            assert used == counts[budget] <= limit


def test_a_table_is_drawn_somehow_on_both():
    """What a platform has no form for is drawn in the form its renderer chose."""
    cells = tuple(tuple((Text(letter),) for letter in row) for row in ("ab", "cd"))
    table = Table(cells, (None, None))
    for look in LOOKS:
        drawn = json.dumps([look.draw(message) for message in look.render(page(table), Form("private"))])
        assert all(letter in drawn for letter in "abcd")


def test_passages_of_items_are_drawn():
    """A push page with numbered items is drawn as well as a reply."""
    items = tuple(
        Passage(
            "item",
            (Paragraph((Text(f"item {n}"),)),),
            key=f"k{n}",
            number=n,
            action=Action("item", (str(n),)),
        )
        for n in (1, 2)
    )
    for look in LOOKS:
        messages = look.render(Page(items), Form("private", bot="zhouzhi_bot"))
        assert "item 2" in json.dumps([look.draw(message) for message in messages])


def test_a_rich_message_is_drawn_whole():
    """Its tags nest, its words are all there, and of attributes only those that are drawn come along."""
    html = (
        '<details open><summary>A</summary><p onclick="x()">b <a href="https://x.example">c</a></p></details>'
    )
    (details,) = rich_pieces(html)
    assert (details["tag"], details["value"]) == ("details", "")
    assert words([details]) == "Ab c"
    (link,) = [piece for piece in find([details], "rich") if piece["tag"] == "a"]
    assert link["value"] == "https://x.example"
    assert "onclick" not in json.dumps(details)


def test_a_rich_message_is_measured_in_its_markup():
    """What Telegram counts is the HTML, not what is seen of it."""
    look = TelegramLook()
    shown = page(Paragraph((Strong((Text("hello & goodbye"),)),)))
    (message,) = look.render(shown, Form("private", "rich", bot="zhouzhi_bot"))
    markup = message.payload["rich_message"]["html"]
    assert look.meter(message)[0] == ("markup", len(markup), 32_768)
    assert "".join(look.readback(message).text.split()) in "".join(words(look.draw(message)["text"]).split())


def test_budgets_are_those_of_the_shape():
    """A caption, embeds and bare content have other limits than a text or a layout."""
    telegram, discord = TelegramLook(), DiscordLook()
    caption = Message("sendPhoto", {"photo": f"attach://{SHA}", "caption": "abc"}, (SHA,))
    assert telegram.meter(caption)[0] == ("caption", 3, 1024)
    embeds = Message("POST", {"embeds": [{"title": "ab", "description": "c"}], "allowed_mentions": {}})
    assert discord.meter(embeds) == (("characters", 3, 6_000), ("embeds", 1, 10))
    content = Message("POST", {"content": "abc", "allowed_mentions": {}})
    assert discord.meter(content) == (("characters", 3, 2_000),)
