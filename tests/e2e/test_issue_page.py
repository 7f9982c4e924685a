"""Can an issue's page be read by everybody: by keyboard, in the dark, on a phone, on paper and by a screen reader?"""

import re
import zlib
from itertools import pairwise
from urllib.parse import unquote

import pytest

from bot.cli.subject import subject
from bot.config import load
from bot.platforms.web.dress import alone
from bot.platforms.web.issue_page import issue_page
from digest.errors import NotFound
from handlers.texts import texts_for
from handlers.views.push import WHOLE, by_categories
from tests.contract.telegram.stage import png
from tests.e2e.demo import CONTRAST, DECODED, ROOT, Watched
from tests.shared import DAILY, WEEKLY, need_corpus

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

EXAMPLES = ROOT / "examples" / "issues"
OURS = {
    "our daily": EXAMPLES / "daily/ai-daily-2026-11-18.md",
    "our weekly": EXAMPLES / "weekly/zhouzhi-weekly-3.md",
}
FOUNDING = {"founding daily": DAILY, "founding weekly": WEEKLY}
ISSUES = [*OURS, *(pytest.param(name, marks=pytest.mark.corpus) for name in FOUNDING)]
FOLDED = """# 第一期

## 模型

### 甲

<details><summary>全文</summary>

{}

</details>
"""
HEADINGS = "[...document.querySelectorAll('h1, h2, h3, h4, h5, h6')].map((one) => +one.tagName[1])"
UNTITLED = """
[...document.querySelectorAll("section, nav, article")].filter((one) => {
  const title = document.getElementById(one.getAttribute("aria-labelledby"));
  return !(one.ariaLabel || title?.innerText.trim());
}).length
"""
ON_SCREEN = """
(id) => {
  const { top, bottom } = document.getElementById(id).getBoundingClientRect();
  return bottom > 0 && top < innerHeight;
}
"""
FOCUSED = "document.activeElement.getAttribute('href')"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    made = tmp_path_factory.mktemp("page")
    (made / "zhouzhi.toml").write_text('language = "zh-Hans"\n', "utf-8")
    return made


@pytest.fixture(scope="module")
def read(folder):
    """An issue of a file, whose pictures are all there, and what reads them."""
    found = {}

    def read_(path):
        if path not in found:
            copy = folder / path.name
            copy.write_bytes(path.read_bytes())
            for number, name in enumerate(
                re.findall(r"!\[[^\]]*\]\(([^)\s]+)\)", path.read_text("utf-8")), 1
            ):
                picture = folder / unquote(name)
                picture.parent.mkdir(parents=True, exist_ok=True)
                picture.write_bytes(png(320 + number, 200 + 7 * number, 9 * number % 250))
            config = folder / "zhouzhi.toml"
            found[path] = subject(load(config), config, str(copy), None)
        return found[path]

    return read_


@pytest.fixture(scope="module")
def written(folder, read):
    """The one file of an issue."""

    def write(path, *, language="zh-Hans", density="full", categories=()):
        found = read(path)
        kinds = {picture.sha: picture.mime for picture in found.stored.pictures.values()}

        def bytes_of(sha):
            try:
                return kinds[sha], found.picture(sha)
            except NotFound:
                return None

        selection = by_categories(found.stored.issue, categories) if categories else WHOLE
        html = issue_page(
            found.stored,
            texts=texts_for(language),
            series="周志",
            density=density,
            selection=selection,
            dress=alone(bytes_of),
        )
        out = folder / f"{path.stem}-{density}-{language}-{len(categories)}.html"
        out.write_text(html, "utf-8")
        return out

    return write


@pytest.fixture
def open_file(chromium):
    """Open a file from disk; a console error, a policy violation or any request beyond the file fails the test."""
    pages = []

    def open_(path, **options):
        options.setdefault("viewport", {"width": 1280, "height": 900})
        watched = Watched(chromium.new_context(locale="zh-CN", reduced_motion="reduce", **options).new_page())
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


def path_of(name):
    return OURS[name] if name in OURS else need_corpus(FOUNDING[name])


