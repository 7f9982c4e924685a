"""How are errors and problems said? What happened and what to do, in a language; for a log both in English."""

from digest.errors import ZhouzhiError
from digest.issue import Problem
from handlers.texts import Texts, texts_for


def said(error: ZhouzhiError, texts: Texts) -> tuple[str, str]:
    """What happened, and the cure; the bare key and its arguments, or no cure, where there is no text."""
    message, cure = f"error.{error.key}", f"cure.{error.key}"
    return (
        texts(message, **error.arguments) if texts.has(message) else str(error),
        texts(cure, **error.arguments) if texts.has(cure) else "",
    )


def said_of(problem: Problem, texts: Texts) -> tuple[str, str]:
    """What is wrong with a file, and the cure."""
    message, cure = f"problem.{problem.code}", f"cure.{problem.code}"
    return texts(message, **problem.arguments), texts(cure, **problem.arguments)


def sentence(error: ZhouzhiError) -> str:
    """An error for a log."""
    return _joined(*said(error, texts_for("en")))


def sentence_of(problem: Problem) -> str:
    """A problem for a log."""
    return _joined(*said_of(problem, texts_for("en")))


def _joined(message: str, cure: str) -> str:
    return f"{message} → {cure}" if cure else message
