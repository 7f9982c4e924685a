"""Did somebody who knows the secret sign this, and just now? HMAC-SHA256 over timestamp, a dot, and the body. Pure."""

import hashlib
import hmac
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from digest.errors import NotAllowed

TIMESTAMP: Final = "X-Zhouzhi-Timestamp"
SIGNATURE: Final = "X-Zhouzhi-Signature"
WINDOW: Final = timedelta(minutes=5)
_SECONDS = re.compile(r"[0-9]{1,11}")
_SIGNED = re.compile(r"sha256=([0-9a-fA-F]{64})")


@dataclass(frozen=True, slots=True)
class Claim:
    """What a request says of itself: when it was signed (as written), and the signature's bytes."""

    timestamp: str
    signature: bytes

    @property
    def signed_at(self) -> datetime:
        return datetime.fromtimestamp(int(self.timestamp), UTC)

    @property
    def good_until(self) -> datetime:
        """Afterwards its age alone refuses it."""
        return self.signed_at + WINDOW


def claim(timestamp: str | None, signature: str | None, now: datetime) -> Claim:
    """Read the two headers. Raises NotAllowed("hooks.unsigned", "hooks.timestamp")."""
    if not timestamp or not signature:
        raise NotAllowed("hooks.unsigned")
    found = _SIGNED.fullmatch(signature.strip())
    if found is None:
        raise NotAllowed("hooks.signature")
    if not _SECONDS.fullmatch(timestamp):
        raise NotAllowed("hooks.timestamp")
    made = Claim(timestamp, bytes.fromhex(found[1]))
    if abs(now - made.signed_at) > WINDOW:
        raise NotAllowed("hooks.timestamp")
    return made


def check(made: Claim, secret: str, body: bytes) -> None:
    """Raises NotAllowed("hooks.signature"). Takes as long for a wrong signature as for a right one."""
    if not hmac.compare_digest(made.signature, sign(secret, made.timestamp, body)):
        raise NotAllowed("hooks.signature")


def sign(secret: str, timestamp: str, body: bytes) -> bytes:
    """The signature that belongs to a body."""
    return hmac.new(secret.encode(), timestamp.encode() + b"." + body, hashlib.sha256).digest()
