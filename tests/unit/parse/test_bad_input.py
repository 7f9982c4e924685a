"""What happens to files that are broken, hostile or simply wrong? A clear problem, never a stall, never an exception."""

from datetime import date

import pytest

from bot.config.parsing import ParsingTable
from digest.document import Image, Link, plain, walk
from digest.issue import Problem
from digest.parse.notes import MAX_OF_A_KIND, Notes
from digest.parse.source import DEFAULT_LIMITS, Limits
from handlers.texts import Texts, texts_for
from tests.unit.parse.trees import codes, issue_of, nodes, read


def shown(markdown: str) -> str:
    return plain(tuple(nodes(issue_of(markdown))))


def hrefs(markdown: str) -> list[str]:
    return [node.href for node in walk(tuple(nodes(issue_of(markdown)))) if isinstance(node, Link)]


@pytest.mark.parametrize(
    ("source", "problem"),
    [
        ("# 周知 1\n\n文字".encode("gb18030"), Problem("error", "not_utf8", 1)),
        ("好\n字".encode() + b"\xff", Problem("error", "not_utf8", 2)),
        (b"", Problem("error", "empty")),
        (b"\xef\xbb\xbf \r\n\t\n", Problem("error", "empty")),
        (b"a" * (2 << 20), Problem("error", "too_large", 0, {"size": 2048, "limit": 1024})),
    ],
)
def test_what_is_no_text_is_refused(source, problem):
    """Other encodings, nothing at all and too much give an error with its line and figures."""
    reading = read(source)
    assert reading.issue is None
    assert reading.problems == (problem,)


def test_one_mebibyte_loads():
    """A whole archive in one file is taken, up to the bound."""
    source = ("# 周知 1\n\n" + "字" * 349_000).encode()
    assert 1_000_000 < len(source) <= 1 << 20
    assert read(source).issue is not None


@pytest.mark.parametrize(
    ("head", "code", "line"),
    [
        ("---\ntitle: a: b\n---\n", "front_matter_broken", 2),
        ("---\ntitle: [\n---\n", "front_matter_broken", 3),
        ("---\na: &x 1\nb: *x\n---\n", "front_matter_alias", 3),
        ("---\ntitle: a\ndate: 2026-13-45\n---\n", "front_matter_broken", 1),
    ],
)
def test_broken_front_matter_is_told_and_kept_as_text(head, code, line):
    """A warning with its line; the issue is read without metadata and no word of the head is lost."""
    reading = read(f"{head}\n正文在此。")
    assert reading.issue is not None
    assert [(problem.code, problem.line) for problem in reading.problems if "front" in problem.code] == (
        [(code, line)]
    )
    assert "正文在此。" in shown(f"{head}\n正文在此。")
    assert head.strip("-\n") in shown(f"{head}\n正文。")


@pytest.mark.parametrize("head", ["---\ntitle: {}\n---\n\n", "title: {}\ndate: 2026-02-01\n\n"])
def test_a_front_matter_over_the_bound_is_refused(head):
    """Both kinds, with the figure and the setting's own; as large as allowed it is read."""
    large = f"{head.format('a' * 17_000)}正文。"
    refused = read(large)
    assert refused.issue is None
    assert Problem("error", "front_matter_large", 1, {"size": 17, "limit": 16}) in refused.problems
    assert issue_of(f"{head.format('a' * 16_000)}正文。").titles == ("a" * 16_000,)
    assert read(large, limits=Limits(max_front_matter_kib=32)).issue is not None


@pytest.mark.parametrize("language", ["zh-Hans", "en"])
def test_what_is_refused_for_its_size_names_the_setting(language):
    """Figure and setting stand in the sentences, and the setting exists."""
    texts = texts_for(language)
    for code, setting in (
        ("too_large", "max_kib"),
        ("too_many_images", "max_images"),
        ("too_many_items", "max_items"),
        ("too_many_blocks", "max_blocks"),
        ("front_matter_large", "max_front_matter_kib"),
        ("parse_late", "deadline_s"),
        ("parse_memory", "memory_mib"),
    ):
        told = texts(f"problem.{code}", size=71, count=71, limit=70)
        assert "70" in told
        assert f"[parsing] {setting}" in texts(f"cure.{code}", size=71, count=71, limit=70)
        assert setting in ParsingTable.model_fields


