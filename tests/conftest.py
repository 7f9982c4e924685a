"""What was skipped, and what would enable it? Said in the last lines of a run; in CI such a skip is a failure."""

import os
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

IN_CI = os.environ.get("CI", "").lower() in ("1", "true")
HAS_SHARED = "ZHOUZHI_SHARED" in os.environ and os.path.isdir(os.environ["ZHOUZHI_SHARED"])  # noqa: PTH112
ENABLES = {
    "no corpus": "ZHOUZHI_SHARED=<folder with corpus and specs> make test",
    "no specs": "ZHOUZHI_SHARED=<folder with corpus and specs> make test",
    "got empty parameter set": "ZHOUZHI_SHARED=<folder with corpus and specs> make test",
    "no fonts": "sudo apt-get install fonts-noto-cjk && make test",
    "no chromium": "sudo apt-get install chromium fonts-noto-cjk fonts-noto-color-emoji && make test",
}

# The same few examples on every run: a red run is then the change's own doing. THOROUGH=1 looks for new ones, longer.
settings.register_profile("everyday", max_examples=10, deadline=None, derandomize=True)
settings.register_profile(
    "thorough", max_examples=2_000, deadline=None, suppress_health_check=list(HealthCheck)
)
settings.load_profile("thorough" if os.environ.get("THOROUGH") else "everyday")


def _forbidden(reason: str) -> bool:
    """Whether this skip must not happen here."""
    if reason.startswith(("no chromium", "no fonts")):
        return IN_CI
    return reason.startswith(("no corpus", "no specs")) and IN_CI and HAS_SHARED


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Iterator[None]:  # the wrapper protocol of pluggy: one yield, the report comes back
    """Turn a skip that CI forbids into a failure with the same reason."""
    report = yield
    if report.skipped and isinstance(report.longrepr, tuple):  # type: ignore[attr-defined]
        reason = str(report.longrepr[2]).removeprefix("Skipped: ")  # type: ignore[attr-defined]
        if _forbidden(reason):
            report.outcome = "failed"  # type: ignore[attr-defined]
            report.longrepr = f"must not be skipped in CI: {reason}"  # type: ignore[attr-defined]
    return report


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Name every reason something was skipped, with the one command that enables it."""
    counted: dict[str, int] = {}
    for report in terminalreporter.stats.get("skipped", []):
        if isinstance(report.longrepr, tuple):
            reason = str(report.longrepr[2]).removeprefix("Skipped: ")
            counted[reason] = counted.get(reason, 0) + 1
    for reason, count in sorted(counted.items()):
        cure = next((command for start, command in ENABLES.items() if reason.startswith(start)), "")
        terminalreporter.write_line(f"skipped {count}: {reason}" + (f" -> {cure}" if cure else ""))
