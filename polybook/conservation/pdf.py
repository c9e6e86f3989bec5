"""What a PDF says, as tokens: its structure tree, with the marked content that each element has on its pages.

Text that is taken from pages by their looks has heads, numbers of lines and of pages among it. The structure
tree is what the file says of itself, and in which order.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Object

from polybook.conservation.tokens import LINE_END, Stream, Writer
from polybook.render import labels, pdf_fonts
from polybook.render.pdf_elements import attributes, children, is_block
from polybook.render.pdf_fonts import NO_FONT, Font
from polybook.render.words import Words

_APART = "\u202a\u202b\u202c\u2066\u2067\u2069"
"""What keeps code apart from words from right to left. (They may share a glyph, which has one name.)"""


@dataclass(frozen=True)
class PdfText:
    """What a PDF says."""

    stream: Stream
    """That of its chapters, from the end of its contents on."""

    outside: tuple[tuple[int, str], ...]
    """What is not on the paper: the number of a page, from 1, and the text that leaves it."""


def read(content: bytes, say: Words, *, has_index: bool, lists: int = 0) -> PdfText:
    """Return what a PDF of ours says; ``has_index``: its last section lists the programs. Before the chapters
    it has so many ``lists`` of what has a caption.
    """
    with pikepdf.open(io.BytesIO(content)) as document:
        tagged = Tagged(document)
        walk = _Walk(tagged, say)
        for element in tagged.chapters(say, has_index, lists):
            walk.element(element)
        outside = [(number, text) for number, page in enumerate(tagged.pages, 1) for text in page.outside]
    return PdfText(walk.main.stream(), tuple(outside))


class Tagged:
    """A PDF's elements, and what each has on its pages."""

    def __init__(self, document: pikepdf.Pdf) -> None:
        fonts: dict[tuple[int, int], Font] = {}
        self.pages = [_Page(page, fonts) for page in document.pages]
        self._numbers = {page.obj.objgen: number for number, page in enumerate(document.pages)}
        self._root: Object = document.Root.StructTreeRoot

    def chapters(self, say: Words, has_index: bool, lists: int = 0) -> list[Any]:
        """The elements that chapters consist of; ``has_index``: behind them programs are listed, and before
        them are so many ``lists``."""
        whole, *_ = children(self._root)
        return _chapters(list(children(whole)), say, has_index, lists)

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
            held = [piece for one in children(child) for piece in self.below(child, one)]
            yield from [_spoken(child, held)] if "/ActualText" in child and held else held


def _spoken(element: Object, found: Sequence[tuple[int, Piece]]) -> tuple[int, Piece]:
    """The content of an element that says itself what it says."""
    page, first = found[0]
    return page, Piece(str(element.ActualText), first.begin, found[-1][1].end)


def _chapters(elements: list[Any], say: Words, has_index: bool, lists: int) -> list[Any]:
    """The elements of the chapters, without those of what stands before and behind them."""
    kinds = [str(element.get("/S")) if isinstance(element, Dictionary) else "" for element in elements]
    begin = max((place for place, kind in enumerate(kinds) if kind == "/TOC"), default=-1) + 1
    if lists:
        titles = [place for place, kind in enumerate(kinds) if place >= begin and kind == "/H1"]
        begin = titles[lists] if lists < len(titles) else len(elements)
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


# ---- elements --------------------------------------------------------------------------------


class _Walk:
    """Takes down what elements say."""

    def __init__(self, tagged: Tagged, say: Words) -> None:
        self.main = Writer()
        self._out = self.main
        self._tagged = tagged
        self._reference = re.compile(rf"[\s{LINE_END}]*(?:{'|'.join(_references(say))})\s*$")
        # What stands behind an entry of the index: the template knows the pages.
        page = rf"{re.escape(say(', ').rstrip())}[\s{LINE_END}]*[0-9]+(?:–[\s{LINE_END}]*[0-9]+)?"
        self._pages = re.compile(rf"(?:[\s{LINE_END}]*{page})+[\s{LINE_END}]*$")
        self._index = say("Index")
        self._is_index = False
        self._is_leftward = say.direction == "rtl"
        self._code = 0  # how many elements of code this is in
        self._line: tuple[int, float] | None = None  # the page and height at which the last piece ended
        self._terms = False  # whether labels of list items are terms

    def element(self, element: Object) -> None:
        kind = str(element.get("/S", ""))
        whole = is_block(element)
        if whole:
            self._edge()
        match kind:
            case "/H1":
                self._is_index = str(element.get("/T", "")) == self._index
                self._below(element)
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
            case _ if "/ActualText" in element:
                for page, piece in self._tagged.below(element, element):
                    self._piece(page, piece)
            case _:
                self._below(element)
        if whole:
            self._edge()

    def _edge(self) -> None:
        if self._is_index:
            self._out.cut(self._pages, (-1, 0))
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
        held = list(children(element))
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
            self._out.code(piece.text.strip(_APART) if self._is_leftward else piece.text)
        else:
            self._out.text(piece.text)

    def _listing(self, element: Object) -> None:
        """Code in a panel: an element a line, or the text of lines."""
        self._out.listing(
            "\n".join(
                "".join(piece.text.strip(_APART) for _, piece in self._tagged.below(element, one))
                for one in children(element)
            )
        )


