"""Where runs and what is in them stand in a chapter's text, and what they are as messages.

pandoc says where nodes begin. Their attributes are not in their positions, nor are all marks at the end of
what has several (``***words***``); but nothing else stands between a run and the end of its last line, or
HTML's next tag.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable
from itertools import accumulate, chain
from typing import NamedTuple

from polybook.markup import definitions, fences, formulas, positions, prepared, tree
from polybook.markup.definitions import Definitions
from polybook.markup.variables import typed
from polybook.model.catalog import SPACE, one_line
from polybook.model.nodes import (
    HEADINGS,
    Block,
    Code,
    CodeBlock,
    Image,
    Inline,
    LineBreak,
    Link,
    Math,
    Note,
    Run,
    SoftBreak,
    Span,
)

# Kinds of runs that share the line they end in with marks and attributes of their heading or picture, say.
_BESIDE_OTHERS = frozenset({*HEADINGS, "alt text", "box title", "table caption"})
_MARKS_AND_ATTRIBUTES = re.compile(r"[*_~^]*(?:\{(?:[^{}\"]|\"[^\"]*\")*\})*")
_TAG = re.compile(r"<[a-zA-Z/!?]")
_UP_TO_BAR = re.compile(r"(?:\\\||[^|])*")

# The label of a link or a picture that has a definition: at its end, or all of it.
_LABEL = re.compile(r"(?<!\\)(?:\\\\)*+\[((?:[^\\\[\]]|\\.)++)\](\[\])?$", re.DOTALL)
_TITLE = re.compile(
    r"\s(?:\"((?:[^\"\\]|\\.)*)\"|'((?:[^'\\]|\\.)*)'|\(((?:[^()\\]|\\.)*)\))\s*\)$", re.DOTALL
)


class Slice(NamedTuple):
    """A piece of a chapter's text that is a message."""

    start: int
    end: int
    text: str
    """The slice ``text[start:end]`` in one line, and spelt so that it can be read and changed by itself: a
    cell's bar without its backslash, and a link that has a definition with its label, ``[words][label]``."""

    line: int
    """The line it begins in, counted from 1."""

    shown: int
    """Where a reader meets it: at its start, but for a title that stands in a definition elsewhere."""


