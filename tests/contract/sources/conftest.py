"""One server and one fetcher a test."""

import pytest

from tests.contract.sources.site import a_fetcher, opened_site


@pytest.fixture
async def site():
    async with opened_site() as opened:
        yield opened


@pytest.fixture
def fetcher(site):
    return a_fetcher(site)
