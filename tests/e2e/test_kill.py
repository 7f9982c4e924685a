"""Does a push that is killed in the middle arrive exactly as planned after a restart?"""

import json
from collections import Counter

import pytest

from tests.e2e.running import Installation, coming_minute
from tests.fakes.discord.faults import Fault
from tests.fakes.discord.server import FakeDiscord
from tests.fakes.telegram import FakeTelegram, Rates
from tests.shared import DAILY

READERS = range(101, 141)
HANGS = 101 + 2  # this reader's message arrives, and the bot is never told
ENOUGH = 5
DISCORD_PARTS = 3

CONFIG = """\
language = "zh-Hans"
time_zone = "UTC"

[[series]]
key = "daily"
title = "日报"
push = {{ days = "daily", at = "{at:%H:%M}", zone = "UTC" }}
sources = [{{ kind = "folder", path = "issues/daily" }}]

[categories]
first = ["{section}"]

[delivery]
tick_s = 0.3
lease_s = 2

[telegram]
token = "{telegram.token}"
api_base = "{telegram.base}"
rate_all = 5

[discord]
token = "{discord.token}"
api_base = "{discord.api_base}"
gateway_url = "{discord.gateway_url}"

[[channels]]
address = "discord:{channel}"
series = "daily"
"""

READER = """
[[channels]]
address = "telegram:{n}"
series = "daily"
categories = ["first"]
"""

IN_STATE = """
SELECT channel.platform || ':' || channel.address
FROM part_row JOIN channel ON channel.id = part_row.channel_id
WHERE part_row.{condition}
"""


@pytest.mark.corpus
@pytest.mark.timeout(300)
async def test_a_scheduled_push_survives_a_kill_and_arrives_exactly_as_planned(tmp_path):
    """Forty readers of one category and a Discord channel of all; killed in the middle, started again.

    Everything planned arrives, nothing recorded as sent is repeated, and what was in flight is counted and named.
    """
    bots = Installation(tmp_path)
    bots.publish(DAILY, "daily")
    first, *others = (
        one["title"] for one in json.loads(DAILY.with_suffix(".expected.json").read_text())["sections"]
    )

    def places(condition):
        return [place for (place,) in bots.rows(IN_STATE.format(condition=condition))]

    async with FakeTelegram(rates=Rates(is_enforced=False)) as telegram, FakeDiscord() as discord:
        for n in READERS:
            telegram.people.private(n)
        channel = discord.state.channel(discord.state.guild())
        # one of each platform is surely in flight: the servers keep the message and withhold the answer
        held = telegram.faults.add("hang", method="sendMessage", chat=HANGS, seconds=600)
        second = discord.faults.add(Fault("hang", f"/channels/{channel.id}/messages$", "POST", skip=1))
        config = CONFIG.format(
            at=coming_minute(15), telegram=telegram, discord=discord, channel=channel.id, section=first
        )
        bots.write(config + "".join(READER.format(n=n) for n in READERS))

        def got():
            return Counter(n for n in READERS for _ in telegram.messages(n))

        async with bots.bot() as running:
            await running.until(lambda: got().total() >= ENOUGH and held.struck and second.struck, 150)
            await running.kill()
        before = got()
        assert before.total() < len(READERS), "the push was over before it could be killed"
        sent, in_flight = places("state = 2"), places("state = 1")
        assert {f"telegram:{HANGS}", f"discord:{channel.id}"} <= set(in_flight)
        assert len(discord.state.in_channel(channel.id)) == 2

        async with bots.bot() as running:
            await running.until(lambda: bots.rows("SELECT state FROM campaign") == [("finished",)], 90)
        after = got()

    assert bots.rows("SELECT DISTINCT state FROM part_row") == [(2,)]
    for n in READERS:
        place = f"telegram:{n}"
        if place in sent:
            assert after[n] == before[n] == 1, place
        else:
            assert 1 <= after[n] <= 1 + (place in in_flight), place
    assert after[HANGS] == 2  # Telegram cannot be asked what it has: sent again, counted and named
    assert len(discord.state.in_channel(channel.id)) == DISCORD_PARTS  # Discord can: nothing twice
    assert Counter(places("attempts > 0")) == Counter(in_flight)
    named = [line for line in bots.log.splitlines() if "part.in_doubt" in line]
    assert all(any(place in line for line in named) for place in in_flight)
    assert len(named) == len(in_flight)
    words = str(telegram.messages(READERS[0]))
    assert first in words
    assert not any(other in words for other in others)
    assert telegram.findings == []
    assert discord.findings == []
