"""Do sections, later issues and readers' picks go over when a curator merges a category?"""

from dataclasses import replace

import pytest

from bot.enrol import Enrolment, enrol
from digest.audience import Place, Subscription, wants
from digest.errors import NotFound, Refused
from digest.issue import Category, Issue
from storage.categories import Filed
from tests.contract.storage.making import NOW, an_issue, save


async def ids(store) -> dict[str, int]:
    return {one.slug: category_id for category_id, one in await store.issues.categories()}


async def picks(store, address: str, *slugs: str, series: str = "weekly"):
    channel = await store.audience.channel(Place("telegram", address), "private")
    chosen = frozenset(slugs) if slugs else None
    await store.audience.subscribe(Subscription(channel.id, series, chosen))
    return channel.id


async def chosen(store, channel_id: int):
    [one] = await store.audience.subscriptions(channel_id)
    return one.categories


def under(issue: Issue, slug: str, title: str) -> Issue:
    """The issue with its tools filed elsewhere."""
    tools = replace(issue.sections[1], category=slug, title=title)
    return replace(issue, sections=(issue.sections[0], tools))


async def test_a_merge_moves_sections_and_picks(store):
    """At once, without a new revision; who had picked both has one; a name that only resembles is left alone."""
    saved = await save(store, an_issue())
    await save(store, under(an_issue(2), "tools-2", "Tools 2"))
    readers = [
        await picks(store, "1", "tools"),
        await picks(store, "2", "tools", "models"),
        await picks(store, "3", "tools-2"),
        await picks(store, "4"),
    ]
    known = await ids(store)
    await store.categories.merge(known["tools"], known["models"])
    await store.categories.merge(known["tools"], known["models"])
    stored = await store.issues.get(saved.issue_id)
    assert [one.category for one in stored.issue.sections] == ["models", "models"]
    assert stored.revision == "1-r1"
    assert [await chosen(store, one) for one in readers] == [{"models"}, {"models"}, {"tools-2"}, None]
    [wish] = await store.audience.subscriptions(readers[0])
    assert "tools/c" in wants(wish, stored.issue)
    assert set(await ids(store)) == {"models", "tools-2"}
    assert await store.categories.aliases() == (("models", ("Tools",)),)
    assert await store.categories.get(known["tools"]) == Category("tools", "Tools")


async def test_a_second_merge_takes_the_first_along(store):
    """What was merged into a category goes where that one goes."""
    await save(store, an_issue())
    await save(store, under(an_issue(2), "law", "Law"))
    known = await ids(store)
    await store.categories.merge(known["law"], known["tools"])
    await store.categories.merge(known["tools"], known["models"])
    assert await store.categories.aliases() == (("models", ("Law", "Tools")),)
    assert set(await ids(store)) == {"models"}


async def test_nonsense_is_refused(store):
    """Into itself, or of what is not there."""
    await save(store, an_issue())
    known = await ids(store)
    with pytest.raises(Refused):
        await store.categories.merge(known["tools"], known["tools"])
    with pytest.raises(NotFound):
        await store.categories.merge(known["tools"], 99)
    with pytest.raises(NotFound):
        await store.categories.get(99)


async def test_only_what_is_born_is_offered(store):
    """Once, with the issue it first stood in; a decision ends it."""
    await save(store, an_issue())
    kept = {"base": "", "pictures": {}, "now": NOW}
    new = under(an_issue(2), "law", "Law")
    saved = await store.issues.save(new, b"x", revision="n", offered={"models", "law"}, **kept)
    [offer] = await store.categories.offers()
    assert (offer.category, offer.issue_id) == (Category("law", "Law"), saved.issue_id)
    third = under(an_issue(3), "law", "Law")
    await store.issues.save(third, b"x", revision="m", offered={"law"}, **kept)
    assert len(await store.categories.offers()) == 1
    await store.categories.close_offer(offer.category_id)
    assert await store.categories.offers() == []


async def test_refiling_follows_the_configuration(store):
    """Sections of a title go under another slug, which may be new; a reader's picks follow when his series has left the old one."""
    await save(store, an_issue())
    await save(store, an_issue(1, series="daily"))
    await save(store, under(an_issue(2, series="daily"), "tools", "More tools"))
    reader, other = await picks(store, "1", "tools"), await picks(store, "2", "tools", series="daily")
    assert Filed("weekly", "Tools", "tools") in await store.categories.filed()
    assert await store.categories.refile({Filed("weekly", "Tools", "tools"): "gear"}) == 1
    weekly, daily = await store.issues.by_key("weekly/1"), await store.issues.by_key("daily/1")
    assert [one.category for one in weekly.issue.sections] == ["models", "gear"]
    assert [one.category for one in daily.issue.sections] == ["models", "tools"]
    assert (await chosen(store, reader), await chosen(store, other)) == ({"gear"}, {"tools"})
    await store.categories.refile({Filed("daily", "Tools", "tools"): "gear"})
    assert await chosen(store, other) == {"tools"}
    await store.categories.refile({Filed("daily", "More tools", "tools"): "gear"})
    assert await chosen(store, other) == {"gear"}
    assert dict(await store.issues.categories())[(await ids(store))["gear"]] == Category("gear", "Tools")
    assert await store.categories.refile({}) == 0


async def test_who_writes_a_merged_slug_means_the_new_one(store):
    """A list in the configuration names the old category at every start; what is not merged stays as written."""
    await save(store, an_issue())
    known = await ids(store)
    assert await store.categories.current(frozenset({"tools", "unborn"})) == {"tools", "unborn"}
    await store.categories.merge(known["tools"], known["models"])
    assert await store.categories.current(frozenset({"tools", "unborn"})) == {"models", "unborn"}
    wanted = Enrolment(Place("telegram", "5"), "private", "weekly", frozenset({"tools"}))
    assert await enrol(store, wanted, {}, NOW) == "added"
    assert await enrol(store, wanted, {}, NOW) == "unchanged"
    channel = await store.audience.find(Place("telegram", "5"))
    assert channel is not None
    assert await chosen(store, channel.id) == {"models"}
