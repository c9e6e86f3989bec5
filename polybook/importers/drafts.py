"""A chapter on its way in: its text, and where each line of it comes from. Spans of it are edited.

Nothing is written anew from a tree, so a text that no construct stands in keeps every byte, and the
catalogs that the book had go on matching.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from functools import cached_property, lru_cache
from itertools import accumulate
from typing import NamedTuple

from polybook.markup import lines

HIDDEN = "\0"
"""What stands in `prose` for each character of code and comments."""


class Origin(NamedTuple):
    """A line of a file in SOURCE."""

    path: str
    line: int


class Edit(NamedTuple):
    """A span of a text and what takes its place."""

    start: int
    end: int
    text: str
    kind: str = ""
    """What is counted, in the plural: ``includes``; empty where another edit counts it."""

    lost: str = ""
    """What is not carried over, as a sentence without a full stop; empty where all is."""

    origins: tuple[Origin, ...] = ()
    """Where the lines of the new text come from, one a line; else they come from where it stands."""


class Draft:
    """The text of a file, and where it comes from."""

    def __init__(self, path: str, text: str, origins: Sequence[Origin] = ()) -> None:
        self.path = path
        self.text = text
        count = text.count("\n") + 1
        self.origins = tuple(origins) or tuple(Origin(path, number) for number in range(1, count + 1))

    @cached_property
    def starts(self) -> list[int]:
        """Where each line begins."""
        return [0, *accumulate(len(line) + 1 for line in self.text.split("\n"))][:-1]

    def row(self, place: int) -> int:
        """Which line a place is in, counted from 0."""
        return bisect_right(self.starts, place) - 1

    def origin(self, place: int) -> Origin:
        """Where the line of a place comes from."""
        return self.origins[self.row(place)]

    @property
    def prose(self) -> str:
        """The text with `HIDDEN` for code and comments; see the function."""
        return prose(self.text)

    def rows(self, first: int, end: int, text: str, kind: str = "", lost: str = "") -> Edit:
        """An edit that puts a text in place of whole lines, which has as many lines or takes their origins as
        far as they go.
        """
        start = self.starts[first]
        stop = self.starts[end] - 1 if end < len(self.starts) else len(self.text)
        return Edit(start, stop, text, kind, lost, self.origins[first:end])

    def gone(self, first: int, end: int, kind: str = "", lost: str = "") -> Edit:
        """An edit that takes whole lines out, with an empty line where two would be left."""
        lines = self.text.split("\n")
        above = first == 0 or not lines[first - 1].strip()
        if above and end < len(lines) and not lines[end].strip():
            end += 1
        start = self.starts[first]
        stop = self.starts[end] if end < len(self.starts) else len(self.text)
        return Edit(start, stop, "", kind, lost)

    def edited(self, edits: Iterable[Edit]) -> tuple[Draft, list[Edit]]:
        """Return the draft with these edits made, and those that were: of two that overlap, the first."""
        pieces: list[str] = []
        origins: list[Origin] = [self.origins[0]]
        made: list[Edit] = []
        at = 0

        def keep(end: int) -> None:
            first, last = self.row(at) if at < end else 0, self.row(end) if at < end else 0
            pieces.append(self.text[at:end])
            origins.extend(self.origins[first + 1 : last + 1])

        for edit in sorted(edits, key=lambda one: (one.start, one.end)):
            if edit.start < at:
                continue
            keep(edit.start)
            pieces.append(edit.text)
            own = edit.origins or (self.origin(edit.start),)
            count = edit.text.count("\n")
            origins.extend(own[min(number, len(own) - 1)] for number in range(1, count + 1))
            made.append(edit)
            at = edit.end
        keep(len(self.text))
        return Draft(self.path, "".join(pieces), origins), made


class Row(NamedTuple):
    """A line of a text."""

    kind: lines.Kind
    body: str
    """The line without what belongs to the quotation or item that it stands in."""

    line: str

    @property
    def margin(self) -> str:
        """What stands before the body, where that is white space or a quotation's marks; else spaces."""
        before = self.line[: len(self.line) - len(self.body)] if self.line.endswith(self.body) else ""
        return before if not before.strip(" \t>") else " " * len(before)