def test_a_rule_at_the_top_is_no_front_matter():
    """`---` with prose after it is what it looks like."""
    assert "一句话。" in shown("---\n\n一句话。\n\n---\n\n又一句。")


@pytest.mark.parametrize(
    "target",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "java&#10;script:alert(1)",
        "&#106;avascript:alert(1)",
        "data:text/html,x",
        "file:///etc/passwd",
        "vbscript:x",
        "app:open",
        "https://user:secret@example.org/",
        "https://example.org\\@evil.example/",
        "javascript%3Aalert(1)",
        "../other.md",
        "",
    ],
)
@pytest.mark.parametrize("form", ["[词]({})", '<a href="{}">词</a>', "**[词](<{}>)**"])
def test_targets_that_are_no_web_addresses_stay_text(target, form):
    """Only http, https, mailto and tg become links; the label stays, and the curator hears of it."""
    markdown = form.format(target)
    assert hrefs(markdown) == []
    assert "词" in shown(markdown)
    assert {"link_refused", "link_relative", "link_empty"} & set(
        codes(read(markdown))
    ) or "java&#10;" in target


@pytest.mark.parametrize(
    "target", ["https://e.org/a", "mailto:a@e.org", "tg://resolve?domain=x", "HTTP://e.org"]
)
def test_allowed_schemes_become_links(target):
    """The four schemes readers can follow."""
    assert hrefs(f"[词]({target})") == [target]


def test_a_link_that_says_another_host_is_told():
    """A link text that is itself an address must lead there."""
    assert "link_elsewhere" in codes(read("[https://bank.example/](https://evil.example/)"))
    assert "link_elsewhere" not in codes(read("[https://www.e.org](https://e.org/x)"))


def test_html_is_never_passed_through():
    """Scripts and styles vanish, handlers and unknown attributes too; text of tags stays."""
    markdown = (
        'a <script>alert(1)</script> b <img src=x.png onerror="alert(2)"> <style>p{}</style>\n\n'
        "<script>\nalert(3)\n\nalert(4)\n</script>\n\n<marquee>慢</marquee> <p onclick='alert(5)'>段</p>"
    )
    text = shown(markdown)
    assert "alert" not in text
    assert "p{}" not in text
    assert "<marquee>慢</marquee>" in text
    assert "段" in text
    assert [node for node in walk(issue_of(markdown).blocks) if isinstance(node, Image)] == [Image("x.png")]


def test_an_image_out_of_the_folder_keeps_its_place():
    """The source is kept as written; whether it may be opened is decided where pictures are opened."""
    assert [image.src for image in issue_of("![x](../../../etc/passwd)").images] == ["../../../etc/passwd"]


@pytest.mark.parametrize(
    "source",
    [
        "![" * 10_000,
        "[" * 10_000,
        "[a](" * 2_000,
        "<a " * 10_000,
        "<!--" * 5_000,
        "<script>" * 2_000,
        "*a **b " * 3_000,
        "*a **b " * 1_000 + "x" + " b** a*" * 1_000,
        "**" * 3_000 + "a" + "**" * 3_000,
        "> " * 400 + "a",
        "\n".join("  " * depth + "- a" for depth in range(400)),
        "<b>" * 1_000 + "a",
        "<table>" * 1_000 + "a",
        "<ul>" * 1_000 + "a",
        "<details>" * 1_000 + "a",
        " ".join("`" * length for length in range(1, 200)) + "a",
        "```a\n" * 1_000,
        "<pre>\n" * 1_000 + "a",
        "# a\n" * 1_000,
        "`a` " * 10_000 + "a",
        "[a](https://e.org/) " * 3_000 + "a",
        "<b>a</b> " * 3_000 + "a",
        "&amp; " * 6_000 + "a",
        "*a* " * 5_000 + "a",
        "```\na\n```\n\n" * 2_000 + "a",
        "    a\n\n" * 8_000 + "a",
        "- a\n" + "  b\n" * 10_000 + "a",
        ")" * 3_000 + "[a](" * 3_000 + "a",
        "-->" * 10_000 + "<!--" * 10_000 + "a",
        "a\n\n" * 5_000,
        "![](a)" * 25_000,
        "<b>粗</b>" * 9_000 + "a",
    ],
    ids=lambda source: source[:8].strip(),
)
@pytest.mark.timeout(10)
def test_hostile_text_ends_soon(source):
    """Quadratic and recursive traps are bounded, and the last word is still there."""
    reading = read(source)
    assert reading.issue is not None or {"too_many_items", "too_many_images"} & {*codes(reading)}
    if reading.issue is not None and source.endswith("a"):
        assert plain(tuple(nodes(reading.issue))).rstrip().rstrip("*").endswith("a")


