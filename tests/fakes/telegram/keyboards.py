"""Is a keyboard one the server takes? Buttons, their data and their number."""

from typing import Any
from urllib.parse import urlsplit

from tests.fakes.telegram.calls import Call
from tests.fakes.telegram.refusals import bad

Json = dict[str, Any]
ACTIONS = (
    "url", "callback_data", "web_app", "login_url", "switch_inline_query", "switch_inline_query_current_chat",
    "switch_inline_query_chosen_chat", "copy_text", "callback_game", "pay",
)  # fmt: skip


def markup_of(call: Call, *, inline_only: bool = False) -> Json | None:
    """The inline keyboard to store; None for none or for one that is not shown in the message."""
    markup = call.get("reply_markup")
    if markup is None:
        return None
    if isinstance(markup, str):
        raise bad("can't parse reply keyboard markup JSON object")
    if not isinstance(markup, dict):
        raise bad("object expected as reply markup")
    rows = markup.get("inline_keyboard")
    if rows is None:
        if inline_only:
            call.findings.append("an edit can take an inline keyboard only")
        if markup.get("force_reply") and len(markup.get("input_field_placeholder", "x")) not in range(1, 65):
            call.findings.append("input_field_placeholder takes 1-64 characters")
        return None
    shown = [[_button(button, call) for button in row] for row in rows]
    count = sum(map(len, shown))
    if any(len(row) > 8 for row in shown):
        call.findings.append("more than 8 buttons in a row")
    if count > 100:
        call.findings.append(f"{count} buttons in one keyboard, 100 fit")
    if not all(shown):
        call.findings.append("an empty row of buttons")
    return {"inline_keyboard": shown} if count else None


def _button(button: Json, call: Call) -> Json:
    if not str(button.get("text", "")).strip():
        raise bad("inline keyboard button text must be non-empty")
    actions = [name for name in ACTIONS if name in button]
    if not actions:
        raise bad("can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard")
    if len(actions) > 1:
        call.findings.append(f"a button with {' and '.join(actions)}")
    if "callback_data" in button and not 1 <= len(str(button["callback_data"]).encode()) <= 64:
        raise bad("BUTTON_DATA_INVALID")
    if "url" in button and not _is_address(str(button["url"])):
        raise bad(f"inline keyboard button URL '{button['url']}' is invalid: Wrong HTTP URL")
    if button.get("style", "danger") not in ("danger", "success", "primary"):
        call.findings.append(f"unknown button style {button['style']!r}")
    return button


def _is_address(url: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme in ("http", "https", "tg") and bool(parts.netloc) and " " not in url
