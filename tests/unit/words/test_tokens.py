"""The table of tokens, row by row, and what holds for every text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.words import TOKENISER, extra, tokens


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("数据库", ["数据", "据库", "库"]),
        ("猫", ["猫"]),
        ("Mistral‑3.1‑Small", ["mistral", "3.1", "small"]),
        ("Phi3.5-42B-A6B", ["phi", "3.5", "42b", "a6b"]),
        ("SpeechBrain-2", ["speechbrain", "2"]),
        ("32GB", ["32", "gb"]),
        ("m4", ["m4"]),
        ("a6b", ["a6b"]),
        ("x86", ["x86"]),
        ("v0.3.0", ["0.3.0"]),
        ("gpt4o", ["gpt", "4o"]),
        ("node.js", ["node", "js"]),
        ("c++", ["c++"]),
        ("C#", ["c#"]),
        ("C++17、C#。", ["c++", "17", "c#"]),
        ("千问Qwen3.5发布", ["千问", "问", "qwen", "3.5", "发布", "布"]),
        ("8x7B", ["8x", "7b"]),
        ("GPT-v4", ["gpt", "4"]),
        ("OpenAI’s", ["openai", "s"]),
        ("テスト 々 〇", ["テス", "スト", "ト", "々", "〇"]),
        ("한국어", ["한국", "국어", "어"]),
        ("issue#12 foo# 3.14.", ["issue", "12", "foo", "3.14"]),
        ("1.2-beta_3/x", ["1.2", "beta", "3", "x"]),
        ("ＧＰＴ－５．３", ["gpt", "5.3"]),
        ("Привет мир", ["привет", "мир"]),
        ("...。。、*-+", []),
    ],
)
def test_table(text, expected):
    """Each kind of word is cut as the planner expects it to be."""
    assert list(tokens(text)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("SpeechBrain-2", ["speech", "brain"]),
        ("models", ["model"]),
        ("model", []),
        ("LLMs GPUs RSS", ["llm", "gpu"]),
        ("iPhone OPENAI", ["iphon"]),
        ("Notepad++", ["notepad"]),
        ("ＯｐｅｎＣｌａｗ", ["open", "claw"]),
        ("数据库", []),
    ],
)
def test_extra_words(text, expected):
    """A text is also found by the stems and parts of its words, and by nothing else."""
    assert list(extra(text)) == expected


@given(st.text(alphabet=st.characters(exclude_categories=())))
def test_tokens_are_safe_to_index(text):
    """No token holds what FTS5's `ascii` tokeniser would split or drop, so positions count alike on both sides."""
    for token in (*tokens(text), *extra(text)):
        assert token
        assert not any("A" <= char <= "Z" for char in token)
        assert all(char.isalnum() or char in ".+#" for char in token if char.isascii())
        assert not token[0].isascii() or token[0].isalnum()


def test_version_names_all_it_depends_on():
    """A change of any library that shapes tokens changes the version."""
    assert TOKENISER.split(" ")[0].isdigit()
    assert [part.split("-")[0] for part in TOKENISER.split(" ")[1:]] == ["unicode", "opencc", "snowball"]
