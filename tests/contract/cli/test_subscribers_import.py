"""Is every line of an import taken whole or refused with its reason, and is what it changes told as a change?"""

import csv
import io
import json

import pytest

HEADER = "platform,address,kind,language,time_zone,series,categories\n"


@pytest.fixture(autouse=True)
def _stored(terminal):
    """Two issues with the sections Models (configured) and Chips (born of its title)."""
    terminal.lines("issues", "import")


def imported(terminal, text, name="people.csv"):
    """One result a line."""
    terminal.write(name, text)
    _, out, _ = terminal.run("subscribers", "import", name, "--json")
    return [json.loads(line) for line in out.splitlines()]


def exported(terminal):
    _, out, _ = terminal.run("subscribers", "export")
    return {row["address"]: row for row in csv.DictReader(io.StringIO(out))}


@pytest.mark.parametrize(
    "line", ["telegram,42,private", "discord,77,text", "discord,78,private", "web,me,private"]
)
@pytest.mark.parametrize(
    ("before", "after"), [("en,Asia/Tokyo", "zh-Hans,Asia/Tokyo"), ("en,Asia/Tokyo", "en,Europe/Berlin")]
)
def test_a_changed_language_or_zone_is_told_and_kept(terminal, line, before, after):
    """Private or not, on every platform: changed, exported as written, and unchanged the second time."""
    results = [
        imported(terminal, f"{HEADER}{line},{values},weekly,all\n")[0]["result"]
        for values in (before, after, after)
    ]
    assert results == ["added", "changed", "unchanged"]
    row = exported(terminal)[line.split(",")[1]]
    assert f"{row['language']},{row['time_zone']}" == after


def test_what_a_line_leaves_empty_is_kept(terminal):
    """An import that says nothing of language, zone and kind changes none of them."""
    imported(terminal, f"{HEADER}telegram,-100123,channel,en,Europe/Berlin,weekly,all\n")
    assert [line["result"] for line in imported(terminal, f"{HEADER}telegram,-100123,,,,weekly,\n")] == [
        "unchanged"
    ]
    row = exported(terminal)["-100123"]
    assert (row["kind"], row["language"], row["time_zone"]) == ("channel", "en", "Europe/Berlin")


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("telegram,xx,,,,weekly,", "telegram:-100123"),
        ("telegram,-100:xx,,,,weekly,", "telegram:-100123:7"),
        ("telegram,@lan,private,,,weekly,", "kind"),
        ("telegram,42,group,,,weekly,", "kind"),
        ("discord,general,,,,weekly,", "discord:123456789"),
        ("pigeon,1,,,,weekly,", "platform:address"),
        ("telegram,43,,,,weekly,nope", "chips, models"),
        ("telegram,43,,,,weekly,models;nope", "'nope'"),
        ("telegram,43,,xx,,weekly,", "zh-Hans"),
        ("telegram,43,,,Mars/Olympus,weekly,", "Asia/Shanghai"),
        ("telegram,43,,,,monthly,", "daily, weekly"),
    ],
)
def test_a_line_that_cannot_be_is_refused_and_the_others_are_taken(terminal, line, says):
    """The reason says what may stand there; nothing of the line is stored."""
    text = f"{HEADER}telegram,1,,,,weekly,\n{line}\ntelegram,2,,,,weekly,models;chips\n"
    first, refused, last = imported(terminal, text)
    assert (first["result"], refused["result"], last["result"]) == ("added", "refused", "added")
    assert refused["line"] == 3
    assert says in refused["reason"]
    assert set(exported(terminal)) == {"1", "2"}


def test_a_public_channel_is_a_channel(terminal):
    """`@news` is no person."""
    assert imported(terminal, f"{HEADER}telegram,@news,,,,weekly,\n")[0]["result"] == "added"
    assert exported(terminal)["@news"]["kind"] == "channel"


def test_json_lines_may_list_categories(terminal):
    """A list means its slugs; what is no list of slugs is refused, the rest is taken."""
    rows = [
        {"platform": "telegram", "address": 1, "series": "weekly", "categories": ["models", "chips"]},
        {"platform": "telegram", "address": "2", "series": "weekly", "categories": ["nope"]},
        {"platform": "telegram", "address": "3", "series": "weekly", "categories": []},
        {"platform": "telegram", "address": "4", "series": "weekly", "categories": [1]},
        {"platform": "telegram", "address": "5", "series": "weekly", "categories": {"models": True}},
        {"platform": "telegram", "address": "6", "series": "weekly", "categories": ["all"]},
        {"platform": "telegram", "address": "7", "series": "weekly", "categories": None},
        {"platform": "telegram", "address": "8", "series": "weekly", "categories": "models"},
    ]
    text = "\n".join(json.dumps(row) for row in rows) + "\n{oops\n[1]\n"
    results = imported(terminal, text, "people.jsonl")
    assert [line["result"] for line in results] == [
        "added", "refused", "refused", "refused", "refused", "added", "added", "added", "refused", "refused",
    ]  # fmt: skip
    assert all(line["reason"] for line in results if line["result"] == "refused")
    chosen = {address: row["categories"] for address, row in exported(terminal).items()}
    assert chosen == {"1": "chips;models", "6": "all", "7": "all", "8": "models"}


def test_a_field_too_long_for_csv_is_a_refused_line(terminal):
    """The reader's own complaint is a reason, not a crash."""
    text = f"{HEADER}telegram,1,,,,weekly,\ntelegram,{'9' * 200_000},,,,weekly,\n"
    results = imported(terminal, text)
    assert [line["result"] for line in results] == ["added", "refused"]
