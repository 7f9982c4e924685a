"""Do the commands print what cli.md promises, and exit as it says?"""

import csv
import io
import json
import zipfile

import pytest

STATES = {"pending", "sending", "sent", "unknown", "gone", "suspended", "dead", "cancelled"}


def test_check_describes_structure_and_problems(terminal):
    """One object a file, with every key of the shape."""
    first, _ = terminal.lines("check", "issues/weekly")
    assert set(first) == {
        "file", "series", "key", "titles", "number", "published_on", "date_from", "language", "held", "intro",
        "sections", "problems",
    }  # fmt: skip
    assert (first["series"], first["key"], first["number"]) == ("weekly", "1", 1)
    assert (first["published_on"], first["date_from"], first["held"]) == ("2026-03-01", "front matter", None)
    assert first["intro"] == {"paragraphs": 1, "words": 1, "links": [], "images": []}
    assert [section["category"] for section in first["sections"]] == ["models", "chips"]
    (item,) = first["sections"][0]["items"]
    assert item["links"] == ["https://example.org/1"]
    assert (item["via"], item["level"], item["paragraphs"]) == ("heading", 3, 1)


def test_check_without_files_checks_configuration_and_sources(terminal):
    """What `run` would load."""
    assert [line["file"] for line in terminal.lines("check")] == ["weekly-1.md", "weekly-2.md"]


def test_loading_twice_changes_nothing(terminal):
    """added, then unchanged; a corrected file is changed, and keeps its key."""
    assert [line["result"] for line in terminal.lines("issues", "import")] == ["added", "added"]
    assert [line["result"] for line in terminal.lines("issues", "import")] == ["unchanged", "unchanged"]
    terminal.write(
        "issues/weekly/weekly-1.md",
        "---\ndate: 2026-03-01\n---\n" + "# Weekly 1\n\n## Models\n\n### B\n\nNew.\n",
    )
    assert [line["result"] for line in terminal.lines("issues", "import")] == ["changed", "unchanged"]
    assert [line["key"] for line in terminal.lines("issues", "list")] == ["2", "1"]


def test_drafts_and_embargoes_are_held_back(terminal):
    """Stored, listed as held, not found by readers."""
    terminal.write("issues/weekly/weekly-3.md", "---\ndraft: true\n---\n" + ISSUE_3)
    terminal.write("issues/weekly/weekly-4.md", "---\ndate: 2999-01-01\n---\n" + ISSUE_3.replace("3", "4"))
    terminal.lines("issues", "import")
    states = {line["key"]: line["state"] for line in terminal.lines("issues", "list")}
    assert states["3"] == "held: draft"
    assert states["4"] == "held: until 2999-01-01"
    (found,) = terminal.lines("search", "zebra")
    assert (found["state"], found["results"]) == ("nothing", [])


ISSUE_3 = "# Weekly 3\n\n## Models\n\n### The zebra\n\nStripes.\n"


def test_show_is_the_checked_structure_with_its_revision(terminal):
    """The stored tree says the same as the file."""
    checked, _ = terminal.lines("check", "issues/weekly")
    terminal.lines("issues", "import")
    (shown,) = terminal.lines("issues", "show", "weekly/1")
    assert shown["sections"] == checked["sections"]
    assert shown["titles"] == checked["titles"]
    assert shown["revision"]


def test_date_and_number_can_be_corrected(terminal):
    """What the file does not say is said by hand."""
    terminal.lines("issues", "import")
    assert terminal.run("issues", "set-date", "weekly/1", "2025-09-22")[0] == 0
    assert terminal.run("issues", "set-number", "weekly/1", "7")[0] == 0
    stored = {line["key"]: line for line in terminal.lines("issues", "list")}
    assert stored["1"]["published_on"] == "2025-09-22"
    assert stored["1"]["number"] == 7


def test_a_retracted_issue_is_not_found_and_comes_back(terminal):
    """Readers neither see nor find it."""
    terminal.lines("issues", "import")
    assert terminal.run("issues", "retract", "weekly/1")[0] == 0
    (found,) = terminal.lines("search", "千问")
    assert {result["issue"] for result in found["results"]} == {"weekly/2"}
    assert terminal.run("issues", "publish", "weekly/1")[0] == 0
    (found,) = terminal.lines("search", "千问")
    assert {result["issue"] for result in found["results"]} == {"weekly/1", "weekly/2"}


