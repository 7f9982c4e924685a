"""`zhouzhi preview`: exactly what would be sent, read back from the payload."""

from collections import deque
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, Final

from rich.panel import Panel
from rich.text import Text

from bot.cli.language import words
from bot.cli.opened import today_of
from bot.cli.output import OK, console, emit
from bot.cli.preview_file import sheet_of, write_html, write_png
from bot.cli.preview_page import lone_page, page_of, seen_on, served_page
from bot.cli.subject import subject
from bot.cli.values import Usage
from bot.cli.values import language as read_language
from bot.config import load
from bot.covers import Covers
from bot.delivery.renditions import Wish
from bot.platforms.base import Form, FormKind, Message, Readback, Style
from bot.preview import looks, rendered
from bot.sentences import said
from bot.stage.sheet import Part
from digest.audience import PlatformName
from digest.errors import NotFound
from digest.page import Density
from handlers.texts import texts_for
from handlers.views.push import by_categories, push_page
from storage.issues import StoredIssue

DISCORD_FORMS: Final = ("forum", "embeds")


def preview(
    issue: str,
    *,
    platform: PlatformName,
    form: FormKind = "public",
    style: Style = "classic",
    density: Density = "full",
    categories: str = "all",
    language: str | None = None,
    config: Path | None = None,
    series: str | None = None,
    json: bool = False,
    html: Path | None = None,
    png: Path | None = None,
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
    html
        Write it as one HTML file that opens without network: bubbles, limits, what to mend; for web the issue's page.
    png
        Write it as a picture, drawn by a Chromium that is installed.
    """
    _check_form(platform, form)
    if style == "rich" and platform != "telegram":
        raise Usage("preview.style", platform=platform)
    if sum((json, html is not None, png is not None)) > 1:
        raise Usage("preview.one_answer")
    configuration = load(config)
    found = subject(configuration, config, issue, series)
    texts = texts_for(read_language(language, configuration.settings.language))
    bot = configuration.settings.telegram.username if configuration.settings.telegram else None
    covers = Covers(configuration.settings.series, found.keep)
    slugs = _slugs(categories)
    write = page_of(configuration, texts, density, slugs)

    def parts(to: PlatformName, as_: FormKind, how: Style, dense: Density) -> tuple[Part, ...]:
        selection = replace(
            by_categories(found.stored.issue, slugs),
            is_private=as_ == "private",
            is_rich=how == "rich",
            is_post=as_ == "forum",
        )
        today = today_of(configuration)
        page = push_page(found.stored, texts=texts, today=today, density=dense, selection=selection)
        cover = covers.of(found.stored, Wish(to, as_, dense, texts.language, ()))
        messages = rendered(looks(to).render, page, Form(as_, how, bot=bot), cover)
        return tuple(_part(to, message) for message in messages)

    if out := html or png:
        sheet = partial(
            sheet_of, found, parts, platform=platform, form=form, style=style, density=density, texts=texts
        )
        # a picture is drawn from the sheet, whose script says how tall it is
        if platform == "web" and html:
            sheet = partial(lone_page, found, write, _tell)
        (write_html if html else write_png)(out, issue, sheet)
        console.print(words()("preview.written", path=str(out)))
        return OK
    is_page = platform == "web"
    sent = (served_page(found.stored, write),) if is_page else parts(platform, form, style, density)
    written = _Written(found.stored)
    for number, part in enumerate(sent, 1):
        back = seen_on(part, found.stored) if is_page else looks(platform).readback(part.message)
        back = replace(back, images=written.of(back.images))
        if json:
            emit(_line(platform, form, number, len(sent), part, back))
        else:
            _show(number, len(sent), part, back)
    return OK


def _slugs(categories: str) -> frozenset[str]:
    """Slugs joined by commas; none where all are wanted."""
    wanted = frozenset(slug.strip() for slug in categories.split(",") if slug.strip())
    return frozenset() if wanted == {"all"} else wanted


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


def _part(platform: PlatformName, message: Message) -> Part:
    """The call that is made of a message; the page is shown its HTML."""
    if platform == "web":
        return Part(message, message.method, {"html": message.payload["html"]})
    return Part(message, message.method, message.payload)


def _tell(error: NotFound) -> None:
    """A picture that is not there any more."""
    for sentence in filter(None, said(error, words())):
        console.print(Text(sentence, style="yellow"))


def _line(
    platform: PlatformName, form: str, number: int, count: int, part: Part, back: Readback
) -> dict[str, Any]:
    return {
        "platform": platform,
        "form": form,
        "part": number,
        "parts": count,
        "payload": dict(part.payload),
        "method": part.call,
        "text": back.text,
        "links": list(back.links),
        "images": list(back.images),
        "omitted": list(part.message.omitted),
        "counts": dict(back.counts),
    }


def _show(number: int, count: int, part: Part, back: Readback) -> None:
    figures = "  ".join(f"{name} {value}" for name, value in back.counts.items())
    title = f"{number}/{count} · {part.call}"
    body = Text(back.text or " · ".join(back.images))
    console.print(Panel(body, title=Text(title), subtitle=Text(figures), title_align="left"))
    for omitted in part.message.omitted:
        console.print(Text(f"  – {omitted}", style="yellow"))
