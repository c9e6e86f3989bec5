"""The stages in order. Each function here is one command's whole story, a line a stage.

examples  --run-->  transcripts  --cog-->  source     refresh (authoring.py)
source  --load-->  Book  --extract-->  messages       update
Book + catalog  --translate-->  Edition  --render-->  build
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import count
from pathlib import Path

from gevent.event import Event

from polybook import authoring
from polybook.authoring import CACHE
from polybook.book import load, lock
from polybook.book.settings import SETTINGS_FILE, load_settings, requirements
from polybook.catalogs import carry, glossary
from polybook.catalogs import locales as catalogs
from polybook.catalogs.merge import Merge, Place
from polybook.catalogs.origins import places
from polybook.chapters.references import Anchors
from polybook.chapters.source import Source, extract, read
from polybook.examples import directives
from polybook.markup.parse import parse as parse_markdown
from polybook.model.artifacts import Artifact, Built
from polybook.model.book import Book, Programs
from polybook.model.catalog import Catalog, Message, Progress, Status, Term, Translation
from polybook.model.edition import Edition
from polybook.model.findings import BookError, Finding, PolybookError, StrictError, UsageError
from polybook.render import output, themes
from polybook.system import cache, files
from polybook.system.cache import Store
from polybook.system.pool import Tell, quietly, together
from polybook.translation import editions, passages

ROOM = 256_000_000
"""How many bytes of finished steps a program that stays keeps in memory."""

ORDER = ("pdf", "html", "epub", "md")
"""In which order the artifacts of an edition are begun: what takes longest first."""


@dataclass(frozen=True)
class Updated:
    """What an update changed in each catalog, and which it could not read."""

    merges: tuple[Merge, ...]
    unreadable: tuple[Finding, ...]


@dataclass(frozen=True)
class _Reading:
    """A book, read and understood: the common start of all commands."""

    book: Book
    sources: tuple[Source, ...]
    anchors: Anchors
    store: cache.Store


# ---- the commands --------------------------------------------------------------------------


def build(
    root: Path,
    locales: Sequence[str] = (),
    formats: Sequence[str] = (),
    *,
    strict: bool = False,
    may_run: bool = True,
    beside: Sequence[str] = (),
    jobs: int | None = None,
    tell: Tell = quietly,
    store: Store | None = None,
) -> Built:
    """Make the editions in ``locales`` (all where none is named) in ``formats`` (all where none is named).

    Sites lead to those in other languages that are here, or will be beside them (``beside``).

    A stale listing is refreshed first, unless ``may_run`` is false. Raises a PolybookError and leaves what
    was there: for a mistake in the book, and, if ``strict``, for what is untranslated or broken.
    """
    store = store or opened(root)
    settings = load_settings(root)
    known = [settings.language, *catalogs.locales(root)]
    wanted = _known(locales, known, "language")
    kinds = _known(formats, output.FORMATS, "format")
    authoring.refresh_stale(root, jobs, may_run=may_run)
    output.sweep(root)
    reading = _read(root, store)
    made, statuses, unreadable = _editions(root, reading, wanted, jobs)
    findings = [finding for status in statuses for finding in status.findings if finding.severity == "error"]
    if strict:
        _require_complete(made, [*findings, *unreadable])
    making = {edition.locale for edition in made}
    sites = [one for one in known if one in making or one in beside or output.has_site(root, one)]
    programs = load.programs(root)
    if programs:
        output.write_programs(root, settings, programs, requirements(root))
    output.write_status(root, settings, reading.book.theme, statuses)
    artifacts = _render(root, made, kinds, sites, programs, jobs, tell, store)
    artifacts.sort(key=lambda one: (wanted.index(one.locale), kinds.index(one.format)))
    for edition in made:
        output.write_record(root, edition)
    output.write_index(root, settings, reading.book.theme)
    store.finish()
    return Built(tuple(artifacts), tuple(findings), tuple(unreadable), tuple(store.ran))


def show(root: Path, folder: Path, locale: str, locales: Sequence[str], store: Store) -> passages.Lookup:
    """Write the pages of the edition in ``locale`` into ``folder``, each passage marked; return what tells
    what a mark stands for.

    For a program that stays: with a ``store`` that has room in memory, a changed message costs its chapter;
    when the program ends, it calls the store's ``finish``. ``locales`` are all that are shown there. Raises a
    PolybookError and leaves what was there.
    """
    reading = _read(root, store)
    lookup: passages.Lookup = passages.nothing
    if locale == reading.book.settings.language:
        edition = editions.of_source(reading.book, reading.sources, reading.anchors, store)
    else:
        catalog, terms = catalogs.read(root, locale), glossary.read(root, locale)
        translated = editions.translate(reading.book, reading.sources, reading.anchors, catalog, store)
        review = partial(editions.reviewed, reading.book, reading.sources, translated, catalog, terms)
        edition, lookup = passages.mark(reading.sources, translated, catalog, review, store)
    output.write_pages(folder, edition, locales, load.programs(root), store)
    return lookup


def update(root: Path, store: Store | None = None) -> Updated:
    """Write the message template and merge it into every catalog; what cannot be read is left as it is."""
    reading = _read(root, store or opened(root))
    merges, unreadable = catalogs.update(
        root, reading.book.settings, _places(reading), partial(_carry, reading)
    )
    return Updated(tuple(merges), tuple(unreadable))


def init(root: Path, locale: str) -> str:
    """Start a language; return its catalog's path."""
    reading = _read(root, opened(root))
    return catalogs.start(root, reading.book.settings, _places(reading), locale)


