"""The files of a book that moves in, read as hostile input: none outside of its folder, none too large."""

from __future__ import annotations

import os
import posixpath
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path, PurePosixPath
from urllib.parse import unquote

from polybook.model.findings import Finding, UsageError

MOST_FILES = 50_000
LARGEST_TEXT = 16_000_000
LARGEST_FILE = 100_000_000
"""In bytes. What is larger is not taken along, and told."""

MARKDOWN = frozenset({".md", ".markdown", ".mdown", ".mkd", ".qmd", ".rmd"})
"""What the names of chapters end with, in letters of either case."""

_MADE = frozenset(
    {
        "node_modules", "_build", "_book", "_site", "__pycache__", "venv", "target", "site-packages",
    }
)  # fmt: skip
"""Folders that tools make. What begins with a dot is read only where a lineage keeps its order there."""
_HIDDEN = frozenset({".vitepress", ".vuepress", ".bookignore", ".gitbook.yaml", ".gitbook"})


class Unreadable(Exception):  # noqa: N818
    """Why a file cannot be taken along, as a phrase."""


class Shelf:
    """All files below a folder, or one file and what lies beside it."""

    def __init__(self, source: Path) -> None:
        """Raises UsageError where ``source`` is neither a file nor a folder, or holds too many files."""
        self.only = ""
        """The name of the file where one alone is the book."""
        if source.is_file():
            self.only = source.name
            source = source.parent
        elif not source.is_dir():
            what = "there is no such file or folder"
            raise UsageError(Finding("import", what, str(source), hint="polybook import SOURCE FOLDER"))
        self.root = Path(os.path.realpath(source))
        self._known: dict[str, str] = {}

    @cached_property
    def paths(self) -> tuple[str, ...]:
        """The files' paths relative to the folder, with forward slashes, sorted."""
        found = []
        for count, path in enumerate(self._walk(), 1):
            if count > MOST_FILES:
                if self.only:
                    break
                what = f"the folder holds more than {MOST_FILES} files"
                raise UsageError(Finding("import", what, str(self.root), hint="name the book's own folder"))
            found.append(path)
        return tuple(sorted(found))

    @cached_property
    def _all(self) -> frozenset[str]:
        return frozenset(self.paths)

    def _walk(self) -> Iterator[str]:
        for folder, below, names in os.walk(self.root):
            below[:] = sorted(
                name for name in below if name not in _MADE and (not name.startswith(".") or name in _HIDDEN)
            )
            for name in sorted(names):
                if name.startswith(".") and name not in _HIDDEN:
                    continue
                path = Path(folder, name)
                if self._inside(path):
                    yield path.relative_to(self.root).as_posix()

    def _inside(self, path: Path) -> bool:
        """Whether a path is a file, and no link that leads out of the folder."""
        return path.is_file() and Path(os.path.realpath(path)).is_relative_to(self.root)

    def __contains__(self, path: str) -> bool:
        return path in self._all

    def held(self, path: str) -> bytes:
        """A file's bytes; raises Unreadable."""
        file = self.root / path
        if path not in self._all:
            raise Unreadable("there is no such file")
        try:
            if file.stat().st_size > LARGEST_FILE:
                raise Unreadable(f"it is larger than {LARGEST_FILE // 1_000_000} MB")
            return file.read_bytes()
        except OSError as error:
            raise Unreadable(error.strerror or str(error)) from None

    def text(self, path: str) -> str:
        """A file's text, its lines ended by a line feed; raises Unreadable."""
        if path not in self._known:
            held = self.held(path)
            if len(held) > LARGEST_TEXT:
                raise Unreadable(f"it is longer than {LARGEST_TEXT // 1_000_000} MB")
            self._known[path] = _decoded(held)
        return self._known[path]

    def near(self, path: str, target: str) -> str:
        """Return what a path written in the file ``path`` means, relative to the folder; empty where that is
        outside. From the root (``/x``) it is the folder's.
        """
        target = unquote(target)
        base = "" if target.startswith("/") else posixpath.dirname(path)
        joined = posixpath.normpath(posixpath.join(base, target.lstrip("/")))
        return "" if joined.startswith("..") or joined == "." else joined

    def below(self, folder: str, *, endings: frozenset[str] = MARKDOWN) -> list[str]:
        """The files below a folder with one of these endings."""
        begin = f"{folder}/" if folder else ""
        return [path for path in self.paths if path.startswith(begin) and ending(path) in endings]

    def first(self, *paths: str) -> str:
        """The first of these paths that is there; empty where none is."""
        return next((path for path in paths if path in self), "")


def _decoded(held: bytes) -> str:
    for encoding in ("utf-8-sig", "utf-16" if held[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8"):
        try:
            text = held.decode(encoding)
        except UnicodeDecodeError:
            continue
        return text.replace("\r\n", "\n").replace("\r", "\n")
    line = held.count(b"\n", 0, _first_odd(held)) + 1
    raise Unreadable(f"line {line} is not UTF-8")


def _first_odd(held: bytes) -> int:
    try:
        held.decode("utf-8")
    except UnicodeDecodeError as error:
        return error.start
    return 0


def ending(path: str) -> str:
    """What a file's name ends with, in small letters: ``.md``."""
    return PurePosixPath(path).suffix.lower()
