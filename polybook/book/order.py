"""Which files are the chapters, and in which order: as SUMMARY.md has it, or else by the files' names.

No disk is read here: the files are given by name, SUMMARY.md by its text.
"""

from __future__ import annotations

import posixpath
import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import PurePosixPath
from urllib.parse import unquote

from polybook.book import names, summary
from polybook.book.settings import unfit
from polybook.model import layout
from polybook.model.book import Kind, OrderEntry
from polybook.model.findings import Finding

DEEPEST = 6
"""How deep entries lie in one another, as contents can show it."""

_NUMBERED = re.compile(r"(\d{1,9})-.", re.DOTALL)
_AWAY = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:|//")


@dataclass(frozen=True)
class Order:
    """The order of a book."""

    entries: tuple[OrderEntry, ...]
    pages: Mapping[str, str]
    """The names of the chapters' pages by the chapters' paths, in reading order."""

    findings: tuple[Finding, ...]
    unusable: frozenset[str]
    """The paths of chapters whose pages can have no such names."""


def read(files: Sequence[str], text: str | None) -> Order:
    """Return the order of the chapters among ``files``, paths in ``source/`` that end in ``.md``.

    ``text`` is that of SUMMARY.md, None where there is none.
    """
    files = [file for file in files if layout.figure(file) != layout.SUMMARY]
    if text is None:
        entries, findings = _by_name(files)
    else:
        entries, findings = _by_summary(files, text)
    findings += (_too_deep(one) for one in entries if one.depth == DEEPEST)
    entries = list(_without_gaps(entries))
    chapters = [one.path.removeprefix(layout.figure("")) for one in entries if one.path]
    pages = {file: names.page(file, numbered=text is None) for file in chapters}
    left_out = list(_left_out(files, chapters, has_summary=text is not None))
    misnamed = list(names.check(pages.items()))
    findings += [*left_out, *misnamed]
    unusable = [*misnamed, *(one for one in left_out if one.severity == "error")]
    return Order(
        tuple(entries),
        {layout.figure(file): name for file, name in pages.items()},
        tuple(findings),
        frozenset(finding.path for finding in unusable),
    )


def _without_gaps(entries: Iterable[OrderEntry]) -> Iterator[OrderEntry]:
    """The entries, each no more than one deeper than the one before."""
    depth = -1
    for one in entries:
        depth = min(one.depth, depth + 1, DEEPEST - 1)
        yield one._replace(depth=depth)


def _too_deep(one: OrderEntry) -> Finding:
    what = f"this lies deeper than {DEEPEST} in others, and contents show it {DEEPEST} deep"
    place = (one.origin or one.path, one.line)
    return Finding("order", what, *place, "let fewer chapters lie in one another", "warning")


def _left_out(files: Iterable[str], chapters: Collection[str], *, has_summary: bool) -> Iterator[Finding]:
    """A finding for each file that is no chapter: an error where its number says that it was meant as one."""
    known = set(chapters)
    for file in files:
        path = layout.figure(file)
        if file in known:
            continue
        if has_summary:
            what = f"{layout.SUMMARY} does not name this file, so it is left out"
            yield Finding("order", what, path, hint="name it there, or move it", severity="warning")
            continue
        what, hint = "a chapter's file is named NN-name.md", f"04-pools.md; or let {layout.SUMMARY} name it"
        *folders, last = PurePosixPath(file).parts
        if last[:1].isdigit() and all(map(_NUMBERED.match, folders)):
            yield Finding("chapters", what, path, hint=f"write it like {hint}")
        else:
            what += ", and so are its folders" * bool(folders) + "; this one is left out"
            yield Finding("order", what, path, hint=f"like {hint}", severity="warning")


# ---- by SUMMARY.md ---------------------------------------------------------------------------


def _by_summary(files: Sequence[str], text: str) -> tuple[list[OrderEntry], list[Finding]]:
    lines, findings = summary.read(text)
    resolved = _Resolver(files, lines)
    entries = []
    following = [*(later.depth for later in lines[1:]), 0]
    for line, next_depth in zip(lines, following, strict=False):
        file = resolved.file(line)
        if file is None and next_depth <= line.depth and not line.is_part:
            continue  # a place in a chapter that is named already, and nothing lies in it
        kind: Kind = "part" if line.is_part else "chapter" if file else "draft"
        title, wrong = line.title, unfit(line.title)
        if wrong:
            findings.append(_finding(f"the title {wrong}", line, "write a shorter one without it"))
            title = ""
        if len(title) + len(file or "") == 0:
            continue
        path = layout.figure(file) if file else ""
        entries.append(OrderEntry(kind, title, path, line.depth, line.matter, layout.SUMMARY, line.line))
    return entries, [*findings, *resolved.findings]


