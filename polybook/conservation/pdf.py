"""What a PDF says, as tokens: its structure tree, with the marked content that each element has on its pages.

Text that is taken from pages by their looks has heads, numbers of lines and of pages among it. The structure
tree is what the file says of itself, and in which order.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Object

from polybook.conservation.tokens import LINE_END, Stream, Writer
from polybook.render.words import Words

_INLINE = frozenset(
    {"/Span", "/Em", "/Strong", "/Link", "/Lbl", "/Code", "/Quote", "/Sub", "/Sup", "/Reference"}
)
"""The elements that a word may go on across, where they are not placed as blocks."""


@dataclass(frozen=True)
class PdfText:
    """What a PDF says."""

    stream: Stream
    """That of its chapters, from the end of its contents on."""

    outside: tuple[tuple[int, str], ...]
    """What is not on the paper: the number of a page, from 1, and the text that leaves it."""


def read(content: bytes, say: Words, *, has_index: bool) -> PdfText:
    """Return what a PDF of ours says; ``has_index``: its last section lists the programs."""
    with pikepdf.open(io.BytesIO(content)) as document:
        tagged = Tagged(document)
        walk = _Walk(tagged, say)
        for element in tagged.chapters(say, has_index):
            walk.element(element)
        outside = [(number, text) for number, page in enumerate(tagged.pages, 1) for text in page.outside]
    return PdfText(walk.main.stream(), tuple(outside))


class Tagged:
    """A PDF's elements, and what each has on its pages."""

    def __init__(self, document: pikepdf.Pdf) -> None:
        fonts: dict[tuple[int, int], _Font] = {}
        self.pages = [_Page(page, fonts) for page in document.pages]
        self._numbers = {page.obj.objgen: number for number, page in enumerate(document.pages)}
        self._root: Object = document.Root.StructTreeRoot

    def chapters(self, say: Words, has_index: bool) -> list[Any]:
        """The elements that chapters consist of; ``has_index``: behind them programs are listed."""
        whole, *_ = children(self._root)
        return _chapters(children(whole), say, has_index)

    def content(self, element: Object, child: Any) -> tuple[int, Piece] | None:
        """The page, from 0, and the content that a child of an element is; None for another element."""
        if isinstance(child, int):
            page, number = self._numbers[element.Pg.objgen], child
        elif str(child.get("/Type", "")) == "/MCR":
            page, number = self._numbers[child.Pg.objgen], int(child.MCID)
        else:
            return None
        return page, self.pages[page].pieces.get(number, Piece())

    def below(self, element: Object, child: Any) -> Iterator[tuple[int, Piece]]:
        """All content that a child of an element is or has, in order."""
        if found := self.content(element, child):
            yield found
        elif "/S" in child:
            for one in children(child):
                yield from self.below(child, one)


def _chapters(elements: list[Any], say: Words, has_index: bool) -> list[Any]:
    """The elements of the chapters, without those of what stands before and behind them."""
    kinds = [str(element.get("/S")) if isinstance(element, Dictionary) else "" for element in elements]
    begin = max((place for place, kind in enumerate(kinds) if kind == "/TOC"), default=-1) + 1
    end = len(elements)
    if has_index:
        title = say("Index of examples")
        named = [
            place
            for place, kind in enumerate(kinds)
            if kind == "/H1" and str(elements[place].get("/T", "")) == title
        ]
        end = max(named, default=end)
    return elements[begin:end]


def children(element: Object) -> list[Any]:
    """The elements, the pieces of content and their numbers that an element holds."""
    content: Any = element.get("/K")
    if content is None:
        return []
    return list(content) if isinstance(content, Array) else [content]


# ---- elements --------------------------------------------------------------------------------