def test_a_target_that_breaks_off_loses_nothing():
    """A quotation mark in a target that is never closed is no link, and no reason to drop the text around it."""
    assert shown('前 [词](b "](</c> 中 <https://e.org/x> 后') == '前 [词](b "](</c> 中 https://e.org/x 后'


def test_emphasis_without_measure_is_plain_text():
    """Over the bound the marks of a paragraph are characters; below it, and in the paragraphs around, they count."""
    crowded = read("*a* " * 2_600 + "\n\n**b**")
    assert Problem("warning", "markup_crowded", 1, {"limit": 5_000}) in crowded.problems
    assert shown("*a* " * 2_600 + "\n\n**b**").endswith("*a* *a*\nb")
    assert "markup_crowded" not in codes(read("*a* " * 2_400))


def test_deep_nesting_is_taken_as_paragraphs():
    """Over 32 levels the text is plain, its addresses still links, and the curator is told."""
    markdown = "> " * 40 + "见 https://e.org/a。\n\n尾"
    assert "nesting_too_deep" in codes(read(markdown))
    assert hrefs(markdown) == ["https://e.org/a"]
    assert shown(markdown).endswith("尾")
    assert "nesting_too_deep" not in codes(read("> " * 31 + "a"))


def test_deceiving_characters_are_dropped_and_reported():
    """NUL and marks that reorder text are not shown; the line is named."""
    reading = read("好\n\na\u202eb\0c")
    assert Problem("warning", "characters_dropped", 3, {"count": 2}) in reading.problems
    assert "abc" in shown("好\n\na\u202eb\0c")


def test_too_many_images_or_items_are_refused():
    """Over a bound the issue is refused with the figure, never cut."""
    most = DEFAULT_LIMITS.max_images
    reading = read("![x](a.png)\n\n" * (most + 1))
    assert reading.issue is None
    assert reading.problems[0].arguments == {"count": most + 1, "limit": most}
    assert "too_many_items" in codes(read("## 栏\n\n" + "- [a](https://e.org)\n" * 2_001))


def test_the_bounds_can_be_set():
    """An installation may take less or more: a file of 2 KiB, one picture, two items."""
    limits = Limits(max_kib=1, max_images=1, max_items=2)
    assert codes(read("字" * 700, limits=limits)) == ["too_large"]
    assert "too_many_images" in codes(read("![x](a.png)\n\n![y](b.png)", limits=limits))
    assert "too_many_items" in codes(read("## 栏\n\n" + "- [a](https://e.org)\n" * 3, limits=limits))
    assert read(b"a " * (1 << 20), limits=Limits(max_kib=2048)).issue is not None


@pytest.mark.parametrize(
    ("markdown", "count"),
    [
        ("字\n\n", 1),
        ("## 题\n\n", 1),
        ("> 引\n\n", 2),
        ("- 一\n  - 二\n", 3),
        ("-\n", 1),
        ("    码\n\n字\n\n", 2),
        ("| a | b |\n", 1),
    ],
)
def test_more_blocks_than_are_taken_are_refused(markdown, count):
    """Paragraphs, headings, quotes, lists with their entries, code and the rows of tables count; a few less are read."""
    head = "| a | b |\n|---|---|\n" if markdown.startswith("|") else ""
    limits = Limits(max_blocks=40)
    refused = read(head + markdown * 45, limits=limits)
    (problem,) = [one for one in refused.problems if one.level == "error"]
    assert (refused.issue, problem.code, problem.arguments["limit"]) == (None, "too_many_blocks", 40)
    assert 0 <= int(problem.arguments["count"]) - 45 * count <= 2
    assert read(head + markdown * 9, limits=limits).issue is not None


@pytest.mark.parametrize("deep", ["> " * 40 + "a\n\n", "<p>甲</p>"])
def test_blocks_that_only_the_tree_shows_are_counted_too(deep):
    """Paragraphs of a text taken as plain ones, and those that tags make, are refused before they are placed."""
    limits = Limits(max_blocks=40)
    text = deep * 45 if deep.startswith("<") else deep + "字\n\n" * 45
    assert "too_many_blocks" in codes(read(text, limits=limits))
    assert read(deep, limits=limits).issue is not None