class _Resolver:
    """Finds the files that lines of SUMMARY.md mean; keeps what is wrong with them."""

    def __init__(self, files: Sequence[str], lines: Sequence[summary.Line]) -> None:
        self.findings: list[Finding] = []
        self._files = {unicodedata.normalize("NFC", file): file for file in files}
        self._whole = {self._path(line) for line in lines if "#" not in line.target}
        """What is named without a place in it."""

        self._taken: dict[str, int] = {}

    def file(self, line: summary.Line) -> str | None:
        """Return the file that a line means; empty where it is a title only, None where it means a place in a
        chapter that another line names.
        """
        if not line.target:
            return ""
        if _AWAY.match(line.target):
            what = f"'{line.target[:80]}' leads out of the book, so contents have its title only"
            self.findings.append(_finding(what, line, "link to it in a chapter", warns=True))
            return ""
        path = self._path(line)
        file = self._files.get(path)
        if file is None:
            self.findings.append(self._missing(path, line))
            return ""
        if "#" in line.target and (path in self._whole or path in self._taken):
            what = f"'{line.target[:80]}' is a place in a chapter that is named already, so it is left out"
            self.findings.append(_finding(what, line, "contents have its sections anyway", warns=True))
            return None
        if first := self._taken.get(path):
            what = f"'{file}' is named twice, first in line {first}"
            self.findings.append(_finding(what, line, "name it once; elsewhere, link to it in a chapter"))
            return ""
        self._taken[path] = line.line
        return file

    def _path(self, line: summary.Line) -> str:
        """The path in ``source/`` that an address means; one that begins with ``..`` is outside."""
        target = unicodedata.normalize("NFC", unquote(line.target.partition("#")[0]))
        path = posixpath.normpath(target.lstrip("/"))
        for opening in layout.OPENINGS:
            if path not in self._files and posixpath.join(path, opening) in self._files:
                return posixpath.join(path, opening)
        return path

    def _missing(self, path: str, line: summary.Line) -> Finding:
        shown = line.target[:80]
        if path.startswith(".."):
            return _finding(f"'{shown}' leads out of source/", line, "copy the file below source/")
        if not path.endswith(".md"):
            what = f"'{shown}' is no chapter, which ends in .md"
        else:
            what = f"there is no file '{layout.figure(path[:80])}'"
        folded = {known.casefold(): known for known in self._files}
        near = [folded[path.casefold()]] if path.casefold() in folded else []
        if not near and len(self.findings) < _COMPARED:
            near = get_close_matches(path, self._files, 1)
        draft = "write the file, or [title]() for a chapter that is to come"
        return _finding(what, line, f"did you mean '{near[0]}'?" if near else draft)


_COMPARED = 20
"""Up to how many findings names that lead nowhere are compared with all files, which takes long."""


def _finding(what: str, line: summary.Line, hint: str, *, warns: bool = False) -> Finding:
    return Finding("order", what, layout.SUMMARY, line.line, hint, "warning" if warns else "error")


# ---- by names --------------------------------------------------------------------------------


def _by_name(files: Sequence[str]) -> tuple[list[OrderEntry], list[Finding]]:
    """The chapters and parts by the numbers of files and folders; a folder's opening comes first in it."""
    chapters = [file for file in files if _is_chapter(file)]
    entries: list[OrderEntry] = []
    open_folders: list[str] = []
    for file in sorted(chapters, key=_place):
        path = PurePosixPath(file)
        folders = [one.as_posix() for one in reversed(path.parents)][1:]
        shared = sum(1 for ours, theirs in zip(open_folders, folders, strict=False) if ours == theirs)
        for depth, folder in enumerate(folders[shared:], shared):
            entries.append(OrderEntry("part", _title(folder), "", depth, origin=layout.figure(folder)))
        open_folders = folders
        whole = layout.figure(file)
        if path.name not in layout.OPENINGS:
            entries.append(OrderEntry("chapter", "", whole, len(folders)))
        elif not folders:
            entries.append(OrderEntry("chapter", "", whole, 0, "front"))
        elif entries[-1].kind == "part" and not entries[-1].path:
            entries[-1] = entries[-1]._replace(title="", path=whole)
        else:
            entries.append(OrderEntry("chapter", "", whole, len(folders)))  # a second opening
    return entries, []


def _is_chapter(file: str) -> bool:
    """Whether each part of a path has a number, or the file is a folder's opening."""
    *folders, last = PurePosixPath(file).parts
    parts = folders if last in layout.OPENINGS else [*folders, last.removesuffix(".md")]
    return all(map(_NUMBERED.match, parts))


def _place(file: str) -> list[tuple[int, int, str]]:
    """What chapters are sorted by: the opening of a folder, then by number, then by name."""
    return [
        (1, int(found[1]), part) if (found := _NUMBERED.match(part)) else (0, 0, part)
        for part in PurePosixPath(file).parts
    ]


def _title(folder: str) -> str:
    """A part's title where nothing gives one: its folder's name in words."""
    words = re.sub(r"^\d+-", "", PurePosixPath(folder).name)
    words = unicodedata.normalize("NFC", re.sub(r"[-_]+", " ", words).strip()) or folder
    return words[0].upper() + words[1:]
