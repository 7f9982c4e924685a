"""Does a signed push from CI become an issue, and nothing else? A real server on loopback, a real store."""

import asyncio
import io
import json
import zipfile
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath

import pytest

from bot.app import Bot
from bot.clock import SystemClock
from bot.server.signature import WINDOW
from bot.sources.base import Distant, SourceFile
from digest.errors import NotFound
from storage.store import Store
from tests.contract.delivery.floor import SetClock
from tests.contract.hooks.conftest import CONFIG, SECRET, Ci, configuration, markdown, running
from tests.contract.telegram.stage import png


def packed(**files: bytes) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name.replace("__", "/").replace("_md", ".md").replace("_png", ".png"), content)
    return made.getvalue()


async def count(store: Store) -> int:
    return len(await store.issues.lines(visible=False))


async def test_a_pushed_issue_is_read_stored_and_told(ci: Ci, store: Store) -> None:
    """The answer says what was recognised, section by section, and readers have the issue at once."""
    answer = await ci.push(markdown())
    assert answer.status == 200, answer
    told = answer.body
    assert (told["result"], told["series"], told["key"], told["number"]) == ("added", "weekly", "1", 1)
    assert told["published_on"] == "2026-02-01"
    assert [section["title"] for section in told["sections"]] == ["Models", "Chips"]
    assert [item["title"] for section in told["sections"] for item in section["items"]] == [
        "A model",
        "A chip",
    ]
    assert told["items"] == 2
    assert told["problems"] == []
    stored = await store.issues.by_key("1", "weekly")
    assert stored.revision == told["revision"]
    assert stored.state == "published"
    assert await store.issues.source(stored.id) == markdown()


@pytest.mark.parametrize(
    ("zone", "now"),
    [
        ("Asia/Shanghai", datetime(2026, 2, 1, 16, 30, tzinfo=UTC)),  # the day before in UTC
        ("America/New_York", datetime(2026, 2, 3, 4, 30, tzinfo=UTC)),  # the day after in UTC
    ],
    ids=["east", "west"],
)
async def test_the_answer_holds_back_what_is_held_back(tmp_path: Path, store: Store, zone, now) -> None:
    """On 2 February in the series' zone the issue of the third is held, and told so; that of the second is there."""
    clock = SetClock()
    clock.at = now
    async with running(tmp_path, store, f'time_zone = "{zone}"\n{CONFIG}', clock) as ci:
        begun = await ci.push(markdown(2))
        to_come = await ci.push(markdown(3), at=1)
    assert (begun.body["held"], (await store.issues.by_key("2", "weekly")).state) == (None, "published")
    assert (to_come.body["held"], (await store.issues.by_key("3", "weekly")).state) == (
        "until 2026-02-03",
        "held",
    )


async def test_the_same_again_changes_nothing(ci: Ci, store: Store) -> None:
    """Idempotent by key and hash: a second run of the same CI job is answered with unchanged."""
    first = await ci.push(markdown())
    again = await ci.push(markdown(), at=1)
    assert (again.status, again.body["result"]) == (200, "unchanged")
    assert again.body["revision"] == first.body["revision"]
    assert await count(store) == 1


async def test_another_text_is_a_new_revision(ci: Ci, store: Store) -> None:
    """The same issue with other words replaces it and stays one issue."""
    await ci.push(markdown())
    changed = await ci.push(markdown(text="It chips better."))
    assert changed.body["result"] == "changed"
    stored = await store.issues.by_key("1", "weekly")
    assert await store.issues.source(stored.id) == markdown(text="It chips better.")


async def test_a_zip_brings_its_pictures(ci: Ci, store: Store) -> None:
    """Pictures beside the issue are kept with it; what is not there is told with its line and cure."""
    body = packed(issue__weekly_md=markdown(text="![a](a.png) ![b](b.png)"), issue__a_png=png(8, 8))
    answer = await ci.push(body, "application/zip", path="/publish/weekly")
    assert answer.body["result"] == "added", answer
    (problem,) = answer.body["problems"]
    assert problem["code"] == "picture_missing"
    assert problem["line"]
    assert problem["cure"]
    stored = await store.issues.by_key("1", "weekly")
    assert set(stored.pictures) == {"a.png"}


