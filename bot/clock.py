"""Where does the running bot get its time? From the machine; tests and the demo put another clock in its place."""

from datetime import UTC, datetime


class SystemClock:
    """The machine's clock, in UTC."""

    def now(self) -> datetime:
        return datetime.now(UTC)
