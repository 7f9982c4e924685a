"""One server and one fetcher a test."""

import pytest

from tests.contract.sources.shelf import opened_shelf
from tests.contract.sources.site import a_fetcher, opened_site


@pytest.fixture
async def site():
    async with opened_site() as opened:
        yield opened


@pytest.fixture
def fetcher(site):
    return a_fetcher(site)


@pytest.fixture
async def shelf(site, tmp_path):
    async with opened_shelf(site, tmp_path) as opened:
        yield opened
