"""What gets no further than the door? Wrong and missing signatures, old timestamps, large and hostile bodies."""

import asyncio
import io
import re
import socket
import struct
import zipfile
from collections.abc import AsyncIterator

import pytest
from aiohttp import web

from bot.config.hooks import HooksTable
from bot.server import hooks
from bot.server.listening import Listener
from bot.sources.archive import MAX_ENTRIES
from storage.store import Store
from tests.contract.hooks.conftest import Ci, markdown
from tests.contract.telegram.stage import png

ZIP = "application/zip"


async def nothing_stored(store: Store) -> bool:
    return not await store.issues.lines(visible=False)


@pytest.mark.parametrize("missing", ["X-Zhouzhi-Timestamp", "X-Zhouzhi-Signature"])
async def test_without_a_signature_nobody_comes_in(ci: Ci, store: Store, missing: str) -> None:
    """Both headers are wanted, and the answer says how to make them."""
    headers = {**ci.signed(markdown()), "Content-Type": "text/markdown"}
    del headers[missing]
    answer = await ci.send(markdown(), headers, "/publish/weekly?name=a.md")
    assert (answer.status, answer.code) == (401, "hooks.unsigned")
    assert "HMAC-SHA256" in answer.body["error"]["cure"]
    assert await nothing_stored(store)


@pytest.mark.parametrize(
    "signature", ["sha256=" + "0" * 64, "sha256=" + "g" * 64, "0" * 64, "sha1=" + "0" * 40, "sha256=", "ü"]
)
async def test_a_wrong_signature_is_refused(ci: Ci, store: Store, signature: str) -> None:
    """Wrong, half, of another kind: all the same to the outside."""
    answer = await ci.push(markdown(), headers={"X-Zhouzhi-Signature": signature})
    assert (answer.status, answer.code) == (401, "hooks.signature")
    assert await nothing_stored(store)


async def test_another_secret_or_another_body_is_refused(ci: Ci, store: Store) -> None:
    """The signature is of these bytes, by who knows this secret."""
    other = await ci.push(markdown(), secret="another secret")
    assert (other.status, other.code) == (401, "hooks.signature")
    headers = {**ci.signed(markdown(1)), "Content-Type": "text/markdown"}
    swapped = await ci.send(markdown(2), headers, "/publish/weekly?name=a.md")
    assert (swapped.status, swapped.code) == (401, "hooks.signature")
    assert await nothing_stored(store)


async def test_the_timestamp_is_part_of_what_is_signed(ci: Ci) -> None:
    """An old signature under a new timestamp is worth nothing."""
    old = ci.signed(markdown(), at=-200)
    fresh = ci.signed(markdown())["X-Zhouzhi-Timestamp"]
    headers = {**old, "X-Zhouzhi-Timestamp": fresh, "Content-Type": "text/markdown"}
    answer = await ci.send(markdown(), headers, "/publish/weekly?name=a.md")
    assert answer.code == "hooks.signature"


@pytest.mark.parametrize(("at", "is_good"), [(-320, False), (-280, True), (280, True), (320, False)])
async def test_only_five_minutes_are_the_present(ci: Ci, at: float, is_good: bool) -> None:
    """Before and after; a rightly signed request of yesterday is refused."""
    answer = await ci.push(markdown(), at=at)
    assert (answer.status == 200) is is_good
    if not is_good:
        assert (answer.status, answer.code) == (401, "hooks.timestamp")


@pytest.mark.parametrize("timestamp", ["now", "1.5", "-1", "１２", "9" * 30, "+5", " "])
async def test_a_timestamp_is_a_number_of_seconds(ci: Ci, timestamp: str) -> None:
    answer = await ci.push(markdown(), headers={"X-Zhouzhi-Timestamp": timestamp})
    assert answer.status == 401
    assert answer.code in ("hooks.timestamp", "hooks.unsigned")


async def test_who_is_not_let_in_learns_nothing(ci: Ci) -> None:
    """An unknown series is answered like a known one while the signature is wrong."""
    known = await ci.push(markdown(), secret="wrong", path="/publish/weekly")
    unknown = await ci.push(markdown(), secret="wrong", path="/publish/nothing")
    assert (known.status, known.body) == (unknown.status, unknown.body)


