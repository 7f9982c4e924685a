"""How is an error said in a log? As the sentence and the cure that people get, in English as the rest of the log."""

from digest.errors import ZhouzhiError
from handlers.texts import texts_for


def sentence(error: ZhouzhiError) -> str:
    """What happened and what to do; the bare key and its arguments where there is no text."""
    texts = texts_for("en")
    if not texts.has(f"error.{error.key}"):
        return str(error)
    said = texts(f"error.{error.key}", **error.arguments)
    cure = f"cure.{error.key}"
    return f"{said} → {texts(cure, **error.arguments)}" if texts.has(cure) else said
