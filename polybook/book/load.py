"""Read a book from disk: settings, chapters, figures, programs, theme. Nothing is changed, nothing is run."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

from polybook.book import confine, front_matter, order, summary, text_limits, waivers
from polybook.book.order import Order
from polybook.book.settings import decode, read
from polybook.model import layout
from polybook.model.book import FIGURE_ENDINGS, Book, Chapter, Limits, Theme
from polybook.model.findings import BookError, Finding

THEME_FOLDERS = ("cover", "epub", "html", "locales", "pdf")

MayRead = Callable[[Path], bool]
"""Whether a file may be opened: none that is elsewhere by a link, and no pipe."""


def load(root: Path) -> Book:
    """Return the book in the folder ``root`` as far as it can be read, and what is wrong with it.

    That is, with file and line: settings that are missing or wrong, a chapter that is not UTF-8, too large,
    or whose page can have no such name, a book without a chapter, a link that leads out of it, a file that no
    part of the theme would look at, text that its readers would end with. Raises BookError where there is no
    book.
    """
    return checked(unchecked(root))


def checked(book: Book) -> Book:
    """Return the book without the chapters that are too large, or whose text its readers would end with, and
    with what is wrong with them.
    """
    sound: list[Chapter] = []
    findings: list[Finding] = []
    for one in book.chapters:
        size = len(one.text.encode("utf-8", "surrogatepass"))
        amiss = _too_large(one.path, size, book.settings.limits) or text_limits.check(one.path, one.text)
        findings += amiss
        if not amiss:
            sound.append(one)
    if not findings:
        return book
    unread = book.unread | {finding.path for finding in findings}
    return replace(book, chapters=tuple(sound), findings=(*book.findings, *findings), unread=unread)


def unchecked(root: Path) -> Book:
    """Return what `load` does, but with all chapters, whatever they hold: a refresh may be about to mend what
    a program printed.
    """
    file = read(root)
    outside = confine.check(root, file.settings.fonts)
    refused = {root / finding.path for finding in outside}

    def may_read(path: Path) -> bool:
        return refused.isdisjoint((path, *path.parents))

    found, disordered = _order(root, may_read)
    chapters, unread, amiss = _chapters(root, found, file.settings.limits, may_read)
    own, strange = _theme(root, may_read)
    programs = _programs(root, may_read)
    path = root / layout.WAIVERS
    allowed, unclear = waivers.read(path.read_bytes()) if may_read(path) and path.is_file() else ((), ())
    return Book(
        file.settings,
        tuple(chapters),
        _figures(root / layout.SOURCE, may_read),
        _attached(root / layout.SOURCE, chapters, may_read),
        own,
        programs,
        file.requirements if programs else (),
        variables=file.variables,
        order=found.entries,
        waivers=allowed,
        findings=(*file.findings, *unclear, *outside, *disordered, *amiss, *strange),
        unread=frozenset(unread),
    )


def _order(root: Path, may_read: MayRead) -> tuple[Order, list[Finding]]:
    """The order of the chapters in the book's folder, and what is wrong with it and with SUMMARY.md."""
    source, path = root / layout.SOURCE, root / layout.SUMMARY
    below = sorted(one.relative_to(source) for one in source.rglob("*.md"))
    files = [one.as_posix() for one in below if not any(part.startswith(".") for part in one.parts)]
    text, findings = None, []
    if may_read(path) and path.is_file():
        content = path.read_bytes()
        if len(content) > summary.LARGEST * 1024:
            what = f"the file is larger than {summary.LARGEST} KB, and only its beginning is read"
            findings.append(Finding("limit", what, layout.SUMMARY, hint="make several books of it"))
            content = content[: summary.LARGEST * 1024]
        try:
            decode(content, layout.SUMMARY)
        except BookError as error:
            findings += error.findings
        text = front_matter.blanked(_lines(content.decode("utf-8-sig", "replace")))
    found = order.read(files, text)
    return found, [*findings, *found.findings]


