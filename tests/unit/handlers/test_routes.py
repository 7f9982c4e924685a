"""Is every command whole? Help, aliases, menus and the documents' table all come from ROUTES."""

from itertools import chain

import pytest

import handlers
from digest.page import Action
from handlers.help import words_of
from handlers.route import Route
from handlers.table import command_table, menu
from handlers.texts import LANGUAGES, texts_for

COMMANDS = [route for route in handlers.ROUTES if route.kind == "command"]


def named(route: Route) -> str:
    return route.name


@pytest.mark.parametrize("route", COMMANDS, ids=named)
def test_every_command_has_help_and_aliases(route: Route) -> None:
    """A command can be explained, shown by example and called by a Chinese word."""
    for language in LANGUAGES:
        texts = texts_for(language)
        assert texts.has(f"help.{route.name}")
        assert texts.has(f"help.{route.name}_example")
    assert any(language == "zh-Hans" and words for language, words in route.aliases)


def test_names_and_aliases_are_unique() -> None:
    """No two routes of a kind share a name, no two commands a word."""
    for kind in ("command", "action"):
        names = [route.name for route in handlers.ROUTES if route.kind == kind]
        assert len(names) == len(set(names))
    words = list(chain.from_iterable(words_of(route) for route in COMMANDS))
    assert len(words) == len(set(words))


@pytest.mark.parametrize("route", handlers.ROUTES, ids=lambda route: f"{route.kind}-{route.name}")
def test_names_leave_room_for_an_address(route: Route) -> None:
    """Three ids of eleven characters fit beside every name into a button."""
    assert Action(route.name, ("z" * 11,) * 3).encode()
    assert len(route.name) <= 32  # a command's length on both platforms


def test_menus_hide_the_desk_from_readers() -> None:
    """Readers never learn that there is a desk; groups get the short list."""
    texts = texts_for("en")
    assert "broadcast" not in dict(menu(texts))
    assert "broadcast" in dict(menu(texts, "editor"))
    assert [name for name, _ in menu(texts, is_company=True)] == ["latest", "search", "help"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_table_has_a_line_for_every_command(language: str) -> None:
    """The documents' table is complete, and every line has as many cells as its head."""
    head, rule, *lines = command_table(texts_for(language)).splitlines()
    assert rule.startswith("| ---")
    assert len(lines) == len(COMMANDS)
    assert {line.count("|") for line in lines} == {head.count("|")}
    assert any("`/issue [n]`" in line for line in lines)
