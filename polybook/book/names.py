"""What chapters' pages are called, by the paths of their files, and which names none can have."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from pathlib import PurePosixPath

from polybook.model import layout
from polybook.model.findings import Finding

_NUMBER = re.compile(r"(?<!\d)\d++-(?=.)")
_WINDOWS = frozenset(
    ["con", "prn", "aux", "nul", *(f"{port}{number}" for port in ("com", "lpt") for number in range(1, 10))]
)
"""Names that no file can have on Windows, whatever comes after a full stop."""


def page(file: str, *, numbered: bool) -> str:
    """Return the name of the page of a chapter's file, both relative to their folders.

    Where chapters are ``numbered``, their numbers say where they stand, and their pages go without.

    >>> page("02-core/03-queues.md", numbered=True), page("core/README.md", numbered=False)
    ('core/queues', 'core/index')
    """
    path = PurePosixPath(unicodedata.normalize("NFC", file))
    stem = "index" if path.name in layout.OPENINGS else path.stem
    if len(path.parts) == 1 and stem == "index" and path.name in layout.OPENINGS:
        return "introduction"  # the site's index.html is its front page
    parts = [*path.parts[:-1], stem]
    return "/".join(_NUMBER.sub("", part) if numbered else part for part in parts)


def check(pages: Iterable[tuple[str, str]]) -> Iterator[Finding]:
    """Yield what is wrong with the names of chapters' pages: pairs of a file and its page's name."""
    known: dict[str, str] = {}
    for file, name in pages:
        path = layout.figure(file)
        if (wrong := unfit(name)) is not None:
            what, hint = wrong
            yield Finding("chapters", what, path, hint=hint)
        elif (other := known.setdefault(name.casefold(), path)) != path:
            hint = "many disks do not tell capitals from small letters; name one of the pages otherwise"
            yield Finding("chapters", f"{other} has the same name '{name}'", path, hint=hint)


def unfit(name: str) -> tuple[str, str] | None:
    """Return what is wrong with a page's name and what to do about it; None where nothing is."""
    parts = name.split("/")
    for part in parts:
        if not _is_fit(part):
            fitting = re.sub(r"-*[-.]$|^[-.]+", "", re.sub(r"[^\w.-]+", "-", part)) or "chapter"
            what = f"a chapter's name has letters, digits, hyphens, '_' and '.', and '{part}' is none such"
            return what, f"letters are those of any script: {fitting}.md"
        if part.partition(".")[0].casefold() in _WINDOWS:
            return f"'{part}' is a name that no file can have on Windows", f"e.g. {part}-chapter.md"
    if name.casefold() == "index":
        return "'index' is the name of the site's front page", "e.g. index-chapter.md"
    return None


def _is_fit(part: str) -> bool:
    """Whether a part of a path holds nothing but letters, digits and a few marks, as all disks and addresses
    take them.
    """
    is_written = all(one in "-_." or unicodedata.category(one)[0] in "LMN" for one in part)
    return is_written and bool(part) and part[0] not in "-." and part[-1] != "."
