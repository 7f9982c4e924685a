"""Does the file of `zhouzhi preview --html` show exactly what would be sent, alone and without network; and --png it?"""

import hashlib
import io
import json
import re
from base64 import b64decode
from contextlib import redirect_stdout
from urllib.parse import unquote

import pytest
from PIL import Image

from bot.cli import app
from bot.cli.opened import today_of
from bot.cli.subject import subject
from bot.config import load
from bot.platforms.base import Form
from bot.platforms.web.readback import readback
from bot.platforms.web.render import render
from handlers.texts import texts_for
from handlers.views.push import Selection, push_page
from tests.contract.telegram.stage import png
from tests.e2e.demo import CONTRAST, ROOT, Watched
from tests.shared import DAILY, WEEKLY, need_corpus

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

EXAMPLES = ROOT / "examples" / "issues"
SAMPLES = ("daily/ai-daily-2026-11-18.md", *(f"weekly/zhouzhi-weekly-{n}.md" for n in (1, 2, 3)))
PLATFORMS, DENSITIES = ("telegram", "discord", "web"), ("full", "brief", "headlines")
CONFIG = 'language = "zh-Hans"\n\n[telegram]\ntoken = "1:nobody"\nusername = "zhouzhi_bot"\n'
SHOWN = """
() => [...document.querySelectorAll("#view .part")].map((part) => {
  const skipped = ".out, .fold, .dc-select, .dc-button, .dc-name, .dc-avatar, .tg-key, .button";
  const words = [];
  const walk = (node) => {
    if (node.nodeType === Node.TEXT_NODE) return words.push(node.textContent);
    if (node.matches(skipped) || (node.matches(".dc-mark") && node.textContent === "•")) return;
    const isBare = node.matches("#view:not(.web) a") && new URL(node.href).host === node.textContent.replace("\\u200b", "");
    if (isBare) return words.push(node.getAttribute("href"));
    node.childNodes.forEach(walk);
  };
  walk(part.querySelector(".log"));
  return {
    text: words.join(""),
    links: [...part.querySelectorAll(".log a")].map((one) => one.getAttribute("href")),
    images: [...part.querySelectorAll(".log img")].map((one) => one.src),
    drawn: [...part.querySelectorAll(".log img")].every((one) => one.naturalWidth > 0),
    meter: [...part.querySelectorAll(".gauge .figure")].map((one) => one.textContent),
  };
})
"""
METERS = {
    "telegram": (("units", 4096), ("entities", 100), ("entity_bytes", 9500), ("raw_bytes", 32_768)),
    "discord": (("characters", 4000), ("bytes", 10_170), ("components", 40)),
    "web": (),
}


def preview(folder, *words):
    """The command on a file, which waits for nothing: beside the browser's driver no other loop could run."""
    arguments = ["preview", *map(str, words), "--config", str(folder / "zhouzhi.toml")]
    with redirect_stdout(io.StringIO()) as said:
        assert app(arguments, exit_on_error=False, print_error=False, result_action="return_value") == 0
    return said.getvalue()


def sent(folder, issue, platform, density, *words):
    """What `--json` says of it."""
    said = preview(folder, issue, "--platform", platform, "--density", density, *words, "--json")
    return [json.loads(line) for line in said.splitlines()]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    made = tmp_path_factory.mktemp("preview")
    (made / "zhouzhi.toml").write_text(CONFIG, "utf-8")
    return made


def with_pictures(folder, path):
    """A copy whose pictures are all there, each of its own size."""
    copy = folder / path.name
    copy.write_bytes(path.read_bytes())
    for number, found in enumerate(re.findall(r"!\[[^\]]*\]\(([^)\s]+)\)", path.read_text("utf-8")), 1):
        picture = folder / unquote(found)
        picture.parent.mkdir(parents=True, exist_ok=True)
        picture.write_bytes(png(320 + number, 200 + 7 * number, 9 * number % 250))
    return copy


@pytest.fixture
def open_file(chromium):
    """Open a file from disk; a console error, a policy violation or any request beyond the file fails the test."""
    pages = []

    def open_(path, **options):
        options.setdefault("viewport", {"width": 1000, "height": 900})
        watched = Watched(chromium.new_context(locale="zh-CN", **options).new_page())
        requests = []
        watched.page.on("request", lambda request: requests.append(request.url))
        pages.append((watched, requests, path.as_uri()))
        watched.page.goto(path.as_uri())
        return watched.page

    yield open_
    for watched, requests, address in pages:
        watched.page.context.close()
        assert watched.troubles == []
        assert [url for url in requests if not url.startswith("data:")] == [address]


