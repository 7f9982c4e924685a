"""Does the web platform's own page work, the one `zhouzhi run` serves?"""

import pytest

from tests.e2e.demo import CONTRAST
from tests.e2e.running import ROOT, served

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120)]

CONFIG = """\
language = "zh-Hans"

[[series]]
key = "weekly"
title = "周知周刊"
sources = [{ kind = "folder", path = "issues" }]

[telegram]
token = "1:nobody"
api_base = "http://127.0.0.1:9"

[web]
port = 0
"""


@pytest.fixture
def address(tmp_path):
    """A running bot; its log tells the address of the page."""
    (tmp_path / "issues").symlink_to(ROOT / "examples" / "issues" / "weekly")
    (tmp_path / "zhouzhi.toml").write_text(CONFIG, "utf-8")
    with served(tmp_path) as found:
        yield found


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_chat_page(opened, scheme):
    """Typed, answered, paged in place, completed, readable, and there again after a reload."""
    page = opened(color_scheme=scheme, viewport={"width": 390, "height": 800})
    page.wait_for_selector(".composer input:enabled")
    page.keyboard.press("Escape")  # the box has the focus from the beginning
    page.keyboard.press("/")
    page.keyboard.type("/la")
    page.wait_for_selector(".completions li")
    assert "/latest" in page.locator(".completions").inner_text()
    page.keyboard.press("Escape")
    page.locator(".composer input").fill("/latest")
    page.keyboard.press("Escape")
    page.locator(".composer input").press("Enter")
    page.wait_for_selector(".theirs .button")
    before = page.locator(".theirs").inner_text()
    page.locator(".theirs .button", has_text="逐条读").click()
    page.wait_for_function("(words) => document.querySelector('.theirs').innerText !== words", arg=before)
    assert page.locator(".theirs").count() == 1
    assert page.evaluate(CONTRAST) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.reload()
    page.wait_for_selector(".theirs")
    assert page.locator(".mine").inner_text() == "/latest"
