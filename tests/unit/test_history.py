"""What is an issue told by the others, and when would it be told otherwise?"""

from hypothesis import given
from hypothesis import strategies as st

from digest.history import History, Told
from digest.issue import Headings


def told(sections: set[str], headings: set[str], met: frozenset[str] = frozenset()) -> Told:
    return Told("", Headings(frozenset(sections), frozenset(headings)), met)


def test_an_issue_is_told_by_others_only():
    """Its own title is none to it, until another issue has the same one."""
    history = History({1: told({"Models", "Stray"}, {"models", "stray"}), 2: told({"Models"}, {"models"})})
    assert history.titles(but=1) == {"Models"}
    assert history.titles() == {"Models", "Stray"}
    history.add(3, told({"Stray"}, {"stray"}))
    assert history.titles(but=1) == {"Models", "Stray"}


def test_only_titles_among_its_headings_concern_a_file():
    """As a whole or by the last step of a path, however they are written."""
    history = History({1: told({"Updates / Official", "**Models**", "Law"}, set())})
    assert history.met(Headings(frozenset(), frozenset({"official", "models"}))) == {
        "Updates / Official",
        "**Models**",
    }


def test_who_heard_too_little_is_named_once():
    """The first issue saw nothing; once it is noted what it is told now, it is not named again."""
    first = told({"Models"}, {"models", "b"})
    history = History({1: first})
    history.add(2, told({"Models"}, {"models"}, history.met(Headings(frozenset(), frozenset({"models"})))))
    assert history.unheard() == [1]
    history.add(1, Told("", first.headings, history.met(first.headings, but=1)))
    assert history.unheard() == []


def test_what_an_issue_does_not_tell_any_more_is_forgotten():
    """A new text of it without the section takes the title from the others."""
    history = History({1: told({"Law"}, {"law"}), 2: told(set(), {"law"}, frozenset({"Law"}))})
    assert history.unheard() == []
    history.add(1, told({"Models"}, {"models"}))
    assert history.titles() == {"Models"}
    assert history.unheard() == [2]


TITLES = st.sets(st.sampled_from(["a", "b", "c", "x / a"]))


@given(
    st.lists(TITLES, max_size=6).flatmap(
        lambda texts: st.tuples(st.just(texts), st.permutations(range(len(texts))))
    )
)
def test_what_is_told_does_not_depend_on_the_order(case):
    """However the issues came, also twice: each is told the same at the end."""
    texts, order = case
    one, other = History({}), History({})
    for issue_id in range(len(texts)):
        one.add(issue_id, told(texts[issue_id], texts[issue_id]))
    for issue_id in (*order, *order[:2]):
        other.add(issue_id, told(texts[issue_id], texts[issue_id]))
    assert all(one.titles(but=n) == other.titles(but=n) for n in range(len(texts)))
    assert one.unheard() == other.unheard()