def check(root: Path, locales: Sequence[str] = ()) -> list[Finding]:
    """Return what is wrong with the book: listings that are stale or orphans, broken translations; and, as
    warnings, what a reviewer would ask of the others.
    """
    reading = _read(root, opened(root))
    wanted = _known(locales, catalogs.locales(root), "language")
    chapters, programs = reading.book.chapters, load.programs(root)
    _, statuses, unreadable = _editions(root, reading, wanted)
    found = [*directives.stale(programs, chapters), *directives.orphans(programs, chapters), *unreadable]
    return found + [finding for status in statuses for finding in status.findings]


def status(root: Path, locales: Sequence[str] = ()) -> tuple[list[Status], list[Finding]]:
    """Return how far each translation is and what there is to say of it, and which catalogs cannot be read.

    The page for translators is written anew.
    """
    reading = _read(root, opened(root))
    _, found, unreadable = _editions(root, reading, _known(locales, catalogs.locales(root), "language"))
    output.write_status(root, reading.book.settings, reading.book.theme, found)
    return found, unreadable


def survey(root: Path) -> tuple[list[Edition], list[Status], list[Finding]]:
    """Return every edition, how far each translation is, and which catalogs cannot be read."""
    locales = [load_settings(root).language, *catalogs.locales(root)]
    return _editions(root, _read(root, opened(root)), locales)


def serve(
    root: Path, locales: Sequence[str], port: int, announce: Callable[[str], None], tell: Tell = quietly
) -> None:
    """Show the sites in ``locales`` (all where none is named) while the book is worked on, until interrupted.

    They are made beside the book, not in ``output/``: each passage says which message it came of.
    """
    from polybook.preview import (
        server,  # here: to load a server takes a while, and no other command needs one
    )

    settings = load_settings(root)
    known = [settings.language, *catalogs.locales(root)]
    wanted = _known(locales, known, "language")
    folder = root / CACHE / "preview"
    store = opened(root, ROOM)
    lookups: dict[str, passages.Lookup] = {}

    def rebuild(changed: frozenset[Path]) -> str:
        if any(path.is_relative_to(themes.OURS) for path in changed):
            themes.forget()
        try:
            with lock.held(root, "serve"):  # what else it writes is in a folder of its own
                authoring.refresh_stale(root, None, may_run=True)
            for step, locale in enumerate(wanted, 1):
                lookups[locale] = show(root, folder, locale, wanted, store)
                tell(locale, step, len(wanted))
        except PolybookError as error:
            return str(error)
        finally:
            if not changed:
                gc.freeze()  # what the first build leaves stays; to look for cycles in it takes long
        return ""

    def describe(mark: str) -> passages.Passage | None:
        return next((found for one in lookups.values() if (found := one(mark))), None)

    watched = [root / name for name in ("source", "examples", "locales", load.THEME, SETTINGS_FILE)]
    shown = server.Preview(folder, f"/{wanted[0]}/html/index.html", describe)
    try:
        server.serve(shown, [*watched, themes.OURS], rebuild, port, announce)
    finally:
        store.finish()


def clean(root: Path) -> list[str]:
    """Remove what builds made; return what was removed."""
    load_settings(root)  # so that only a book's own folders are ever removed
    removed = [name for name in (output.FOLDER, CACHE) if (root / name).is_dir()]
    if not removed:
        return []
    with lock.held(root, "clean"):
        for name in removed:
            files.remove_folder(root / name)
    return removed


# ---- the stages ----------------------------------------------------------------------------


def opened(root: Path, room: int = 0) -> Store:
    """Return the store of a book's finished steps. Who builds again and again keeps one, with ``room`` in
    memory for so many bytes of results.
    """
    return Store(root / CACHE, room)


