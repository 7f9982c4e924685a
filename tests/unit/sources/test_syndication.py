"""Are the entries of every kind of feed read, and is nothing expanded that a feed declares?"""

import json
from datetime import UTC, datetime

import pytest

from bot.sources.syndication import read_feed
from digest.errors import Refused

ADDRESS = "https://example.org/feed.xml"


def rss(item, channel="", head=""):
    return (
        f'<?xml version="1.0"?>{head}<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" '
        f'xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>F</title>{channel}{item}</channel></rss>'
    ).encode()


def atom(entry, attributes=""):
    return (f'<feed xmlns="http://www.w3.org/2005/Atom" {attributes}><title>F</title>{entry}</feed>').encode()


def one(content, **options):
    (found,) = read_feed(content, ADDRESS, **options)
    return found


def test_rss_with_its_full_text():
    """The full text goes before the description; date, id, tags, language and address are there."""
    found = one(
        rss(
            "<item><guid isPermaLink='false'>id-1</guid><link>/posts/1</link><title>A &amp;amp; B</title>"
            "<description>short</description><content:encoded><![CDATA[<p>long <b>text</b></p>]]></content:encoded>"
            "<pubDate>Wed, 25 Feb 2026 23:30:00 +0800</pubDate><category>x</category><category>y</category></item>",
            "<language>zh-cn</language>",
        )
    )
    assert (found.id, found.title, found.html) == ("id-1", "A & B", "<p>long <b>text</b></p>")
    assert found.address == found.base == "https://example.org/posts/1"
    assert found.published == datetime(2026, 2, 25, 15, 30, tzinfo=UTC)
    assert (found.language, found.tags, found.is_summary) == ("zh-cn", ("x", "y"), False)


@pytest.mark.parametrize(
    ("description", "is_summary"),
    [
        ("&lt;p&gt;One.&lt;/p&gt;&lt;p&gt;Two.&lt;/p&gt;", False),
        ("&lt;p&gt;One…&lt;/p&gt;", True),
        ("&lt;p&gt;One [&amp;#8230;]&lt;/p&gt;&lt;p&gt;The post appeared first on X.&lt;/p&gt;", True),
        ("&lt;p&gt;一……&lt;a href='x'&gt;阅读全文&lt;/a&gt;&lt;/p&gt;", True),
        ("&lt;p&gt;One... &lt;a href='x'&gt;Read more &amp;raquo;&lt;/a&gt;&lt;/p&gt;", True),
        ("&lt;p&gt;Wait… here it goes on.&lt;/p&gt;", False),
        ("Words alone.", True),
        ("", True),
    ],
)
def test_a_description_may_be_the_whole_text_or_a_summary(description, is_summary):
    """Text in paragraphs that is not cut off is the whole; anything else may be less."""
    found = one(rss(f"<item><guid>1</guid><description>{description}</description></item>"))
    assert found.is_summary is is_summary


def test_rdf_is_read():
    """RSS 1.0: the items stand beside the channel."""
    found = one(
        b'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" '
        b'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:content="http://purl.org/rss/1.0/modules/content/">'
        b'<channel rdf:about="c"><title>F</title></channel><item rdf:about="https://example.org/1"><title>T</title>'
        b"<link>https://example.org/1</link><dc:date>2026-02-25T08:00:00Z</dc:date>"
        b"<content:encoded>&lt;p&gt;text&lt;/p&gt;</content:encoded></item></rdf:RDF>"
    )
    assert (found.id, found.title, found.html) == ("https://example.org/1", "T", "<p>text</p>")
    assert found.published == datetime(2026, 2, 25, 8, tzinfo=UTC)


@pytest.mark.parametrize(
    ("content", "html"),
    [
        ('<content type="html">&lt;p&gt;a &amp;lt; b&lt;/p&gt;</content>', "<p>a &lt; b</p>"),
        (
            """<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p class="x">a &lt; <b>b</b> c<br/>d</p><img src='i.png' alt='&quot;q&quot;'/>e</div></content>""",
            '<div><p class="x">a &lt; <b>b</b> c<br>d</p><img src="i.png" alt="&quot;q&quot;">e</div>',
        ),
        ("<content>one &lt;b&gt;\n two\n\nthree</content>", "<p>one &lt;b&gt;<br> two</p>\n<p>three</p>"),
    ],
)
def test_atom_texts_become_html(content, html):
    """HTML in text, XHTML in place, and plain text whose signs are no markup."""
    found = one(atom(f"<entry><id>1</id>{content}</entry>"))
    assert (found.html, found.is_summary) == (html, False)