def squeezed(text):
    return re.sub(r"[\s\u200b]+", "", text)


def pictures_of(part):
    """The SHA-256 of what the payload shows, in order."""
    return re.findall(r"(?:attach://|attachment://|/picture/)([0-9a-f]{64})", json.dumps(part["payload"]))


def figures(part, platform):
    """The budgets as the page writes them, from what `--json` counted."""
    payload, counts = part["payload"], part["counts"]
    budgets = METERS[platform]
    if part["method"] == "sendRichMessage":
        html = payload["rich_message"]["html"]
        counts = {**counts, "markup": len(html.encode("utf-16-le")) // 2}
        budgets = (("markup", 32_768), ("blocks", 500), ("depth", 16), ("media", 50))
    elif platform == "telegram" and "text" not in payload:
        budgets = (("units", 1024), *budgets[1:])
    elif "embeds" in payload:
        counts = {**counts, "embeds": len(payload["embeds"])}
        budgets = (("characters", 6_000), ("embeds", 10))
    return [f"{counts[name]:,}/{limit:,}" for name, limit in budgets]


def same(page, parts, platform):
    """Every part on the page is that of the payload, word for word, link for link, picture for picture."""
    shown = page.evaluate(SHOWN)
    assert len(shown) == len(parts)
    for seen, part in zip(shown, parts, strict=True):
        assert squeezed(seen["text"]) == squeezed(part["text"])
        assert seen["links"] == [link for link in part["links"] if not link.startswith("mailto:")]
        assert [sha(image) for image in seen["images"]] == pictures_of(part)
        assert seen["drawn"]
        assert seen["meter"] == figures(part, platform)


def sha(address):
    return hashlib.sha256(b64decode(address.partition(",")[2])).hexdigest()


def compare(open_file, folder, issue):
    """All nine views of one issue."""
    out = folder / f"{issue.stem}.html"
    preview(folder, issue, "--platform", "discord", "--html", out)
    page = open_file(out)
    assert page.locator("#platform-discord").get_attribute("aria-selected") == "true"
    for platform in PLATFORMS:
        page.locator(f"#platform-{platform}").click()
        for density in DENSITIES:
            page.locator(f"#density-{density}").click()
            same(page, pushed(folder, issue, platform, density), platform)


def pushed(folder, issue, platform, density):
    """What goes into a chat; on the web `--json` says the issue's own page instead."""
    if platform != "web":
        return sent(folder, issue, platform, density)
    config = folder / "zhouzhi.toml"
    configuration = load(config)
    stored = subject(configuration, config, str(issue), None).stored
    texts, today = texts_for("zh-Hans"), today_of(configuration)
    selection = Selection(is_private=False)
    pushed_page = push_page(stored, texts=texts, today=today, density=density, selection=selection)
    messages = render(pushed_page, Form("public"))
    seen = [readback(message) for message in messages]
    return [
        {
            "payload": {"html": message.payload["html"]},
            "text": back.text,
            "links": back.links,
            "method": message.method,
            "counts": {},
        }
        for message, back in zip(messages, seen, strict=True)
    ]


@pytest.mark.parametrize("sample", SAMPLES)
def test_a_sample_is_shown_as_it_is_sent(open_file, folder, sample):
    """Texts, links, pictures and meters of all platforms and densities are those of the payloads."""
    compare(open_file, folder, EXAMPLES / sample)


@pytest.mark.corpus
@pytest.mark.parametrize("path", [DAILY, WEEKLY], ids=["daily", "weekly"])
def test_a_founding_issue_is_shown_as_it_is_sent(open_file, folder, path):
    """The issues this project was made for, with all their pictures."""
    compare(open_file, folder, with_pictures(folder, need_corpus(path)))


@pytest.fixture(scope="module")
def written(folder):
    """The sample with tables, code, quotes and an album, as it goes to one reader on Telegram."""
    out = folder / "weekly.html"
    preview(folder, EXAMPLES / SAMPLES[2], "--platform", "telegram", "--form", "private", "--html", out)
    return out


def test_the_asked_form_comes_first(open_file, folder, written):
    """A private push is shown as one, with its buttons; the other tabs are private too."""
    page = open_file(written)
    same(
        page,
        sent(folder, EXAMPLES / SAMPLES[2], "telegram", "full", "--form", "private"),
        "telegram",
    )
    page.locator("#platform-discord").click()
    same(page, sent(folder, EXAMPLES / SAMPLES[2], "discord", "full", "--form", "private"), "discord")


@pytest.mark.parametrize(
    ("platform", "option"),
    [
        ("telegram", ("--style", "rich")),
        ("discord", ("--form", "embeds")),
        ("discord", ("--form", "forum")),
        ("telegram", ("--categories", "热点论文")),
    ],
    ids=lambda value: value if isinstance(value, str) else value[1],
)
def test_every_form_is_shown_as_it_is_sent(open_file, folder, platform, option):
    """Rich messages, embeds, a forum's post, a choice of categories."""
    out = folder / "form.html"
    preview(folder, EXAMPLES / SAMPLES[2], "--platform", platform, *option, "--html", out)
    same(open_file(out), sent(folder, EXAMPLES / SAMPLES[2], platform, "full", *option), platform)


def test_tabs_are_turned_by_keyboard(open_file, written):
    """Tab reaches each list once, arrows choose in it, and the view follows."""
    page = open_file(written)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "platform-telegram"
    page.keyboard.press("ArrowRight")
    assert page.evaluate("document.activeElement.id") == "platform-discord"
    assert page.locator("#view.discord .dc").count() > 0
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowRight")
    assert page.evaluate("document.activeElement.id") == "density-brief"
    assert page.locator("[role=tab][aria-selected=true]").evaluate_all("all => all.map((one) => one.id)") == [
        "platform-discord",
        "density-brief",
    ]
    assert "摘要" in page.locator(".facts").inner_text()


def test_a_button_tells_what_it_would_do(open_file, written):
    """Pressing sends nothing and says what would be sent; the payload is copied as it is."""
    page = open_file(written)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.locator("#view button.tg-key").first.click()
    page.wait_for_selector("#toast.on")
    assert "这个按钮会发" in page.locator("#toast").inner_text()
    page.locator(".copy").first.click()
    page.wait_for_function("() => document.getElementById('toast').textContent === '已复制'")
    assert "method" not in json.loads(page.evaluate("navigator.clipboard.readText()"))


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_word_can_be_read(open_file, written, scheme):
    """Contrast is at least 4.5:1, in the light and in the dark, on every platform."""
    page = open_file(written, color_scheme=scheme)
    for platform in PLATFORMS:
        page.locator(f"#platform-{platform}").click()
        assert page.evaluate(CONTRAST) == []


@pytest.mark.parametrize("width", [360, 700, 1000])
def test_nothing_runs_off_the_side(open_file, written, width):
    """On a phone everything stands below each other."""
    page = open_file(written, viewport={"width": width, "height": 800})
    for platform in PLATFORMS:
        page.locator(f"#platform-{platform}").click()
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_on_paper_there_are_no_buttons_of_ours(open_file, written):
    """Printed, the messages and their budgets are left, and quotes are unfolded."""
    page = open_file(written)
    page.emulate_media(media="print")
    assert not page.locator(".choices").is_visible()
    assert not page.locator(".copy").first.is_visible()
    assert page.locator(".gauge .meter").first.is_visible()


@pytest.mark.usefixtures("chromium")
@pytest.mark.parametrize("platform", PLATFORMS)
def test_the_picture_is_the_whole_page(folder, platform):
    """Two dots a pixel, as tall as the page, painted from top to bottom."""
    out = folder / f"{platform}.png"
    preview(folder, EXAMPLES / SAMPLES[2], "--platform", platform, "--png", out)
    picture = Image.open(io.BytesIO(out.read_bytes()))
    assert picture.format == "PNG"
    assert picture.width == 1920
    assert picture.height > 3000
    third = picture.height // 3
    for top in (0, third, 2 * third):
        colours = picture.convert("RGB").crop((0, top, 1920, top + third)).getcolors(1_000_000)
        assert colours is None or len(colours) > 40
