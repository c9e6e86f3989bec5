"""Lines from right to left in a PDF's tags: which pieces of them are read together, and what these say.

Typst draws what runs from right to left in pieces, as they are seen from left to right. A new one begins with
each font, which is with each space between Hebrew or Arabic words. Within a piece letters are drawn in that
order too, which some pieces tell (``/ReversedChars``) and some do not. A mark that is raised or lowered is a
piece of its own, which says what its letter says once more. So an element says in their place what they say.
(Its pieces stay in the order in which they are drawn, as checkers compare the two.)
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import pikepdf
from pikepdf import Object

from polybook.render import pdf_fonts, pdf_pieces
from polybook.render.pdf_elements import children, is_block
from polybook.render.pdf_fonts import Font
from polybook.render.pdf_pieces import LEFT, NOTHING, NUMBER, RIGHT, Piece

LANGUAGES = frozenset(["ar", "dv", "fa", "he", "ks", "pa", "ps", "sd", "ug", "ur", "yi"])
"""The languages whose paragraphs Typst begins at the right."""

_LINE, _PLACE, _GAP = 3.0, 0.01, 10.0
"""How far apart, in points, pieces are at most that stand in one line, in one place or side by side. (Where a
line is justified, its spaces are wider than they say.)"""


_DIRECTIONS = re.compile("[\u202a-\u202e\u2066-\u2069]")
"""What says which way a text runs, which is told by its letters and need not be heard."""


class Run(NamedTuple):
    """Pieces of an element that are read together."""

    begin: int
    end: int
    """From which of them to which."""

    said: str
    """What they say, where it is not told in this order; else empty."""


# ---- pieces that run to the left -------------------------------------------------------------


def leftward(
    pieces: Sequence[Piece],
    begins_at_right: bool,
    before: Piece | None = None,
    after: Piece | None = None,
) -> Iterator[tuple[int, int]]:
    """Yield which pieces side by side run to the left: from which of ``pieces`` to which.

    They are an element's own, as they are drawn one after another, between ``before`` and ``after``.
    ``begins_at_right`` says where their paragraph begins.
    """
    begin = 0
    while begin < len(pieces):
        end = begin + 1
        while end < len(pieces) and _goes_on(pieces[end - 1], pieces[end]):
            end += 1
        first, last = _part(
            pieces[begin:end],
            begins_at_right,
            pieces[begin - 1] if begin else before,
            pieces[end] if end < len(pieces) else after,
        )
        if first < last:
            yield begin + first, begin + last
        begin = end


def _goes_on(one: Piece, other: Piece) -> bool:
    """Whether a piece may be of one text to the left with another, which stands to the right of it."""
    return (
        one.way in (LEFT, "")
        and other.way in (LEFT, "")
        and _in_line(one, other)
        and other.x >= one.x - _PLACE
        and (one.end is None or other.x < one.end + _GAP)
    )


def _in_line(one: Piece, other: Piece) -> bool:
    return abs(one.y - other.y) < _LINE


def _part(
    pieces: Sequence[Piece], begins_at_right: bool, before: Piece | None, after: Piece | None
) -> tuple[int, int]:
    """Which of the pieces that stand side by side run to the left: from which one to which.

    What has no direction of its own has the one of what is on both sides of it, or else its paragraph's.
    """
    if before and not _in_line(before, pieces[0]):
        before = None
    if after and not _in_line(after, pieces[-1]):
        after = None
    strong = [place for place, piece in enumerate(pieces) if piece.way == LEFT]
    if pieces[0].way in (RIGHT, NUMBER):
        return 0, 0
    if begins_at_right:
        is_within_others = not strong and after is not None and after.x > pieces[-1].x
        return (0, 0) if is_within_others else (0, len(pieces))
    if (before and before.x > pieces[-1].x) or (after and after.x < pieces[0].x):
        return 0, len(pieces)  # a part of what goes on to the left
    if not strong:
        return 0, 0
    is_line_end = len(pieces) > 1 and abs(pieces[0].x - pieces[1].x) < _PLACE  # a space without a width
    return 0 if is_line_end else strong[0], strong[-1] + 1


def begins_at_right(pieces: Iterable[Piece]) -> bool | None:
    """Return whether a paragraph begins at the right; None where its pieces do not tell.

    What follows in a line stands on the side that the paragraph runs to, where the two run in different ways.
    """
    last: Piece | None = None
    for piece in pieces:
        if piece.way in (LEFT, RIGHT):
            if last is not None and last.way != piece.way and _in_line(last, piece):
                return piece.x < last.x
            last = piece
    return None


# ---- documents -------------------------------------------------------------------------------


class Lines:
    """The pieces of those pages of a PDF that have letters from right to left."""

    def __init__(self, document: pikepdf.Pdf) -> None:
        self._language = str(document.Root.get("/Lang", ""))
        self._begin_at_right: dict[tuple[int, int], bool] = {}
        self._fonts: dict[int, Mapping[bytes, Font]] = {}
        self._said_by: dict[tuple[int, bytes], str] = {}
        self.pages: dict[int, Mapping[int, Piece]] = {}
        """By the number of the page's object."""
        known: dict[tuple[int, int], tuple[Font, bool]] = {}
        for page in document.pages:
            fonts = _fonts(page, known)
            if any(has_letters for _, has_letters in fonts.values()):
                number = page.obj.objgen[0]
                self._fonts[number] = {name: font for name, (font, _) in fonts.items()}
                self.pages[number] = pdf_pieces.of_page(page.Contents.read_bytes(), self._fonts[number])

    def runs(self, element: Object, page: int, numbers: Sequence[int]) -> Iterator[Run]:
        """Yield an element's pieces on a page, one after another, as they are read."""
        known = self.pages[page]
        pieces = [known.get(number, NOTHING) for number in numbers]
        before, after = known.get(numbers[0] - 1), known.get(numbers[-1] + 1)
        begins_at_right = self._begins_at_right(element)
        if element.S == "/Code" and not is_block(element):  # it is kept apart from what is around it
            before, after, begins_at_right = None, None, False
        if not begins_at_right:
            pieces = [self._with_end(piece, page) for piece in pieces]
        done = 0
        for begin, end in leftward(pieces, begins_at_right, before, after):
            if end > begin + 1 or not pieces[begin].is_told:
                if done < begin:
                    yield Run(done, begin, "")
                yield Run(begin, end, self._said(pieces[begin:end], page))
                done = end
        if done < len(pieces):
            yield Run(done, len(pieces), "")

    def _with_end(self, piece: Piece, page: int) -> Piece:
        if piece.way not in (LEFT, ""):
            return piece
        return piece._replace(end=piece.x + pdf_pieces.text(piece.drawn, self._fonts[page]).width)

    def _said(self, pieces: Sequence[Piece], page: int) -> str:
        """What pieces say that run to the left."""
        fonts = self._fonts[page]
        read = (
            pdf_pieces.said(piece, fonts, self._said_by) for piece in reversed(pieces) if not piece.repeats
        )
        return _DIRECTIONS.sub("", "".join(read))

    def _begins_at_right(self, element: Object) -> bool:
        """Whether the paragraph that an element is in begins at the right."""
        while not is_block(element):
            element = element.P
        if element.objgen not in self._begin_at_right:
            told = begins_at_right(self._in_line(element))
            if told is None:
                told = self._language_of(element).split("-")[0] in LANGUAGES
            self._begin_at_right[element.objgen] = told
        return self._begin_at_right[element.objgen]

    def _in_line(self, element: Object) -> Iterator[Piece]:
        """The pieces of an element's lines, without code and without blocks in it."""
        for one in children(element):
            if isinstance(one, int):
                yield self.pages.get(element.Pg.objgen[0], {}).get(one, NOTHING)
            elif one.get("/Type") == "/MCR":
                yield self.pages.get(one.Pg.objgen[0], {}).get(int(one.MCID), NOTHING)
            elif "/S" in one and one.S != "/Code" and not is_block(one):
                yield from self._in_line(one)

    def _language_of(self, element: Object) -> str:
        while "/S" in element:
            if "/Lang" in element:
                return str(element.Lang)
            element = element.P
        return self._language


def _fonts(
    page: pikepdf.Page, known: dict[tuple[int, int], tuple[Font, bool]]
) -> dict[bytes, tuple[Font, bool]]:
    """A page's fonts by their names, and whether each has letters that are written from right to left.

    ``known`` are those of other pages, which it adds its own to.
    """
    resources: Any = page.obj.get("/Resources", {})
    fonts: dict[bytes, tuple[Font, bool]] = {}
    for name, given in resources.get("/Font", {}).items():
        if given.objgen not in known:
            font = pdf_fonts.of(given)
            known[given.objgen] = font, any(pdf_pieces.way_of(text) == LEFT for text in font.texts.values())
        fonts[name[1:].encode()] = known[given.objgen]
    return fonts
