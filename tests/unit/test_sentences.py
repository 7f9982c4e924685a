"""Does a log say what is wrong and what to do?"""

from bot.sentences import sentence
from digest.errors import Refused, Temporary


def test_an_error_is_said_with_its_cure():
    """The place stands in it, and the way out."""
    said = sentence(Temporary("source.git_unreachable", url="https://example.org/d.git", reason="no route"))
    assert "https://example.org/d.git cannot be reached: no route" in said
    assert "→" in said


def test_an_error_without_a_text_keeps_its_key():
    """Better its key than nothing."""
    assert sentence(Refused("nobody.wrote_this", n=1)) == "nobody.wrote_this(n=1)"
