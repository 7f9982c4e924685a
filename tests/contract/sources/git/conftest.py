"""A repository with two issues and a picture, and ways to read it."""

import io
from collections.abc import Callable

import pytest
from PIL import Image

from bot.config import GitEntry
from bot.sources.git import GitSource
from tests.contract.sources.git.repository import Host, Repository, new_repository

ISSUE = "# Weekly {n}\n\n## Models\n\n### Item {n}\n\nText.\n"


@pytest.fixture
def png() -> bytes:
    drawn = io.BytesIO()
    Image.new("RGB", (8, 8), "blue").save(drawn, "PNG")
    return drawn.getvalue()


@pytest.fixture
def repository(tmp_path, png) -> Repository:
    made = new_repository(tmp_path / "digest")
    made.write("weekly/1.md", ISSUE.format(n=1) + "\n![drawn](assets/a%20b%20(1).png)\n")
    made.write("weekly/assets/a b (1).png", png)
    made.commit(at="2025-09-29T18:30:00Z")
    made.write("weekly/2.md", ISSUE.format(n=2))
    made.commit(at="2025-10-06T02:00:00Z")
    return made


@pytest.fixture
async def host(repository):
    made = Host(repository.folder)
    await made.start()
    yield made
    await made.stop()


@pytest.fixture
def source_of(tmp_path) -> Callable[..., GitSource]:
    """A source of the address, its copies under `data`."""

    def made(url: object, **settings: object) -> GitSource:
        entry = GitEntry.model_validate({"kind": "git", "url": str(url), **settings})
        return GitSource(entry, tmp_path, tmp_path / "data" / "git")

    return made
