"""Do the house rules hold? Names, doors, texts and generated documents."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ROOMS = ("digest", "storage", "handlers", "bot")
FORBIDDEN_NAMES = {"utils", "util", "helpers", "helper", "common", "misc"}
# who may open a way out to the network (design: one way out a platform)
CLIENT_SESSIONS = {"bot/fetch.py", "bot/platforms/telegram/wire.py", "bot/platforms/discord/client.py"}
# standard modules that digest may name in part: paths and addresses as words touch neither disk nor network
PURE_PARTS = {"pathlib": {"pathlib.PurePosixPath"}, "urllib": {"urllib.parse"}}
MODULES = [path for room in ROOMS for path in sorted((ROOT / room).rglob("*.py"))]


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def test_no_module_is_called_utils():
    """A module is named by the question it answers."""
    assert [name(path) for path in MODULES if path.stem in FORBIDDEN_NAMES] == []


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_every_module_says_which_question_it_answers(path):
    """The first line of a file tells a newcomer whether to read on."""
    tree = ast.parse(path.read_text("utf-8"))
    assert ast.get_docstring(tree) or not tree.body


# a migration is written once and read as one piece
SITTINGS = [path for path in MODULES if "versions" not in path.parts]


@pytest.mark.parametrize("path", SITTINGS, ids=name)
def test_a_file_reads_in_one_sitting(path):
    """Beyond 450 lines a file wants splitting."""
    assert len(path.read_text("utf-8").splitlines()) <= 450


def test_http_clients_are_opened_behind_their_doors_only():
    """import-linter sees modules, not names: `aiohttp.ClientSession` is looked for here."""
    opened = {name(path) for path in MODULES if re.search(r"\bClientSession\(", path.read_text("utf-8"))}
    assert opened <= CLIENT_SESSIONS


DAY_BY_HAND = re.compile(r"\bnow\([^)]*\)\.date\(\)|\.astimezone\(.*\)\.date\(\)|\bnow\(ZoneInfo|\btoday\(\)")


def test_an_instant_becomes_a_day_in_one_place():
    """A calendar day is one of a zone (content.md §3): who takes it otherwise disagrees with the others by hours."""
    found = {name(path) for path in MODULES if DAY_BY_HAND.search(path.read_text("utf-8"))}
    assert found == {"digest/calendar.py"}


def _imported(path: Path) -> set[str]:
    """Every dotted name a module imports, wherever in it: `from urllib.parse import urljoin` is urllib.parse.urljoin."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def test_the_packages_never_import_tests():
    """The fakes serve tests only; what is installed has no tests beside it."""
    guilty = {name(path) for path in MODULES if any(one.split(".")[0] == "tests" for one in _imported(path))}
    assert guilty == set()


def test_digest_names_only_the_pure_parts_of_paths_and_addresses():
    """import-linter sees no deeper than `pathlib` and `urllib`: `Path` and `urllib.request` are looked for here."""
    guilty = {
        f"{name(path)}: {one}"
        for path in MODULES
        if name(path).startswith("digest/")
        for one in _imported(path)
        if (allowed := PURE_PARTS.get(one.split(".")[0]))
        and not any(one == pure or one.startswith(f"{pure}.") for pure in allowed)
    }
    assert guilty == set()


def test_lock_files_name_no_registry():
    """Hashes decide what is installed; where it comes from is the machine's business."""
    for path in (ROOT / "requirements").glob("*.txt"):
        text = path.read_text("utf-8")
        assert "://" not in text
        assert "--index-url" not in text
        assert "--hash=sha256:" in text


def test_generated_documents_are_up_to_date():
    """`make docs` would change nothing."""
    done = subprocess.run(
        [sys.executable, "-m", "bot.cli.docs", "--check"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_looking_at_help_imports_no_platform_and_no_database():
    """What a command does not need it does not pay for at its start."""
    script = (
        "import sys; from bot.cli import app\n"
        "try:\n app(['--help'])\nexcept SystemExit: pass\n"
        "heavy = {'telegram', 'discord', 'sqlalchemy', 'PIL', 'aiohttp'} & set(sys.modules)\n"
        "sys.exit(', '.join(sorted(heavy)) or 0)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
