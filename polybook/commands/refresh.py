"""What authors' commands do, a line a stage: run the programs, write the chapters, compare, repeat.

examples  --run-->  transcripts  --cog-->  source
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from polybook.book import load
from polybook.examples import cog, directives
from polybook.examples import run as running
from polybook.examples.directives import Command
from polybook.model import layout
from polybook.model.book import Limits, Programs
from polybook.model.findings import CheckError, Finding
from polybook.system import cache
from polybook.system.pool import Tell, begun, quietly


def refresh_source(
    root: Path, *, afresh: bool = False, jobs: int | None = None, tell: Tell = quietly
) -> list[str]:
    """Rewrite the chapters whose listings changed; return their paths.

    An example that ran before, with the same interpreter and packages, is not run again, unless ``afresh``.
    """
    book, programs = load.load(root), load.programs(root)
    run = partial(_running, root, book.settings.limits, programs, jobs, tell, afresh)
    changed = cog.refresh(programs, book.chapters, run, everything=True)
    cog.save(root, changed)
    return sorted(changed)


def refresh_stale(root: Path, jobs: int | None, *, may_run: bool) -> None:
    """Rewrite the listings that are stale; raises CheckError for them if nothing ``may_run``."""
    book, programs = load.load(root), load.programs(root)
    findings = directives.stale(programs, book.chapters)
    if findings and not may_run:
        raise CheckError(*findings)
    if findings:
        run = partial(_running, root, book.settings.limits, programs, jobs, quietly, False)
        cog.save(root, cog.refresh(programs, book.chapters, run, everything=False))


def check_source(root: Path, jobs: int | None = None, tell: Tell = quietly) -> str:
    """Run every example afresh and return what a refresh would change, as a diff; write nothing.

    Raises CheckError for programs that no chapter shows and for listings without a program.
    """
    book, programs = load.load(root), load.programs(root)
    if findings := directives.orphans(programs, book.chapters):
        raise CheckError(*findings)
    run = partial(_running, root, book.settings.limits, programs, jobs, tell, True)
    return cog.differences(book.chapters, cog.refresh(programs, book.chapters, run, everything=True))


def repeat(root: Path, times: int, jobs: int | None = None, tell: Tell = quietly) -> list[Finding]:
    """Run every example so many times; return a finding for each that fails or says different things."""
    book, programs = load.load(root), load.programs(root)
    commands = list(
        dict.fromkeys(
            one.command for chapter in book.chapters for one in directives.directives(chapter) if one.command
        )
    )
    said: dict[Command, list[running.Run]] = {command: [] for command in commands}
    for _ in range(times):
        with _running(root, book.settings.limits, programs, jobs, tell, True, commands) as run:
            for command in commands:
                said[command].append(run(command))
    return cog.varying(book.chapters, said)


@contextmanager
def _running(
    root: Path,
    limits: Limits,
    programs: Programs,
    jobs: int | None,
    tell: Tell,
    afresh: bool,
    commands: Iterable[Command],
) -> Iterator[Callable[[Command], running.Run]]:
    """Run programs, several at once; unless ``afresh``, only those that did not run before as they are.

    Gives a function that waits for one of them.
    """
    store, ran = cache.Store(root / layout.CACHE), set()

    def run(command: Command, label: str) -> running.Run:
        identity = running.identity(programs, command)
        key = cache.digest("run", *command, identity)
        stored = None if afresh or not identity else store.get(key)
        if stored is not None:
            return running.Run(stored[0].decode())
        ran.add(label)
        found = running.run(programs, command, limits)
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
