"""Are the payloads of the founding issues and of the samples those that were reviewed?

A difference is shown line by line; `python -m tests.contract.corpus.payloads` writes what is made now.
"""

import difflib

import pytest

from tests.contract.corpus.payloads import FOLDER, SHAPED, WHOLE, expected, shape_of, spans, whole_of
from tests.contract.corpus.table import table
from tests.shared import need_corpus

pytestmark = pytest.mark.corpus


def test_payloads_are_as_reviewed() -> None:
    """Methods, budgets, items and hashes of every variant; of two samples every payload whole."""
    need_corpus()
    changed: list[str] = []
    for target, text in expected():
        was = target.read_text("utf-8").splitlines()
        changed += difflib.unified_diff(was, text.splitlines(), target.name, "made now", lineterm="", n=1)
    assert changed == [], "\n".join(changed[:200])


def test_nothing_reviewed_is_left_over() -> None:
    """A file in the folder belongs to an issue that is still looked at."""
    assert {shape_of(path) for path in SHAPED} | {whole_of(path) for path in WHOLE} == set(FOLDER.iterdir())


def test_the_table_has_a_row_for_each_variant() -> None:
    """Messages, budgets, parted items and pictures, as the founding issues have them."""
    need_corpus()
    rows = [line for line in table().split("\n") if line.startswith("| ")]
    assert len(rows) > 2 * 27
    daily = next(line for line in rows if "telegram private" in line and "| full |" in line)
    assert "| 2 |" in daily


def test_runs_of_numbers() -> None:
    """An item in two messages is seen in both."""
    assert spans([1, 2, 3, 5]) == "1-3 5"
    assert spans([]) == ""
