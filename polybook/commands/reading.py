"""The common start of all commands: a book, read once and understood."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from polybook.book import confine, load
from polybook.catalogs import locales as catalogs
from polybook.chapters import figure_safety, local_figures, pictures, source
from polybook.chapters.destinations import NO_DESTINATIONS, Destinations
from polybook.chapters.source import Source
from polybook.model import layout
from polybook.model.book import Book
from polybook.model.findings import BookError, Finding, PolybookError, UsageError, errors, refuse
from polybook.system import temporary
from polybook.system.cache import Store


@dataclass(frozen=True)
class Reading:
    """A book as a command found it: what is on disk is not looked at again.

    Of a book with mistakes it holds what can be read and shown: chapters, figures.
    """

    root: Path
    book: Book
    sources: tuple[Source, ...]
    destinations: Destinations
    store: Store
    findings: tuple[Finding, ...]
    """All that is wrong with what the authors wrote."""

    @property
    def locales(self) -> list[str]:
        """The languages of the book: the one it is written in, then those it has a catalog for."""
        return _locales(self.root, self.book)


def _locales(root: Path, book: Book) -> list[str]:
    return [book.settings.language, *catalogs.locales(root)]


def read(root: Path, store: Store | None = None) -> Reading:
    """Read the book in ``root``; raises BookError with all that is wrong with it.

    Finished steps are kept in the book's own folder, or where ``store`` keeps them.
    """
    return sound(gather(root, load.load(root), store or opened(root)))


def sound(reading: Reading) -> Reading:
    """Return the reading; raises BookError with all that is wrong with the book, but for warnings."""
    refuse(reading.findings)
    return reading


def gather(root: Path, book: Book, store: Store) -> Reading:
    """Parse a book that is loaded already, and find all that is wrong with it; nothing is raised."""
    findings = list(book.findings)
    if any(finding.code == confine.OUTSIDE for finding in findings):
        store = Store(None)  # its folder may be the one that is elsewhere
    safe, unsafe = figure_safety.read(book.figures)
    findings += unsafe
    try:
        sources, destinations, amiss = source.read(book, store)
    except BookError as error:  # pandoc's limits are of several chapters at once
        sources, destinations, amiss = (), NO_DESTINATIONS, list(error.findings)
    findings += amiss
    chapters = tuple(one.chapter for one in sources)
    named = {pictures.path(one.chapter, link.target) for one in sources for link in one.outline.targets}
    known = local_figures.parted(safe, named, _locales(root, book))
    findings += known.findings
    readable = replace(
        book,
        chapters=chapters,
        figures=known.figures,
        forms=known.forms,
        unread=book.unread | {one.path for one in book.chapters} - {one.path for one in chapters},
    )
    return Reading(root, readable, sources, destinations, store, in_order(findings))


def beside(root: Path, error: PolybookError) -> PolybookError:
    """Return the error with which a command ends that stopped at ``error`` before it read the book: it names
    all that is wrong with the book too.
    """
    reading = gather(root, load.load(root), opened(root))
    return type(error)(*dict.fromkeys((*error.findings, *errors(reading.findings))))


def in_order(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return findings by file and line, each once."""
    return tuple(sorted(dict.fromkeys(findings), key=lambda finding: (finding.path, finding.line)))


def opened(root: Path, room: int = 0) -> Store:
    """Return the store of a book's finished steps. Who builds again and again keeps one, with ``room`` in
    memory for so many bytes of results. Where a link is in the way, nothing is kept on disk.
    """
    return Store(None if confine.is_linked(root, layout.CACHE) else root / layout.CACHE, room)


@contextmanager
def begun() -> Iterator[Store]:
    """While the block lasts, give a store that holds nothing at first, and is no book's."""
    with temporary.folder() as folder:
        yield Store(folder)


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
