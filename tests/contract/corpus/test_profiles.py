"""Does a profile lose, double or reorder a word of a real file? Whatever it says, it may only place."""

from dataclasses import replace

import pytest

from digest.profile import Profile
from tests.contract.corpus.described import CORPUS
from tests.shared import need_corpus
from tests.unit.parse.test_profile_lossless import assert_same, with_profile
from tests.unit.parse.trees import issue_of

pytestmark = pytest.mark.corpus


@pytest.mark.parametrize("path", CORPUS, ids=lambda path: path.stem)
def test_real_files_under_every_profile(path):
    """Each key by itself, made of the file's own titles."""
    text = need_corpus(path).read_text("utf-8")
    titles = tuple(section.title.rsplit(" / ", 1)[-1] for section in issue_of(text, path.name).sections)
    whole = Profile(sections=titles[::2], prose_sections=titles[1::3], boilerplate=titles[2::4])
    for profile in (
        whole,
        replace(whole, sections=titles),
        Profile(item_levels=(1, 2)),
        Profile(item_levels=(3, 4)),
        Profile(items_need_link=True, title_from="first_strong"),
        Profile(kind="article"),
        Profile(catalogue=titles[0] if titles else "", item_mark="[A-Z]"),
    ):
        assert_same(with_profile(text, profile, path.name), text)
