"""What is left of the bot when it has stopped? Nothing: no code of ours runs on, no connection keeps the process."""

import asyncio
import threading
from pathlib import Path
from typing import Any

import bot
import storage
from tests.contract.platforms.driver import Chat
from tests.contract.platforms.installation import until

OURS = tuple(str(Path(str(package.__file__)).parent) for package in (bot, storage))


def runs_ours(task: "asyncio.Task[Any]") -> bool:
    """Whether anything the task waits in is written in the bot."""
    waiting: Any = task.get_coro()
    while waiting is not None:
        code = getattr(waiting, "cr_code", None)
        if code is not None and code.co_filename.startswith(OURS):
            return True
        waiting = getattr(waiting, "cr_await", None)
    return False


async def test_an_answer_on_its_way_arrives(chat: Chat) -> None:
    """The process is told to stop while the handlers are at it: the person gets his answer all the same, and once."""
    await chat.say("/help")
    house: Any = chat.home.bot.house
    answer, is_asked = house.answer, asyncio.Event()

    async def slowly(incoming: Any) -> Any:
        is_asked.set()
        await asyncio.sleep(0.05)
        return await answer(incoming)

    house.answer = slowly
    typing = asyncio.create_task(chat.driver.type("/latest"))
    await is_asked.wait()
    await chat.home.stop()
    await asyncio.gather(typing, return_exceptions=True)
    await chat.restart()
    assert len(await chat.standing()) == 2
    assert "周知日报 2026-11-18" in (await chat.standing())[-1]


async def test_nothing_runs_on(chat: Chat) -> None:
    """Right after an answer, while the reader still looks at it: not one task, not one connection of the database."""
    await chat.say("/latest")
    await chat.press("逐条读")
    await chat.driver.close()
    assert [task for task in asyncio.all_tasks() if runs_ours(task)] == []
    await until(lambda: not [one for one in threading.enumerate() if "_connection_worker" in one.name])
    await chat.driver.open()
    await chat.press("下一条")
    assert chat.is_edited_in_place
