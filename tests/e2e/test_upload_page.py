"""Can a curator publish from the page alone? A file is picked, looked at, taken, and read, in a real browser."""

import pytest

from tests.e2e.demo import CONTRAST
from tests.e2e.running import served

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120)]

CONFIG = """\
language = "zh-Hans"

[[series]]
key = "weekly"
title = "周知周刊"

[desk]
publishers = ["web:me"]

[web]
port = 0
"""
ISSUE = "---\ndate: 2026-11-24\n---\n# 周知 第 13 期\n\n## 模型\n\n### 甲公司发布模型\n\n正文。\n"


@pytest.fixture
def address(tmp_path):
    """A running bot without sources; its log tells the address of the page."""
    (tmp_path / "zhouzhi.toml").write_text(CONFIG, "utf-8")
    with served(tmp_path) as found:
        yield found


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_file_is_picked_looked_at_and_taken(opened, scheme):
    """The button has a name, the file's name stands in the chat, and the issue is there after the tap."""
    page = opened(color_scheme=scheme, viewport={"width": 390, "height": 800})
    page.wait_for_selector(".composer input:enabled")
    with page.expect_file_chooser() as chosen:
        page.get_by_role("button", name="发文件").click()
    chosen.value.set_files({"name": "第13期.md", "mimeType": "text/markdown", "buffer": ISSUE.encode()})
    page.wait_for_selector(".theirs .button")
    assert "第13期.md" in page.locator(".mine").inner_text()
    assert "1 栏目 · 1 条" in page.locator(".theirs").inner_text()
    assert page.evaluate(CONTRAST) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.locator(".theirs .button", has_text="收下").click()
    page.locator(".theirs .button", has_text="看这一期").click()
    page.wait_for_selector(".theirs :text('甲公司发布模型')", state="attached")
