"""What may be written to the log? Everything but secrets: known values are struck out of the final line."""

import logging
import sys
from collections.abc import Iterable
from typing import Any

import structlog

STRUCK = "[secret]"
_QUIET = (
    "httpx",
    "httpcore",
    "aiohttp.access",
    "apscheduler",
    "discord",
    "telegram",
    "watchfiles",
    "alembic",
)


class Redacting(logging.Formatter):
    """Formats with structlog and strikes out every known secret, tracebacks included."""

    def __init__(self, inner: logging.Formatter, secrets: Iterable[str]) -> None:
        super().__init__()
        self._inner = inner
        # longest first: a secret may hold another one
        self._secrets = sorted((secret for secret in secrets if secret), key=len, reverse=True)

    def format(self, record: logging.LogRecord) -> str:
        line = self._inner.format(record)
        for secret in self._secrets:
            line = line.replace(secret, STRUCK)
        return line


def set_up(secrets: Iterable[str] = (), *, level: int = logging.INFO, stream: Any = None) -> None:
    """Send structlog's and the standard library's records to standard error through one formatter."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    target = stream or sys.stderr
    is_terminal = bool(getattr(target, "isatty", lambda: False)())
    renderer: structlog.typing.Processor = (
        structlog.dev.ConsoleRenderer(colors=True)
        if is_terminal
        else structlog.processors.LogfmtRenderer(key_order=["timestamp", "level", "event", "logger"])
    )
    inner = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            *(() if is_terminal else (structlog.processors.format_exc_info,)),
            renderer,
        ],
    )
    handler = logging.StreamHandler(target)
    handler.setFormatter(Redacting(inner, secrets))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)


def keep_off_answers() -> None:
    """For a command: what is logged goes to standard error, since standard output is for the answer alone."""
    is_set_up = isinstance(structlog.get_config()["logger_factory"], structlog.stdlib.LoggerFactory)
    if not is_set_up:
        structlog.configure(logger_factory=_on_standard_error, cache_logger_on_first_use=False)


def _on_standard_error(*_arguments: object) -> structlog.PrintLogger:
    """Looked up at each line: whoever runs the command may have put another stream there."""
    return structlog.PrintLogger(sys.stderr)
