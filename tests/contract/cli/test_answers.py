"""Does every command answer a program with JSON, also when it refuses?"""

import asyncio
import json
import sqlite3
from contextlib import closing
from zoneinfo import ZoneInfo

import pytest

from bot.cli.opened import opened
from bot.clock import SystemClock
from bot.delivery.campaign import FanOut
from bot.delivery.renditions import Renditions
from bot.preview import PurePlatform
from digest.delivery import State


@pytest.fixture
def sent(terminal) -> int:
    """A campaign with one queued part."""
    terminal.lines("issues", "import")
    terminal.write("p.csv", "platform,address,series\ntelegram,1,weekly\n")
    terminal.lines("subscribers", "import", "p.csv")
    (line,) = terminal.lines("send", "weekly/1", "--to", "telegram:1")
    return int(line["campaign"])


def change(terminal, statement: str, *values: object) -> None:
    with closing(sqlite3.connect(terminal.folder / "data" / "zhouzhi.db")) as connection, connection:
        connection.execute(statement, values)


async def fanned_out() -> None:
    """The rows of the open campaign, as `run` would write them."""
    async with opened(None) as (configuration, store):
        platforms = {"telegram": PurePlatform("telegram")}
        renditions = Renditions(store, configuration.settings.language, ZoneInfo("Asia/Shanghai"))
        await FanOut(store, platforms, renditions, SystemClock()).run()


def test_pausing_resuming_and_cancelling_answer(terminal, sent):
    """One object with the state the campaign is in now."""
    assert terminal.lines("campaigns", "pause", str(sent)) == [{"campaign": sent, "state": "paused"}]
    (resumed,) = terminal.lines("campaigns", "resume", str(sent))
    assert resumed["campaign"] == sent
    assert terminal.lines("campaigns", "cancel", str(sent)) == [{"campaign": sent, "state": "cancelled"}]
    code, error = terminal.error("campaigns", "pause", str(sent))
    assert (code, error["code"]) == (1, "campaign.state")


def test_settling_answers(terminal, sent):
    """What the part in doubt is now; one that is not in doubt is refused."""
    asyncio.run(fanned_out())
    change(terminal, "UPDATE part_row SET state = ?", int(State.UNKNOWN))
    (settled,) = terminal.lines("campaigns", "settle", str(sent), "telegram:1", "1", "arrived")
    assert settled == {"campaign": sent, "place": "telegram:1", "part": 1, "state": "sent"}
    code, error = terminal.error("campaigns", "settle", str(sent), "telegram:1", "1", "arrived")
    assert (code, error["code"]) == (1, "campaign.no_unknown")


def test_a_finished_campaign_refuses_the_same_send(terminal, sent):
    """An object alone with --json; the report in words and what to type instead without."""
    change(terminal, "UPDATE campaign SET state = 'finished'")
    code, out, err = terminal.run("send", "weekly/1", "--to", "telegram:1", "--json")
    assert code == 1
    error = json.loads(out)["error"]
    assert (error["code"], str(sent) in error["message"]) == ("send.before", True)
    assert "--again" in error["cure"]
    code, out, err = terminal.run("send", "weekly/1", "--to", "telegram:1")
    assert code == 1
    assert "planned" in out
    assert "--again" in err


def test_send_to_nobody_is_a_mistake_of_usage(terminal):
    """Neither --to nor --all, both, or a place that is none: exit 2."""
    terminal.lines("issues", "import")
    assert terminal.error("send", "weekly/1")[0] == 2
    assert terminal.error("send", "weekly/1", "--all", "--to", "telegram:1")[0] == 2
    assert terminal.error("send", "weekly/1", "--to", "nowhere")[0] == 2