def _chapters(
    root: Path, order: Order, limits: Limits, may_read: MayRead
) -> tuple[list[Chapter], list[str], list[Finding]]:
    """The book's chapters, the paths of those that cannot be read, and what is wrong."""
    chapters: list[Chapter] = []
    unread = [*order.unusable]
    findings: list[Finding] = []
    for path, name in order.pages.items():
        if path in order.unusable:
            continue
        try:
            found, amiss = _chapter(root, path, name, limits) if may_read(root / path) else (None, [])
            findings += amiss
        except BookError as error:
            findings += error.findings
            found = None
        if found:
            chapters.append(found)
        else:
            unread.append(path)
    if not chapters and not unread:
        what, hint = "the book has no chapter", "write source/01-introduction.md"
        findings.append(Finding("chapters", what, layout.SOURCE, hint=hint))
    return chapters, unread, findings


def _programs(root: Path, may_read: MayRead) -> dict[str, bytes]:
    """The files of ``examples/`` by their path in it; empty for a book without programs."""
    folder = root / layout.EXAMPLES
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in _files(folder, may_read)
        if "__pycache__" not in path.parts
    }


def _files(folder: Path, may_read: MayRead) -> Iterator[Path]:
    return (path for path in sorted(folder.rglob("*")) if may_read(path) and path.is_file())


def _theme(root: Path, may_read: MayRead) -> tuple[Theme, list[Finding]]:
    """What the book in ``root`` changes of the theme, and a finding for each file that no part of it has.

    Hidden files are none of it.
    """
    folder = root / layout.THEME
    found, findings = [], []
    for path in _files(folder, may_read):
        name = path.relative_to(folder).as_posix()
        if any(part.startswith(".") for part in path.relative_to(folder).parts):
            continue
        if name.split("/")[0] not in THEME_FOLDERS or "/" not in name:
            what = "no part of the theme has this file"
            hint = f"a theme's folders are {', '.join(THEME_FOLDERS)}"
            findings.append(Finding("theme", what, f"{layout.THEME}/{name}", hint=hint))
        else:
            found.append((name, path.read_bytes()))
    return Theme(tuple(found)), findings


def _chapter(root: Path, relative: str, name: str, limits: Limits) -> tuple[Chapter, list[Finding]]:
    """Return the chapter in the file ``relative``, and what is wrong with its front matter.

    Raises BookError for a file that cannot be read.
    """
    path = root / relative
    if not path.is_file():
        raise BookError(Finding("chapters", "a chapter is a file, and this is none", relative))
    if large := _too_large(relative, path.stat().st_size, limits):
        raise BookError(*large)
    front, body, findings = front_matter.cut(relative, _lines(decode(path.read_bytes(), relative)))
    return Chapter(relative, name, body, front), findings


def _lines(text: str) -> str:
    """A text with lines that end in \\n, whatever the file has; cog keeps the file's own when it rewrites."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _too_large(path: str, size: int, limits: Limits) -> tuple[Finding, ...]:
    """A finding for a chapter of more bytes than are allowed."""
    if size <= limits.chapter_size * 1024:
        return ()
    what = f"the chapter is larger than {limits.chapter_size} KB"
    return (Finding("limit", what, path, hint="make several of it; the setting chapter-size allows more"),)


def _figures(source: Path, may_read: MayRead) -> dict[str, bytes]:
    """Every picture below ``source``, by relative path; links out of it are not followed."""
    home = source.resolve()
    return {
        path.relative_to(source).as_posix(): path.read_bytes()
        for path in _files(source, may_read)
        if path.suffix.lower() in FIGURE_ENDINGS and path.resolve().is_relative_to(home)
    }


def _attached(source: Path, chapters: Sequence[Chapter], may_read: MayRead) -> dict[str, bytes]:
    """Every file below ``source`` that is neither a chapter nor a picture, and that a chapter names."""
    home = source.resolve()
    files = [
        path
        for path in _files(source, may_read)
        if path.suffix.lower() not in {".md", *FIGURE_ENDINGS} and path.resolve().is_relative_to(home)
    ]
    return {
        path.relative_to(source).as_posix(): path.read_bytes()
        for path in files
        if any(path.name in one.text or quote(path.name) in one.text for one in chapters)
    }
