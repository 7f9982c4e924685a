"""What does Discord look like from the other side? A strict server, REST and gateway: discord.md §4, for tests only."""

from tests.fakes.discord.faults import Fault
from tests.fakes.discord.limits import Rates
from tests.fakes.discord.people import component, components, texts
from tests.fakes.discord.server import TOKEN, FakeDiscord

__all__ = ["TOKEN", "FakeDiscord", "Fault", "Rates", "component", "components", "texts"]
