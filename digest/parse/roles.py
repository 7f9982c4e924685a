"""What part does a block play in its item: opinion, links, summary, note? A role is added, nothing moves."""

import itertools
import re
from collections.abc import Sequence
from dataclasses import replace

from digest.document import (
    Block,
    Break,
    Code,
    CodeBlock,
    Em,
    Image,
    Inline,
    Link,
    List,
    Paragraph,
    Quote,
    Strong,
    Text,
    links,
    plain,
)

_OPINION = re.compile(
    r"(?i)\s*(?:opinion|(?:my|our) take|editor['’]?s? (?:note|comment)|comment|观点|觀點|我的看法|短评|短評|点评|點評|"
    r"编者按|編者按|编者注|編者註|编辑点评|小编点评)\s*[:：]"
)
_LINKS = re.compile(
    r"(?i)\s*(?:相关链接|相關連結|相关阅读|相關閱讀|相关报道|延伸阅读|延伸閱讀|参考链接|参考资料|參考|参考|"
    r"原文链接|阅读原文|閱讀原文|传送门|傳送門|项目地址|論文鏈接|论文链接|论文地址|链接|鏈接|連結|连接|来源|來源|原文|关联|リンク|関連リンク|"
    r"(?:related )?links?|sources?|references?|see also|further reading|read more|more)\s*[:：]\s*"
)
_SEPARATORS = re.compile(r"[\s｜|·、,，/;；。.↗—-]*")
_NOTE = re.compile(r"\s*\[\^[^\]\s]+\]:")
_ABSTRACT = re.compile(r"(?i)今日摘要|摘要|概要|今日の要約|要約|summary|abstract|tl;?dr")

_STANDING = re.compile(
    r"(?i)赞助|贊助|广告|廣告|推广|自荐|免责|免責|版权|版權|订阅|訂閱|投稿|关于我们|關於我們|联系我们|加入我们|语音版|語音版|収听|"
    r"收听|音声版|スポンサー|\bsponsors?(?:hip)?\b|\badvert|\bdisclaimer|\blegal\b|\bimprint\b|\bsubscribe|"
    r"\bunsubscribe|\bcontact us|\babout (?:us|this)|\baudio (?:version|edition)"
)


def with_roles(blocks: Sequence[Block]) -> tuple[Block, ...]:
    """The blocks of one item, lead or intro with their roles."""
    found: list[Block] = []
    for block in blocks:
        label_before = bool(found) and isinstance(found[-1], Paragraph) and is_label(found[-1].inlines)
        found.append(_with_role(block, label_before=label_before))
    return tuple(found)


def with_summary(blocks: tuple[Block, ...]) -> tuple[Block, ...]:
    """The first paragraph, or a quote directly under the heading, is the summary of a headed item."""
    for index, block in enumerate(blocks):
        if isinstance(block, Paragraph) and block.role is None and plain((block,)).strip():
            return (*blocks[:index], replace(block, role="summary"), *blocks[index + 1 :])
        if index == 0 and isinstance(block, Quote) and block.role is None:
            return (replace(block, role="summary"), *blocks[1:])
        if not isinstance(block, Image):
            break
    return blocks


def is_abstract(title: str) -> bool:
    """Whether a section sums the issue up; prose in a fence there is text, not code."""
    return bool(_ABSTRACT.fullmatch(title.strip(" *📌🔖")))


def is_standing(title: str) -> bool:
    """Whether a heading sounds like a part that stands in every issue: sponsors, imprint, the audio edition."""
    return bool(_STANDING.search(title))


def fence_as_text(blocks: Sequence[Block]) -> tuple[Block, ...]:
    """Fences without a language as paragraphs, line by line."""
    return tuple(
        Paragraph(_lines(block.text), "summary")
        if isinstance(block, CodeBlock) and not block.language and block.text.strip()
        else block
        for block in blocks
    )


def _lines(text: str) -> tuple[Inline, ...]:
    inlines: list[Inline] = []
    for line in text.split("\n"):
        if line.strip():
            inlines += [*([Break()] if inlines else []), Text(line.strip())]
    return tuple(inlines)


def _with_role(block: Block, *, label_before: bool) -> Block:
    match block:
        case Paragraph(role=None):
            if is_opinion(block):
                return replace(block, role="opinion")
            if _NOTE.match(plain(block.inlines)):
                return replace(block, role="note")
            if _is_links(block.inlines) or (label_before and _holds_links_alone(block.inlines)):
                return replace(block, role="links")
        case Quote(role=None):
            inside = with_roles(block.blocks)
            is_links = bool(inside) and all(
                isinstance(one, Paragraph) and one.role == "links" for one in inside
            )
            return Quote(inside, "links" if is_links else None)
        case List(role=None) if label_before and links((block,)):
            # after `相关链接：` the entries are addresses, not bullets of text
            return replace(block, role="links")
    return block


def is_opinion(paragraph: Paragraph) -> bool:
    if not _OPINION.match(plain(paragraph.inlines)):
        return False
    return isinstance(paragraph.inlines[0], Em | Strong)


def is_label(inlines: Sequence[Inline]) -> bool:
    text = plain(inlines).strip()
    found = _LINKS.match(text)
    return bool(found and found.end() == len(text))


def _is_links(inlines: Sequence[Inline]) -> bool:
    """`相关链接：[a](u)｜[b](u)`: a label, then links with nothing but separators between."""
    rest = list(itertools.dropwhile(lambda one: isinstance(one, Text | Strong | Em), inlines))
    label = plain(inlines[: len(inlines) - len(rest)])
    found = _LINKS.match(label)
    return bool(found and _SEPARATORS.fullmatch(label[found.end() :]) and rest and _holds_links_alone(rest))


def _holds_links_alone(inlines: Sequence[Inline]) -> bool:
    return any(isinstance(one, Link) for one in inlines) and all(
        isinstance(one, Link | Break)
        or (isinstance(one, Text | Code) and bool(_SEPARATORS.fullmatch(one.text)))
        or (isinstance(one, Strong | Em) and _holds_links_alone(one.inlines))
        for one in inlines
    )
