"""How is an error said in a log? As the sentence and the cure that people get, in English as the rest of the log."""

from digest.errors import ZhouzhiError
from digest.issue import Problem
from handlers.texts import texts_for


def sentence(error: ZhouzhiError) -> str:
    """What happened and what to do; the bare key and its arguments where there is no text."""
    texts = texts_for("en")
    if not texts.has(f"error.{error.key}"):
        return str(error)
    said = texts(f"error.{error.key}", **error.arguments)
    cure = f"cure.{error.key}"
    return f"{said} → {texts(cure, **error.arguments)}" if texts.has(cure) else said


def sentence_of(problem: Problem) -> str:
    """What is wrong with a file and what to do about it."""
    texts = texts_for("en")
    said = texts(f"problem.{problem.code}", **problem.arguments)
    return f"{said} → {texts(f'cure.{problem.code}', **problem.arguments)}"
