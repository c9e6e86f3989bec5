"""Start a language: an empty catalog with all of the book's messages."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from polybook.catalogs import locales as catalogs
from polybook.catalogs.origins import places
from polybook.commands.reading import Reading, read


def init(root: Path, locale: str, now: datetime) -> str:
    """Start a translation of the book in ``root``; return its catalog's path.

    Raises UsageError for what is no locale, or one that the book has already.
    """
    return start(read(root), locale, now)


def start(reading: Reading, locale: str, now: datetime) -> str:
    """Do what `init` does, for a book that is read already."""
    stand = places(reading.book, reading.sources, reading.store)
    return catalogs.start(reading.root, reading.book.settings, stand, locale, now)
