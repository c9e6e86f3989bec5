"""Every edition and what there is to say of it: ``check`` and ``status``."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from polybook.book import load
from polybook.catalogs import glossary
from polybook.catalogs import locales as catalogs
from polybook.chapters import local_figures, readings
from polybook.chapters.source import extract
from polybook.commands import merge_commits, undisplayed, update
from polybook.commands.reading import Reading, choose, gather, in_order, opened, read
from polybook.examples import directives
from polybook.model import layout
from polybook.model.book import Book
from polybook.model.catalog import Catalog, Message, Progress, Status, Term
from polybook.model.edition import Edition
from polybook.model.findings import BookError, Finding, errors
from polybook.render import output
from polybook.render.subject_index import with_index
from polybook.system.pool import Tell, quietly, together
from polybook.translation import editions, waived
from polybook.translation.editions import Translated


def check(
    root: Path,
    locales: Sequence[str] = (),
    *,
    deep: bool = False,
    web: datetime | None = None,
    tell: Tell = quietly,
) -> list[Finding]:
    """Return all that is wrong with the book, by file and line: what cannot be read or shown, cog blocks that
    cannot be run, listings that are stale or orphans, broken translations; and, as warnings, messages that no
    translation can take the place of, catalogs that are behind the text, what merges did to them, and what a
    reviewer would ask of the others; as notices, what waivers allow.

    With ``deep`` also what some format of these editions does not show; where no language is named, of the
    edition in the book's own language too. With a time for ``web`` also where the web does not answer then
    (`web_links`); ``tell`` is told of hosts. Where something cannot be read, what depends on it is not looked
    at; all else is. Raises BookError where there is no book, UsageError for a language without a catalog.
    """
    loaded = load.load(root)
    reading = gather(root, loaded, opened(root))
    book = reading.book
    made = make_editions(reading, _translated(reading, locales))
    shown: list[Finding] = []
    if not errors(reading.findings):  # with one, no format could be made
        original = make_editions(reading, [] if locales else [book.settings.language])
        shown += [*original.undisplayed(reading), *made.undisplayed(reading)]
        if deep:
            from polybook.commands import losses

            shown += losses.check(reading, [*original.editions, *made.editions])
    dead: list[Finding] = []
    if web:
        from polybook.commands import web_links

        dead = web_links.check(reading, web, tell)
    found = [
        *reading.findings,
        *dead,
        *_of_programs(loaded),
        *readings.doubts(reading.sources, book.settings.limits, reading.store),
    ]
    return [
        *in_order(found),
        *waived.of_no_language(book.waivers, reading.locales[1:]),
        *made.unreadable,
        *_behind(reading, made),
        *(finding for status in statuses(reading, made) for finding in status.findings),
        *merge_commits.check(root, [catalog for catalog, _, _ in made.translations]),
        *dict.fromkeys(shown),
    ]


def _behind(reading: Reading, made: Made) -> list[Finding]:
    """Which of the catalogs are behind the text; where some of it cannot be read, nobody knows."""
    if errors(reading.findings):
        return []
    paths = {catalog.path for catalog, _, _ in made.translations}
    found = [finding for finding in update.outdated(reading) if finding.path in paths] if paths else []
    return [replace(finding, severity="warning") for finding in found]


def _of_programs(book: Book) -> list[Finding]:
    """What is wrong with cog blocks and programs: what cannot be run, is stale, or has no counterpart."""
    broken = directives.broken(book.chapters)
    orphans = directives.orphans(book.programs, book.chapters)
    if book.unread or broken:  # which programs these chapters show, nobody knows
        orphans = [finding for finding in orphans if not finding.path.startswith(layout.example(""))]
    unbacked = directives.unbacked(book.chapters) if book.settings.python_needs_programs else []
    return [*broken, *directives.stale(book.programs, book.chapters), *orphans, *unbacked]


def status(root: Path, locales: Sequence[str] = ()) -> tuple[list[Status], list[Finding]]:
    """Return how far each translation is and what there is to say of it, and which catalogs cannot be read.

    The page for translators is written anew.
    """
    reading = read(root)
    made = make_editions(reading, _translated(reading, locales))
    found = statuses(reading, made)
    output.write_status(root, reading.book.settings, reading.book.theme, found)
    return found, list(made.unreadable)


def _translated(reading: Reading, locales: Sequence[str]) -> list[str]:
    """Those of the languages with a catalog that are named; all where none is."""
    return choose(locales, reading.locales[1:], "language")


@dataclass(frozen=True)
class Made:
    """Editions, and what they were made of."""

    editions: tuple[Edition, ...]
    translations: tuple[tuple[Catalog, tuple[Term, ...], Translated], ...]
    """Of each translation among them its catalog, its glossary, and what came of it."""

    unreadable: tuple[Finding, ...]
    """Why some languages are not among them: catalogs and glossaries that cannot be read."""

    @property
    def broken(self) -> list[Finding]:
        """What is wrong with translations, which were left out."""
        return [finding for _, _, translated in self.translations for finding in translated.findings]

    def undisplayed(self, reading: Reading) -> tuple[Finding, ...]:
        """What no font has of these editions, which their PDFs show as U+FFFD."""
        used = {
            catalog.locale: (
                catalog.path,
                [one for key, one in catalog.translations.items() if key not in translated.broken],
            )
            for catalog, _, translated in self.translations
        }
        return undisplayed.findings(reading, self.editions, used)


def make_editions(reading: Reading, locales: Sequence[str], jobs: int | None = None) -> Made:
    """Return the editions in ``locales``."""
    book, sources, destinations, store = reading.book, reading.sources, reading.destinations, reading.store

    def take(locale: str) -> Edition | tuple[Catalog, tuple[Term, ...], Translated] | BookError:
        if locale == book.settings.language:
            return with_index(editions.of_source(book, sources, destinations, store), store)
        read: list[Any] = []
        wrong: list[Finding] = []
        for part in (partial(catalogs.read, waivers=book.waivers), glossary.read):
            try:
                read.append(part(reading.root, locale))
            except BookError as error:
                wrong += error.findings
        if wrong:
            return BookError(*wrong)
        catalog, terms = read
        translated = editions.translate(book, sources, destinations, catalog, store)
        return catalog, terms, replace(translated, edition=with_index(translated.edition, store))

    made = together([(locale, partial(take, locale)) for locale in locales], jobs, quietly)
    translations = tuple(one for one in made if isinstance(one, tuple))
    return Made(
        tuple(
            one if isinstance(one, Edition) else one[2].edition
            for one in made
            if not isinstance(one, BookError)
        ),
        translations,
        tuple(finding for one in made if isinstance(one, BookError) for finding in one.findings),
    )


def statuses(reading: Reading, made: Made) -> list[Status]:
    """Return how far each translation is, and what there is to say of it: errors, then warnings."""
    return [
        _status(
            reading,
            catalog,
            [
                *catalog.findings,
                *translated.findings,
                *editions.reviewed(reading.book, reading.sources, translated, catalog, terms, reading.store),
            ],
        )
        for catalog, terms, translated in made.translations
    ]


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
    pictures = local_figures.lacking(reading.book, catalog.locale)
    return Status(catalog.locale, progress("", found), files, tuple(findings), pictures)
