"""Merge the book's messages into its catalogs.

source  --load-->  Book  --extract-->  messages  --merge-->  locales/
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from polybook.catalogs import carry
from polybook.catalogs import locales as catalogs
from polybook.catalogs.locales import Merged
from polybook.catalogs.merge import Merge
from polybook.catalogs.origins import places
from polybook.commands.reading import Reading, read
from polybook.markup.parse import parse as parse_markdown
from polybook.model import layout
from polybook.model.catalog import Catalog, Translation
from polybook.model.findings import Finding, UsageError
from polybook.release import git
from polybook.system import cache
from polybook.translation import editions

_NEVER = datetime(1970, 1, 1, tzinfo=UTC)
"""The time of an update that writes nothing."""


@dataclass(frozen=True)
class Updated:
    """What an update changed in each catalog, and which it could not read."""

    merges: tuple[Merge, ...]
    unreadable: tuple[Finding, ...]


def update(root: Path, now: datetime) -> Updated:
    """Write the message template and merge it into every catalog; what cannot be read is left as it is."""
    return save(read(root), now)


def commit(root: Path, now: datetime) -> Updated:
    """Do what `update` does and commit what changed, which holds nothing else.

    Raises UsageError where catalogs were changed before and not committed.
    """
    if dirty := git.uncommitted(root, [layout.LOCALES]):
        what = "the file is not as it was committed, and a commit of an update holds nothing else"
        raise UsageError(*(Finding("uncommitted", what, path, hint="commit it first") for path in dirty))
    reading = read(root)
    merged = merge(reading, now)
    catalogs.save(root, merged.contents)
    paths = list(merged.contents)
    if git.uncommitted(root, paths):
        git.commit(root, paths, "Update catalogs")
    return Updated(merged.merges, merged.unreadable)


def save(reading: Reading, now: datetime) -> Updated:
    """Do what `update` does, for a book that is read already."""
    merged = merge(reading, now)
    catalogs.save(reading.root, merged.contents)
    return Updated(merged.merges, merged.unreadable)


def merge(reading: Reading, now: datetime) -> Merged:
    """Return what an update would write."""
    stand = places(reading.book, reading.sources, reading.store)
    return catalogs.merged(reading.root, reading.book.settings, stand, partial(_carry, reading), now)


def check(root: Path) -> list[Finding]:
    """Return which files `update` would change, and which catalogs it could not read; change nothing."""
    reading = read(root)
    merged = merge(reading, _NEVER)
    return [*merged.unreadable, *_outdated(reading, merged)]


def outdated(reading: Reading) -> list[Finding]:
    """Return which files an update would change, of a book that is read already."""
    return _outdated(reading, merge(reading, _NEVER))


def _outdated(reading: Reading, merged: Merged) -> list[Finding]:
    """A finding for each file that would change; a book without catalogs needs no template."""
    if not reading.locales[1:]:
        return []
    counts = {merge.path: _counts(merge) for merge in merged.merges}
    findings = []
    for path, content in merged.contents.items():
        file = reading.root / path
        if not file.is_file() or file.read_bytes() != content:
            what = f"the {'catalog' if path in counts else 'message template'} is behind the text"
            said = counts.get(path) or "what stands above messages"
            findings.append(Finding("outdated", f"{what} ({said})", path, hint="python build.py update"))
    return findings


def _counts(merge: Merge) -> str:
    """How many messages an update would change, in words; empty for none."""
    counts = {"new": merge.added, "changed": merge.carried + merge.fuzzy, "gone": merge.removed}
    return ", ".join(f"{what}: {count}" for what, count in counts.items() if count)


def _carry(
    reading: Reading, gone: Mapping[str, Translation], fresh: Sequence[str]
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
        reading.book, touched, reading.destinations, Catalog("", "", given), cache.Store(None)
    ).findings
    broken = {placed[finding.line] for finding in findings}
    return {key: found for key, found in carried.items() if key not in broken}
