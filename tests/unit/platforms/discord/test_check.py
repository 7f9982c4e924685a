"""Does the second reader refuse what Discord refuses?"""

from typing import Any

import pytest

from bot.platforms.base import Message
from bot.platforms.discord.check import check

NONE: dict[str, Any] = {"allowed_mentions": {"parse": []}}


def v2(*components: dict[str, Any], **others: Any) -> dict[str, Any]:
    return {"flags": 1 << 15, "components": list(components), **NONE, **others}


def text(content: str) -> dict[str, Any]:
    return {"type": 10, "content": content}


def row(*components: dict[str, Any]) -> dict[str, Any]:
    return {"type": 1, "components": list(components)}


def button(**fields: Any) -> dict[str, Any]:
    return {"type": 2, "style": 2, "label": "x", "custom_id": "a", **fields}


def select(count: int, **fields: Any) -> dict[str, Any]:
    options = [{"label": "x", "value": str(number)} for number in range(count)]
    return row({"type": 3, "custom_id": "s", "options": options, **fields})


@pytest.mark.parametrize(
    ("payload", "fault"),
    [
        (v2(text("a"), content="b"), "Components V2 with content"),
        ({"components": [text("a")], **NONE}, "without the V2 flag"),
        (dict(NONE), "an empty message"),
        ({"content": "a" * 2_001, **NONE}, "content characters: 2001 of 2000"),
        (v2(*(text("a") for _ in range(41))), "components: 41 of 40"),
        (v2({"type": 17, "components": [text("a")] * 40}), "components: 41 of 40"),
        (v2(text("a" * 2_000), text("b" * 2_001)), "text characters: 4001 of 4000"),
        (v2(text("🙂" * 2_001)), "text characters: 4002 of 4000"),
        (v2(text("字" * 3_387)), "text bytes: 10173 of 10170"),
        (v2(text(" ")), "an empty text display"),
        (v2({"type": 17, "components": []}), "an empty container"),
        (v2({"type": 12, "items": []}), "an empty gallery"),
        (v2(row()), "an empty action row"),
        (v2(row(*(button(custom_id=str(n)) for n in range(6)))), "buttons in a row: 6 of 5"),
        (v2(row(button()), row(button())), "custom_id 'a' stands 2 times"),
        (v2(row(button(custom_id="x" * 101))), "custom_id of 101 characters"),
        (v2(row(button(url="https://e.example"))), "exactly one of url and custom_id"),
        (v2(row({"type": 2, "style": 1, "label": "x", "url": "https://e.example"})), "style 1 with url"),
        (v2(row({"type": 2, "style": 5, "label": "x", "url": "tg://x"})), "a button leads to 'tg://x'"),
        (v2(row(button(label=" "))), "a button without label"),
        (v2(row(button(label="x" * 81))), "button label: 81 of 80"),
        (v2(select(26)), "a select of 26 options"),
        (v2(select(2, max_values=3)), "1 to 3 of 2 options"),
        (v2(select(1, placeholder="x" * 151)), "placeholder: 151 of 150"),
        ({"embeds": [{"description": "a" * 4_097}], **NONE}, "embed description: 4097 of 4096"),
        ({"embeds": [{"description": "a" * 3_001}] * 2, **NONE}, "embed characters: 6002 of 6000"),
        ({"embeds": [{"description": "a"}] * 11, **NONE}, "embeds: 11 of 10"),
        ({"embeds": [{}], **NONE}, "an empty embed"),
        (
            {"content": "a", "components": [row(button(custom_id=str(n))) for n in range(6)], **NONE},
            "action rows: 6",
        ),
        (v2({"type": 12, "items": [{"media": {"url": "attachment://x.png"}}]}), "x.png is not attached"),
        (v2(text("a"), attachments=[{"id": 0, "filename": "x.png"}]), "attachments and uploads do not match"),
        ({"content": "a"}, "allowed_mentions is not explicit"),
        ({"content": "a", "allowed_mentions": {"parse": ["users"]}}, "mentions are parsed"),
        (v2(text("hallo @everyone")), "a mention: @everyone"),
        (v2(text("<@123> und \\\\<#45>")), "a mention: <#45>"),
    ],
)
def test_each_rule_is_seen(payload: dict[str, Any], fault: str) -> None:
    """A payload that breaks one rule is refused with words that name it."""
    assert any(fault in found for found in check(Message("POST", payload)))


def test_a_sound_payload_passes() -> None:
    """Escaped mentions, code and a full message are no fault."""
    payload = v2(text("\\@everyone `<@1>` \\<@123> [x](https://e.example/@here)"), row(button()), select(25))
    assert check(Message("POST", payload)) == []
