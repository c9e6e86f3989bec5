"""Text on a PDF's pages, in the pieces in which Typst draws it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from typing import Any, NamedTuple

import regex

from polybook.render.pdf_fonts import NO_FONT, Font

LEFT, RIGHT, NUMBER = "left", "right", "number"
"""Which way a piece runs. Numbers too are written from left to right, but within what runs either way."""


class Piece(NamedTuple):
    """A piece of marked content."""

    x: float
    y: float
    """Where it begins on its page, in points."""

    way: str
    """Which way it runs; empty for what has no direction of its own, such as a space."""

    drawn: bytes = b""
    """How its page draws it."""

    is_told: bool = True
    """Whether that tells in which order it is read."""

    repeats: bool = False
    """Whether it is a mark, and says what the piece after it says too."""

    end: float | None = None
    """Where it ends, where that was looked at."""


NOTHING = Piece(0, 0, NUMBER)
"""What is no text."""


class Text(NamedTuple):
    """What a piece says."""

    units: list[str]
    """What its glyphs say, in the order in which they are drawn, or texts in their place."""

    way: str
    is_told: bool
    width: float
    """In points."""


_PIECE = re.compile(rb"(\d++)[^\n]*BDC\nq [^\n]*? (\S+) (\S+) cm[^\n]*\nBT(.*?)ET\nQ\nEMC", re.DOTALL)
"""A piece of text as Typst writes it, from its number on: that, a place, and what is drawn there."""

_REVERSED, _END = b"/ReversedChars BMC", b"EMC"
"""What stands around text that is read from its last letter to its first."""

_SIMPLE = re.compile(rb"[^/]*+(?:/ReversedChars BMC[^/]*+)?/(\w+) \S+ Tf([^/]*)")
"""How nearly all text is drawn that runs to the left: the font, and the rest."""

_TOKENS = regex.compile(
    rb"""<</ActualText\s*(?:<FEFF(?P<spoken>[0-9A-F]*)>|(?P<written>(?&string)))
    | (?P<reversed>/ReversedChars\ BMC)
    | /(?P<font>\w+)\ (?P<size>\S+)\ Tf\b
    | (?P<begin>\S+)\ \S+\ Tm\b
    | (?<=[\[)>])(?P<back>-?[\d.]+)(?=[\](<])
    | (?P<shown>(?&string)|<[0-9A-F]+>)
    | (?P<end>EMC\b)
    (?(DEFINE) (?P<string> \( (?: [^()\\]++ | \\. | (?&string) )*+ \) ) )""",
    regex.VERBOSE | regex.DOTALL,
)
_ESCAPED = re.compile(rb"\\([0-7]{3}|.)", re.DOTALL)
_ESCAPES = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}


def of_page(content: bytes, fonts: Mapping[bytes, Font]) -> dict[int, Piece]:
    """Return a page's pieces of text by their numbers; ``fonts`` are the page's, by their names."""
    pieces: dict[int, Piece] = {}
    known: dict[bytes, Text] = {}
    last, mark = NOTHING, ""  # the piece before, and what it says if it may be a mark
    for written in content.split(b"/MCID ")[1:]:
        if not (found := _PIECE.match(written)):
            continue
        number, x, y, drawn = int(found[1]), float(found[2]), float(found[3]), found[4]
        if mark and x == last.x and y != last.y and text(drawn, fonts).units[:1] == [mark]:
            pieces[number - 1] = last._replace(repeats=True)
        mark = ""
        if drawn.startswith(_REVERSED) and drawn.count(_END) == 1:  # nearly all
            last = Piece(x, y, LEFT, drawn)
        else:
            if drawn not in known:
                known[drawn] = text(drawn, fonts)
            said = known[drawn]
            last = Piece(x, y, said.way, drawn, said.is_told)
            if said.way == LEFT and len(said.units) == 1:
                mark = said.units[0]
        pieces[number] = last
    return pieces


def said(piece: Piece, fonts: Mapping[bytes, Font], known: dict[tuple[int, bytes], str]) -> str:
    """Return what a piece says that runs to the left; ``known`` is what others say, which this adds to."""
    simple = _SIMPLE.fullmatch(piece.drawn)
    font = fonts.get(simple[1], NO_FONT) if simple else NO_FONT
    key = id(font), simple[2] if simple else piece.drawn
    if not simple or key not in known:
        known[key] = "".join(reversed(text(piece.drawn, fonts).units))
    return known[key]


def text(drawn: bytes, fonts: Mapping[bytes, Font]) -> Text:
    """Return what is ``drawn`` as one piece."""
    units: list[str] = []
    font, size, width = NO_FONT, 0.0, 0.0
    depth = spoken = 0  # how many marks are open, and with how many of them content says what it says
    reversed_ = others = 0  # how many parts are read from the last letter to the first, and how many are not
    for token in _TOKENS.finditer(drawn):
        match token.lastgroup:
            case "size":
                font, size = fonts.get(token["font"], NO_FONT), float(token["size"])
            case "begin":
                width = float(token["begin"])
            case "back":
                width -= float(token["back"]) / 1000 * size
            case "shown":
                texts, wide = font.read(_bytes(token[0]))
                width += wide / 1000 * size
                units += [] if spoken else texts
                others += not depth
            case "reversed":
                depth += 1
                reversed_ += 1
            case "spoken" | "written":
                depth += 1
                others += 1
                if not spoken:
                    spoken = depth
                    units.append(_spoken(token))
            case "end":
                depth -= 1
                spoken = spoken if spoken <= depth else 0
    way = LEFT if reversed_ else way_of("".join(units))
    if not way and len(units) > 1:
        way = NUMBER  # as it is not reversed
    is_told = way != LEFT or len(units) < 2 or (reversed_ == 1 and not others)
    return Text(units, way, is_told, width)


def way_of(text: str) -> str:
    """Return which way a text runs, by its first character that has a direction."""
    for one in text:
        match unicodedata.bidirectional(one):
            case "R" | "AL":
                return LEFT
            case "L":
                return RIGHT
            case "EN" | "AN":
                return NUMBER
    return ""


def _spoken(token: Any) -> str:
    if token["spoken"] is not None:
        return bytes.fromhex(token["spoken"].decode()).decode("utf-16-be", "replace")
    return _bytes(token["written"]).decode("latin-1")


def _bytes(shown: bytes) -> bytes:
    """The bytes of a string of a PDF's."""
    if shown.startswith(b"<"):
        return bytes.fromhex(shown[1:-1].decode())
    return _ESCAPED.sub(_unescaped, shown[1:-1])


def _unescaped(escaped: re.Match[bytes]) -> bytes:
    found = escaped[1]
    return bytes([int(found, 8)]) if len(found) == 3 else _ESCAPES.get(found, found)
