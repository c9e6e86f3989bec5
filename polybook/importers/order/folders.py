"""Plain folders: chapters in the order of their names, a folder a part, its README its opening."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Sequence

from polybook.importers.drafts import Origin
from polybook.importers.order import tables
from polybook.importers.plan import About, Entry, Lost, Plan
from polybook.importers.source import Shelf

OPENINGS = ("readme", "index", "_index", "intro", "introduction", "00-index", "home")
"""What a folder's opening is called, without its ending."""

_ABOUT_THE_REPOSITORY = frozenset(
    {
        "contributing", "code_of_conduct", "code-of-conduct", "license", "licence", "changelog", "security",
        "support", "authors", "contributors", "summary", "langs", "_sidebar", "_navbar", "_coverpage",
        "pull_request_template", "issue_template", "translations", "governance", "maintainers", "404",
    }
)  # fmt: skip


def read(shelf: Shelf, language: str = "") -> Plan:
    """Return the chapters of a folder by their names; where languages have folders, those of one."""
    home = tongue = ""
    folders = {path.partition("/")[0] for path in shelf.below("") if "/" in path}
    tongues = sorted(name for name in folders if tables.language(name) and len(name) in {2, 5})
    if len(tongues) > 1 or tongues == ["en"]:
        wanted = [name for name in tongues if tables.language(name) == (language or "en")]
        home = (wanted or tongues)[0]
        tongue = tables.language(home)
    found = entries(shelf, home)
    lost: tuple[Lost, ...] = ()
    own = [entry.path for entry in found if posixpath.dirname(entry.path) == home]
    numbered = [path for path in own if re.match(r"\d", posixpath.basename(path))]
    readme = next((path for path in own if _stem(path) == "readme"), "")
    if readme and len(numbered) > 2:
        what = "it is about the repository: the chapters have numbers"
        lost = (Lost(Origin(readme, 0), what),)
        found = [entry._replace(level=entry.level) for entry in found if entry.path != readme]
    return Plan("folders", home, tuple(found), About(language=tongue), "", lost=lost)


def entries(shelf: Shelf, home: str, *, without: Sequence[str] = ()) -> list[Entry]:
    """The chapters below a folder: each folder's opening, its files, the folders in it."""
    paths = [
        path
        for path in shelf.below(home)
        if path not in without
        and (posixpath.dirname(path) not in {home, ""} or _stem(path) not in _ABOUT_THE_REPOSITORY)
    ]
    begin = f"{home}/" if home else ""
    inner = [path[len(begin) :].partition("/")[0] for path in paths if "/" in path[len(begin) :]]
    parts = len(inner) > len(set(inner))
    return list(_folder(home, paths, 0, parts=parts))


def _folder(folder: str, paths: Sequence[str], level: int, *, parts: bool = True) -> Iterator[Entry]:
    """A folder's chapters; ``parts`` says whether some folder at the top has several."""
    own = sorted((path for path in paths if posixpath.dirname(path) == folder), key=natural)
    opening = next((path for name in OPENINGS for path in own if _stem(path) == name), "")
    deeper = level
    if opening:
        top = level == 0
        yield Entry("chapter", "", opening, level, listed=not top)
        deeper = level if top else level + 1
    begin = f"{folder}/" if folder else ""
    below = {path[len(begin) :].partition("/")[0] for path in paths if "/" in path[len(begin) :]}
    for name in sorted({*below, *(path for path in own if path != opening)}, key=natural):
        if name in below:
            inside = [path for path in paths if path.startswith(f"{begin}{name}/")]
            yield from _below(begin + name, inside, deeper, parts=parts)
        else:
            yield Entry("chapter", "", name, deeper)


def _below(folder: str, paths: Sequence[str], level: int, *, parts: bool) -> Iterator[Entry]:
    """A folder's chapters. One that has no opening, and more than a chapter, is a part or a draft."""
    own = [path for path in paths if posixpath.dirname(path) == folder]
    opened = any(_stem(path) in OPENINGS for path in own)
    if not opened and own and (len(own) > 1 or (parts and level == 0)):
        title = titled(posixpath.basename(folder))
        yield Entry("part", title) if level == 0 else Entry("draft", title, "", level)
        yield from _folder(folder, paths, level if level == 0 else level + 1)
    elif opened and level == 0 and len(paths) > 1:
        yield Entry("part", titled(posixpath.basename(folder)))
        yield from _opened(folder, paths)
    else:
        yield from _folder(folder, paths, max(level, 1) if opened else level)


def _opened(folder: str, paths: Sequence[str]) -> Iterator[Entry]:
    for entry in _folder(folder, paths, 1):
        yield entry._replace(level=entry.level - 1)


def _stem(path: str) -> str:
    return posixpath.basename(path).rpartition(".")[0].lower()


def natural(path: str) -> tuple[tuple[int, int, str], ...]:
    """A name as people sort it: by its numbers' values."""
    name = posixpath.basename(path).lower()
    return tuple(
        (0, int(part), "") if part.isdecimal() else (1, 0, part)
        for part in re.split(r"(\d{1,18})", name)
        if part
    )


def titled(name: str) -> str:
    """A folder's name as a title: ``02-first_steps`` is ``First steps``."""
    bare = re.sub(r"^\d+[-_. ]*", "", name) or name
    bare = re.sub(r"[-_ ]+", " ", bare).strip()
    return bare[:1].upper() + bare[1:]