@pytest.mark.parametrize("platform", ["telegram", "discord", "web"])
def test_preview_reads_back_what_would_be_sent(terminal, platform):
    """Text and links come from the payload; every word and link of the issue is there."""
    parts = terminal.lines("preview", "issues/weekly/weekly-1.md", "--platform", platform)
    text = "\n".join(part["text"] for part in parts)
    assert [part["part"] for part in parts] == list(range(1, len(parts) + 1))
    assert {part["platform"] for part in parts} == {platform}
    for words in ("Weekly 1", "Hello.", "A model that reads 千问", "It chips."):
        assert words in text
    assert "https://example.org/1" in [link for part in parts for link in part["links"]]


def test_preview_of_chosen_categories(terminal):
    """Only what a subscriber to chips would get."""
    parts = terminal.lines(
        "preview", "issues/weekly/weekly-1.md", "--platform", "web", "--categories", "chips"
    )
    text = "\n".join(part["text"] for part in parts)
    assert "It chips." in text
    assert "It reads." not in text


def test_subscribers_go_in_and_out(terminal):
    """CSV in, the same out; importing again changes nothing; bad lines are named and the others taken."""
    rows = (
        "platform,address,kind,language,time_zone,series,categories\n"
        "telegram,42,private,en,Europe/Berlin,weekly,models;chips\n"
        "discord,7,text,,,weekly,all\n"
        "telegram,43,private,xx,,weekly,\n"
        "pigeon,1,,,,weekly,\n"
    )
    terminal.lines("issues", "import")
    terminal.write("people.csv", rows)
    code, out, _ = terminal.run("subscribers", "import", "people.csv", "--json")
    assert code == 1
    assert [line.split('"result": "')[1].split('"')[0] for line in out.splitlines()] == [
        "added", "added", "refused", "refused",
    ]  # fmt: skip
    _, exported, _ = terminal.run("subscribers", "export")
    places = {row["address"]: row for row in csv.DictReader(io.StringIO(exported))}
    assert places["42"]["categories"] == "chips;models"
    assert places["42"]["time_zone"] == "Europe/Berlin"
    assert places["7"]["categories"] == "all"
    terminal.write("again.csv", exported)
    assert [line["result"] for line in terminal.lines("subscribers", "import", "again.csv")] == [
        "unchanged"
    ] * 2


def test_schedule_next_shows_local_time_and_utc(terminal):
    """Mondays 08:30 in Shanghai are 00:30 UTC."""
    (rule,) = terminal.lines("schedule", "list")
    assert (rule["days"], rule["at"], rule["zone"]) == (["mon"], ["08:30"], "Asia/Shanghai")
    coming = terminal.lines("schedule", "next", "--weeks", "3")
    assert len(coming) == 3
    assert all(
        slot["local"].endswith("08:30+08:00") and slot["utc"].endswith("00:30+00:00") for slot in coming
    )


def test_a_dry_run_prints_the_plan_and_opens_nothing(terminal):
    """Sums add up, the chosen categories count, no campaign is there afterwards."""
    terminal.lines("issues", "import")
    terminal.write(
        "p.csv",
        "platform,address,series,categories\ntelegram,1,weekly,\ndiscord,2,weekly,models\nweb,a,weekly,policy\n",
    )
    terminal.lines("subscribers", "import", "p.csv")
    terminal.configure('[discord]\ntoken = "x"\n[web]\n')
    (plan,) = terminal.lines("send", "weekly/1", "--all", "--dry-run")
    assert set(plan["by_state"]) == set(plan["deliveries"]) == STATES
    assert sum(plan["by_state"].values()) == plan["planned"] == 2
    assert sum(plan["deliveries"].values()) == sum(plan["channels"].values()) == 2
    assert plan["excluded"] == {"already_sent": 0, "no_match": 1}
    assert plan["messages"] == 2
    assert terminal.lines("campaigns", "list") == []


