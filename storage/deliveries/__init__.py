"""What was sent, what is due, what is in doubt? Campaigns, frozen renditions and the ledger of part rows."""

from storage.deliveries.room import DeliveriesRoom
from storage.deliveries.values import Campaign, Claim, FrozenPart, Order, Planned, Report, Result

__all__ = [
    "Campaign",
    "Claim",
    "DeliveriesRoom",
    "FrozenPart",
    "Order",
    "Planned",
    "Report",
    "Result",
]
