"""What a text defines for all of it: links and footnotes, by their labels."""

from __future__ import annotations

import re
import unicodedata

import msgspec

from polybook.model.nodes import Target

# A definition as it is written, up to its title: marks of quotations and items and spaces, label, address.
_LABEL = r"(?:[^\[\]\\\n]|\\.|\n(?![ \t>]*$))+"
_GAP = r"[ \t]*+(?:\n[ \t>]*+)?"
_TITLE = r"\"((?:[^\"\\]|\\.)*)\"|'((?:[^'\\]|\\.)*)'|\(((?:[^()\\]|\\.)*)\)"
_TITLED = re.compile(
    rf"^(?:[ \t>]|[*+-] |\d+[.)] )*\[(?P<label>(?!\^){_LABEL})\]:{_GAP}(?:<[^<>\n]*>|[^\s<]\S*+)"
    rf"(?=[ \t\n]){_GAP}(?:{_TITLE})(?=[ \t]*$)",
    re.MULTILINE,
)


class Definitions(msgspec.Struct, frozen=True):
    """The definitions that a text uses."""

    links: dict[str, str] = {}
    """By their labels (`folded`), as a text may have them: ``[label]: <address> "title"``."""

    notes: frozenset[str] = frozenset()
    """The labels of footnotes (`folded`)."""


def folded(label: str) -> str:
    """A label as it is compared with others."""
    return unicodedata.normalize("NFC", " ".join(label.split())).casefold()


def written(label: str, target: Target) -> str:
    """Return a link's definition, in one line.

    >>> written("a label", Target("a.md", 'So-called "titles"'))
    '[a label]: <a.md> "So-called \\\\"titles\\\\""'
    """
    address = re.sub(r"[<>\\]", r"\\\g<0>", target.url).replace("&", "&amp;")
    title = re.sub(r"[\"\\]", r"\\\g<0>", target.title).replace("&", "&amp;").replace("\n", " ")
    return f"[{label}]: <{address}>" + (f' "{title}"' if title else "")


def title_of(label: str, text: str) -> tuple[int, int] | None:
    """From where to where the title stands in a text that it has in the definition with this label.

    So much can be read off lines alone; None where that is not enough.
    """
    wanted = folded(label)
    for found in _TITLED.finditer(text):
        if folded(found["label"]) == wanted:
            return found.span(found.lastindex or 0)
    return None
