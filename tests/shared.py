"""Where are the corpus and the platforms' specifications? Found by ZHOUZHI_SHARED, beside the project by default."""

import os
from pathlib import Path

import pytest

SHARED = Path(os.environ.get("ZHOUZHI_SHARED", Path(__file__).parents[2] / "shared"))
SEEDS = SHARED / "corpus" / "seeds"
DAILY = SEEDS / "ai-daily-2026-02-25.md"
WEEKLY = SEEDS / "leotalk-weekly-1.md"


def need_corpus(path: Path = SEEDS) -> Path:
    """The path, or a skip with the reason; where ZHOUZHI_SHARED exists, CI forbids the skip (tests/conftest.py)."""
    if not path.exists():
        pytest.skip(f"no corpus: {path.name} is not there; set ZHOUZHI_SHARED to the folder that holds it")
    return path
