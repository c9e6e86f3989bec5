"""SVG figures for each format: the theme says which fonts they are set in, the figures themselves do not."""

from __future__ import annotations

import re
from html import escape

_ROOT = re.compile(r"<svg\b[^>]*>")
_BOX = re.compile(r'\sviewBox="\s*\S+\s+\S+\s+(\d+(?:\.\d+)?)\s+(\d+(?:\.\d+)?)\s*"')
_CODE = re.compile(r'(<text\b[^>]*?)(\sclass="code")')


def inline(content: bytes, alt: str) -> str:
    """Return an SVG figure as markup to stand in a page, named by its alternative text."""
    text = content.decode("utf-8")
    start = _ROOT.search(text)
    if not start:
        return f'<span role="img" aria-label="{escape(alt)}"></span>'
    opening = re.sub(r'\s(role|aria-label|width|height)="[^"]*"', "", start[0])
    opening = opening.replace("<svg", f'<svg role="img" aria-label="{escape(alt)}"', 1)
    return opening + text[start.end() :].strip()


def with_fonts(content: bytes, words: str, code: str) -> bytes:
    """Return an SVG figure whose words are set in one font family and whose code in another."""
    text = content.decode("utf-8")
    text = _ROOT.sub(
        lambda root: root[0].replace("<svg", f'<svg font-family="{escape(words)}"', 1), text, count=1
    )
    return _CODE.sub(rf'\1\2 font-family="{escape(code)}"', text).encode()


def with_size(content: bytes) -> bytes:
    """Return an SVG figure that states its size, where only its ``viewBox`` does.

    Without one, some readers of EPUBs show a picture 300 pixels wide, or as high as the page.
    """
    text = content.decode("utf-8")
    start = _ROOT.search(text)
    box = _BOX.search(start[0]) if start else None
    if not start or not box or re.search(r'\swidth="', start[0]):
        return content
    sized = start[0].replace("<svg", f'<svg width="{box[1]}" height="{box[2]}"', 1)
    return (text[: start.start()] + sized + text[start.end() :]).encode()