def _known(wanted: Sequence[str], known: Sequence[str], what: str) -> list[str]:
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


def _read(root: Path, store: Store) -> _Reading:
    book = load.load(root)
    sources, anchors = read(book, store)
    return _Reading(book, sources, anchors, store)


def _messages(reading: _Reading) -> list[Message]:
    return extract(reading.book, reading.sources)


def _places(reading: _Reading) -> list[Place]:
    return places(reading.book, reading.sources, reading.store)


def _carry(
    reading: _Reading, gone: Mapping[str, Translation], fresh: Sequence[str]
) -> dict[str, tuple[str, Translation]]:
    """What `carry.carry` finds, as far as it keeps the contract in its places in the book."""
    parse = partial(parse_markdown, limits=reading.book.settings.limits)
    carried = carry.carry(gone, fresh, parse)  # small texts, of no use to a later command
    if not carried:
        return {}
    # Each has its place among them for a line, by which a finding names it.
    placed = dict(enumerate(carried, 1))
    given = {key: carried[key][1]._replace(line=place) for place, key in placed.items()}
    touched = [
        source for source in reading.sources if any(slot.message.key in given for slot in source.slots)
    ]
    findings = editions.translate(
        reading.book, touched, reading.anchors, Catalog("", "", given), cache.Store(None)
    ).findings
    broken = {placed[finding.line] for finding in findings}
    return {key: found for key, found in carried.items() if key not in broken}


def _editions(
    root: Path, reading: _Reading, locales: Sequence[str], jobs: int | None = None
) -> tuple[list[Edition], list[Status], list[Finding]]:
    """The editions, how far each translation is, and which catalogs cannot be read."""
    made: list[Edition] = []
    statuses: list[Status] = []
    unreadable: list[Finding] = []

    def take(locale: str) -> tuple[Edition, Status | None] | BookError:
        if locale == reading.book.settings.language:
            edition = editions.of_source(reading.book, reading.sources, reading.anchors, reading.store)
            return edition, None
        try:
            catalog, terms = catalogs.read(root, locale), glossary.read(root, locale)
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


def _render(
    root: Path,
    made: Sequence[Edition],
    kinds: Sequence[str],
    sites: Sequence[str],
    programs: Programs,
    jobs: int | None,
    tell: Tell,
    store: Store,
) -> list[Artifact]:
    """Make all artifacts: several editions at once, and of each its formats side by side.

    They wait much: for Typst, pandoc, Pagefind. A site ends when the files beside it are there.
    """
    numbers = count(1)

    def told(label: str, done: int, total: int) -> None:
        tell(label, next(numbers), len(made) * len(kinds))

    def take(edition: Edition) -> list[Artifact]:
        for kind in kinds:
            output.prepare(edition, kind, store)  # Typst sets it while pandoc writes the other formats
        ready = {kind: Event() for kind in sorted(kinds, key=ORDER.index)}

        def make(kind: str) -> Artifact:
            others = [one for other, one in ready.items() if other != kind]
            try:
                return output.render(
                    root, edition, kind, sites, programs, lambda: [one.wait() for one in others], store
                )
            finally:
                ready[kind].set()

        return together(
            [(f"{edition.locale} {kind}", partial(make, kind)) for kind in ready], len(ready), told
        )

    made_of = together([(edition.locale, partial(take, edition)) for edition in made], jobs, quietly)
    return [artifact for of in made_of for artifact in of]


def _translate(reading: _Reading, catalog: Catalog, terms: Sequence[Term]) -> tuple[Edition, list[Finding]]:
    """The edition in a locale, and all there is to say of its translation: errors, then warnings."""
    translated = editions.translate(reading.book, reading.sources, reading.anchors, catalog, reading.store)
    warnings = editions.reviewed(reading.book, reading.sources, translated, catalog, terms)
    return translated.edition, [*catalog.findings, *translated.findings, *warnings]


def _require_complete(made: Sequence[Edition], findings: Sequence[Finding]) -> None:
    short = [
        Finding(
            "untranslated",
            f"{edition.messages - edition.translated} of {edition.messages} messages are not translated",
            catalogs.path_of(edition.locale),
            hint="fuzzy entries count as not translated; status shows how far each language is",
        )
        for edition in made
        if edition.translated < edition.messages
    ]
    if short or findings:
        raise StrictError(*findings, *short)


def _status(reading: _Reading, catalog: Catalog, findings: Sequence[Finding]) -> Status:
    """How far a translation is."""
    found = _messages(reading)

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
