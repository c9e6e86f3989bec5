"""Allow a translation what a finding is about: a waiver more in ``waivers.toml``."""

from __future__ import annotations

from pathlib import Path

from polybook.book import load, waivers
from polybook.catalogs import locales as catalogs
from polybook.commands.reading import choose
from polybook.model import layout
from polybook.model.catalog import Catalog, Waiver, parted
from polybook.model.findings import Finding, UsageError, refuse
from polybook.release import git
from polybook.system import files
from polybook.translation import contract, waived


def allow(root: Path, locale: str, line: int, code: str, by: str = "", why: str = "") -> str:
    """Allow a translation what a finding is about; return its message.

    ``by`` is who does; where it is empty, who git says that this is. The waiver is of the translation as it
    is now. Raises UsageError for what is no such finding, and for a line without a translation.
    """
    if code in contract.PROTECTED:
        raise UsageError(Finding("usage", f"'{code}' protects the reader and cannot be waived"))
    choose([code], sorted(waived.CODES), "finding")
    book = load.load(root)
    refuse(finding for finding in book.findings if finding.path == layout.WAIVERS)
    catalog = catalogs.read(root, locale, book.waivers)
    key = _at(root, catalog, line)
    context, text = parted(key)
    digest = waivers.of(catalog.translations[key].text)
    path = root / layout.WAIVERS
    written = path.read_text("utf-8") if path.is_file() else ""
    waiver = Waiver(locale, context, text, code, digest, by or git.user(root), why)
    files.write(path, waivers.added(written, waiver).encode())
    return text


def _at(root: Path, catalog: Catalog, line: int) -> str:
    """The key of the message whose entry a line belongs to."""
    file = catalogs.foreign(root / catalog.path)
    for entry, place in zip(file.entries, file.lines, strict=True):
        start = place - entry.line + 1
        if start <= line <= start + entry.written.count("\n") and not entry.obsolete:
            if entry.key in catalog.translations:
                return entry.key
            break
    what = f"in line {line} there is no translation that is used"
    hint = "name the line that check names; fuzzy and empty ones are not used"
    raise UsageError(Finding("usage", what, catalog.path, hint=hint))
