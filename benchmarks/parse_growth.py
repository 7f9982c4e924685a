"""How does parsing grow with the size of a text, ordinary or hostile, up to the 1 MiB an issue may have?

`python benchmarks/parse_growth.py [CLASS …]`: each class of text at 16 KiB to 1 MiB, in a process of its own, within the
bounds an installation has by default. Printed are seconds of CPU, the exponent of the growth over the worst step (1 is
linear, 2 quadratic; steps that end soon say nothing), the peak of memory, and what became of the text: parsed, plain (taken as plain paragraphs, with
the warning), or refused (with the problem). Ends with 1 when a class grows worse than its bound or passes the deadline.
"""

import math
import multiprocessing
import resource
import signal
import sys
import time
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from types import FrameType

from digest.issue import Reading, Series
from digest.parse import parse
from digest.parse.source import DEFAULT_LIMITS

SIZES = (16, 64, 256, DEFAULT_LIMITS.max_kib)
DEADLINE_S = 10  # of CPU; `[parsing] deadline_s` is as much on the clock
EXPONENT = (
    1.5  # between linear and quadratic: collecting garbage makes many small blocks grow a little faster
)
SHORT_S = 0.5  # below it the growth is that of the noise
PLAIN = ("markup_unclosed", "markup_crowded", "nesting_too_deep")
SERIES = Series("growth", "Growth")
SAMPLES = Path(__file__).parents[1] / "examples" / "issues"


def sample() -> str:
    """A real issue of ours, as often as it takes: the headings of the copies stay on their level."""
    largest = max(SAMPLES.rglob("*.md"), key=lambda path: path.stat().st_size)
    return largest.read_text("utf-8").split("---\n", 2)[-1]


CLASSES = {
    "issues": sample() + "\n\n",
    "one long line": "字词，",
    "lines of one paragraph": "一行字。\n",
    "paragraphs": "字\n\n",
    "headings": "## 题\n\n文\n\n",
    "chapters": "# 章\n\n## 节\n\n### 题\n\n",
    "parted chapters": "# 章\n\n## 节\n\n- [a](https://e.org)\n\n## 节\n\n- [a](https://e.org)\n\n",
    "list": "- [词](https://e.org/a) **粗** `码`\n",
    "nested list": "- 一\n  - 二\n    - 三\n",
    "one long entry": "  行\n",
    "deep list": "- ",
    "separate quotes": "> 一\n\n",
    "deep quotes": "> ",
    "table rows": "| a | b |\n|---|---|\n",
    "cells of one row": "a | ",
    "fences": "```py\nx\n```\n\n",
    "open fences": "```a\n",
    "indented code": "    x\n\n",
    "links": "[a](https://e.org/) ",
    "pictures": "![a](b.png) ",
    "pictures in a row": "![](b.png)",
    "references": "[r][r] ",
    "definitions": "[r]: https://e.org/r\n\n",
    "footnotes": "字[^1]\n\n[^1]: 注\n\n",
    "angle addresses": "<https://e.org/a> ",
    "bare addresses": "https://e.org/a ",
    "code spans": "`a` ",
    "uneven backticks": "`a``b```c",
    "emphasis": "*a* **b** ",
    "paragraphs of emphasis": "*a* **b** _c_ ~~d~~\n\n",
    "entities": "&amp; ",
    "escapes": "\\* ",
    "tags": "<b>粗</b> ",
    "blocks of tags": "<b>粗</b><br/><details><summary>题</summary>\n\n文</details>\n\n",
    "mixed marks": "`a` *b* [c](https://e.org/) <b>d</b> &amp; ![e](f.png)\n\n",
    "open brackets": "[",
    "open pictures": "![",
    "open targets": "[a](",
    "open tags": "<a ",
    "open comments": "<!--",
    "open emphasis": "*a **b ",
}
BEFORE = {"one long entry": "- 一\n", "references": "[r]: https://e.org/r\n\n"}


class _Late(Exception):
    """The deadline is over."""


def measure(name: str, kibibytes: int) -> tuple[float, float, str]:
    """Seconds of CPU, MiB at the peak and what became of it, of one parse in this process."""
    piece, before = CLASSES[name], BEFORE.get(name, "")
    room = kibibytes * 1024 - len(before.encode())
    source = (before + piece * (room // len(piece.encode()))).encode()
    parse((before + piece).encode(), series=SERIES, name="growth-1.md")  # warm up
    signal.signal(signal.SIGPROF, _end)
    signal.setitimer(signal.ITIMER_PROF, DEADLINE_S)
    begin = time.process_time()
    try:
        became = outcome(parse(source, series=SERIES, name="growth-1.md"))
    except _Late:
        became = "late"
    signal.setitimer(signal.ITIMER_PROF, 0)
    took = time.process_time() - begin
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return took, peak / 1024 if sys.platform != "darwin" else peak / 1024**2, became


def _end(_number: int, _frame: FrameType | None) -> None:
    raise _Late


def outcome(reading: Reading) -> str:
    """What became of a text, in a few words."""
    refused = [problem.code for problem in reading.problems if problem.level == "error"]
    if refused:
        return f"refused: {refused[0]}"
    plain = [problem.code for problem in reading.problems if problem.code in PLAIN]
    return f"plain: {plain[0]}" if plain else "parsed"


def worst_step(times: Sequence[float]) -> float:
    """How fast the time grows with the size at worst."""
    steps = zip(pairwise(times), pairwise(SIZES), strict=True)
    return max(
        math.log(max(after, 0.001) / max(before, 0.001), larger / smaller) if after > SHORT_S else 0.0
        for (before, after), (smaller, larger) in steps
    )


def main() -> int:
    context = multiprocessing.get_context("spawn")
    print(f"{'':<24}" + "".join(f"{size:>7} KiB" for size in SIZES) + f"{'exponent':>10}{'peak':>10}")
    failed = []
    for name in sys.argv[1:] or CLASSES:
        found = []
        for size in SIZES:
            with context.Pool(1) as pool:  # a process each: the peak of memory is never given back
                found.append(pool.apply(measure, (name, size)))
        times = [took for took, _, _ in found]
        exponent = worst_step(times)
        _, peak, became = found[-1]
        if "late" in [end for _, _, end in found] or exponent > EXPONENT:
            failed.append(name)
        row = "".join(f"{took:>9.2f} s" for took in times)
        print(f"{name:<24}{row}{exponent:>10.2f}{peak:>6.0f} MiB  {became}", flush=True)
    if failed:
        print(f"worse than allowed (exponent {EXPONENT}, {DEADLINE_S} s): {', '.join(failed)}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
