"""Does the index follow what is stored? Saving, correcting, retracting, rebuilding; filters, ranking, hostile words."""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import Connection, text

from storage.search.stages import BLOCK
from storage.store import Store
from tests.contract.search.archive import TODAY, ask, made, save, titles
from tests.unit.words.hostile import HOSTILE

ONE = made("1", date(2026, 1, 5), [("猫咪模型发布", "会抓老鼠的数据库。", "https://x.com/cat/status/1?s=20")])


def entries(connection: Connection) -> tuple[int, int, int]:
    """Rows of the index, of the vocabulary, of the addresses."""
    rows = connection.execute(text("SELECT count(*) FROM fts_docsize")).scalar_one()
    terms = connection.execute(text("SELECT count(*) FROM vocab")).scalar_one()
    links = connection.execute(text("SELECT count(*) FROM link")).scalar_one()
    connection.execute(text("INSERT INTO fts(fts) VALUES ('integrity-check')"))
    return rows, terms, links


async def test_a_correction_forgets_the_old_words(store: Store) -> None:
    """After a correction only the new words are found, and nothing of the old is left in any table."""
    await save(store, ONE)
    changed = made("1", date(2026, 1, 5), [("小狗模型发布", "会看门。", "https://x.com/dog/status/2")])
    await save(store, changed)
    assert (await ask(store, "猫咪")).state == "nothing"
    assert titles(await ask(store, "小狗")) == ["小狗模型发布"]
    assert (await ask(store, "https://twitter.com/cat/status/1")).state == "nothing"
    after = await store.database.write(entries)
    await store.search.reindex()
    assert await store.database.write(entries) == after


async def test_a_retracted_issue_is_not_found(store: Store) -> None:
    """Retracting empties the index in the same transaction, publishing again fills it."""
    issue_id = await save(store, ONE)
    await store.issues.set_state(issue_id, "retracted")
    assert (await ask(store, "猫咪")).state == "nothing"
    assert await store.database.write(entries) == (0, 0, 0)
    assert (await ask(store, "from:2026")).count == 0
    await store.issues.set_state(issue_id, "published")
    assert (await ask(store, "猫咪")).count == 1


async def test_the_index_is_made_anew_for_another_tokeniser(store: Store) -> None:
    """An index that other tokens were put into is rebuilt before it is used; a present one is left alone."""
    await save(store, ONE)
    assert await store.search.ensure() == 0
    await store.database.write(lambda c: c.execute(text("UPDATE meta SET v = 'other' WHERE k = 'tokeniser'")))
    await store.database.write(lambda c: c.execute(text("INSERT INTO fts(fts) VALUES ('delete-all')")))
    assert await store.search.ensure() == 1
    assert (await ask(store, "猫咪")).count == 1


@pytest.mark.parametrize(
    "query",
    [
        "猫",
        "库",
        "数据库",
        "數據庫",
        "https://twitter.com/cat/status/1",
        "x.com/other/status/1",
        "issue:1",
        "期：1",
    ],
)
async def test_every_way_to_one_item(store: Store, query: str) -> None:
    """One character, the last character, Traditional, variants of its address and its issue all find it."""
    await save(store, ONE)
    assert titles(await ask(store, query)) == ["猫咪模型发布"]


async def test_filters_alone_browse_newest_first(store: Store) -> None:
    """Filters without words list what is there, and narrow what words find before anything is cut off."""
    await save(store, ONE)
    await save(store, made("2", date(2026, 2, 9), [("狐狸模型", "会跑。", "https://a.example/2")], "研究"))
    assert titles(await ask(store, "from:2026")) == ["狐狸模型", "猫咪模型发布"]
    assert titles(await ask(store, "to:2026-01")) == ["猫咪模型发布"]
    assert titles(await ask(store, "section:研究")) == ["狐狸模型"]
    assert titles(await ask(store, "issue:made/2 模型")) == ["狐狸模型"]
    assert titles(await ask(store, "模型 -狐狸")) == ["猫咪模型发布"]
    turned = await ask(store, "from:2026-03 to:2026-02 模型")
    assert turned.range_turned == (date(2026, 2, 1), date(2026, 3, 31))
    assert titles(turned) == ["狐狸模型"]
    assert (await ask(store, "section:% 模型")).unknown_section == "%"


