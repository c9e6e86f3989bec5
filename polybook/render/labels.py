"""What places of a book are called, in the words and with the letters of a language.

An edition's `Label` says what a place is and which number it has. Formats show what is made of that here:
before headings and captions, and in the place of links without words.
"""

from __future__ import annotations

from typing import NamedTuple

from polybook.model.edition import Label, Labels
from polybook.render.blocks import ChapterOutline
from polybook.render.words import Words
from polybook.system.cache import digest_of

NAMES = {
    "chapter": "Chapter {number}",
    "section": "Section {number}",
    "figure": "Figure {number}",
    "table": "Table {number}",
    "listing": "Listing {number}",
}
"""The theme's words for what has a number."""

APPENDIX = "Appendix {number}"
"""That for a chapter which counts by letters."""

IN_PASSING, APPENDIX_IN_PASSING = "chapter {number}", "appendix {number}"
"""Those within a sentence."""

LISTS = {"figure": "List of figures", "table": "List of tables", "listing": "List of listings"}
"""The theme's words for the lists of what has a caption."""

FEWEST = 3
"""How many captions of a kind a book has at least that lists them: of fewer nobody needs one."""


def number(label: Label, say: Words) -> str:
    """Return a place's number, ``3.2`` or ``A.1``; empty where it has none."""
    if not label.number:
        return ""
    first, *others = label.number
    return ".".join([_letter(first, say) if label.is_lettered else str(first), *map(str, others)])


def _letter(place: int, say: Words) -> str:
    """The letter of an appendix, counted from 1; of those after the last one, letters side by side."""
    letters = say("A B C D E F G H I J K L M N O P Q R S T U V W X Y Z").split()
    more, last = divmod(place - 1, len(letters))
    return (_letter(more, say) if more else "") + letters[last]


def name(label: Label, say: Words) -> str:
    """Return what a place is with its number, ``Chapter 3``; empty where it has none."""
    shown = number(label, say)
    is_appendix = label.kind == "chapter" and label.is_lettered
    return say(APPENDIX if is_appendix else NAMES[label.kind], number=shown) if shown else ""


def caption(label: Label, say: Words) -> str:
    """Return what stands before a caption: ``Figure 3.2.``"""
    return say("{name}.", name=name(label, say))


def reference(label: Label, say: Words) -> str:
    """Return what a link without words shows: a heading's number and title, else the number alone."""
    shown = name(label, say)
    if label.kind not in ("chapter", "section"):
        return shown or label.title
    return say("{name}, {title}", name=shown, title=label.title) if shown else label.title


def before_heading(label: Label | None, say: Words) -> str:
    """Return what stands before a heading: ``Chapter 3`` before a title, ``3.2`` before a section's; empty
    where that has no number."""
    if label is None:
        return ""
    return name(label, say) if label.kind == "chapter" else number(label, say)


def in_line(label: Label | None, say: Words) -> str:
    """Return what stands before a heading in the same line: ``Chapter 3.`` before a title, ``3.2`` before a
    section's; empty where that has no number."""
    shown = before_heading(label, say)
    return caption(label, say) if label and label.kind == "chapter" and shown else shown


def of_chapter(known: Labels, outline: ChapterOutline) -> Label | None:
    """Return what a chapter is called; None where nobody counted it."""
    found = (known[anchor] for anchor in outline.anchors if anchor in known)
    return next((label for label in found if label.kind == "chapter"), None)


def in_passing(label: Label, say: Words) -> str:
    """Return what a numbered chapter is within a sentence: ``chapter 3``; empty for one without a number."""
    shown = number(label, say)
    return say(APPENDIX_IN_PASSING if label.is_lettered else IN_PASSING, number=shown) if shown else ""


class Entry(NamedTuple):
    """An entry of a list of what has a caption."""

    anchor: str
    name: str
    title: str


def lists(known: Labels, say: Words) -> dict[str, list[Entry]]:
    """Return the lists that a book has, by their kind, as far as they are worth it."""
    found = {
        kind: [Entry(anchor, name(one, say), one.title) for anchor, one in known.items() if one.kind == kind]
        for kind in LISTS
    }
    return {kind: entries for kind, entries in found.items() if len(entries) >= FEWEST}


def digest(known: Labels, outline: ChapterOutline) -> str:
    """Return the digest of what a chapter shows of these labels."""
    return digest_of([[anchor, known.get(anchor)] for anchor in (*outline.anchors, *outline.references)])
