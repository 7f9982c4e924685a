"""What takes uploads in the walks through the real house? The real publisher on the walk's store."""

from collections.abc import Mapping
from pathlib import Path

from bot.library import Library
from bot.media.cellar import Cellar
from bot.platforms.base import Renders
from bot.publishing import Publishing
from storage.store import Store
from tests.contract.handlers.house import SERIES, StoppedClock


def publisher_of(store: Store, folder: Path, platforms: Mapping[str, Renders]) -> Publishing:
    """Keeps its files under `folder`."""
    cellar, clock = Cellar(folder / "media"), StoppedClock()
    return Publishing(
        store,
        Library(store, cellar, clock),
        cellar,
        clock,
        folder / "uploads",
        series=SERIES,
        platforms=platforms,
        language="zh-Hans",
        time_zone="Asia/Shanghai",
    )
