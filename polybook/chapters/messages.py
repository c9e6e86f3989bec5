"""What a message is: one definition, used both to extract messages and to put translations in.

A message is an exact slice of a chapter's text (see `slots`), or one of the book's own settings, or one text
of a figure (`figure_texts`). A translation takes the place of the run of the tree that its message is.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import accumulate, chain, count
from typing import Any, NamedTuple

from polybook.chapters import figure_texts
from polybook.chapters.figure_texts import Lookup
from polybook.markup import positions, prepared, tree
from polybook.markup.comments import comments
from polybook.model import layout
from polybook.model.book import Chapter, Settings
from polybook.model.catalog import SPACE, Message, one_line
from polybook.model.findings import BookError, Finding
from polybook.model.nodes import (
    HEADINGS,
    Block,
    CodeBlock,
    Emph,
    Header,
    Image,
    LineBreak,
    Link,
    Para,
    Plain,
    Quoted,
    RawBlock,
    Run,
    Span,
    Str,
    Strikeout,
    Strong,
    Subscript,
    Superscript,
    Tree,
)

SETTINGS = {"title": "book title", "subtitle": "book subtitle", "description": "book description"}
"""The settings that are messages, and what a translator sees them called."""

AUTHOR = "author"
"""What a translator sees an author's name called: it may be written in another script."""

PLAIN_KINDS = frozenset({*SETTINGS.values(), AUTHOR, figure_texts.KIND, "caption", "comment in a listing"})
"""Kinds of message that are plain text, with no markup in them."""

# What authors say of the block that comes next, or of all blocks up to an end.
_REMARK = re.compile(
    r"<!--\s*(?:(?P<what>translators|msgctxt):\s*(?P<text>.*?)|notranslate(?:\s+(?P<range>begin|end))?)\s*-->",
    re.DOTALL,
)
TASK = re.compile(r"\[[ xX]\] +")
"""What makes an item of a list a task, before its message."""

_HARD_BREAK = re.compile(r"\\[ \t]*\n")
_SOFT_BREAK = re.compile(f"[{SPACE}]*\n[{SPACE}]*")

_BESIDE_OTHERS = frozenset({*HEADINGS, "alt text"})
"""Kinds of messages that share the line they end in with marks and attributes of their heading or picture."""

_MARKS_AND_ATTRIBUTES = re.compile(r"[*_~^]*(?:\{(?:[^{}\"]|\"[^\"]*\")*\})*")
_UP_TO_BAR = re.compile(r"(?:\\\||[^|])*")


class Slot(NamedTuple):
    """Where one message stands in a chapter."""

    start: int
    end: int
    """The message is the slice ``text[start:end]``, but for soft line breaks and a cell's ``\\|``."""

    message: Message
    run: int = -1
    """Which run of the chapter's tree it is of, counted from 0 as `tree.runs` does, a run's notes right
    after it; -1 for what stands in a listing."""

    listing: int = -1
    """Which code block of the chapter it is in, counted from 0; -1 for what stands in a run."""

    line: int = 0
    column: int = 0
    """Where it stands in its listing's code, both counted from 0."""


def of_settings(settings: Settings) -> list[Message]:
    """The messages among the book's own settings."""
    texts = [(getattr(settings, key), kind) for key, kind in SETTINGS.items()]
    texts += [(author, AUTHOR) for author in settings.authors]
    return [_setting(text, kind) for text, kind in texts if text]


def _setting(text: str, kind: str) -> Message:
    return Message(text, kind, layout.SETTINGS, 0)


def slots(chapter: Chapter, blocks: Tree) -> list[Slot]:
    """Return the places of the chapter's messages, in the order of the text.

    ``blocks`` are the chapter's, with positions. Soft line breaks in a message are folded to a space, or to
    nothing between Chinese or Japanese characters; a hard one is kept as a backslash at the end of a line.
    What has no letter to translate (code alone, numbers, bare URLs) is no message, nor is what the author
    excludes. Raises BookError for a range that is excluded and has no end.
    """
    walk = _Walk(chapter)
    walk.blocks(blocks, "paragraph", _Remarks())
    if walk.range_excluded:
        begins = [match.start() for match in _REMARK.finditer(chapter.text) if match["range"] == "begin"]
        line = chapter.text.count("\n", 0, begins[-1]) + 1
        what = "the range that is not translated has no end"
        hint = "write <!-- notranslate end --> where translating goes on"
        raise BookError(Finding("notranslate", what, chapter.path, line, hint))
    return [walk.found[start] for start in sorted(walk.found)]


class _Remarks(NamedTuple):
    """What the author's comments say of a block: notes, context, that it is not translated."""

    note: str = ""
    context: str = ""
    excluded: bool = False


