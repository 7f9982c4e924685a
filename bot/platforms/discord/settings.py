"""What does the Discord platform need to know? Token, addresses and how patient it is."""

import hashlib
from dataclasses import dataclass, field
from typing import Literal

SyncCommands = Literal["changed", "always", "never"]


@dataclass(frozen=True, slots=True)
class DiscordSettings:
    """`api_base` reaches up to and including `/api/v10`, without a slash at the end; plain `http` and `ws` are fine.

    `application_id` is asked of Discord when None. `guild`: commands are registered there alone, for development.
    `global_rate`: calls a second of the pacer (`bot.outlets`). Times in seconds: `answer_s` is how long an answer is
    waited for, `upload_s` the same for a call with files; `thinking_s` is when a slow reply is deferred (Discord gives
    three seconds); a lost gateway is tried again after `backoff_s`, doubled up to `backoff_cap_s`, and one that takes
    us in only to throw us out up to `quarrel_cap_s`, for a token may identify 1,000 times a day. `servers_s` is how long
    the gateway may be silent between two servers it tells of before it counts as up.
    """

    token: str = field(repr=False)
    api_base: str = "https://discord.com/api/v10"
    gateway_url: str = "wss://gateway.discord.gg/"
    cdn_base: str = "https://cdn.discordapp.com"
    application_id: int | None = None
    sync_commands: SyncCommands = "changed"
    guild: int | None = None
    global_rate: float = 45
    max_ratelimit_timeout: float = 60
    answer_s: float = 30
    upload_s: float = 120
    thinking_s: float = 1.5
    backoff_s: float = 1
    backoff_cap_s: float = 20
    quarrel_cap_s: float = 120
    sync_again_s: float = 60
    servers_s: float = 2

    @property
    def token_hash(self) -> str:
        """A name for the token that does not tell it."""
        return hashlib.sha256(self.token.encode()).hexdigest()[:16]
