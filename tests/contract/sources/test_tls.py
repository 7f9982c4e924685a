"""Is a server believed only with a certificate for its own name? Against a real TLS server on loopback (content.md §8)."""

import asyncio
import gc
import ssl
import warnings
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
import trustme

from bot.fetch import Fetcher
from bot.sentences import sentence
from bot.sources.feed import FeedSource
from bot.sources.url import UrlSource
from digest.errors import NotFound, Refused
from tests.contract.delivery.floor import SetClock
from tests.contract.sources.site import Names, Site, a_fetcher, opened_site
from tests.contract.telegram.stage import png

HOST = "weekly.example"
FEED = (
    '<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><item><guid>a</guid>'
    "<title>A</title><content:encoded>&lt;p&gt;text&lt;/p&gt;</content:encoded></item></channel></rss>"
)


@dataclass
class Secured:
    """A site that only speaks TLS. `named` holds the name each connection asked for."""

    site: Site
    authority: trustme.CA
    named: list[str | None] = field(default_factory=list)

    def address(self, path: str, host: str = HOST) -> str:
        return f"https://{host}:{self.site.port}{path}"

    def fetcher(self, *, is_trusted: bool = True, lookup: Names | None = None) -> Fetcher:
        tls = ssl.create_default_context()
        if is_trusted:
            self.authority.configure_trust(tls)
        names = lookup or Names({HOST: [["127.0.0.1"]], "other.example": [["127.0.0.1"]]})
        return a_fetcher(self.site, lookup=names, tls=tls)


async def secured(certificate: trustme.LeafCert, authority: trustme.CA) -> AsyncIterator[Secured]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate.configure_cert(context)
    named: list[str | None] = []

    def remember(_: ssl.SSLObject, name: str | None, __: ssl.SSLContext) -> None:
        named.append(name)

    context.sni_callback = remember
    async with opened_site(tls=context) as site:
        site.put("/feed", FEED, "application/rss+xml")
        site.put("/1.md", "# Weekly 1\n\nText.\n", "text/markdown")
        site.put("/p.png", png(8, 6), "image/png")
        yield Secured(site, authority, named)


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
async def good(authority):
    async for made in secured(authority.issue_cert(HOST), authority):
        yield made


@pytest.fixture
async def expired(authority):
    certificate = authority.issue_cert(HOST, not_after=datetime.now(UTC) - timedelta(days=1))
    async for made in secured(certificate, authority):
        yield made


async def refusal(fetcher, address, kind="page"):
    with pytest.raises(Refused) as caught:
        await fetcher.get(address, kind)
    assert caught.value.key == "fetch.certificate"
    return sentence(caught.value)


async def test_a_pinned_address_keeps_the_name_for_its_certificate(good):
    """One question to the resolver; the connection goes to its answer, asks for the name, and is checked by it."""
    names = Names({HOST: [["127.0.0.1"], ["10.0.0.1"]]})
    found = await good.fetcher(lookup=names).get(good.address("/1.md"), "page")
    assert found.content == b"# Weekly 1\n\nText.\n"
    assert found.address == good.address("/1.md")
    assert (names.asked, good.named) == ([HOST], [HOST])
    assert good.site.asked[0].headers["Host"] == f"{HOST}:{good.site.port}"


async def test_an_unknown_authority_is_refused(good):
    """Nothing is asked for over such a connection; the sentence names host and reason."""
    told = await refusal(good.fetcher(is_trusted=False), good.address("/1.md"))
    assert HOST in told
    assert "certificate" in told
    assert good.site.asked == []


async def test_a_certificate_of_another_host_is_refused(good):
    """Though its authority is trusted and the address is the same."""
    told = await refusal(good.fetcher(), good.address("/1.md", "other.example"))
    assert "other.example" in told
    assert "mismatch" in told.lower()
    assert good.named == ["other.example"]
    assert good.site.asked == []


async def test_an_expired_certificate_is_refused(expired):
    """With its reason."""
    assert "expired" in await refusal(expired.fetcher(), expired.address("/1.md"))
    assert expired.site.asked == []


async def test_a_redirect_to_a_wrong_certificate_names_that_host(good):
    """Every hop is checked, and the sentence is about the one that failed."""
    good.site.redirect("/moved", good.address("/1.md", "other.example"))
    told = await refusal(good.fetcher(), good.address("/moved"))
    assert "other.example" in told
    assert good.site.paths == ["/moved"]


async def test_a_server_without_tls_is_refused_as_that(site):
    """Not as a bad certificate: there is none."""
    site.put("/1.md", "# Weekly 1\n", "text/markdown")
    with pytest.raises(Refused) as caught:
        await a_fetcher(site).get(f"https://127.0.0.1:{site.port}/1.md", "page")
    assert caught.value.key == "fetch.tls"
    assert "127.0.0.1" in sentence(caught.value)


@pytest.mark.parametrize("is_trusted", [True, False])
async def test_feeds_addresses_and_pictures_share_the_judgement(good, tmp_path, is_trusted):
    """Whatever is fetched, it comes over a connection that was checked, or not at all."""
    fetcher = good.fetcher(is_trusted=is_trusted)
    every, clock = timedelta(minutes=30), SetClock()
    asked = (
        FeedSource(good.address("/feed"), every, tmp_path, fetcher, clock).refresh,
        UrlSource(good.address("/1.md"), every, tmp_path, fetcher, clock).refresh,
        lambda: fetcher.picture(good.address("/p.png"), {HOST}),
    )
    for ask in asked:
        if is_trusted:
            assert await asyncio.to_thread(ask)
        else:
            with pytest.raises(Refused, match=r"fetch\.certificate"):
                await asyncio.to_thread(ask)
    assert len(good.site.asked) == (3 if is_trusted else 0)


async def test_no_connection_outlives_its_question(good):
    """Though the loop of the thread that asked ends at once, and whether the answer was taken, read or refused."""

    def ask() -> None:
        for path, kind in (("/p.png", "picture"), ("/1.md", "page"), ("/p.png", "page"), ("/gone", "page")):
            with suppress(Refused, NotFound):
                asyncio.run(good.fetcher().get(good.address(path), kind))

    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always", ResourceWarning)
        for _ in range(5):
            await asyncio.to_thread(ask)
        gc.collect()
    assert [str(one.message) for one in told] == []