def test_atom_facts_and_bases():
    """Base and language are inherited; the alternate link is the address; published and updated are two things."""
    found = one(
        atom(
            '<entry xml:base="2026/"><id>tag:example.org,2026:1</id><title type="html">A &lt;i&gt;b&lt;/i&gt; &amp;amp; c'
            '</title><link rel="self" href="self"/><link href="12/"/><published>2026-02-25T23:00:00+08:00</published>'
            '<updated>2026-02-26T00:00:00Z</updated><category term="x"/><content type="html" xml:base="in/">&lt;p/&gt;'
            "</content></entry>",
            'xml:base="https://base.example/blog/" xml:lang="zh"',
        )
    )
    assert (found.id, found.title, found.language) == ("tag:example.org,2026:1", "A b & c", "zh")
    assert found.base == "https://base.example/blog/2026/in/"
    assert found.published == datetime(2026, 2, 25, 15, tzinfo=UTC)
    assert found.updated == datetime(2026, 2, 26, tzinfo=UTC)


def test_atom_without_text_is_a_summary():
    """A summary is a summary, and so is a text that is only linked to."""
    text = '<entry><id>1</id><summary type="html">&lt;p&gt;long text&lt;/p&gt;</summary>{}</entry>'
    assert one(atom(text.format(""))).is_summary
    assert one(atom(text.format('<content type="text/html" src="https://example.org/1"/>'))).is_summary


def test_json_feed():
    """HTML, plain text, numbers as ids, attachments."""
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "language": "en",
        "items": [
            {
                "id": 7,
                "url": "/7",
                "title": "T",
                "content_html": "<p>x</p>",
                "date_published": "2026-02-25T08:00:00+08:00",
                "tags": ["a", "b, c"],
                "attachments": [{"url": "/7.mp3", "mime_type": "audio/mpeg"}],
            },
            {"id": "8", "content_text": "a < b\n\nc", "date_published": "2026-02-26T08:00:00Z"},
            {"id": "9", "summary": "s", "date_published": "2026-02-27T08:00:00Z"},
            "nonsense",
        ],
    }
    first, second, third = read_feed(b"\xef\xbb\xbf " + json.dumps(feed).encode(), ADDRESS)
    assert (first.id, first.base, first.language, first.tags) == ("7", "https://example.org/7", "en", ("a",))
    attached = "https://example.org/7.mp3"
    assert first.html == f'<p>x</p>\n<p><a href="{attached}">{attached}</a></p>'
    assert second.html == "<p>a &lt; b</p>\n<p>c</p>"
    assert [item.is_summary for item in (first, second, third)] == [False, False, True]


def test_entries_come_oldest_first():
    """By their dates; without dates in the reverse of the feed's order."""
    dated = "".join(
        f"<item><guid>{day}</guid><pubDate>{day} Feb 2026 08:00:00 GMT</pubDate></item>" for day in (3, 1, 2)
    )
    assert [item.id for item in read_feed(rss(dated), ADDRESS)] == ["1", "2", "3"]
    undated = "<item><guid>b</guid></item><item><guid>a</guid></item>"
    assert [item.id for item in read_feed(rss(undated), ADDRESS)] == ["a", "b"]


def test_an_attached_picture_is_shown_once():
    """What the text has already is not added again."""
    item = (
        '<item><guid>1</guid><description>&lt;p&gt;&lt;img src="https://e.org/a.png"&gt;&lt;/p&gt;</description>'
        '<enclosure url="https://e.org/a.png" type="image/png"/><enclosure url="/b.png" type="image/png"/>'
        '<enclosure url="javascript:x" type="image/png"/></item>'
    )
    found = one(rss(item))
    assert found.html.count("<img") == 2
    assert '<img src="https://example.org/b.png" alt="">' in found.html


