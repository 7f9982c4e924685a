"""What of an issue that was sent stays where it is when the issue is rendered once more?

A correction edits messages where they stand: none can be put between two others, and each edit is one more call.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence

from bot.platforms.base import Message


def former_places(previous: Sequence[Message]) -> Mapping[str, int]:
    """For each item that was sent, the number of the message in which it began, from 0."""
    places: dict[str, int] = {}
    for number, message in enumerate(previous):
        for key in message.items:
            places.setdefault(key, number)
    return places


def unchanged(messages: Sequence[Message], previous: Sequence[Message]) -> int:
    """How many messages are what stands there already."""
    return sum(
        (new.method, new.payload) == (old.method, old.payload)
        for new, old in zip(messages, previous, strict=False)
    )


def most_alike(
    looks: Iterable[Callable[[], Sequence[Message]]], previous: Sequence[Message]
) -> tuple[Message, ...]:
    """Of several looks of a page the one that leaves most of what was sent as it is; of equals the first."""
    made = (tuple(look()) for look in looks)
    return max(made, key=lambda one: (unchanged(one, previous), -abs(len(one) - len(previous))))