@pytest.mark.parametrize(
    "piece",
    [
        "# 甲{}\n\n## 乙\n\n### 丙\n\n",
        "# 甲{}\n\n## 乙\n\n- [a](https://e.org)\n\n## 丙\n\n- [a](https://e.org)\n\n",
        "# 目录\n\n",
        "# 甲{}\n\n字\n\n## 乙\n\n字\n\n",
    ],
)
@pytest.mark.timeout(10)
def test_thousands_of_headings_of_a_kind_are_placed_soon(piece):
    """No heading is compared with all others: what depends on all of them is asked once."""
    read("".join(piece.format(number) for number in range(3_000)))


def test_what_should_be_mended_is_told_with_its_line():
    """Empty sections, open fences, empty targets, template tags and a missing date."""
    reading = read("# 周知 3\n\n## 空\n\n## 满\n\n字 [词]() {% include x %}\n\n```py\nx = 1")
    found = {problem.code: problem.line for problem in reading.problems}
    assert found == {
        "date_unknown": 0,
        "section_empty": 3,
        "link_empty": 7,
        "template_tag": 7,
        "fence_unclosed": 9,
    }
    assert "x = 1" in shown("```py\nx = 1")


def test_the_same_complaint_is_not_made_a_thousand_times():
    """A curator reads fifty lines, not three thousand."""
    assert codes(read("## 空\n\n" * 300)).count("section_empty") == MAX_OF_A_KIND


def test_the_lines_of_headings_are_looked_for_once():
    """A thousand sections of one name, each told to stand twice, take no walk over the file each."""
    notes = Notes("## 题\n\n文\n" * 30_000)
    assert [notes.last_line_of_heading("题") for _ in range(2_000)] == [89_998] * 2_000
    assert notes.line_of_heading("题") == 1
    notes.read("文\n# 题")
    assert notes.line_of_heading("题") == 2


def test_an_issue_held_back_says_so():
    """A draft and a date in the future hold an issue; the day itself does not."""
    draft = read("---\ndraft: true\n---\n字")
    assert draft.issue is not None
    assert draft.issue.is_draft
    assert "held_draft" in codes(draft)
    later = read("---\ndate: 2026-03-02\n---\n字")
    assert later.issue is not None
    assert later.issue.embargo_until == date(2026, 3, 2)
    assert Problem("warning", "held_until", 2, {"date": "2026-03-02"}) in later.problems
    assert issue_of("---\ndate: 2026-03-01\n---\n字").embargo_until is None


@pytest.mark.parametrize("language", ["zh-Hans", "en"])
def test_every_problem_of_the_parser_has_its_texts(language):
    """What and cure are written in every language, and take the problem's arguments."""
    texts: Texts = texts_for(language)
    for code, arguments in PROBLEMS.items():
        assert texts(f"problem.{code}", **arguments)
        assert texts(f"cure.{code}", **arguments)


PROBLEMS: dict[str, dict[str, str | int]] = {
    "not_utf8": {},
    "empty": {},
    "too_large": {"size": 1, "limit": 1},
    "too_many_images": {"count": 1, "limit": 1},
    "too_many_items": {"count": 1, "limit": 1},
    "too_many_blocks": {"count": 1, "limit": 1},
    "characters_dropped": {"count": 1},
    "front_matter_broken": {},
    "front_matter_alias": {},
    "front_matter_large": {"size": 1, "limit": 1},
    "nesting_too_deep": {"limit": 1},
    "markup_crowded": {"limit": 1},
    "markup_unclosed": {"limit": 1},
    "fence_unclosed": {},
    "template_tag": {"tag": "{% x %}"},
    "section_empty": {"title": "t"},
    "heading_flagged": {"title": "t", "section": "s"},
    "link_empty": {"text": "t"},
    "link_refused": {"target": "t"},
    "link_relative": {"target": "t"},
    "link_elsewhere": {"text": "t", "target": "t"},
    "image_empty": {"alt": "a"},
    "date_unknown": {},
    "issue_unidentified": {},
    "held_draft": {},
    "held_until": {"date": "2026-01-01"},
    "nothing_to_read": {},
}
