"""Who is let in, and what is every answer hardened with?"""

import asyncio
import json

import pytest

from bot.platforms.web.door import POLICY
from digest.errors import Refused
from tests.contract.web.conftest import PNG, SHA

PAGES = ("/", "/page/app.js", "/page/style.css", "/chats", "/chat/me/complete?typed=/", f"/picture/{SHA}")


@pytest.mark.parametrize("path", PAGES)
async def test_without_the_key_nothing_is_served(stranger, path):
    """Another program on this machine that finds the port finds nothing else."""
    async with stranger.get(path) as answer:
        assert answer.status == 401
        assert "Set-Cookie" not in answer.headers
    wrong = path + ("&" if "?" in path else "?") + "key=" + "x" * 32
    async with stranger.get(wrong) as answer:
        assert answer.status == 401


@pytest.mark.parametrize("path", PAGES)
async def test_with_the_key_every_answer_is_hardened(browser, path):
    """Pages, scripts, data and pictures carry the whole policy."""
    async with browser.get(path) as answer:
        assert answer.status == 200
        assert answer.headers["Content-Security-Policy"] == POLICY
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Referrer-Policy"] == "no-referrer"


async def test_refusals_and_streams_are_hardened_too(stranger, browser):
    """The policy holds where an error or an endless answer is sent."""
    async with browser.get("/nothing/here") as answer:
        assert (answer.status, answer.headers["Content-Security-Policy"]) == (404, POLICY)
    async with browser.get("/chat/me/events") as answer:
        assert answer.headers["Content-Security-Policy"] == POLICY
        assert answer.content_type == "text/event-stream"


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:{port}", "127.0.0.1:1", "127.0.0.1.evil.example:{port}"]
)
async def test_a_foreign_name_is_refused(browser, host):
    """A page elsewhere that lets its name point here (DNS rebinding) reads nothing, key or not."""
    name = host.format(port=browser.door.port)
    async with browser.get(f"/?key={browser.door.key}", headers={"Host": name}) as answer:
        assert answer.status == 403


async def test_loopback_names_are_ours(browser):
    """The printed address may be typed with any name of this machine."""
    name = f"localhost:{browser.door.port}"
    async with browser.get(f"/?key={browser.door.key}", headers={"Host": name}) as answer:
        assert answer.status == 200


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "null", "http://127.0.0.1", "https://127.0.0.1:{port}"]
)
async def test_a_foreign_origin_cannot_write(browser, front, origin):
    """Another page in the same browser cannot make it press buttons here."""
    what = {"id": "request-1", "kind": "text", "text": "/latest"}
    async with browser.post("/chat/me/say", what, Origin=origin.format(port=browser.door.port)) as answer:
        assert answer.status == 403
    assert front.heard == []


async def test_a_request_without_origin_cannot_write(browser, front):
    """Every browser says where a POST comes from; what does not say it is none."""
    async with browser.session.post(browser.url("/chat/me/say"), json={"id": "request-1"}) as answer:
        assert answer.status == 403
    assert front.heard == []


async def test_a_form_cannot_write(browser, front):
    """Only JSON is read, which a form of another page cannot send."""
    origin = {"Origin": browser.door.origin}
    async with browser.session.post(browser.url("/chat/me/say"), data="id=1", headers=origin) as answer:
        assert answer.status == 415
    assert front.heard == []


async def test_pictures_come_from_the_cellar(browser):
    """A known hash gives its bytes, typed by what they are."""
    async with browser.get(f"/picture/{SHA}") as answer:
        assert (answer.status, answer.content_type, await answer.read()) == (200, "image/png", PNG)


PATHS = [
    "/picture/" + "cd" * 32,
    "/picture/..%2f..%2fetc%2fpasswd",
    "/picture/%2e%2e/%2e%2e/etc/passwd",
    "/picture/ab/" + SHA,
    f"/picture/{SHA.upper()}",
    f"/picture/{SHA}%00.png",
    f"/picture/{SHA[:-1]}",
    "/page/..%2fclient.py",
    "/page/../client.py",
    "/page/%2e%2e%2fdoor.py",
    "/page/",
    "/page/__init__.py",
    "/chat/other/events",
    "/chat/me/file/1/0",
    "/chat/me/file/..%2f1/0",
]


@pytest.mark.parametrize("path", PATHS)
async def test_no_path_leads_out(platform, browser, path):
    """Whatever is asked for, only pictures by hash and the page's own files are found. Written on the wire as it is."""
    reader, writer = await asyncio.open_connection("127.0.0.1", platform.server.door.port)
    head = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{platform.server.door.port}\r\n"
    cookie = f"Cookie: {platform.server.door.cookie}={platform.server.door.key}\r\nConnection: close\r\n\r\n"
    writer.write((head + cookie).encode())
    status = (await reader.readline()).split()[1]
    rest = await reader.read()
    writer.close()
    await writer.wait_closed()
    assert status in (b"404", b"400")
    assert b"root:" not in rest
    assert b"import" not in rest


async def test_a_taken_port_names_a_free_one(platform):
    """Two at once: the second says which port is taken and which is free, and does not start."""
    from bot.platforms.web.door import Door  # noqa: PLC0415  only here
    from bot.platforms.web.server import Server  # noqa: PLC0415  only here

    second = Server(Door("127.0.0.1"), platform.server.door.port, platform.server._pictures)
    with pytest.raises(Refused) as refused:
        await second.open()
    assert refused.value.key == "port.in_use"
    assert refused.value.arguments["port"] == platform.server.door.port
    assert refused.value.arguments["other"] not in (0, platform.server.door.port)
    assert not second.is_open


async def test_too_much_is_refused(browser, front):
    """A request larger than a person could type is not read."""
    async with browser.post(
        "/chat/me/say", {"id": "request-1", "kind": "text", "text": "x" * 100_000}
    ) as answer:
        assert answer.status == 413
    assert front.heard == []


@pytest.mark.parametrize(
    "what",
    [
        {},
        {"id": "short", "kind": "text", "text": "x"},
        {"id": "request-1", "kind": "joined", "text": "x"},
        {"id": "request-1", "kind": "text", "text": "  "},
        {"id": "request-1", "kind": "action"},
        {"id": 7, "kind": "text", "text": "x"},
    ],
)
async def test_nonsense_is_refused(browser, front, what):
    """What the page never sends is refused and reaches no handler."""
    async with browser.post("/chat/me/say", what) as answer:
        assert answer.status == 400, json.dumps(what)
    assert front.heard == []
