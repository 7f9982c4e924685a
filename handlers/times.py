"""What happens when a user changes his pushing time: day, then hour; or at once; or as the series has it."""

import re
from dataclasses import replace
from datetime import time
from typing import TYPE_CHECKING

from digest.calendar import WEEKDAYS, Schedule
from digest.errors import NotFound
from digest.page import Action, Ask, Button, Choice, Option, Reply
from handlers.address import word
from handlers.request import Context, Request
from handlers.subscribe import coming, own_schedule, pushing_times
from handlers.views import buttons
from handlers.views.names import EVERY_DAY, WORKDAYS
from handlers.views.say import answer

if TYPE_CHECKING:
    from digest.audience import Subscription

HOURS = ("07:00", "08:00", "08:30", "09:00", "12:00", "18:00", "20:00", "21:00")
_DAYS = {
    "daily": EVERY_DAY,
    "workdays": WORKDAYS,
    **{day: frozenset((at,)) for at, day in enumerate(WEEKDAYS)},
}
_WALL = re.compile(r"([01]?\d|2[0-3])\s*[:：.点时h]?\s*([0-5]\d)?\s*分?", re.IGNORECASE)


async def times(request: Request, context: Context) -> Reply:
    """Which day?"""
    texts = context.texts
    if not await context.store.audience.subscriptions(request.channel.id):
        return answer(texts, texts("unsubscribe.nothing"), rows=((buttons.subscribe(texts),),))
    options = tuple(Option(texts(f"times.{day}"), Action("times_day", (day,))) for day in _DAYS)
    rows = (
        (
            Button(texts("button.as_series"), Action("times_set", ("series",))),
            Button(texts("button.at_once"), Action("times_set", ("once",))),
        ),
        _back(context),
    )
    now = texts("settings.push", when=await pushing_times(request, context))
    choice = Choice(texts("times.choose_day"), options, columns=3)
    return answer(texts, now, texts("times.choose_day"), choices=(choice,), rows=rows)


async def times_day(request: Request, context: Context) -> Reply:
    """At which hour?"""
    texts, day = context.texts, _day(request)
    options = tuple(Option(hour, Action("times_set", (day, hour.replace(":", "")))) for hour in HOURS)
    zone = texts.zone(context.zone, context.now)
    rows = (
        (
            Button(texts("button.other_time"), Action("times_ask", (day,))),
            Button(texts("button.back"), Action("times")),
        ),
    )
    choice = Choice(texts("times.choose_hour", zone=zone), options, columns=4)
    title = texts(f"times.{day}")
    return answer(texts, texts("times.choose_hour", zone=zone), title=title, choices=(choice,), rows=rows)


async def times_ask(request: Request, context: Context) -> Reply:
    """Another hour is to be typed."""
    texts = context.texts
    action = Action("times_set", (_day(request),))
    return Reply(ask=Ask(texts("times.ask"), "08:30", action), replaces=False)


async def times_set(request: Request, context: Context) -> Reply:
    """The time is complete: every subscription of this channel moves to it."""
    texts, how = context.texts, word(request)
    held = await context.store.audience.subscriptions(request.channel.id)
    if not held:
        return answer(texts, texts("unsubscribe.nothing"), rows=((buttons.subscribe(texts),),))
    if how in ("series", "once"):
        for one in held:
            await _move(one, await own_schedule(one.series, context) if how == "series" else None, context)
    else:
        days = _DAYS[_day(request)]
        wall = read_wall(request.text.strip() or word(request, 1))
        if wall is None:
            again = Button(texts("button.try_again"), Action("times_ask", (how,)), style="primary")
            return answer(texts, texts("times.unreadable"), rows=((again, *_back(context)),))
        schedule = Schedule(days, (wall,), context.zone.key)
        for one in held:
            await _move(one, await context.store.schedules.value(one.series, schedule, context.now), context)
    when = texts("settings.push", when=await pushing_times(request, context))
    return answer(texts, when, await coming(request, context), rows=(_back(context),))


def read_wall(typed: str) -> time | None:
    """`8:30`, `0830`, `8点30分`, `20` -> a wall time."""
    compact = re.fullmatch(r"(\d{2})(\d{2})", typed)
    found = compact or _WALL.fullmatch(typed)
    if found is None or int(found[1]) > 23 or int(found[2] or 0) > 59:
        return None
    return time(int(found[1]), int(found[2] or 0))


async def _move(subscription: "Subscription", schedule_id: int | None, context: Context) -> None:
    await context.store.audience.subscribe(replace(subscription, schedule_id=schedule_id))


def _day(request: Request) -> str:
    day = word(request)
    if day not in _DAYS:
        raise NotFound("link.dead")
    return day


def _back(context: Context) -> tuple[Button, ...]:
    return (Button(context.texts("button.back_settings"), Action("settings", ("1",))),)
