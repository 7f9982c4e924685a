"""Are issues read from a real repository as they were committed, with history, pictures and nothing else?"""

import asyncio
from datetime import UTC, date, datetime, timedelta
from pathlib import PurePosixPath

import pytest

from bot.library import Library
from bot.media.cellar import Cellar
from bot.sources.visits import brought
from digest.errors import NotFound, Refused, Temporary
from digest.issue import Series
from storage.store import open_store
from tests.contract.delivery.floor import SetClock
from tests.contract.sources.git.conftest import ISSUE
from tests.contract.sources.git.repository import new_repository

SERIES = Series("weekly", "Weekly", "Asia/Shanghai")


def names(source) -> list[str]:
    return [file.name for file in source.files()]


async def test_texts_and_pictures_come_from_the_commit(repository, host, source_of, png):
    """What lies uncommitted in the working folder is not seen; the picture is that of the same commit."""
    source = source_of(host.url)
    assert await asyncio.to_thread(source.refresh) is True
    repository.write("weekly/1.md", "changed, not committed")
    repository.write("weekly/3.md", "new, not committed")
    first, second = source.files()
    assert (first.name, second.name) == ("weekly/1.md", "weekly/2.md")
    assert first.content == (ISSUE.format(n=1) + "\n![drawn](assets/a%20b%20(1).png)\n").encode()
    assert source.picture(first, PurePosixPath("assets/a b (1).png")) == png
    with pytest.raises(NotFound):
        source.picture(first, PurePosixPath("assets/none.png"))


async def test_a_commit_that_comes_while_another_is_read_waits(repository, host, source_of, png):
    """Texts and pictures of one reading are of one commit; the next reading is of the next."""
    source = source_of(host.url)
    await asyncio.to_thread(source.refresh)
    files = source.files()
    first = next(files)
    repository.git("rm", "--quiet", "weekly/assets/a b (1).png")
    repository.commit(weekly__2_md="# Weekly 2\n\nAnother.\n")
    await asyncio.to_thread(source.refresh)
    assert source.picture(first, PurePosixPath("assets/a b (1).png")) == png
    assert b"Another" not in (next(files).content or b"")
    assert list(files) == []
    *_, second = source.files()
    assert b"Another" in (second.content or b"")
    with pytest.raises(NotFound):
        source.picture(first, PurePosixPath("assets/a b (1).png"))


async def test_two_who_ask_at_once_wait_for_each_other(host, source_of):
    """The schedule and a hook: neither is refused."""
    source = source_of(host.url)
    assert await asyncio.gather(*(asyncio.to_thread(source.refresh) for _ in range(3))) == [True] * 3


async def test_history_comes_without_old_contents(repository, host, source_of):
    """Of a text that was rewritten only the present state is fetched, yet its first commit is known."""
    old = repository.git("rev-parse", "HEAD:weekly/2.md")
    repository.commit(at="2026-01-01T00:00:00Z", weekly__2_md=ISSUE.format(n=2) + "\nMore.\n")
    source = source_of(host.url)
    await asyncio.to_thread(source.refresh)
    *_, second = source.files()
    assert second.content is not None
    assert second.content.endswith(b"More.\n")
    assert second.known.commit_at == datetime(2025, 10, 6, 2, tzinfo=UTC)
    said = source._git.ask("cat-file", "--batch-check", given=f"{old}\n".encode())
    assert said.decode().strip() == f"{old} missing"


async def test_the_first_commit_gives_the_date_that_nothing_better_gave(
    repository, host, source_of, tmp_path
):
    """In the series' zone; renamed files keep theirs; front matter wins; no warning is left, and the key stays."""
    repository.git("mv", "weekly/2.md", "weekly/second-issue.md")
    repository.commit(
        at="2026-02-02T00:00:00Z", weekly__3_md=f"---\ndate: 2025-12-24\n---\n{ISSUE.format(n=3)}"
    )
    store = await open_store("sqlite+aiosqlite://")
    library = Library(store, Cellar(tmp_path / "media"), SetClock())
    source = source_of(host.url)
    await asyncio.to_thread(source.refresh)
    results = await library.sync(source, SERIES)
    issues = [one.loaded.issue for one in results if one.loaded.issue is not None]
    found = [(issue.key, issue.published_on, issue.date_from) for issue in issues]
    assert found == [
        ("1", date(2025, 9, 30), "commit"),
        ("3", date(2025, 12, 24), "front matter"),
        ("2", date(2025, 10, 6), "commit"),
    ]
    assert not any(problem.code == "date_unknown" for one in results for problem in one.problems)
    assert (await store.issues.by_key("1", "weekly")).issue.published_on == date(2025, 9, 30)
    await store.close()


