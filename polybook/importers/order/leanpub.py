"""Leanpub: ``Book.txt`` names the files of the manuscript, one a line."""

from __future__ import annotations

import posixpath
import re

from polybook.importers.drafts import Origin
from polybook.importers.plan import Entry, Lost, Plan
from polybook.importers.source import Shelf

_PART = re.compile(r"^(?:-#|#)[ \t]+(?P<title>.+?)[ \t]*#*$")
_MARKERS = {"frontmatter:", "mainmatter:", "backmatter:", "{frontmatter}", "{mainmatter}", "{backmatter}"}


def read(shelf: Shelf, config: str) -> Plan:
    """Return the order of the manuscript with this ``Book.txt``."""
    home = posixpath.dirname(config)
    entries: list[Entry] = []
    lost: list[Lost] = []
    matter = "main"
    for number, line in enumerate(shelf.text(config).split("\n"), 1):
        name = line.strip()
        if name.lower() in _MARKERS:
            matter = name.strip("{}:").lower().removesuffix("matter")
            continue
        if not name or name.startswith("#"):
            continue
        path = shelf.first(
            posixpath.normpath(posixpath.join(home, name)),
            posixpath.normpath(posixpath.join(home, "..", "manuscript", name)),
        )
        if not path:
            lost.append(Lost(Origin(config, number), f"the chapter '{name}' has no file"))
        elif part := _is_part(shelf.text(path)):
            entries.append(Entry("part", part))
        else:
            entries.append(Entry("chapter", "", path, 0, listed=matter == "main"))
    return Plan("leanpub", home, tuple(entries), config=config, captions=True, lost=tuple(lost))


def _is_part(text: str) -> str:
    """The title of a file that is a part's and nothing else: ``-# Title``, or ``{class: part}`` above it."""
    bare = [line for line in text.split("\n") if line.strip()]
    classed = bool(bare) and re.fullmatch(r"\{[^{}]*class:\s*\"?part\"?[^{}]*\}", bare[0].strip())
    held = bare[1:] if classed else bare
    if len(held) == 1 and (match := _PART.match(held[0])) and (classed or held[0].startswith("-#")):
        return match["title"]
    return ""
