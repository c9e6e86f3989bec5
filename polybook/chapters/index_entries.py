"""What a chapter gives to the subject index: its entries as messages, and the places that they lead to."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator
from itertools import count

from polybook.markup import index_marks, positions
from polybook.markup.index_marks import CLASS, DEEPEST, ENTRY, marks
from polybook.markup.tree import WORDS, find, mapped, notes, plain, walk
from polybook.model.book import Chapter
from polybook.model.catalog import Message
from polybook.model.edition import IndexMark
from polybook.model.findings import Finding
from polybook.model.nodes import (
    Attr,
    Block,
    Code,
    Div,
    Header,
    Image,
    Inline,
    Para,
    Plain,
    Run,
    SoftBreak,
    Space,
    Span,
    Tree,
)

KIND = "index entry"
"""What a translator sees an entry called; it is also what tells it from the same text elsewhere."""


def message(entry: str, path: str = "", line: int = 0, section: tuple[str, ...] = ()) -> Message:
    """An entry as a message."""
    return Message(entry, KIND, path, line, section, "", KIND)


def without_reading(entry: str) -> list[str]:
    """Return the words of a Japanese entry that begin with a Chinese character and have no reading."""
    return [
        level.words
        for level in index_marks.parse(entry)
        if not level.reading and unicodedata.name(level.words[0], "").startswith("CJK")
    ]


def check(chapter: Chapter, blocks: Tree) -> Iterator[Finding]:
    """Yield what is wrong with the marks of a chapter; ``blocks`` are its own, with positions."""
    lines = chapter.text.split("\n")
    for _, run in walk(blocks):
        for mark in marks(run):
            entry = index_marks.entry_of(mark)
            if not index_marks.parse(entry):
                what = (
                    f"'{entry[:60]}' is no entry of an index" if entry else "the index is given no entry here"
                )
                hint = f'write [words]{{.index}}, or entry="word!word" with up to {DEEPEST} words or phrases'
                yield Finding("index", what, chapter.path, positions.line_of(mark, lines), hint)
        for note in notes(run):
            yield from check(chapter, note.blocks)


def settle(
    blocks: Tree, base: str, say: Callable[[str], tuple[str, str]]
) -> tuple[Tree, tuple[IndexMark, ...]]:
    """Return a chapter's blocks with a place for each mark of the index, and what the index has of them.

    Places are named after ``base``, the chapter's anchor. ``say`` gives an entry in the edition's language,
    and the language that it is in where that is another one.
    """
    if not any(CLASS in node.attr.classes for node in find(blocks, Span, Code)):
        return blocks, ()
    settling = _Settling(base, say)
    return settling.blocks(blocks), tuple(settling.found)


class _Settling:
    """One walk over a finished chapter."""

    def __init__(self, base: str, say: Callable[[str], tuple[str, str]]) -> None:
        self._base, self._say = base, say
        self._numbers = count(1)
        self._heading: Header | None = None
        self._is_heading = False
        self.found: list[IndexMark] = []

    def blocks(self, blocks: Tree) -> Tree:
        return [one for block in blocks for one in self._block(block)]

    def _block(self, block: Block) -> Tree:
        if isinstance(block, Header):
            self._heading, self._is_heading = block, True
            copy = mapped(block, self.blocks, self._run)
            self._is_heading = False
            return [copy]
        if isinstance(block, Para | Plain) and block.inlines and all(map(_is_empty, block.inlines)):
            # A paragraph that shows nothing is none, but the places in it are.
            return [Div.of(node.attr, []) for node in self._run(block.inlines) if isinstance(node, Span)]
        return [mapped(block, self.blocks, self._run)]

    def _run(self, run: Run) -> Run:
        return [one for node in run for one in ([node] if type(node) in WORDS else self._inline(node))]

    def _inline(self, node: Inline) -> Run:
        if isinstance(node, Image):
            return [node]
        copy: Inline = mapped(node, self.blocks, self._run)
        if not isinstance(copy, Span | Code) or CLASS not in copy.attr.classes:
            return [copy]
        own = copy.attr
        names = [name for name in own.classes if name != CLASS]
        pairs = [pair for pair in own.pairs if pair[0] != ENTRY]
        anchor = self._noted(copy)
        if not isinstance(copy, Span):
            shown: Run = [Code.of(Attr("", names, pairs), copy.text)]
            return [Span.of(Attr(anchor), shown)] if anchor else shown
        attr, run = Attr(anchor, names, pairs), copy.inlines
        return [Span.of(attr, run)] if attr != Attr() else run

    def _noted(self, mark: Span | Code) -> str:
        """Note what the index has of a mark; return the name of its place, empty where a heading's serves."""
        heading = self._heading
        above = heading.attr.identifier if heading else self._base
        anchor = above if self._is_heading else mark.attr.identifier
        anchor = anchor or f"page-entry-{self._base}-{next(self._numbers)}"
        entry, language = self._say(index_marks.entry_of(mark))
        title, section_language = "", ""
        if heading:
            title = plain(heading.inlines)
            only = heading.inlines[0] if len(heading.inlines) == 1 else None
            section_language = only.attr.get("lang") if isinstance(only, Span) else ""
        self.found.append(IndexMark(anchor, entry, language, above, title, section_language))
        return "" if self._is_heading else anchor


def _is_empty(node: Inline) -> bool:
    if isinstance(node, Span):
        return CLASS in node.attr.classes and not node.inlines
    return isinstance(node, Space | SoftBreak)