async def test_branch_glob_and_pattern_choose_and_say(repository, host, source_of):
    """Another branch, some of its files, and number or date from the path."""
    repository.git("checkout", "--quiet", "-b", "work/next")
    repository.write("daily/2026/03-04.md", "# Daily\n\nText.\n")
    repository.write("notes/5.md", "Notes.\n")
    repository.commit()
    repository.git("checkout", "--quiet", "main")
    source = source_of(
        host.url, branch="work/next", glob=["daily/**/*.md"], pattern="daily/{year}/{month}-{day}.md"
    )
    await asyncio.to_thread(source.refresh)
    (file,) = source.files()
    assert file.known.path_on == date(2026, 3, 4)
    assert source.count() == 1


async def test_asking_again_costs_one_small_question(repository, host, source_of):
    """Nothing new: no content is asked for. Something new: only that."""
    source = source_of(host.url)
    await asyncio.to_thread(source.refresh)
    assert names(source) == ["weekly/1.md", "weekly/2.md"]
    host.asked.clear()
    assert await asyncio.to_thread(source.refresh) is False
    assert len(host.asked) == 2  # what can you do, and which commit is it
    repository.commit(weekly__3_md=ISSUE.format(n=3))
    host.bodies.clear()
    assert await asyncio.to_thread(source.refresh) is True
    assert names(source)[-1] == "weekly/3.md"
    assert b"".join(host.bodies).count(repository.git("rev-parse", "HEAD:weekly/3.md").encode()) == 1
    assert repository.git("rev-parse", "HEAD:weekly/1.md").encode() not in b"".join(host.bodies)


async def test_a_fetch_cut_off_leaves_the_last_good_commit_and_goes_on(repository, host, source_of):
    """History came, contents did not: the old commit is read on, and the next fetch brings the rest."""
    source = source_of(host.url)
    await asyncio.to_thread(source.refresh)
    repository.commit(weekly__3_md=ISSUE.format(n=3))
    host.bodies.clear()
    host.refuse_after = 2  # which commit, its history; then the line breaks
    with pytest.raises(Temporary, match="git_unreachable"):
        await asyncio.to_thread(source.refresh)
    assert names(source) == ["weekly/1.md", "weekly/2.md"]
    host.refuse_after = 1_000
    assert await asyncio.to_thread(source.refresh) is True
    assert names(source) == ["weekly/1.md", "weekly/2.md", "weekly/3.md"]


async def test_a_host_out_of_reach_is_said_and_what_was_fetched_stays(host, source_of):
    """Temporary, with a sentence; the copy is read without the network."""
    source = source_of(host.url)
    await asyncio.to_thread(source.refresh)
    await host.stop()
    with pytest.raises(Temporary) as caught:
        await asyncio.to_thread(source.refresh)
    assert caught.value.key == "source.git_unreachable"
    assert "127.0.0.1" in str(caught.value)
    assert names(source) == ["weekly/1.md", "weekly/2.md"]


async def test_a_password_opens_and_is_written_nowhere(host, source_of, tmp_path):
    """Neither in the copy's files nor in an error nor in the source's name; a wrong one is told without it."""
    host.password = "s3cret/word"
    plain = host.url.removeprefix("http://")
    source = source_of(f"http://reader:s3cret%2Fword@{plain}")
    await asyncio.to_thread(source.refresh)
    assert len(names(source)) == 2
    kept = b"".join(path.read_bytes() for path in (tmp_path / "data").rglob("*") if path.is_file())
    for secret in (b"s3cret", b"reader:"):
        assert secret not in kept
    assert "s3cret" not in source.identity
    for wrong in (f"http://reader:wr0ng@{plain}", f"http://{plain}"):
        with pytest.raises(Refused) as caught:
            await asyncio.to_thread(source_of(wrong).refresh)
        assert caught.value.key == "source.git_denied"
        assert "wr0ng" not in str(caught.value)


