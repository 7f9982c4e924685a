"""`zhouzhi preview`: exactly what would be sent, read back from the payload."""

from collections import deque
from dataclasses import replace
from pathlib import Path
from typing import Any, Final, Literal

from rich.panel import Panel
from rich.text import Text

from bot.cli.opened import today_of
from bot.cli.output import OK, console, emit
from bot.cli.subject import subject
from bot.cli.values import Usage
from bot.cli.values import language as read_language
from bot.config import load
from bot.platforms.base import Form, Message, Readback
from bot.platforms.discord.bodies import post_name
from bot.preview import looks, rendered
from digest.audience import PlatformName
from digest.errors import NotFound
from digest.page import Density
from handlers.texts import texts_for
from handlers.views.push import Selection, push_page
from storage.issues import StoredIssue

DISCORD_FORMS: Final = ("forum", "embeds")


def preview(
    issue: str,
    *,
    platform: PlatformName,
    form: Literal["private", "public", "forum", "embeds"] = "public",
    style: Literal["classic", "rich"] = "classic",
    density: Density = "full",
    categories: str = "all",
    language: str | None = None,
    config: Path | None = None,
    series: str | None = None,
    json: bool = False,
) -> int:
    """Show exactly what would be sent.

    Parameters
    ----------
    issue
        A file, or a stored issue by its key or series/key.
    platform
        telegram, discord or web.
    form
        private: to one reader; public: a channel or group; forum and embeds: Discord.
    style
        rich: Telegram's rich messages, where a place has opted in to them.
    categories
        all, or slugs joined by commas.
    language
        Language of the words around the issue.
    config
        The TOML file (default: zhouzhi.toml here).
    series
        The configured series a file belongs to.
    json
        One JSON object a call to the platform.
    """
    _check_form(platform, form)
    if style == "rich" and platform != "telegram":
        raise Usage("preview.style", platform=platform)
    configuration = load(config)
    stored = subject(configuration, config, issue, series).stored
    page = push_page(
        stored,
        texts=texts_for(read_language(language, configuration.settings.language)),
        today=today_of(configuration),
        density=density,
        selection=_selection(stored, categories, is_private=form == "private"),
    )
    bot = configuration.settings.telegram.username if configuration.settings.telegram else ""
    look = looks(platform)
    messages = rendered(look.render, page, Form(form, style, bot=bot or None))
    written = _Written(stored)
    for part, message in enumerate(messages, 1):
        back = look.readback(message)
        back = replace(back, images=written.of(back.images))
        call = _called(platform, form, part, message)
        if json:
            emit(_line(platform, form, part, len(messages), call, back))
        else:
            _show(part, len(messages), call, back)
    return OK


def _selection(stored: StoredIssue, categories: str, *, is_private: bool) -> Selection:
    wanted = {slug.strip() for slug in categories.split(",") if slug.strip()}
    if wanted <= {"all"}:
        return Selection(is_private=is_private)
    there = {section.category: section.title for section in stored.issue.sections}
    if unknown := sorted(wanted - there.keys()):
        raise NotFound("category.unknown", name=", ".join(unknown), known=", ".join(there))
    keys = frozenset(item.key for section, item in stored.issue.placed() if section.category in wanted)
    return Selection(keys, tuple(there[slug] for slug in there if slug in wanted), is_private=is_private)


def _check_form(platform: PlatformName, form: str) -> None:
    if form in DISCORD_FORMS and platform != "discord":
        raise Usage("preview.form", form=form, platform=platform)


class _Written:
    """Pictures as the issue names them: messages name them by what they hold, and two names may hold the same."""

    def __init__(self, stored: StoredIssue) -> None:
        self._names: dict[str, deque[str]] = {}
        for image in stored.issue.images:
            if picture := stored.pictures.get(image.src):
                self._names.setdefault(picture.sha, deque()).append(image.src)

    def of(self, images: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(self._name(image) for image in images)

    def _name(self, image: str) -> str:
        names = self._names.get(image)
        if not names:
            return image
        return names.popleft() if len(names) > 1 else names[0]


def _called(platform: PlatformName, form: str, part: int, message: Message) -> Message:
    """The call that is made of a message: the first one to a forum opens the post, the page is shown its HTML."""
    if platform == "web":
        return replace(message, payload={"html": message.payload["html"]})
    if form == "forum" and part == 1:
        payload = {"name": post_name(message.payload), "message": message.payload}
        return replace(message, method="POST /channels/{id}/threads", payload=payload)
    return message


def _line(
    platform: PlatformName, form: str, part: int, parts: int, message: Message, back: Readback
) -> dict[str, Any]:
    return {
        "platform": platform,
        "form": form,
        "part": part,
        "parts": parts,
        "payload": dict(message.payload),
        "method": message.method,
        "text": back.text,
        "links": list(back.links),
        "images": list(back.images),
        "omitted": list(message.omitted),
        "counts": dict(back.counts),
    }


def _show(part: int, parts: int, message: Message, back: Readback) -> None:
    figures = "  ".join(f"{name} {value}" for name, value in back.counts.items())
    title = f"{part}/{parts} · {message.method}"
    body = Text(back.text or " · ".join(back.images))
    console.print(Panel(body, title=Text(title), subtitle=Text(figures), title_align="left"))
    for words_ in message.omitted:
        console.print(Text(f"  – {words_}", style="yellow"))
