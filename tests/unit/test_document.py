"""Do the questions asked of a tree get their answers in reading order?"""

from digest.document import (
    Break,
    Code,
    CodeBlock,
    Details,
    Em,
    Heading,
    Image,
    Link,
    List,
    Paragraph,
    Quote,
    Rule,
    Strong,
    Table,
    Text,
    images,
    links,
    paragraph,
    plain,
    text,
    walk,
)
from digest.issue import Issue, Item, Section, item_label

TREE = (
    Heading(2, (Text("题"),)),
    Paragraph((Strong((Link("https://e.org/1", (Text("甲"),)),)), Break(), Text("乙"), Image("a.png", "图"))),
    List(
        (
            (paragraph("一"), List(((paragraph("二"),),), is_ordered=True)),
            (Image("b.png", href="https://e.org/2"),),
        )
    ),
    Quote((Paragraph((Em((Text("引"),)),)),)),
    Table(
        (((Text("头"),), ()), ((Link("https://e.org/1", (Text("格"),)),), (Code("x|y"),))), (None, "right")
    ),
    Details((Text("摘"),), (CodeBlock("print(1)"), Rule())),
)


def test_plain_text_has_every_word_on_its_line():
    """Inlines run together; blocks, entries and rows are lines; pictures are silent."""
    assert plain(TREE).split("\n") == [
        "题",
        "甲",
        "乙",
        "一",
        "二",
        "引",
        "头\t",
        "格\tx|y",
        "摘",
        "print(1)",
    ]


def test_links_and_images_stand_as_often_as_they_occur():
    """Equal targets are counted each; a linked picture is a picture and a link."""
    assert links(TREE) == ("https://e.org/1", "https://e.org/2", "https://e.org/1")
    assert [image.src for image in images(TREE)] == ["a.png", "b.png"]


def test_walk_visits_a_node_before_its_children():
    """Reading order, depth first."""
    kinds = [type(node).__name__ for node in walk(TREE[3:4])]
    assert kinds == ["Quote", "Paragraph", "Em", "Text"]


def test_text_with_line_breaks():
    """Plain characters become texts and breaks."""
    assert text("a\n\nb") == (Text("a"), Break(), Break(), Text("b"))


def test_an_issue_gives_its_items_blocks_and_pictures_in_order():
    """Headings' pictures count, opinions are found inside lists too."""
    opinion = Paragraph((Em((Text("观点：好"),)),), "opinion")
    item = Item("s/i", "", "heading", (Image("h.png"),), (List(((opinion,),)), Image("i.png")))
    section = Section("s", "栏", (Text("栏"),), 2, "c", (Image("l.png"),), (item,))
    issue = Issue(
        "w", "1", ("题",), ((Image("t.png"),),), 1, None, None, "zh", (Image("n.png"),), (section,), (Rule(),)
    )
    assert [image.src for image in issue.images] == ["t.png", "n.png", "l.png", "h.png", "i.png"]
    assert issue.items == (item,)
    assert item.opinions == (opinion,)
    assert issue.blocks == (Image("n.png"), Image("l.png"), *item.blocks, Rule())
    assert item_label(item) == "观点：好"
