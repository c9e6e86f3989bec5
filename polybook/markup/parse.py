"""Markdown to syntax trees. pandoc reads; nobody else parses Markdown."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from polybook.markup import boxes, fences, formulas, pandoc, prepared
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


def parse(
    texts: Sequence[str], limits: Limits = LIMITS, *, positions: bool = False, reader: str = READER
) -> Iterator[Tree]:
    """Yield the blocks of each text, which is read as `prepared.mend` has it.

    With ``positions`` the tree carries pandoc's ``data-pos`` attributes and the Div and Span wrappers
    that hold them (extension ``sourcepos``), counted in the mended text; words between which nothing but
    spaces stands share a wrapper. Listings are settled then (`fences.settle`).
    A text that is nested deeper than `DEEPEST` has no blocks. Raises BookError where pandoc cannot read one.
    """
    sizes = [len(text) for text in texts]
    made: dict[int, _Given] = {}

    def given(place: int) -> list[bytes]:
        made[place] = _Given(texts[place], positions)
        return list(map(msgspec.json.encode, made[place].documents))

    lines = pandoc.convert(_SCRIPT, reader + "+sourcepos" * positions, sizes, given, limits)
    for place in range(len(texts)):
        first = next(lines)
        yield made.pop(place).read(first, lines)


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
        for formula in find(blocks, Math) if self._has_remarks else ():
            formula.text = formulas.without_remarks(formula.text)
        if self._placed:
            fences.settle(blocks, self._mended)
        return blocks


def _blocks(line: bytes) -> Tree:
    if line.startswith(b'{"error"'):
        said = msgspec.json.decode(line)["error"]
        raise BookError(Finding("pandoc", f"pandoc cannot read a text: {said}"))
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
