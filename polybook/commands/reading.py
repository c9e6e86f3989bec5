"""The common start of all commands: a book, read once and understood."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from polybook.book import load
from polybook.catalogs import locales as catalogs
from polybook.chapters import source
from polybook.chapters.references import Anchors
from polybook.chapters.source import Source
from polybook.model import layout
from polybook.model.book import Book
from polybook.model.findings import Finding, UsageError
from polybook.system.cache import Store


@dataclass(frozen=True)
class Reading:
    """A book as a command found it: what is on disk is not looked at again."""

    root: Path
    book: Book
    sources: tuple[Source, ...]
    anchors: Anchors
    store: Store

    @property
    def locales(self) -> list[str]:
        """The languages of the book: the one it is written in, then those it has a catalog for."""
        return [self.book.settings.language, *catalogs.locales(self.root)]


def read(root: Path, store: Store | None = None) -> Reading:
    """Read the book in ``root``; raises BookError with what is wrong with it.

    Finished steps are kept in the book's own folder, or where ``store`` keeps them.
    """
    return understood(root, load.load(root), store or opened(root))


def understood(root: Path, book: Book, store: Store) -> Reading:
    """Parse a book that is loaded already; raises BookError with what is wrong with its chapters."""
    sources, anchors = source.read(book, store)
    return Reading(root, book, sources, anchors, store)


def opened(root: Path, room: int = 0) -> Store:
    """Return the store of a book's finished steps. Who builds again and again keeps one, with ``room`` in
    memory for so many bytes of results.
    """
    return Store(root / layout.CACHE, room)


def choose(wanted: Sequence[str], known: Sequence[str], what: str) -> list[str]:
    """Return those of ``known`` that are wanted, all where none is named; ``what`` they are: ``language``.

    Raises UsageError for one that is not known.
    """
    for one in wanted:
        if one not in known:
            raise UsageError(
                Finding(
                    "usage",
                    f"unknown {what} '{one}'",
                    hint=f"known {what}s: {', '.join(known) or 'none yet'}",
                )
            )
    return list(dict.fromkeys(wanted or known))
