"""Which payloads are expected? Of founding issues and samples their shape and hash, of two samples every payload whole.

`python -m tests.contract.corpus.payloads` writes them anew into `payloads/`; each difference is to be read before it
counts. Of the corpus no word is kept: methods, counts, budgets, the numbers of the items and a hash of the payload.
"""

import hashlib
import json
from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any, Final

import yaml

from bot.platforms.base import Message
from bot.preview import looks
from tests.contract.corpus.variants import FOUNDING, SAMPLES, Rendering, renderings, stored

FOLDER: Final = Path(__file__).with_name("payloads")
SHAPED: Final = (*FOUNDING, *SAMPLES)
WHOLE: Final = tuple(path for path in SAMPLES if path.stem in {"ai-daily-2026-11-18", "zhouzhi-weekly-2"})


def shape_of(path: Path) -> Path:
    return FOLDER / f"{path.stem}.json"


def whole_of(path: Path) -> Path:
    return FOLDER / f"{path.stem}.yaml"


def shapes(path: Path) -> dict[str, list[str]]:
    """A line for each message of each variant."""
    keys = {item.key: number for number, item in enumerate(stored(path).issue.items, 1)}
    return {
        str(one.variant): [_shape(one, message, keys) for message in one.messages] for one in renderings(path)
    }


def _shape(one: Rendering, message: Message, keys: dict[str, int]) -> str:
    budgets = looks(one.variant.look.platform).meter(message)
    body = json.dumps(message.payload, ensure_ascii=False, separators=(",", ":"))
    digest = hashlib.sha256(f"{message.method}\n{body}".encode()).hexdigest()[:12]
    facts = [
        message.method.removeprefix("POST /channels/{id}/"),
        *(f"{name} {used}" for name, used, _ in budgets),
        f"pictures {len(message.pictures)}",
        f"makes {message.count}",
        f"items {spans([keys[key] for key in message.items]) or 'none'}",
        digest,
    ]
    return ", ".join(facts)


def spans(numbers: Sequence[int]) -> str:
    """`1-3 5`: runs of numbers that follow each other."""
    runs = [
        [number for _, number in run]
        for _, run in groupby(enumerate(numbers), key=lambda pair: pair[1] - pair[0])
    ]
    return " ".join(str(run[0]) if len(run) == 1 else f"{run[0]}-{run[-1]}" for run in runs)


class _Dumper(yaml.SafeDumper):
    """Long texts as blocks of lines, marks and buttons on a line each."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _text(dumper: yaml.SafeDumper, value: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style="|" if "\n" in value else None)


def _mapping(dumper: yaml.SafeDumper, value: dict[str, Any]) -> yaml.MappingNode:
    is_flat = all(isinstance(inner, int | str) and "\n" not in str(inner) for inner in value.values())
    return dumper.represent_mapping("tag:yaml.org,2002:map", value.items(), flow_style=is_flat)


_Dumper.add_representer(str, _text)
_Dumper.add_representer(dict, _mapping)


def whole(path: Path) -> str:
    """Every payload of a file, exact and for people to read; where two looks are alike the second says so."""
    return "\n".join(_whole(renderings(path)))


def _whole(found: Sequence[Rendering]) -> Iterator[str]:
    known: dict[str, str] = {}
    for one in found:
        messages = [{"method": message.method, **message.payload} for message in one.messages]
        text = yaml.dump(
            json.loads(json.dumps(messages)),
            Dumper=_Dumper,
            allow_unicode=True,
            sort_keys=False,
            width=10_000,
        )
        yield f"# {one.variant}"
        yield f"# as {known[text]}\n" if text in known else text
        known.setdefault(text, str(one.variant))


def expected() -> Iterator[tuple[Path, str]]:
    """Every file of `payloads/` with what it should hold now."""
    for path in SHAPED:
        if path.exists():
            yield shape_of(path), f"{json.dumps(shapes(path), ensure_ascii=False, indent=1)}\n"
    for path in WHOLE:
        yield whole_of(path), whole(path)


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    for target, text in expected():
        target.write_text(text, "utf-8")


if __name__ == "__main__":
    main()