async def test_the_named_file_of_a_zip_is_taken(ci: Ci, store: Store) -> None:
    """With several issues in a zip the query says which; without it nothing is guessed."""
    body = packed(a_md=markdown(1), b_md=markdown(2))
    refused = await ci.push(body, "application/zip", path="/publish/weekly")
    assert (refused.status, refused.code) == (422, "upload.several")
    assert "a.md, b.md" in refused.body["error"]["message"]
    assert "?name=" in refused.body["error"]["cure"]
    taken = await ci.push(body, "application/zip", path="/publish/weekly?name=b.md", at=1)
    assert taken.body["key"] == "2"
    assert await count(store) == 1


async def test_the_file_name_gives_the_date(ci: Ci) -> None:
    """By query or by header; without number, date and name an issue is not taken."""
    plain = b"# News\n\n## Section\n\n### Item\n\nWords.\n"
    unnamed = await ci.push(plain, path="/publish/daily")
    assert (unnamed.status, unnamed.code) == (400, "hooks.unnamed")
    named = await ci.push(plain, path="/publish/daily?name=2026-02-25.md", at=1)
    assert (named.body["key"], named.body["date_from"]) == ("2026-02-25", "file name")
    headed = await ci.push(plain, path="/publish/daily", at=2, headers={"X-Zhouzhi-Name": "2026-02-26.md"})
    assert headed.body["key"] == "2026-02-26"


async def test_a_name_that_leads_elsewhere_is_refused(ci: Ci, store: Store) -> None:
    """`..`, absolute names and controls name no file."""
    for n, name in enumerate(("../x.md", "/etc/x.md", "..%252fx.md", "a%00.md", "C:x.md", "a\\b.md")):
        answer = await ci.push(markdown(), path=f"/publish/weekly?name={name}", at=n)
        assert (answer.status, answer.code) == (400, "upload.name"), name
    assert await count(store) == 0


async def test_changed_looks_into_the_sources(ci: Ci, store: Store) -> None:
    """`{"changed": …}` reads every source of the series now; what is new is told, what is not is left out."""
    (ci.folder / "issues" / "old.md").write_bytes(markdown(1))
    first = await ci.push(b'{"changed": "issues/old.md"}', "application/json")
    assert first.status == 200, first
    (ci.folder / "issues" / "new.md").write_bytes(markdown(2))
    answer = await ci.push(b'{"changed": "issues/new.md"}', "application/json", at=1)
    assert answer.body["result"] == "fetched"
    assert [(one["file"], one["items"]) for one in answer.body["issues"]] == [("new.md", 2)]
    assert await count(store) == 2


class Elsewhere:
    """A source whose files are brought first."""

    identity = "elsewhere"

    def __init__(self) -> None:
        self.brought = 0

    def refresh(self) -> bool:
        self.brought += 1
        return True

    def files(self) -> Iterator[SourceFile]:
        yield SourceFile("a.md", "", markdown(self.brought))

    def picture(self, file: SourceFile, path: PurePosixPath) -> bytes:
        raise NotFound("file.missing")

    async def changes(self) -> AsyncIterator[None]:
        await asyncio.Event().wait()
        yield


async def test_what_lies_elsewhere_is_brought_first(ci: Ci, monkeypatch: pytest.MonkeyPatch) -> None:
    """A repository or feed is asked before it is read, so that the push that told of it is in it."""
    source = Elsewhere()
    assert isinstance(source, Distant)
    series = ci.bot.series["weekly"]
    monkeypatch.setattr(ci.bot.intake, "sources", lambda: [(series, source)])
    answer = await ci.push(b'{"changed": "a.md"}', "application/json")
    assert [one["key"] for one in answer.body["issues"]] == ["1"]
    again = await ci.push(b'{"changed": "b.md"}', "application/json", at=1)
    assert [one["key"] for one in again.body["issues"]] == ["2"]


async def test_a_file_of_several_issues_is_several(tmp_path: Path, store: Store) -> None:
    """Where the profile says so, every issue of the file is told on its own."""
    text = CONFIG.replace('title = "Daily"', 'title = "Daily"\nprofile = { issue_level = 1 }')
    body = "".join(f"# Daily {n}\n\n## News\n\n### Item {n}\n\nWords.\n\n" for n in (3, 2, 1)).encode()
    async with running(tmp_path, store, text) as ci:
        answer = await ci.push(body, path="/publish/daily")
    assert answer.body["result"] == "several"
    assert [(one["key"], one["result"]) for one in answer.body["issues"]] == [
        ("3", "added"),
        ("2", "added"),
        ("1", "added"),
    ]