async def test_pointers_links_and_other_repositories_are_not_entered(
    repository, host, source_of, tmp_path, png
):
    """LFS pointers are named, links and submodules are not followed, filters of the repository do not run."""
    pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 12345\n"
    marker = tmp_path / "filter-ran"
    inner = new_repository(tmp_path / "inner")
    inner.commit(x_md="# Inner 9\n")
    repository.write("weekly/3.md", pointer)
    repository.write("weekly/4.md", ISSUE.format(n=4) + "\n![p](assets/p.png)\n![l](assets/l.png)\n")
    repository.write("weekly/assets/p.png", pointer)
    (repository.folder / "weekly/5.md").symlink_to("/etc/hostname")
    (repository.folder / "weekly/assets/l.png").symlink_to("a b (1).png")
    repository.write(".gitattributes", "*.md filter=evil\n")
    repository.git("config", "filter.evil.clean", "cat")
    repository.git("config", "filter.evil.smudge", f"touch {marker}; cat")
    repository.git("submodule", "--quiet", "add", str(inner.folder), "sub")
    repository.commit()
    source = source_of(host.url)
    await asyncio.to_thread(source.refresh)
    found = {file.name: file for file in source.files()}
    assert found["weekly/3.md"].trouble == "file.lfs"
    assert found["weekly/5.md"].trouble == "file.not_regular"
    assert not any(name.startswith("sub/") for name in found)
    for name, key in (("p.png", "file.lfs"), ("l.png", "file.not_regular")):
        with pytest.raises(Refused, match=key):
            source.picture(found["weekly/4.md"], PurePosixPath("assets") / name)
    assert not marker.exists()


async def test_pointers_are_told_with_the_issue(repository, host, source_of, tmp_path):
    """A picture that is a pointer is a warning with its line; the issue is there all the same."""
    repository.write("weekly/4.md", ISSUE.format(n=4) + "\n![p](p.png)\n")
    repository.write("weekly/p.png", "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n")
    repository.commit()
    store = await open_store("sqlite+aiosqlite://")
    source = source_of(host.url)
    await asyncio.to_thread(source.refresh)
    results = await Library(store, Cellar(tmp_path / "media"), SetClock()).sync(source, SERIES)
    (problem,) = [one for one in results[-1].problems if one.code == "picture_lfs"]
    assert (results[-1].result, problem.line) == ("added", 9)
    await store.close()


@pytest.mark.parametrize(
    ("change", "settings", "key"),
    [
        ("branch", {"branch": "nowhere"}, "source.git_no_branch"),
        ("name", {}, "source.git_not_there"),
        ("empty", {}, "source.git_no_branch"),
    ],
)
async def test_what_is_wrong_with_a_repository_is_said(host, source_of, tmp_path, change, settings, key):
    """No such branch, no such repository, nothing committed: each has its own sentence."""
    url = host.url
    if change == "name":
        url += "-none"
    if change == "empty":
        new_repository(tmp_path / "empty")
        url = url.replace("/digest", "/empty")
    source = source_of(url, **settings)
    with pytest.raises(Refused) as caught:
        await asyncio.to_thread(source.refresh)
    assert caught.value.key == key
    with pytest.raises(Temporary, match="git_not_fetched"):
        names(source)


async def test_history_that_was_rewritten_is_followed(repository, host, source_of):
    """A forced push is no trouble: the branch is what it is now."""
    source = source_of(host.url)
    await asyncio.to_thread(source.refresh)
    names(source)
    repository.git("reset", "--quiet", "--hard", "HEAD~1")
    repository.commit(weekly__9_md=ISSUE.format(n=9))
    assert await asyncio.to_thread(source.refresh) is True
    assert names(source) == ["weekly/1.md", "weekly/9.md"]


