"""The texts in SVG figures: find them, put translations in their places, and see whether these fit."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import Any
from unicodedata import category, east_asian_width

from lxml import etree

from polybook.chapters import drawings
from polybook.model import layout
from polybook.model.catalog import Message, one_line
from polybook.model.findings import BookError, Finding

Lookup = Callable[[Message], str | None]
"""Gives a message's translation, or None where the source text is to stay."""

_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that no XML may hold (https://www.w3.org/TR/xml/#charsets)."""

KIND = "figure text"
"""What a translator sees such a message called."""

_SVG = "http://www.w3.org/2000/svg"
_TEXTS = {f"{{{_SVG}}}{name}" for name in ("text", "tspan", "title", "desc")}


def messages(figures: Mapping[str, bytes]) -> list[Message]:
    """The texts in the book's SVG figures; raises BookError for one that is not well-formed."""
    return [
        message
        for path, content in figures.items()
        if path.lower().endswith(".svg")
        for _, message in _texts(path, _parse(path, content))
    ]


def translate(path: str, content: bytes, lookup: Lookup) -> bytes:
    """Return the SVG figure with its texts translated; another picture, or one without text, as it is."""
    if not path.lower().endswith(".svg"):
        return content
    root = _parse(path, content)
    changed = False
    for element, message in _texts(path, root):
        translation = lookup(message)
        if translation is not None:
            element.text = _NO_XML.sub("\ufffd", one_line(translation))
            changed = True
    if not changed:
        return content
    return bytes(etree.tostring(root, encoding="utf-8"))


def _parse(path: str, content: bytes) -> Any:
    try:
        return drawings.parsed(content)
    except drawings.Unfit as unfit:
        raise BookError(Finding("figure", unfit.what, layout.figure(path), unfit.line)) from None


def _texts(path: str, root: Any) -> Iterator[tuple[Any, Message]]:
    for element in root.iter():
        text = one_line(element.text or "")
        if (
            element.tag in _TEXTS
            and element.get("class") != "code"
            and any(character.isalpha() for character in text)
        ):
            yield element, Message(text, KIND, layout.figure(path), 0)


# ---- room ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Line:
    """One text as it lies in the drawing, in the drawing's units."""

    message: Message | None
    """None for code, which nobody translates."""

    left: float
    right: float
    top: float
    bottom: float
    room: tuple[float, float]
    """From where to where the box around it goes; the whole drawing, where it is in no box."""

    @property
    def overflows(self) -> bool:
        return self.left < self.room[0] or self.right > self.room[1]

    def overlaps(self, other: _Line) -> bool:
        return (
            self.left < other.right
            and other.left < self.right
            and self.top < other.bottom
            and other.top < self.bottom
        )


def crowded(path: str, content: bytes, lookup: Lookup) -> list[tuple[Message, str]]:
    """Return the messages whose translations have no room in a figure, and what is wrong with each.

    Widths are estimated: a full em for a character of East Asian width, about half of one for others. What
    the source's own texts do is no fault of a translation.
    """
    if not path.lower().endswith(".svg"):
        return []
    root = _parse(path, content)
    before, after = _lines(path, root, lambda _: None), _lines(path, root, lookup)
    found = [
        (new.message, "the translation is too wide for its place in the figure")
        for old, new in zip(before, after, strict=True)
        if new.message and new.overflows and not old.overflows
    ]
    for one, other in combinations(range(len(after)), 2):
        if after[one].overlaps(after[other]) and not before[one].overlaps(before[other]):
            found += [
                (line.message, "the translation runs into another text of the figure")
                for line in (after[one], after[other])
                if line.message and lookup(line.message) is not None
            ]
    return found


def _lines(path: str, root: Any, lookup: Lookup) -> list[_Line]:
    boxes = [
        tuple(_number(rect, key) for key in ("x", "y", "width", "height"))
        for rect in root.iter(f"{{{_SVG}}}rect")
    ]
    whole = tuple(
        float(part) for part in (root.get("viewBox") or "0 0 10000 10000").replace(",", " ").split()
    )
    known = dict(_texts(path, root))
    found = []
    for element in root.iter(f"{{{_SVG}}}text"):
        message = known.get(element)
        text = one_line((message and lookup(message)) or element.text or "")
        x, y, size = _number(element, "x"), _number(element, "y"), _number(element, "font-size", 16)
        width = sum(map(_em, text)) * size if element.get("class") != "code" else len(text) * 0.6 * size
        left = x - width * {"middle": 0.5, "end": 1.0}.get(element.get("text-anchor", ""), 0.0)
        around = [box for box in boxes if box[0] <= x <= box[0] + box[2] and box[1] <= y <= box[1] + box[3]]
        box = min(around, key=lambda box: box[2] * box[3], default=whole)
        found.append(
            _Line(message, left, left + width, y - 0.8 * size, y + 0.2 * size, (box[0], box[0] + box[2]))
        )
    return found


def _number(element: Any, key: str, default: float = 0) -> float:
    try:
        return float(element.get(key, default))
    except ValueError:  # a length with a unit, or a percentage
        return default


def _em(character: str) -> float:
    """About how wide a character of a sans-serif face is, in ems."""
    if east_asian_width(character) in "WF":
        return 1.0
    if character in "iljtfrI.,:;!|'’()[] " or category(character) == "Mn":
        return 0.3 if category(character) != "Mn" else 0.0
    return 0.85 if character in "mwMW@%" else 0.68 if character.isupper() else 0.54
