"""The elements of a PDF's structure."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from pikepdf import Array, Object

INLINE = frozenset(
    {"/Span", "/Em", "/Strong", "/Link", "/Lbl", "/Code", "/Quote", "/Sub", "/Sup", "/Reference"}
)
"""The elements that are parts of lines, where they are not placed as blocks."""


def is_block(element: Object) -> bool:
    """Whether an element is no part of a line."""
    return str(element.get("/S", "")) not in INLINE or any(
        one.get("/Placement") == "/Block" for one in attributes(element)
    )


def attributes(element: Object) -> Iterable[Object]:
    """Return an element's attributes, by their owners."""
    given: Any = element.get("/A")
    if given is None:
        return ()
    return given if isinstance(given, Array) else [given]


def children(element: Object) -> Iterable[Any]:
    """The elements, the pieces of content and their numbers that an element holds."""
    content: Any = element.get("/K")
    if content is None:
        return ()
    return content if isinstance(content, Array) else [content]
