"""The stages in order. Each function here is one command's whole story, a line a stage.

examples  --run-->  transcripts  --cog-->  source     refresh (authoring.py)
source  --load-->  Book  --extract-->  messages       update
Book + catalog  --translate-->  Edition  --render-->  build
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from polybook import (
    authoring,
    cache,
    carrying,
    catalogs,
    editions,
    files,
    glossary,
    listings,
    loading,
    marking,
    markup,
    output,
    preview,
)
from polybook.authoring import CACHE
from polybook.jobs import Tell, quietly, together
from polybook.merging import Merge
from polybook.model import (
    Artifact,
    Book,
    BookError,
    Catalog,
    Edition,
    Finding,
    Message,
    PolybookError,
    Progress,
    Status,
    StrictError,
    Term,
    Translation,
    Tree,
    UsageError,
)
from polybook.references import Anchors
from polybook.render import html, themes


@dataclass(frozen=True)
class Built:
    """What a build made, and what it has to say of the translations."""

    artifacts: tuple[Artifact, ...]
    findings: tuple[Finding, ...]
    unreadable: tuple[Finding, ...]
    """Catalogs that cannot be read: their languages are not among the artifacts."""


@dataclass(frozen=True)
class Updated:
    """What an update changed in each catalog, and which it could not read."""

    merges: tuple[Merge, ...]
    unreadable: tuple[Finding, ...]


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
    made, statuses, unreadable = _editions(root, reading, wanted)
    findings = [finding for status in statuses for finding in status.findings if finding.severity == "error"]
    if strict:
        _require_complete(made, [*findings, *unreadable])
    making = {edition.locale for edition in made}
    sites = [one for one in known if one in making or output.has_site(root, one)]
    programs = loading.programs(root)
    if programs:
        output.write_programs(root, settings, programs, loading.requirements(root))
    output.write_status(root, settings, reading.book.theme, statuses)
    # A site says how large the files beside it are, so it comes after them.
    artifacts = [
        artifact
        for now in ([kind for kind in kinds if kind != "html"], [kind for kind in kinds if kind == "html"])
        for artifact in together(
            [
                (f"{one.locale} {kind}", partial(output.render, root, one, kind, sites, programs))
                for one in made
                for kind in now
            ],
            jobs,
            tell,
        )
    ]
    artifacts.sort(key=lambda one: (wanted.index(one.locale), kinds.index(one.format)))
    for edition in made:
        output.write_record(root, edition)
    output.write_index(root, settings, reading.book.theme)
    return Built(tuple(artifacts), tuple(findings), tuple(unreadable))


def update(root: Path) -> Updated:
    """Write the message template and merge it into every catalog; what cannot be read is left as it is."""
    reading = _read(root)
    merges, unreadable = catalogs.update(
        root, reading.book.settings, _messages(reading), partial(_carry, reading)
    )
    return Updated(tuple(merges), tuple(unreadable))


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
    _, statuses, unreadable = _editions(root, reading, wanted)
    found = [*listings.stale(programs, chapters), *listings.orphans(programs, chapters), *unreadable]
    return found + [finding for status in statuses for finding in status.findings]


def status(root: Path, locales: Sequence[str] = ()) -> tuple[list[Status], list[Finding]]:
    """Return how far each translation is and what there is to say of it, and which catalogs cannot be read.

    The page for translators is written anew.
    """
    reading = _read(root)
    _, found, unreadable = _editions(root, reading, _known(locales, catalogs.locales(root), "language"))
    output.write_status(root, reading.book.settings, reading.book.theme, found)
    return found, unreadable


def serve(
    root: Path, locales: Sequence[str], port: int, announce: Callable[[str], None], tell: Tell = quietly
) -> None:
    """Show the sites in ``locales`` (all where none is named) while the book is worked on, until interrupted.

    They are made beside the book, not in ``output/``: each passage says which message it came of.
    """
    settings = loading.load_settings(root)
    known = [settings.language, *catalogs.locales(root)]
    wanted = _known(locales, known, "language")
    folder = root / CACHE / "preview"
    passages: dict[str, marking.Passage] = {}

    def rebuild(changed: frozenset[Path]) -> str:
        if any(path.is_relative_to(themes.OURS) for path in changed):
            themes.forget()
        try:
            for step, locale in enumerate(wanted, 1):
                passages.update(_preview(root, folder, locale, wanted))
                tell(locale, step, len(wanted))
        except PolybookError as error:
            return str(error)
        return ""

    watched = [
        root / name for name in ("source", "examples", "locales", loading.THEME, loading.SETTINGS_FILE)
    ]
    shown = preview.Preview(folder, f"/{wanted[0]}/html/index.html", passages.get)
    preview.serve(shown, [*watched, themes.OURS], rebuild, port, announce)


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


def _carry(
    reading: _Reading, gone: Mapping[str, Translation], fresh: Sequence[Message]
) -> dict[str, tuple[str, Translation]]:
    """What `carrying.carry` finds, as far as it keeps the contract in its places in the book."""
    carried = carrying.carry(gone, fresh, reading.parse)
    # Each has its place among them for a line, by which a finding names it.
    placed = dict(enumerate(carried, 1))
    given = {key: replace(carried[key][1], line=place) for place, key in placed.items()}
    touched = [
        source for source in reading.sources if any(slot.message.key in given for slot in source.slots)
    ]
    findings = editions.translate(
        reading.book, touched, reading.anchors, Catalog("", "", given), reading.parse
    ).findings
    broken = {placed[finding.line] for finding in findings}
    return {key: found for key, found in carried.items() if key not in broken}


def _editions(
    root: Path, reading: _Reading, locales: Sequence[str]
) -> tuple[list[Edition], list[Status], list[Finding]]:
    """The editions, how far each translation is, and which catalogs cannot be read."""
    made: list[Edition] = []
    statuses: list[Status] = []
    unreadable: list[Finding] = []
    for locale in locales:
        if locale == reading.book.settings.language:
            made.append(editions.of_source(reading.book, reading.sources, reading.anchors))
            continue
        try:
            catalog, terms = catalogs.read(root, locale), glossary.read(root, locale)
        except BookError as error:
            unreadable += error.findings
            continue
        edition, status = _translate(reading, catalog, terms)
        made.append(edition)
        statuses.append(status)
    return made, statuses, unreadable


def _translate(reading: _Reading, catalog: Catalog, terms: Sequence[Term]) -> tuple[Edition, Status]:
    """The edition in a locale, and all there is to say of its translation: errors, then warnings."""
    translated = editions.translate(reading.book, reading.sources, reading.anchors, catalog, reading.parse)
    warnings = editions.reviewed(reading.book, translated, catalog, terms)
    findings = [*catalog.findings, *translated.findings, *warnings]
    return translated.edition, _status(reading, catalog, findings)


def _preview(root: Path, folder: Path, locale: str, locales: Sequence[str]) -> dict[str, marking.Passage]:
    """Write a locale's site into ``folder``, and return what its passages came of."""
    authoring.refresh_stale(root, None, may_run=True)
    reading = _read(root)
    passages: dict[str, marking.Passage] = {}
    if locale == reading.book.settings.language:
        edition = editions.of_source(reading.book, reading.sources, reading.anchors)
    else:
        catalog, terms = catalogs.read(root, locale), glossary.read(root, locale)
        edition, status = _translate(reading, catalog, terms)
        edition, passages = marking.mark(reading.sources, edition, catalog, status.findings)
    others = [one for one in locales if one != locale]
    files.write_folder(folder / locale / "html", html.pages(edition, others, loading.programs(root)))
    return passages


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
