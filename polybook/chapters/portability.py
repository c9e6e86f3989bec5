"""Whether every format can show what a chapter holds: formulas, attributes, notes, rows of tables."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

import msgspec

from polybook.chapters import pictures, tables
from polybook.markup import fences, pandoc, positions
from polybook.markup.tree import find
from polybook.model.book import Chapter, Limits
from polybook.model.findings import Finding
from polybook.model.nodes import (
    WITH_ATTR,
    Code,
    CodeBlock,
    Header,
    Image,
    Link,
    Math,
    Note,
    Span,
    Str,
    Table,
    Tree,
    WithAttr,
)

_START = re.compile(r"[1-9][0-9]{0,5}")
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z]{4})?(-([A-Za-z]{2}|[0-9]{3}))?")
_LINE_END = re.compile("[\x85\u2028\u2029]")
_SCRIPT = pandoc.SCRIPTS / "formulas.lua"


def check(chapter: Chapter, blocks: Tree, limits: Limits) -> Iterator[Finding]:
    """Yield what some format cannot show; ``blocks`` are the chapter's, with positions."""
    lines = chapter.text.split("\n")
    known: dict[str, tuple[str, int]] = {}
    found = find(blocks, *WITH_ATTR, Math, Note)
    for node in found:
        if not isinstance(node, WITH_ATTR) or (type(node) is Span and positions.is_ours(node.attr)):
            continue  # most are around words, to say where these stand
        if isinstance(node, CodeBlock):
            for doubt in fences.doubts(node):
                line = positions.line_of(node, lines) + doubt.line
                yield Finding(doubt.code, doubt.what, chapter.path, line, doubt.hint, "warning")
        if isinstance(node, Code | CodeBlock) and (end := _LINE_END.search(node.text)):
            line = positions.line_of(node, lines) + node.text.count("\n", 0, end.start())
            what = f"the code holds U+{ord(end[0]):04X}, for which the PDF shows U+FFFD"
            yield Finding("glyph", what, chapter.path, line, "write it as an escape", "warning")
        if isinstance(node, Image):
            for what, hint in pictures.doubts(node):
                line = positions.line_of(node, lines)
                yield Finding("attribute", what, chapter.path, line, hint, "warning")
        if isinstance(node, Table):
            yield from tables.check(chapter, node, lines)
        if isinstance(node, Header | Table):
            yield from _nameless(chapter, node, lines)
        pairs = {key: value for key, value in node.attr.pairs if key not in positions.OURS}
        identifier = node.attr.identifier
        if not (identifier or pairs):
            continue
        line = positions.line_of(node, lines)
        for what, hint in _attributes(node, pairs):
            yield Finding("attribute", what, chapter.path, line, hint)
        for key in sorted(_twice(node)):
            what = f"the attribute '{key[:80]}' is there twice; the last one counts"
            yield Finding("attribute", what, chapter.path, line, "leave one out", "warning")
        place = node.attr.get(positions.POSITION), line  # a footnote that is used twice is there twice
        if identifier and known.setdefault(identifier, place) != place:
            what = f"the identifier '{identifier}' is that of line {known[identifier][1]} too"
            yield Finding("attribute", what, chapter.path, line, "give each an identifier of its own")
    notes = (node for node in found if isinstance(node, Note))
    # One that is used twice is there twice.
    yield from dict.fromkeys(finding for note in notes for finding in _notes_within(chapter, note, lines))
    if any(isinstance(node, Math) for node in found):
        yield from _formulas(chapter, blocks, limits)


def _nameless(chapter: Chapter, node: Header | Table, lines: Sequence[str]) -> Iterator[Finding]:
    """A finding for each link without words in a heading or a caption, which contents and lists show without
    what it leads to.
    """
    for link in find(node.inlines if isinstance(node, Header) else node.caption.blocks, Link):
        if not link.inlines:
            what = f"the link to '{link.target.url[:80]}' has no words, and stands in a heading or a caption"
            hint = "write its words; what contents name has to be known in its own chapter"
            yield Finding("link", what, chapter.path, positions.line_of(link, lines), hint)


def _twice(node: WithAttr) -> set[str]:
    keys = [key for key, _ in node.attr.pairs]
    return {key for key in keys if keys.count(key) > 1} - positions.OURS


def _notes_within(chapter: Chapter, note: Note, lines: Sequence[str]) -> Iterator[Finding]:
    """A finding for each reference in a footnote: pandoc leaves a word without letters of it."""
    line = 1
    for node in find(note.blocks):
        line = positions.line_of(node, lines, line)
        if isinstance(node, Str) and not node.text:
            what = "the footnote refers to another, which no format shows"
            yield Finding("footnote", what, chapter.path, line, "say it in the same footnote, or in the text")


def _attributes(node: WithAttr, pairs: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """What is wrong with the attributes of a node, and what to do about it."""
    if isinstance(node, CodeBlock) and not _START.fullmatch(pairs.get("start", "1")):
        yield f"the listing starts at line '{pairs['start'][:80]}'", "write start=1, or let refresh write it"
    if not _LANGUAGE.fullmatch(pairs.get("lang", "en")):
        yield f"there is no language '{pairs['lang'][:80]}'", "write it like ja, pt-BR or zh-Hant"
    if pairs.get("dir", "ltr") not in ("ltr", "rtl"):
        yield f"there is no direction '{pairs['dir'][:80]}'", "write dir=ltr or dir=rtl"


def _formulas(chapter: Chapter, blocks: Tree, limits: Limits) -> Iterator[Finding]:
    """A finding for each formula that pandoc cannot write. Only in the chapter its place is known."""
    lines, line, found = chapter.text.split("\n"), 1, []
    for node in find(blocks):
        line = positions.line_of(node, lines, line)
        if isinstance(node, Math):
            found.append((line, node.text))
    given = [msgspec.json.encode(formula) for _, formula in found]
    answers = pandoc.convert(_SCRIPT, "", list(map(len, given)), lambda place: [given[place]], limits)
    for (line, formula), answer in zip(found, answers, strict=True):
        if answer != b"true":
            what = f"the formula is none that can be shown, {formula.strip()[:80]!a}"
            hint = "close every brace, and define no commands; pandoc reads the TeX"
            yield Finding("formula", what, chapter.path, line, hint)