class _Walk:
    """Takes down what elements say."""

    def __init__(self, tagged: Tagged, say: Words) -> None:
        self.main = Writer()
        self._out = self.main
        self._tagged = tagged
        # In a narrow cell it stands in two lines.
        words = map(re.escape, say("(p. {page})", page="\0").split())
        shown = f"[\\s{LINE_END}]+".join(words).replace(re.escape("\0"), "[0-9]+")
        self._reference = re.compile(rf"[\s{LINE_END}]*{shown}\s*$")
        self._code = 0  # how many elements of code this is in
        self._line: tuple[int, float] | None = None  # the page and height at which the last piece ended
        self._terms = False  # whether labels of list items are terms

    def element(self, element: Object) -> None:
        kind = str(element.get("/S", ""))
        whole = is_block(element)
        if whole:
            self._edge()
        match kind:
            case "/Formula":
                self._out.formula()
            case "/Figure":
                self._out.picture(str(element.get("/Alt", "")))
            case "/Note":
                outer, self._out = self._out, Writer()
                self._below(element)
                self.main.note(self._out)
                self._out = outer
            case "/L":
                outer_terms, self._terms = self._terms, _attribute(element, "/ListNumbering") == "/None"
                self._below(element)
                self._terms = outer_terms
            case "/Lbl":
                # The number of an item or of a footnote; in a list without numbers, a term.
                if self._terms and str(element.P.get("/S")) == "/LI":
                    self._edge()
                    self._below(element)
                    self._edge()
            case "/Code" if whole:
                self._listing(element)
            case "/Code":
                self._code += 1
                self._below(element)
                self._code -= 1
            case "/Link":
                since = self._out.here
                self._below(element)
                if _leads_inside(element):
                    self._out.cut(self._reference, since)
            case "/Div":
                self._captioned(element)
            case _:
                self._below(element)
        if whole:
            self._edge()

    def _edge(self) -> None:
        self._out.edge()
        self._line = None

    def _below(self, element: Object) -> None:
        for one in children(element):
            self._take(element, one)

    def _take(self, element: Object, one: Any) -> None:
        if found := self._tagged.content(element, one):
            self._piece(*found)
        elif "/S" in one:
            self.element(one)

    def _captioned(self, element: Object) -> None:
        """A figure, whose caption a PDF has before it, though it is below; a table's is above."""
        held = children(element)
        if any(not isinstance(one, int) and one.get("/S") == "/Table" for one in held):
            self._below(element)
            return
        captions = [one for one in held if not isinstance(one, int) and one.get("/S") == "/Caption"]
        others = [one for one in held if isinstance(one, int) or one.get("/S") != "/Caption"]
        for one in [*others, *captions]:
            self._take(element, one)

    def _piece(self, page: int, piece: Piece) -> None:
        if not piece.text:
            return
        if self._line is not None and (page, piece.begin) != self._line:
            self._out.line_end()
        self._line = (page, piece.end)
        if self._code:
            self._out.code(piece.text)
        else:
            self._out.text(piece.text)

    def _listing(self, element: Object) -> None:
        """Code in a panel: an element a line, or the text of lines."""
        self._out.listing(
            "\n".join(
                "".join(piece.text for _, piece in self._tagged.below(element, one))
                for one in children(element)
            )
        )


def _attributes(element: Object) -> Iterator[Object]:
    given: Any = element.get("/A")
    if given is not None:
        yield from given if isinstance(given, Array) else [given]


def _attribute(element: Object, name: str) -> str:
    return next((str(one.get(name)) for one in _attributes(element) if name in one), "")


def is_block(element: Object) -> bool:
    """Whether an element is no part of a line."""
    return str(element.get("/S", "")) not in _INLINE or _is_placed(element)


def _is_placed(element: Object) -> bool:
    return _attribute(element, "/Placement") == "/Block"


def _leads_inside(element: Object) -> bool:
    """Whether a link leads to a place in the same file."""
    for one in children(element):
        if not isinstance(one, int) and str(one.get("/Type", "")) == "/OBJR":
            action = one.Obj.get("/A")
            return action is None or str(action.get("/S")) != "/URI"
    return False


