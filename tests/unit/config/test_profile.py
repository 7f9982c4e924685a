"""Is the profile of a series read key by key, and a wrong one told?"""

import dataclasses

import pytest

from bot.config import load
from bot.config.profile import ProfileTable
from digest.errors import ConfigurationError
from digest.profile import NO_PROFILE, Profile


def loaded(tmp_path, profile: str) -> Profile:
    file = tmp_path / "zhouzhi.toml"
    file.write_text(f'[[series]]\nkey = "weekly"\ntitle = "Weekly"\nprofile = {{ {profile} }}\n', "utf-8")
    return load(file).settings.known_series()["weekly"].profile


def test_every_key_reaches_the_parser(tmp_path):
    """The table of the file has the keys of the parser's profile, each with the same default, and no other."""
    assert list(ProfileTable.model_fields) == [field.name for field in dataclasses.fields(Profile)]
    assert loaded(tmp_path, "") == NO_PROFILE
    whole = (
        'sections = ["a"], item_levels = [1, 2], prose_sections = ["b"], items_need_link = true, kind = "article", '
        'boilerplate = ["c"], catalogue = "d", item_mark = \'#\\d+\', issue_level = 2, title_from = "first_strong"'
    )
    assert loaded(tmp_path, whole) == Profile(
        ("a",), (1, 2), ("b",), True, "article", ("c",), "d", r"#\d+", 2, "first_strong"
    )


@pytest.mark.parametrize(
    ("profile", "key", "message"),
    [
        ('sektions = ["a"]', "series.0.profile.sektions", "did you mean 'sections'?"),
        ('item_mark = "("', "series.0.profile.item_mark", "no pattern"),
        ('item_mark = ".*"', "series.0.profile.item_mark", "fits everything"),
        ('item_mark = "(a)(b)"', "series.0.profile.item_mark", "several groups"),
        ('sections = [" "]', "series.0.profile.sections.0", "empty title"),
        ("item_levels = [7]", "series.0.profile.item_levels.0", "less than or equal to 6"),
        ("issue_level = 0", "series.0.profile.issue_level", "greater than or equal to 1"),
        ('kind = "essay"', "series.0.profile.kind", "'digest' or 'article'"),
    ],
)
def test_a_wrong_key_is_told_with_its_line(tmp_path, profile, key, message):
    """Key, line and what may stand there."""
    with pytest.raises(ConfigurationError) as caught:
        loaded(tmp_path, profile)
    found = caught.value.arguments["mistakes"]
    assert isinstance(found, tuple)
    (mistake,) = found
    assert (mistake.key, mistake.line) == (key, 4)
    assert message in mistake.message
