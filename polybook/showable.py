"""Whether every format can show what a chapter holds: raw HTML that is XHTML, formulas, numbers of lines."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.parsers import expat

from polybook import markup, pandoc
from polybook.model import Chapter, Finding, Limits, Tree

_OPENING = '<body xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops">'
_START = re.compile(r"[1-9][0-9]{0,5}")
_SCRIPT = Path(__file__).with_name("formulas.lua")
_HTML = {"html", "html4", "html5"}


def check(chapter: Chapter, tree: Tree, limits: Limits) -> Iterator[Finding]:
    """Yield what some format cannot show; ``tree`` is the chapter's, with positions."""
    lines = chapter.text.split("\n")
    for node in markup.each(tree):
        if node["t"] == "CodeBlock":
            own = markup.attributes(node)
            start = dict(own[2]).get("start", "1") if own else "1"
            if not _START.fullmatch(start):
                what, place = f"the listing starts at line '{start[:80]}'", markup.segments(node, lines)
                line = place[0].line if place else 1
                yield Finding("listing", what, chapter.path, line, "write start=1, or let refresh write it")
    if any(map(_is_html, markup.each(tree))) and (found := _Html(lines).read(tree)):
        what, line = found
        hint = (
            "close every element where it was opened, <br/> too; write characters, not names such as &nbsp;"
        )
        yield Finding("html", f"the HTML is no XHTML: {what}", chapter.path, line, hint)
    yield from _formulas(chapter, tree, limits)


def _formulas(chapter: Chapter, tree: Tree, limits: Limits) -> Iterator[Finding]:
    """A finding for each formula that pandoc cannot write. Only in the chapter its place is known."""
    if not any(node["t"] == "Math" for node in markup.each(tree)):
        return
    lines, line, found = chapter.text.split("\n"), 1, []
    for node in markup.each(tree):
        if place := markup.segments(node, lines):
            line = place[0].line
        if node["t"] == "Math":
            found.append((line, node["c"][1]))
    given = [json.dumps(formula).encode() for _, formula in found]
    for (line, formula), answer in zip(found, pandoc.convert(_SCRIPT, "", given, limits), strict=True):
        if answer != b"true":
            what = f"the formula is none that can be shown, {formula.strip()[:80]!a}"
            hint = "close every brace, and define no commands; pandoc reads the TeX"
            yield Finding("formula", what, chapter.path, line, hint)


def _is_html(node: markup.Node) -> bool:
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

    def _element(self, node: markup.Node) -> None:
        place = markup.segments(node, self._lines)
        self._within = place[0].line if place else self._within
        own = markup.attributes(node)
        if own and ("wrapper", "1") in own[2]:
            # A wrapper is there for its position alone; no format has an element for it.
            self._take(node["c"])
        else:
            self._parser.Parse("<i>", False)
            self._take(node["c"])
            self._parser.Parse("</i>", False)
