"""How are the pictures of the documents drawn? From the demo and `zhouzhi preview` of the samples: `make pictures`."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from playwright.sync_api import sync_playwright

from bot.cli.preview import preview
from tests.e2e.demo import CHROMIUM, ROOT, demo
from tests.e2e.test_demo_page import say

PICTURES: Final = ROOT / "docs" / "pictures"
EXAMPLES: Final = ROOT / "examples"
WEEKLY: Final = EXAMPLES / "issues" / "weekly"


@contextmanager
def chromium() -> Iterator[Any]:
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        yield browser
        browser.close()


def page_of(browser: Any, address: str, **options: Any) -> Any:
    context = browser.new_context(locale="zh-CN", reduced_motion="reduce", **options)
    page = context.new_page()
    page.goto(address)
    return page


def demos(browser: Any) -> None:
    """The demo by day, by night and on a phone, each with a push that arrived and an answer."""
    shots = (
        ("demo", {"viewport": {"width": 1440, "height": 900}}),
        ("demo-dark", {"viewport": {"width": 1440, "height": 900}, "color_scheme": "dark"}),
        ("demo-phone", {"viewport": {"width": 390, "height": 844}, "device_scale_factor": 2}),
    )
    for name, options in shots:
        with demo() as address:
            page = page_of(browser, address, **options)
            page.wait_for_selector(".campaign.finished", state="attached")  # on a phone it is behind a tab
            page.wait_for_function("() => !document.querySelector('#arrived.on')")
            if name != "demo-dark":
                say(page, "telegram", "/latest")
                page.wait_for_selector('.telegram .log[data-scene="telegram-reader"] > .mine + .tg .tg-key')
            page.evaluate("document.activeElement.blur()")
            page.wait_for_timeout(600)  # what is smooth has come to rest
            page.screenshot(path=PICTURES / f"{name}.png")
            page.context.close()


def previews(browser: Any) -> None:
    """The beginning of a sample as each platform shows it."""
    shots: Any = (("telegram", 3, "light"), ("discord", 2, "dark"))
    for platform, issue, scheme in shots:
        with tempfile.TemporaryDirectory() as folder:
            out = Path(folder) / "preview.html"
            file = str(WEEKLY / f"zhouzhi-weekly-{issue}.md")
            preview(file, platform=platform, form="private", config=EXAMPLES / "zhouzhi.toml", html=out)
            size = {"width": 1000, "height": 940}
            page = page_of(browser, out.as_uri(), viewport=size, device_scale_factor=1.5, color_scheme=scheme)
            page.screenshot(path=PICTURES / f"preview-{platform}.png")
            page.context.close()


if __name__ == "__main__":
    with chromium() as browser:
        demos(browser)
        previews(browser)
