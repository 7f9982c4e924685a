"""Is the cover card whole, inside its margins and the same every time, for any title?"""

import io
from pathlib import Path

import pytest
from PIL import Image, ImageChops

from bot.media import fonts
from bot.media.card import HEIGHT, MARGIN, WIDTH, Cover, Sheet, card, ground_of, luminance, palette
from bot.media.fonts import fonts_for
from digest.errors import Refused

SECTIONS = (("模型与能力", 9), ("芯片与算力", 5), ("产品与应用", 7))
LONG = "从 Qwen3.5 到 Llama 5，我们为什么放弃了量化、重写了调度器，并且把机器缩到九十六台——" * 4


@pytest.fixture(scope="module")
def written():
    found = fonts_for("zh-Hans")
    if found is None:
        pytest.skip("no fonts for Chinese")
    return found


def cover(title="大模型价格战再起：谁在补贴，谁在赚钱", series="AI 周刊", sections=SECTIONS, key="weekly"):
    return Cover(key, series, title, ("第 12 期", "2026年11月17日"), tuple(sections))


def shown(cover_, fonts_):
    return Image.open(io.BytesIO(card(cover_, fonts_))).convert("RGB")


def ink(cover_, fonts_):
    """Where anything but the ground is: the box around all words and shapes."""
    ground = ground_of(palette(cover_.series_key)).reduce(2)
    return ImageChops.difference(shown(cover_, fonts_), ground).getbbox()


@pytest.mark.parametrize("language", ["zh-Hans", "zh-Hant", "ja", "en", "de"])
def test_every_language_has_its_font(written, language):
    """Regular and bold; Latin text is written with the same one."""
    found = fonts_for(language)
    assert found is not None
    assert found.bold.lacks("周知 Digest 第 12 期, Año") == ""


def test_a_card_is_a_picture_of_the_right_size(written):
    """1200 × 630, as link previews are cut, and light."""
    content = card(cover(), written)
    with Image.open(io.BytesIO(content)) as image:
        assert (image.format, image.size, image.info) == ("PNG", (WIDTH, HEIGHT), {})
    assert len(content) < 1_000_000


@pytest.mark.parametrize(
    "one",
    [
        cover(),
        cover("短"),
        cover("Small models, big savings: what a month of on-device inference taught us"),
        cover(LONG),
        cover("W" * 300),
        cover("（" * 60),
        cover(series="非常长的刊物名称" * 12),
        cover(sections=[(f"栏目名称 {n}", n) for n in range(1, 40)]),
        cover(sections=[("一个名称长得不像话的栏目" * 8, 1_204)] * 3),
        cover(sections=[]),
    ],
    ids=["plain", "short", "english", "long", "word", "marks", "series", "many", "wide", "bare"],
)
def test_nothing_stands_outside_the_margins(written, one):
    """Whatever is written, and nothing of it is cut off at an edge."""
    left, top, right, bottom = ink(one, written)
    assert left >= MARGIN - 8
    assert top >= MARGIN - 8
    assert right <= WIDTH - MARGIN + 4
    assert bottom <= HEIGHT - MARGIN + 4


def test_the_words_are_on_it(written):
    """Each of title, series, number, day, section and count changes the picture."""
    base = card(cover(), written)
    others = [
        cover("另一个题目"),
        cover(series="日报"),
        cover(sections=(*SECTIONS[:2], ("产品与应用", 8))),
        cover(sections=(*SECTIONS[:2], ("产品", 7))),
        Cover("weekly", "AI 周刊", cover().title, ("第 13 期", "2026年11月17日"), SECTIONS),
        Cover("weekly", "AI 周刊", cover().title, ("第 12 期", "2026年11月18日"), SECTIONS),
        cover(key="daily"),
    ]
    cards = [base, *(card(one, written) for one in others)]
    assert len(set(cards)) == len(cards)


def test_the_same_issue_gives_the_same_card(written):
    """Its hash is its name: it is uploaded once and frozen with the push."""
    assert card(cover(), written) == card(cover(), written)


def test_a_longer_title_is_written_smaller_before_it_is_shortened(written):
    """Between the shortest and one that needs an ellipsis nothing is left out."""
    lines = {}
    for count in (4, 20, 50, 90, 200):
        title = "标题" * (count // 2)
        lines[count] = Sheet(cover(title), written).fitted(300)
    sizes = [size for size, _ in lines.values()]
    assert sizes == sorted(sizes, reverse=True)
    assert ["".join(found) for _, found in lines.values()][:4] == ["标题" * n for n in (2, 10, 25, 45)]
    assert lines[200][1][-1].endswith("…")


def test_emoji_are_left_out_and_words_stay(written):
    """No font of letters has them; a title without them is still the title."""
    plain = card(cover("1 Launch week ™ recap"), written)
    assert card(cover("🔥🔥 1️⃣ Launch week ™ 🇨🇳 recap 👩‍💻\u200b"), written) == plain


def test_letters_the_font_lacks_are_refused_by_name(written):
    """Better no card than one of empty boxes."""
    with pytest.raises(Refused, match=r"picture\.card_letters") as caught:
        card(cover("ข่าวประจำวัน"), written)
    assert "ข" in str(caught.value.arguments["letters"])


@pytest.mark.parametrize("key", [f"series-{n}" for n in range(40)])
def test_white_can_be_read_on_every_series_colours(key):
    """Contrast of at least 4.5 to 1 (WCAG 2), over the whole ground; the tint on it as well."""
    colours = palette(key)
    for ground in (colours.deep, colours.bright):
        assert 1.05 / (luminance(ground) + 0.05) >= 4.5
    assert (luminance(colours.tint) + 0.05) / (luminance(colours.bright) + 0.05) >= 2.9


def test_a_machine_without_fonts_has_none(monkeypatch):
    """Fontconfig names a font for everything: one without Chinese is not taken."""
    monkeypatch.setattr(fonts, "_asked", lambda *_: None)
    monkeypatch.setattr(fonts, "_FOLDERS", ())
    monkeypatch.setattr(fonts, "_SINGLES", ("/nowhere/font.ttc",))
    assert fonts_for.__wrapped__("zh-Hans") is None


def test_a_font_without_chinese_is_not_taken(written):
    """Its glyphs are looked at, not its name."""
    latin = next(Path("/usr/share/fonts").rglob("DejaVuSans.ttf"), None)
    if latin is None:
        pytest.skip("no font without Chinese here")
    assert fonts._usable(str(latin), 0) is None
    assert fonts.Face(str(latin), 0).lacks("a周b知") == "周知"
