"""What does a short answer look like? A few lines, and the buttons that lead on."""

from digest.document import Block, Break, Inline, Paragraph, Strong, Text, text
from digest.page import Button, Choice, Page, Passage, Reply
from handlers.texts import Texts

Rows = tuple[tuple[Button, ...], ...]


def say(
    texts: Texts, *lines: str, rows: Rows = (), choices: tuple[Choice, ...] = (), title: str = ""
) -> Page:
    """Plain lines as one paragraph, under a bold title where there is one; empty lines are left out."""
    return Page(
        (Passage("body", (Paragraph(joined(*lines, title=title)),)),),
        rows=rows,
        choices=choices,
        language=texts.language,
        title=title,
    )


def answer(
    texts: Texts,
    *lines: str,
    rows: Rows = (),
    choices: tuple[Choice, ...] = (),
    title: str = "",
    replaces: bool = True,
    toast: str | None = None,
) -> Reply:
    """A reply of such lines."""
    return Reply(
        (say(texts, *lines, rows=rows, choices=choices, title=title),), toast=toast, replaces=replaces
    )


def joined(*lines: str, title: str = "") -> tuple[Inline, ...]:
    """Lines with breaks between them."""
    inlines: tuple[Inline, ...] = (Strong((Text(title),)),) if title else ()
    for line in lines:
        if line:
            inlines = (*inlines, *((Break(),) if inlines else ()), *text(line))
    return inlines


def blocks_of(page: Page) -> tuple[Block, ...]:
    """All blocks of a page in reading order."""
    return tuple(block for passage in page.passages for block in passage.blocks)
