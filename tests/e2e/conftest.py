"""Debian's chromium, driven by Playwright; skipped with a reason where either is absent."""

import importlib.util

import pytest

from tests.e2e.demo import CHROMIUM, Watched, demo


# Playwright's synchronous side keeps an event loop running, beside which no asynchronous test can start: it ends with
# its module.
@pytest.fixture(scope="module")
def chromium():
    if importlib.util.find_spec("playwright") is None:
        pytest.skip("no chromium: playwright is not installed")
    if not CHROMIUM.exists():
        pytest.skip(f"no chromium: {CHROMIUM} is not there")
    from playwright.sync_api import sync_playwright  # noqa: PLC0415  not installed everywhere

    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def address():
    with demo() as found:
        yield found


@pytest.fixture
def opened(chromium, address):
    """Open the page at `address` in a context of its own; whatever was noted as trouble fails the test."""
    contexts, pages = [], []

    def open_(**options):
        options.setdefault("viewport", {"width": 1500, "height": 940})
        context = chromium.new_context(locale="zh-CN", **options)
        context.set_default_timeout(15_000)
        contexts.append(context)
        watched = Watched(context.new_page())
        pages.append(watched)
        watched.page.goto(address)
        return watched.page

    yield open_
    troubles = [trouble for watched in pages for trouble in watched.troubles]
    for context in contexts:
        context.close()
    assert troubles == []