def _references(say: Words) -> Iterator[str]:
    """Patterns of what stands behind links into the book: a page, and a chapter with one."""
    texts = [say("(p. {page})", page="\0")]
    for chapter in (labels.IN_PASSING, labels.APPENDIX_IN_PASSING):
        texts.append(say("({chapter}, p. {page})", chapter=say(chapter, number="\1"), page="\0"))
    for text in texts:
        # In a narrow cell it stands in several lines, which end where there is a space or a comma.
        words = (re.escape(word) for word in re.split(r"\s+|(?<=[,、،])", text) if word)
        shown = f"[\\s{LINE_END}]*".join(words)
        yield shown.replace(re.escape("\0"), "[0-9]+").replace(re.escape("\1"), r"[\w.]+")


def _attribute(element: Object, name: str) -> str:
    return next((str(one.get(name)) for one in attributes(element) if name in one), "")


def _leads_inside(element: Object) -> bool:
    """Whether a link leads to a place in the same file."""
    for one in children(element):
        if not isinstance(one, int) and str(one.get("/Type", "")) == "/OBJR":
            action = one.Obj.get("/A")
            return action is None or str(action.get("/S")) != "/URI"
    return False


# ---- pages -----------------------------------------------------------------------------------


@dataclass(eq=False)
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

    def __init__(self, page: pikepdf.Page, known: dict[tuple[int, int], Font]) -> None:
        """``known`` are the fonts of other pages, which this one adds its own to."""
        self.pieces: dict[int, Piece] = {}
        self.outside: list[str] = []
        left, bottom, right, top = map(float, page.mediabox)
        self._box = left - 1, bottom - 1, right + 1, top + 1
        resources: Any = page.obj.get("/Resources", {})
        fonts: Any = resources.get("/Font", {})
        self._fonts: dict[str, Font] = {}
        for name, font in fonts.items():
            if font.objgen not in known:
                known[font.objgen] = pdf_fonts.of(font)
            self._fonts[name] = known[font.objgen]
        self._font = NO_FONT
        self._size = 0.0
        self._matrix = _SAME
        self._kept: list[Matrix] = []
        self._line = _SAME
        self._open: list[Piece | None] = []  # None for content without a number
        self._spoken = 0  # how deep in content that says what it says
        self._turned: list[str] = []  # letters that are drawn from the last to the first
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
                    self._font, self._size = self._fonts.get(str(operands[0]), NO_FONT), float(operands[1])
                case "cm":
                    self._matrix = _times(_matrix(operands), self._matrix)
                case "q":
                    self._kept.append(self._matrix)
                case "Q":
                    self._matrix = self._kept.pop() if self._kept else _SAME
                case "BDC":
                    self._begin(operands[1])
                case "BMC":
                    is_reversed = operands[0] == "/ReversedChars"
                    self._open.append(_REVERSED if is_reversed else None)
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
        ended = self._open.pop() if self._open else None
        if ended is _SPOKEN:
            self._spoken -= 1
        elif ended is _REVERSED and (piece := self._piece()) is not None:
            piece.text += "".join(reversed(self._turned))
            self._turned.clear()

    def _piece(self) -> Piece | None:
        """The innermost content that has a number."""
        return next((one for one in reversed(self._open) if one not in (None, _SPOKEN, _REVERSED)), None)

    def _show(self, shown: Any) -> None:
        letters: list[str] = []
        width = 0.0
        for part in shown if isinstance(shown, Array) else [shown]:
            if isinstance(part, pikepdf.String):
                read, wide = self._font.read(bytes(part))
                letters += read
                width += wide
            else:
                width -= float(part)
        text = "".join(letters)
        place = _times(self._line, self._matrix)
        across = width / 1000 * self._size
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
            if self._open[-1] is _REVERSED:
                self._turned += letters
            else:
                piece.text += text
        left, bottom, right, top = self._box
        if text.strip() and not (left <= min(x, far) and max(x, far) <= right and bottom <= y <= top):
            self.outside.append(text.strip())


_SPOKEN, _REVERSED = Piece(), Piece()


def _matrix(operands: Any) -> Matrix:
    a, b, c, d, e, f = map(float, operands)
    return a, b, c, d, e, f
