"""Which language does the terminal speak? The one its locale names, else English."""

import os

from handlers.texts import Texts, language_for, texts_for


def words() -> Texts:
    """Texts in the language of LC_ALL, LC_MESSAGES or LANG."""
    tag = next((os.environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(name)), "en")
    primary = tag.split(".", 1)[0]
    return texts_for("en" if primary in ("C", "POSIX") else language_for(primary, "en"))
