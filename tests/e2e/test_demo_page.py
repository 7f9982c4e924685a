"""Does the demo's page work in a real browser, with mouse, keyboard, in the dark and on a narrow screen?"""

import pytest

from tests.e2e.demo import CONTRAST, DECODED, Watched

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120)]

TELEGRAM = '.telegram .log[data-scene="telegram-reader"]'
DISCORD = '.discord .log[data-scene="discord-reader"]'


def pushed(page):
    """Wait until the first push is complete: the ledger says so."""
    page.wait_for_selector(".campaign.finished", timeout=30_000)


def say(page, look, text):
    box = page.locator(f".{look} .composer input")
    box.fill(text)
    page.keyboard.press("Escape")
    box.press("Enter")


def newest(page, log):
    return page.locator(f"{log} > [data-id]").last


def test_the_push_arrives_everywhere(opened):
    """On opening it is Monday 08:30: both looks, their channels and the web chat get the weekly, the ledger every row."""
    page = opened()
    page.wait_for_selector("#arrived.on")
    assert "08:30（上海）到了" in page.locator("#arrived").inner_text()
    pushed(page)
    assert page.locator(f"{TELEGRAM} .tg-bubble").count() >= 2
    assert page.locator(f"{TELEGRAM} .tg-album img").first.evaluate(
        "image => image.complete && image.naturalWidth > 0"
    )
    assert page.locator(f"{DISCORD} .dc-container").count() >= 1
    assert page.locator(f"{DISCORD} .dc-gallery img").count() >= 1
    assert page.locator(f"{TELEGRAM} dl.meter").count() >= 2
    rows = page.locator(".campaign tbody tr")
    assert rows.count() == page.locator(".campaign .state.sent").count() >= 5
    page.get_by_role("button", name="网页会话").click()
    assert page.locator(".web-chat .message.theirs .passage").count() >= 3
    page.locator(".telegram [data-scene=channel]").click()
    assert page.locator('.telegram .log[data-scene="telegram-channel"] .tg-bubble').count() >= 2


def test_latest_is_answered_and_a_button_pages_in_place(opened):
    """The reply's buttons change the message they sit on; no new one appears."""
    page = opened()
    pushed(page)
    for look, log, key in (("telegram", TELEGRAM, ".tg-key"), ("discord", DISCORD, ".dc-button")):
        before = page.locator(f"{log} > [data-id]").count()
        say(page, look, "/latest")
        page.wait_for_function(
            f"() => document.querySelectorAll('{log} > [data-id]').length === {before + 2}"
        )
        reply = newest(page, log)
        number, words = reply.get_attribute("data-id"), reply.inner_text()
        reply.locator(key, has_text="逐条读").click()
        page.wait_for_function(
            "([log, words]) => document.querySelector(`${log} > [data-id]:last-child`).innerText !== words",
            arg=[log, words],
        )
        assert newest(page, log).get_attribute("data-id") == number
        assert page.locator(f"{log} > [data-id]").count() == before + 2


@pytest.mark.parametrize("way", ["button", "link with the key"])
def test_the_page_of_an_issue_is_opened(opened, address, way):
    """By the button under an answer in the web chat, or straight by its address: dressed, with every picture."""
    page = opened()
    pushed(page)
    page.get_by_role("button", name="网页会话").click()
    assert page.locator(".web-chat .theirs .button[href^='/issue/']").count() > 0
    say(page, "web-chat", "/latest")
    page.wait_for_selector(".web-chat .mine ~ .theirs:last-child .button[href^='/issue/']")
    button = page.locator(".web-chat .theirs").last.locator(".button[href^='/issue/']")
    assert "网页" in button.inner_text()
    if way == "button":
        with page.context.expect_page() as found:
            button.click()
        issue = Watched(found.value)
        issue.page.reload()  # watched from the beginning
    else:
        issue = Watched(page.context.browser.new_context().new_page())
        start, _, key = address.partition("?")
        issue.page.goto(f"{start.rstrip('/')}{button.get_attribute('href')}?{key}")
    issue.page.wait_for_load_state("networkidle")
    assert issue.page.locator("main section article").count() > 3
    assert issue.page.evaluate("[...document.styleSheets].every((one) => one.cssRules.length > 50)")
    assert issue.page.evaluate("document.styleSheets.length") == 1
    issue.page.evaluate(DECODED)
    assert issue.page.evaluate("document.images.length") > 0
    issue.page.locator(".densities a").last.click()
    issue.page.wait_for_selector("body.headlines")
    assert issue.troubles == []
    issue.page.close()


def test_search_finds_and_marks(opened):
    """Words are found in all issues, in each look and in the web chat."""
    page = opened()
    pushed(page)
    say(page, "telegram", "/search 千问")
    page.wait_for_function(
        f"() => document.querySelector('{TELEGRAM} > :last-child').innerText.includes('「千问」找到')"
    )
    say(page, "discord", "/search 千问")
    page.wait_for_function(
        f"() => document.querySelector('{DISCORD} > :last-child').innerText.includes('千问')"
    )
    page.get_by_role("button", name="网页会话").click()
    say(page, "web-chat", "/search 千问")
    page.wait_for_function(
        "() => [...document.querySelectorAll('.web-chat .theirs')].at(-1).innerText.includes('千问')"
    )


