"""What do curators write, and what could they? Hypothesis strategies for Markdown as source text, not as trees.

Every piece is one that CommonMark and we read alike, so that the independent reader can be asked what must arrive;
where content.md says otherwise (Chinese emphasis, unknown tags), words and order are still the same.
"""

from hypothesis import strategies as st

from tests.lossless import words

LETTERS = "abcxyz中文字報かなカ한국é"
DIGITS = "079１"
MARKS = "*~_`"
PICTURES = "👍🚀👩‍💻🇨🇳👍🏽☑️"
SPECIAL = ["e\u0301", "ñ", "שלום", "مرحبا", "a\u0308b", "\u3000", "\u00a0", "１", "Ⅳ", "ﬁ"]

word = st.text(alphabet=LETTERS, min_size=1, max_size=5)
piece = st.one_of(
    word,
    word,
    st.text(alphabet=DIGITS, min_size=1, max_size=3),
    st.sampled_from("，。：；！？、“”（）《》「」—…"),
    st.sampled_from([*PICTURES.split("🇨"), "🇨🇳", *SPECIAL]),
)
plain_text = st.lists(piece, min_size=1, max_size=5).map(lambda pieces: "".join(pieces).strip()).filter(bool)


def around(text: st.SearchStrategy[str], before: str, after: str = "") -> st.SearchStrategy[str]:
    return text.map(lambda inside: f"{before}{inside}{after or before}")


number = st.integers(1, 30)
address = number.map(lambda n: f"https://e.org/{n}")
link = st.builds("[{}]({})".format, plain_text, address)
awkward = st.sampled_from(
    [
        "https://e.org/a_b_c",
        "https://e.org/p(1)",
        "https://e.org/?q=1&amp;r=2",
        "<https://e.org/angle>",
        "<https://e.org/%E4%B8%ADx>",
        "<me@e.org>",
        "[词](<https://e.org/angle>)",
        '[词](https://e.org/t "题 (t)")',
        "[词](https://e.org/p_(1))",
        "[r]",
        "[引][r]",
        "![](p.png)",
        "![替](q.png 'title')",
        "[![替](p.png)](https://e.org/pic)",
        "[![](p.png) 词](https://e.org/pic)",
        "Vec<T>",
        "HashMap<K, V>",
        "<think>",
        "</think>",
        "fn f<T: Clone>()",
        "a < b > c",
        "AT&T",
        "&amp;lt;",
        "&copy;",
        "3 * 4",
        "snake_case_name",
        "\\*不\\*",
        "C#",
        "#标签",
        "`<b>`",
        "``a`b``",
        "`x | y`",
        "100%",
        "~5",
        "- ",
        "1. ",
        "$x^2$",
        "[ ]",
        "![",
        "]",
        "(",
        ")",
    ]
)
html_inline = st.one_of(
    around(plain_text, "<b>", "</b>"),
    around(plain_text, "<em>", "</em>"),
    around(plain_text, "<del>", "</del>"),
    around(plain_text, "<sub>", "</sub>"),
    around(plain_text, "<font color='red'>", "</font>"),
    st.builds('<a href="{}">{}</a>'.format, address, plain_text),
    st.sampled_from(
        [
            "<br>",
            "<br/>",
            '<img src="h.png" width="9">',
            '<video src="https://e.org/v.mp4"></video>',
        ]
    ),
)
simple = st.one_of(
    plain_text,
    around(plain_text, "**"),
    around(plain_text, "*"),
    around(plain_text, "~~"),
    around(plain_text, "`").filter(lambda code: "``" not in code),
    link,
    link.map(lambda inside: f"**{inside}**"),
    address,
)
inline = st.one_of(simple, simple, simple, awkward, html_inline)
joint = st.sampled_from([" ", "", "，", "。", "：", " ", "  \n", "\n", "\\\n"])


@st.composite
def lines(draw: st.DrawFn) -> str:
    """A paragraph, of one or more lines, whose pieces touch in every way."""
    first, *rest = draw(st.lists(inline, min_size=1, max_size=5))
    text = first
    for one in rest:
        gap = draw(joint)
        if "\n" in gap and (one.startswith("<") or text.rsplit("\n", 1)[-1].startswith("<")):
            gap = " "  # a tag alone on its line makes all that follows raw for CommonMark
        text += (" " if not gap and _would_join(text, one) else gap) + one
    return text


