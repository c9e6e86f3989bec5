"""What a release of a book would hold, and what has to be mended before."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path

from polybook.commands import refresh, update
from polybook.commands.reading import Reading, read
from polybook.commands.survey import make_editions, statuses
from polybook.examples import directives
from polybook.model import layout
from polybook.model.book import Settings
from polybook.model.catalog import Status
from polybook.model.edition import Edition
from polybook.model.findings import CheckError, Finding
from polybook.release import git
from polybook.system.cache import Store
from polybook.system.pool import Tell

OURS = (*layout.READ, layout.SETTINGS, layout.WAIVERS, "polybook")
"""What a book is made of: none of it may differ from what is committed."""


@dataclass(frozen=True)
class Plan:
    """What is to be released, and of which state of the book."""

    reading: Reading
    editions: tuple[Edition, ...]
    """The source's first."""

    statuses: tuple[Status, ...]
    """Of the translations among them."""

    unfinished: tuple[Edition, ...]
    """Of which too little is translated (the setting minimum-translated)."""

    unreadable: tuple[Finding, ...]
    """Catalogs that cannot be read."""

    undisplayed: tuple[Finding, ...]
    """What no font has of the editions, which their PDFs would show as U+FFFD."""

    state: git.State | None
    """None where no git knows the book."""

    moment: datetime
    """What counts as the time of the release: SOURCE_DATE_EPOCH, or when its commit was made."""

    @property
    def settings(self) -> Settings:
        """The book's own."""
        return self.reading.book.settings

    @property
    def locales(self) -> list[str]:
        """The languages to release."""
        return [edition.locale for edition in self.editions]


def plan(root: Path, moment: datetime | None, store: Store | None = None) -> Plan:
    """Say what a release of the book in ``root`` would hold, at ``moment`` where that is given; nothing is
    built.

    Finished steps are kept in the book's own folder, or where ``store`` keeps them.
    """
    reading = read(root, store)
    settings = reading.book.settings
    made = make_editions(reading, reading.locales)
    ready = [edition for edition in made.editions if _is_ready(edition, settings)]
    names = {edition.locale for edition in ready}
    displayed = replace(made, editions=tuple(ready))
    state = git.state(root, [*OURS, *settings.fonts], layout.NEVER_READ)
    return Plan(
        reading,
        tuple(ready),
        tuple(status for status in statuses(reading, made) if status.locale in names),
        tuple(edition for edition in made.editions if edition.locale not in names),
        made.unreadable,
        displayed.undisplayed(reading),
        state,
        moment or _moment(settings, state),
    )


def _is_ready(edition: Edition, settings: Settings) -> bool:
    return edition.locale == settings.language or edition.percent >= settings.minimum_translated


def _moment(settings: Settings, state: git.State | None) -> datetime:
    """When the book became what it is: as its commit was made, or at its date."""
    if state:
        return datetime.fromtimestamp(state.seconds, UTC)
    return datetime.combine(date.fromisoformat(settings.date or "1980-01-01"), datetime.min.time(), UTC)


# ---- checking ------------------------------------------------------------------------------


def check(planned: Plan, jobs: int | None, tell: Tell, beside: Sequence[Finding] = ()) -> None:
    """Raise CheckError with all that has to be mended before a release: in the book, and ``beside`` it.

    Programs run last, and only where nothing else is wrong.
    """
    book = planned.reading.book
    findings = [
        *_uncommitted(planned),
        *beside,
        *(replace(one, severity="error") for one in planned.undisplayed),
        *planned.unreadable,
        *(one for status in planned.statuses for one in status.findings if one.severity == "error"),
        *update.outdated(planned.reading),
        *directives.orphans(book.programs, book.chapters),
        *directives.stale(book.programs, book.chapters),
    ]
    if findings:
        raise CheckError(*findings)
    if refresh.difference(planned.reading.root, book, jobs, tell):
        raise CheckError(Finding("stale", "the source is stale", hint="python build.py refresh"))


def _uncommitted(planned: Plan) -> Iterator[Finding]:
    if planned.state is None:
        return
    for path in planned.state.changed:
        yield Finding(
            "uncommitted", "the file is not as it was committed", path, hint="commit it, or take it back"
        )
    if planned.state.shallow:
        yield Finding(
            "history",
            "the clone has not all commits, so nobody can tell what changed since the last edition",
            hint="git fetch --unshallow --tags",
        )
