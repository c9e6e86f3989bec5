"""The numbers of chapters, sections, figures, tables and listings: given once, the same in every edition.

Chapters count through the book and its parts, appendices by themselves; sections within their chapter, down
to `DEEPEST`. A chapter that is nested in another is a part of it as sections are, and comes after these: in a
book whose sections have no numbers the first one in chapter 3 is 3.1. A chapter that is still to come counts,
so that the others keep their numbers when it is there. What is in something without a number has none.

Figures, tables and listings count within their chapter where that has a number (3.2 is the second one of
chapter 3), else through all that stand in chapters without one. So no two of a kind have the same number, and
what is added to a numbered chapter changes no number in another.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from polybook.chapters.destinations import Anchors
from polybook.chapters.references import APPENDIX, HEADING, UNNUMBERED, Outline, Part
from polybook.model.book import Book, OrderEntry
from polybook.model.edition import Label, Labels

DEEPEST = 3
"""The level of the headings that are the last to have numbers: those of 3.2.1."""


def labels(book: Book, outlines: Mapping[str, Outline], anchors: Anchors) -> Labels:
    """Return what the places of a book are called, without their titles, in the order of the book.

    ``outlines`` are those of the chapters that can be read, by their paths.
    """
    counting = _Counting(book.settings.number)
    files = {chapter.path: chapter.file for chapter in book.chapters}
    found: dict[str, Label] = {}
    for entry in book.order:
        for part, label in counting.entry(entry, outlines.get(entry.path)):
            found.setdefault(anchors[files[entry.path], part.identifier], label)
    return found


class _Number(NamedTuple):
    """The number of a heading; empty where it has none."""

    number: tuple[int, ...] = ()
    is_lettered: bool = False


class _Counting:
    """Counts what has numbers, from the first chapter to the last."""

    def __init__(self, rule: str) -> None:
        self._rule = rule
        self._around: list[tuple[int, _Number]] = []
        """The last chapter and those that it is nested in, outermost first: their depths and numbers."""

        self._parts: Counter[_Number] = Counter()
        """How many sections and nested chapters of what has a number are counted."""

        self._captioned: Counter[tuple[_Number, str]] = Counter()

    def entry(self, entry: OrderEntry, outline: Outline | None) -> Iterator[tuple[Part, Label]]:
        """Yield the parts of the chapter that comes next in the book's order, and what they are called."""
        while self._around and self._around[-1][0] >= entry.depth:
            self._around.pop()
        headings = [part for part in outline.parts if part.kind == HEADING] if outline else []
        own = self._of_chapter(entry, headings[0].classes if headings else ())
        if entry.kind != "part":
            self._around.append((entry.depth, own))
        if not headings or outline is None:
            return
        yield headings[0], Label("chapter", *own)
        above = [(headings[0].level, own)]
        for part in headings[1:]:
            while above[-1][0] >= part.level and len(above) > 1:
                above.pop()
            counts = self._rule == "sections" and part.level <= DEEPEST and UNNUMBERED not in part.classes
            number = self._next(above[-1][1]) if counts and above[-1][1].number else _Number()
            above.append((part.level, number))
            yield part, Label("section", *number)
        for part in outline.parts:
            if part.kind != HEADING:
                self._captioned[own, part.kind] += 1
                count = self._captioned[own, part.kind]
                yield part, Label(part.kind, (*own.number, count), own.is_lettered)

    def _of_chapter(self, entry: OrderEntry, classes: tuple[str, ...]) -> _Number:
        """The number of a chapter; what opens a part has none."""
        if self._rule == "none" or entry.kind == "part" or UNNUMBERED in classes:
            return _Number()
        if self._around:
            outer = self._around[-1][1]
            return self._next(outer) if outer.number else _Number()
        is_appendix = APPENDIX in classes
        return self._next(_Number((), is_appendix)) if is_appendix or entry.matter == "body" else _Number()

    def _next(self, outer: _Number) -> _Number:
        self._parts[outer] += 1
        return _Number((*outer.number, self._parts[outer]), outer.is_lettered)
