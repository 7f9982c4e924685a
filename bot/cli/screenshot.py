"""How does a page become a picture? A Chromium that is there anyway draws it, without window and network of its own."""

import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Final

from digest.errors import Refused, Temporary

NAMES: Final = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
SCALE: Final = 2  # dots a pixel, as on a present screen
TALLEST: Final = 30_000  # pixels of a page; a taller picture takes half a gigabyte to be looked at
PATIENCE_S: Final = 120
_HEIGHT: Final = re.compile(r'<html[^>]* data-height="(\d+)"')


def screenshot(page: Path, picture: Path, width: int) -> None:
    """Draw the whole page, which writes its height into `data-height` of its root, as PNG; both in one folder of ours.

    Raises Refused("preview.no_browser" …), Temporary("preview.browser").
    """
    browser = _found()
    address = f"{page.as_uri()}#picture"
    drawn = _run(browser, page.parent, f"--window-size={width},1000", "--dump-dom", address)
    height = _HEIGHT.search(drawn)
    if height is None:
        raise Temporary("preview.browser", browser=browser, reason="the page was not drawn")
    if int(height[1]) > TALLEST:
        raise Refused("preview.too_tall", height=int(height[1]), limit=TALLEST)
    size = f"--window-size={width},{height[1]}"
    _run(
        browser, page.parent, size, f"--force-device-scale-factor={SCALE}", f"--screenshot={picture}", address
    )
    if not picture.is_file():
        raise Temporary("preview.browser", browser=browser, reason="no picture was written")


def _found() -> str:
    for name in NAMES:
        if path := shutil.which(name):
            return path
    raise Refused("preview.no_browser", names=", ".join(NAMES))


def _run(browser: str, folder: Path, *arguments: str) -> str:
    """Its standard output. As root Chromium starts only without its sandbox; the page is ours and loads nothing."""
    command = [
        browser,
        "--headless=new",
        *(["--no-sandbox"] if os.geteuid() == 0 else []),
        f"--user-data-dir={folder / 'profile'}",
        "--no-first-run",
        "--disable-gpu",
        "--disable-extensions",
        "--disable-background-networking",
        "--hide-scrollbars",
        *arguments,
    ]
    try:
        done = subprocess.run(command, capture_output=True, timeout=PATIENCE_S, check=False)  # noqa: S603  found on PATH
    except (OSError, subprocess.TimeoutExpired) as error:
        raise Temporary("preview.browser", browser=browser, reason=str(error)) from None
    if done.returncode:
        lines = done.stderr.decode("utf-8", "replace").strip().splitlines()
        raise Temporary(
            "preview.browser", browser=browser, reason=lines[-1] if lines else str(done.returncode)
        )
    return done.stdout.decode("utf-8", "replace")
