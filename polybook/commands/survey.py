"""Every edition and what there is to say of it: ``check`` and ``status``."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial
from pathlib import Path

from polybook.catalogs import glossary
from polybook.catalogs import locales as catalogs
from polybook.chapters.source import extract
from polybook.commands.reading import Reading, choose, read
from polybook.examples import directives
from polybook.model.catalog import Catalog, Message, Progress, Status, Term
from polybook.model.edition import Edition
from polybook.model.findings import BookError, Finding
from polybook.render import output
from polybook.system.pool import quietly, together
from polybook.translation import editions


def check(root: Path, locales: Sequence[str] = ()) -> list[Finding]:
    """Return what is wrong with the book: listings that are stale or orphans, broken translations; and, as
    warnings, what a reviewer would ask of the others.
    """
    reading = read(root)
    book = reading.book
    _, statuses, unreadable = make_editions(reading, _translated(reading, locales))
    found = [
        *directives.stale(book.programs, book.chapters),
        *directives.orphans(book.programs, book.chapters),
    ]
    return [*found, *unreadable, *(finding for status in statuses for finding in status.findings)]


def status(root: Path, locales: Sequence[str] = ()) -> tuple[list[Status], list[Finding]]:
    """Return how far each translation is and what there is to say of it, and which catalogs cannot be read.

    The page for translators is written anew.
    """
    reading = read(root)
    _, found, unreadable = make_editions(reading, _translated(reading, locales))
    output.write_status(root, reading.book.settings, reading.book.theme, found)
    return found, unreadable


def _translated(reading: Reading, locales: Sequence[str]) -> list[str]:
    """Those of the languages with a catalog that are named; all where none is."""
    return choose(locales, reading.locales[1:], "language")


def make_editions(
    reading: Reading, locales: Sequence[str], jobs: int | None = None
) -> tuple[list[Edition], list[Status], list[Finding]]:
    """Return the editions in ``locales``, how far each translation is, and which catalogs cannot be read."""
    made: list[Edition] = []
    statuses: list[Status] = []
    unreadable: list[Finding] = []

    def take(locale: str) -> tuple[Edition, Status | None] | BookError:
        if locale == reading.book.settings.language:
            edition = editions.of_source(reading.book, reading.sources, reading.anchors, reading.store)
            return edition, None
        try:
            catalog, terms = catalogs.read(reading.root, locale), glossary.read(reading.root, locale)
        except BookError as error:
            return error
        edition, findings = _translate(reading, catalog, terms)
        return edition, _status(reading, catalog, findings)

    for one in together([(locale, partial(take, locale)) for locale in locales], jobs, quietly):
        if isinstance(one, BookError):
            unreadable += one.findings
            continue
        made.append(one[0])
        statuses += [one[1]] if one[1] else []
    return made, statuses, unreadable


def _translate(reading: Reading, catalog: Catalog, terms: Sequence[Term]) -> tuple[Edition, list[Finding]]:
    """The edition in a locale, and all there is to say of its translation: errors, then warnings."""
    translated = editions.translate(reading.book, reading.sources, reading.anchors, catalog, reading.store)
    warnings = editions.reviewed(reading.book, reading.sources, translated, catalog, terms)
    return translated.edition, [*catalog.findings, *translated.findings, *warnings]


def _status(reading: Reading, catalog: Catalog, findings: Sequence[Finding]) -> Status:
    """How far a translation is."""
    found = extract(reading.book, reading.sources)

    def progress(path: str, some: Iterable[Message]) -> Progress:
        texts = {message.key: message.text for message in some}
        words = {key: len(text.split()) for key, text in texts.items()}
        translated = [key for key in texts if key in catalog.translations]
        fuzzy = sum(key in catalog.fuzzy for key in texts)
        untranslated = len(texts) - len(translated) - fuzzy
        done = sum(words[key] for key in translated)
        return Progress(path, len(translated), fuzzy, untranslated, sum(words.values()), done)

    by_path: dict[str, list[Message]] = {}
    for one in found:
        by_path.setdefault(one.path, []).append(one)
    files = tuple(progress(path, some) for path, some in by_path.items())
    return Status(catalog.locale, progress("", found), files, tuple(findings))
