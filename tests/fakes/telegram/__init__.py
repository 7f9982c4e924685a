"""What does Telegram look like from the other side? A strict Bot API server: telegram.md §4, for tests only."""

from tests.fakes.telegram.faults import Fault
from tests.fakes.telegram.limits import Rates
from tests.fakes.telegram.people import button
from tests.fakes.telegram.server import TOKEN, USERNAME, FakeTelegram

__all__ = ["TOKEN", "USERNAME", "FakeTelegram", "Fault", "Rates", "button"]
