"""What exactly is put into a body? Nonces, plain fallbacks, posts, questions; no network."""

from bot.platforms.base import Message
from bot.platforms.discord import bodies
from bot.platforms.discord.pack import units16
from bot.platforms.discord.sending import file_names
from digest.page import Action, Ask

V2, SILENT = 1 << 15, 1 << 12


def dressed(*texts: str, **more: object) -> Message:
    displays = [{"type": 10, "content": text} for text in texts]
    container = {"type": 17, "components": displays}
    return Message("POST", {"components": [container], "flags": V2, **more})


def test_a_push_carries_the_key_as_its_nonce() -> None:
    """25 characters at most, enforced, and the frozen payload is left as it is."""
    message = dressed("词")
    body = bodies.push(message, "K" * 40, is_silent=True)
    assert (body["nonce"], body["enforce_nonce"], body["flags"]) == ("K" * 25, True, V2 | SILENT)
    assert body["allowed_mentions"] == {"parse": []}
    assert message.payload["flags"] == V2


def test_a_role_that_may_be_mentioned_stays() -> None:
    """What the page names is kept; silence is only the default."""
    body = bodies.push(dressed("x", allowed_mentions={"parse": [], "roles": ["1"]}), "k", is_silent=False)
    assert body["allowed_mentions"] == {"parse": [], "roles": ["1"]}


def test_plain_pieces_hold_every_word_within_the_limit() -> None:
    """4,000 characters of components become plain messages of 2,000 under nonces of their own, in order."""
    lines = [f"第 {number} 行 " + "字" * 90 for number in range(40)]
    found = bodies.plain(dressed("\n".join(lines)), "KEY", is_silent=False)
    assert "\n".join(body["content"] for body in found).split("\n") == lines
    assert all(units16(body["content"]) <= 2_000 for body in found)
    nonces = [body["nonce"] for body in found]
    assert nonces[0] == "KEY"
    assert len(set(nonces)) == len(nonces)
    assert [
        body["nonce"] for body in bodies.plain(dressed("\n".join(lines)), "KEY", is_silent=False)
    ] == nonces


def test_a_line_longer_than_a_message_is_cut_and_nothing_is_lost() -> None:
    """No line break to cut at: cut at a space, else anywhere, never inside a surrogate pair."""
    text = "😀" * 1_500 + " " + "word " * 300
    found = bodies.pieces_of(text)
    assert "".join(found) == text
    assert all(units16(piece) <= 2_000 for piece in found)


def test_plain_keeps_addresses_of_buttons_and_pictures() -> None:
    """A link that was a button, or a picture of the web, is still an address to tap."""
    message = Message(
        "POST",
        {
            "flags": V2,
            "components": [
                {"type": 10, "content": "词"},
                {"type": 12, "items": [{"media": {"url": "https://p.test/1.png"}}]},
                {"type": 1, "components": [{"type": 2, "style": 5, "label": "l", "url": "https://b.test/"}]},
            ],
        },
    )
    (body,) = bodies.plain(message, "k", is_silent=False)
    assert body["content"].split("\n") == ["词", "https://p.test/1.png", "https://b.test/"]
    assert "components" not in body


def test_a_post_is_called_by_its_first_line_and_marked() -> None:
    """Threads know no nonce: the container's id tells which part made the post."""
    body = bodies.post(dressed("**周知 第 12 期**｜11月17日\n32 条"), "KEY", is_silent=False)
    assert body["name"] == "周知 第 12 期｜11月17日"
    assert body["message"]["components"][0]["id"] == bodies.marker("KEY")
    assert 0 <= bodies.marker("KEY") < 1 << 31
    assert "nonce" not in body["message"]


def test_a_name_is_never_empty_nor_long() -> None:
    """A post of pictures alone has a name all the same."""
    assert bodies.post_name({"components": []}) == "·"
    assert units16(bodies.post_name(dressed("长" * 300).payload)) <= 100


def test_a_long_question_fits_a_modal() -> None:
    """The title is short; the whole question is told below as far as it fits."""
    modal = bodies.question("zone", "请写下你所在的城市，" * 20, "上海")
    (label,) = modal["components"]
    assert units16(modal["title"]) <= 45
    assert units16(label["description"]) <= 100
    assert label["component"]["placeholder"] == "上海"


def test_a_question_button_carries_its_action() -> None:
    """The longest action still fits a custom id."""
    action = Action("r" * 64)
    body = bodies.question_button(Ask("？", "", action), is_hidden=True)
    button = body["components"][0]["components"][0]
    assert button["custom_id"] == f"ask:{'r' * 64}"
    assert len(button["custom_id"]) <= 100


def test_an_edit_takes_old_pictures_off_and_keeps_the_dress() -> None:
    """Attachments that are not named again go; silence is no part of an edit."""
    body = bodies.change(dressed("x", flags=V2 | SILENT))
    assert body["attachments"] == []
    assert body["flags"] == V2


def test_files_are_called_as_the_payload_shows_them() -> None:
    """Listed attachments give the names; without a list, what is shown does."""
    shown = {"components": [{"type": 12, "items": [{"media": {"url": "attachment://a.png"}}]}]}
    assert file_names(Message("POST", shown, ("s",))) == ("a.png",)
    listed = {"attachments": [{"id": 0, "filename": "b.png"}]}
    assert file_names(Message("POST", listed, ("s",))) == ("b.png",)
