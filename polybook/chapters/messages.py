"""What a message is: one definition, used both to extract messages and to put translations in.

A message is an exact slice of a chapter's text (see `slots`), or one of the book's own settings, or one text
of a figure (`figure_texts`). A translation takes the place of the run of the tree that its message is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import count
from operator import itemgetter
from typing import Any, NamedTuple

from polybook.chapters import contents, figure_texts, index_entries
from polybook.chapters.figure_texts import Lookup
from polybook.chapters.slices import Slice, Slices
from polybook.markup import formulas, positions, tree
from polybook.markup.comments import comments
from polybook.markup.definitions import Definitions
from polybook.markup.fences import CAPTION, TITLE, is_name
from polybook.markup.index_marks import entry_of, marks
from polybook.markup.variables import bare
from polybook.model import layout
from polybook.model.book import Chapter, Settings
from polybook.model.catalog import SPACE, Message, one_line
from polybook.model.findings import BookError, Finding
from polybook.model.nodes import (
    HEADINGS,
    Block,
    Code,
    CodeBlock,
    Emph,
    Header,
    Image,
    Link,
    Math,
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

FRONT_TITLE, FRONT_DESCRIPTION = "chapter title in front matter", "chapter description"
"""What a translator sees the messages of front matter called."""

PLAIN_KINDS = frozenset(
    {
        *SETTINGS.values(),
        AUTHOR,
        FRONT_TITLE,
        FRONT_DESCRIPTION,
        contents.PART,
        contents.ENTRY,
        figure_texts.KIND,
        "caption",
        "title of a listing",
        "caption of a listing",
        "comment in a listing",
        index_entries.KIND,
    }
)
"""Kinds of message that are plain text, with no markup in them."""

# What authors say of the block that comes next, or of all blocks up to an end.
_REMARK = re.compile(
    r"<!--\s*+(?:(?P<what>translators|msgctxt):(?P<text>(?:(?!<!--).)*?)"
    r"|notranslate(?:\s++(?P<range>begin|end))?\s*+)-->",
    re.DOTALL,
)
TASK = re.compile(r"\[[ \txX]\][ \t]+(?!<!--.*?-->)", re.DOTALL)
"""What makes an item of a list a task, before its message."""

_HARD_BREAK = re.compile(r"\\[ \t]*\n")
_SOFT_BREAK = re.compile(f"(?<![{SPACE}])[ \t]*+\n[{SPACE}]*+")


BESIDE = {-1: TITLE, -2: CAPTION}
"""What of a listing stands beside its fence, by what slots have in the place of a line."""


class Slot(NamedTuple):
    """Where one message stands in a chapter."""

    start: int
    end: int
    """The message is the slice ``text[start:end]``, as `slices.Slice` has it."""

    message: Message
    run: int = -1
    """Which run of the chapter's tree it is of, counted from 0 as `tree.runs` does, a run's notes right
    after it; -1 for what stands in a listing."""

    listing: int = -1
    """Which code block of the chapter it is in, counted from 0; -1 for what stands in a run."""

    line: int = 0
    column: int = 0
    """Where it stands in its listing's code, both counted from 0; the line is one of `BESIDE` for what stands
    beside its fence."""


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
    return read(chapter, blocks)[0]


def read(chapter: Chapter, blocks: Tree) -> tuple[list[Slot], Definitions]:
    """Return a chapter's `slots`, and what their messages use of what it defines."""
    walk = _Walk(chapter)
    walk.blocks(blocks, "paragraph", _Remarks())
    if walk.range_excluded:
        begins = [match.start() for match in _REMARK.finditer(chapter.text) if match["range"] == "begin"]
        line = chapter.text.count("\n", 0, begins[-1]) + 1
        what = "the range that is not translated has no end"
        hint = "write <!-- notranslate end --> where translating goes on"
        raise BookError(Finding("notranslate", what, chapter.path, line, hint))
    in_text = sorted(
        [*walk.found.items(), *((slot.start, slot) for slot in walk.entries.values())], key=itemgetter(0)
    )
    return [*_front_slots(chapter, blocks), *(slot for _, slot in in_text)], walk.slices.definitions


def _front_slots(chapter: Chapter, blocks: Tree) -> Iterator[Slot]:
    """The messages of a chapter's front matter: its description, and its title where that is a heading."""
    front = chapter.front
    # Only such a heading stands nowhere in the text (`headings.settle`).
    is_title = bool(blocks) and isinstance(blocks[0], Header) and not positions.is_placed(blocks[0])
    for kind, text, line, run in (
        (FRONT_TITLE, front.title if is_title else "", front.title_line, 0),
        (FRONT_DESCRIPTION, front.description, front.description_line, -1),
    ):
        if any(map(str.isalpha, text)):
            yield Slot(0, 0, Message(text, kind, chapter.path, line), run)


