"""Does the fetcher reach what it may, and nothing else? Against a real server on loopback (content.md §8)."""

import asyncio
import gzip
import zlib
from datetime import timedelta
from email.utils import format_datetime

import pytest
from aiohttp import web

from bot.fetch import MAX_RETRY_AFTER_S, Validators
from digest.errors import NotFound, Refused, Temporary
from tests.contract.delivery.floor import START, SetClock
from tests.contract.sources.site import Names, a_fetcher

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 40
HTML = "text/html; charset=utf-8"


async def refusal(fetcher, address, kind="page", **options):
    """The key of the error an address is refused with."""
    with pytest.raises(Refused) as caught:
        await fetcher.get(address, kind, **options)
    return caught.value.key


async def test_a_page_comes_with_its_type_and_validators(site, fetcher):
    """What a server says of its answer is kept for the next question."""
    site.put("/a", "<p>一</p>", HTML, ETag='"7"', Last_Modified="Mon, 02 Mar 2026 00:00:00 GMT")
    found = await fetcher.get(f"{site.address}/a#part", "page")
    assert found.content == "<p>一</p>".encode()
    assert (found.type.mime, found.type.charset) == ("text/html", "utf-8")
    assert found.validators == Validators('"7"', "Mon, 02 Mar 2026 00:00:00 GMT")
    assert found.address == f"{site.address}/a"
    again = await fetcher.get(f"{site.address}/a", "page", validators=found.validators)
    assert again.content is None
    assert site.asked[-1].headers["If-Modified-Since"] == "Mon, 02 Mar 2026 00:00:00 GMT"


async def test_nothing_of_ours_is_sent_and_nothing_of_theirs_is_kept(site, fetcher):
    """No cookie comes back, no credentials, no referrer; also not after a redirect."""
    site.put("/a", "a", "text/plain", Set_Cookie="session=1; Path=/")
    site.pages["/r"] = lambda _: web.Response(
        status=302, headers={"Location": "/a", "Set-Cookie": "tracked=1"}
    )
    await fetcher.get(f"{site.address}/r", "page")
    await fetcher.get(f"{site.address}/a", "page")
    sent = {name.lower() for request in site.asked for name in request.headers}
    assert not sent & {"cookie", "authorization", "referer", "proxy-authorization"}


@pytest.mark.parametrize(
    ("address", "key"),
    [
        ("file:///etc/passwd", "fetch.scheme"),
        ("ftp://example.org/a", "fetch.scheme"),
        ("gopher://example.org/", "fetch.scheme"),
        ("data:text/html,hello", "fetch.scheme"),
        ("//example.org/a", "fetch.scheme"),
        ("/etc/passwd", "fetch.scheme"),
        ("", "fetch.scheme"),
        ("http://user:secret@example.org/", "fetch.credentials"),
        ("http://user@example.org/", "fetch.credentials"),
        ("http://example.org:22/", "fetch.port"),
        ("http://example.org:8080/", "fetch.port"),
        ("http://example.org:99999/", "fetch.address"),
        ("http://[::1/", "fetch.address"),
        ("http://127.0.0.1/", "fetch.private"),
        ("http://10.1.2.3/", "fetch.private"),
        ("http://169.254.169.254/latest/meta-data/", "fetch.private"),
        ("http://100.100.100.200/", "fetch.private"),
        ("http://[::1]/", "fetch.private"),
        ("http://[::ffff:127.0.0.1]/", "fetch.private"),
        ("http://[fd00:ec2::254]/", "fetch.private"),
        ("http://0.0.0.0/", "fetch.private"),
        ("http://①②⑦.⓪.⓪.①/", "fetch.private"),
    ],
)
async def test_what_is_no_public_web_address_is_refused(site, fetcher, address, key):
    """Refused by the address alone: nobody is asked, nothing is connected to."""
    assert await refusal(fetcher, address) == key
    assert site.asked == []


@pytest.mark.parametrize(
    "answers",
    [
        ["127.0.0.1"],
        ["::1"],
        ["192.168.1.1"],
        ["172.16.0.9"],
        ["169.254.169.254"],
        ["100.64.0.1"],
        ["224.0.0.1"],
        ["240.0.0.1"],
        ["::ffff:10.0.0.1"],
        ["fe80::1%eth0"],
        ["fc00::1"],
        ["64:ff9b::7f00:1"],
        ["2002:7f00:1::"],
        ["93.184.215.14", "10.0.0.1"],
    ],
)
async def test_a_name_that_leads_inside_is_refused(site, answers):
    """Every answer is judged; one private one among public ones refuses the name."""
    names = Names({"inside.example": [answers]})
    fetcher = a_fetcher(site, lookup=names)
    assert await refusal(fetcher, "http://inside.example/") == "fetch.private"
    assert site.asked == []


