"""HTML's elements and attributes, by what is made of them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

from polybook.model.nodes import Emph, Marked, Strikeout, Strong, Subscript, Superscript, Underline

TAG = "data-tag"
"""The attribute of a Div or Span that says which element it is, where pandoc's tree has no node for it."""


def _names(written: str) -> frozenset[str]:
    return frozenset(written.split())


# ---- elements in a line ----------------------------------------------------------------------

MARKED: Mapping[str, type[Marked]] = {
    **dict.fromkeys(("b", "strong"), Strong),
    **dict.fromkeys(("i", "em"), Emph),
    **dict.fromkeys(("del", "s", "strike"), Strikeout),
    **dict.fromkeys(("u", "ins"), Underline),
    "sub": Subscript,
    "sup": Superscript,
}
"""Elements that are nodes and have nothing but what they hold."""

CODE = _names("code samp tt")
"""Elements that are code where they hold nothing but text."""

KEPT_INLINE = _names("""abbr bdi bdo big cite code dfn kbd mark rt ruby samp small time tt var""")
"""Elements that are a Span with `TAG`."""

# ---- elements of blocks ----------------------------------------------------------------------

KEPT_BLOCK = _names("""address article aside details figure footer header hgroup main nav search section""")
"""Elements that are a Div with `TAG`."""

LINES = _names("summary figcaption")
"""Elements that are a Div with `TAG` and hold a line of words."""

BOXES = _names("caption center dd div dt fieldset form tbody td tfoot th thead tr")
"""Elements that are a Div where they have attributes; parts of tables and lists where these are not."""

HEADINGS = {f"h{level}": level for level in range(1, 7)}

PREFORMATTED = _names("pre listing xmp")

LISTS = _names("ul menu dir ol")

BLOCKS = frozenset(
    {
        "blockquote",
        "dl",
        "hr",
        "li",
        "p",
        "table",
        *KEPT_BLOCK,
        *LINES,
        *BOXES,
        *HEADINGS,
        *PREFORMATTED,
        *LISTS,
    }
)
"""Elements that end a paragraph."""

# ---- elements that are nothing by themselves -------------------------------------------------

PASSED = _names(
    """area basefont blink body col colgroup data head html label legend map marquee nobr noscript
    optgroup option output param picture rb rtc slot source spacer track"""
)
"""Elements of which what they hold is shown, if anything."""

MEDIA = _names("applet audio embed frame iframe object source video")
"""Elements that show what is at an address."""

SILENT = _names("rp")
"""Elements that browsers do not show: parentheses for those that know no ruby."""

DROPPED: Mapping[str, str] = {
    **dict.fromkeys(MEDIA - {"source"}, "link to it in the text"),
    **dict.fromkeys(_names("button datalist input meter progress select textarea"), ""),
    **dict.fromkeys(_names("base canvas dialog frameset link meta noembed noframes template"), ""),
    "math": "write the formula in TeX, between dollar signs",
    "script": "no edition runs scripts",
    "style": "say it in the book's theme",
    "svg": "save the drawing in figures/, and show it with ![what it shows](figures/name.svg)",
    "title": "the chapter's title is its first heading",
}
"""Elements that no edition shows, with all they hold; and what to do, where there is a remedy."""

# ---- how they are written --------------------------------------------------------------------

VOID = _names(
    """area base basefont br col embed frame hr img input link meta param source spacer track wbr"""
)
"""Elements that have no end tag."""

UNCLOSED = VOID | _names(
    """body caption colgroup dd dt head html li optgroup option p rb rp rt rtc tbody td tfoot th
    thead tr"""
)
"""Elements that nobody has to close."""

TEXT_ONLY = _names("iframe noembed noframes script style textarea title xmp")
"""Elements in which all is text up to their end tag, whatever it looks like."""

KNOWN = frozenset(
    {"a", "br", "font", "img", "q", "span", "wbr", *MARKED, *KEPT_INLINE, *BLOCKS, *PASSED, *SILENT, *DROPPED}
)
"""All of HTML's elements, those of its past too. Any other is no tag but text in angle brackets."""

# ---- attributes ------------------------------------------------------------------------------

OWN: Mapping[str, tuple[str, ...]] = {
    "abbr": ("title",),
    "dfn": ("title",),
    "details": ("open",),
    "img": ("width", "height"),
    "time": ("datetime",),
}
"""Attributes that an element keeps beside its identifier, classes, language, direction and style."""

ALIGNED = _names("left right center justify")

# What a style may say: how words stand and look, in values that fetch, hide and move nothing.
_STYLES = _names(
    """font-style font-variant font-weight list-style-type max-width text-align text-decoration
    vertical-align width"""
)
_LENGTH = r"[0-9]{1,4}(?:\.[0-9]+)?(?:%|px|em|rem|pt|cm|mm|in|ch)?"
_VALUE = re.compile(rf"[a-z][a-z -]*|{_LENGTH}")
_HARMFUL = re.compile(r"(?:javascript|vbscript|data|file):", re.IGNORECASE)


class Style(NamedTuple):
    """A ``style`` attribute, sifted."""

    kept: str
    dropped: tuple[str, ...]
    """The names of what it says beside that."""


def style(written: str) -> Style:
    """Return what of a style may be said in a book.

    >>> style("text-align:CENTER; color: red; width: url(x)")
    Style(kept='text-align: center', dropped=('color', 'width'))
    """
    kept, dropped = [], []
    for declaration in filter(str.strip, re.sub(r"/\*.*?(\*/|$)", "", written, flags=re.DOTALL).split(";")):
        name, _, value = (part.strip().lower() for part in declaration.partition(":"))
        if name in _STYLES and _VALUE.fullmatch(value):
            kept.append(f"{name}: {value}")
        else:
            dropped.append(name)
    return Style("; ".join(kept), tuple(dropped))


def is_length(written: str) -> bool:
    """Whether an attribute gives a width or a height."""
    return bool(re.fullmatch(_LENGTH, written))


def is_harmful(address: str) -> bool:
    """Whether an address runs or reads something where it is followed; browsers look past spaces in it."""
    return bool(_HARMFUL.match(re.sub(r"[\x00-\x20]", "", address)))