def test_places_that_cannot_be_reached_are_left_out_and_said(terminal):
    """A platform that is not configured: its subscribers are counted beside the plan, a place named there is refused."""
    terminal.lines("issues", "import")
    terminal.write("p.csv", "platform,address,series\ntelegram,1,weekly\ndiscord,2,weekly\n")
    terminal.lines("subscribers", "import", "p.csv")
    code, out, err = terminal.run("send", "weekly/1", "--all", "--dry-run", "--json")
    plan = json.loads(out)
    assert (code, plan["planned"], plan["excluded"]["no_match"]) == (0, 1, 1)
    assert "discord is not configured: its 1 places are left out" in err
    code, error = terminal.error("send", "weekly/1", "--to", "discord:2")
    assert (code, error["code"]) == (1, "send.platform_off")
    assert "[discord]" in error["cure"]


def test_a_dry_run_counts_a_place_that_nobody_subscribed(terminal):
    """It would become a channel by the order; the plan is the same, and no channel is made by looking."""
    terminal.lines("issues", "import")
    (plan,) = terminal.lines("send", "weekly/1", "--to", "telegram:55", "--dry-run")
    assert (plan["planned"], plan["channels"]["telegram"]) == (1, 1)
    (again,) = terminal.lines("send", "weekly/1", "--to", "telegram:55", "--dry-run")
    assert again["planned"] == 1


def test_what_is_held_back_is_not_sent(terminal):
    """A draft and an issue that was taken back: refused with what to do, and no campaign is opened."""
    terminal.write(
        "issues/weekly/weekly-9.md", "---\ndraft: true\n---\n# Weekly 9\n\n## Models\n\n### A\n\nText.\n"
    )
    terminal.lines("issues", "import")
    assert terminal.run("issues", "retract", "weekly/1")[0] == 0
    for issue in ("weekly/9", "weekly/1"):
        code, error = terminal.error("send", issue, "--all")
        assert (code, error["code"]) == (1, "desk.not_published")
        assert "zhouzhi issues publish" in error["cure"]
    assert terminal.lines("campaigns", "list") == []


def test_a_waiting_draft_is_released_by_resume(terminal):
    """What a long missed slot left as a draft goes out by this word; a finished campaign is not opened again by it."""
    terminal.lines("issues", "import")
    (later,) = terminal.lines("send", "weekly/1", "--to", "telegram:55", "--at", "2030-01-01T08:30")
    assert terminal.lines("campaigns", "list")[0]["campaign"] == later["campaign"]
    assert terminal.run("campaigns", "resume", str(later["campaign"]))[0] == 0
    assert terminal.run("campaigns", "pause", str(later["campaign"]))[0] == 0


def test_send_queues_once_and_campaigns_show_it(terminal):
    """The same command finds its open campaign; cancelling leaves the sums whole."""
    terminal.lines("issues", "import")
    terminal.write("p.csv", "platform,address,series\ntelegram,1,weekly\n")
    terminal.lines("subscribers", "import", "p.csv")
    (first,) = terminal.lines("send", "weekly/1", "--all")
    (again,) = terminal.lines("send", "weekly/1", "--all")
    assert first["campaign"] == again["campaign"]
    assert terminal.run("campaigns", "cancel", str(first["campaign"]))[0] == 0
    (shown,) = terminal.lines("campaigns", "show", str(first["campaign"]))
    assert sum(shown["by_state"].values()) == shown["planned"]


def test_a_zip_is_imported_and_an_unsafe_one_is_not(terminal):
    """Checked by name before anything is written."""
    good = terminal.folder / "good.zip"
    with zipfile.ZipFile(good, "w") as archive:
        archive.writestr("weekly-9.md", "# Weekly 9\n\n## Models\n\n### C\n\nText.\n")
    assert [
        line["result"] for line in terminal.lines("issues", "import", "good.zip", "--series", "weekly")
    ] == ["added"]
    bad = terminal.folder / "bad.zip"
    with zipfile.ZipFile(bad, "w") as archive:
        archive.writestr("../outside.md", "# Weekly 10\n")
    code, error = terminal.error("issues", "import", "bad.zip", "--series", "weekly")
    assert (code, error["code"]) == (1, "zip.unsafe_path")
    assert not (terminal.folder.parent / "outside.md").exists()
