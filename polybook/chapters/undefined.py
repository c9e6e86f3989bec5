"""Variables that a chapter names, and those among them that the book's settings do not have."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from difflib import get_close_matches
from itertools import accumulate
from typing import NamedTuple

from polybook.markup import positions, variables
from polybook.markup.fences import TITLE
from polybook.markup.tree import children, find, notes, walk
from polybook.model.book import Book, Chapter
from polybook.model.findings import Finding
from polybook.model.nodes import Code, CodeBlock, Image, Link, Run, SoftBreak, Space, Span, Str, Tree

_APART = "\0"
"""What stands between two texts across which no variable goes on."""


class Use(NamedTuple):
    """A variable that a chapter names."""

    name: str
    line: int


def uses(chapter: Chapter, blocks: Tree) -> list[Use]:
    """Return the variables that a chapter names; ``blocks`` are its own, with positions."""
    lines, front = chapter.text.split("\n"), chapter.front
    if not any("{{" in text for text in (chapter.text, front.title, front.description)):
        return []
    found = [Use(one[1], front.title_line) for one in variables.in_plain(front.title)]
    found += [Use(one[1], front.description_line) for one in variables.in_plain(front.description)]
    found += _in_runs(blocks, lines)
    for block in find(blocks, CodeBlock):
        if variables.CLASS in block.attr.classes:
            line = positions.line_of(block, lines)
            found += [Use(one[1], line) for one in variables.in_plain(block.attr.get(TITLE))]
            for one in variables.in_plain(block.text):
                found.append(Use(one[1], line + 1 + block.text.count("\n", 0, one.start())))
    return list(dict.fromkeys(found))


def _in_runs(blocks: Tree, lines: Sequence[str]) -> Iterator[Use]:
    for _, run in walk(blocks):
        pieces = list(_pieces(run, lines, 1))
        text = "".join(piece for piece, _ in pieces)
        if "{{" in text:
            starts = list(accumulate((len(piece) for piece, _ in pieces), initial=0))
            for one in variables.in_text(text):
                yield Use(one[1], pieces[bisect_right(starts, one.start()) - 1][1])
        for note in notes(run):
            yield from _in_runs(note.blocks, lines)


def _pieces(run: Run, lines: Sequence[str], line: int) -> Iterator[tuple[str, int]]:
    """The text of a run in pieces, each with its line."""
    for node in run:
        line = positions.line_of(node, lines, line)
        if isinstance(node, Str):
            yield node.text, line
        elif isinstance(node, Space | SoftBreak):
            yield " ", line
        elif isinstance(node, Span) and positions.is_wrapper(node) and positions.is_ours(node.attr):
            yield from _pieces(node.inlines, lines, line)
        else:
            yield _APART, line
            if isinstance(node, Code):
                yield from (("{{" + one[1] + "}}", line) for one in variables.in_plain(node.text))
            if isinstance(node, Link | Image):
                yield (
                    node.target.title + _APART + node.target.url * variables.is_on_web(node.target.url),
                    line,
                )
            yield _APART, line
            yield from _pieces(children(node), lines, line)
            yield _APART, line


def check(book: Book, chapters: Iterable[tuple[str, Sequence[Use]]]) -> Iterator[Finding]:
    """Yield a finding for each variable that has no value, where the book has any.

    ``chapters`` are their files, each with what it names; titles of the book's order may name some too.
    """
    values = book.variables
    if values is None:
        return
    order = [
        (entry.origin, [Use(one[1], entry.line) for one in variables.in_plain(entry.title)])
        for entry in book.order
    ]
    for path, (name, line) in ((path, use) for path, uses in (*chapters, *order) for use in uses):
        if name not in values:
            near = get_close_matches(name, values, 1)
            hint = f"write '{near[0]}', if that is meant" if near else "add it to [tool.polybook.variables]"
            what = f"there is no variable '{name[:40]}'"
            yield Finding("variable", what, path, line, hint + r", or write \{{ for braces")
