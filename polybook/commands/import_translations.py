"""Bring translations of the same book in that other tools keep: a catalog's empty entries are filled.

catalogs of others  --match-->  proposals  --accept-->  translations, and guesses to be looked at
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from polybook.catalogs import locales as catalogs
from polybook.chapters.source import extract
from polybook.commands import init, update
from polybook.commands.reading import Reading, read
from polybook.model import layout
from polybook.model.findings import Finding, UsageError
from polybook.proposals import foreign_catalogs, report
from polybook.proposals.accept import Accepted, accept
from polybook.proposals.foreign_catalogs import Foreign
from polybook.system import files


@dataclass(frozen=True)
class Brought:
    """What became of translations that were brought in."""

    catalog: str
    """Its path."""

    report: str
    """The path of the file that names what was not used, and why."""

    given: int
    """How many translations there were."""

    translated: int
    fuzzy: int
    unused: int


def bring(root: Path, language: str, paths: Sequence[Path], now: datetime) -> Brought:
    """Fill the catalog of ``language`` in ``root`` from other tools' catalogs at ``paths``, files or folders.

    It is started where it is not there, and updated first. A translation that is there is never replaced.
    Raises UsageError where no catalog is at one of the paths, BookError where one cannot be read.
    """
    locale = str(catalogs.parse_locale(language))
    entries = [entry for path in paths for file in _files(path) for entry in _entries(file)]
    reading = read(root)
    if locale in catalogs.locales(root):
        update.save(reading, now)
    else:
        init.start(reading, locale, now)
    matched = foreign_catalogs.match(entries, extract(reading.book, reading.sources))
    accepted = _accepted(reading, locale, matched)
    catalogs.fill(root, locale, accepted.fillings())
    path = layout.translations_report(locale)
    files.write(root / path, report.text(locale, accepted, matched.unused).encode())
    sure, fuzzy = len(accepted.sure), len(accepted.fuzzy)
    return Brought(layout.catalog(locale), path, len(entries), sure, fuzzy, len(matched.unused))


def _accepted(reading: Reading, locale: str, matched: foreign_catalogs.Matched) -> Accepted:
    known = catalogs.read(reading.root, locale)
    taken = known.translations.keys() | known.fuzzy.keys()
    return accept(reading.book, reading.sources, reading.destinations, locale, matched.proposals, taken)


def _files(path: Path) -> list[Path]:
    """The catalogs at a path; raises UsageError where there is none."""
    found = sorted(path.rglob("*.po")) if path.is_dir() else [path] if path.is_file() else []
    if not found:
        what = "there is no catalog (.po) here"
        raise UsageError(Finding("usage", what, path.as_posix(), hint="name a .po file, or a folder of some"))
    return found


def _entries(path: Path) -> Iterator[Foreign]:
    """The translated entries of a catalog, those that are obsolete last."""
    file = catalogs.foreign(path)
    placed = [(entry, line) for entry, line in zip(file.entries, file.lines, strict=True) if entry.translated]
    for entry, line in sorted(placed, key=lambda one: one[0].obsolete):
        yield Foreign(entry.text, entry.translation, f"{path.name}:{line}", entry.fuzzy)