async def test_odd_spellings_of_loopback_lead_nowhere(site, fetcher):
    """The forms a system's resolver takes for 127.0.0.1 are not connected to, on the port that is open either."""
    for host in ("2130706433", "127.1", "0x7f.0.0.1", "localhost", "localhost."):
        with pytest.raises((Refused, Temporary)):
            await fetcher.get(f"http://{host}/", "page")
    assert site.asked == []


async def test_the_connection_goes_to_the_judged_answer(site):
    """A name is asked once for a connection: a second, private answer is never used (DNS rebinding)."""
    site.put("/a", "a", "text/plain")
    names = Names({"two.example": [["127.0.0.1"], ["127.0.0.2"]]})
    fetcher = a_fetcher(site, lookup=names)
    found = await fetcher.get(f"http://two.example:{site.port}/a", "page")
    assert found.content == b"a"
    assert names.asked == ["two.example"]
    assert site.asked[0].headers["Host"] == f"two.example:{site.port}"
    # the next connection judges anew
    assert await refusal(fetcher, f"http://two.example:{site.port}/a") == "fetch.private"
    assert len(site.asked) == 1


async def test_a_redirect_to_the_same_name_is_judged_anew(site):
    """Public at the first question, private at the redirect: refused before it is connected to."""
    site.redirect("/a", "/b")
    site.put("/b", "secret", "text/plain")
    names = Names({"two.example": [["127.0.0.1"], ["127.0.0.2"]]})
    fetcher = a_fetcher(site, lookup=names)
    assert await refusal(fetcher, f"http://two.example:{site.port}/a") == "fetch.private"
    assert site.paths == ["/a"]


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_redirects_are_followed(site, fetcher, status):
    """Relative targets too; the last address is told."""
    site.redirect("/old/a", "../b", status)
    site.put("/b", "b", "text/plain")
    assert (await fetcher.get(f"{site.address}/old/a", "page")).address == f"{site.address}/b"


async def test_three_redirects_are_followed_and_no_fourth(site, fetcher):
    """A circle ends."""
    for number in range(4):
        site.redirect(f"/{number}", f"/{number + 1}")
    site.put("/4", "end", "text/plain")
    assert (await fetcher.get(f"{site.address}/1", "page")).content == b"end"
    assert await refusal(fetcher, f"{site.address}/0") == "fetch.redirects"
    site.redirect("/circle", "/circle")
    site.asked.clear()
    assert await refusal(fetcher, f"{site.address}/circle") == "fetch.redirects"
    assert len(site.asked) == 4


@pytest.mark.parametrize(
    ("target", "key"),
    [
        ("http://169.254.169.254/", "fetch.private"),
        ("http://[::ffff:127.0.0.1]/", "fetch.private"),
        ("http://localhost/", "fetch.private"),
        ("file:///etc/passwd", "fetch.scheme"),
        ("http://user:secret@127.0.0.1/", "fetch.credentials"),
        ("http://127.0.0.1:22/", "fetch.port"),
        ("http://[", "fetch.address"),
        ("", "fetch.status"),
    ],
)
async def test_a_redirect_is_judged_like_a_first_address(site, target, key):
    """What may not be asked first may not be asked second."""
    site.redirect("/a", target)
    fetcher = a_fetcher(site, lookup=Names({"localhost": [["127.0.0.1"]]}))
    assert await refusal(fetcher, f"{site.address}/a") == key
    assert site.paths == ["/a"]


