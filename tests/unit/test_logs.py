"""Do secrets stay out of the log, whatever writes it and wherever they stand?"""

import io
import logging

import pytest
import structlog

from bot import logs

TOKEN = "123456:ABC-secret"


@pytest.fixture
def stream():
    handlers, level = list(logging.getLogger().handlers), logging.getLogger().level
    buffer = io.StringIO()
    logs.set_up((TOKEN, ""), stream=buffer)
    yield buffer
    logging.getLogger().handlers[:] = handlers
    logging.getLogger().setLevel(level)
    structlog.reset_defaults()


def test_a_token_is_struck_out_of_every_line(stream):
    """In a structured field, in a library's message with its URL, and in a traceback."""
    structlog.get_logger("zhouzhi").info("asked", url=f"http://127.0.0.1/bot{TOKEN}/getMe")
    logging.getLogger("somebody").warning("POST /bot%s/sendMessage", TOKEN)
    try:
        raise RuntimeError(f"no answer from /bot{TOKEN}/getMe")
    except RuntimeError:
        structlog.get_logger("zhouzhi").exception("failed")
    written = stream.getvalue()
    assert "secret" not in written.replace(logs.STRUCK, "")
    assert written.count(logs.STRUCK) >= 3


def test_libraries_do_not_chatter(stream):
    """Httpx writes the URL of every request at INFO, and the URL holds the token."""
    logging.getLogger("httpx").info("HTTP Request: POST http://127.0.0.1/bot%s/getMe", TOKEN)
    assert stream.getvalue() == ""
