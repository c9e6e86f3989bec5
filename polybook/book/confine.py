"""No path leads out of the book: neither what is read nor what is written is elsewhere by a link.

Links that stay inside the book are followed. What is neither a file nor a folder (a pipe, a device) would
never end when it is read, so it is refused too.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from polybook.model import layout
from polybook.model.findings import Finding

OUTSIDE = "outside"
"""The code of findings for paths that lead out of the book."""

_BUNDLED = 2
"""Below `layout.CACHE` there are folders of results and nothing deeper."""


def is_inside(root: Path, path: Path) -> bool:
    """Whether a path is in the folder ``root`` when all links are followed; one that leads nowhere is not."""
    try:
        return path.resolve(strict=True).is_relative_to(root.resolve())
    except (OSError, RuntimeError):  # Python 3.12 and before: RuntimeError for links in a circle
        return False


def check(root: Path, fonts: Iterable[str] = ()) -> list[Finding]:
    """Return a finding for each path that leads out of the book in ``root``, or that cannot be read.

    ``fonts`` are the folders of the setting of that name.
    """
    findings = list(_outside(root, fonts))
    for name in layout.READ:
        findings += _below(root, root / name)
    for name in layout.MADE:
        findings += _links(root, root / name)
    return findings


def _outside(root: Path, fonts: Iterable[str]) -> Iterator[Finding]:
    for font in fonts:
        if not is_inside(root, root / font):
            what = f"the folder of fonts '{font}' is not in the book"
            yield Finding(OUTSIDE, what, layout.SETTINGS, hint="copy the fonts into a folder beside source/")
        else:
            yield from _below(root, root / font)


def _below(root: Path, folder: Path) -> Iterator[Finding]:
    """What is wrong with a folder to be read, and with all that is in it."""
    if folder.is_symlink():
        yield from _link(root, folder)
    for path, names in _walk(folder):
        for entry in names:
            place = Path(path, entry.name)
            try:
                entry.name.encode()
            except UnicodeEncodeError:
                yield Finding(
                    "name", "the file's name is not UTF-8", _named(root, place), hint="rename the file"
                )
            if entry.is_symlink():
                yield from _link(root, place)
            elif not entry.is_dir() and not entry.is_file():
                what = "this is neither a file nor a folder"
                yield Finding("name", what, _named(root, place), hint="remove it")


def _links(root: Path, folder: Path) -> Iterator[Finding]:
    """A finding for each folder to be written into that is elsewhere."""
    if folder.is_symlink():
        yield from _link(root, folder)
    for path, names in _walk(folder, _BUNDLED if folder.name == layout.CACHE else None):
        for entry in names:
            if entry.is_symlink() and entry.is_dir():
                yield from _link(root, Path(path, entry.name))


def _link(root: Path, place: Path) -> Iterator[Finding]:
    if is_inside(root, place):
        return
    target = place.readlink()
    if not place.exists():
        # Editors keep such links while they have a file open; their names are hidden.
        if not place.name.startswith("."):
            what = f"the link leads to '{target}', where nothing is"
            yield Finding(OUTSIDE, what, _named(root, place), hint="remove the link")
        return
    what = f"the link leads out of the book, to '{target}'"
    yield Finding(OUTSIDE, what, _named(root, place), hint="copy what it leads to into the book")


def _walk(folder: Path, depth: int | None = None) -> Iterator[tuple[str, list[os.DirEntry[str]]]]:
    """Every folder below and what is in it; links are not followed."""
    folders = [(os.fspath(folder), 1)]
    while folders:
        path, deep = folders.pop()
        try:
            with os.scandir(path) as entries:
                names = sorted(entries, key=lambda entry: entry.name)
        except OSError:
            continue  # not there, or no folder: who reads it says so
        yield path, names
        if depth is None or deep < depth:
            folders += [
                (entry.path, deep + 1)
                for entry in names
                if entry.name != "__pycache__" and entry.is_dir(follow_symlinks=False)
            ]


def _named(root: Path, path: Path) -> str:
    return path.relative_to(root).as_posix()
