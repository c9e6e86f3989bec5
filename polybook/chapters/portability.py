"""Whether every format can show what a chapter holds: raw HTML that is XHTML, formulas, attributes, notes,
rows of tables.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from xml.parsers import expat

import msgspec

from polybook.chapters import tables
from polybook.markup import fences, pandoc, positions
from polybook.markup.tree import find, held
from polybook.model.book import Chapter, Limits
from polybook.model.findings import Finding
from polybook.model.nodes import (
    WITH_ATTR,
    CodeBlock,
    Math,
    Node,
    Note,
    RawBlock,
    RawInline,
    Str,
    Table,
    Tree,
    WithAttr,
)

_OPENING = '<body xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops">'
_START = re.compile(r"[1-9][0-9]{0,5}")
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?")
_SCRIPT = pandoc.SCRIPTS / "formulas.lua"
_HTML = {"html", "html4", "html5"}


def check(chapter: Chapter, blocks: Tree, limits: Limits) -> Iterator[Finding]:
    """Yield what some format cannot show; ``blocks`` are the chapter's, with positions."""
    lines = chapter.text.split("\n")
    known: dict[str, int] = {}
    found = find(blocks, *WITH_ATTR, RawBlock, RawInline, Math, Note)
    for node in found:
        if not isinstance(node, WITH_ATTR):
            continue
        if isinstance(node, CodeBlock):
            for doubt in fences.doubts(node):
                line = positions.line_of(node, lines) + doubt.line
                yield Finding(doubt.code, doubt.what, chapter.path, line, doubt.hint, "warning")
        if isinstance(node, Table):
            yield from tables.check(chapter, node, lines)
        pairs = {key: value for key, value in node.attr.pairs if key not in positions.OURS}
        identifier = node.attr.identifier
        if not (identifier or pairs):
            continue
        line = positions.line_of(node, lines)
        for what, hint in _attributes(node, pairs):
            yield Finding("attribute", what, chapter.path, line, hint)
        if identifier and known.setdefault(identifier, line) != line:
            what = f"the identifier '{identifier}' is that of line {known[identifier]} too"
            yield Finding("attribute", what, chapter.path, line, "give each an identifier of its own")
    notes = (node for node in found if isinstance(node, Note))
    # One that is used twice is there twice.
    yield from dict.fromkeys(finding for note in notes for finding in _notes_within(chapter, note, lines))
    if any(map(_is_html, found)) and (amiss := _Html(lines).read(blocks)):
        what, line = amiss
        hint = (
            "close every element where it was opened, <br/> too; write characters, not names such as &nbsp;"
        )
        yield Finding("html", f"the HTML is no XHTML: {what}", chapter.path, line, hint)
    if any(isinstance(node, Math) for node in found):
        yield from _formulas(chapter, blocks, limits)


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


def _is_html(node: Node) -> bool:
    """Whether a node is raw HTML; a comment that is a block of its own is shown by no format."""
    if not isinstance(node, RawBlock | RawInline) or node.format not in _HTML:
        return False
    return isinstance(node, RawInline) or not node.text.lstrip().startswith("<!--")


class _Html:
    """Reads a tree's raw HTML as XML, with an element for each node that holds others."""

    def __init__(self, lines: list[str]) -> None:
        self._lines = lines
        self._line = 1
        self._within = 1
        self._parser = expat.ParserCreate(namespace_separator="}")

    def read(self, blocks: Tree) -> tuple[str, int] | None:
        """Return what is wrong and the line of the HTML that is; None where nothing is."""
        try:
            self._parser.Parse(_OPENING, False)
            self._take(blocks)
            self._parser.Parse("</body>", True)
        except expat.ExpatError as error:
            return expat.ErrorString(error.code), self._line
        return None

    def _take(self, nodes: Sequence[Node]) -> None:
        for node in nodes:
            if isinstance(node, RawBlock | RawInline):
                if _is_html(node):
                    self._line = self._within
                    self._parser.Parse(node.text, False)
            elif parts := list(held(node)):
                self._element(node, parts)

    def _element(self, node: Node, parts: Sequence[Sequence[Node]]) -> None:
        self._within = positions.line_of(node, self._lines, self._within)
        # A wrapper is there for its position alone; no format has an element for it.
        is_element = not positions.is_wrapper(node)
        if is_element:
            self._parser.Parse("<i>", False)
        for part in parts:
            self._take(part)
        if is_element:
            self._parser.Parse("</i>", False)
