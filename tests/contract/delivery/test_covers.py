"""Does a push have the cover its series asks for, on each platform and form?"""

import io
from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest
from PIL import Image
from structlog.testing import capture_logs

from bot import covers as module
from bot.config.model import SeriesEntry
from bot.covers import Covers, said
from bot.delivery.renditions import Renditions, Wish
from bot.media.cellar import Cellar
from bot.media.fonts import fonts_for
from bot.platforms.base import Form
from bot.preview import FIRST, PurePlatform, looks, rendered
from digest.document import Image as DocumentImage
from digest.issue import Series
from digest.page import Picture
from digest.parse import parse
from handlers.texts import texts_for
from handlers.views.push import push_page
from storage.issues import StoredIssue
from storage.store import open_store
from tests.contract.delivery.floor import START

PICTURES = 26


@pytest.fixture
def stored():
    """An issue of so many pictures that a private push of it is long."""
    items = "\n".join(f"### 条目 {n}\n\n正文。\n\n![图](assets/{n}.png)\n" for n in range(PICTURES))
    source = (
        f"---\ndate: 2026-11-17\nnumber: 12\n---\n# 大模型价格战再起\n\n## 模型与能力\n\n{items}".encode()
    )
    issue = parse(source, series=Series("weekly", "AI 周刊"), name="12.md").issue
    assert issue is not None
    return StoredIssue(
        id=1,
        revision="r1",
        state="published",
        issue=issue,
        pictures={f"assets/{n}.png": Picture(f"{n:064x}", "image/png", 40, 30, 900) for n in range(PICTURES)},
        section_ids={section.key: n for n, section in enumerate(issue.sections, 1)},
        item_ids={item.key: n for n, item in enumerate(issue.items, 1)},
        base="",
        appeared_at=START,
    )


@pytest.fixture
def cellar(tmp_path):
    return Cellar(tmp_path / "media")


def covers(cellar, kind):
    return Covers([SeriesEntry(key="weekly", title="AI 周刊", cover=kind)], cellar.keep)


def wish(platform="telegram", form="private", language="zh-Hans"):
    return Wish(platform, form, "full", language, ())


def messages(stored, cover, platform="telegram", form="private"):
    page = push_page(stored, texts=texts_for("zh-Hans"), today=START.date())
    return rendered(looks(platform).render, page, Form(form), cover)


def need_fonts():
    if fonts_for("zh-Hans") is None:
        pytest.skip("no fonts for Chinese")


def test_without_a_word_it_is_the_first_picture(stored, cellar):
    """Nothing is drawn, and nothing changes."""
    assert covers(cellar, "first").of(stored, wish()) == FIRST
    assert Covers([], cellar.keep).of(stored, wish()) == FIRST
    assert messages(stored, FIRST)[0].pictures == (f"{0:064x}",)


def test_none_shows_no_picture_before_the_text(stored, cellar):
    """They all wait behind buttons."""
    cover = covers(cellar, "none").of(stored, wish())
    sent = messages(stored, cover)
    assert [picture for message in sent for picture in message.pictures] == []
    assert "🖼" in str(sent[0].payload["reply_markup"])


def test_a_card_stands_with_the_head_of_a_long_private_push(stored, cellar):
    """One photo whose caption is the head; it is kept by its hash, drawn once, the same over restarts."""
    need_fonts()
    known = covers(cellar, "card")
    cover = known.of(stored, wish())
    first, *others = messages(stored, cover)
    assert (first.method, first.pictures) == ("sendPhoto", (cover.card.sha,))
    assert "大模型价格战再起" in first.payload["caption"]
    assert [picture for message in others for picture in message.pictures] == []
    with Image.open(io.BytesIO(cellar.read(cover.card.sha))) as image:
        assert image.size == (cover.card.width, cover.card.height) == (1200, 630)
    assert known.of(stored, wish()) is not None
    assert covers(cellar, "card").of(stored, wish()) == cover
    assert known.of(stored, wish(language="en")).card != cover.card


@pytest.mark.parametrize("form", ["public", "forum", "embeds"])
def test_a_card_heads_the_posts_on_discord(stored, cellar, form):
    """It is the first picture of the first message, with the title to be read aloud; all others stay under their items."""
    need_fonts()
    cover = covers(cellar, "card").of(stored, wish("discord", form))
    sent = messages(stored, cover, "discord", form)
    shown = [picture for message in sent for picture in message.pictures]
    assert shown == [cover.card.sha, *(f"{n:064x}" for n in range(PICTURES))]
    assert sent[0].pictures[0] == cover.card.sha
    body = sent[0].payload.get("message", sent[0].payload)  # a forum's post holds its first message
    assert body["attachments"][0]["description"] == "大模型价格战再起"


def test_a_card_in_a_direct_message_on_discord(stored, cellar):
    """A long private push there shows it with its head, too."""
    need_fonts()
    cover = replace(covers(cellar, "card").of(stored, wish("discord")), is_head=False)
    page = cover.on(push_page(stored, texts=texts_for("zh-Hans"), today=START.date()))
    sent = looks("discord").render(page, Form("private", images=cover.images))
    assert [picture for message in sent for picture in message.pictures] == [cover.card.sha]


