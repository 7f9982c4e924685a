"""Is the table of delivery.md §3 what `decide` and `settle` do?"""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.audience import Place
from digest.delivery import (
    MAX_ATTEMPTS,
    Gone,
    Moved,
    PartRow,
    Rejected,
    RetryAfter,
    Sent,
    State,
    Unavailable,
    Unknown,
    Unsupported,
    Variant,
    decide,
    going_on,
    settle,
)

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
ROW = PartRow(1, 2, 1, 7, State.SENDING, NOW, attempts=1, fence=3, intent_at=NOW)
OUTCOMES = st.one_of(
    st.builds(Sent, st.tuples(st.integers(1, 9))),
    st.builds(RetryAfter, st.floats(0, 50_000)),
    st.builds(Unavailable, st.just("refused"), st.sampled_from(["network", "token"])),
    st.builds(Unknown, st.just("reset")),
    st.builds(Rejected, st.sampled_from(["content", "permission"]), st.just("why"), st.booleans()),
    st.builds(Unsupported, st.just("no such method"), st.booleans()),
    st.builds(Gone, st.just("blocked")),
    st.builds(Moved, st.just(Place("telegram", "-100"))),
)


@pytest.mark.parametrize(
    ("outcome", "state", "attempts"),
    [
        (Sent((5, 6)), State.SENT, 1),
        (RetryAfter(30), State.PENDING, 1),
        (Unavailable("refused"), State.PENDING, 1),
        (Moved(Place("telegram", "-100")), State.PENDING, 1),
        (Unknown("reset"), State.UNKNOWN, 2),
        (Gone("blocked"), State.GONE, 1),
        (Unsupported("no such method"), State.PENDING, 1),
        (Unsupported("too many blocks", is_refused=True), State.PENDING, 2),
        (Rejected("permission", "no rights"), State.SUSPENDED, 2),
        (Rejected("content", "entities", is_markup=True), State.PENDING, 2),
        (Rejected("content", "too long"), State.DEAD, 2),
    ],
)
def test_each_outcome_has_its_state(outcome, state, attempts):
    """One line of the table each; what surely was not sent counts no attempt."""
    decided = decide(ROW, outcome, NOW)
    assert (decided.state, decided.attempts) == (state, attempts)


def test_sent_keeps_the_message_ids():
    """Proof is kept whole, albums included."""
    assert decide(ROW, Sent((5, 6)), NOW).message_ids == (5, 6)


def test_markup_is_refused_once_then_it_is_final():
    """Plain text is tried once."""
    plain = decide(ROW, Rejected("content", "entities", is_markup=True), NOW)
    assert plain.is_plain
    again = decide(replace(plain, state=State.SENDING), Rejected("content", "entities", is_markup=True), NOW)
    assert again.state is State.DEAD


@given(OUTCOMES, st.sampled_from([state for state in State if state is not State.SENDING]))
def test_nothing_else_moves(outcome, state):
    """Final and waiting rows stay, but for a late proof of one in doubt."""
    row = replace(ROW, state=state)
    decided = decide(row, outcome, NOW)
    if state is State.UNKNOWN and isinstance(outcome, Sent):
        assert decided.state is State.SENT
    else:
        assert decided == row


@given(OUTCOMES)
def test_due_is_never_before_what_the_platform_asked(outcome):
    """A retry waits as long as it was told to; attempts never fall."""
    decided = decide(ROW, outcome, NOW)
    assert decided.attempts >= ROW.attempts
    if isinstance(outcome, RetryAfter):
        assert decided.due >= NOW + timedelta(seconds=outcome.seconds)


def test_resend_gives_up_after_its_attempts():
    """In doubt again and again: a dead letter, not an endless loop."""
    doubt = replace(ROW, state=State.UNKNOWN, attempts=MAX_ATTEMPTS)
    assert settle(doubt, NOW, "resend").state is State.DEAD
    assert settle(replace(doubt, attempts=1), NOW, "resend").state is State.PENDING


def test_hold_waits_for_a_curator():
    """At most once: nobody sends again by himself."""
    assert settle(replace(ROW, state=State.UNKNOWN), NOW, "hold").state is State.UNKNOWN


def test_a_recognised_repeat_is_safe_under_any_policy():
    """Within Discord's nonce window sending again cannot double; after it the policy rules."""
    doubt = replace(ROW, state=State.UNKNOWN)
    window = NOW + timedelta(seconds=1)
    assert settle(doubt, NOW, "hold", repeats_until=window).state is State.PENDING
    assert settle(doubt, window, "hold", repeats_until=window).state is State.UNKNOWN


def test_a_rich_variant_has_one_for_everybody_beside_it():
    """The same in everything but the form; that one has none beside it."""
    rich = Variant("r", "telegram", "private+rich", "full", "en", "s", "images=auto")
    plainer = rich.instead
    assert plainer == replace(rich, form="private")
    assert plainer.instead is None


RICH_PARTS = [("a", "b", "c"), ("b",), ("c", "d", "e"), ("e",)]  # texts and their albums
PLAIN_PARTS = [("a",), ("b",), ("c",), ("d",), ("e",)]


@pytest.mark.parametrize(("sent", "start"), [(0, 0), (1, 1), (2, 2), (3, 4), (4, 5)])
def test_another_form_goes_on_where_the_first_one_stopped(sent, start):
    """What went out whole is not said again; what was cut in the middle is, whole."""
    assert going_on(RICH_PARTS[:sent], RICH_PARTS[sent:], PLAIN_PARTS) == start


@given(st.lists(st.integers(0, 3), max_size=12), st.lists(st.integers(0, 3), max_size=12), st.integers(0, 12))
def test_going_on_loses_no_item(first, second, sent):
    """Whatever the cuts: every item was sent whole in the first form or stands in the rest of the second."""

    def parts(sizes):
        at = 0
        for size in sizes:
            yield tuple(map(str, range(at, at + size)))
            at += size

    one, other = list(parts(first)), list(parts(second))
    every = {key for items in other for key in items}
    out = {key for items in one[:sent] for key in items} - {key for items in one[sent:] for key in items}
    start = going_on(one[:sent], one[sent:], other)
    assert every - out <= {key for items in other[start:] for key in items}