@pytest.mark.parametrize("damage", ["HEAD", "config", "objects"])
async def test_a_damaged_copy_is_made_anew(host, source_of, damage):
    """Files of the copy that were lost or spoiled cost a fetch, not the source."""
    source = source_of(host.url)
    await asyncio.to_thread(source.refresh)
    folder = source._git.folder
    if damage == "objects":
        for path in folder.rglob("*.pack"):
            path.chmod(0o600)
            path.write_bytes(b"no pack")
    else:
        (folder / damage).write_bytes(b"\0spoiled")
    again = source_of(host.url)
    await asyncio.to_thread(again.refresh)
    assert names(again) == ["weekly/1.md", "weekly/2.md"]


async def test_locks_of_a_killed_process_hold_nothing_up(repository, host, source_of):
    """A power cut leaves lock files of git behind; two fetches at a time are refused by a lock of our own."""
    source = source_of(host.url)
    await asyncio.to_thread(source.refresh)
    (source._git.folder / "refs" / "zhouzhi" / "coming.lock").touch()
    (source._git.folder / "config.lock").touch()
    repository.commit(weekly__3_md=ISSUE.format(n=3))
    assert await asyncio.to_thread(source.refresh) is True
    with source._alone(), pytest.raises(Temporary, match="git_busy"):
        await asyncio.to_thread(source_of(host.url).refresh)


async def test_a_repository_on_this_machine_needs_no_server(repository, source_of):
    """A path, also a relative one with a space in it, also where the other side filters nothing."""
    repository.git("config", "uploadpack.allowFilter", "false")
    spaced = repository.folder.rename(repository.folder.with_name("my digest"))
    for url in ("my digest", spaced, f"file://{str(spaced).replace(' ', '%20')}"):
        source = source_of(url)
        await asyncio.to_thread(source.refresh)
        assert names(source) == ["weekly/1.md", "weekly/2.md"]


async def test_ssh_is_asked_without_a_prompt(repository, source_of, tmp_path, monkeypatch):
    """The address goes to the machine's own ssh, in batch mode; a host of the oldest protocol gives all or nothing."""
    program = tmp_path / "bin" / "ssh"
    program.parent.mkdir()
    program.write_text(
        f'#!/bin/sh\necho "$@" >> {tmp_path}/asked\nfor last; do :; done\nexec env -i PATH="$PATH" GIT_CONFIG_GLOBAL=/dev/null sh -c "$last"\n',
        "utf-8",
    )
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}:/usr/bin:/bin")
    source = source_of(f"git@host.example:{repository.folder}")
    await asyncio.to_thread(source.refresh)
    assert len(names(source)) == 2
    repository.commit(weekly__3_md=ISSUE.format(n=3))
    again = source_of(f"git@host.example:{repository.folder}")
    assert await asyncio.to_thread(again.refresh) is True
    assert len(names(again)) == 3
    asked = (tmp_path / "asked").read_text("utf-8")
    assert "BatchMode=yes" in asked
    assert "git@host.example" in asked


async def test_who_stops_does_not_wait_for_a_silent_host(host, source_of):
    """Cancelling ends git and its helpers at once."""
    host.is_hanging = True
    source = source_of(host.url)
    task = asyncio.create_task(brought(source))
    while not host.asked:
        await asyncio.sleep(0.01)
    began = asyncio.get_running_loop().time()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert asyncio.get_running_loop().time() - began < 5
    while source._git._running is not None:
        await asyncio.sleep(0.01)


async def test_changes_tell_new_commits_and_how_the_source_fares(repository, host, source_of, monkeypatch):
    """Trouble is told in the contact with its next try, and ends by itself; each new commit is told once."""
    monkeypatch.setattr("bot.sources.visits.FIRST_WAIT", timedelta(milliseconds=20))
    source = source_of(host.url)
    source._every = timedelta(milliseconds=20)
    host.refuse_after = 0
    changes = source.changes()
    waiting = asyncio.ensure_future(anext(changes))
    while source.contact.failures < 2:
        await asyncio.sleep(0.01)
    assert "git_unreachable" in source.contact.trouble
    assert source.contact.next_try_at is not None
    assert source.contact.last_success_at is None
    host.refuse_after = 1_000
    await waiting
    contact = source.contact
    assert not contact.failures
    assert contact.last_success_at is not None
    assert len(names(source)) == 2
    repository.commit(weekly__3_md=ISSUE.format(n=3))
    await anext(changes)
    assert len(names(source)) == 3
    await changes.aclose()
