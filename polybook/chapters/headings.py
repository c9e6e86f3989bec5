"""A chapter's headings as an outline: one title, above all else, and no level left out.

People leave levels out, write several headings of level 1, or a title of level 2. PDF/UA allows none of this,
and it confuses readers who go from heading to heading. So each heading counts as one level below the heading
that it stands under, and looks as deep as it is written.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import count
from typing import Any

from polybook.markup import levels, positions
from polybook.markup.tree import children, find, held, plain
from polybook.model.book import Chapter
from polybook.model.findings import Finding
from polybook.model.nodes import (
    WITH_ATTR,
    Attr,
    Div,
    Header,
    Image,
    Node,
    Note,
    RawBlock,
    RawInline,
    Run,
    Space,
    Str,
    Tree,
)

DEEPEST = 6
"""How many levels of headings HTML has."""

# pandoc makes anchors of letters and digits, and counts the headings that have none.
_UNNAMED = re.compile(r"|-\d+")


def settle(chapter: Chapter, blocks: Tree) -> list[Finding]:
    """Make an outline of the headings of a chapter's ``blocks``, with positions, in place.

    The title comes first: the first heading, or what the front matter has, where no heading is of level 1.
    What shows nothing is left out. Returns what is wrong, and what is shown otherwise than it stands.
    """
    lines = chapter.text.split("\n")
    findings = list(_without_empty(chapter, blocks, lines))
    title, said = _title(chapter, blocks, lines)
    findings += said
    if title:
        findings += _settle_levels(chapter, title, find(blocks, Header), lines)
        _settle_identifiers(blocks)
    return findings


def _without_empty(chapter: Chapter, blocks: Tree, lines: Sequence[str]) -> Iterator[Finding]:
    """Take out the headings that show nothing, in place; yield a finding for each without words."""
    empty = set()
    for header in find(blocks, Header):
        if _is_worded(header.inlines):
            continue
        line, hint = positions.line_of(header, lines), f"write {'#' * header.level} What comes now"
        raw = find(header.inlines, RawInline)
        if find(header.inlines, Image, Note) or not all(map(_is_comment, raw)):
            yield Finding("heading", "the heading has no words", chapter.path, line, hint)
        else:
            empty.add(id(header))
            what = "the heading has no words, so it is left out"
            yield Finding("heading", what, chapter.path, line, hint, "warning")
    if empty:
        _take_out(blocks, empty)


def _take_out(nodes: list[Any], unwanted: set[int]) -> None:
    nodes[:] = [node for node in nodes if id(node) not in unwanted]
    for node in nodes:
        for part in held(node):
            _take_out(part, unwanted)


def _is_worded(run: Run) -> bool:
    """Whether a run shows a character that is no picture's description."""
    for node in run:
        inner = children(node)
        shown = "" if inner else plain([node])
        if any(one.isprintable() and not one.isspace() for one in shown):
            return True
        if not isinstance(node, Image) and _is_worded(inner):
            return True
    return False


def _is_comment(raw: RawBlock | RawInline) -> bool:
    return raw.text.lstrip().startswith("<!--")


# ---- the title -------------------------------------------------------------------------------


def _title(chapter: Chapter, blocks: Tree, lines: Sequence[str]) -> tuple[Header | None, list[Finding]]:
    """Put the chapter's title before all else, in place; return it, and what there is to say."""
    tops = [block for block in blocks if isinstance(block, Header)]
    if chapter.front.title and all(header.level > 1 for header in tops):
        title = Header.of(1, Attr("", [], []), words(chapter.front.title))
        blocks.insert(0, title)
        return title, []
    if not tops:
        what, hint = "the chapter has no heading, and so no title", "begin the file with '# Title'"
        return None, [Finding("heading", what, chapter.path, 1, hint)]
    first = find(blocks, Header)[0]
    if first is not tops[0]:
        what = "a heading in a list, a box or a quotation stands before the chapter's title"
        line, hint = positions.line_of(first, lines), "begin the file with '# Title'"
        return tops[0], [Finding("heading", what, chapter.path, line, hint)]
    return first, list(_put_first(chapter, blocks, blocks.index(first), lines))


def _put_first(chapter: Chapter, blocks: Tree, place: int, lines: Sequence[str]) -> Iterator[Finding]:
    """Put the title at ``place`` before what is shown above it, together with the comments right above it."""
    shown = [above for above, block in enumerate(blocks[:place]) if not _is_remark(block)]
    if not shown:
        return
    line = positions.line_of(blocks[shown[0]], lines)
    moved = blocks[shown[-1] + 1 : place + 1]
    del blocks[shown[-1] + 1 : place + 1]
    blocks[:0] = moved
    what = "this stands above the chapter's title, and is shown below it"
    yield Finding("heading", what, chapter.path, line, "begin the file with the title", "warning")


def _is_remark(block: Node) -> bool:
    """Whether a block is a comment, or a wrapper of comments."""
    if isinstance(block, Div) and positions.is_wrapper(block):
        return all(map(_is_remark, block.blocks))
    return isinstance(block, RawBlock) and _is_comment(block)


def words(text: str) -> Run:
    """Return the run of a text without markup."""
    run: Run = []
    for word in text.split():
        run += [Space(), Str(word)] if run else [Str(word)]
    return run


# ---- levels and identifiers ------------------------------------------------------------------


def _settle_levels(
    chapter: Chapter, title: Header, headers: Sequence[Header], lines: Sequence[str]
) -> Iterator[Finding]:
    """Make each heading one level deeper than the one that it stands under, in place.

    What is written as deep as the title, or less deep, stands under it all the same.
    """
    above = [(title.level, 1, 1)]  # as it is written, as it counts, as it looks
    before, title.level = title.level, 1
    for header in headers:
        if header is title:
            continue
        written = header.level
        while len(above) > 1 and above[-1][0] >= written:
            above.pop()
        over, counts, looks = above[-1]
        header.level = min(counts + 1, DEEPEST)
        looks = min(looks + max(1, written - over), DEEPEST)
        if looks != header.level:
            levels.mark(header, looks)
        if written > before + 1:
            what = f"the heading is of level {written}, the one before it of level {before}"
            hint = f"it counts as one of level {header.level}; write {'#' * (before + 1)} in its place"
            yield Finding("heading", what, chapter.path, positions.line_of(header, lines), hint, "warning")
        above.append((written, header.level, looks))
        before = written


def _settle_identifiers(blocks: Tree) -> None:
    """Give the headings an identifier that pandoc finds no letter for, in place."""
    # The title's is the chapter's own, whatever it is.
    unnamed = [one for one in find(blocks, Header)[1:] if _UNNAMED.fullmatch(one.attr.identifier)]
    used = {node.attr.identifier for node in find(blocks, *WITH_ATTR)} if unnamed else set()
    for header in unnamed:
        names = (f"section-{number}" if number else "section" for number in count())
        header.attr.identifier = next(name for name in names if name not in used)
        used.add(header.attr.identifier)