class _Remarks(NamedTuple):
    """What the author's comments say of a block: notes, context, that it is not translated."""

    note: str = ""
    context: str = ""
    excluded: bool = False


class _Walk:
    """One walk through a chapter's tree, with positions, that finds the slots of its messages."""

    def __init__(self, chapter: Chapter) -> None:
        self._path, self._text, self.slices = chapter.path, chapter.text, Slices(chapter.text)
        self.found: dict[int, Slot] = {}
        self.entries: dict[str, Slot] = {}
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
                for place, name in BESIDE.items():
                    text = block.attr.get(name)
                    if any(map(str.isalpha, text)) and not (name == TITLE and is_name(text)):
                        piece = self.slices.beside_fence(block, text)
                        self._add(f"{name} of a listing", remarks, piece, (-1, listing, place))
                for line, column, text in comments(block.attr.classes, block.text):
                    piece = self.slices.of_code(block, line, column, text)
                    self._add("comment in a listing", remarks, piece, (-1, listing, line, column))
            else:
                for inner, part in tree.parts(block, kind):
                    self.blocks(part, inner, remarks)
            remarks = outer

    def _run(self, kind: str, inlines: Run, holder: Block | None, remarks: _Remarks) -> None:
        run = next(self._runs)
        if kind in HEADINGS:
            del self._section[HEADINGS.index(kind) :]
        if len(inlines) == 1 and isinstance(inlines[0], Image):
            self._picture(inlines[0], run, remarks)
        elif _has_words(inlines):
            piece = self.slices.of_run(kind, inlines, holder)
            self._add(kind, remarks, piece, (run,), literal=positions.is_literal(inlines))
        if kind in HEADINGS:
            self._section.append(bare(tree.plain(inlines)))
        for mark in marks(inlines) if not (remarks.excluded or self.range_excluded) else ():
            self._entry(mark)
        for note in tree.notes(inlines):
            self.blocks(note.blocks, "footnote", remarks)

    def _entry(self, mark: Span | Code) -> None:
        """What a mark gives to the index is a message once in a chapter."""
        entry = entry_of(mark)
        place = self.slices.of_node(mark)
        if place and any(map(str.isalpha, entry)):
            start, end, line = place
            message = index_entries.message(entry, self._path, line, tuple(self._section))
            self.entries.setdefault(entry, Slot(start, end, message))

    def _picture(self, image: Image, run: int, remarks: _Remarks) -> None:
        """A picture alone gives its alternative text and its caption."""
        if _has_words(image.inlines):
            piece = self.slices.of_run("alt text", image.inlines)
            self._add("alt text", remarks, piece, (run,), literal=positions.is_literal(image.inlines))
        if image.target.title:
            self._add("caption", remarks, self.slices.of_title(image), (run,))

    def _add(
        self,
        kind: str,
        remarks: _Remarks,
        piece: Slice | None,
        place: Sequence[int],
        *,
        literal: bool = False,
    ) -> None:
        if piece is None or remarks.excluded or self.range_excluded:
            return
        start, end, text, line, shown = piece
        if kind == "list item" and (task := TASK.match(self._text, start)):
            text, start = text[task.end() - start :], task.end()
        section = tuple(self._section)
        message = Message(text, kind, self._path, line, section, remarks.note, remarks.context, literal)
        self.found.setdefault(shown, Slot(start, end, message, *place))

    def _read(self, remarks: _Remarks, comment: str) -> _Remarks:
        """What is said of the next block, where a comment stands before it, and what was said already."""
        for match in _REMARK.finditer(comment):
            if match["what"] == "translators":
                notes = filter(None, (remarks.note, one_line(match["text"].strip())))
                remarks = remarks._replace(note="\n".join(notes))
            elif match["what"] == "msgctxt":
                remarks = remarks._replace(context=one_line(match["text"].strip()))
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


def _has_words(inlines: Run) -> bool:
    """Whether a run has a letter outside code, raw text, what is no words in formulas, and links that show
    their own address.
    """
    for node in inlines:
        match node:
            case Str():
                if any(character.isalpha() for character in node.text):
                    return True
            case Math():
                if formulas.has_words(node.text):
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
