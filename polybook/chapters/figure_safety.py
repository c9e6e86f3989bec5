"""Whether a figure's file is what it says: a picture that can be shown, and that runs and fetches nothing.

Figures stand in pages, where a script of theirs would be the page's own, and in EPUBs and PDFs, where nothing
can be fetched. What is drawn is not looked at.
"""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Iterator, Mapping

from polybook.chapters import drawings
from polybook.model import layout
from polybook.model.findings import Finding

_BEGINNINGS = {
    ".png": re.compile(rb"\x89PNG\r\n\x1a\n"),
    ".jpg": re.compile(rb"\xff\xd8\xff"),
    ".gif": re.compile(rb"GIF8[79]a"),
    ".webp": re.compile(rb"RIFF....WEBP", re.DOTALL),
    ".avif": re.compile(rb"....ftyp(?:avif|avis|mif1|msf1)", re.DOTALL),
}
"""What a file of each kind begins with."""

MOST_PIXELS = 60_000_000
"""How many pixels a picture may have: it takes four bytes of memory for each where it is shown."""


def read(figures: Mapping[str, bytes]) -> tuple[dict[str, bytes], list[Finding]]:
    """Return the pictures as they may be shown, and what is wrong with them; both by their paths in
    ``source/``.

    Pictures of pixels are as they were. Drawings (SVG) are written anew from what draws in them, with a
    warning for what else they hold. What cannot be shown is among the errors alone.
    """
    safe: dict[str, bytes] = {}
    findings: list[Finding] = []
    for path, content in figures.items():
        if ending(path) == ".svg":
            try:
                drawing = drawings.read(content, lambda kind, held: _amiss(kind, held) is None)
            except drawings.Unfit as unfit:
                findings.append(Finding("figure", unfit.what, layout.figure(path), unfit.line, unfit.hint))
            else:
                safe[path] = drawing.content
                findings += _warnings(layout.figure(path), drawing)
        elif amiss := _amiss(ending(path), content):
            findings.append(Finding("figure", amiss[0], layout.figure(path), hint=amiss[1]))
        else:
            safe[path] = content
    return safe, findings


def ending(path: str) -> str:
    """Return what a picture's name ends with, as it is written here: ``.jpg``."""
    found = path[path.rfind(".") :].lower()
    return ".jpg" if found == ".jpeg" else found


def _warnings(path: str, drawing: drawings.Drawing) -> Iterator[Finding]:
    for kind, (line, what) in drawing.left_out.items():
        does, hint = drawings.KINDS[kind]
        yield Finding("figure", f"the SVG {does}, which is left out: {what}", path, line, hint, "warning")
    if not drawing.is_sized:
        what = "the SVG does not say how large it is, so it is cropped at 300 by 150 pixels"
        yield Finding("figure", what, path, 1, 'give it a viewBox="0 0 width height"', "warning")


def _amiss(kind: str, content: bytes) -> tuple[str, str] | None:
    """What is wrong with a picture of pixels, and what to do about it; None where nothing is."""
    if not _BEGINNINGS[kind].match(content):
        known = next((one for one, begins in _BEGINNINGS.items() if begins.match(content)), "")
        return f"this is no {kind[1:].upper()} file", f"let its name end with {known}" if known else ""
    try:
        count = _pixels(content)
    except (OSError, SyntaxError, ValueError):
        return "the picture cannot be read", "save it anew"
    if count > MOST_PIXELS:
        what = f"the picture says that it has {count:,} pixels"
        return what, f"make it smaller: {MOST_PIXELS // 1_000_000} million are allowed"
    return None


def _pixels(content: bytes) -> int:
    """How many pixels a picture says that it has; raises what Pillow does where it cannot be read."""
    from PIL import Image

    try:
        with (
            warnings.catch_warnings(action="error", category=Image.DecompressionBombWarning),
            Image.open(io.BytesIO(content)) as image,
        ):
            return image.width * image.height
    except (Image.DecompressionBombWarning, Image.DecompressionBombError) as error:
        return int(re.findall(r"\d+", str(error))[0])  # "Image size (N pixels) exceeds limit of ..."
