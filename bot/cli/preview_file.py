"""How does a preview become a file? As one HTML file that opens from disk, or as a picture of it."""

import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final, get_args

from bot.cli.screenshot import screenshot
from bot.cli.subject import Subject
from bot.platforms.base import FormKind, Style
from bot.sentences import said, said_of
from bot.stage.sheet import Lint, Part, Sheet, View
from digest.audience import PlatformName
from digest.errors import NotFound, Refused
from digest.page import Density
from handlers.texts import Texts

WIDTH: Final = 960  # pixels of a picture

Parts = Callable[[PlatformName, FormKind, Style, Density], tuple[Part, ...]]


def write_html(out: Path, issue: str, sheet: Callable[[], str]) -> None:
    """Raises Refused when nothing can be written there; the sheet is made only when something can."""
    _check(out, issue)
    _write(out, sheet().encode("utf-8", "replace"))


def write_png(out: Path, issue: str, sheet: Callable[[], str]) -> None:
    """Raises Refused when nothing can be written there or no browser is found; Temporary when it fails."""
    _check(out, issue)
    with tempfile.TemporaryDirectory(prefix="zhouzhi-preview-") as folder:
        page, picture = Path(folder) / "preview.html", Path(folder) / "preview.png"
        page.write_bytes(sheet().encode("utf-8", "replace"))
        screenshot(page, picture, WIDTH)
        _write(out, picture.read_bytes())


def sheet_of(
    subject: Subject,
    parts: Parts,
    *,
    platform: PlatformName,
    form: FormKind,
    style: Style,
    density: Density,
    texts: Texts,
) -> str:
    """The page: what exactly this command would send, and beside it the other platforms and densities."""
    views = tuple(_views(parts, platform, form, style, density))
    pictures, gone = _pictures(subject, views, texts)
    lint = [Lint(one.level, one.line, *said_of(one, texts)) for one in subject.problems]
    issue = subject.stored.issue
    return Sheet(issue.title, issue.language or texts.language, views, pictures, [*gone, *lint]).html(texts)


def _views(
    parts: Parts, platform: PlatformName, form: FormKind, style: Style, density: Density
) -> Iterator[View]:
    """The asked one first. Forums and embeds are Discord's, and rich messages Telegram's: elsewhere the plain way."""
    platforms: list[PlatformName] = [platform, *(one for one in get_args(PlatformName) if one != platform)]
    densities: list[Density] = [density, *(one for one in get_args(Density) if one != density)]
    for where in platforms:
        is_asked = where == platform
        in_form: FormKind = form if is_asked or form == "private" else "public"
        in_style: Style = style if is_asked else "classic"
        for dense in densities:
            yield View(where, in_form, in_style, dense, parts(where, in_form, in_style, dense))


def _pictures(
    subject: Subject, views: tuple[View, ...], texts: Texts
) -> tuple[dict[str, tuple[str, bytes]], list[Lint]]:
    """The bytes of everything shown, and what is said of those that are not there any more."""
    known = (*subject.stored.pictures.values(), *(prepared.picture for prepared in subject.drawn.values()))
    kinds = {picture.sha: picture.mime for picture in known}
    found: dict[str, tuple[str, bytes]] = {}
    gone: list[Lint] = []
    for sha in dict.fromkeys(sha for view in views for sha in view.shas if sha in kinds):
        try:
            found[sha] = (kinds[sha], subject.picture(sha))
        except NotFound as error:
            gone.append(Lint("error", 0, *said(error, texts)))
    return found, gone


def _check(out: Path, issue: str) -> None:
    try:
        if out.is_dir():
            raise Refused("preview.out_is_folder", path=str(out))
        if not out.parent.is_dir():
            raise Refused("preview.out_no_folder", path=str(out), folder=str(out.parent))
        if out.exists() and Path(issue).exists() and out.samefile(issue):
            raise Refused("preview.out_is_issue", path=str(out))
    except OSError as error:
        raise _unwritable(out, error) from None


def _write(out: Path, content: bytes) -> None:
    try:
        out.write_bytes(content)
    except OSError as error:
        raise _unwritable(out, error) from None


def _unwritable(out: Path, error: OSError) -> Refused:
    return Refused("preview.out_unwritable", path=str(out), reason=error.strerror or str(error))
