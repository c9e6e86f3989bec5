"""The stages in order. Each function here is one command's whole story, a line a stage.

examples  --run-->  transcripts  --cog-->  source     refresh
source  --load-->  Book  --extract-->  messages       update
Book + catalog  --translate-->  Edition  --render-->  build
"""

from __future__ import annotations

import json
import os
import shutil
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from gevent.pool import Pool

from polybook import cache, catalogs, editions, examples, files, loading, markup, refresh
from polybook.model import (
    Artifact,
    Book,
    BookError,
    Catalog,
    CheckError,
    Edition,
    Finding,
    Message,
    PolybookError,
    StrictError,
    Tree,
    UsageError,
)
from polybook.references import Anchors
from polybook.render.html import Download

FORMATS = ("html", "epub", "pdf", "md")
"""What a build can make; without a wish it makes all of them."""

OUTPUT = "output"
CACHE = ".cache"

PROGRAMS = "examples.zip"

Tell = Callable[[str, int, int], None]
"""Told of progress: what was just finished, how many steps are done, how many there are."""


@dataclass(frozen=True)
class Built:
    """What a build made, and what it has to say of the translations."""

    artifacts: tuple[Artifact, ...]
    findings: tuple[Finding, ...]


@dataclass(frozen=True)
class Status:
    """How far the translation into one language is, in messages and in words of the source."""

    locale: str
    translated: int
    fuzzy: int
    untranslated: int
    words: int
    words_translated: int


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
    tell: Tell = lambda *_: None,
) -> Built:
    """Make the editions in ``locales`` (all where none is named) in ``formats`` (all where none is named).

    A stale listing is refreshed first, unless ``may_run`` is false. Raises a PolybookError and leaves what
    was there: for a mistake in the book, and, if ``strict``, for what is untranslated or broken.
    """
    settings = loading.load_settings(root)
    known = [settings.language, *catalogs.locales(root)]
    wanted = _known(locales, known, "language")
    kinds = _known(formats, FORMATS, "format")
    _refresh_stale(root, jobs, may_run)
    reading = _read(root)
    made, findings = _editions(root, reading, wanted)
    if strict:
        _require_complete(made, findings)
    sites = [one for one in known if one in wanted or (root / OUTPUT / one / "html").is_dir()]
    steps = [
        (edition, kind, partial(_render, root, edition, kind, kinds, sites))
        for edition in made
        for kind in kinds
    ]
    artifacts = _together(steps, jobs, tell)
    for edition in made:
        files.write(root / OUTPUT / edition.locale / "edition.json", _record(edition))
    _write_programs(root, reading.book)
    files.write(root / OUTPUT / "index.html", _index(root, reading.book))
    return Built(tuple(artifacts), tuple(findings))


def refresh_source(
    root: Path, *, afresh: bool = False, jobs: int | None = None, tell: Tell = lambda *_: None
) -> list[str]:
    """Rewrite the chapters whose listings changed; return their paths.

    An example that ran before, with the same interpreter and packages, is not run again, unless ``afresh``.
    """
    chapters = loading.load(root).chapters
    changed = refresh.refresh(root, chapters, partial(_run, root, jobs, tell, afresh), everything=True)
    refresh.save(root, changed)
    return sorted(changed)


def check_source(root: Path, jobs: int | None = None, tell: Tell = lambda *_: None) -> str:
    """Run every example afresh and return what a refresh would change, as a diff; write nothing.

    Raises CheckError for programs that no chapter shows and for listings without a program.
    """
    chapters = loading.load(root).chapters
    if findings := refresh.orphans(root, chapters):
        raise CheckError(*findings)
    changed = refresh.refresh(root, chapters, partial(_run, root, jobs, tell, True), everything=True)
    return refresh.differences(chapters, changed)


def repeat(root: Path, times: int, jobs: int | None = None, tell: Tell = lambda *_: None) -> list[Finding]:
    """Run every example so many times; return a finding for each that fails or says different things."""
    chapters = loading.load(root).chapters
    commands = {
        command: None
        for chapter in chapters
        for one in refresh.directives(chapter)
        if (command := one.command)
    }
    rounds = [_run(root, jobs, tell, True, commands) for _ in range(times)]
    return refresh.varying(chapters, {command: [runs[command] for runs in rounds] for command in commands})


