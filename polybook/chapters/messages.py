"""What a message is: one definition, used both to extract messages and to put translations in.

A message is an exact slice of a chapter's text (see `slots`), or one of the book's own settings, or one text
of a figure (`figure_texts`). A translation takes the place of the run of the tree that its message is.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import accumulate, count
from typing import Any, NamedTuple

from polybook.chapters import figure_texts
from polybook.chapters.figure_texts import Lookup
from polybook.markup import positions, prepared, tree
from polybook.markup.comments import comments
from polybook.model import layout
from polybook.model.book import Chapter, Settings
from polybook.model.catalog import Message
from polybook.model.findings import BookError, Finding
from polybook.model.nodes import (
    HEADINGS,
    Block,
    CodeBlock,
    Div,
    Emph,
    Image,
    LineBreak,
    Link,
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
    source = _Source(chapter)
    section: list[str] = []
    found: dict[int, Slot] = {}
    number, listing = count(), count()
    remarks = _Remarks(chapter)

    def add(slot: Slot, above: Sequence[str]) -> None:
        if not remarks.excluded:
            told = slot.message._replace(section=tuple(above), note=remarks.note, context=remarks.context)
            found.setdefault(slot.start, slot._replace(message=told))

    def collect(kind: str, inlines: Run) -> None:
        run = next(number)
        if kind in HEADINGS:
            del section[HEADINGS.index(kind) :]
            section.append(tree.plain(inlines))
        above = section[:-1] if kind in HEADINGS else section
        for slot in source.run(kind, inlines):
            add(slot._replace(run=run), above)
        for note in tree.notes(inlines):
            for inner, noted in tree.walk(note.blocks, "footnote"):
                collect(inner, noted)

    for block in _blocks(blocks):
        if isinstance(block, RawBlock):
            remarks.read(block.text)
            continue
        for kind, inlines in tree.walk([block]):
            collect(kind, inlines)
        for node in tree.find([block], CodeBlock):
            place = next(listing)
            for slot in source.comments(node):
                add(slot._replace(listing=place), section)
        remarks.forget()
    remarks.finish()
    return [found[start] for start in sorted(found)]


def _blocks(blocks: Tree) -> Iterator[Block]:
    """The chapter's blocks, those in boxes too."""
    for block in positions.unwrap(blocks):
        if isinstance(block, Div):
            yield from _blocks(block.blocks)
        else:
            yield block


class _Remarks:
    """What the author's comments say of the blocks after them: notes, context, what is not translated."""

    def __init__(self, chapter: Chapter) -> None:
        self.chapter = chapter
        self.note = self.context = ""
        self.next_excluded = self.range_excluded = False

    @property
    def excluded(self) -> bool:
        return self.next_excluded or self.range_excluded

    def read(self, comment: str) -> None:
        for match in _REMARK.finditer(comment):
            if match["what"] == "translators":
                self.note = match["text"]
            elif match["what"] == "msgctxt":
                self.context = " ".join(match["text"].split())
            elif match["range"]:
                self.range_excluded = match["range"] == "begin"
            else:
                self.next_excluded = True

    def forget(self) -> None:
        """A block has passed: what was said of it holds no more."""
        self.note = self.context = ""
        self.next_excluded = False

    def finish(self) -> None:
        if self.range_excluded:
            begins = [
                match.start() for match in _REMARK.finditer(self.chapter.text) if match["range"] == "begin"
            ]
            line = self.chapter.text.count("\n", 0, begins[-1]) + 1
            hint = "write <!-- notranslate end --> where translating goes on"
            raise BookError(
                Finding(
                    "notranslate",
                    "the range that is not translated has no end",
                    self.chapter.path,
                    line,
                    hint,
                )
            )


def lines_of(translation: str) -> list[str]:
    """The lines of a text that has hard breaks, each with its spaces folded."""
    return [" ".join(line.split()) for line in _HARD_BREAK.split(translation.strip())]


def translate_settings(settings: Settings, lookup: Lookup) -> Settings:
    """Return the settings with title, subtitle, description and authors as ``lookup`` has them."""

    def translated(text: str, kind: str) -> str:
        return " ".join((lookup(_setting(text, kind)) or text).split()) if text else text

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

    def run(self, kind: str, inlines: Run) -> Iterator[Slot]:
        """The slots of one run: usually one; an image alone gives its alternative text and its caption."""
        if len(inlines) == 1 and isinstance(inlines[0], Image):
            yield from self.image(inlines[0])
        elif _has_words(inlines) and (slot := self.slot(kind, inlines)):
            yield slot

    def slot(self, kind: str, inlines: Run) -> Slot | None:
        edges = self.edges(inlines)
        if not edges:
            return None
        numbers = sorted(edges)
        breaks: set[int] = set()
        joined: set[int] = set()
        if len(numbers) > 1:
            breaks = self.breaks(inlines)
            if not all(self.lines[number - 1].isascii() for number in numbers):
                joined = positions.joined_lines(inlines, self.lines)
        places = [self.written(number, *edges[number]) for number in numbers]
        folded = []
        for number, (left, right) in zip(numbers, places, strict=True):
            piece = self.text[left:right]
            if number in breaks:
                piece = piece.rstrip("\\").rstrip() + "\\\n"
            folded.append(piece if number in breaks or number in joined else piece + " ")
        text = "".join(folded).strip()
        if kind == "table cell":
            text = text.replace("\\|", "|")  # it is the table that would end there, not the message
        start, end = places[0][0], places[-1][1]
        if kind == "list item" and (task := TASK.match(text)):
            text, start = text[task.end() :], start + task.end()
        return Slot(start, end, Message(text, kind, self.path, numbers[0]))

    def written(self, line: int, left: int, right: int) -> tuple[int, int]:
        """Where a piece of a line that pandoc read stands in the chapter's text, less the space around it."""
        piece = self.lines[line - 1][left:right]
        start = self.starts[line - 1] + left + len(piece) - len(piece.lstrip())
        return self.mended.origin(start, start + len(piece.strip()))

    def edges(self, inlines: Run) -> dict[int, tuple[int, int]]:
        """From where to where a run goes in each of its lines."""
        placed = (positions.segments(node, self.lines) for node in inlines)
        first: list[positions.Segment] = next((one for one in placed if one), [])
        backwards = (positions.segments(node, self.lines) for node in reversed(inlines))
        last = next((one for one in backwards if one), first)
        if first and first[0].line == last[-1].line:  # most runs stand in one line
            return {first[0].line: (first[0].start, last[-1].end)}
        edges: dict[int, tuple[int, int]] = {}
        for node in inlines:
            for segment in positions.segments(node, self.lines):
                left, right = edges.get(segment.line, (segment.start, segment.end))
                edges[segment.line] = min(left, segment.start), max(right, segment.end)
        return edges

    def breaks(self, inlines: Run) -> set[int]:
        """The lines that end with a hard break."""
        return {
            segment.line
            for node in tree.within(inlines)
            if isinstance(node, Span)
            and positions.is_wrapper(node)
            and isinstance(node.inlines[0], LineBreak)
            for segment in positions.segments(node, self.lines)
        }

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
            if " ".join(re.sub(r"\\(\W)", r"\1", match[3]).split()) == " ".join(title.split()):
                line = bisect_right(self.starts, begin + match.start(3))
                message = Message(" ".join(title.split()), "caption", self.path, line)
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
