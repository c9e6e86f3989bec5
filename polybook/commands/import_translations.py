"""Bring in translations of the same book that other tools keep: a catalog's empty entries are filled.

catalogs of others, translated trees  --match, align-->  proposals  --accept-->  translations, and guesses
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from polybook.book import load
from polybook.catalogs import locales as catalogs
from polybook.chapters.source import Source, extract
from polybook.commands import import_book, init, update
from polybook.commands.reading import Reading, gather, read
from polybook.model import layout
from polybook.model.catalog import parted
from polybook.model.findings import Finding, UsageError
from polybook.proposals import foreign_catalogs, report, trees
from polybook.proposals.accept import Accepted, accept
from polybook.proposals.foreign_catalogs import Foreign, Matched
from polybook.system import files, temporary
from polybook.system.cache import Store


@dataclass(frozen=True)
class Brought:
    """What became of translations that were brought in."""

    catalog: str
    """Its path."""

    report: str
    """The path of the file that names what was not used, and why."""

    translated: int
    fuzzy: int
    unused: int


def bring(root: Path, language: str, paths: Sequence[Path], old: Path | None, now: datetime) -> Brought:
    """Fill the catalog of ``language`` in ``root`` from what is at ``paths``: other tools' catalogs, or trees
    of translated Markdown.

    ``old`` is the source that the trees were made from, where that is not the book as it is now. The catalog
    is started where it is not there, and updated first. A translation that is there is never replaced. Raises
    UsageError where a path has neither, BookError where something cannot be read.
    """
    locale = str(catalogs.parse_locale(language))
    found = {path: _catalogs(path) for path in paths}
    entries = [entry for some in found.values() for file in some for entry in entries_of(file)]
    reading = read(root)
    before = _sources(old, reading.book.settings.language) if old else reading.sources
    aligned = Matched()
    for path in (path for path, some in found.items() if not some):
        done = trees.propose(trees.paired(before, _sources(path, language)))
        aligned.proposals += done.proposals
        aligned.unused += done.unused
    if old:  # what is proposed for the old source is what a catalog of it would hold
        entries += _asentries_of(aligned)
        aligned.proposals.clear()
    matched = foreign_catalogs.match(entries, extract(reading.book, reading.sources))
    matched.proposals += aligned.proposals
    matched.unused += aligned.unused
    return _saved(reading, locale, matched, now)


def _saved(reading: Reading, locale: str, matched: Matched, now: datetime) -> Brought:
    """Put into the catalog what is accepted, and write the report."""
    root = reading.root
    if locale in catalogs.locales(root):
        update.save(reading, now)
    else:
        init.start(reading, locale, now)
    accepted = _accepted(reading, locale, matched)
    catalogs.fill(root, locale, accepted.fillings())
    path = layout.translations_report(locale)
    files.write(root / path, report.text(locale, accepted, matched.unused).encode())
    return Brought(layout.catalog(locale), path, len(accepted.sure), len(accepted.fuzzy), len(matched.unused))


def _accepted(reading: Reading, locale: str, matched: Matched) -> Accepted:
    known = catalogs.read(reading.root, locale)
    taken = known.translations.keys() | known.fuzzy.keys()
    return accept(reading.book, reading.sources, reading.destinations, locale, matched.proposals, taken)


# ---- catalogs --------------------------------------------------------------------------------


def _catalogs(path: Path) -> list[Path]:
    """The catalogs at a path; none for a tree of Markdown. Raises UsageError where there is neither."""
    if path.is_dir():
        if found := sorted(path.rglob("*.po")):
            return found
        if any(path.rglob("*.md")):
            return []
    elif path.is_file():
        return [] if path.suffix.lower() == ".md" else [path]
    what = "there is no catalog (.po) here, and no Markdown"
    hint = "name a .po file, a folder of some, or a folder of translated chapters"
    raise UsageError(Finding("usage", what, path.as_posix(), hint=hint))


def entries_of(path: Path) -> Iterator[Foreign]:
    """Yield the translated entries of a catalog, those that are obsolete last."""
    file = catalogs.foreign(path)
    placed = [(entry, line) for entry, line in zip(file.entries, file.lines, strict=True) if entry.translated]
    for entry, line in sorted(placed, key=lambda one: one[0].obsolete):
        yield Foreign(entry.text, entry.translation, f"{path.name}:{line}", entry.fuzzy)


# ---- trees -----------------------------------------------------------------------------------


def _sources(path: Path, language: str) -> tuple[Source, ...]:
    """The chapters of a book that another tool's authors wrote, as `import` would bring it in."""
    with temporary.folder() as folder:
        root = folder / "book"
        import_book.bring(path, root, language=language)
        return gather(root, load.load(root), Store(None)).sources


def _asentries_of(aligned: Matched) -> list[Foreign]:
    return [Foreign(parted(one.key)[1], one.text, one.origin, not one.is_sure) for one in aligned.proposals]
