"""Are the texts complete? Every language has every key with the same placeholders, and code names only keys there are."""

import ast
import string
from collections.abc import Iterator
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

import handlers
from digest.calendar import WEEKDAYS
from handlers.texts import FOLDER, LANGUAGES, texts_for
from handlers.views.progress import STATES

ROOT = FOLDER.parents[1]
ROOMS = ("digest", "storage", "handlers", "bot")
ERRORS = {"Refused", "NotFound", "NotAllowed", "Temporary"}
LENGTHS = {"empty": "", "long": "很长的值 long value " * 40}


def forms(language: str) -> dict[str, tuple[str, ...]]:
    texts = texts_for(language)
    return {**{key: (text,) for key, text in texts.singular.items()}, **texts.plural}


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def keys_in(tree: ast.AST, errors: set[str]) -> Iterator[str]:
    """Constant keys given to `texts(…)`, `….texts(…)`, `texts.count(…)` and to these errors."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or not node.args:
            continue
        name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
        first = node.args[0]
        is_ours = name in {"texts", *errors} or (name == "count" and "texts" in ast.unparse(node.func))
        choices = (first.body, first.orelse) if isinstance(first, ast.IfExp) else (first,)
        if is_ours:
            yield from (str(one.value) for one in choices if isinstance(one, ast.Constant))


def test_languages_have_the_same_keys() -> None:
    """No language lacks a text another has, nor a plural form."""
    first, *others = (forms(language) for language in LANGUAGES)
    for other in others:
        assert first.keys() == other.keys()
    assert all(texts_for("zh-Hans").plural.keys() == texts_for(one).plural.keys() for one in LANGUAGES)


def test_a_key_stands_in_one_file_only() -> None:
    """No room's text hides another's of the same key."""
    for folder in LANGUAGES.values():
        lines = [
            line
            for path in sorted((FOLDER / folder).glob("*.po"))
            for line in path.read_text("utf-8").splitlines()
            if line.startswith("msgid ") and line != 'msgid ""'
        ]
        assert len(lines) == len(set(lines)), sorted({line for line in lines if lines.count(line) > 1})


def test_languages_have_the_same_placeholders() -> None:
    """A text says the same things in every language."""
    known = {language: forms(language) for language in LANGUAGES}
    for key, in_chinese in known["zh-Hans"].items():
        wanted = placeholders(in_chinese[0])
        for language, texts in known.items():
            # a singular may say "one" without its number
            assert placeholders(texts[key][-1]) == wanted, f"{key} in {language}"


@pytest.mark.parametrize("length", LENGTHS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_renders(language: str, length: str) -> None:
    """Every text can be filled, with nothing and with much, and is never empty by itself."""
    for key, texts in forms(language).items():
        for text in texts:
            assert text.strip(), key
            filled = text.format(**dict.fromkeys(placeholders(text), LENGTHS[length]))
            assert not [name for name in placeholders(text) if f"{{{name}}}" in filled], key


@pytest.mark.parametrize("room", ROOMS)
def test_code_names_only_texts_there_are(room: str) -> None:
    """A key written in code exists, so that no reader meets a KeyError; errors of storage and handlers reach readers."""
    texts = texts_for("en")
    missing = {
        f"{path.relative_to(ROOT)}: {key}"
        for path in sorted((ROOT / room).rglob("*.py"))
        for key in keys_in(ast.parse(path.read_text("utf-8")), set() if room == "bot" else ERRORS)
        if "." in key and " " not in key and not texts.has(key)
    }
    assert not sorted(missing)


def test_keys_made_from_parts_exist() -> None:
    """Keys that are put together in code exist for every part."""
    made = [f"when.{day}" for day in WEEKDAYS]
    made += [f"times.{day}" for day in (*WEEKDAYS, "daily", "workdays")]
    made += [f"language.{tag}" for tag in LANGUAGES]
    made += [f"progress.{state}" for state in STATES]
    made += [f"desk.to_{platform}" for platform in ("telegram", "discord", "web")]
    made += [f"table.who_{who}" for who in ("all", "place_admin", "editor", "publisher")]
    made += [f"help.group_{one.group}" for one in handlers.ROUTES if one.group]
    assert not [key for key in made if not texts_for("zh-Hans").has(key)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_moments_show_their_zone(language: str) -> None:
    """Every printed time says in which zone it is."""
    at = datetime(2026, 11, 23, 0, 30, tzinfo=UTC)
    texts = texts_for(language)
    assert texts.zone(ZoneInfo("Asia/Shanghai"), at) in texts.moment(at, ZoneInfo("Asia/Shanghai"))
    assert "GMT+8" in texts.moment(at, ZoneInfo("Etc/GMT-8"))


def test_buttons_fit_their_width() -> None:
    """Labels without placeholders stay within 12 Chinese or 24 Latin characters."""
    for language in LANGUAGES:
        for key, texts in forms(language).items():
            label = texts[0]
            if key.startswith("button.") and not placeholders(label):
                width = sum(2 if ord(letter) > 0x2E80 else 1 for letter in label)
                assert width <= 24, f"{key} in {language}: {width}"


def test_dates_leave_out_this_year() -> None:
    """A day of this year has no year, another one has."""
    texts = texts_for("zh-Hans")
    assert texts.day(date(2026, 11, 23), date(2026, 12, 1)) == "11月23日"
    assert texts.day(date(2025, 11, 23), date(2026, 12, 1)) == "2025年11月23日"