def update(root: Path) -> list[catalogs.Merge]:
    """Write the message template and merge it into every catalog."""
    reading = _read(root)
    return catalogs.update(root, reading.book.settings, _messages(reading))


def init(root: Path, locale: str) -> str:
    """Start a language; return its catalog's path."""
    reading = _read(root)
    return catalogs.start(root, reading.book.settings, _messages(reading), locale)


def check(root: Path, locales: Sequence[str] = ()) -> list[Finding]:
    """Return what is wrong with the book: listings that are stale or orphans, broken translations."""
    reading = _read(root)
    wanted = _known(locales, catalogs.locales(root), "language")
    _, findings = _editions(root, reading, wanted)
    chapters = reading.book.chapters
    return [*refresh.stale(root, chapters), *refresh.orphans(root, chapters), *findings]


def status(root: Path, locales: Sequence[str] = ()) -> list[Status]:
    """Return how far each translation is."""
    reading = _read(root)
    wanted = _known(locales, catalogs.locales(root), "language")
    return [_status(reading, catalogs.read(root, locale)) for locale in wanted]


def clean(root: Path) -> list[str]:
    """Remove what builds made; return what was removed."""
    loading.load_settings(root)  # so that only a book's own folders are ever removed
    removed = [name for name in (OUTPUT, CACHE) if (root / name).is_dir()]
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


def _refresh_stale(root: Path, jobs: int | None, may_run: bool) -> None:
    chapters = loading.load(root).chapters
    findings = refresh.stale(root, chapters)
    if not findings:
        return
    if not may_run:
        raise CheckError(*findings)
    changed = refresh.refresh(
        root, chapters, partial(_run, root, jobs, lambda *_: None, False), everything=False
    )
    refresh.save(root, changed)


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


def _editions(root: Path, reading: _Reading, locales: Sequence[str]) -> tuple[list[Edition], list[Finding]]:
    made, findings = [], []
    for locale in locales:
        if locale == reading.book.settings.language:
            made.append(editions.of_source(reading.book, reading.sources, reading.anchors))
            continue
        catalog = catalogs.read(root, locale)
        edition, found = editions.translate(
            reading.book, reading.sources, reading.anchors, catalog, reading.parse
        )
        made.append(edition)
        findings += found
    return made, findings


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


def _render(root: Path, edition: Edition, kind: str, kinds: Sequence[str], sites: Sequence[str]) -> Artifact:
    """Make one artifact of an edition and put it in its place."""
    # Each format's module is imported where it is used: a build of one pays for one.
    begun = time.monotonic()
    folder = f"{OUTPUT}/{edition.locale}"
    path = f"{folder}/html" if kind == "html" else f"{folder}/{_file_name(edition, kind)}"
    match kind:
        case "html":
            from polybook.render import html

            names = {one: _file_name(edition, one) for one in ("epub", "pdf")}
            downloads = [
                Download(one.upper(), f"../{name}", 0)
                for one, name in names.items()
                if one in kinds or (root / folder / name).is_file()
            ]
            if (root / "examples").is_dir():
                downloads.append(Download("ZIP", f"../../{PROGRAMS}", 0))
            others = [one for one in sites if one != edition.locale]
            files.write_folder(root / path, html.render(edition, downloads, others))
        case "epub":
            from polybook.render import epub

            files.write(root / path, epub.render(edition))
        case "pdf":
            from polybook.render import pdf

            files.write(root / path, pdf.render(edition, [root / font for font in edition.settings.fonts]))
        case _:
            from polybook.render import markdown

            files.write(root / path, markdown.render(edition))
    return Artifact(edition.locale, kind, path, files.size(root / path), time.monotonic() - begun)


def _write_programs(root: Path, book: Book) -> None:
    """Pack the programs for readers, if the book has any."""
    from polybook.render import programs

    if contents := loading.programs(root):
        archive = programs.render(book.settings, contents, loading.requirements(root))
        files.write(root / OUTPUT / PROGRAMS, archive)


