"""Picture files as formats need them: where they are, how large, and in a kind that is known there."""

from __future__ import annotations

import io
import re
from urllib.parse import quote

from polybook.model import layout
from polybook.model.findings import BookError, Finding
from polybook.model.nodes import Attr
from polybook.render import svg

_TURNED = frozenset({5, 6, 7, 8})  # a photograph that is shown on its side, by Exif's numbers
_ORIENTATION = 0x112

_PIXELS = {"px": 1, "pt": 4 / 3, "in": 96, "cm": 96 / 2.54, "mm": 96 / 25.4, "em": 16, "rem": 16, "ch": 8}
"""How many pixels the units of lengths are; those of letters in letters of common size."""


def address(path: str) -> str:
    """Return the address of a file by its path, as pages and packages write it."""
    return quote(path)


def style(attr: Attr) -> str:
    """Return what a style says of a picture's size: ``width: 50%``; empty where its author says nothing."""
    given = {key: value for key, value in attr.pairs if key in ("width", "height")}
    if "height" in given:  # and not that of its file
        given.setdefault("width", "auto")
    return "; ".join(f"{key}: {value}" for key, value in given.items())


def pixels(attr: Attr) -> dict[str, str]:
    """Return a picture's sizes as attributes of HTML, which are numbers of pixels or shares."""
    return {key: _pixels(value) for key, value in attr.pairs if key in ("width", "height")}


def _pixels(length: str) -> str:
    number = length.rstrip("abcdefghijklmnopqrstuvwxyz%")
    factor = _PIXELS.get(length[len(number) :])
    return length if factor is None else f"{float(number) * factor:.0f}"


def size(path: str, content: bytes) -> tuple[float, float] | None:
    """Return a picture's width and height in CSS pixels; None where it has none, or cannot be read."""
    if path.lower().endswith(".svg"):
        return svg.size(content)
    from PIL import Image, UnidentifiedImageError

    try:
        with Image.open(io.BytesIO(content)) as image:
            width, height = image.size
            is_turned = image.getexif().get(_ORIENTATION) in _TURNED
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError):
        return None  # who shows it will say so
    return (height, width) if is_turned else (width, height)


def packed_path(path: str) -> str:
    """Return where what `common` gives for a picture is in an EPUB, and beside a PDF's text: under
    a name of signs that all of them have.

    >>> packed_path("figures/a #1.png"), packed_path("figures/b.avif")
    ('figures/a~20~231.png', 'figures/b.avif.webp')
    """
    plain = re.sub(r"[^A-Za-z0-9_./-]", lambda sign: f"~{ord(sign[0]):02x}", path)
    return plain + ".webp" * _is_avif(path)


def common(path: str, content: bytes) -> bytes:
    """Return a picture in a kind that EPUBs and Typst have; they have no AVIF, which becomes WebP.

    Raises BookError for one that cannot be read.
    """
    if not _is_avif(path):
        return content
    from PIL import Image

    out = io.BytesIO()
    try:
        with Image.open(io.BytesIO(content)) as image:
            image.save(out, "WEBP", quality=90)
    except OSError as error:
        what = f"the picture cannot be read: {error}"
        raise BookError(Finding("figure", what, layout.figure(path), hint="save it anew")) from None
    return out.getvalue()


def _is_avif(path: str) -> bool:
    return path.lower().endswith(".avif")