async def test_other_content_is_refused(ci: Ci) -> None:
    """Three kinds are taken; the answer names them."""
    for kind in ("text/html", "application/x-www-form-urlencoded", "application/octet-stream"):
        answer = await ci.push(markdown(), kind)
        assert (answer.status, answer.code) == (415, "hooks.kind")
        assert "application/zip" in answer.body["error"]["cure"]
    packed = await ci.push(markdown(), headers={"Content-Encoding": "gzip"})
    assert packed.status in (400, 415)


async def test_a_body_that_says_it_is_too_large_is_not_read(ci: Ci, store: Store) -> None:
    """1 MiB of Markdown; the figure is named."""
    answer = await ci.push(b"x" * (1024 * 1024 + 1))
    assert (answer.status, answer.code) == (413, "hooks.too_large")
    assert "1024 KiB" in answer.body["error"]["message"]
    assert await nothing_stored(store)


async def test_a_body_without_a_length_is_counted_while_it_comes(ci: Ci) -> None:
    """A stream without end is cut off at the limit, not at the end of memory."""
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        while sent < 64 * 1024 * 1024:
            sent += 65_536
            yield b"x" * 65_536

    headers = {**ci.signed(b"x"), "Content-Type": "text/markdown"}
    answer = await ci.send(endless(), headers, "/publish/weekly?name=a.md")
    assert answer.status == 413
    assert sent < 32 * 1024 * 1024


async def test_an_unsigned_stream_is_refused_before_its_body(ci: Ci) -> None:
    """Who has no signature sends no gigabytes first: the answer comes before the body."""
    host, port = ci.base.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(
        b"POST /publish/weekly HTTP/1.1\r\nHost: x\r\nContent-Type: application/zip\r\n"
        b"Content-Length: 50000000\r\n\r\n"
    )
    async with asyncio.timeout(5):
        line = await reader.readline()
    assert b"401" in line
    writer.close()
    await writer.wait_closed()


async def test_too_many_bodies_at_once_wait(ci: Ci, monkeypatch: pytest.MonkeyPatch) -> None:
    """Memory is bounded by how many are read at the same time; the next one is told when to come again."""
    monkeypatch.setattr(hooks, "AT_ONCE", 0)
    answer = await ci.push(markdown())
    assert (answer.status, answer.code) == (503, "hooks.busy")
    assert answer.headers["Retry-After"]