def _would_join(text: str, following: str) -> bool:
    """Whether two pieces become another one when they touch, and what is meant is unsure.

    An address goes on, two runs of marks are one, and beside letters of words CommonMark may not see emphasis at all.
    """
    if "://" in text.rsplit(" ", 1)[-1]:
        return True
    if text[-1] in MARKS and following[0] in MARKS:
        return True
    beside = text[-1] if following[0] in MARKS else following[0] if text[-1] in MARKS else ""
    return len(words(beside * 2)) == 1


one_line = lines().map(lambda text: text.replace("  \n", " ").replace("\\\n", " ").replace("\n", " "))
cell = one_line.map(lambda text: text.replace("|", "\\|").replace("`x \\| y`", "`xy`"))


@st.composite
def table(draw: st.DrawFn) -> str:
    width = draw(st.integers(1, 3))
    rows = draw(st.lists(st.lists(cell, min_size=width, max_size=width), min_size=1, max_size=3))
    rule = "|" + draw(st.sampled_from(["---", ":--", ":-:"])) + "|---" * (width - 1) + "|"
    head, *rest = (f"| {' | '.join(row)} |" for row in rows)
    return "\n".join([head, rule, *rest])


fence = st.builds(
    "{0}{1}\n{2}\n{0}".format,
    st.sampled_from(["```", "~~~", "````"]),
    st.sampled_from(["", "py", " js"]),
    st.lists(
        st.sampled_from(["x = 1", "<b>&amp;</b>", "> q", "- a", "# h", "    y", "", "**a**", "字"]),
        max_size=4,
    ).map("\n".join),
)
heading = st.one_of(
    st.builds("{} {}".format, st.sampled_from(["#", "##", "###", "######"]), one_line),
    st.builds("{} {} ##".format, st.sampled_from(["#", "##"]), plain_text),
    st.builds("{}\n{}".format, plain_text, st.sampled_from(["===", "---"])),
)
raw = st.one_of(
    st.builds("<details><summary>{}</summary>\n\n{}\n\n</details>".format, plain_text, lines()),
    st.builds("<p align=center>{}</p>".format, plain_text),
    st.builds("<div>\n\n{}\n\n</div>".format, lines()),
    st.builds("<table><tr><td>{}</td><td>{}</td></tr></table>".format, plain_text, plain_text),
    st.builds("<ul><li>{}</li><li>{}</li></ul>".format, plain_text, plain_text),
    st.builds("<pre>\n{}\n</pre>".format, plain_text),
    st.builds("<!-- {} -->".format, word),
    st.builds("<script>\n{}\n</script>".format, word),
)
leaf = st.one_of(
    lines(),
    lines(),
    lines(),
    heading,
    table(),
    fence,
    raw,
    st.sampled_from(["---", "***", "[r]: https://e.org/1"]),
)


def entry(inside: str, marker: str, width: int) -> str:
    first, *rest = inside.split("\n")
    return "\n".join([marker + first, *((" " * width + line).rstrip() if line else "" for line in rest)])


@st.composite
def listed(draw: st.DrawFn, inner: st.SearchStrategy[str]) -> str:
    """A list with the markers, steps and gaps people use."""
    start = draw(st.sampled_from([None, None, 1, 3, 12]))
    bullet, gap = draw(st.sampled_from(["-", "*", "+"])), draw(st.sampled_from(["\n", "\n\n"]))
    entries = draw(st.lists(inner, min_size=1, max_size=3))
    written = []
    for at, one in enumerate(entries):
        marker = f"{bullet} " if start is None else f"{start + at}. "
        written.append(entry(one, marker, len(marker)))
    return gap.join(written)


def quoted(inside: str) -> str:
    return "\n".join(f"> {line}".rstrip() for line in inside.split("\n"))


def stacked(blocks: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.lists(blocks, min_size=1, max_size=3).map("\n\n".join)


block = st.recursive(
    leaf,
    lambda inner: st.one_of(listed(inner), inner.map(quoted), stacked(inner), listed(stacked(inner))),
    max_leaves=7,
)
document = (
    st.lists(block, min_size=1, max_size=4)
    .map("\n\n".join)
    .map(lambda text: f"{text}\n\n[r]: https://e.org/r\n")
)
