"""Every variant of an address has one normal form; different things keep different ones."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.stories import LONGEST, host_of, is_address, normalised


@pytest.mark.parametrize(
    ("normal", "variants"),
    [
        (
            "example.com/a?b=1&c=2",
            [
                "https://example.com/a?b=1&c=2",
                "http://www.Example.com:80/a/?c=2&b=1#top",
                "EXAMPLE.com/a?b=1&c=2&utm_source=x&fbclid=y&ref=z&spm=1&share_token=2",
                "https://example.com:443/a/index.html?b=1&c=2",
            ],
        ),
        (
            "x.com/status/123",
            [
                "https://twitter.com/someone/status/123?s=20&t=abc",
                "https://mobile.twitter.com/i/status/123",
                "https://nitter.net/someone/status/123#m",
                "https://fxtwitter.com/someone/status/123",
                "x.com/someone/status/123/photo/1",
            ],
        ),
        (
            "arxiv.org/abs/2401.01234",
            [
                "https://arxiv.org/abs/2401.01234v2",
                "https://arxiv.org/pdf/2401.01234v1.pdf",
                "https://arxiv.org/html/2401.01234v3",
                "http://export.arxiv.org/abs/2401.01234",
                "https://www.alphaxiv.org/abs/2401.01234",
                "https://huggingface.co/papers/2401.01234",
            ],
        ),
        ("arxiv.org/abs/cs/0112017", ["https://arxiv.org/pdf/cs/0112017"]),
        (
            "youtube.com/watch?v=abcDEF",
            [
                "https://youtu.be/abcDEF?si=x&t=10",
                "https://m.youtube.com/watch?v=abcDEF&feature=share",
                "https://www.youtube.com/watch?v=abcDEF",
            ],
        ),
        (
            "reddit.com/comments/1abc",
            ["https://old.reddit.com/r/x/comments/1abc/title_here/", "https://www.reddit.com/comments/1abc"],
        ),
        (
            "github.com/owner/repo",
            [
                "https://github.com/Owner/Repo.git",
                "https://github.com/owner/repo/tree/main",
                "https://github.com/owner/repo/blob/master/",
            ],
        ),
        ("github.com/owner/repo/issues/1", ["https://github.com/Owner/Repo/issues/1"]),
        ("huggingface.co/qwen/Qwen3", ["https://hf.co/qwen/Qwen3", "https://huggingface.co/qwen/Qwen3/"]),
        ("example.com/路径", ["https://example.com/%E8%B7%AF%E5%BE%84", "example.com/路径"]),
    ],
)
def test_variants_are_one(normal, variants):
    """What leads to the same thing is compared as the same."""
    assert {normalised(variant) for variant in variants} == {normal}


def test_paths_keep_their_case_and_queries_their_meaning():
    """Only hosts that do not care lose the case; what a query asks for stays."""
    assert normalised("https://example.com/A") != normalised("https://example.com/a")
    assert normalised("https://example.com/?id=1") != normalised("https://example.com/?id=2")
    assert normalised("https://example.com/?q=share&from=x") == "example.com?q=share"


@pytest.mark.parametrize(
    "text", ["千问", "and/or", "a b/c", "12/25", "javascript:x", "https://", "https://[", "ftp://a/b", ""]
)
def test_words_are_no_address(text):
    """What a person types as words is not looked up as an address."""
    assert not is_address(text)


@given(
    st.text(alphabet=st.characters(exclude_categories=())) | st.text(alphabet="htps:/.[]%@?&=#a1 例\ud800")
)
def test_every_string_is_normalised(text):
    """Normalising never raises, is bounded, and is what it is of itself."""
    for address in (text, f"https://{text}", f"https://a.example/{text}"):
        normal = normalised(address)
        assert len(normal) <= LONGEST
        assert is_address(address) in (True, False)
        assert host_of(normal) in normal
        assert normal.encode("utf-8", "surrogatepass") is not None
