"""Which categories are picked, and what does a press change? Pure; `handlers/subscribe.py` asks and stores."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from digest.audience import Subscription


@dataclass(frozen=True, slots=True)
class Picks:
    """`slugs` None is *all*, categories born later included; an empty set is no subscription at all."""

    slugs: frozenset[str] | None

    @property
    def is_all(self) -> bool:
        return self.slugs is None

    @property
    def is_empty(self) -> bool:
        return self.slugs is not None and not self.slugs

    def has(self, slug: str) -> bool:
        return self.slugs is None or slug in self.slugs

    def count(self, known: Collection[str]) -> int:
        """How many of the known categories are picked."""
        return sum(self.has(slug) for slug in known)


ALL = Picks(None)
NONE = Picks(frozenset())


def picks_of(subscriptions: Sequence[Subscription]) -> Picks:
    """What a channel's subscriptions ask for together."""
    if any(subscription.categories is None for subscription in subscriptions):
        return ALL
    return Picks(frozenset(slug for one in subscriptions for slug in one.categories or ()))


def toggled(picks: Picks, slug: str, known: Collection[str]) -> Picks:
    """One category on or off. Ticking the last one missing means all again, with what is born later."""
    now = frozenset(known) if picks.slugs is None else picks.slugs
    changed = now ^ {slug}
    return ALL if changed >= frozenset(known) else Picks(changed)
