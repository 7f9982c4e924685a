"""Does every answer of Discord give the outcome of the table (discord.md §3)? One line each."""

import pytest

from bot.platforms.discord.outcomes import CallKind, Failure, Kind, outcome_of
from digest.delivery import Gone, Outcome, Rejected, RetryAfter, Sent, Unavailable, Unknown

A_RETRY = 2.5


def answer(status: int, code: int = 0, **more: object) -> Failure:
    return Failure("answer", status, code, **more)  # type: ignore[arg-type]  # the test names fields


LINES: tuple[tuple[str, Failure, CallKind, Outcome], ...] = (
    ("user 429", answer(429, scope="user", retry_after=A_RETRY), "send", RetryAfter(A_RETRY, "channel")),
    ("shared 429", answer(429, scope="shared", retry_after=A_RETRY), "send", RetryAfter(A_RETRY, "channel")),
    ("global 429", answer(429, scope="global", retry_after=A_RETRY), "send", RetryAfter(A_RETRY, "token")),
    ("429 without a time", answer(429), "send", RetryAfter(1.0)),
    ("ban", answer(429, is_json=False), "send", RetryAfter(600.0, "token")),
    ("the library will not wait", Failure("limited", 429, retry_after=75.0), "send", RetryAfter(75.0)),
    ("not reached", Failure("unreached", text="DNS"), "send", Unavailable("unreached: DNS")),
    ("401", answer(401), "send", Unavailable("401/0", "token")),
    ("login refused", Failure("refused", 401), "send", Unavailable("401/0", "token")),
    ("500", answer(500), "send", Unknown("500/0")),
    ("502", answer(502), "send", Unknown("502/0")),
    ("503", answer(503), "send", Unknown("503/0")),
    ("504", answer(504), "send", Unknown("504/0")),
    ("524 of a proxy", answer(524, is_json=False), "send", Unknown("524/0")),
    ("disconnected", Failure("lost", text="reset"), "send", Unknown("lost: reset")),
    ("unparsable 200", Failure("unreadable"), "send", Unknown("unreadable")),
    ("empty message", answer(400, 50006), "send", Rejected("content", "400/50006")),
    ("tag required", answer(400, 40067), "send", Rejected("content", "400/40067")),
    ("too large", answer(413, 40005), "send", Rejected("content", "413/40005")),
    ("too large for a proxy", answer(413, is_json=False), "send", Rejected("content", "413/0")),
    ("invalid content", answer(400, 50035, text="In content: long"), "send",
     Rejected("content", "400/50035: In content: long")),
    ("invalid components", answer(400, 50035, text="Invalid\nIn components.0: bad"), "send",
     Rejected("content", "400/50035: Invalid In components.0: bad", is_markup=True)),
    ("invalid embeds", answer(400, 50035, text="Invalid\nIn embeds.0.url: bad"), "send",
     Rejected("content", "400/50035: Invalid In embeds.0.url: bad", is_markup=True)),
    ("missing access", answer(403, 50001), "send", Rejected("permission", "403/50001")),
    ("missing permissions", answer(403, 50013), "send", Rejected("permission", "403/50013")),
    ("unknown channel", answer(404, 10003), "send", Gone("404/10003")),
    ("unknown webhook", answer(404, 10015), "send", Gone("404/10015")),
    ("closed DM", answer(403, 50007), "send", Gone("403/50007")),
    ("no mutual guild", answer(403, 50278), "send", Gone("403/50278")),
    ("edit of a deleted message", answer(404, 10008), "edit", Gone("404/10008")),
    ("crossposted already", answer(400, 40033), "crosspost", Sent(())),
    ("edit limit", answer(400, 20022), "edit", RetryAfter(3600.0)),
    ("edit limit with a time", answer(429, 20022, retry_after=A_RETRY), "edit", RetryAfter(A_RETRY)),
    ("unlisted 400", answer(400, 99999, text="new"), "send", Rejected("content", "400/99999: new")),
    ("unlisted 403", answer(403, 99999), "send", Rejected("permission", "403/99999")),
    ("unlisted 404", answer(404, 0), "send", Rejected("content", "404/0")),
    ("a proxy's 403", answer(403, is_json=False), "send", Unavailable("403/0")),
    ("a redirect", answer(302), "send", Unknown("302/0")),
)  # fmt: skip


@pytest.mark.parametrize(("name", "failure", "call", "outcome"), LINES, ids=[line[0] for line in LINES])
def test_line(name: str, failure: Failure, call: CallKind, outcome: Outcome) -> None:
    """The answer gives exactly this outcome."""
    assert outcome_of(failure, call) == outcome


@pytest.mark.parametrize("kind", ["unreached", "lost", "refused", "limited"])
def test_what_was_no_answer_is_never_called_unlisted(kind: Kind) -> None:
    """Only a refusal in Discord's own words is worth its own line in the log."""
    assert not Failure(kind).is_unlisted


def test_an_unlisted_refusal_is_named_and_a_listed_one_is_not() -> None:
    """What the table knows is not logged as new."""
    assert answer(400, 99999).is_unlisted
    assert not answer(403, 50013).is_unlisted
    assert not answer(500, 0).is_unlisted


def test_a_long_reason_is_cut() -> None:
    """The ledger keeps reasons; a tree of errors is not kept whole."""
    assert len(answer(400, 50035, text="x" * 5_000).reason) < 330
