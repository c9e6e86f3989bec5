"""Whether every format can show what a chapter holds: raw HTML that is XHTML, formulas, attributes, notes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from xml.parsers import expat

import orjson

from polybook.markup import pandoc, positions
from polybook.markup.tree import find
from polybook.model.book import Chapter, Limits
from polybook.model.findings import Finding
from polybook.model.nodes import WITH_ATTRIBUTES, Node, Tree, attributes

_OPENING = '<body xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops">'
_START = re.compile(r"[1-9][0-9]{0,5}")
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?")
_SCRIPT = pandoc.SCRIPTS / "formulas.lua"
_HTML = {"html", "html4", "html5"}


def check(chapter: Chapter, tree: Tree, limits: Limits) -> Iterator[Finding]:
    """Yield what some format cannot show; ``tree`` is the chapter's, with positions."""
    lines = chapter.text.split("\n")
    known: dict[str, int] = {}
    nodes = find(tree, *WITH_ATTRIBUTES, "RawBlock", "RawInline", "Math", "Note")
    for node in nodes:
        if positions.is_wrapper(node):
            continue  # as most are
        identifier, _, pairs = attributes(node) or ("", (), ())
        if not (identifier or pairs):
            continue
        place = positions.segments(node, lines)
        line = place[0].line if place else 1
        for what, hint in _attributes(node, dict(pairs)):
            yield Finding("attribute", what, chapter.path, line, hint)
        if identifier and known.setdefault(identifier, line) != line:
            what = f"the identifier '{identifier}' is that of line {known[identifier]} too"
            yield Finding("attribute", what, chapter.path, line, "give each an identifier of its own")
    notes = (node for node in nodes if node["t"] == "Note")
    # One that is used twice is there twice.
    yield from dict.fromkeys(found for note in notes for found in _notes_within(chapter, note, lines))
    if any(map(_is_html, nodes)) and (found := _Html(lines).read(tree)):
        what, line = found
        hint = (
            "close every element where it was opened, <br/> too; write characters, not names such as &nbsp;"
        )
        yield Finding("html", f"the HTML is no XHTML: {what}", chapter.path, line, hint)
    if any(node["t"] == "Math" for node in nodes):
        yield from _formulas(chapter, tree, limits)


def _notes_within(chapter: Chapter, note: Node, lines: Sequence[str]) -> Iterator[Finding]:
    """A finding for each reference in a footnote: pandoc leaves a word without letters of it."""
    line = 1
    for node in find(note["c"]):
        if place := positions.segments(node, lines):
            line = place[0].line
        if node["t"] == "Str" and not node["c"]:
            what = "the footnote refers to another, which no format shows"
            yield Finding("footnote", what, chapter.path, line, "say it in the same footnote, or in the text")


def _attributes(node: Node, pairs: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """What is wrong with the attributes of a node, and what to do about it."""
    if node["t"] == "CodeBlock" and not _START.fullmatch(pairs.get("start", "1")):
        yield f"the listing starts at line '{pairs['start'][:80]}'", "write start=1, or let refresh write it"
    if not _LANGUAGE.fullmatch(pairs.get("lang", "en")):
        yield f"there is no language '{pairs['lang'][:80]}'", "write it like ja, pt-BR or zh-Hant"
    if pairs.get("dir", "ltr") not in ("ltr", "rtl"):
        yield f"there is no direction '{pairs['dir'][:80]}'", "write dir=ltr or dir=rtl"


def _formulas(chapter: Chapter, tree: Tree, limits: Limits) -> Iterator[Finding]:
    """A finding for each formula that pandoc cannot write. Only in the chapter its place is known."""
    lines, line, found = chapter.text.split("\n"), 1, []
    for node in find(tree):
        if place := positions.segments(node, lines):
            line = place[0].line
        if node["t"] == "Math":
            found.append((line, node["c"][1]))
    given = [orjson.dumps(formula) for _, formula in found]
    answers = pandoc.convert(_SCRIPT, "", list(map(len, given)), lambda place: [given[place]], limits)
    for (line, formula), answer in zip(found, answers, strict=True):
        if answer != b"true":
            what = f"the formula is none that can be shown, {formula.strip()[:80]!a}"
            hint = "close every brace, and define no commands; pandoc reads the TeX"
            yield Finding("formula", what, chapter.path, line, hint)


def _is_html(node: Node) -> bool:
    """Whether a node is raw HTML; a comment that is a block of its own is shown by no format."""
    if node["t"] not in ("RawBlock", "RawInline") or node["c"][0] not in _HTML:
        return False
    return node["t"] == "RawInline" or not node["c"][1].lstrip().startswith("<!--")


class _Html:
    """Reads a tree's raw HTML as XML, with an element for each node that holds others."""

    def __init__(self, lines: list[str]) -> None:
        self._lines = lines
        self._line = 1
        self._within = 1
        self._parser = expat.ParserCreate(namespace_separator="}")

    def read(self, tree: Tree) -> tuple[str, int] | None:
        """Return what is wrong and the line of the HTML that is; None where nothing is."""
        try:
            self._parser.Parse(_OPENING, False)
            self._take(tree)
            self._parser.Parse("</body>", True)
        except expat.ExpatError as error:
            return expat.ErrorString(error.code), self._line
        return None

    def _take(self, node: Any) -> None:
        if isinstance(node, list):
            for one in node:
                self._take(one)
        elif isinstance(node, dict) and _is_html(node):
            self._line = self._within
            self._parser.Parse(node["c"][1], False)
        elif isinstance(node, dict) and isinstance(node.get("c"), list):
            self._element(node)

    def _element(self, node: Node) -> None:
        place = positions.segments(node, self._lines)
        self._within = place[0].line if place else self._within
        own = attributes(node)
        if own and ("wrapper", "1") in own[2]:
            # A wrapper is there for its position alone; no format has an element for it.
            self._take(node["c"])
        else:
            self._parser.Parse("<i>", False)
            self._take(node["c"])
            self._parser.Parse("</i>", False)
