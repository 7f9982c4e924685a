"""Random document trees: every kind of node, nested a little, with the characters that go wrong most easily."""

from hypothesis import strategies as st

from digest.document import (
    Block,
    Break,
    Code,
    CodeBlock,
    Del,
    Details,
    Em,
    Heading,
    Image,
    Inline,
    Link,
    List,
    Mark,
    Paragraph,
    Quote,
    Rule,
    Strong,
    Table,
    Text,
)

PIECES = [
    "word",
    "Wörter ",
    "字",
    "句子。",
    "再来，",
    " ",
    "3.5",
    "end. ",
    "👨‍👩‍👧‍👦",
    "𝒳",
    "🇨🇳",
    "e\u0301",
    "_*[x](y)",
]

strings = st.lists(st.sampled_from(PIECES), min_size=1, max_size=5).map("".join)
targets = st.sampled_from(
    ["https://a.example/x", "https://www.b.example", "mailto:a@b.example", "tg://resolve?domain=a"]
)
sources = st.sampled_from(["one.png", "two.png", "lost.png"])
roles = st.sampled_from([None, "summary", "links", "opinion", "note", "boilerplate"])
leaves: st.SearchStrategy[Inline] = st.one_of(
    st.builds(Text, strings),
    st.builds(Code, strings),
    st.just(Break()),
    st.builds(Image, sources, st.sampled_from(["", "a chart", "Xnip2025.png"]), st.none() | targets),
)


def _inlines(inner: st.SearchStrategy[Inline]) -> st.SearchStrategy[Inline]:
    run = st.lists(inner, max_size=3).map(tuple)
    return st.one_of(
        st.builds(Strong, run),
        st.builds(Em, run),
        st.builds(Del, run),
        st.builds(Mark, run),
        st.builds(Link, targets, run),
        targets.map(lambda target: Link(target, (Text(target),), is_bare=True)),
    )


lines = st.lists(st.recursive(leaves, _inlines, max_leaves=5), max_size=4).map(tuple)
flats: st.SearchStrategy[Block] = st.one_of(
    st.builds(Paragraph, lines, roles),
    st.builds(Heading, st.integers(1, 4), lines),
    st.builds(CodeBlock, strings, st.sampled_from(["", "python"])),
    st.just(Rule()),
    st.builds(Image, sources),
)


def _blocks(inner: st.SearchStrategy[Block]) -> st.SearchStrategy[Block]:
    run = st.lists(inner, max_size=3).map(tuple)
    return st.one_of(
        st.builds(
            List,
            st.lists(run, max_size=3).map(tuple),
            st.booleans(),
            st.integers(0, 99),
            st.booleans(),
            roles,
        ),
        st.builds(Quote, run, roles),
        st.builds(Details, lines, run),
        st.integers(1, 3).flatmap(
            lambda width: st.builds(
                Table,
                st.lists(st.tuples(*[lines] * width), min_size=1, max_size=3).map(tuple),
                st.just((None,) * width),
            )
        ),
    )


blocks: st.SearchStrategy[Block] = st.recursive(flats, _blocks, max_leaves=6)
trees = st.lists(blocks, max_size=4).map(tuple)