@lru_cache(maxsize=16)
def rows(text: str) -> tuple[Row, ...]:
    """Return the lines of a text, and what each of them is."""
    return tuple(
        Row(read.kind, read.text, line) for read, line in zip(lines.read(text), text.split("\n"), strict=True)
    )


@lru_cache(maxsize=16)
def prose(text: str) -> str:
    """Return a text, as long as it was, with `HIDDEN` for each character of code and comments.

    Line feeds stay. What looks like a construct there is one.
    """
    found: list[str] = []
    paragraph: list[str] = []

    def end() -> None:
        if paragraph:
            found.extend(_without_code("\n".join(paragraph)).split("\n"))
            paragraph.clear()

    for row in rows(text):
        if row.kind in {"prose", "html"}:
            paragraph.append(row.line)
            continue
        end()
        found.append(row.line if row.kind == "blank" else HIDDEN * len(row.line))
    end()
    return "\n".join(found)


_TICKS = re.compile(r"\\.|`+|<!--", re.DOTALL)


def _without_code(paragraph: str) -> str:
    """A paragraph with its code spans and comments hidden."""
    if "`" not in paragraph and "<!--" not in paragraph:
        return paragraph
    marks = [(match.start(), match[0]) for match in _TICKS.finditer(paragraph)]
    ends: dict[int, list[int]] = {}
    for run in re.finditer("`+", paragraph):
        ends.setdefault(len(run[0]), []).append(run.start())
    pieces: list[str] = []
    at = 0
    for start, mark in marks:
        if start < at or mark[0] == "\\":
            continue
        if mark[0] == "<":
            close = paragraph.find("-->", start)
            stop = close + 3 if close >= 0 else -1
        else:
            later = ends.get(len(mark), [])
            place = bisect_right(later, start)
            stop = later[place] + len(mark) if place < len(later) else -1
        if stop < 0:
            continue
        pieces.append(paragraph[at:start])
        pieces.append(re.sub(r"[^\n]", HIDDEN, paragraph[start:stop]))
        at = stop
    pieces.append(paragraph[at:])
    return "".join(pieces)


class Fence(NamedTuple):
    """A fenced block of a text."""

    first: int
    """The row of its opening."""

    end: int
    """Behind its last row."""

    closed: bool
    margin: str
    """What its lines begin with."""

    mark: str
    info: str

    @property
    def inner(self) -> tuple[int, int]:
        """The rows of its code, from and to."""
        return self.first + 1, self.end - self.closed

    @property
    def language(self) -> str:
        """The first word beside it, without braces and dots, in small letters."""
        match = re.match(r"[\s{.=]*([\w+#-]*)", self.info)
        return match[1].lower() if match else ""


_MARK = re.compile(r"[ ]*(?P<mark>`{3,}|~{3,})")


@lru_cache(maxsize=16)
def fences(text: str) -> tuple[Fence, ...]:
    """Return the fenced blocks of a text, first to last."""
    found: list[Fence] = []
    known = rows(text)
    number = 0
    while number < len(known):
        row = known[number]
        opening = _MARK.search(row.line) if row.kind == "fence" else None
        if not opening:
            number += 1
            continue
        mark = opening["mark"]
        end, closed = number + 1, False
        while end < len(known) and known[end].kind == "code" and not closed:
            bare = known[end].body.strip()
            closed = len(bare) >= len(mark) and not bare.strip(mark[0])
            end += 1
        margin = row.line[: opening.start("mark")]
        margin = margin if not margin.strip(" \t>") else " " * len(margin)
        found.append(Fence(number, end, closed, margin, mark, row.line[opening.end() :].strip()))
        number = end
    return tuple(found)


def code_of(draft: Draft, fence: Fence) -> list[str]:
    """The lines of a block's code, without its margin."""
    first, end = fence.inner
    return [row.body for row in rows(draft.text)[first:end]]
