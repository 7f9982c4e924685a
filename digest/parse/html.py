"""What does a piece of HTML say? It becomes nodes or text, for raw HTML in Markdown and for whole pages alike.

HTML is never passed through (content.md §8). Scripts, styles and comments are dropped; the text of any other tag stays.
"""

import re
from html.parser import HTMLParser

from digest.parse.builder import Builder

# what else stands behind `<![` the library takes for its own error
_MARKED = re.compile(r"<!\[(?:temp|cdata|ignore|include|rcdata|if|else|endif)(?![-_.a-z0-9])", re.IGNORECASE)


def feed(builder: Builder, html: str) -> None:
    """Hand a piece of HTML to a builder that may hold the half of something already."""
    reader = Reader(builder)
    reader.feed(html)
    reader.finish()


class Scanner(HTMLParser):
    """The library's parser, for text that nobody checked."""

    def parse_marked_section(self, i: int, report: bool = True) -> int:  # noqa: FBT001, FBT002  the library calls it so
        """`<![CDATA[…]]>` and `<![if …]>`; anything else that begins like them is text."""
        if _MARKED.match(self.rawdata, i):
            return super().parse_marked_section(i, report)
        self.handle_data("<![")
        return i + len("<![")


class Reader(Scanner):
    """Hands tags and text to a builder."""

    def __init__(self, builder: Builder) -> None:
        super().__init__(convert_charrefs=True)
        self._builder = builder

    def finish(self) -> None:
        """What looks like an unfinished tag is text: nothing typed may vanish."""
        rest, self.rawdata = self.rawdata, ""
        if rest and not rest.startswith(("<!--", "<?", "<!")):
            self.handle_data(rest)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._builder.open(tag, {name: value or "" for name, value in attrs}, is_raw=True)

    def handle_endtag(self, tag: str) -> None:
        self._builder.close_raw(tag)

    def handle_data(self, data: str) -> None:
        self._builder.text(data)

    def unknown_decl(self, data: str) -> None:
        self.handle_data(data.removeprefix("CDATA["))
