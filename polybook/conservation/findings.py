"""What is lost, as findings with the chapter's file and line."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import accumulate, islice

from polybook.chapters import headings
from polybook.conservation.compare import Difference
from polybook.conservation.tokens import shown
from polybook.markup import parse, positions
from polybook.markup.html import native
from polybook.markup.tree import find
from polybook.model.book import Chapter, Limits
from polybook.model.findings import Finding
from polybook.model.nodes import RawBlock

MOST = 10
"""How many findings a format of an edition has for each chapter; what comes after is counted."""

_LONG = 12
"""How many words of a difference are told."""

_SAID = {
    "lost": "does not show {words}",
    "added": "shows {words}, which the chapter does not have there",
    "moved": "shows {words} elsewhere",
    "joined": "has no line break in {words}",
}


class Places:
    """Where the blocks stand that streams count through all chapters."""

    def __init__(self, chapters: Sequence[Chapter], counts: Sequence[int], limits: Limits) -> None:
        self._chapters = chapters
        self._ends = list(accumulate(counts))
        self._counts = counts
        self._limits = limits
        self._lines: dict[int, list[int]] = {}

    def chapter(self, place: int) -> int:
        """The number of the chapter that has a block."""
        return min(bisect_right(self._ends, place), len(self._chapters) - 1)

    def path(self, place: int) -> str:
        """The file of the chapter that has a block."""
        return self._chapters[self.chapter(place)].path

    def line(self, place: int, words: Sequence[str]) -> int:
        """The line of a block, or of one of these ``words`` in it; 0 where that cannot be told."""
        number = self.chapter(place)
        begun = self._begun(number)
        block = place - (self._ends[number] - self._counts[number])
        if block >= len(begun):
            return 0
        lines = self._chapters[number].text.split("\n")
        end = begun[block + 1] - 1 if block + 1 < len(begun) else len(lines)
        longest = max(words, key=len, default="")
        within = (line for line in range(begun[block], end + 1) if longest in lines[line - 1])
        return next(within, begun[block])

    def _begun(self, number: int) -> list[int]:
        """The lines in which a chapter's blocks begin; empty where they are others than the edition's."""
        if number not in self._lines:
            chapter = self._chapters[number]
            parsed = next(parse.parse([chapter.text], self._limits, positions=True))
            blocks, _ = native.blocks(chapter.text, parsed, "")
            headings.settle(chapter, blocks)
            lines, line = chapter.text.split("\n"), 1
            found = []
            for holder, block in positions.held_by(blocks):
                if not isinstance(block, RawBlock):  # a comment
                    placed = [holder] if holder else find(block)
                    line = next(filter(None, (positions.line_of(one, lines, 0) for one in placed)), line)
                    found.append(line)
            self._lines[number] = found if len(found) == self._counts[number] else []
        return self._lines[number]


def losses(found: Sequence[Difference], format_name: str, locale: str, places: Places) -> Iterator[Finding]:
    """Yield what differs in a format of an edition, by chapter."""
    by_chapter: dict[int, list[Difference]] = {}
    for one in found:
        by_chapter.setdefault(places.chapter(one.place), []).append(one)
    for those in by_chapter.values():
        yield from (_finding(one, format_name, locale, places) for one in those[:MOST])
        if (more := len(those) - MOST) > 0:
            what = f"the {locale} {format_name} differs in {more} more places"
            yield Finding("lost", what, places.path(those[0].place))


def _finding(one: Difference, format_name: str, locale: str, places: Places) -> Finding:
    words = " ".join(map(shown, islice(one.words, _LONG)))
    words = f"'{words}'" + (f" and {len(one.words) - _LONG} more words" if len(one.words) > _LONG else "")
    what = _SAID[one.kind].format(words=words)
    return Finding(
        "lost" if one.kind == "joined" else one.kind,
        f"the {locale} {format_name} {what}",
        places.path(one.place),
        places.line(one.place, one.words),
    )
