"""What a text defines for all of it, links and footnotes, as far as that can be read off its lines.

pandoc's trees do not have it: a link is there with its target, wherever that was written.
"""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

# What comes before a definition: marks of quotations and items, and spaces.
_BEFORE = r"^(?:[ \t>]|[*+-] |\d+[.)] )*"
_LABEL = r"(?:[^\[\]\\\n]|\\.|\n(?![ \t>]*$))+"
_GAP = r"[ \t]*(?:\n[ \t>]*)?"
_TITLE = r"\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*'|\((?:[^()\\]|\\.)*\)"
_LINK = re.compile(
    rf"{_BEFORE}(?P<all>\[(?P<label>(?![\s^]){_LABEL})\]:{_GAP}(?:<[^<>\n]*>|[^\s<]\S*)"
    rf"(?:(?=[ \t\n]){_GAP}(?P<title>{_TITLE})(?=[ \t]*$))?)",
    re.MULTILINE,
)
_NOTE = re.compile(rf"{_BEFORE}\[\^(?P<label>[^\]\s]+)\]:", re.MULTILINE)
_LINE_END = re.compile(r"[ \t]*\n[ \t>]*")


class Link(NamedTuple):
    """A link's definition."""

    written: str
    """As it is written, in one line: ``[label]: address "title"``."""

    title: tuple[int, int]
    """From where to where its title stands in the text, without its quotation marks; empty if it has none."""


class Definitions(NamedTuple):
    """What a text defines."""

    links: dict[str, Link]
    """By their labels (`folded`)."""

    notes: frozenset[str]
    """The labels of its footnotes (`folded`)."""


def read(text: str) -> Definitions:
    """Return what a text defines."""
    links: dict[str, Link] = {}
    for found in _LINK.finditer(text):
        title = (found.start("title") + 1, found.end("title") - 1) if found["title"] else (0, 0)
        links.setdefault(folded(found["label"]), Link(_LINE_END.sub(" ", found["all"]), title))
    return Definitions(links, frozenset(folded(found["label"]) for found in _NOTE.finditer(text)))


def folded(label: str) -> str:
    """A label as it is compared with others."""
    return unicodedata.normalize("NFC", " ".join(label.replace("\n>", "\n").split())).casefold()
