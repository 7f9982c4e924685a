"""Does the pacer keep every documented limit in both ways a platform may count, and still fill them?

Virtual time: the book knows no clock of its own. A message arrives somewhere between send and answer.
"""

import heapq
import random

import pytest

from bot.delivery.pace import PaceBook, Rates, Ticket
from digest.audience import Place

TELEGRAM = Rates(30, 1, 20)


def run(chats, parts, *, messages=1, jitter=0.005, seed=1):
    """Send `parts` calls to each chat as fast as the book allows; returns the arrival times by chat."""
    chance = random.Random(seed)
    book = PaceBook(TELEGRAM)
    left = dict.fromkeys(chats, parts)
    arrivals: dict[Place, list[float]] = {chat: [] for chat in chats}
    answers: list[tuple[float, int, Ticket]] = []
    now, order = 0.0, 0
    while any(left.values()) or answers:
        while answers and answers[0][0] <= now:
            _, _, ticket = heapq.heappop(answers)
            book.answered(ticket, now)
        soonest = answers[0][0] if answers else now + 60
        for chat, count in left.items():
            if not count:
                continue
            wait = book.ready_in(chat, messages, now)
            if wait <= 0:
                way = 0.0125 + chance.expovariate(1 / jitter)
                back = 0.0125 + chance.expovariate(1 / jitter)
                arrivals[chat] += [now + way] * messages
                order += 1
                heapq.heappush(answers, (now + way + back, order, book.take(chat, messages, now)))
                left[chat] -= 1
                soonest = now
                break
            soonest = min(soonest, now + max(wait, 1e-4))
        now = max(now, soonest)
    return arrivals


def most_in(times, span):
    """The most arrivals in any half-open window of `span` seconds."""
    times, most, start = sorted(times), 0, 0
    for end, at in enumerate(times):
        while times[start] <= at - span:
            start += 1
        most = max(most, end - start + 1)
    return most


def overdrawn(times, rate, burst):
    """How often a bucket of `burst` that refills at `rate` a second would have been empty."""
    level, last, count = float(burst), 0.0, 0
    for at in sorted(times):
        level = min(burst, level + (at - last) * rate)
        last = at
        if level < 1 - 1e-9:
            count += 1
        else:
            level -= 1
    return count


@pytest.mark.parametrize("seed", range(2))
def test_never_more_than_thirty_in_any_second(seed):
    """200 private chats, window and bucket: not one message over the limit, and at least 85 % of it used."""
    chats = [Place("telegram", str(n)) for n in range(1, 201)]
    times = [at for chat in run(chats, 2, seed=seed).values() for at in chat]
    assert most_in(times, 1) <= 30
    assert overdrawn(times, 30, 30) == 0
    assert len(times) / (max(times) - min(times)) >= 0.85 * 30


def test_one_message_a_second_in_one_chat():
    """Parts of one chat keep their distance."""
    (times,) = run([Place("telegram", "7")], 5).values()
    assert most_in(times, 1) == 1


def test_twenty_a_minute_in_a_group():
    """A sliding minute: a leaky bucket would let more through."""
    (times,) = run([Place("telegram", "-1001")], 45).values()
    assert most_in(times, 60) <= 20


def test_an_album_counts_as_its_messages():
    """Ten pictures in one call take ten places."""
    times = [
        at
        for chat in run([Place("telegram", str(n)) for n in range(1, 9)], 1, messages=10).values()
        for at in chat
    ]
    assert most_in(times, 1) <= 30


def test_a_halt_is_a_deadline():
    """Nothing that ends meanwhile shortens it, and a shorter one later does not either."""
    book = PaceBook(TELEGRAM)
    place = Place("telegram", "1")
    ticket = book.take(place, 1, 0.0)
    book.halt(None, 2, 0.0)
    book.answered(ticket, 0.1)
    book.halt(None, 0.5, 0.1)
    assert book.free(1.9) == 0
    assert book.ready_in(Place("telegram", "2"), 1, 0.3) == pytest.approx(1.7)
    assert book.free(2.01) > 0


def test_a_parked_chat_leaves_the_others_alone():
    """Twelve hours for one chat are no wait for the next."""
    book = PaceBook(TELEGRAM)
    book.halt(Place("telegram", "1"), 43_837, 0.0)
    assert book.ready_in(Place("telegram", "1"), 1, 1.0) > 43_000
    assert book.ready_in(Place("telegram", "2"), 1, 1.0) == 0