BOMB = "<!DOCTYPE x [<!ENTITY a 'aaaaaaaaaa'><!ENTITY b '&a;&a;&a;&a;&a;&a;'>]>"


@pytest.mark.parametrize(
    "head",
    [
        BOMB,
        '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE rss SYSTEM "http://example.org/rss.dtd">',
        '<!DOCTYPE rss PUBLIC "-//x" "rss.dtd">',
        "<!DOCTYPE rss>",
        '<!DOCTYPE x [<!ENTITY % p SYSTEM "http://example.org/p">%p;]>',
    ],
)
def test_a_declared_document_type_or_entity_is_refused(head):
    """Before anything of it is read, fetched or expanded."""
    with pytest.raises(Refused, match=r"feed\.declares"):
        read_feed(rss("<item><guid>&b;</guid></item>", head=head), ADDRESS)
    if head == BOMB:
        with pytest.raises(Refused, match=r"feed\.declares"):
            read_feed(rss("<item/>", head=head).decode().encode("utf-16"), ADDRESS)


@pytest.mark.parametrize(
    ("content", "key"),
    [
        (b"<rss><channel>", "feed.broken"),
        (b"<rss><channel><item>&nbsp;</item></channel></rss>", "feed.broken"),
        (b"<html><body>hello</body></html>", "feed.unknown"),
        (b"{}", "feed.unknown"),
        (b'{"version": 1}', "feed.unknown"),
        (b'{"version": ', "feed.broken"),
        (b'{"a":' + b"[" * 100_000, "feed.broken"),
        (b'{"a": "\xff"}', "feed.encoding"),
        (b'<?xml version="1.0" encoding="no-such"?><rss>\xff</rss>', "feed.encoding"),
        (b"<rss>\xff</rss>", "feed.encoding"),
        (b"", "feed.broken"),
    ],
)
def test_what_is_no_feed_is_told(content, key):
    """Each with its own reason."""
    with pytest.raises(Refused) as caught:
        read_feed(content, ADDRESS)
    assert caught.value.key == key


@pytest.mark.parametrize("encoding", ["gb2312", "gbk", "big5", "utf-16", "utf-8-sig", "shift_jis"])
def test_declared_encodings_are_read(encoding):
    """What the text declares, or marks at its first bytes."""
    text = rss("<item><guid>1</guid><title>中文</title></item>").decode()
    declared = text.replace("?>", f' encoding="{encoding}"?>', 1) if "utf" not in encoding else text
    assert one(declared.encode(encoding)).title == "中文"


def test_the_server_may_know_the_encoding_or_be_wrong():
    """Its word first; where the bytes contradict it, the text's own."""
    text = rss("<item><guid>1</guid><title>中文</title></item>")
    assert one(text.decode().encode("gb18030"), charset="gb2312").title == "中文"
    assert one(text, charset="us-ascii").title == "中文"


def test_deep_nesting_is_no_error():
    """Fifty thousand elements in one another."""
    deep = "<b>" * 50_000 + "x" + "</b>" * 50_000
    found = one(atom(f'<entry><id>1</id><content type="xhtml"><div>{deep}</div></content></entry>'))
    assert found.html.count("<b>") == 50_000


def test_dates_that_are_none_are_none():
    """Nonsense is no date; a date without a zone is UTC."""
    for text, expected in (
        ("yesterday", None),
        ("0001-01-01T00:00:00+23:00", None),
        ("2026-02-25", datetime(2026, 2, 25, tzinfo=UTC)),
        ("25 Feb 2026 08:00 EST", datetime(2026, 2, 25, 13, tzinfo=UTC)),
    ):
        assert one(rss(f"<item><guid>1</guid><pubDate>{text}</pubDate></item>")).published == expected


def test_signs_of_a_cut_cost_no_time():
    """A million dots are looked at once."""
    assert not one(
        rss(f"<item><guid>1</guid><description>&lt;p&gt;{'.' * 1_000_000}x</description></item>")
    ).is_summary
