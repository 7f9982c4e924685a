"""What happens behind the looks? The ledger's rows in words, the pace, the next push, what is broken: one state, whole."""

from typing import Any, Final
from zoneinfo import ZoneInfo

from bot.stage.play import Play
from bot.stage.scenery import SCENES
from digest.audience import Place
from digest.delivery import State
from digest.errors import ZhouzhiError
from digest.issue import Series
from handlers.texts import Texts, texts_for
from storage.deliveries import Report

CAMPAIGNS: Final = 4
ROWS: Final = 60
FAILED: Final = (State.GONE, State.SUSPENDED, State.DEAD)


async def state(play: Play) -> dict[str, Any]:
    """Everything column three shows. Times are instants; the page lets the clock run on by its factor."""
    texts = texts_for(play.language)
    zone = ZoneInfo(play.scenery.configuration.settings.time_zone)
    coming = await play.coming()
    now = play.clock.now()
    campaigns = await play.store.deliveries.campaigns(limit=CAMPAIGNS)
    return {
        "round": play.round,
        "deaths": play.deaths,
        "is_alive": not play.life.mortal.is_dead,
        "language": play.language,
        "clock": {
            "at": now.isoformat(),
            "factor": play.clock.factor,
            "zone": zone.key,
            "city": texts.zone(zone, now),
        },
        "coming": None
        if coming is None
        else {
            "at": coming.at.isoformat(),
            "words": texts.moment(coming.at, zone),
            "series": _title(play.life.bot.series, coming.series),
        },
        "campaigns": [
            await _campaign(play, campaign.id, texts) for campaign in campaigns if campaign.state != "draft"
        ],
        "faults": {name: sorted(faults.on) for name, faults in play.faults.items()},
        "pace": {name: _pace(play, name) for name in play.life.pacers},
        "platforms": {name: one.status.state for name, one in play.life.bot.platforms.items()},
    }


def _title(known: "dict[str, Series]", key: str) -> str:
    return known[key].title if key in known else key


def _pace(play: Play, name: str) -> dict[str, int]:
    """How many messages may leave at once, of how many a second."""
    pacer = play.life.pacers[name]
    most = int(pacer.book.rates.per_second)
    return {"free": max(0, min(most, pacer.book.free(pacer.now()))), "most": most}


async def _campaign(play: Play, campaign_id: int, texts: Texts) -> dict[str, Any]:
    deliveries = play.store.deliveries
    report = await deliveries.report(campaign_id)
    rows = await deliveries.rows(campaign_id, None, ROWS)
    totals: dict[int, int] = {}
    for row, _, _ in rows:
        totals[row.channel_id] = max(totals.get(row.channel_id, 0), row.part)
    campaign = report.campaign
    return {
        "id": campaign.id,
        "title": await _issue_title(play, campaign.issue_id),
        "kind": texts(f"demo.kind_{campaign.kind}"),
        "state": campaign.state,
        "state_words": texts(f"demo.campaign_{campaign.state}"),
        "planned": campaign.planned,
        "sent": report.rows.sent,
        "messages": report.messages,
        "sum": _sum(report, texts),
        "excluded": campaign.excluded_sent,
        "can_retry": any(row.state in FAILED for row, _, _ in rows),
        "rows": [
            {
                "channel": row.channel_id,
                "platform": channel.place.platform,
                "place": place_name(channel.place, texts),
                "part": row.part,
                "parts": totals[row.channel_id],
                "state": row.state.name.lower(),
                "words": texts(f"demo.state_{row.state.name.lower()}"),
                "attempts": row.attempts,
                "reason": reason if row.state is not State.SENT or row.attempts else "",
            }
            for row, channel, reason in rows
        ],
    }


async def _issue_title(play: Play, issue_id: int) -> str:
    try:
        return (await play.store.issues.get(issue_id)).issue.title
    except ZhouzhiError:
        return f"#{issue_id}"  # taken back meanwhile; the ledger speaks of it all the same


def _sum(report: Report, texts: Texts) -> list[dict[str, Any]]:
    """The counts that add up to the plan, those that are not zero."""
    return [
        {"state": state.name.lower(), "n": count, "words": texts(f"demo.state_{state.name.lower()}")}
        for state in State
        if (count := getattr(report.rows, state.name.lower()))
    ]


def place_name(place: Place, texts: Texts) -> str:
    """What the demo calls a place."""
    if place.platform == "web":
        return texts(f"demo.place_{place.address}")
    scene = next((one for one in SCENES.values() if one.place == place), None)
    return texts(f"demo.place_{scene.name.split('-')[1]}") if scene else place.address
