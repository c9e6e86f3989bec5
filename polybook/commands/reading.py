"""The common start of all commands: a book, read and understood."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from polybook.book import load
from polybook.chapters import source
from polybook.chapters.references import Anchors
from polybook.chapters.source import Source
from polybook.model import layout
from polybook.model.book import Book
from polybook.model.findings import Finding, UsageError
from polybook.system.cache import Store


@dataclass(frozen=True)
class Reading:
    """A book, read and understood: the common start of all commands."""

    book: Book
    sources: tuple[Source, ...]
    anchors: Anchors
    store: Store


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


def read(root: Path, store: Store) -> Reading:
    """Read the book in ``root``; raises BookError with what is wrong with it."""
    book = load.load(root)
    sources, anchors = source.read(book, store)
    return Reading(book, sources, anchors, store)
