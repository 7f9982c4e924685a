"""Can a curator publish from the page alone? A file is picked, looked at, taken, and read, in a real browser."""

import os
import re
import signal
import subprocess
import sys

import pytest

from tests.e2e.demo import CONTRAST, ROOT, Watched

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
    with subprocess.Popen(
        [sys.executable, "-m", "bot", "run"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        text=True,
    ) as process:
        assert process.stderr is not None
        try:
            for line in process.stderr:
                if found := re.search(r"http://127\.0\.0\.1:\d+/\?key=[\w-]+", line):
                    yield found[0]
                    break
            else:
                pytest.fail("the log names no address")
        finally:
            process.send_signal(signal.SIGTERM)
            process.communicate(timeout=30)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_file_is_picked_looked_at_and_taken(chromium, address, scheme):
    """The button has a name, the file's name stands in the chat, and the issue is there after the tap."""
    context = chromium.new_context(
        color_scheme=scheme, locale="zh-CN", viewport={"width": 390, "height": 800}
    )
    context.set_default_timeout(15_000)
    watched = Watched(context.new_page())
    page = watched.page
    page.goto(address)
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
    context.close()
    assert watched.troubles == []
