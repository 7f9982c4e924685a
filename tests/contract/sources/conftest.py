"""One server and one fetcher a test."""

import pytest

from tests.contract.sources.site import opened_fetcher, opened_site


@pytest.fixture
async def site():
    async with opened_site() as opened:
        yield opened


@pytest.fixture
async def fetcher(site):
    async with opened_fetcher(site) as opened:
        yield opened
