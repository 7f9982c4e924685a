"""How many messages does each founding issue make, and what do they take of the platforms' budgets?

`python -m tests.contract.corpus.table` prints a table for each; `a / b` is of one message after the other.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

from bot.preview import looks
from digest.document import links
from tests.contract.corpus.variants import FOUNDING, Rendering, renderings, stored

HEAD = ("look", "density", "calls", "messages", "taken of each budget", "parted items", "pictures")
LANGUAGE = "zh-Hans"


def table(files: Iterable[Path] = FOUNDING) -> str:
    """One table an issue; the frame's language changes hardly a unit, so one stands for both."""
    return "\n".join(line for path in files for line in _table(path))


def _table(path: Path) -> Iterator[str]:
    issue = stored(path).issue
    yield f"\n## {path.stem}: {len(issue.items)} items, {len(links(issue.blocks))} links, {len(issue.images)} pictures\n"
    yield _line(HEAD)
    yield _line("---" for _ in HEAD)
    for one in renderings(path):
        if one.variant.language == LANGUAGE:
            yield _line(_cells(one))


def _cells(one: Rendering) -> Iterator[str]:
    messages = one.messages
    yield str(one.variant.look)
    yield one.variant.density
    yield str(len(messages))
    yield str(sum(message.count for message in messages))
    yield _budgets(one)
    written = Counter(
        key for message in messages for key in message.items if message.method in _TEXTS or _is_discord(one)
    )
    parted = sum(count > 1 for count in written.values())
    yield str(parted)
    yield str(sum(len(message.pictures) for message in messages))


_TEXTS = ("sendMessage", "sendRichMessage", "append")


def _is_discord(one: Rendering) -> bool:
    return one.variant.look.platform == "discord"


def _budgets(one: Rendering) -> str:
    """Texts one by one; captions by the fullest, since there may be dozens."""
    meter = looks(one.variant.look.platform).meter
    metered = [(meter(message), message.method in _TEXTS or _is_discord(one)) for message in one.messages]
    texts: dict[str, tuple[list[int], int]] = {}
    captions: dict[str, tuple[list[int], int]] = {}
    for budgets, is_text in metered:
        found = texts if is_text else captions
        for name, used, limit in budgets:
            found.setdefault(name, ([], limit))[0].append(used)
    cells = [
        f"{name} {' / '.join(f'{n:,}' for n in used)} of {limit:,}" for name, (used, limit) in texts.items()
    ]
    if captions:
        cells += [
            f"fullest {name} {max(used):,} of {limit:,}"
            for name, (used, limit) in captions.items()
            if name == "caption"
        ]
    return "; ".join(cells) or "–"


def _line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def main() -> None:
    print(table())


if __name__ == "__main__":
    main()
