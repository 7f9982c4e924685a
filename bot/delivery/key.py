"""What is the idempotency key of a part? The same for every attempt, and short enough for Discord's nonce."""

import base64
import hashlib

from digest.delivery import PartRow

LENGTH = 25  # Discord `nonce`: a string of at most 25 characters


def part_key(row: PartRow) -> str:
    """From campaign, channel and part alone; no attempt number is in it."""
    name = f"{row.campaign_id}/{row.channel_id}/{row.part}"
    return base64.b32encode(hashlib.sha256(name.encode()).digest()).decode()[:LENGTH]