@pytest.mark.parametrize("platform", ["telegram", "discord"])
@pytest.mark.parametrize("images", ["cover", "on_request"])
def test_a_picture_no_button_can_bring_stays_in_its_place(stored, platform, images):
    """One in the introduction belongs to no item, so nobody could ask for it."""
    issue = replace(stored.issue, intro=(DocumentImage("assets/intro.png", "导语"),))
    with_intro = replace(
        stored,
        issue=issue,
        pictures={**stored.pictures, "assets/intro.png": Picture("e" * 64, "image/png", 9, 9, 9)},
    )
    page = push_page(with_intro, texts=texts_for("zh-Hans"), today=START.date())
    sent = looks(platform).render(page, Form("private", images=images))
    shown = [picture for message in sent for picture in message.pictures]
    assert "e" * 64 in shown
    assert len(shown) == (2 if images == "cover" else 1)


@pytest.mark.parametrize(("kind", "count"), [("first", 1), ("card", 1), ("none", 0)])
@pytest.mark.parametrize("platform", ["telegram", "discord"])
@pytest.mark.parametrize("form", ["private", "public"])
def test_a_channel_that_wants_the_cover_gets_that_of_the_series(stored, cellar, kind, count, platform, form):
    """Chosen by its admin, in any form: one picture, and the right one."""
    need_fonts()
    wanted = replace(wish(platform, form), images="cover")
    cover = covers(cellar, kind).of(stored, wanted)
    page = push_page(stored, texts=texts_for("zh-Hans"), today=START.date())
    sent = rendered(looks(platform).render, page, Form(form), cover, "cover")
    shown = [picture for message in sent for picture in message.pictures]
    assert len(shown) == count
    if kind == "card":
        assert shown == [cover.card.sha]


def test_a_channel_that_wants_pictures_on_request_gets_no_card(stored, cellar):
    """It asked for words, above Discord's posts too."""
    wanted = replace(wish("discord", "public"), images="on_request")
    cover = covers(cellar, "card").of(stored, wanted)
    page = push_page(stored, texts=texts_for("zh-Hans"), today=START.date())
    sent = rendered(looks("discord").render, page, Form("public"), cover, "on_request")
    assert [picture for message in sent for picture in message.pictures] == []


def test_telegrams_channels_keep_their_pictures_under_the_items(stored, cellar, monkeypatch):
    """Nothing is drawn for a form that shows no cover."""
    monkeypatch.setattr(module, "fonts_for", lambda _: pytest.fail("drawn in vain"))
    cover = covers(cellar, "card").of(stored, wish(form="public"))
    shown = [picture for message in messages(stored, cover, form="public") for picture in message.pictures]
    assert shown == [f"{n:064x}" for n in range(PICTURES)]


def test_a_machine_without_fonts_shows_the_first_picture_and_says_why(stored, cellar, monkeypatch):
    """No card of empty boxes, no failed push; the log names what to install."""
    monkeypatch.setattr(module, "fonts_for", lambda _: None)
    with capture_logs() as logs:
        assert covers(cellar, "card").of(stored, wish()) == FIRST
    assert logs[0]["event"] == "cover.no_font"
    assert "fonts-noto-cjk" in logs[0]["cure"]


def test_letters_no_font_has_show_the_first_picture_and_say_why(stored, cellar):
    """The title is named in the log by the letters that lack."""
    need_fonts()
    thai = replace(stored, issue=replace(stored.issue, titles=("ข่าว",)))
    with capture_logs() as logs:
        assert covers(cellar, "card").of(thai, wish()) == FIRST
    assert logs[0]["event"] == "cover.letters_missing"


async def test_another_cover_is_another_rendition(stored, cellar):
    """A curator who changes his mind sees it in the next preview; without the setting the name stays as it was."""
    need_fonts()
    store = await open_store("sqlite+aiosqlite://")
    platform, zone = PurePlatform("telegram"), ZoneInfo("Asia/Shanghai")
    wanted = replace(wish(), keys=tuple(item.key for item in stored.issue.items))
    heads: dict[str, set[tuple[int, tuple[str, ...]]]] = {}
    for kind in ("first", "card", "none", "first"):
        renditions = Renditions(store, "zh-Hans", zone, covers(cellar, kind))
        rendition_id, _ = await renditions.get(platform, stored, wanted, START)
        first, *_ = await store.deliveries.parts(rendition_id)
        heads.setdefault(kind, set()).add((rendition_id, first.pictures))
    plain, _ = await Renditions(store, "zh-Hans", zone).get(platform, stored, wanted, START)
    await store.close()
    assert [len(found) for found in heads.values()] == [1, 1, 1]
    assert len({one for found in heads.values() for one in found}) == 3
    assert plain == next(iter(heads["first"]))[0]


def test_a_card_says_what_the_title_does_not(stored):
    """Series, number and day in the reader's words, sections with their counts; nothing twice, the year always."""
    found = said(stored, "AI 周刊", "zh-Hans")
    assert (found.series, found.title, found.facts) == (
        "AI 周刊",
        "大模型价格战再起",
        ("第 12 期", "2026年11月17日"),
    )
    assert found.sections == (("模型与能力", PICTURES),)
    english = said(replace(stored, issue=replace(stored.issue, titles=("Weekly 12",))), "Weekly", "en")
    assert english.facts == ("Nov 17, 2026",)