def test_everything_is_reached_by_keyboard(opened):
    """`/` to the box, arrows through completions, Enter sends; Shift-Tab to the buttons, arrows between them, Enter presses."""
    page = opened()
    pushed(page)
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.matches('.telegram .composer input')")
    page.keyboard.type("/lat")
    page.wait_for_selector(".telegram .completions li")
    page.keyboard.press("ArrowDown")
    assert page.locator(".telegram .completions li[aria-selected=true]").inner_text().startswith("/latest")
    page.keyboard.press("Enter")
    assert page.locator(".telegram .composer input").input_value() == "/latest "
    page.keyboard.press("Enter")
    page.wait_for_function(f"() => document.querySelector('{TELEGRAM} > :last-child .tg-key')")
    for _ in range(3):
        page.keyboard.press("Shift+Tab")
        if page.evaluate("document.activeElement.matches('.tg-key')"):
            break
    first = page.evaluate("document.activeElement.innerText")
    page.keyboard.press("ArrowRight")
    second = page.evaluate("document.activeElement.innerText")
    assert page.evaluate("document.activeElement.matches('.tg-key')")
    assert first != second
    words = newest(page, TELEGRAM).inner_text()
    page.keyboard.press("Enter")
    page.wait_for_function(
        "([log, words]) => document.querySelector(`${log} > :last-child`).innerText !== words",
        arg=[TELEGRAM, words],
    )
    page.keyboard.press("/")
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement === document.body")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_word_can_be_read(opened, scheme):
    """Contrast is at least 4.5:1 everywhere, in the light and in the dark, in every column."""
    page = opened(color_scheme=scheme)
    pushed(page)
    say(page, "telegram", "/latest")
    say(page, "discord", "/settings")
    page.wait_for_timeout(1_500)
    assert page.evaluate(CONTRAST) == []
    page.get_by_role("button", name="网页会话").click()
    page.locator(".telegram [data-scene=channel]").click()
    assert page.evaluate(CONTRAST) == []


def test_dark_and_light_are_switched(opened):
    """The page follows the system, and the switch goes before it and is remembered."""
    page = opened(color_scheme="dark")

    def brightness():
        return page.evaluate("getComputedStyle(document.body).backgroundColor.match(/\\d+/)[0] * 1")

    assert brightness() < 60
    page.locator("#theme").click()
    assert brightness() > 200
    page.reload()
    page.wait_for_selector(".telegram .composer")
    assert brightness() > 200


@pytest.mark.parametrize("width", [360, 390, 700])
def test_a_narrow_page_has_tabs(opened, width):
    """One column at a time, nothing runs off the side."""
    page = opened(viewport={"width": width, "height": 800})
    pushed_later = page.locator("#column-happens")
    assert page.locator("#column-telegram").is_visible()
    assert not pushed_later.is_visible()
    for name in ("discord", "happens", "telegram"):
        page.locator(f"#tab-{name}").click()
        assert page.locator(f"#column-{name}").is_visible()
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_motion_is_reduced_on_wish(opened):
    """Who asked for less motion gets none."""
    page = opened(reduced_motion="reduce")
    page.wait_for_selector("#arrived.on")
    assert page.evaluate("getComputedStyle(document.getElementById('arrived')).transitionDuration") in (
        "0s",
        "1e-06s",
    )


def test_a_fault_and_its_cure_are_shown(opened):
    """Broken: the ledger names it. Mended and retried: every row is sent."""
    page = opened()
    pushed(page)
    page.locator("[data-fault=telegram-forbidden]").click()
    page.wait_for_selector("[data-fault=telegram-forbidden][aria-pressed=true]")
    page.locator("#jump").click()
    page.wait_for_selector(".state.suspended", timeout=30_000)
    assert "没有权限" in page.locator(".state.suspended").first.inner_text()
    page.locator("[data-fault=telegram-forbidden]").click()
    page.wait_for_selector("[data-fault=telegram-forbidden][aria-pressed=false]")
    page.get_by_role("button", name="再试失败的").click()
    page.wait_for_function(
        "() => !document.querySelector('.state.suspended') && document.querySelectorAll('.campaign.finished').length === 2"
    )


def test_a_question_is_asked_in_a_dialogue(opened):
    """On Discord a wanted word opens a dialogue; Esc closes it, an answer is taken."""
    page = opened()
    pushed(page)
    say(page, "discord", "/search")
    page.wait_for_selector("dialog[open]")
    page.keyboard.press("Escape")
    page.wait_for_function("() => !document.querySelector('dialog')")
    say(page, "discord", "/search")
    page.wait_for_selector("dialog[open]")
    page.keyboard.type("千问")
    page.keyboard.press("Enter")
    page.wait_for_function(
        f"() => document.querySelector('{DISCORD} > :last-child').innerText.includes('千问')"
    )


def test_the_language_is_switched(opened):
    """Words, times and later replies are English; the page says so to the browser."""
    page = opened()
    page.get_by_role("button", name="English").click()
    page.wait_for_selector("html[lang=en]")
    assert page.locator("#column-happens h2").inner_text() == "What happens"
    page.wait_for_selector(".telegram .composer input[placeholder^='Type']")


def test_a_reader_becomes_a_curator_and_begins_anew(opened):
    """The curator has his own chats and the desk; starting over empties every column."""
    page = opened()
    pushed(page)
    page.get_by_role("button", name="编者").click()
    say(page, "telegram", "/broadcast")
    page.wait_for_selector('.telegram .log[data-scene="telegram-curator"] .tg-key')
    page.locator("#reset").click()
    page.wait_for_function("() => !document.querySelector('.tg') && !document.querySelector('.campaign')")
    page.locator("#jump").click()
    page.wait_for_selector(".campaign", timeout=20_000)
