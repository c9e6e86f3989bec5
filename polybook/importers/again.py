"""A book that comes in again: what was edited since stays, and the rest follows SOURCE."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from polybook.model import layout

Digests = Mapping[str, str]
"""What the last import wrote: each file's digest by its path in the book."""


class Merged(NamedTuple):
    """What an import changes in a book's folder."""

    contents: dict[str, bytes]
    """The files to be written, by path."""

    gone: tuple[str, ...]
    """Files of the last import that SOURCE has no more, and nobody edited."""

    conflicts: tuple[tuple[str, str], ...]
    """Files that were edited here and are new in SOURCE, and where the new ones are put."""

    @property
    def beside(self) -> tuple[str, ...]:
        """Where new chapters are put that do not take the place of edited ones."""
        return tuple(other for _, other in self.conflicts)


def read(root: Path) -> Digests | None:
    """Return what the last import into a folder wrote; None where there was none, or its record is broken."""
    try:
        held = json.loads((root / layout.IMPORT_RECORD).read_text("utf-8"))
    except (OSError, ValueError, RecursionError):
        return None
    files = held.get("files") if isinstance(held, dict) else None
    if not isinstance(files, dict):
        return None
    return {
        path: digest
        for path, digest in files.items()
        if isinstance(digest, str) and path.startswith(layout.figure("")) and ".." not in path.split("/")
    }


def merged(root: Path, before: Digests | None, made: Mapping[str, bytes], settings: bytes) -> Merged:
    """Return what to write where a book of these files comes into a folder, with what is there kept.

    Settings are the book's own once they are there.
    """
    contents: dict[str, bytes] = {}
    conflicts: list[tuple[str, str]] = []
    known = before or {}
    for path, held in made.items():
        file = root / path
        there = file.read_bytes() if file.is_file() else None
        old = known.get(path)
        if there is None or there == held or _digest(there) == old:
            contents[path] = held
        elif _digest(held) != old:
            beside = upstream(path)
            contents[beside] = held
            conflicts.append((path, beside))
    gone = tuple(
        path
        for path, digest in known.items()
        if path not in made and (root / path).is_file() and _digest((root / path).read_bytes()) == digest
    )
    if not (root / layout.SETTINGS).exists():
        contents[layout.SETTINGS] = settings
    record = {"files": {path: _digest(held) for path, held in sorted(made.items())}}
    contents[layout.IMPORT_RECORD] = (json.dumps(record, ensure_ascii=False, indent=1) + "\n").encode()
    return Merged(contents, gone, tuple(conflicts))


def upstream(path: str) -> str:
    """Where a new state of a file is put beside the edited one: ``a.md`` becomes ``a.upstream.md``."""
    stem, dot, end = path.rpartition(".")
    return f"{stem}.upstream{dot}{end}"


def _digest(held: bytes) -> str:
    return hashlib.sha256(held).hexdigest()