async def test_filters_narrow_before_the_cut(store: Store) -> None:
    """A hit in an old issue is found by a filter however many newer ones the word has."""
    await save(store, ONE)
    many = [(f"模型 {n}", "模型。", f"https://a.example/{n}") for n in range(BLOCK + 50)]
    await save(store, made("2", date(2026, 2, 9), many))
    assert titles(await ask(store, "模型 to:2026-01")) == ["猫咪模型发布"]


async def test_a_too_common_word_gives_the_newest(store: Store) -> None:
    """A word in every item is not scored through: the newest stand first, those with it in the title before them."""
    many = [("普通", "人人都有的词。", f"https://a.example/{n}") for n in range(BLOCK + 50)]
    await save(store, made("1", date(2025, 1, 1), many))
    news = [("稀奇", "人人都有的词。", "https://b.example/1"), ("都有的词", "短。", "https://b.example/2")]
    await save(store, made("2", date(2026, 2, 9), news))
    found = await ask(store, "都有", limit=1000)
    assert titles(found)[:2] == ["都有的词", "稀奇"]
    assert found.count == len(found.hits) == BLOCK + 52


async def test_the_title_and_the_newer_come_first(store: Store) -> None:
    """A word in the title outweighs one in the body; of two equal hits the newer comes first."""
    body = ("别的", "提到了狮鹫一次。", "https://a.example/1")
    for key, on in (("1", date(2024, 1, 1)), ("2", date(2026, 2, 1))):
        await save(store, made(key, on, [("狮鹫来了", "没有别的。", "https://a.example/0"), body]))
    found = await ask(store, "狮鹫")
    assert [(hit.title, hit.published_on.year) for hit in found.hits if hit.published_on] == [
        ("狮鹫来了", 2026),
        ("狮鹫来了", 2024),
        ("别的", 2026),
        ("别的", 2024),
    ]


async def test_addresses_are_searched_last(store: Store) -> None:
    """The word of a host finds an item, after those that say it."""
    said = ("说到 example", "一句。", "https://b.invalid/1")
    await save(store, made("1", date(2026, 2, 1), [("别的", "一句。", "https://www.example.com/1"), said]))
    assert titles(await ask(store, "example")) == ["说到 example", "别的"]


async def test_completion_reads_titles_as_typed(store: Store) -> None:
    """Whole words and the beginning of the last; nothing typed offers the newest; a retracted issue is not offered."""
    await save(store, ONE)
    later = made("2", date(2026, 2, 9), [("Claude Opus 来了", "会跑。", "https://a.example/2")])
    issue_id = await save(store, later)
    await store.search.renew_titles()
    assert [title for title, _ in await store.search.titles("")] == ["Claude Opus 来了", "猫咪模型发布"]
    assert [title for title, _ in await store.search.titles("claude op")] == ["Claude Opus 来了"]
    assert [title for title, _ in await store.search.titles("模型")] == ["猫咪模型发布"]
    assert await store.search.titles("clau op") == []
    assert len(await store.search.titles("", 1)) == 1
    await store.issues.set_state(issue_id, "retracted")
    await store.search.renew_titles()
    assert [title for title, _ in await store.search.titles("")] == ["猫咪模型发布"]


async def test_nothing_typed_raises_or_acts_as_syntax(store: Store) -> None:
    """Whatever is typed gets an answer, and the tables are as they were."""
    await save(store, ONE)
    before = await store.database.write(entries)
    for query in HOSTILE:
        found = await ask(store, query)
        assert found.state in ("hits", "nearest", "nothing", "hint"), query
    assert await store.database.write(entries) == before


async def test_paging_beyond_the_end_says_how_many_there_are(store: Store) -> None:
    """An old button that leads past the end learns the count instead of "nothing"."""
    await save(store, ONE)
    found = await store.search.find("猫咪", today=TODAY, offset=50)
    assert (found.state, found.count, found.hits) == ("hits", 1, ())


async def test_a_title_of_an_item_that_left_is_not_found(store: Store) -> None:
    """An item missing from the new revision leaves the index at once, the others stay."""
    two = made(
        "1",
        date(2026, 1, 5),
        [("甲物", "一。", "https://a.example/1"), ("乙物", "二。", "https://a.example/2")],
    )
    await save(store, two)
    section = two.sections[0]
    await save(store, replace(two, sections=(replace(section, items=section.items[:1]),)))
    assert (await ask(store, "乙物")).state == "nothing"
    assert titles(await ask(store, "from:2026")) == ["甲物"]
