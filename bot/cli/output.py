"""How does a command speak? JSON for programs on standard output, words for people, and the exit codes of cli.md."""

import difflib
import io
import json
import sys
from collections.abc import Iterable, Mapping
from typing import Any, Final

from cyclopts import App, CycloptsError, UnknownCommandError
from rich.console import Console
from rich.markup import escape

from bot.cli.language import words
from bot.cli.values import Usage
from bot.sentences import said
from digest.errors import (
    ConfigurationError,
    NotAllowed,
    Temporary,
    Unavailable,
    ZhouzhiError,
)

OK: Final = 0
FAILURE: Final = 1
USAGE: Final = 2
UNAVAILABLE: Final = 69
TEMPORARY: Final = 75
DENIED: Final = 77
CONFIGURATION: Final = 78

console = Console(highlight=False, soft_wrap=False)
stderr = Console(stderr=True, highlight=False)


def answer_people() -> None:
    """Standard output keeps the terminal's encoding: what that cannot show becomes a question mark, and nothing fails."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")


def answer_programs() -> None:
    """Standard output is UTF-8. Half a character, as a file's name may hold, becomes the escape JSON has for it."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8", errors="backslashreplace")


def emit(value: Mapping[str, Any]) -> None:
    """One JSON object on a line of its own."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, default=str) + "\n")


def emit_all(values: Iterable[Mapping[str, Any]]) -> None:
    for value in values:
        emit(value)


def exit_code(error: ZhouzhiError) -> int:
    match error:
        case Usage():
            return USAGE
        case ConfigurationError():
            return CONFIGURATION
        case Temporary():
            return TEMPORARY
        case Unavailable():
            return UNAVAILABLE
        case NotAllowed():
            return DENIED
        case _:
            return FAILURE


def failed(app: App) -> int:
    """Run the command line and turn errors into sentences; returns the exit code."""
    # `--again` alone means those who lack the issue; cyclopts wants a value
    arguments = ["--again=lack" if argument == "--again" else argument for argument in sys.argv[1:]]
    as_json = "--json" in arguments
    try:
        result = app(arguments, exit_on_error=False, print_error=False, result_action="return_value")
    except UnknownCommandError as error:
        # cyclopts would import every command to word this; the names are enough
        _say_unknown(app, " ".join(error.unused_tokens or ())[:80], as_json=as_json)
        return USAGE
    except CycloptsError as error:
        _say("usage", str(error), "zhouzhi --help" if as_json else "", as_json=as_json)
        return USAGE
    except ZhouzhiError as error:
        say_error(error, as_json=as_json)
        return exit_code(error)
    except BrokenPipeError:
        sys.stderr.close()  # the reader of our output went away; nothing is left to be said
        return FAILURE
    except KeyboardInterrupt:
        return 130
    return result if isinstance(result, int) else OK


def _say_unknown(app: App, typed: str, *, as_json: bool) -> None:
    names = [name for name in app if not name.startswith("-")]
    close = difflib.get_close_matches(typed.split(" ", 1)[0], names, n=1)
    texts = words()
    message = texts("cli.unknown_command", typed=typed)
    cure = (
        texts("cli.did_you_mean", name=close[0]) if close else texts("cli.commands", names=", ".join(names))
    )
    _say("usage", message, cure, as_json=as_json)


def say_error(error: ZhouzhiError, *, as_json: bool) -> None:
    """The error as one JSON object on standard output, or as a sentence on standard error."""
    _say(error.key, *_told(error), as_json=as_json)


def _say(code: str, message: str, cure: str, *, as_json: bool) -> None:
    if as_json:
        emit({"error": {"code": code, "message": message, "cure": cure}})
        return
    stderr.print(f"[red]✗[/red] {escape(message)}")
    if cure:
        stderr.print(f"  → {escape(cure)}")


def _told(error: ZhouzhiError) -> tuple[str, str]:
    """What happened and what to do, in the terminal's language."""
    texts = words()
    mistakes = error.arguments.get("mistakes")
    if isinstance(error, ConfigurationError) and isinstance(mistakes, tuple):
        head = texts("cli.configuration", file=error.arguments.get("file") or "zhouzhi.toml")
        return "\n".join((head, *(f"  {mistake}" for mistake in mistakes))), texts("cli.configuration_cure")
    return said(error, texts)
