"""Markdown to syntax trees. pandoc reads; nobody else parses Markdown."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import takewhile

import msgspec

from polybook.markup import boxes, fences, formulas, pandoc, prepared, variables
from polybook.markup.tree import WORDS, find, held
from polybook.model.book import LIMITS, Limits
from polybook.model.findings import BookError, Finding
from polybook.model.nodes import Math, Node, Note, Tree, read_document

READER = "commonmark_x-yaml_metadata_block-emoji-implicit_header_references-alerts"
"""pandoc's reader. No YAML, which could override the title; no emoji, as ``:x:`` is an ordinary text here; no
links to headings by their words, as a translated heading would make links of others' brackets; no alerts, of
which `boxes` knows more."""

DEEPEST = 70
"""How deep the nodes of a tree may lie in one another. Nobody nests thirty lists."""

_SCRIPT = pandoc.SCRIPTS / "read.lua"


_AT_LINE = re.compile(r".*\(line (\d+), column \d+\):\n([^\n]+)")


class TextError(BookError):
    """A text that cannot be read: the one in this place among those that were given."""

    def __init__(self, place: int, *findings: Finding) -> None:
        super().__init__(*findings)
        self.place = place

    def within(self, path: str) -> BookError:
        """The same as an error of the file that the text is."""
        return BookError(*(replace(finding, path=path) for finding in self.findings))


def parse(
    texts: Sequence[str], limits: Limits = LIMITS, *, positions: bool = False, reader: str = READER
) -> Iterator[Tree]:
    """Yield the blocks of each text, which is read as `prepared.mend` has it.

    With ``positions`` the tree carries pandoc's ``data-pos`` attributes and the Div and Span wrappers
    that hold them (extension ``sourcepos``), counted in the mended text; words between which nothing but
    spaces stands share a wrapper. Listings are settled then (`fences.settle`).
    A text that is nested deeper than `DEEPEST` has no blocks. Raises TextError where pandoc cannot read one,
    or reaches a limit; BookError where that is not the fault of one alone.
    """
    sizes = [len(text) for text in texts]
    made: dict[int, _Given] = {}

    def given(place: int) -> list[bytes]:
        made[place] = _Given(texts[place], positions)
        return list(map(msgspec.json.encode, made[place].documents))

    def converted(places: Sequence[int], limits: Limits) -> Iterator[bytes]:
        asked = [sizes[place] for place in places]
        return pandoc.convert(_SCRIPT, form, asked, lambda number: given(places[number]), limits)

    form = reader + "+sourcepos" * positions
    # A batch that is stopped was waited for long enough: to blame is a text that needs a good part of that.
    less = replace(limits, pandoc_seconds=limits.pandoc_seconds / 10)
    lines = converted(range(len(texts)), limits)
    for place in range(len(texts)):
        try:
            first = next(lines)
            tree = made.pop(place).read(first, lines)
        except _UnreadError as error:
            raise TextError(place, *error.findings) from None
        except BookError as error:
            if all(finding.code != "limit" for finding in error.findings):
                raise
            culprit = _culprit(place, sizes, lambda place: list(converted([place], less)))
            raise error if culprit < 0 else TextError(culprit, *error.findings) from None
        yield tree


class _UnreadError(BookError):
    """pandoc cannot read a text, however much it is allowed."""


def _culprit(first: int, sizes: Sequence[int], read: Callable[[int], object]) -> int:
    """Which of the texts of a batch, from the ``first`` on, cannot be read even alone; -1 for none."""
    for place in takewhile(
        lambda place: sum(sizes[first:place]) <= pandoc.BATCH[1], range(first, len(sizes))
    ):
        try:
            read(place)
        except BookError:
            return place
    return -1


class _Given:
    """A text as pandoc gets it."""

    def __init__(self, text: str, placed: bool) -> None:
        self._is_free = prepared.is_free(text)
        self._placed = placed
        self._mended = prepared.mend(text).text
        self._hidden = prepared.hide(self._mended)
        text = self._hidden.text
        if text and not text.endswith("\n"):
            text += "\n"  # without it a last line is no row of a table, and others get an empty paragraph
        self._titles = boxes.titles(text)
        self._has_notes = "[^" in text
        self._has_remarks = "$" in text and "%" in text
        if self._is_free:
            text = boxes.joined(prepared.join(text))
        self.documents = [text, *([self._titles.document] if self._titles else [])]

    def read(self, line: bytes, more: Iterator[bytes]) -> Tree:
        """The blocks, of what pandoc wrote of the first document, and of the others."""
        blocks = self._blocks(line)
        titles = self._titles.read(self._blocks(next(more))) if self._titles else {}
        for note in find(blocks, Note) if self._has_notes else ():
            note.blocks = boxes.shaped(note.blocks, titles)
        return boxes.shaped(blocks, titles)

    def _blocks(self, line: bytes) -> Tree:
        blocks = _blocks(self._hidden.shown(line))
        if self._is_free:
            prepared.part(blocks)
        if self._hidden.brace:
            variables.unhide(blocks, self._hidden.brace)
        for formula in find(blocks, Math) if self._has_remarks else ():
            formula.text = formulas.without_remarks(formula.text)
        if self._placed:
            fences.settle(blocks, self._mended)
        return blocks


def _blocks(line: bytes) -> Tree:
    if line.startswith(b'{"error"'):
        said = msgspec.json.decode(line)["error"]
        found = _AT_LINE.match(said)
        number, what = (int(found[1]), found[2].strip()) if found else (0, said)
        hint = "is a line below attributes in braces indented? Or write it in simpler marks"
        raise _UnreadError(Finding("pandoc", f"pandoc cannot read this: {what}", line=number, hint=hint))
    try:
        blocks = read_document(line).blocks
    except RecursionError:
        return []
    return [] if _is_deeper(blocks, DEEPEST) else blocks


def _is_deeper(blocks: Tree, most: int) -> bool:
    """Whether nodes lie deeper in one another than so many."""
    level: list[Node] = list(blocks)
    for _ in range(most):
        level = [node for one in level for part in held(one) for node in part if type(node) not in WORDS]
        if not level:
            return False
    return True