async def test_pictures_come_from_listed_hosts_only(site):
    """Neither the first address nor a redirect may leave the list; letter case does not matter."""
    names = Names({"good.example": [["127.0.0.1"]], "bad.example": [["127.0.0.1"]]})
    site.put("/p.png", PNG, "image/png")
    site.redirect("/r", f"http://bad.example:{site.port}/p.png")
    fetcher = a_fetcher(site, lookup=names)
    good, bad = f"http://GOOD.example:{site.port}", f"http://bad.example:{site.port}"
    assert (await fetcher.get(f"{good}/p.png", "picture", hosts=["Good.example"])).content == PNG
    assert await refusal(fetcher, f"{bad}/p.png", "picture", hosts=["good.example"]) == "fetch.host"
    assert await refusal(fetcher, f"{good}/r", "picture", hosts=["good.example"]) == "fetch.host"
    assert await refusal(fetcher, f"{good}/p.png", "picture", hosts=[]) == "fetch.host"
    assert "bad.example" not in names.asked


async def test_the_size_counts_without_a_declared_length(site):
    """A body that never says how long it is stops at the limit, long before its end."""
    sent = 0

    async def endless(request):
        nonlocal sent
        answer = web.StreamResponse(headers={"Content-Type": "text/plain"})
        await answer.prepare(request)
        try:
            while sent < 64_000_000:
                await answer.write(b"x" * 100_000)
                sent += 100_000
        except ConnectionError:
            pass
        return answer

    site.pages["/endless"] = endless
    fetcher = a_fetcher(site, max_bytes=1_048_576)
    assert await refusal(fetcher, f"{site.address}/endless") == "fetch.too_large"
    assert sent < 32_000_000


@pytest.mark.parametrize("encoding", ["gzip", "deflate"])
async def test_the_size_counts_what_comes_out(site, encoding):
    """Thirty kilobytes that unfold to thirty megabytes are refused."""
    bomb = b"\0" * 30_000_000
    packed = gzip.compress(bomb) if encoding == "gzip" else zlib.compress(bomb)
    assert len(packed) < 100_000
    site.put("/bomb", packed, "text/plain", Content_Encoding=encoding)
    fetcher = a_fetcher(site)
    assert await refusal(fetcher, f"{site.address}/bomb") == "fetch.too_large"


async def test_packed_bodies_are_unpacked(site, fetcher):
    """gzip, also in several streams, and both habits of deflate; what is broken or unknown is told."""
    raw = zlib.compressobj(wbits=-15)
    packed = {
        "gzip": gzip.compress(b"one, ") + gzip.compress(b"two"),
        "deflate": zlib.compress(b"one, two"),
        "DEFLATE": raw.compress(b"one, two") + raw.flush(),
        "identity": b"one, two",
    }
    for encoding, content in packed.items():
        site.put("/a", content, "text/plain", Content_Encoding=encoding)
        assert (await fetcher.get(f"{site.address}/a", "page")).content == b"one, two"
    site.put("/a", packed["gzip"][:-6], "text/plain", Content_Encoding="gzip")
    with pytest.raises(Temporary, match=r"fetch\.broken"):
        await fetcher.get(f"{site.address}/a", "page")
    site.put("/a", b"no gzip at all", "text/plain", Content_Encoding="gzip")
    with pytest.raises(Temporary, match=r"fetch\.broken"):
        await fetcher.get(f"{site.address}/a", "page")
    site.put("/a", b"x", "text/plain", Content_Encoding="br")
    assert await refusal(fetcher, f"{site.address}/a") == "fetch.encoding"


async def test_ten_mebibytes_load(site, fetcher):
    """The limit is reached, not undercut."""
    body = b"x" * 10_485_760
    site.put("/a", body, "text/plain")
    assert (await fetcher.get(f"{site.address}/a", "page")).content == body
    site.put("/a", body + b"x", "text/plain")
    assert await refusal(fetcher, f"{site.address}/a") == "fetch.too_large"


async def test_one_limit_of_time_holds_for_everything(site):
    """A server that trickles, and one that redirects slowly, end in time."""

    async def trickling(request):
        answer = web.StreamResponse(headers={"Content-Type": "text/plain"})
        await answer.prepare(request)
        try:
            for _ in range(100):
                await answer.write(b"x")
                await asyncio.sleep(0.05)
        except ConnectionError:
            pass
        return answer

    async def slow(_):
        await asyncio.sleep(0.15)
        return web.Response(status=302, headers={"Location": "/slow"})

    site.pages |= {"/trickle": trickling, "/slow": slow}
    fetcher = a_fetcher(site, timeout_s=0.4)
    for path in ("/trickle", "/slow"):
        with pytest.raises(Temporary, match=r"fetch\.timeout"):
            await fetcher.get(f"{site.address}{path}", "page")


