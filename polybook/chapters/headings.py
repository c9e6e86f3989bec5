"""A chapter's headings as an outline: one title, above all else, and no level left out.

People leave levels out, write several headings of level 1, or a title of level 2. PDF/UA allows none of this,
and it confuses readers who go from heading to heading. So each heading counts as one level below the heading
that it stands under, and looks as deep as it is written.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from polybook.chapters import slugs
from polybook.markup import levels, positions, variables
from polybook.markup.tree import children, find, held, plain
from polybook.model.book import Chapter
from polybook.model.findings import Finding
from polybook.model.nodes import (
    Attr,
    Div,
    Header,
    Image,
    Node,
    Note,
    Para,
    Plain,
    RawBlock,
    RawInline,
    Run,
    SoftBreak,
    Space,
    Span,
    Str,
    Tree,
)

DEEPEST = 6
"""How many levels of headings HTML has."""

_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_TAG = re.compile(r"<[^>]*+(?:>|\Z)")
_SHOWING = re.compile(
    r"<(?:audio|canvas|embed|hr|iframe|img|input|math|object|picture|svg|video)\b", re.IGNORECASE
)


def settle(chapter: Chapter, blocks: Tree, rule: str = slugs.OWN) -> list[Finding]:
    """Make an outline of the headings of a chapter's ``blocks``, with positions, in place.

    The title comes first: the first heading, or what the front matter has, where no heading is of level 1.
    What shows nothing is left out. What has no identifier gets one by the ``rule`` (`slugs`). Returns what is
    wrong, and what is shown otherwise than it stands.
    """
    lines = chapter.text.split("\n")
    headers: list[Header] = []
    findings: list[Finding] = []
    empty = set()
    for header in find(blocks, Header):
        if _is_worded(header.inlines):
            headers.append(header)
            continue
        finding = _wordless(chapter, header, lines)
        findings.append(finding)
        if finding.severity == "error":
            headers.append(header)
        else:
            empty.add(id(header))
    if empty:
        _take_out(blocks, empty)
    title, said = _title(chapter, blocks, headers, lines)
    findings += said
    if title:
        others = [header for header in headers if header is not title]
        findings += _settle_levels(chapter, title, others, lines)
        slugs.settle(blocks, [title, *others], lines, rule)
    return findings


def _wordless(chapter: Chapter, header: Header, lines: Sequence[str]) -> Finding:
    """A warning for a heading that shows nothing, an error for one that shows something else than words."""
    line, hint = positions.line_of(header, lines), f"write {'#' * header.level} What comes now"
    raw = find(header.inlines, RawInline)
    if find(header.inlines, Image, Note) or any(_COMMENT.sub("", one.text) for one in raw):
        return Finding("heading", "the heading has no words", chapter.path, line, hint)
    what = "the heading has no words, so it is left out"
    return Finding("heading", what, chapter.path, line, hint, "warning")


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


# ---- the title -------------------------------------------------------------------------------


def _title(
    chapter: Chapter, blocks: Tree, headers: Sequence[Header], lines: Sequence[str]
) -> tuple[Header | None, list[Finding]]:
    """Put the chapter's title before all else, in place; return it, and what there is to say."""
    tops = [block for block in blocks if isinstance(block, Header)]
    if chapter.front.title and all(header.level > 1 for header in tops):
        title = Header.of(1, Attr("", [], []), words(chapter.front.title))
        blocks.insert(0, title)
        return title, []
    if not tops:
        what, hint = "the chapter has no heading, and so no title", "begin the file with '# Title'"
        return None, [Finding("heading", what, chapter.path, 1, hint)]
    title = tops[0]
    if headers[0] is not title:
        what = "a heading in a list, a box or a quotation stands before the chapter's title"
        line, hint = positions.line_of(headers[0], lines), "begin the file with '# Title'"
        return title, [Finding("heading", what, chapter.path, line, hint)]
    place = next(place for place, block in enumerate(blocks) if block is title)
    return title, list(_put_first(chapter, blocks, place, lines))


def _put_first(chapter: Chapter, blocks: Tree, place: int, lines: Sequence[str]) -> Iterator[Finding]:
    """Put the title at ``place`` before what is shown above it; comments and anchors in between go along."""
    shown = [above for above, block in enumerate(blocks[:place]) if not _shows_nothing(block)]
    if not shown:
        return
    title, line = blocks[place], positions.line_of(blocks[shown[0]], lines)
    moved = blocks[shown[-1] + 1 : place + 1]
    del blocks[shown[-1] + 1 : place + 1]
    blocks[:0] = moved
    what = f"this stands above the chapter's title, '{plain(children(title))[:60]}', and is shown below it"
    yield Finding("heading", what, chapter.path, line, "begin the file with '# Title'", "warning")


def _shows_nothing(node: Node) -> bool:
    """Whether a node is comments and raw tags alone, such as an anchor's."""
    match node:
        case RawBlock() | RawInline():
            bare = _COMMENT.sub("", node.text)
            return not _SHOWING.search(bare) and not _TAG.sub("", bare).strip()
        case Div(blocks=held) | Span(inlines=held) if positions.is_wrapper(node):
            return all(map(_shows_nothing, held))
        case Para() | Plain():
            return all(map(_shows_nothing, node.inlines))
    return isinstance(node, Space | SoftBreak)


def words(text: str) -> Run:
    """Return the run of a text without markup."""
    run: Run = []
    for word in variables.escaped(text).split():
        run += [Space(), Str(word)] if run else [Str(word)]
    return run


# ---- levels ----------------------------------------------------------------------------------


def _settle_levels(
    chapter: Chapter, title: Header, others: Sequence[Header], lines: Sequence[str]
) -> Iterator[Finding]:
    """Make each heading one level deeper than the one that it stands under, in place.

    What is written as deep as the title, or less deep, stands under it all the same.
    """
    above = [(title.level, 1, 1)]  # as it is written, as it counts, as it looks
    before, title.level = title.level, 1
    for header in others:
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