async def test_a_body_that_does_not_come_is_not_waited_for(ci: Ci, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who opens a request and says nothing more holds no place for ever."""
    monkeypatch.setattr(hooks, "BODY_S", 0.05)

    async def stuck() -> AsyncIterator[bytes]:
        yield b"#"
        await asyncio.sleep(5)

    headers = {**ci.signed(b"#"), "Content-Type": "text/markdown"}
    answer = await ci.send(stuck(), headers, "/publish/weekly?name=a.md")
    assert (answer.status, answer.code) == (408, "hooks.slow")


async def test_what_breaks_inside_is_told_without_its_cause(ci: Ci, monkeypatch: pytest.MonkeyPatch) -> None:
    """A failure of ours is a 500 in JSON; what broke stands in the log alone."""

    async def broken(*_: object) -> None:
        raise RuntimeError("the secret of the house")

    monkeypatch.setattr(ci.bot.intake, "take", broken)
    answer = await ci.push(markdown())
    assert (answer.status, answer.code) == (500, "hooks.failed")
    assert "secret of the house" not in str(answer.body)


def archive(entries: dict[str, bytes], **details: int) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as opened:
        for name, content in entries.items():
            entry = zipfile.ZipInfo(name)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = details.get("external_attr", 0)
            opened.writestr(entry, content)
    return made.getvalue()


def patched(body: bytes, old: bytes, new: bytes) -> bytes:
    assert old in body
    return body.replace(old, new)


def many_in_the_directory() -> bytes:
    """An end that tells of a directory of many megabytes."""
    body = archive({"a.md": markdown()})
    at = body.rindex(b"PK\x05\x06")
    return body[: at + 12] + struct.pack("<L", 30_000_000) + body[at + 16 :]


HOSTILE = {
    "a path outside": (archive({"../../evil.md": markdown()}), "zip.unsafe_path"),
    "an absolute path": (archive({"/evil.md": markdown()}), "zip.unsafe_path"),
    "a backslash": (
        patched(archive({"a/evil.md": markdown()}), b"a/evil.md", b"a\\evil.md"),
        "zip.unsafe_path",
    ),
    "an encoded path": (archive({"%2e%2e/evil.md": markdown()}), "zip.unsafe_path"),
    "a drive": (archive({"C:evil.md": markdown()}), "zip.unsafe_path"),
    "a link": (archive({"a.md": b"/etc/passwd"}, external_attr=0o120777 << 16), "zip.unsafe_entry"),
    "names that are one": (archive({"A.md": markdown(), "a.md": markdown()}), "zip.doubled"),
    "a file that is a folder": (archive({"a.md": markdown(), "a.md/b.md": markdown()}), "zip.doubled"),
    "an archive in it": (archive({"a.md": markdown(), "more.zip": b"PK"}), "zip.unknown_kind"),
    "a program in it": (archive({"a.md": markdown(), "run.sh": b"#!"}), "zip.unknown_kind"),
    "too many files": (archive({f"{n}.png": b"" for n in range(MAX_ENTRIES + 1)}), "zip.too_many"),
    "a bomb": (archive({"a.md": markdown(), "a.png": b"\0" * 8_000_000}), "zip.too_large"),
    "no issue": (archive({"a.png": b"x"}), "upload.no_markdown"),
    "no zip": (b"# Weekly 1\n", "zip.unreadable"),
    "half a zip": (archive({"a.md": markdown()})[:-10], "zip.unreadable"),
    "a directory of megabytes": (many_in_the_directory(), "zip.too_many"),
    "wrong bytes": (patched(archive({"a.md": b"a" * 40}), b"PK\x03\x04", b"PK\x03\x05"), "zip.unreadable"),
}


@pytest.mark.parametrize("what", HOSTILE)
async def test_a_hostile_zip_leaves_nothing(ci: Ci, store: Store, what: str) -> None:
    """Refused with a sentence and a cure; nothing is stored, nothing lies outside."""
    body, code = HOSTILE[what]
    answer = await ci.push(body, ZIP, path="/publish/weekly")
    assert (answer.status, answer.code) == (422, code)
    assert answer.body["error"]["message"] != code
    assert answer.body["error"]["cure"]
    assert await nothing_stored(store)
    assert not list(ci.folder.rglob("*evil*"))


def unflagged(body: bytes) -> bytes:
    """As Finder packs: names in UTF-8, and no word about it."""
    local = re.sub(rb"(PK\x03\x04..\x00)\x08", b"\\1\x00", body, flags=re.DOTALL)
    return re.sub(rb"(PK\x01\x02....\x00)\x08", b"\\1\x00", local, flags=re.DOTALL)


@pytest.mark.parametrize("is_flagged", [True, False])
async def test_what_desktops_leave_in_a_zip_is_passed_over(ci: Ci, store: Store, is_flagged: bool) -> None:
    """Finder's and Windows' litter is no reason to refuse an issue; names are read as they were typed."""
    body = archive(
        {
            "期/issue.md": markdown(text="![图](图é.png)"),
            "期/图e\u0301.png": png(8, 8),  # decomposed, as macOS writes it
            "__MACOSX/期/._issue.md": b"\0",
            "期/.DS_Store": b"\0",
            "Thumbs.db": b"\0",
        }
    )
    sent = body if is_flagged else unflagged(body)
    assert is_flagged == (sent == body)
    answer = await ci.push(sent, ZIP, path="/publish/weekly")
    assert (answer.status, answer.body.get("problems")) == (200, []), answer
    assert set((await store.issues.by_key("1", "weekly")).pictures) == {"图é.png"}


async def test_a_taken_port_does_not_stop_the_bot(ci: Ci, store: Store) -> None:
    """A second bot on the same port goes on without hooks."""
    assert ci.bot.hooks is not None
    second = Listener("hooks", web.Application(), "127.0.0.1", ci.bot.hooks.port)
    async with asyncio.timeout(5):
        await second.run()
    assert not second.is_up.is_set()
    assert (await ci.push(markdown())).status == 200
    assert await nothing_stored(store) is False


def test_loopback_is_the_default() -> None:
    """Nobody outside can knock before an operator says so."""
    table = HooksTable()
    assert not table.is_on
    assert socket.inet_aton(table.listen)[0] == 127
