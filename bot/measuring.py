"""How much room does a push take? Rendered as it would be sent, and measured in its payloads; a `handlers.ports.Meter`."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from bot.platforms.base import Budget, Form, Message, Renders
from bot.preview import Looks, looks, rendered
from digest.audience import PlatformName
from handlers.ports import Measure
from handlers.texts import Texts
from handlers.views.push import push_page
from storage.issues import StoredIssue


class Measuring:
    """Knows the platforms that are on, since buttons carry their bots' names."""

    def __init__(self, platforms: Mapping[str, Renders]) -> None:
        self._platforms = platforms

    def measure(self, stored: StoredIssue, platform: PlatformName, *, texts: Texts, today: date) -> Measure:
        look = looks(platform)
        bot = self._platforms[platform].username if platform in self._platforms else None
        form = Form("private", bot=bot)
        page = push_page(stored, texts=texts, today=today)
        messages = rendered(look.render, page, form)
        part, budgets = _fullest(look, messages)
        has_pictures = bool(page.pictures)
        return Measure(
            part,
            len(messages),
            budgets,
            sum(len(look.readback(message).images) for message in messages),
            _split(look, messages),
            _count(look.render(page, form)) if has_pictures else None,
            _count(look.render(page, replace(form, images="cover"))) if has_pictures else None,
        )


def _fullest(look: Looks, messages: Sequence[Message]) -> tuple[int, tuple[Budget, ...]]:
    """The message nearest to a limit, counted from 1, and what it takes."""
    measured = [look.meter(message) for message in messages]
    shares = [max((used / limit for _, used, limit in budgets), default=0.0) for budgets in measured]
    at = shares.index(max(shares))
    return at + 1, measured[at]


def _split(look: Looks, messages: Sequence[Message]) -> int:
    """Items with words in more than one message; pictures that follow part nothing."""
    seen = Counter(key for message in messages if look.readback(message).text for key in message.items)
    return sum(count > 1 for count in seen.values())


def _count(messages: Sequence[Message]) -> int:
    return sum(message.count for message in messages)
