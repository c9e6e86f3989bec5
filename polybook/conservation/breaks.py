"""Where the pages of a PDF end: what is torn, what is left behind alone, and how full the pages are."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median
from typing import Any, NamedTuple

import pikepdf
from pikepdf import Dictionary, Object

from polybook.conservation import pdf
from polybook.render.pdf_elements import children, is_block
from polybook.render.words import Words

_WHOLE = {"/Code": "listing", "/Table": "table"}
"""What belongs on one page, by its element."""

_LEADING = {"/H1": "heading", "/H2": "heading", "/H3": "heading", "/H4": "heading", "/Caption": "caption"}
"""What belongs to what comes next."""

FULL = 0.6
"""The share of a page that its text takes at least, unless a chapter ends on it."""

ROOM = 0.9
"""The share of a page that what it holds may take; the rest is a listing's label and edges."""

Line = tuple[int, float]
"""A page, from 0, and a height on it, in points from its lower edge."""


class Break(NamedTuple):
    """A place where a page ends badly."""

    page: int
    """Its number in the file, from 1."""

    what: str
    text: str
    """How it begins."""


@dataclass(frozen=True)
class Breaks:
    """How the pages of a PDF's chapters end."""

    pages: int
    """How many they are."""

    torn: tuple[Break, ...]
    """Listings and tables shorter than a page that stand on two."""

    stranded: tuple[Break, ...]
    """Headings, captions and lines with a colon at their end that are the last on their page."""

    empty: tuple[int, ...]
    """The numbers of pages, from 1, that are less full than `FULL` and on which no chapter ends."""


class _Block(NamedTuple):
    """An element without blocks in it, or one that belongs on one page."""

    kind: str
    text: str
    lines: Sequence[Line]


def read(content: bytes, say: Words, *, has_index: bool, lists: int = 0) -> Breaks:
    """Return how the pages of a PDF of ours end; ``has_index`` and ``lists`` as `pdf.read` has them."""
    with pikepdf.open(io.BytesIO(content)) as document:
        tagged = pdf.Tagged(document)
        elements = tagged.chapters(say, has_index, lists)
        blocks = [block for element in elements for block in _blocks(tagged, element) if block.lines]
    if not blocks:
        return Breaks(0, (), (), ())
    in_text = [block for block in blocks if block.kind != "/Note"]
    heights = [height for block in in_text for _, height in block.lines]
    top, bottom = max(heights), min(heights)
    lowest: dict[int, float] = {}
    for block in in_text:
        for page, height in block.lines:
            lowest[page] = min(height, lowest.get(page, height))
    last = {before.lines[-1][0] for before, after in pairwise(in_text) if after.kind == "/H1"}
    last.add(in_text[-1].lines[-1][0])
    return Breaks(
        len(lowest),
        tuple(_torn(in_text, top - bottom)),
        tuple(_stranded(in_text)),
        tuple(
            page + 1
            for page, height in sorted(lowest.items())
            if page not in last and top - height < FULL * (top - bottom)
        ),
    )


def _torn(blocks: Sequence[_Block], room: float) -> Iterator[Break]:
    for block in blocks:
        pages = {page for page, _ in block.lines}
        if block.kind in _WHOLE and len(pages) > 1 and _height(block.lines) < ROOM * room:
            yield Break(min(pages) + 1, _WHOLE[block.kind], block.text[:60])


def _height(lines: Sequence[Line]) -> float:
    """How high lines are that stand on several pages, were they on one."""
    parts: dict[int, list[float]] = {}
    for page, height in lines:
        parts.setdefault(page, []).append(height)
    steps = [a - b for part in parts.values() for a, b in pairwise(part) if a > b]
    return sum(max(part) - min(part) for part in parts.values()) + (len(parts) - 1) * median(steps or [0.0])


def _stranded(blocks: Sequence[_Block]) -> Iterator[Break]:
    for block, after in pairwise(blocks):
        leads = _LEADING.get(block.kind) or ("lead-in" if block.text.rstrip().endswith((":", "：")) else "")
        if leads and after.kind != "/H1" and after.lines[0][0] > block.lines[-1][0]:
            yield Break(block.lines[-1][0] + 1, leads, block.text[:60])


def _blocks(tagged: pdf.Tagged, element: Object) -> Iterator[_Block]:
    kind = str(element.get("/S", ""))
    if kind == "/Note" or kind in _LEADING or kind in _WHOLE:
        yield _block(tagged, element, kind, list(children(element)))
        return
    held = list(children(element))
    if own := [one for one in held if not _is_block(one)]:
        yield _block(tagged, element, kind, own)
    for one in filter(_is_block, held):
        yield from _blocks(tagged, one)


def _is_block(one: Any) -> bool:
    return isinstance(one, Dictionary) and "/S" in one and is_block(one)


def _block(tagged: pdf.Tagged, element: Object, kind: str, held: Sequence[Any]) -> _Block:
    pieces = [
        (page, piece)
        for one in held
        for page, piece in tagged.below(element, one)
        if piece.text.strip() and piece.end
    ]
    lines = [(page, height) for page, piece in pieces for height in (piece.begin, piece.end)]
    return _Block(kind, "".join(piece.text for _, piece in pieces), lines)
