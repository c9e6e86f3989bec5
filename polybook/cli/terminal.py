"""What a terminal shows: progress, findings, tables."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

from polybook.model.artifacts import Artifact, Ran
from polybook.model.findings import Finding, printable

if TYPE_CHECKING:  # gevent takes a while to load, and a build with nothing to do needs none of it
    from polybook.system.pool import Tell


def say(text: str, *, err: bool = False, nl: bool = True) -> None:
    """Print lines; what they name of a book does nothing to the terminal."""
    click.echo(printable(text, lines=True), err=err, nl=nl)


@contextmanager
def progress(what: str) -> Iterator[Tell]:
    """Show progress: a bar on a terminal, a line a step elsewhere."""
    if not sys.stderr.isatty():
        yield lambda label, done, total: say(f"{what}: {label} ({done} of {total})", err=True)
        return
    from rich.console import Console
    from rich.markup import escape
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns: Sequence[Any] = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(what, total=None)

        def tell(label: str, done: int, total: int) -> None:
            bar.update(task, completed=done, total=total, description=escape(f"{what}: {printable(label)}"))

        yield tell


def print_findings(findings: Sequence[Finding], most: int | None) -> None:
    """Say what was found on standard error; no more than ``most``, all where that is None."""
    for finding in findings[:most]:
        click.echo(f"{finding.severity}: {finding}", err=True)
    if most is not None and len(findings) > most:
        click.echo(f"... and {len(findings) - most} more; --verbose shows all", err=True)


def print_steps(ran: Sequence[Ran]) -> None:
    """Say which steps were done, and why."""
    for one in ran:
        say(f"{one.step} {one.of}: {one.reason}")
    click.echo(f"steps done: {len(ran)}" if ran else "nothing had to be done")


def print_artifacts(artifacts: Sequence[Artifact]) -> None:
    """Show what was made as a table."""
    rows = [
        (one.locale, one.format, one.path, f"{one.size / 1000:,.0f} KB", f"{one.seconds:.1f} s")
        for one in artifacts
    ]
    print_table(("language", "format", "artifact", "size", "time"), rows)


def print_table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Show rows below their heads, each column as wide as it must be; nothing where there is no row."""
    if not rows:
        return
    head, rows = tuple(map(printable, head)), [tuple(map(printable, row)) for row in rows]
    widths = [max(map(len, column)) for column in zip(head, *rows, strict=True)]
    for number, row in enumerate((head, *rows)):
        line = "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        click.echo(line if number else click.style(line, bold=True))
