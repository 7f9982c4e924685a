"""Which date has a file by its history?"""

from datetime import UTC, datetime

from bot.sources.git_history import MARK, first_commits


def at(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def log(text: str) -> list[str]:
    """`30 A a.md | 20 R100 b.md a.md` as git writes it with -z, newest first."""
    words = []
    for commit in text.split(" | "):
        seconds, *rest = commit.split(" ")
        words += [f"{MARK}{seconds}", *([f"\n{rest[0]}", *rest[1:]] if rest else [])]
    return words


def test_the_first_commit_counts():
    """Not the last: a file that was removed and added again keeps its first day."""
    assert first_commits(log("30 A a.md | 20 A b.md | 10 A a.md")) == {"a.md": at(10), "b.md": at(20)}


def test_renames_are_followed_to_the_first_name():
    """Over several steps; the old names have their day as well, should they be there again."""
    found = first_commits(log("40 R100 b.md c.md | 30 R100 a.md b.md | 10 A a.md"))
    assert found["c.md"] == at(10)


def test_several_files_of_a_commit_and_commits_without_any():
    """Merges tell no file."""
    assert first_commits(log("30 | 20 A a.md A b.md | 10")) == {"a.md": at(20), "b.md": at(20)}


def test_a_path_may_look_like_anything():
    """Paths are taken by their place, whatever they spell."""
    assert first_commits([f"{MARK}5", "\nA", f"{MARK}9", "A", "R100", ""]) == {
        f"{MARK}9": at(5),
        "R100": at(5),
    }


def test_a_clock_gone_wild_stops_nothing():
    """A commit of the year 300,000 counts as the one after it."""
    assert first_commits(log("20 A b.md | 9999999999999 A a.md"))["a.md"] == at(20)
