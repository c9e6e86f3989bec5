"""What a release of a book would hold, and what has to be mended before."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from polybook.book.settings import load_settings
from polybook.catalogs import locales as catalogs
from polybook.commands import reading, refresh, survey, update
from polybook.model import layout
from polybook.model.book import Settings
from polybook.model.catalog import Status
from polybook.model.edition import Edition
from polybook.model.findings import CheckError, Finding, UsageError
from polybook.release import git
from polybook.system.pool import Tell

OURS = (layout.SOURCE, layout.EXAMPLES, layout.LOCALES, layout.SETTINGS, "polybook")
"""What a book is made of: none of it may differ from what is committed."""


@dataclass(frozen=True)
class Plan:
    """What is to be released, and of which state of the book."""

    settings: Settings
    editions: tuple[Edition, ...]
    """The source's first."""

    statuses: tuple[Status, ...]
    """Of the translations among them."""

    unfinished: tuple[Edition, ...]
    """Of which too little is translated (the setting minimum-translated)."""

    unreadable: tuple[Finding, ...]
    """Catalogs that cannot be read."""

    state: git.State | None
    """None where no git knows the book."""

    moment: datetime
    """What counts as the time of the release: SOURCE_DATE_EPOCH, or when its commit was made."""

    @property
    def locales(self) -> list[str]:
        """The languages to release."""
        return [edition.locale for edition in self.editions]


def plan(root: Path) -> Plan:
    """Say what a release of the book in ``root`` would hold; nothing is built."""
    settings = load_settings(root)
    editions, statuses, unreadable = survey.survey(root)
    ready = [edition for edition in editions if _is_ready(edition, settings)]
    names = {edition.locale for edition in ready}
    state = git.state(root, [*OURS, *settings.fonts])
    return Plan(
        settings,
        tuple(ready),
        tuple(status for status in statuses if status.locale in names),
        tuple(edition for edition in editions if edition.locale not in names),
        tuple(unreadable),
        state,
        _moment(settings, state),
    )


def _is_ready(edition: Edition, settings: Settings) -> bool:
    return edition.locale == settings.language or edition.percent >= settings.minimum_translated


def _moment(settings: Settings, state: git.State | None) -> datetime:
    begin = datetime(1970, 1, 1, tzinfo=UTC)
    given = os.environ.get("SOURCE_DATE_EPOCH", "")
    if given:
        try:
            return begin + timedelta(seconds=int(given))
        except (ValueError, OverflowError):
            hint = "it is a number of seconds since 1970"
            raise UsageError(
                Finding("usage", f"SOURCE_DATE_EPOCH is '{given}', which is no time", hint=hint)
            ) from None
    if state:
        return begin + timedelta(seconds=state.seconds)
    return datetime.combine(date.fromisoformat(settings.date or "1980-01-01"), datetime.min.time(), UTC)


# ---- checking ------------------------------------------------------------------------------


def check(root: Path, planned: Plan, jobs: int | None, tell: Tell) -> None:
    """Raise CheckError with all that has to be mended before a release."""
    findings = [
        *_uncommitted(planned),
        *planned.unreadable,
        *(one for status in planned.statuses for one in status.findings if one.severity == "error"),
        *_outdated(root, {finding.path for finding in planned.unreadable}),
        *_stale(root, jobs, tell),
    ]
    if findings:
        raise CheckError(*findings)


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


def _outdated(root: Path, unreadable: set[str]) -> Iterator[Finding]:
    """A finding for each catalog that an update would change."""
    if not catalogs.locales(root):
        return
    with tempfile.TemporaryDirectory(prefix="polybook-") as name:
        copy = Path(name)
        for folder in (layout.SOURCE, layout.LOCALES):
            shutil.copytree(root / folder, copy / folder)
        shutil.copy(root / layout.SETTINGS, copy)
        update.update(copy, reading.opened(root))
        for path in (layout.TEMPLATE, *map(layout.catalog, catalogs.locales(root))):
            known = (root / path).read_bytes() if (root / path).is_file() else None
            if path not in unreadable and known != (copy / path).read_bytes():
                what = "the catalog does not hold the messages of the book as it is"
                yield Finding("outdated", what, path, hint="python build.py update")


def _stale(root: Path, jobs: int | None, tell: Tell) -> Sequence[Finding]:
    try:
        difference = refresh.check_source(root, jobs, tell)
    except CheckError as error:
        return error.findings
    return [Finding("stale", "the source is stale", hint="python build.py refresh")] if difference else []
