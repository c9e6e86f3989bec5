"""Where links lead: chapters by any name that people and tools have for them, files of the book, the web."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import NamedTuple
from urllib.parse import quote, unquote, urljoin

from polybook.book import names
from polybook.chapters import addresses
from polybook.model import layout
from polybook.model.book import Book, Chapter
from polybook.model.findings import Finding

Anchors = Mapping[tuple[str, str], str]
"""(chapter's file in ``source/``, identifier in it) to the anchor in an edition; "" means the chapter."""

# What tools write behind a page's name, and behind a folder's.
_ENDING = re.compile(r"(?:\.html?|\.md)?$")
_OPENING = re.compile(r"(?:^|/)(?:index|README)$")


class Inside(NamedTuple):
    """A place in the book: its chapter's file in ``source/``, and an identifier, empty for the chapter."""

    file: str
    identifier: str


class Away(NamedTuple):
    """An address out of the book."""

    url: str


class InBook(NamedTuple):
    """A file of the book's folder that the site has."""

    path: str
    on_site: str


class Beside(NamedTuple):
    """A path out of ``source/``, to what no edition has."""

    path: str


class Several(NamedTuple):
    """What may be one chapter or another."""

    files: tuple[str, ...]


class Nowhere(NamedTuple):
    """What no edition has."""

    path: str


Lead = Inside | Away | InBook | Beside | Several | Nowhere


@dataclass(frozen=True)
class Destinations:
    """All that links of a book may lead to."""

    anchors: Anchors
    doubtful: Mapping[tuple[str, str], tuple[str, ...]]
    """What may be one heading or another, as keys of anchors: the identifiers of those."""

    homes: Mapping[str, Sequence[str]]
    """The files of the chapters that have an identifier."""

    pages: Mapping[str, tuple[str, ...]]
    """What a chapter's file is called in ``source/``, and its page without its ending; the files of such
    chapters."""

    files: Mapping[str, str]
    """The files that the site has where links lead to them: by their path in the book's folder that on the
    site."""

    base: str
    """The setting ``base-url``."""

    def lead(self, chapter: Chapter, target: str) -> Lead:
        """Return what a link in a chapter leads to."""
        if addresses.scheme(target):
            return Away(addresses.escaped(target))
        if target.startswith("//"):
            return Away(addresses.escaped(f"https:{target}"))
        path, _, identifier = target.partition("#")
        path, identifier = unquote(path.partition("?")[0]), unquote(identifier)
        if not path:
            own = chapter.file
            return Inside(self._home(own, identifier), identifier) if target.startswith("#") else Nowhere("")
        home = layout.SOURCE if path.startswith("/") else posixpath.dirname(layout.figure(chapter.file))
        inside = posixpath.normpath(posixpath.join(home, path.lstrip("/")))
        found = self._chapter(inside, identifier) or self._file(inside)
        if found or not path.startswith("/"):
            outside = not f"{inside}/".startswith(f"{layout.SOURCE}/")
            return found or (Beside(inside) if outside else Nowhere(inside))
        # A code host counts from the repository, a web server from its own root.
        whole = posixpath.normpath(path.lstrip("/"))
        found = self._chapter(whole, identifier) or self._file(whole)
        return found or (Away(addresses.escaped(urljoin(self.base, target))) if self.base else Nowhere(path))

    def _home(self, own: str, identifier: str) -> str:
        """The chapter that a link without one means: the one that it stands in, or else the only one that has
        the place, as in tools that make one page of a book.
        """
        known = (own, identifier) in self.anchors or (own, identifier) in self.doubtful
        files = () if known else self.homes.get(identifier, ())
        return files[0] if len(files) == 1 else own

    def _chapter(self, path: str, identifier: str) -> Inside | Several | None:
        if not f"{path}/".startswith(f"{layout.SOURCE}/"):
            return None
        file = path[len(layout.SOURCE) + 1 :]
        name = _ENDING.sub("", file)
        folder = _OPENING.sub("", name)
        for known in (file, name, folder, posixpath.join(folder, "index")):
            if files := self.pages.get(known):
                return Several(files) if len(files) > 1 else Inside(files[0], identifier)
        return None

    def _file(self, path: str) -> InBook | None:
        return InBook(path, self.files[path]) if path in self.files else None


NO_DESTINATIONS = Destinations({}, {}, {}, {}, {}, "")
"""Of a book without a chapter."""


def written(lead: Lead, anchors: Anchors) -> str:
    """Return what a finished link has as its address: ``#anchor``, a whole address, or a file's path on
    the site; empty for what no edition has.
    """
    match lead:
        case Inside():
            return "#" + anchors.get(lead, lead.identifier)
        case Away(url):
            return url
        case InBook(on_site=path):
            return quote(path)
    return ""


def files_of(book: Book) -> dict[str, str]:
    """The files of a book that its site can have: their path in the book's folder, and on the site."""
    return {
        **{layout.figure(path): path for path in book.figures},
        **{layout.figure(path): layout.file_on_site(path) for path in book.files},
        **{layout.example(path): layout.program_on_site(path) for path in book.programs},
    }


def pages_of(chapters: Sequence[Chapter], unread: Iterable[str]) -> Mapping[str, tuple[str, ...]]:
    """What links may call each chapter: its file, with or without its ending, its page, and what that was
    called before.
    """
    called: dict[str, dict[str, None]] = {}
    for chapter in chapters:
        former = [_ENDING.sub("", name) for name in chapter.front.aliases]
        _call(called, chapter.file, [chapter.name, *former])
    for path in unread:
        file = path.removeprefix(layout.figure(""))
        _call(called, file, [names.page(file, numbered=True)])
    return {name: tuple(files) for name, files in called.items()}


def _call(called: dict[str, dict[str, None]], file: str, pages: Sequence[str]) -> None:
    path = PurePosixPath(file)
    page = "index" if path.name in layout.OPENINGS else PurePosixPath(pages[0]).name
    for name in (file, path.with_suffix("").as_posix(), path.with_name(page).as_posix(), *pages):
        called.setdefault(name, {})[file] = None


def check_pages(chapters: Sequence[Chapter], files: Iterable[str]) -> Iterator[Finding]:
    """Yield a finding for each page that has the address of one of the book's other ``files``, and for each
    former address of a chapter's page that is one of another page, or of two.
    """
    pages = {f"{chapter.name}.html": chapter.path for chapter in chapters}
    for file in files:
        if path := pages.get(layout.file_on_site(file)):
            what = f"its page has the address that the site gives to {layout.figure(file)}"
            yield Finding("chapters", what, path, hint="give one of the two another name")
    # Many disks do not tell capitals from small letters.
    known = {"index.html": "the contents", **{page.lower(): path for page, path in pages.items()}}
    for chapter in chapters:
        for former in chapter.front.aliases:
            if (
                other := known.setdefault(former.lower(), chapter.path)
            ) == chapter.path and former not in pages:
                continue
            what = f"the former address '{former}' is one of {other} too"
            hint = "give it to one page only"
            yield Finding("chapters", what, chapter.path, chapter.front.aliases_line, hint)