class Slices:
    """A chapter's text, with what is needed to turn pandoc's positions into slices of it."""

    def __init__(self, text: str) -> None:
        self._text = text
        # As pandoc was given it: its positions are of this text.
        self._mended = prepared.mend(text)
        self._lines = self._mended.text.split("\n")
        self._starts = list(accumulate((len(line) + 1 for line in self._lines), initial=0))

        self._links: dict[str, str] = {}
        self._notes: set[str] = set()

    @property
    def definitions(self) -> Definitions:
        """What the runs use that were asked for, of what the text defines."""
        return Definitions(self._links, frozenset(self._notes))

    def of_run(self, kind: str, run: Run, holder: Block | None = None) -> Slice | None:
        """The slice of a run of this kind; its ``holder``, where it has one, says where its lines begin."""
        lines = self._edges(kind, run, holder)
        if not lines:
            return None
        ends = self._ends(run, lines) if len(lines) > 1 else {}
        labels = self._labels(run) if any("[" in self._lines[number - 1] for number in lines) else {}
        pieces: list[str] = []
        start = end = -1
        for number, (left, right) in lines.items():
            right, glue = ends.get(number, (right, " "))
            begin, end = self._written(number, left, right)
            start = begin if start < 0 else start
            for cut, label in labels.get(number, ()):
                pieces += (self._text[begin:cut], label)
                begin = cut
            pieces += (self._text[begin:end], glue)
        text = "".join(pieces[:-1])
        if kind == "table cell":
            text = text.replace("\\|", "|")  # it is the table that would end there, not the message
        return Slice(start, end, text, next(iter(lines)), start)

    def of_node(self, node: Inline) -> tuple[int, int, int] | None:
        """From where to where a node goes, and in which line it begins."""
        segments = positions.segments(node, self._lines)
        if not segments:
            return None
        first, last = segments[0], segments[-1]
        begin, end = self._offset(first.line, first.start), self._offset(last.line, last.end)
        return *self._mended.origin(begin, end), first.line

    def of_title(self, image: Image) -> Slice | None:
        """The slice of a picture's title. pandoc gives what it says and not where it stands."""
        segments = positions.segments(image, self._lines)
        if not segments:
            return None
        begin = self._offset(segments[0].line, segments[0].start)
        end = self._offset(segments[-1].line, segments[-1].end)
        written = self._mended.text[begin:end]
        if found := _TITLE.search(written):
            first, last = (begin + offset for offset in found.span(found.lastindex or 0))
        else:
            label = _LABEL.search(self._joined(segments))
            place = definitions.title_of(label[1], self._mended.text) if label else None
            first, last = place or (begin, end)
        line = bisect_right(self._starts, first)
        return Slice(*self._mended.origin(first, last), one_line(typed(image.target.title)), line, end - 1)

    def of_code(self, block: CodeBlock, number: int, column: int, text: str) -> Slice | None:
        """The slice of a text in a listing, by its line and column in the code, counted from 0."""
        segments = positions.segments(block, self._lines)
        if not segments:
            return None
        fenced = self._lines[segments[0].line - 1].startswith(("```", "~~~"), segments[0].start)
        place = segments[0].line + fenced + number
        line, code = self._lines[place - 1], block.text.split("\n")[number]
        if not line.endswith(code):
            return None
        at = self._offset(place, len(line) - len(code) + column)
        start, end = self._mended.origin(at, at + len(text))
        return Slice(start, end, text, place, start)

    def beside_fence(self, block: CodeBlock, text: str) -> Slice | None:
        """The slice of a text that stands beside a listing's fence, as it is or with its marks escaped."""
        segments = positions.segments(block, self._lines)
        if not segments:
            return None
        line = self._lines[segments[0].line - 1]
        forms = "|".join(map(re.escape, (text, fences.escaped(text))))
        # Best after a quotation mark: a word may be that of the language too.
        found = re.compile(f"[\"'](?P<it>{forms})[\"']").search(line) or re.search(f"(?P<it>{forms})", line)
        if not found:
            return None
        start, end = (self._offset(segments[0].line, column) for column in found.span("it"))
        start, end = self._mended.origin(start, end)
        return Slice(start, end, text, segments[0].line, start)

    # ---- lines -------------------------------------------------------------------------------

    def _offset(self, line: int, column: int) -> int:
        return self._starts[line - 1] + column

    def _written(self, line: int, left: int, right: int) -> tuple[int, int]:
        """Where a piece of a line that pandoc read stands in the chapter's text, less the space around it."""
        piece = self._lines[line - 1][left:right]
        start = self._offset(line, left + len(piece) - len(piece.lstrip(SPACE)))
        return self._mended.origin(start, start + len(piece.strip(SPACE)))

    def _edges(self, kind: str, run: Run, holder: Block | None) -> dict[int, tuple[int, int]]:
        """From where to where a run goes in each of its lines, in their order."""
        placed = (positions.segments(node, self._lines) for node in run)
        first: list[positions.Segment] = next((one for one in placed if one), [])
        if not first:
            return {}
        last, more = first, 0  # attributes, each on a line of its own
        for node in reversed(run):
            if last := positions.segments(node, self._lines):
                break
            more += isinstance(node, Span) and isinstance(node.inlines[0], SoftBreak)
        begin, end = first[0], last[-1]
        if more:
            end = positions.Segment(end.line + more, 0, 0)
        right = self._end(kind, end.line, end.end)
        if begin.line == end.line:  # most runs stand in one line
            return {begin.line: (begin.start, right)}
        lefts = {begin.line: begin.start}
        whole = positions.segments(holder, self._lines) if holder else []
        for segment in whole or chain.from_iterable(positions.segments(node, self._lines) for node in run):
            lefts.setdefault(segment.line, self._after_margin(segment))
        lines = range(begin.line, end.line + 1)
        edges = {number: (lefts.get(number, 0), len(self._lines[number - 1])) for number in lines}
        edges[end.line] = edges[end.line][0], right
        return edges

    def _after_margin(self, segment: positions.Segment) -> int:
        """Where what a run has in a line begins, of which a node begins there; comments are no nodes."""
        line = self._lines[segment.line - 1]
        margin = len(line) - len(line.lstrip(SPACE + ">"))
        return margin if "-->" in line[margin : segment.start] else segment.start

    def _end(self, kind: str, number: int, column: int) -> int:
        """Where a run ends in its last line, in which pandoc has its last node end at ``column``."""
        line = self._lines[number - 1]
        end = len(line)
        if kind == "table cell" or kind in _BESIDE_OTHERS:
            more = (_UP_TO_BAR if kind == "table cell" else _MARKS_AND_ATTRIBUTES).match(line, column)
            end = more.end() if more else column
        tag = _TAG.search(line, column, end)
        return tag.start() if tag else end

    def _ends(self, run: Run, lines: Iterable[int]) -> dict[int, tuple[int, str]]:
        """What of a run's lines ends otherwise than with the end of a line that is a space to readers.

        Where its text ends, and what stands for the line's end.
        """
        ends: dict[int, tuple[int, str]] = {}
        if not all(self._lines[number - 1].isascii() for number in lines):
            for number in positions.joined_lines(run, self._lines):
                ends[number] = len(self._lines[number - 1]), ""
        for node in tree.beside_words(run):
            if isinstance(node, Code):
                for number, _, end in positions.segments(node, self._lines)[:-1]:
                    line = self._lines[number - 1][:end]
                    length = len(line.rstrip(SPACE))
                    ends[number] = length, line[length:] + " "  # spaces are code there
            elif isinstance(node, Span) and positions.is_wrapper(node):
                segments = positions.segments(node, self._lines)
                if isinstance(node.inlines[0], LineBreak):
                    ends.update({number: (start, "\\\n") for number, start, _ in segments})
                elif isinstance(node.inlines[0], Math):
                    for number, start, end in segments[:-1]:
                        remark = formulas.remark_in(self._lines[number - 1][start:end])
                        if remark >= 0:
                            ends[number] = start + remark, " "
        return ends

    # ---- what is defined elsewhere -----------------------------------------------------------

    def _labels(self, run: Run) -> dict[int, list[tuple[int, str]]]:
        """The labels that links of a run have as their words alone, by the lines that these links end in.

        Each with where in the chapter's text it is to be written, that a translator can change the words.
        """
        found: dict[int, list[tuple[int, str]]] = {}
        for node in tree.beside_words(run):
            match node:
                case Link() | Image():
                    segments = positions.segments(node, self._lines)
                    label = _LABEL.search(self._joined(segments))
                    if not label:
                        continue
                    self._links[definitions.folded(label[1])] = definitions.written(label[1], node.target)
                    if label[0] != label.string.lstrip("!"):
                        continue
                    has_brackets = bool(label[2])
                    end = self._offset(segments[-1].line, segments[-1].end - has_brackets)
                    more = label[1] if has_brackets else f"[{label[1]}]"
                    found.setdefault(segments[-1].line, []).append((self._mended.origin(end, end)[1], more))
                case Span(inlines=[Note()]):
                    said = self._joined(positions.segments(node, self._lines))
                    self._notes.add(definitions.folded(said[2:-1]))
        return {line: sorted(cuts) for line, cuts in found.items()}

    def _joined(self, segments: Iterable[positions.Segment]) -> str:
        """What stands in several lines, in one."""
        pieces = (self._lines[number - 1][start:end] for number, start, end in segments)
        return " ".join(piece.strip(SPACE) for piece in pieces)
