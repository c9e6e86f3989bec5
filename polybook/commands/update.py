"""Merge the book's messages into its catalogs, and start a language.

source  --load-->  Book  --extract-->  messages  --merge-->  locales/
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from polybook.catalogs import carry
from polybook.catalogs import locales as catalogs
from polybook.catalogs.merge import Merge, Place
from polybook.catalogs.origins import places
from polybook.commands.reading import Reading, opened, read
from polybook.markup.parse import parse as parse_markdown
from polybook.model.catalog import Catalog, Translation
from polybook.model.findings import Finding
from polybook.system import cache
from polybook.system.cache import Store
from polybook.translation import editions


@dataclass(frozen=True)
class Updated:
    """What an update changed in each catalog, and which it could not read."""

    merges: tuple[Merge, ...]
    unreadable: tuple[Finding, ...]


def update(root: Path, store: Store | None = None) -> Updated:
    """Write the message template and merge it into every catalog; what cannot be read is left as it is."""
    reading = read(root, store or opened(root))
    merges, unreadable = catalogs.update(
        root, reading.book.settings, _places(reading), partial(_carry, reading)
    )
    return Updated(tuple(merges), tuple(unreadable))


def init(root: Path, locale: str) -> str:
    """Start a language; return its catalog's path."""
    reading = read(root, opened(root))
    return catalogs.start(root, reading.book.settings, _places(reading), locale)


def _places(reading: Reading) -> list[Place]:
    return places(reading.book, reading.sources, reading.store)


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
        reading.book, touched, reading.anchors, Catalog("", "", given), cache.Store(None)
    ).findings
    broken = {placed[finding.line] for finding in findings}
    return {key: found for key, found in carried.items() if key not in broken}