@pytest.mark.parametrize(
    ("kind", "mime", "body", "key"),
    [
        ("picture", "text/html", PNG, "fetch.wrong_type"),
        ("picture", "image/svg+xml", b"<svg/>", "fetch.wrong_type"),
        ("picture", "", PNG, "fetch.wrong_type"),
        ("picture", "image/png", b"<html>", "fetch.not_what_it_says"),
        ("picture", "image/webp", b"RIFF1234AVI ", "fetch.not_what_it_says"),
        ("page", "image/png", PNG, "fetch.wrong_type"),
        ("page", "application/octet-stream", b"a", "fetch.wrong_type"),
        ("page", "text/html", PNG, "fetch.not_what_it_says"),
        ("page", "text/plain", b"%PDF-1.7", "fetch.not_what_it_says"),
        ("page", "text/html", b"a\0b", "fetch.not_what_it_says"),
        ("feed", "text/html", b"<rss/>", "fetch.wrong_type"),
        ("feed", "application/xml", b"hello", "fetch.not_what_it_says"),
    ],
)
async def test_type_and_first_bytes_must_both_fit(site, fetcher, kind, mime, body, key):
    """Neither a header nor a few bytes alone make a picture, a feed or a page."""
    site.put("/a", body, mime)
    assert await refusal(fetcher, f"{site.address}/a", kind) == key


@pytest.mark.parametrize(
    ("mime", "body"),
    [
        ("image/png", PNG),
        ("image/jpeg", b"\xff\xd8\xff\xe0"),
        ("image/webp", b"RIFF\0\0\0\0WEBPVP8 "),
        ("image/avif", b"\0\0\0\x20ftypavif"),
        ("IMAGE/GIF; x=1", b"GIF89a"),
    ],
)
async def test_pictures_are_known_by_their_first_bytes(site, fetcher, mime, body):
    """The usual kinds come through."""
    site.put("/a", body, mime)
    assert (await fetcher.get(f"{site.address}/a", "picture")).content == body


async def test_a_server_may_ask_for_patience(site):
    """Retry-After in seconds or as a date, and nonsense in it."""
    clock = SetClock()
    until = format_datetime(START + timedelta(minutes=3), usegmt=True)
    cases = {"120": 120, until: 180, "soon": 0, "-5": 0, "9" * 30: MAX_RETRY_AFTER_S, "": 0}
    fetcher = a_fetcher(site, clock=clock)
    for header, seconds in cases.items():
        site.put("/a", "", HTML, 503, Retry_After=header)
        with pytest.raises(Temporary) as caught:
            await fetcher.get(f"{site.address}/a", "page")
        assert caught.value.arguments["retry_after_s"] == seconds


async def test_other_answers_are_told_apart(site, fetcher):
    """Gone, forbidden, and not there for the moment."""
    with pytest.raises(NotFound, match=r"fetch\.gone"):
        await fetcher.get(f"{site.address}/nothing", "page")
    for status, error in ((403, Refused), (401, Refused), (206, Refused), (500, Temporary), (429, Temporary)):
        site.put("/a", "", HTML, status)
        with pytest.raises(error):
            await fetcher.get(f"{site.address}/a", "page")


async def test_nobody_there_is_temporary(site):
    """A closed port, an unknown name and a label no name may have: later, perhaps."""
    fetcher = a_fetcher(site, allowed=frozenset({("127.0.0.1", 1)}))
    with pytest.raises(Temporary, match=r"fetch\.unreachable"):
        await fetcher.get("http://127.0.0.1:1/", "page")
    fetcher = a_fetcher(site, lookup=Names({}))
    with pytest.raises(Temporary, match=r"fetch\.no_such_host"):
        await fetcher.get("http://nobody.example/", "page")


async def test_a_thread_can_ask_for_pictures(site, fetcher):
    """Pictures are read in threads; the same judgement holds there."""
    site.put("/a", PNG, "image/png")
    assert await asyncio.to_thread(fetcher.picture, f"{site.address}/a", ["127.0.0.1"]) == PNG
    with pytest.raises(Refused, match=r"fetch\.private"):
        await asyncio.to_thread(fetcher.picture, "http://10.0.0.1/", ["10.0.0.1"])
    with pytest.raises(Refused, match=r"fetch\.host"):
        await asyncio.to_thread(fetcher.picture, f"{site.address}/a", ["e.org"])