class _Walk:
    """One walk through a chapter's tree, with positions, that finds the slots of its messages."""

    def __init__(self, chapter: Chapter) -> None:
        self.source = _Source(chapter)
        self.found: dict[int, Slot] = {}
        self.range_excluded = False
        self._section: list[str] = []
        self._runs, self._listings = count(), count()

    def blocks(self, blocks: Tree, kind: str, outer: _Remarks) -> None:
        """Go through blocks that lie side by side; ``outer`` is said of all of them."""
        remarks = outer
        for holder, block in positions.held_by(blocks):
            if isinstance(block, RawBlock):
                remarks = self._read(remarks, block.text)
                continue
            if isinstance(block, Para | Plain):
                self._run(kind, block.inlines, holder, remarks)
            elif isinstance(block, Header):
                heading = HEADINGS[min(block.level, len(HEADINGS)) - 1]
                self._run(heading, block.inlines, None, remarks)
            elif isinstance(block, CodeBlock):
                listing = next(self._listings)
                for slot in self.source.comments(block):
                    self._add(slot._replace(listing=listing), remarks)
            else:
                for inner, part in tree.parts(block, kind):
                    self.blocks(part, inner, remarks)
            remarks = outer

    def _run(self, kind: str, inlines: Run, holder: Block | None, remarks: _Remarks) -> None:
        run = next(self._runs)
        if kind in HEADINGS:
            del self._section[HEADINGS.index(kind) :]
        for slot in self.source.run(kind, inlines, holder):
            self._add(slot._replace(run=run), remarks)
        if kind in HEADINGS:
            self._section.append(tree.plain(inlines))
        for note in tree.notes(inlines):
            self.blocks(note.blocks, "footnote", remarks)

    def _add(self, slot: Slot, remarks: _Remarks) -> None:
        if not (remarks.excluded or self.range_excluded):
            message = slot.message._replace(
                section=tuple(self._section), note=remarks.note, context=remarks.context
            )
            self.found.setdefault(slot.start, slot._replace(message=message))

    def _read(self, remarks: _Remarks, comment: str) -> _Remarks:
        """What is said of the next block, where a comment stands before it, and what was said already."""
        for match in _REMARK.finditer(comment):
            if match["what"] == "translators":
                notes = filter(None, (remarks.note, one_line(match["text"])))
                remarks = remarks._replace(note="\n".join(notes))
            elif match["what"] == "msgctxt":
                remarks = remarks._replace(context=one_line(match["text"]))
            elif match["range"]:
                self.range_excluded = match["range"] == "begin"
            else:
                remarks = remarks._replace(excluded=True)
        return remarks


def lines_of(translation: str) -> list[str]:
    """The parts of a text between its hard breaks, each as one line; other spaces may be those of code."""
    return [_SOFT_BREAK.sub(" ", line.strip(SPACE)) for line in _HARD_BREAK.split(translation.strip(SPACE))]


def translate_settings(settings: Settings, lookup: Lookup) -> Settings:
    """Return the settings with title, subtitle, description and authors as ``lookup`` has them."""

    def translated(text: str, kind: str) -> str:
        return one_line(lookup(_setting(text, kind)) or text) if text else text

    changed: dict[str, Any] = {
        key: translated(getattr(settings, key), kind) for key, kind in SETTINGS.items()
    }
    authors = tuple(translated(author, AUTHOR) for author in settings.authors)
    return replace(settings, authors=authors, **changed)


# ---- text in chapters ----------------------------------------------------------------------