# ---- pages -----------------------------------------------------------------------------------


@dataclass
class Piece:
    """Marked content: its text, and at which heights it begins and ends; 0 where nothing is drawn."""

    text: str = ""
    begin: float = 0
    end: float = 0


Matrix = tuple[float, float, float, float, float, float]


def _times(a: Matrix, b: Matrix) -> Matrix:
    return (
        a[0] * b[0] + a[1] * b[2],
        a[0] * b[1] + a[1] * b[3],
        a[2] * b[0] + a[3] * b[2],
        a[2] * b[1] + a[3] * b[3],
        a[4] * b[0] + a[5] * b[2] + b[4],
        a[4] * b[1] + a[5] * b[3] + b[5],
    )


_OPERATORS = "Tj TJ Tm Tf cm q Q BDC BMC EMC"

_SAME: Matrix = (1, 0, 0, 1, 0, 0)


class _Page:
    """The text of a page, by the numbers of its marked content."""

    def __init__(self, page: pikepdf.Page, known: dict[tuple[int, int], _Font]) -> None:
        """``known`` are the fonts of other pages, which this one adds its own to."""
        self.pieces: dict[int, Piece] = {}
        self.outside: list[str] = []
        left, bottom, right, top = map(float, page.mediabox)
        self._box = left - 1, bottom - 1, right + 1, top + 1
        resources: Any = page.obj.get("/Resources", {})
        fonts: Any = resources.get("/Font", {})
        self._fonts: dict[str, _Font] = {}
        for name, font in fonts.items():
            if font.objgen not in known:
                known[font.objgen] = _font(font)
            self._fonts[name] = known[font.objgen]
        self._font = _NO_FONT
        self._size = 0.0
        self._matrix = _SAME
        self._kept: list[Matrix] = []
        self._line = _SAME
        self._open: list[Piece | None] = []  # None for content without a number
        self._spoken = 0  # how deep in content that says what it says
        self._read(page)

    def _read(self, page: pikepdf.Page) -> None:
        instructions: Any = pikepdf.parse_content_stream(page, _OPERATORS)
        for operands, operator in instructions:
            match str(operator):
                case "Tj" | "TJ":
                    self._show(operands[0])
                case "Tm":
                    self._line = _matrix(operands)
                case "Tf":
                    self._font, self._size = self._fonts.get(str(operands[0]), _NO_FONT), float(operands[1])
                case "cm":
                    self._matrix = _times(_matrix(operands), self._matrix)
                case "q":
                    self._kept.append(self._matrix)
                case "Q":
                    self._matrix = self._kept.pop() if self._kept else _SAME
                case "BDC":
                    self._begin(operands[1])
                case "BMC":
                    self._open.append(None)
                case "EMC":
                    self._end()

    def _begin(self, known: Any) -> None:
        if not isinstance(known, Dictionary):
            self._open.append(None)
        elif "/MCID" in known:
            self._open.append(self.pieces.setdefault(int(known.MCID), Piece()))
        elif "/ActualText" in known:
            if (piece := self._piece()) is not None and not self._spoken:
                piece.text += str(known.ActualText)
            self._spoken += 1
            self._open.append(_SPOKEN)
        else:
            self._open.append(None)

    def _end(self) -> None:
        if self._open and self._open.pop() is _SPOKEN:
            self._spoken -= 1

    def _piece(self) -> Piece | None:
        """The innermost content that has a number."""
        return next((one for one in reversed(self._open) if one is not None and one is not _SPOKEN), None)

    def _show(self, shown: Any) -> None:
        text, width = self._font.read(shown)
        place = _times(self._line, self._matrix)
        across = width * self._size
        x, y = place[4], place[5]
        far = x + across * place[0]
        self._line = _times((1, 0, 0, 1, across, 0), self._line)
        piece = self._piece()
        if piece is None:
            return
        if not piece.end:
            piece.begin = round(y, 1)
        piece.end = round(y, 1)
        if not self._spoken:
            piece.text += text
        left, bottom, right, top = self._box
        if text.strip() and not (left <= min(x, far) and max(x, far) <= right and bottom <= y <= top):
            self.outside.append(text.strip())


