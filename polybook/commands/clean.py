"""Remove what builds made."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from polybook.book import confine, lock, settings
from polybook.model import layout
from polybook.model.findings import Finding, refuse
from polybook.system import cache, files
from polybook.system.made import Made

_BUILD = re.compile("[0-9a-f]{64}")


@dataclass(frozen=True)
class Cleaned:
    """What became of the folders that commands make; paths are relative to the book's folder."""

    removed: tuple[str, ...]
    """The folders that are gone."""

    kept: tuple[Finding, ...]
    """A remark on each file in them that Polybook did not make."""


def clean(root: Path) -> Cleaned:
    """Remove what Polybook made in ``output/`` and ``.cache/`` of the book in ``root``, and nothing else.

    Raises BookError for links there, and where the disk refuses.
    """
    closed = (finding for name in layout.MADE for finding in confine.closed(root, name))
    refuse([*settings.read(root).findings, *confine.made(root), *closed])
    there = [name for name in layout.MADE if (root / name).is_dir()]
    if not there:
        return Cleaned((), ())
    with lock.held(root, "clean"):
        Made(root, layout.OUTPUT).clear()
        Made(root, layout.PREVIEW).clear()
        for path in _kept_for_builds(root):
            files.remove(path)
        for folder in _folders(root / layout.CACHE):
            files.sweep(folder)
            with suppress(OSError):  # something else is in it
                folder.rmdir()
    strangers = (f"{one}/{name}" for one in layout.MADE for name in Made(root, one).strangers())
    return Cleaned(
        tuple(name for name in there if not (root / name).exists()),
        tuple(
            Finding("made", "no build made this, so it stays", name, severity="warning") for name in strangers
        ),
    )


def _kept_for_builds(root: Path) -> Iterator[Path]:
    """The files in ``.cache/`` that Polybook wrote, which their names tell; the lock comes last."""
    folder = root / layout.CACHE
    yield from (Path(entry.path) for entry in cache.entries(folder))
    with suppress(OSError):
        yield from (path for path in sorted((root / layout.BUILDS).iterdir()) if _BUILD.fullmatch(path.name))
    yield folder / cache.RECORD
    yield root / layout.LOCK


def _folders(folder: Path) -> Iterator[Path]:
    """A folder, and the folders in it; inner ones first."""
    for path, _, _ in os.walk(folder, topdown=False):
        yield Path(path)
