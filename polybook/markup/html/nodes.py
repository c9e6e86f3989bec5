"""What becomes of each of HTML's elements: the one table."""

from __future__ import annotations

from collections.abc import Mapping

from polybook.markup.html import blocks, inlines, tags
from polybook.markup.html.elements import Maker

MAKERS: Mapping[str, Maker] = {
    **dict.fromkeys(tags.PASSED, inlines.passed),
    **dict.fromkeys(tags.SILENT, inlines.silent),
    **dict.fromkeys(tags.DROPPED, inlines.dropped),
    **dict.fromkeys(tags.MARKED, inlines.marked),
    **dict.fromkeys(tags.KEPT_INLINE, inlines.kept),
    **dict.fromkeys(tags.CODE, inlines.code),
    **dict.fromkeys(tags.KEPT_BLOCK, blocks.kept),
    **dict.fromkeys(tags.BOXES, blocks.box),
    **dict.fromkeys(tags.LINES, blocks.line),
    **dict.fromkeys(tags.HEADINGS, blocks.heading),
    **dict.fromkeys(tags.PREFORMATTED, blocks.listing),
    **dict.fromkeys(tags.LISTS, blocks.items),
    "a": inlines.link,
    "blockquote": blocks.quotation,
    "br": inlines.line_break,
    "dl": blocks.definitions,
    "font": inlines.font,
    "hr": blocks.rule,
    "img": inlines.image,
    "input": inlines.control,
    "li": blocks.item,
    "p": blocks.paragraph,
    "q": inlines.quoted,
    "span": inlines.span,
    "table": blocks.table,
    "wbr": inlines.may_break,
}
