"""Put translations into the empty entries of one catalog: nothing that is there is replaced."""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import islice
from typing import NamedTuple

from polybook.catalogs import po, wrapping
from polybook.model.catalog import one_line

_ORIGIN = re.compile(r"# (?:from|draft): ")
"""How comments begin that say where a translation came from that waits for a person's look."""


def is_origin(line: str) -> bool:
    """Whether a line of an entry says where its translation came from."""
    return bool(_ORIGIN.match(line))


class Filling(NamedTuple):
    """A translation for an empty entry."""

    text: str
    origin: str = ""
    """Where it came from, as a comment of the translators: ``from: old/ja.po:12``; empty for one that nobody
    has to look at."""

    previous: str = ""
    """The text that it was made for, where that is not the message's."""

    @property
    def is_fuzzy(self) -> bool:
        """Whether it waits for a person's look."""
        return bool(self.origin)


def fill(text: str, given: Mapping[str, Filling]) -> tuple[str, int]:
    """Return a catalog's text with these translations, by their messages' keys, and how many were put in.

    Raises po.UnreadableError.
    """
    file = po.read(text)
    width = wrapping.width_of([entry.written for entry in islice(file.entries, 500)])
    count = 0
    entries = [file.header] if file.header else []
    for entry in file.entries:
        filling = given.get(entry.key)
        if filling and filling.text and not (entry.translated or entry.obsolete or entry.plural):
            entries.append(_filled(entry, filling, width))
            count += 1
        else:
            entries.append(entry)
    return (po.join(entries, file.rest), count) if count else (text, 0)


def _filled(entry: po.Entry, filling: Filling, width: int | None) -> po.Entry:
    lines = entry.lines
    above = [line for line in lines if line.startswith("#") and not line.startswith(("#,", "#=", "#|"))]
    flags = [flag for flag in entry.flags if flag != "fuzzy"]
    previous: list[str] = []
    if filling.is_fuzzy:
        above.insert(0, f"# {one_line(filling.origin)}")
        flags.insert(0, "fuzzy")
    if filling.is_fuzzy and filling.previous:
        previous = wrapping.identity(entry.context, filling.previous, width, "#| ")
    identity = [line for line in lines[: -len(entry.translation_lines)] if line and not line.startswith("#")]
    written = [
        *above,
        *(["#, " + ", ".join(flags)] if flags else []),
        *previous,
        *identity,
        *wrapping.field("msgstr", filling.text, width),
    ]
    return entry._replace(written="\n".join(written), translation=filling.text)
