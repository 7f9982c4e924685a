"""The demo as a process of its own, and a browser that notes everything that goes wrong in it."""

import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
CHROMIUM = Path("/usr/bin/chromium")
START_S = 30


@contextmanager
def demo() -> Iterator[str]:
    """A running demo on a free port; gives its address, and ends it with Ctrl-C."""
    with subprocess.Popen(
        [sys.executable, "-m", "bot", "demo", "--port", "0", "--no-browser"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        try:
            for line in process.stdout:
                if found := re.search(r"http://\S+", line):
                    yield found[0]
                    break
            else:
                raise AssertionError(process.stderr.read())
        finally:
            process.send_signal(signal.SIGINT)
            errors = process.communicate(timeout=START_S)[1]
            assert "Traceback" not in errors, errors
    assert process.returncode == 0


class Watched:
    """A page with everything noted that must not happen: console errors, broken requests, policy violations."""

    def __init__(self, page: Any) -> None:
        self.page = page
        self.troubles: list[str] = []
        page.on("console", lambda message: self._note(message.type == "error", message.text))
        page.on("pageerror", lambda error: self._note(True, str(error)))
        page.add_init_script(
            "addEventListener('securitypolicyviolation', (event) =>"
            " console.error('policy', event.violatedDirective, event.blockedURI))"
        )

    def _note(self, is_trouble: bool, words: str) -> None:
        if is_trouble:
            self.troubles.append(words)


# rejects where a picture cannot be drawn; those below the screen would wait until they are scrolled to
DECODED = "Promise.all([...document.images].map((one) => { one.loading = 'eager'; return one.decode(); }))"

# Walks every visible text and gives those whose contrast with what is painted behind them is too low.
CONTRAST = """
() => {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = 1;
  const context = canvas.getContext("2d", { willReadFrequently: true });
  const colour = (css) => {
    context.clearRect(0, 0, 1, 1);
    context.fillStyle = css;
    context.fillRect(0, 0, 1, 1);
    return [...context.getImageData(0, 0, 1, 1).data];
  };
  const over = (top, below) => {
    const alpha = top[3] / 255;
    return [0, 1, 2].map((n) => top[n] * alpha + below[n] * (1 - alpha)).concat(255);
  };
  const light = (rgb) => {
    const [r, g, b] = rgb.slice(0, 3).map((v) => (v /= 255) <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const behind = (element) => {
    const stack = [];
    for (let one = element; one; one = one.parentElement) stack.push(colour(getComputedStyle(one).backgroundColor));
    return stack.reverse().reduce((below, top) => over(top, below), [255, 255, 255, 255]);
  };
  const bad = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    const words = walker.currentNode.textContent.trim();
    if (!words || !element.checkVisibility({ opacityProperty: true, visibilityProperty: true })) continue;
    if (element.closest("[disabled], .arrived, #toast, [aria-hidden]")) continue;
    const below = behind(element);
    const above = over(colour(getComputedStyle(element).color), below);
    const [a, b] = [light(above), light(below)].sort((x, y) => y - x);
    const ratio = (a + 0.05) / (b + 0.05);
    if (ratio < 4.5) bad.push(`${ratio.toFixed(2)} ${element.className || element.tagName}: ${words.slice(0, 30)}`);
  }
  return [...new Set(bad)];
}
"""