_SPOKEN = Piece()


def _matrix(operands: Any) -> Matrix:
    a, b, c, d, e, f = map(float, operands)
    return a, b, c, d, e, f


# ---- fonts -----------------------------------------------------------------------------------


@dataclass
class _Font:
    """How a font's codes are read."""

    size: int
    """How many bytes a code has."""

    texts: Mapping[int, str]
    widths: Mapping[int, float]
    usual: float

    def read(self, shown: Any) -> tuple[str, float]:
        """What is shown by a string, or by several with room between them, and how wide it is at size 1."""
        text, width = [], 0.0
        for part in shown if isinstance(shown, Array) else [shown]:
            if isinstance(part, pikepdf.String):
                codes = bytes(part)
                for at in range(0, len(codes), self.size):
                    code = int.from_bytes(codes[at : at + self.size], "big")
                    text.append(self.texts.get(code, "\ufffd"))
                    width += self.widths.get(code, self.usual)
            else:
                width -= float(part)
        return "".join(text), width / 1000


_NO_FONT = _Font(1, {}, {}, 0)


def _font(font: Object) -> _Font:
    is_wide = font.get("/Subtype") == "/Type0"
    map_ = font.get("/ToUnicode")
    texts = _texts(map_.read_bytes()) if map_ is not None else {}
    if is_wide:
        below = font.DescendantFonts[0]
        return _Font(2, texts, _wide_widths(below.get("/W", [])), float(below.get("/DW", 1000)))
    first = int(font.get("/FirstChar", 0))
    scale = float(font.FontMatrix[0]) * 1000 if "/FontMatrix" in font else 1
    widths = {first + place: float(width) * scale for place, width in enumerate(font.get("/Widths", []))}
    return _Font(1, texts, widths, 0)


def _wide_widths(given: Any) -> dict[int, float]:
    """The widths of a font with codes of two bytes, from the list in which a PDF has them."""
    found: dict[int, float] = {}
    rest = list(given)
    while rest:
        first = int(rest.pop(0))
        if isinstance(rest[0], Array):
            found.update((first + place, float(width)) for place, width in enumerate(rest.pop(0)))
        else:
            last, width = int(rest.pop(0)), float(rest.pop(0))
            found.update(dict.fromkeys(range(first, last + 1), width))
    return found


_BLOCK = re.compile(rb"beginbf(char|range)((?:(?!beginbf).)*?)endbf", re.DOTALL)
_HEX = re.compile(rb"<([0-9A-Fa-f\s]*)>|([\[\]])")


def _texts(cmap: bytes) -> dict[int, str]:
    """What each code of a font stands for, from its ToUnicode."""
    found: dict[int, str] = {}
    for kind, body in _BLOCK.findall(cmap):
        pieces = [bracket or bytes.fromhex(digits.decode()) for digits, bracket in _HEX.findall(body)]
        if kind == b"char":
            for code, text in zip(pieces[::2], pieces[1::2], strict=True):
                found[int.from_bytes(code, "big")] = text.decode("utf-16-be", "replace")
            continue
        at = 0
        while at < len(pieces):
            first, last = (int.from_bytes(one, "big") for one in pieces[at : at + 2])
            if pieces[at + 2] == b"[":
                texts = pieces[at + 3 : at + 4 + last - first]
                found.update(
                    (first + place, one.decode("utf-16-be", "replace")) for place, one in enumerate(texts)
                )
                at += 5 + last - first
            else:
                begin = pieces[at + 2].decode("utf-16-be", "replace")
                found.update(
                    (code, begin[:-1] + chr(ord(begin[-1]) + code - first)) for code in range(first, last + 1)
                )
                at += 3
    return found
