"""A PDF's fonts: what their codes stand for, and how wide they are."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from pikepdf import Array, Object


class Font(NamedTuple):
    """How a font's codes are read."""

    size: int
    """How many bytes a code has."""

    texts: Mapping[int, str]
    widths: Mapping[int, float]
    """In thousandths of the size that the font is used at."""

    usual: float
    """The width of every other code."""

    def read(self, codes: bytes) -> tuple[list[str], float]:
        """Return what each glyph of a string says, and how wide all of them are."""
        numbers = [
            int.from_bytes(codes[at : at + self.size], "big") for at in range(0, len(codes), self.size)
        ]
        return (
            [self.texts.get(number, "\ufffd") for number in numbers],
            sum(self.widths.get(number, self.usual) for number in numbers),
        )


NO_FONT = Font(1, {}, {}, 0)


def of(font: Object) -> Font:
    """Return a font of a document's."""
    map_ = font.get("/ToUnicode")
    texts = _texts(map_.read_bytes()) if map_ is not None else {}
    if font.get("/Subtype") == "/Type0":
        below = font.DescendantFonts[0]
        return Font(2, texts, _wide_widths(below.get("/W", [])), float(below.get("/DW", 1000)))
    first = int(font.get("/FirstChar", 0))
    scale = float(font.FontMatrix[0]) * 1000 if "/FontMatrix" in font else 1
    widths = {first + place: float(width) * scale for place, width in enumerate(font.get("/Widths", []))}
    return Font(1, texts, widths, 0)


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
    """Return what each code of a font stands for, from its ToUnicode."""
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
