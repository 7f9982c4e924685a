"""How do time and memory grow with the size of an issue, and with hostile text, up to the 1 MiB an issue may have?

`python benchmarks/parse_growth.py`: each kind of text at 64 KiB, 256 KiB and 1 MiB, in a process of its own. Printed
are seconds of CPU and the peak of memory; `growth` is the time at 1 MiB by that at 256 KiB: 4 is linear, 16 quadratic.
"""

import multiprocessing
import resource
import sys
import time
from pathlib import Path

from digest.issue import Series
from digest.parse import parse
from digest.parse.source import Limits

SIZES = (64, 256, 1024)
SAMPLES = Path(__file__).parents[1] / "examples" / "issues"
# everything an issue may hold, without its bounds on items and pictures
WIDE = Limits(max_images=10**9, max_items=10**9)


def sample() -> str:
    """A real issue of ours, as often as it takes: the headings of the copies stay on their level."""
    return (
        max(SAMPLES.rglob("*.md"), key=lambda path: path.stat().st_size)
        .read_text("utf-8")
        .split("---\n", 2)[-1]
    )


KINDS = {
    "issues": sample() + "\n\n",
    "one paragraph": "字词，",
    "lines of one paragraph": "一行字。\n",
    "list": "- [词](https://e.org/a) **粗** `码`\n",
    "nested list": "- 一\n  - 二\n    - 三\n",
    "table rows": "| a | b |\n|---|---|\n",
    "quotes": "> 一\n\n",
    "headings": "## 题\n\n文\n\n",
    "raw HTML": "<b>粗</b><br/><details><summary>题</summary>\n\n文</details>\n\n",
    "open brackets": "[",
    "open pictures": "![",
    "open targets": "[a](",
    "open tags": "<a ",
    "open comments": "<!--",
    "open emphasis": "*a **b ",
    "backticks": "`a``b```c",
    "open fences": "```a\n",
    "deep quotes": "> ",
    "definitions": "[r]: https://e.org/r\n\n",
}


def measure(kind: str, kibibytes: int) -> tuple[float, float]:
    """Seconds of CPU and MiB at the peak, of one parse in this process."""
    piece = KINDS[kind]
    source = (piece * (kibibytes * 1024 // len(piece.encode()))).encode()
    parse(piece.encode(), series=Series("growth", "Growth"), name="growth-1.md", limits=WIDE)  # warm up
    begin = time.process_time()
    parse(source, series=Series("growth", "Growth"), name="growth-1.md", limits=WIDE)
    took = time.process_time() - begin
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return took, peak / 1024 if sys.platform != "darwin" else peak / 1024**2


def main() -> None:
    context = multiprocessing.get_context("spawn")
    print(f"{'':<24}" + "".join(f"{size:>10} KiB" for size in SIZES) + f"{'growth':>9}{'peak':>11}")
    for kind in sys.argv[1:] or KINDS:
        found = []
        for size in SIZES:
            with context.Pool(1) as pool:  # a process each: the peak of memory is never given back
                found.append(pool.apply(measure, (kind, size)))
        times = [took for took, _ in found]
        growth = times[2] / max(times[1], 0.001)
        row = "".join(f"{took:>12.2f} s" for took in times)
        print(f"{kind:<24}{row}{growth:>9.1f}{found[2][1]:>7.0f} MiB", flush=True)


if __name__ == "__main__":
    main()