class _Source:
    """A chapter's text, with what is needed to turn pandoc's positions into slices of it."""

    def __init__(self, chapter: Chapter) -> None:
        self.path = chapter.path
        self.text = chapter.text
        # As pandoc was given it: its positions are of this text.
        self.mended = prepared.mend(chapter.text)
        self.lines = self.mended.text.split("\n")
        self.starts = list(accumulate((len(line) + 1 for line in self.lines), initial=0))

    def run(self, kind: str, inlines: Run, holder: Block | None) -> Iterator[Slot]:
        """The slots of one run: usually one; an image alone gives its alternative text and its caption."""
        if len(inlines) == 1 and isinstance(inlines[0], Image):
            yield from self.image(inlines[0])
        elif _has_words(inlines) and (slot := self.slot(kind, inlines, holder)):
            yield slot

    def slot(self, kind: str, inlines: Run, holder: Block | None = None) -> Slot | None:
        """The slot of a run; its ``holder``, where it has one, says where its lines begin."""
        lines = self.edges(kind, inlines, holder)
        if not lines:
            return None
        ends = self.ends(inlines, lines) if len(lines) > 1 else {}
        pieces: list[str] = []
        start = end = -1
        for number, (left, right) in lines.items():
            right, glue = ends.get(number, (right, " "))
            left, right = self.written(number, left, right)
            pieces += (self.text[left:right], glue)
            start, end = left if start < 0 else start, right
        text = "".join(pieces[:-1])
        if kind == "table cell":
            text = text.replace("\\|", "|")  # it is the table that would end there, not the message
        if kind == "list item" and (task := TASK.match(text)):
            text, start = text[task.end() :], start + task.end()
        return Slot(start, end, Message(text, kind, self.path, next(iter(lines))))

    def written(self, line: int, left: int, right: int) -> tuple[int, int]:
        """Where a piece of a line that pandoc read stands in the chapter's text, less the space around it."""
        piece = self.lines[line - 1][left:right]
        start = self.starts[line - 1] + left + len(piece) - len(piece.lstrip(SPACE))
        return self.mended.origin(start, start + len(piece.strip(SPACE)))

    def edges(self, kind: str, inlines: Run, holder: Block | None) -> dict[int, tuple[int, int]]:
        """From where to where a run goes in each of its lines, in their order.

        pandoc says where nodes begin. Their attributes are not in their positions, nor are all marks at the
        end of what has several (``***words***``); but nothing else stands between a run and its line's end.
        """
        placed = (positions.segments(node, self.lines) for node in inlines)
        first: list[positions.Segment] = next((one for one in placed if one), [])
        backwards = (positions.segments(node, self.lines) for node in reversed(inlines))
        last = next((one for one in backwards if one), first)
        if not first:
            return {}
        begin, end = first[0], last[-1]
        right = self.end(kind, end.line, end.end)
        if begin.line == end.line:  # most runs stand in one line
            return {begin.line: (begin.start, right)}
        lefts = {begin.line: begin.start}
        whole = positions.segments(holder, self.lines) if holder else []
        for segment in whole or chain.from_iterable(positions.segments(node, self.lines) for node in inlines):
            if segment.line not in lefts:
                lefts[segment.line] = segment.start
        lines = range(begin.line, end.line + 1)
        edges = {number: (lefts.get(number, 0), len(self.lines[number - 1])) for number in lines}
        edges[end.line] = edges[end.line][0], right
        return edges

    def end(self, kind: str, number: int, column: int) -> int:
        """Where a run ends in its last line, in which pandoc has its last node end at ``column``."""
        line = self.lines[number - 1]
        if kind != "table cell" and kind not in _BESIDE_OTHERS:
            return len(line)
        more = (_UP_TO_BAR if kind == "table cell" else _MARKS_AND_ATTRIBUTES).match(line, column)
        return more.end() if more else column

    def ends(self, inlines: Run, lines: Iterable[int]) -> dict[int, tuple[int, str]]:
        """What of a run's lines ends otherwise than with the end of a line that is a space to readers.

        Where its text ends, and what stands for the line's end.
        """
        ends: dict[int, tuple[int, str]] = {}
        if not all(self.lines[number - 1].isascii() for number in lines):
            for number in positions.joined_lines(inlines, self.lines):
                ends[number] = len(self.lines[number - 1]), ""
        for node in tree.within(inlines):
            if (
                isinstance(node, Span)
                and positions.is_wrapper(node)
                and isinstance(node.inlines[0], LineBreak)
            ):
                for segment in positions.segments(node, self.lines):
                    ends[segment.line] = segment.start, "\\\n"
        return ends

    def image(self, image: Image) -> Iterator[Slot]:
        title = image.target.title
        if _has_words(image.inlines) and (slot := self.slot("alt text", image.inlines)):
            yield slot
        places = positions.segments(image, self.lines)
        if not (title and places):
            return
        begin = self.starts[places[0].line - 1] + places[0].start
        end = self.starts[places[-1].line - 1] + places[-1].end
        text = self.mended.text[begin:end]
        # The title is the last quoted text of the link; pandoc gives its value but not its place.
        for match in re.finditer(r"\s(([\"'])((?:\\.|(?!\2)[^\\])*)\2)\s*\)", text, re.DOTALL):
            if one_line(re.sub(r"\\(\W)", r"\1", match[3])) == one_line(title):
                line = bisect_right(self.starts, begin + match.start(3))
                message = Message(one_line(title), "caption", self.path, line)
                start, end = self.mended.origin(begin + match.start(3), begin + match.end(3))
                yield Slot(start, end, message)
                return

    def comments(self, block: CodeBlock) -> Iterator[Slot]:
        """The comments and docstrings of a listing, a slot a line: the code around them never moves."""
        places = positions.segments(block, self.lines)
        if not places:
            return
        fenced = self.lines[places[0].line - 1].lstrip(" >").startswith(("```", "~~~"))
        first = places[0].line + fenced
        code_lines = block.text.split("\n")
        for number, column, text in comments(block.attr.classes, block.text):
            line = self.lines[first + number - 1]
            if line.endswith(code_lines[number]):
                at = self.starts[first + number - 1] + len(line) - len(code_lines[number]) + column
                start, end = self.mended.origin(at, at + len(text))
                message = Message(text, "comment in a listing", self.path, first + number)
                yield Slot(start, end, message, line=number, column=column)


def _has_words(inlines: Run) -> bool:
    """Whether a run has a letter outside code, math, raw text and links that show their own address."""
    for node in inlines:
        match node:
            case Str():
                if any(character.isalpha() for character in node.text):
                    return True
            case Link():
                shown = (node.target.url, node.target.url.removeprefix("mailto:"))
                if _has_words(node.inlines) and _words(node.inlines) not in shown:
                    return True
            case Image() | Span() | Quoted() | Emph() | Strong() | Strikeout() | Superscript() | Subscript():
                if _has_words(node.inlines):
                    return True
    return False


def _words(inlines: Run) -> str:
    return "".join(node.text for node in tree.within(inlines) if isinstance(node, Str))
