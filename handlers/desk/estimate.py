"""How long will a broadcast take? The platforms' documented pace, as arithmetic."""

from collections.abc import Mapping
from dataclasses import dataclass

from digest.audience import PlatformName

# Messages a second of one bot: Telegram's FAQ, and Discord's 50 a second with a margin (delivery.md §8).
PER_SECOND: Mapping[PlatformName, int] = {"telegram": 30, "discord": 45}
GROUP_PER_MINUTE = 20  # Telegram: messages a minute into one group


@dataclass(frozen=True, slots=True)
class Audience:
    """How many places a broadcast reaches: private chats and others, by platform; `no_match` wants none of it."""

    readers: Mapping[PlatformName, int]
    channels: Mapping[PlatformName, int]
    no_match: int = 0

    @property
    def reader_count(self) -> int:
        return sum(self.readers.values())

    @property
    def channel_count(self) -> int:
        return sum(self.channels.values())

    @property
    def total(self) -> int:
        return self.reader_count + self.channel_count

    def on(self, platform: PlatformName) -> int:
        return self.readers.get(platform, 0) + self.channels.get(platform, 0)


def seconds(audience: Audience, messages_each: int) -> int:
    """Whole seconds until the last message leaves; platforms send side by side, a place gets one message a second."""
    if not audience.total or messages_each < 1:
        return 0
    longest = messages_each - 1.0
    for platform, rate in PER_SECOND.items():
        longest = max(longest, audience.on(platform) * messages_each / rate)
    if audience.channels.get("telegram"):
        longest = max(longest, (messages_each - 1) // GROUP_PER_MINUTE * 60)
    return max(1, -int(-longest // 1))


def rest(channels: Mapping[str, int], planned: int, left: int) -> int:
    """Seconds until `left` of `planned` part rows are gone, spread over the platforms as the places are."""
    places = sum(channels.values())
    if not left or not planned or not places:
        return 0
    rates = {str(platform): rate for platform, rate in PER_SECOND.items()}
    longest = max(
        (
            count / places * left / rates[platform]
            for platform, count in channels.items()
            if platform in rates
        ),
        default=0.0,
    )
    return max(1, -int(-longest // 1))
