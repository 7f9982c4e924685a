"""Does a profile ever lose, double or reorder a word? It may only place, whatever it says about whatever text."""

from hypothesis import given
from hypothesis import strategies as st

from digest.document import images, links, plain
from digest.issue import Issue, Series
from digest.parse import front_matter
from digest.parse.markdown import markdown_blocks
from digest.parse.notes import Notes
from digest.parse.split import pieces
from digest.profile import Profile
from tests.lossless import words
from tests.unit.parse.test_lossless import BLOCKS
from tests.unit.parse.trees import issue_of, nodes

TITLES = ("甲", "乙", "丙", "Sponsor", "概览")
HEADING = st.tuples(st.integers(1, 4), st.sampled_from(TITLES)).map(lambda pair: f"{'#' * pair[0]} {pair[1]}")
TEXTS = st.lists(st.one_of(HEADING, HEADING, BLOCKS), min_size=1, max_size=10).map("\n\n".join)
SOME = st.lists(st.sampled_from(TITLES), max_size=3, unique=True).map(tuple)
PROFILES = st.builds(
    Profile,
    sections=SOME,
    item_levels=st.lists(st.integers(1, 4), max_size=2, unique=True).map(tuple),
    prose_sections=SOME,
    items_need_link=st.booleans(),
    kind=st.sampled_from(["digest", "digest", "digest", "article"]),
    boilerplate=SOME,
    catalogue=st.sampled_from(["", *TITLES]),
    item_mark=st.sampled_from(["", r"#\d+", r"(甲|乙)"]),
    title_from=st.sampled_from([None, "first_strong", "first_link", "first_sentence"]),
)


def with_profile(markdown: str, profile: Profile, name: str = "a-1.md", **arguments: object) -> Issue:
    return issue_of(markdown, name, series=Series("s", "S", profile=profile), **arguments)


def assert_same(issue: Issue, markdown: str) -> None:
    front = front_matter.cut(markdown, Notes(markdown))
    flat = markdown_blocks(front.text, Notes(markdown), front.first_line)
    tree = tuple(nodes(issue))
    assert words(plain(tree)) == words(plain(flat))
    assert links(tree) == links(flat)
    assert images(tree) == images(flat)


@given(TEXTS, PROFILES, st.frozensets(st.sampled_from(TITLES)))
def test_any_profile_only_places(markdown, profile, known):
    """Random texts, profiles and histories: tree order holds what the flat blocks hold."""
    assert_same(with_profile(markdown, profile, known_sections=known), markdown)


@given(TEXTS, st.integers(1, 4))
def test_cutting_a_file_into_issues_loses_nothing(markdown, level):
    """The pieces are the file; each keeps its words, its own title only before its preface."""
    found = pieces(markdown.encode(), level)
    assert b"".join(piece.source for piece in found) == markdown.encode()
    for piece in found:
        text = piece.source.decode()
        if text.strip():
            issue = with_profile(text, Profile(issue_level=level), f"a.md#{piece.fragment}")
            flat = markdown_blocks(text, Notes(text), 1)
            assert sorted(words(plain(tuple(nodes(issue))))) == sorted(words(plain(flat)))