def _file_name(edition: Edition, kind: str) -> str:
    return f"{edition.settings.name}-{edition.locale}.{kind}"


def _record(edition: Edition) -> bytes:
    """What the page above the editions has to know of one, kept beside it for builds of the others."""
    known = {
        "title": edition.settings.title,
        "subtitle": edition.settings.subtitle,
        "translated": edition.translated,
        "messages": edition.messages,
    }
    return (json.dumps(known, ensure_ascii=False, indent=1) + "\n").encode()


def _index(root: Path, book: Book) -> bytes:
    from polybook.render import website

    entries = []
    for record in sorted((root / OUTPUT).glob("*/edition.json")):
        locale, folder = record.parent.name, record.parent
        downloads = tuple(
            Download(kind.upper(), f"{locale}/{name}", (folder / name).stat().st_size)
            for kind in ("epub", "pdf", "md")
            if (folder / (name := f"{book.settings.name}-{locale}.{kind}")).is_file()
        )
        site = f"{locale}/html/index.html" if (folder / "html/index.html").is_file() else ""
        known = json.loads(record.read_text("utf-8"))
        entries.append(website.Entry(locale=locale, site=site, downloads=downloads, **known))
    source, programs = book.settings.language, root / OUTPUT / PROGRAMS
    extra = Download("ZIP", PROGRAMS, programs.stat().st_size) if programs.is_file() else None
    entries.sort(key=lambda one: (one.locale != source, one.locale))
    return website.render(book.settings, entries, extra)


def _status(reading: _Reading, catalog: Catalog) -> Status:
    texts = dict.fromkeys(message.text for message in _messages(reading))
    translated = [text for text in texts if text in catalog.translations]
    fuzzy = sum(text in catalog.fuzzy for text in texts)

    def words(texts: Iterable[str]) -> int:
        return sum(len(text.split()) for text in texts)

    return Status(
        catalog.locale,
        len(translated),
        fuzzy,
        len(texts) - len(translated) - fuzzy,
        words(texts),
        words(translated),
    )


# ---- many at once --------------------------------------------------------------------------


def _together(
    steps: Sequence[tuple[Edition, str, Callable[[], Artifact]]], jobs: int | None, tell: Tell
) -> list[Artifact]:
    """Take all steps, several at once; return what they made, in their order.

    Where some fail, the others are finished all the same, and then all errors are raised as one.
    """
    pool = Pool(jobs or os.cpu_count() or 1)
    made: dict[int, Artifact] = {}
    errors: list[PolybookError] = []

    def take(place: int) -> int:
        try:
            made[place] = steps[place][2]()
        except PolybookError as error:
            errors.append(error)
        return place

    try:
        for done, place in enumerate(pool.imap_unordered(take, range(len(steps))), 1):
            edition, kind, _ = steps[place]
            tell(f"{edition.locale} {kind}", done, len(steps))
    finally:
        pool.kill()
    if errors:
        raise BookError(*dict.fromkeys(finding for error in errors for finding in error.findings))
    return [made[place] for place in range(len(steps))]


def _run(
    root: Path, jobs: int | None, tell: Tell, afresh: bool, commands: Iterable[refresh.Command]
) -> Mapping[refresh.Command, examples.Run]:
    """Run programs, several at once; unless ``afresh``, only those that did not run before as they are."""
    store, folder = cache.Cache(root / CACHE), root / "examples"
    keys = {command: cache.key("run", *command, examples.identity(folder, command)) for command in commands}
    found = {}
    for command, key in keys.items():
        stored = None if afresh else store.get(key)
        if stored is not None:
            found[command] = examples.Run(stored.decode())
    wanted = [command for command in keys if command not in found]
    pool = Pool(jobs or os.cpu_count() or 1)

    def one(command: refresh.Command) -> tuple[refresh.Command, examples.Run]:
        return command, examples.run(folder, command)

    try:
        for done, (command, run) in enumerate(pool.imap_unordered(one, wanted), 1):
            found[command] = run
            if not run.problem and examples.identity(folder, command):
                store.put(keys[command], run.output.encode())
            tell(" ".join(command[1:]), done, len(wanted))
    finally:
        pool.kill()
    return found
