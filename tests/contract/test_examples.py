"""Are the sample issues, with which everybody's first minute begins, read as they were meant?"""

from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from bot.config import FolderEntry
from bot.config import load as load_configuration
from bot.reading import Loaded, load
from bot.sources.folder import FolderSource
from digest.document import Image, plain
from digest.issue import Issue, Item
from digest.parse.counts import counts
from tests.lossless import losses, read_source
from tests.unit.parse.trees import delivered

EXAMPLES = Path(__file__).parents[2] / "examples"
TODAY = date(2026, 11, 24)
ITEMS = {
    "ai-daily-2026-11-12.md": [3, 3, 2, 2, 2, 2],
    "ai-daily-2026-11-13.md": [3, 3, 3, 2, 2, 1],
    "ai-daily-2026-11-16.md": [3, 2, 3, 2, 2, 2, 2],
    "ai-daily-2026-11-17.md": [3, 3, 2, 3, 2, 1],
    "ai-daily-2026-11-18.md": [3, 3, 2, 2, 2, 2],
    "zhouzhi-weekly-1.md": [3, 2, 1, 3, 2],
    "zhouzhi-weekly-2.md": [3, 2, 1, 4, 2],
    "zhouzhi-weekly-3.md": [3, 3, 1, 3, 2],
}
# opinions, quotes, numbered and bulleted entries (nested ones), pictures of each weekly
FIGURES = {
    "zhouzhi-weekly-1.md": (2, 1, 6, 9, 2, 3),
    "zhouzhi-weekly-2.md": (1, 1, 3, 6, 0, 5),
    "zhouzhi-weekly-3.md": (2, 1, 3, 9, 4, 2),
}


@pytest.fixture(scope="module")
def samples() -> dict[str, Loaded]:
    """Every sample as the sample configuration reads it, by its file name."""
    configuration = load_configuration(EXAMPLES / "zhouzhi.toml")
    series = configuration.settings.known_series()
    found = {}
    for entry in configuration.settings.series:
        for place in entry.sources:
            assert isinstance(place, FolderEntry)
            source = FolderSource(configuration.path(place.path), place.glob)
            for file in source.files():
                found[file.name] = load(source, file, series[entry.key], today=TODAY)
    return found


def issue(loaded: Loaded) -> Issue:
    assert loaded.issue is not None, loaded.problems
    return loaded.issue


def items(samples: dict[str, Loaded]) -> list[Item]:
    return [item for loaded in samples.values() for item in issue(loaded).items]


def test_every_sample_is_read_without_a_problem(samples):
    """A newcomer who checks the samples sees no complaint, and nothing is held back."""
    assert sorted(samples) == sorted(ITEMS)
    assert {name: loaded.problems for name, loaded in samples.items() if loaded.problems} == {}
    assert {loaded.held(TODAY) for loaded in samples.values()} == {None}


@pytest.mark.parametrize("name", ITEMS)
def test_structure_is_as_written(samples, name):
    """Sections, items, number and date come out of each file; every daily item leads to at least one address."""
    read = issue(samples[name])
    assert [len(section.items) for section in read.sections] == ITEMS[name]
    if read.series == "daily":
        assert f"ai-daily-{read.published_on}.md" == name
        assert all(item.links for item in read.items)
    else:
        assert f"zhouzhi-weekly-{read.number}.md" == name
        assert (len(read.titles), read.date_from) == (2, "front matter")
        assert read.intro


@pytest.mark.parametrize("name", FIGURES)
def test_a_weekly_shows_every_form(samples, name):
    """Opinions, quotes, lists, nested lists and pictures all occur, so that the demo shows how each looks."""
    read = issue(samples[name])
    figures = [counts(item.blocks) for item in read.items if item.via == "heading"]
    assert (
        sum(len(item.opinions) for item in read.items),
        sum(one.quotes for one in figures),
        sum(one.numbered for one in figures),
        sum(one.bullets for one in figures),
        sum(one.bullets_nested for one in figures),
        len(read.images),
    ) == FIGURES[name]


@pytest.mark.parametrize("name", ITEMS)
def test_nothing_is_lost(samples, name):
    """An independent reader finds every word, link and picture of the file in the tree."""
    loaded = samples[name]
    assert loaded.file.content is not None
    assert losses(read_source(loaded.file.content.decode()), delivered(issue(loaded))) == []


def test_pictures_are_there_small_and_described(samples):
    """Each picture of the folder is used, light to send, and says in words what it shows; one item has an album."""
    used = {src: prepared for loaded in samples.values() for src, prepared in loaded.pictures.items()}
    folder = EXAMPLES / "issues" / "weekly"
    assert set(used) == {path.relative_to(folder).as_posix() for path in folder.glob("assets/**/*.png")}
    assert max(path.stat().st_size for path in folder.glob("assets/**/*.png")) < 60_000
    shown: list[Image] = [image for loaded in samples.values() for image in issue(loaded).images]
    assert all(len(image.alt) >= 6 and "." not in image.alt for image in shown)
    assert max(len(item.images) for item in items(samples)) == 4


@pytest.mark.parametrize("word", ["千问", "蒸馏"])
def test_words_of_the_tour_are_found(samples, word):
    """What the tour and the demo search for stands in several items of both series."""
    texts = [(key, item) for key, loaded in samples.items() for item in issue(loaded).items]
    found = [key for key, item in texts if word in plain((*item.heading, *item.blocks))]
    assert len(found) >= 3
    assert {name.split("-")[-2] == "weekly" for name in found} == {True, False}


def test_a_story_goes_on(samples):
    """One address stands in two dailies and in a weekly, so that "earlier on this" has something to show."""
    where = Counter(
        (link, read.series)
        for read in map(issue, samples.values())
        for link in {link for item in read.items for link in item.links}
    )
    address = "https://example.org/beichen/qingzhu-2"
    assert where[address, "daily"] == 2
    assert where[address, "weekly"] == 1


def test_categories_join_both_series(samples):
    """Every section has a category of the configuration, and models are one category in daily and weekly."""
    configured = set(load_configuration(EXAMPLES / "zhouzhi.toml").settings.categories)
    placed = {
        (read.series, section.category) for read in map(issue, samples.values()) for section in read.sections
    }
    assert {category for _, category in placed} == configured
    assert {("daily", "models"), ("weekly", "models")} <= placed


def test_the_configuration_is_off_until_a_token_is_given():
    """The sample configuration is complete, sends nothing anywhere and pushes at the times it names."""
    settings = load_configuration(EXAMPLES / "zhouzhi.toml").settings
    assert (settings.telegram, settings.discord, settings.channels) == (None, None, [])
    pushed = {key: schedule for key, schedule in settings.schedules().items() if schedule is not None}
    assert {key: (sorted(one.days), str(one.at[0])) for key, one in pushed.items()} == {
        "daily": ([0, 1, 2, 3, 4], "09:00:00"),
        "weekly": ([0], "08:30:00"),
    }
