"""One stream of HTML: an author's pieces of it, with a hole where Markdown's own nodes stand between them."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate
from typing import TYPE_CHECKING, NamedTuple

from polybook.markup import positions
from polybook.model.nodes import WITH_ATTR, Node

if TYPE_CHECKING:  # the parser is loaded where there is HTML to read
    from justhtml.dom import Node as Element

BRACKET = "\ufdd0"
"""Stands for an opening bracket that is text."""

_DOCTYPE = re.compile(r"<!doctype[^>]*>", re.IGNORECASE)
_START_TAG = re.compile(r"<[a-zA-Z][^\s/>]*+(?:[^>\"']|\"[^\"]*+\"|'[^']*+')*+>")
_ATTRIBUTE = re.compile(r"(?<=[\s\"'/])([^\s=>\"'/]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s>]+))")
_MARKUP = re.compile(r"<(?=[a-zA-Z/!?])")


class _Stretch(NamedTuple):
    """A part of the stream that stands in one line of the source, or a hole."""

    start: int
    end: int
    line: int
    """0 where it is not known."""

    column: int
    """Where the part begins in its line, counted from 0."""

    position: str
    """That of a hole's nodes."""


class Stream:
    """What a parser gets to read, and where each part of it stands in the source."""

    def __init__(self, lines: Sequence[str]) -> None:
        self._lines = lines
        self._parts: list[str] = []
        self._length = 0
        self._stretches: list[_Stretch] = []
        self._starts: list[int] = []
        self.holes: dict[int, Sequence[Node]] = {}
        """What stands in each hole, by the hole's offset. They are in order."""

    # ---- writing -----------------------------------------------------------------------------

    def piece(self, html: str, holder: Node | None) -> None:
        """Add HTML of the author's; ``holder`` is the node that says where it stands."""
        html = _DOCTYPE.sub(lambda found: " " * len(found[0]), html)  # it shows nothing
        segments = positions.segments(holder, self._lines) if holder else []
        pieces = html.split("\n")
        if segments and pieces[0].replace(BRACKET, "<") not in self._lines[segments[0].line - 1]:
            segments = segments[1:]  # a fence
        at = self._length
        for number, piece in enumerate(pieces):
            line, column = 0, 0
            if number < len(segments):
                segment = segments[number]
                column = self._column(piece, segment)
                line = segment.line if column >= 0 else 0
            self._add(_Stretch(at, at + len(piece), line, column, ""))
            at += len(piece) + 1
        self._write(html)

    def _column(self, piece: str, segment: positions.Segment) -> int:
        """Where a piece stands in its line; -1 where it does not."""
        line, piece = self._lines[segment.line - 1].rstrip("\r"), piece.replace(BRACKET, "<")
        return len(line) - len(piece) if line.endswith(piece) else line.find(piece, segment.start)

    def hole(self, tag: str, nodes: Sequence[Node]) -> None:
        """Leave a hole for nodes: a ``div`` for blocks, a ``span`` for inlines."""
        known = (node.attr.get(positions.POSITION) for node in nodes if isinstance(node, WITH_ATTR))
        self.holes[self._length] = nodes
        hole = f"<{tag}></{tag}>"
        self._add(_Stretch(self._length, self._length + len(hole), 0, 0, ";".join(filter(None, known))))
        self._write(hole)

    def tag(self, tag: str) -> None:
        """Add a tag that no author wrote."""
        self._write(tag)

    def _add(self, stretch: _Stretch) -> None:
        self._stretches.append(stretch)
        self._starts.append(stretch.start)

    def _write(self, text: str) -> None:
        self._parts.append(text)
        self._length += len(text)

    # ---- reading -----------------------------------------------------------------------------

    def parse(self) -> tuple[Element, list[tuple[str, int]]]:
        """Return the root of what browsers read, and what is wrong: the parser's words, with offsets."""
        from justhtml import JustHTML

        self.text = "".join(self._parts)
        document = JustHTML(
            self.text,
            sanitize=False,
            collect_errors=True,
            track_node_locations=True,
            fragment=True,
            scripting_enabled=False,
        )
        starts = list(accumulate((len(line) + 1 for line in self.text.split("\n")), initial=0))
        errors = [
            (error.code, starts[error.line - 1] + error.column - 1)
            for error in document.errors
            if error.line and error.column
        ]
        return document.root, errors

    def is_authors(self, offset: int) -> bool:
        """Whether an author wrote what stands there."""
        found = self._stretch(offset)
        return bool(found and offset < found.end and offset not in self.holes)

    def _stretch(self, offset: int) -> _Stretch | None:
        number = bisect_right(self._starts, offset) - 1
        return self._stretches[number] if number >= 0 else None

    def line(self, offset: int) -> int:
        """The line of the source that something stands in, or the last one known before it; 0 for none."""
        number = bisect_right(self._starts, offset) - 1
        for stretch in reversed(self._stretches[: number + 1]):
            if stretch.line:
                return stretch.line
            if stretch.position:
                return int(stretch.position.rpartition(";")[2].partition(":")[0].rpartition("@")[2])
        return 0

    def position(self, start: int, end: int) -> str:
        """Where a part of the stream stands in the source, as pandoc writes it; empty for nowhere."""
        found = []
        number = max(bisect_right(self._starts, start) - 1, 0)
        for stretch in self._stretches[number:]:
            if stretch.start >= end:
                break
            if stretch.position:
                found.append(stretch.position)
                continue
            if stretch.start in self.holes:
                continue
            left, right = max(start, stretch.start), min(end, stretch.end)
            if left >= right:
                continue
            if not stretch.line:
                return ""
            first = stretch.column + left - stretch.start
            line = self._lines[stretch.line - 1]
            found.append(positions.written(stretch.line, line, first, first + right - left))
        return ";".join(found)

    def value(self, offset: int, key: str) -> tuple[int, int]:
        """From where to where the value of an attribute stands in the start tag at an offset."""
        tag = self.text[offset : self.after_start_tag(offset)]
        for attribute in _ATTRIBUTE.finditer(tag):
            if attribute[1].lower() == key:
                begin, end = attribute.span(attribute.lastindex or 1)
                return offset + begin, offset + end
        return offset, offset

    def after_start_tag(self, offset: int) -> int:
        """Where a start tag ends."""
        found = _START_TAG.match(self.text, offset)
        return found.end() if found else offset

    def after_end_tag(self, name: str, offset: int) -> int:
        """Where an element's end tag ends that stands there; -1 where none does."""
        found = re.compile(rf"</{re.escape(name)}(?=[\s/>])[^>]*>", re.IGNORECASE).match(self.text, offset)
        return found.end() if found else -1

    def after_tag(self, offset: int) -> int:
        """Where a tag ends, whatever it is."""
        if not self.text.startswith("</", offset):
            return max(self.after_start_tag(offset), offset + 1)
        return self.text.find(">", offset) + 1 or len(self.text)

    def after_comment(self, offset: int) -> int:
        """Where a comment ends, or what browsers take for one."""
        mark = "-->" if self.text.startswith("<!--", offset) else ">"
        found = self.text.find(mark, offset)
        return len(self.text) if found < 0 else found + len(mark)

    def before_markup(self, offset: int) -> int:
        """Where a text ends."""
        found = _MARKUP.search(self.text, offset)
        return found.start() if found else len(self.text)


def held_by(element: Element) -> Sequence[Element]:
    """What an element holds."""
    from justhtml.dom import Template

    inner = element.template_content if isinstance(element, Template) else element
    return (inner.children if inner else None) or ()
