"""Which headings hold sections rather than items, and how many items do they hold? content.md §4, rules 3 and 4."""

from collections.abc import Iterator, Sequence

from digest.document import Link, links
from digest.parse.naming import item_number
from digest.parse.outline import Node, heading_inlines
from digest.parse.roles import is_abstract, is_standing
from digest.parse.shapes import has_content, shape


def is_wrapper(node: Node) -> bool:
    """Whether a heading alone on its level is to be opened."""
    return len(node.children) > 1 and any(map(carries_items, node.children))


def carries_items(node: Node) -> bool:
    """Whether a heading is full of items rather than being one."""
    if node.children:
        return len(node.children) > 1 or not has_content(node.blocks)
    found = shape(node.blocks)
    return found is not None and bool(found.items)


def is_full_of_sections(node: Node) -> bool:
    """Whether most headings below are full of items themselves."""
    full = [child for child in node.children if carries_items(child)]
    return len(node.children) > 1 and 2 * len(full) > len(node.children)


def holds_nearly_all(node: Node, beside: int) -> bool:
    """Whether nine items of ten stand below a heading that has none of its own, with so many beside it."""
    return shape(node.blocks) is None and _items_in(node) >= 9 * beside


def items_of(node: Node) -> int:
    """How many items stand beside a wrapper: prose is none unless it is headed like one."""
    return _items_in(node) or int(names_an_item(node))


def _items_in(node: Node) -> int:
    found = shape(node.blocks)
    below = sum(max(1, _items_in(child)) for child in node.children)
    return below + (len(found.items) if found is not None else 0)


def may_be_announced(node: Node) -> bool:
    """Whether a catalogue could speak of a heading: not of an abstract or of a part that stands in every issue."""
    if node.children:
        return True
    return has_content(node.blocks) and not is_abstract(node.title) and not is_standing(node.title)


def names_an_item(node: Node) -> bool:
    """Whether a heading is a link as a whole, or numbered, and holds no items itself."""
    inlines = heading_inlines(node.heading.inlines)
    is_link = bool(inlines) and isinstance(inlines[0], Link) and len(links(inlines)) == 1
    return (is_link or item_number(node.title) is not None) and shape(node.blocks) is None


def leaves(nodes: Sequence[Node]) -> Iterator[Node]:
    """The headings that hold no others, as far down as sections may stand."""
    for node in nodes:
        if node.children:
            yield from (child for child in node.children if not child.children)
        else:
            yield node
