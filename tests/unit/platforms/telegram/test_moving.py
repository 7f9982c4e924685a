"""Does a moving picture reach Telegram's readers moving?"""

from bot.platforms.base import Form
from bot.platforms.telegram import bodies
from bot.platforms.telegram.readback import check, readback
from bot.platforms.telegram.render import render
from bot.stage.telegram_look import photos
from digest.document import Block, Image, Paragraph, text
from digest.page import Action, Page, Passage, Picture

MOVING = Picture("a" * 64, "image/gif", 320, 200, 90_000)
STILLS = tuple(Picture(one * 64, "image/png", 320, 200, 9_000) for one in "bcde")


def page(*pictures: Picture) -> Page:
    blocks: tuple[Block, ...] = (
        Paragraph(text("1. 条目")),
        *(Image(picture.sha[0], "图") for picture in pictures),
    )
    passage = Passage("item", blocks, key="one", label="条目", number=1, action=Action("item", ("1",)))
    return Page((passage,), pictures={picture.sha[0]: picture for picture in pictures})


def test_it_is_an_animation_with_its_words_above_and_its_button():
    """As a photo only its first frame would be seen."""
    (message,) = render(page(MOVING), Form())
    assert message.method == "sendAnimation"
    assert message.payload["animation"] == f"attach://{MOVING.sha}"
    assert message.payload["caption"] == "1. 条目"
    assert message.payload["show_caption_above_media"] is True
    assert "reply_markup" in message.payload
    assert message.pictures == (MOVING.sha,)
    assert check(message) == []
    assert readback(message).images == (MOVING.sha,)
    assert photos(message.payload) == [MOVING.sha]


def test_no_album_takes_it():
    """Pictures keep their order: an album, the moving ones each alone, another album."""
    messages = render(page(STILLS[0], STILLS[1], MOVING, MOVING, STILLS[2], STILLS[3]), Form())
    sent = [(message.method, message.count) for message in messages if message.pictures]
    assert sent == [("sendMediaGroup", 2), ("sendAnimation", 1), ("sendAnimation", 1), ("sendMediaGroup", 2)]
    assert all(check(message) == [] for message in messages)


def test_where_it_may_not_move_it_stands_still():
    """The same file as a photo, with its words; then as a file."""
    (message,) = render(page(MOVING), Form())
    still = bodies.as_stills(message)
    assert (still.method, still.payload["photo"], "animation" in still.payload) == (
        "sendPhoto",
        f"attach://{MOVING.sha}",
        False,
    )
    assert still.payload["caption"] == message.payload["caption"]
    assert bodies.as_documents(still).method == "sendDocument"
    assert bodies.media_kind(message) == "animation"
    assert bodies.with_files(message.payload, {MOVING.sha: "id"})["animation"] == "id"
