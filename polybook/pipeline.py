"""The stages in order. Each function here is one command's whole story, a line a stage.

examples  --run-->  transcripts  --cog-->  source     refresh (authoring.py)
source  --load-->  Book  --extract-->  messages       update
Book + catalog  --translate-->  Edition  --render-->  build
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from polybook import authoring, cache, catalogs, editions, glossary, listings, loading, markup, output
from polybook.authoring import CACHE
from polybook.jobs import Tell, quietly, together
from polybook.model import (
    Artifact,
    Book,
    Catalog,
    Edition,
    Finding,
    Message,
    Progress,
    Status,
    StrictError,
    Tree,
    UsageError,
)
from polybook.references import Anchors


@dataclass(frozen=True)
class Built:
    """What a build made, and what it has to say of the translations."""

    artifacts: tuple[Artifact, ...]
    findings: tuple[Finding, ...]


@dataclass(frozen=True)
class _Reading:
    """A book, read and understood: the common start of all commands."""

    book: Book
    sources: tuple[editions.Source, ...]
    anchors: Anchors
    parse: editions.Parse


# ---- the commands --------------------------------------------------------------------------


def build(
    root: Path,
    locales: Sequence[str] = (),
    formats: Sequence[str] = (),
    *,
    strict: bool = False,
    may_run: bool = True,
    jobs: int | None = None,
    tell: Tell = quietly,
) -> Built:
    """Make the editions in ``locales`` (all where none is named) in ``formats`` (all where none is named).

    A stale listing is refreshed first, unless ``may_run`` is false. Raises a PolybookError and leaves what
    was there: for a mistake in the book, and, if ``strict``, for what is untranslated or broken.
    """
    settings = loading.load_settings(root)
    known = [settings.language, *catalogs.locales(root)]
    wanted = _known(locales, known, "language")
    kinds = _known(formats, output.FORMATS, "format")
    authoring.refresh_stale(root, jobs, may_run=may_run)
    reading = _read(root)
    made, statuses = _editions(root, reading, wanted)
    findings = [finding for status in statuses for finding in status.findings if finding.severity == "error"]
    if strict:
        _require_complete(made, findings)
    sites = [one for one in known if one in wanted or output.has_site(root, one)]
    programs = loading.programs(root)
    steps = [
        (
            f"{edition.locale} {kind}",
            partial(output.render, root, edition, kind, kinds, sites, programs=bool(programs)),
        )
        for edition in made
        for kind in kinds
    ]
    artifacts = together(steps, jobs, tell)
    for edition in made:
        output.write_record(root, edition)
    if programs:
        output.write_programs(root, settings, programs, loading.requirements(root))
    output.write_status(root, settings, statuses)
    output.write_index(root, settings)
    return Built(tuple(artifacts), tuple(findings))


def update(root: Path) -> list[catalogs.Merge]:
    """Write the message template and merge it into every catalog."""
    reading = _read(root)
    return catalogs.update(root, reading.book.settings, _messages(reading))


def init(root: Path, locale: str) -> str:
    """Start a language; return its catalog's path."""
    reading = _read(root)
    return catalogs.start(root, reading.book.settings, _messages(reading), locale)


def check(root: Path, locales: Sequence[str] = ()) -> list[Finding]:
    """Return what is wrong with the book: listings that are stale or orphans, broken translations; and, as
    warnings, what a reviewer would ask of the others.
    """
    reading = _read(root)
    wanted = _known(locales, catalogs.locales(root), "language")
    chapters, programs = reading.book.chapters, loading.programs(root)
    found = [*listings.stale(programs, chapters), *listings.orphans(programs, chapters)]
    for locale in wanted:
        found += _translate(root, reading, locale)[1].findings
    return found


def status(root: Path, locales: Sequence[str] = ()) -> list[Status]:
    """Return how far each translation is, and what there is to say of it; write it into the page for it."""
    reading = _read(root)
    wanted = _known(locales, catalogs.locales(root), "language")
    found = [_translate(root, reading, locale)[1] for locale in wanted]
    output.write_status(root, reading.book.settings, found)
    return found


def clean(root: Path) -> list[str]:
    """Remove what builds made; return what was removed."""
    loading.load_settings(root)  # so that only a book's own folders are ever removed
    removed = [name for name in (output.FOLDER, CACHE) if (root / name).is_dir()]
    for name in removed:
        shutil.rmtree(root / name)
    return removed


# ---- the stages ----------------------------------------------------------------------------


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


def _read(root: Path) -> _Reading:
    book = loading.load(root)
    store = cache.Cache(root / CACHE)
    parse = partial(_parse, store, positions=False)
    sources, anchors = editions.read(book, parse, partial(_parse, store, positions=True))
    return _Reading(book, sources, anchors, parse)


def _parse(store: cache.Cache, texts: Sequence[str], *, positions: bool) -> list[Tree]:
    """`markup.parse`, for what was not parsed before."""
    keys = [cache.key("tree", markup.version(), str(positions), text) for text in texts]

    def make(places: list[int]) -> list[bytes]:
        trees = markup.parse([texts[place] for place in places], positions=positions)
        return [json.dumps(tree, ensure_ascii=False).encode("utf-8", "surrogatepass") for tree in trees]

    return [json.loads(content) for content in store.remember(keys, make)]


def _messages(reading: _Reading) -> list[Message]:
    return editions.extract(reading.book, reading.sources)


def _editions(root: Path, reading: _Reading, locales: Sequence[str]) -> tuple[list[Edition], list[Status]]:
    made, statuses = [], []
    for locale in locales:
        if locale == reading.book.settings.language:
            made.append(editions.of_source(reading.book, reading.sources, reading.anchors))
        else:
            edition, status = _translate(root, reading, locale)
            made.append(edition)
            statuses.append(status)
    return made, statuses


def _translate(root: Path, reading: _Reading, locale: str) -> tuple[Edition, Status]:
    """The edition in a locale, and all there is to say of its translation: errors, then warnings."""
    book, catalog, terms = reading.book, catalogs.read(root, locale), glossary.read(root, locale)
    translated = editions.translate(book, reading.sources, reading.anchors, catalog, reading.parse)
    findings = [*translated.findings, *editions.reviewed(book, translated, catalog, terms)]
    return translated.edition, _status(reading, catalog, findings)


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
    found = _messages(reading)
    paths = dict.fromkeys(message.path for message in found)

    def progress(path: str, some: Iterable[Message]) -> Progress:
        texts = {message.key: message.text for message in some}
        words = {key: len(text.split()) for key, text in texts.items()}
        translated = [key for key in texts if key in catalog.translations]
        fuzzy = sum(key in catalog.fuzzy for key in texts)
        untranslated = len(texts) - len(translated) - fuzzy
        done = sum(words[key] for key in translated)
        return Progress(path, len(translated), fuzzy, untranslated, sum(words.values()), done)

    files = tuple(progress(path, (one for one in found if one.path == path)) for path in paths)
    return Status(catalog.locale, progress("", found), files, tuple(findings))