async def test_a_zip_of_several_issues_is_several(tmp_path: Path, store: Store) -> None:
    """Each with its own pictures and result; one that is refused is told with the rest and stops none of it."""
    text = CONFIG.replace('title = "Daily"', 'title = "Daily"\nprofile = { issue_level = 1 }')
    body = "".join(f"# Daily {n}\n\n## News\n\n### Item\n\n![a](a.png)\n\n" for n in (3, 2, 3)).encode()
    async with running(tmp_path, store, text) as ci:
        answer = await ci.push(packed(all_md=body, a_png=png(8, 8)), "application/zip", path="/publish/daily")
    assert (answer.status, answer.body["result"]) == (422, "several")
    told = [(one["key"], one["result"]) for one in answer.body["issues"]]
    assert told == [("3", "added"), ("2", "added"), ("3", "refused")]
    assert "duplicate_key" in {one["code"] for one in answer.body["issues"][2]["problems"]}
    assert set((await store.issues.by_key("2", "daily")).pictures) == {"a.png"}


async def test_a_source_that_cannot_be_read_is_told(ci: Ci) -> None:
    """The folder is gone: CI hears it as an error with the cure, not as success."""
    (ci.folder / "issues").rmdir()
    answer = await ci.push(b'{"changed": "x.md"}', "application/json")
    assert (answer.status, answer.code) == (502, "source.no_folder")
    assert answer.body["error"]["cure"]


async def test_a_series_without_sources_says_so(ci: Ci) -> None:
    answer = await ci.push(b'{"changed": "x.md"}', "application/json", path="/publish/daily")
    assert (answer.status, answer.code) == (409, "hooks.no_sources")


async def test_json_of_another_shape_is_refused(ci: Ci) -> None:
    """Anything but one path under `changed`."""
    for n, body in enumerate((b"{", b"[]", b"{}", b'{"changed": 3}', b'{"changed": ""}', b"\xff")):
        answer = await ci.push(body, "application/json", at=n)
        assert (answer.status, answer.code) == (400, "hooks.changed"), body


async def test_only_news_is_pushed_on_publishing(ci: Ci, store: Store) -> None:
    """The first push is backlog; a newer issue opens one campaign, its revision none."""
    await ci.push(markdown(1))
    assert list(await store.deliveries.campaigns()) == []
    await ci.push(markdown(2))
    await ci.push(markdown(2, "Mended."))
    assert [one.kind for one in await store.deliveries.campaigns()] == ["push"]


async def test_a_broken_file_is_refused_with_line_and_cure(ci: Ci, store: Store) -> None:
    """What cannot be read is not stored."""
    answer = await ci.push(b"# Weekly 1\n\n\xff\xfe")
    assert answer.status == 422
    assert answer.body["result"] == "refused"
    assert [(one["code"], one["line"]) for one in answer.body["problems"]] == [("not_utf8", 3)]
    assert await count(store) == 0


async def test_an_unknown_series_is_named_with_those_there_are(ci: Ci) -> None:
    answer = await ci.push(markdown(), path="/publish/nothing")
    assert (answer.status, answer.code) == (404, "hooks.series")
    assert "weekly, daily" in answer.body["error"]["cure"]


async def test_hooks_are_off_without_a_secret(tmp_path: Path, store: Store) -> None:
    """Nothing listens unless a secret is set."""
    text = CONFIG.replace(f'secret = "{SECRET}"\n', "")
    assert text != CONFIG
    assert Bot(configuration(tmp_path, text), store, SystemClock()).hooks is None


async def test_a_replay_is_refused_even_after_a_restart(tmp_path: Path, store: Store) -> None:
    """The signature is remembered in storage for as long as its timestamp is good."""
    body = markdown()
    async with running(tmp_path, store) as ci:
        await ci.push(body)
        again = await ci.send(body, ci.sent[0], "/publish/weekly?name=weekly.md")
        assert (again.status, again.code) == (409, "hooks.replayed")
        elsewhere = await ci.send(body, ci.sent[0], "/publish/daily?name=weekly.md")
        assert (elsewhere.status, elsewhere.code) == (409, "hooks.replayed")
        sent = ci.sent[0]
    async with running(tmp_path, store) as ci:
        again = await ci.send(body, sent, "/publish/weekly?name=weekly.md")
        assert (again.status, again.code) == (409, "hooks.replayed")
    assert await count(store) == 1


def test_the_window_is_five_minutes() -> None:
    assert WINDOW.total_seconds() == 300


async def test_answers_are_json(ci: Ci) -> None:
    """Also for a wrong address and a wrong method."""
    for path, method, status in (("/", "GET", 404), ("/publish/weekly", "GET", 405)):
        answer = await ci.send(None, {}, path, method)
        assert (answer.status, answer.code) == (status, "hooks.address")
        assert json.dumps(answer.body)
