"""Bring a book of another tool in: its chapters as Polybook reads them, and a report of what was done."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from polybook.book import confine, load
from polybook.book.settings import LANGUAGE
from polybook.commands import reading
from polybook.importers import again, convert, find, mend, report, result, translations
from polybook.importers.convert import Converted
from polybook.importers.drafts import Draft
from polybook.importers.report import Report
from polybook.importers.source import Shelf
from polybook.model import layout
from polybook.model.findings import BookError, Finding, UsageError
from polybook.system import files, temporary
from polybook.system.cache import Store

_ROUNDS = 3
"""How often what is wrong with a book is looked for: what was hidden by something else comes to light."""


@dataclass(frozen=True)
class Imported:
    """What came of an import."""

    report: Report
    conflicts: tuple[Finding, ...]
    """Chapters that were edited here and are new in SOURCE."""


def bring(
    source: Path, folder: Path, *, lineage: str = "", language: str = "", dry: bool = False
) -> Imported:
    """Bring the book ``source`` into ``folder``, or, when ``dry``, write the report alone.

    A folder that a book came into before keeps what was added and edited there. Raises UsageError where
    there is no book to read or no room for it, BookError where its order cannot be read, or for links out of
    the folder.
    """
    _check(lineage, language)
    shelf = Shelf(source)
    target = folder.resolve()
    before = again.read(target)
    _require_room(shelf, folder, target, known=before is not None)
    if closed := confine.check(target):
        raise BookError(*closed)
    plan = find.plan(shelf, lineage, language)
    converted = convert.convert(shelf, plan, language or plan.about.language or "en")
    about, told = result.about(converted, language, Path(shelf.only).stem or shelf.root.name)
    others = {layout.SUMMARY: result.contents(converted).encode(), **dict(result.pictures(converted))}
    begun = dict(result.chapters(converted))
    largest = max((len(draft.text.encode()) for draft in begun.values()), default=0)
    titles = [result.title_of(draft) for draft in begun.values()]
    settings = result.settings(about, largest, result.numbers(plan, titles)).encode()
    store = Store(None) if dry else reading.opened(target)
    chapters = _mended(begun, others, settings, converted, about.url, store)
    made = {**{path: draft.text.encode() for path, draft in chapters.items()}, **others}
    merged = again.merged(target, before, made, settings)
    done = Report(
        plan.lineage,
        about.title,
        len(chapters),
        len(others) - 1,
        dict(converted.log.changes),
        tuple(converted.log.lost),
        told,
        merged.beside,
        tuple(translations.commands(shelf, plan, folder, about.language)),
    )
    contents = {layout.IMPORT_REPORT: report.text(done).encode()}
    if not dry:
        contents |= merged.contents
    for path, held in contents.items():
        files.write(target / path, held)
    for path in () if dry else merged.gone:
        (target / path).unlink(missing_ok=True)
    return Imported(done, _conflicts(merged))


def summary(imported: Imported, folder: Path) -> list[str]:
    """What was done, in lines for a terminal."""
    return report.lines(imported.report, (folder / layout.IMPORT_REPORT).as_posix())


def refuse(conflicts: tuple[Finding, ...]) -> None:
    """Raise BookError where chapters wait for somebody to look at them."""
    if conflicts:
        raise BookError(*conflicts)


def _check(lineage: str, language: str) -> None:
    if lineage and lineage not in find.LINEAGES:
        known = ", ".join(find.LINEAGES)
        raise UsageError(Finding("import", f"unknown kind '{lineage}'", hint=f"known are {known}"))
    if language and not LANGUAGE.fullmatch(language):
        raise UsageError(Finding("import", f"'{language}' is no language", hint="write it like en or pt-BR"))


def _require_room(shelf: Shelf, folder: Path, target: Path, *, known: bool) -> None:
    if target == shelf.root or (not shelf.only and shelf.root.is_relative_to(target)):
        what = "the book would be written over what it comes from"
        raise UsageError(Finding("import", what, str(folder), hint="name a folder of its own"))
    if not shelf.only and target.is_relative_to(shelf.root):
        what = "the book would lie in what it comes from, and come in with it the next time"
        raise UsageError(Finding("import", what, str(folder), hint="name a folder beside it"))
    report_alone = target.is_dir() and {path.name for path in target.iterdir()} <= {layout.IMPORT_REPORT}
    if not known and target.exists() and not report_alone:
        what = "there is something already that no import made"
        raise UsageError(Finding("import", what, str(folder), hint="name a folder that is not there"))


def _mended(
    chapters: dict[str, Draft],
    others: Mapping[str, bytes],
    settings: bytes,
    converted: Converted,
    site: str,
    store: Store,
) -> dict[str, Draft]:
    """The chapters, with what is wrong in them mended as Polybook finds it."""
    with temporary.folder() as root:
        for path, held in {**others, layout.SETTINGS: settings}.items():
            files.write(root / path, held)
        for _ in range(_ROUNDS):
            for path, draft in chapters.items():
                files.write(root / path, draft.text.encode())
            found = reading.gather(root, load.load(root), store)
            edits = dict(
                mend.edits(found.book, found.sources, found.destinations, found.findings, chapters, site)
            )
            if not edits:
                break
            for path, some in edits.items():
                draft, made = chapters[path].edited(some)
                converted.log.note(chapters[path], made)
                chapters[path] = draft
    return chapters


def _conflicts(merged: again.Merged) -> tuple[Finding, ...]:
    what = "the chapter was edited here, and is new in SOURCE"
    return tuple(
        Finding("import", what, path, hint=f"take what you want of {other}, and remove that")
        for path, other in merged.conflicts
    )
