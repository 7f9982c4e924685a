"""What does the Telegram platform need to know? Token, addresses and how patient it is."""

import hashlib
from dataclasses import dataclass, field
from typing import Final

# What we react to: nothing else is asked for, so nothing else arrives (telegram.md §3)
UPDATES: Final = ("message", "channel_post", "callback_query", "my_chat_member")


@dataclass(frozen=True, slots=True)
class TelegramSettings:
    """`api_base` and `file_base` are addresses without a slash at the end; `username` is asked of the server when None.

    Times in seconds. `poll_s`: how long the server may hold a poll open. `backoff_s` doubles up to `backoff_cap_s`.
    """

    token: str = field(repr=False)
    api_base: str = "https://api.telegram.org"
    file_base: str = "https://api.telegram.org"
    username: str | None = None
    allowed: tuple[str, ...] = UPDATES
    poll_s: int = 10
    connect_s: float = 5
    read_s: float = 20
    upload_s: float = 120
    backoff_s: float = 1
    backoff_cap_s: float = 60
    concurrent_updates: int = 64
    toast_wait_s: float = 2  # a press is answered after that, with or without its passing word

    @property
    def token_hash(self) -> str:
        """A name for the token that does not tell it."""
        return hashlib.sha256(self.token.encode()).hexdigest()[:16]
