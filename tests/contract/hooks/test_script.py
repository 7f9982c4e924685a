"""Does the example that a CI job copies work as it stands? Run by a shell, with curl and openssl, against real hooks."""

import asyncio
import json
import os
import shutil
from pathlib import Path

import pytest

from storage.store import Store
from tests.contract.hooks.conftest import SECRET, Ci, markdown

SCRIPT = Path(__file__).parents[3] / "examples" / "push.sh"
pytestmark = pytest.mark.skipif(
    not (shutil.which("curl") and shutil.which("openssl")), reason="curl and openssl are not installed"
)


async def push(ci: Ci, file: Path, secret: str = SECRET) -> tuple[int, dict[str, object]]:
    done = await asyncio.create_subprocess_exec(
        SCRIPT,
        f"{ci.base}/publish/weekly",
        file,
        env={"PATH": os.environ["PATH"], "ZHOUZHI_SECRET": secret},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, _ = await done.communicate()
    return done.returncode or 0, json.loads(out)


async def test_the_example_pushes_an_issue(ci: Ci, store: Store, tmp_path: Path) -> None:
    """Its answer is the hook's JSON; the name of the file, Chinese too, comes along."""
    file = tmp_path / "第一期.md"
    await asyncio.to_thread(file.write_bytes, markdown())
    code, answer = await push(ci, file)
    assert code == 0
    assert (answer["result"], answer["file"], answer["items"]) == ("added", "第一期.md", 2)
    assert (await store.issues.by_key("1", "weekly")).issue.number == 1


async def test_the_example_fails_where_the_push_failed(ci: Ci, store: Store, tmp_path: Path) -> None:
    """A CI job turns red, and its log holds the sentence with the cure."""
    file = tmp_path / "a.md"
    await asyncio.to_thread(file.write_bytes, markdown())
    code, answer = await push(ci, file, "another")
    assert code != 0
    assert answer["error"]["code"] == "hooks.signature"  # type: ignore[index]  # an object by the hook's contract
    assert not await store.issues.lines()
