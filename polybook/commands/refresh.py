"""What authors' commands do, a line a stage: run the programs, write the chapters, compare, repeat.

examples  --run-->  transcripts  --cog-->  source
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path

from polybook.book import load
from polybook.examples import cog, directives
from polybook.examples import run as running
from polybook.examples.directives import Command
from polybook.model import layout
from polybook.model.book import Book
from polybook.model.findings import CheckError, Finding, refuse
from polybook.system import cache
from polybook.system.pool import Tell, begun, quietly


def refresh_source(
    root: Path, *, afresh: bool = False, jobs: int | None = None, tell: Tell = quietly
) -> list[str]:
    """Rewrite the chapters whose listings changed; return their paths.

    An example that ran before, with the same interpreter and packages, is not run again, unless ``afresh``.
    """
    book = load.unchecked(root)
    refuse(book.findings)
    run = partial(_running, root, book, jobs, tell, afresh)
    changed = cog.refresh(book.programs, book.chapters, run, everything=True)
    refuse(load.checked(_rewritten(book, changed)).findings)
    cog.save(root, book.chapters, changed)
    return sorted(changed)


def refresh_stale(root: Path, book: Book, jobs: int | None, *, may_run: bool) -> Book:
    """Rewrite the listings of ``book`` that are stale, and return it as it is then, its text checked.

    Raises CheckError for them if nothing ``may_run``, BookError where the book cannot be read or a cog block
    cannot be run.
    """
    refuse([*book.findings, *directives.broken(book.chapters)])
    findings = directives.stale(book.programs, book.chapters)
    if not findings:
        fresh = load.checked(book)
        refuse(fresh.findings)
        return fresh
    if not may_run:
        raise CheckError(*findings)
    run = partial(_running, root, book, jobs, quietly, False)
    changed = cog.refresh(book.programs, book.chapters, run, everything=False)
    fresh = load.checked(_rewritten(book, changed))
    refuse(fresh.findings)
    cog.save(root, book.chapters, changed)
    return fresh


def _rewritten(book: Book, changed: Mapping[str, str]) -> Book:
    """The book with the new texts of its chapters."""
    chapters = [replace(one, text=changed.get(one.path, one.text)) for one in book.chapters]
    return replace(book, chapters=tuple(chapters))


def check_source(root: Path, jobs: int | None = None, tell: Tell = quietly) -> str:
    """Do what `difference` does, for the book in ``root``."""
    return difference(root, _sound(root), jobs, tell)


def difference(root: Path, book: Book, jobs: int | None = None, tell: Tell = quietly) -> str:
    """Run every example afresh and return what a refresh would change, as a diff; write nothing.

    Raises CheckError for cog blocks that cannot be run, for programs that no chapter shows and, in a book
    whose Python needs programs, for listings without one.
    """
    chapters = book.chapters
    findings = [*directives.broken(chapters), *directives.orphans(book.programs, chapters)]
    if book.settings.python_needs_programs:
        findings += directives.unbacked(chapters)
    if findings:
        raise CheckError(*findings)
    run = partial(_running, root, book, jobs, tell, True)
    changed = cog.refresh(book.programs, book.chapters, run, everything=True)
    return cog.differences(book.chapters, changed)


def repeat(root: Path, times: int, jobs: int | None = None, tell: Tell = quietly) -> list[Finding]:
    """Run every example so many times; return a finding for each that fails or says different things."""
    book = _sound(root)
    commands = list(
        dict.fromkeys(
            one.command for chapter in book.chapters for one in directives.directives(chapter) if one.command
        )
    )
    said: dict[Command, list[running.Run]] = {command: [] for command in commands}
    for _ in range(times):
        with _running(root, book, jobs, tell, True, commands) as run:
            for command in commands:
                said[command].append(run(command))
    return cog.varying(book.chapters, said)


def _sound(root: Path) -> Book:
    """The book in ``root``; raises BookError with all of its files that cannot be read."""
    book = load.load(root)
    refuse(book.findings)
    return book


@contextmanager
def _running(
    root: Path, book: Book, jobs: int | None, tell: Tell, afresh: bool, commands: Iterable[Command]
) -> Iterator[Callable[[Command], running.Run]]:
    """Run programs, several at once; unless ``afresh``, only those that did not run before as they are.

    Gives a function that waits for one of them.
    """
    store, ran = cache.Store(root / layout.CACHE), set()

    def run(command: Command, label: str) -> running.Run:
        identity = running.identity(book.programs, command)
        key = cache.digest("printed", *command, identity)
        stored = None if afresh or not identity else store.get(key)
        if stored is not None:
            return running.Run(stored[0].decode())
        ran.add(label)
        found = running.run(book.programs, command, book.settings.limits)
        if identity and not found.problem:
            store.put(key, found.output.encode())
        return found

    def tell_what_ran(label: str, done: int, total: int) -> None:
        if label in ran:
            tell(label, done, total)

    labels = {command: " ".join(command[1:]) for command in commands}
    steps = [(label, partial(run, command, label)) for command, label in labels.items()]
    with begun(steps, jobs, tell_what_ran) as waits:
        wait = dict(zip(labels, waits, strict=True))
        yield lambda command: wait[command]()