@pytest.mark.parametrize("name", ISSUES)
def test_it_opens_alone(open_file, written, name):
    """Every picture is drawn and nothing is asked for; headings go down one level at a time, and every part has a name."""
    page = open_file(written(path_of(name)))
    page.evaluate(DECODED)
    levels = page.evaluate(HEADINGS)
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(deeper - level <= 1 for level, deeper in pairwise(levels))
    assert page.evaluate(UNTITLED) == 0
    ids = page.evaluate("[...document.querySelectorAll('[id]')].map((one) => one.id)")
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("name", ISSUES)
def test_it_is_walked_by_keyboard(open_file, written, name):
    """The first Tab shows the way past everything, the next ones go through the sections, and Enter goes there."""
    page = open_file(written(path_of(name)))
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.matches('.skip')")
    assert page.evaluate("document.activeElement.getBoundingClientRect().top >= 0")
    links = page.locator(".contents a").evaluate_all("all => all.map((one) => one.getAttribute('href'))")
    assert len(links) > 1
    walked = []
    for _ in range(20 * len(links)):
        page.keyboard.press("Tab")
        walked.append(page.evaluate(FOCUSED))
        if walked[-1] == links[-1]:
            break
    assert walked[-len(links) :] == links
    page.keyboard.press("Enter")
    assert unquote(page.evaluate("location.hash")) == unquote(links[-1])
    assert page.evaluate(ON_SCREEN, unquote(links[-1][1:]))
    page.locator(".skip").focus()
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "_main"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", ISSUES)
def test_every_word_can_be_read(open_file, written, name, scheme):
    """Contrast is at least 4.5:1, in the light and in the dark, also where an item is pointed at."""
    page = open_file(written(path_of(name)), color_scheme=scheme)
    assert page.evaluate(CONTRAST) == []
    page.locator("a.number").first.click()
    assert page.evaluate(CONTRAST) == []


@pytest.mark.parametrize("width", [360, 800, 1280])
@pytest.mark.parametrize("name", ISSUES)
def test_nothing_runs_off_the_side(open_file, written, name, width):
    """Long addresses break, tables and code scroll by themselves, pictures shrink."""
    page = open_file(written(path_of(name)), viewport={"width": width, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", ISSUES)
def test_no_rule_of_accessibility_is_broken(open_file, written, name, scheme):
    """Axe finds nothing: landmarks, names, languages, lists, tables, contrast."""
    assert violations(open_file(written(path_of(name)), color_scheme=scheme)) == []


@pytest.mark.parametrize("density", ["brief", "headlines"])
@pytest.mark.parametrize("language", ["zh-Hans", "en"])
def test_less_of_it_reads_as_well(open_file, written, read, density, language):
    """A choice of categories at less density, in words of either language, breaks no rule and stays within a phone."""
    path = OURS["our weekly"]
    categories = tuple(dict.fromkeys(section.category for section in read(path).stored.issue.sections))[:2]
    out = written(path, density=density, language=language, categories=categories)
    page = open_file(out, viewport={"width": 360, "height": 800})
    assert page.locator("section").count() == 2
    assert page.locator(".filtered").is_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.evaluate(CONTRAST) == []
    assert violations(page) == []


@pytest.mark.parametrize("name", ISSUES)
def test_it_is_printed(open_file, written, name):
    """Every sheet of paper bears something, and what only leads around is left out."""
    page = open_file(written(path_of(name)))
    sheets = sheets_of(page.pdf(prefer_css_page_size=True))
    assert len(sheets) > 1
    assert all(marks > 0 for marks in sheets)
    page.emulate_media(media="print")
    assert not page.locator(".side").is_visible()
    assert not page.locator(".skip").is_visible()
    assert page.evaluate(CONTRAST) == []


def test_what_is_folded_is_printed(open_file, written, folder):
    """Closed on the screen, open on paper."""
    path = folder / "folded.md"
    path.write_text(FOLDED.format("\n\n".join(f"第 {n} 段。" for n in range(120))), "utf-8")
    page = open_file(written(path))
    last = page.get_by_text("第 119 段。")
    assert page.locator("details:not([open])").count() == 1
    assert not last.is_visible()
    assert len(sheets_of(page.pdf(prefer_css_page_size=True))) > 1
    page.emulate_media(media="print")
    assert last.is_visible()


def violations(page):
    """What axe-core holds against the page, each with where it is."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    return [
        (found["id"], node["target"], node["html"][:120])
        for found in axe.run(page).response["violations"]
        for node in found["nodes"]
    ]


def sheets_of(pdf):
    """How many strings, pictures and lines each sheet draws."""
    objects = dict(re.findall(rb"(?s)(?<!\d)(\d+) 0 obj(.*?)endobj", pdf))
    sheets = [one for one in objects.values() if re.search(rb"/Type\s*/Page\b", one)]
    return [len(re.findall(rb"\b(?:Tj|TJ|Do)\b", drawn(objects, sheet))) for sheet in sheets]


def drawn(objects, sheet):
    """What the sheet's one content stream says."""
    number = re.search(rb"/Contents (\d+) 0 R", sheet)
    assert number
    content = re.search(rb"(?s)stream\r?\n(.*)\r?\nendstream", objects[number[1]])
    assert content
    return zlib.decompress(content[1])
