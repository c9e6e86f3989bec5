"""No path leads out of the book: neither what is read nor what is written is elsewhere by a link.

Links among what authors wrote are followed as far as they stay inside the book and out of its hidden folders
(``.git`` may hold passwords). Where Polybook makes files and folders, there are no links at all. What is
neither a file nor a folder (a pipe, a device) would never end when it is read, so it is refused too.
"""

from __future__ import annotations

import os
import shlex
import stat
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

from polybook.model import layout
from polybook.model.findings import Finding

OUTSIDE = "outside"
"""The code of findings for paths that lead out of the book."""


UNREADABLE = "access"
"""The code of findings for what this user may not read or write."""


def is_inside(root: Path, path: Path) -> bool:
    """Whether a path is in the folder ``root`` when all links are followed; one that leads nowhere is not."""
    try:
        return path.resolve(strict=True).is_relative_to(root.resolve())
    except (OSError, RuntimeError):  # Python 3.12 and before: RuntimeError for links in a circle
        return False


def is_linked(root: Path, folder: str) -> bool:
    """Whether a folder to write into, or one in it, is a link."""
    return (root / folder).is_symlink() or any(
        entry.is_symlink() for _, names in _walk(root / folder, 1) for entry in names
    )


def check(root: Path, fonts: Iterable[str] = ()) -> list[Finding]:
    """Return a finding for each path that leads out of the book in ``root``, or that cannot be read.

    ``fonts`` are the folders of the setting of that name.
    """
    findings = list(_outside(root, fonts))
    for name in layout.READ:
        findings += _below(root, root / name)
    findings += _catalogs(root)
    if (root / layout.WAIVERS).is_symlink():
        findings += _link(root, root / layout.WAIVERS)
    findings += _unreadable(root, root / layout.WAIVERS)
    return [*findings, *made(root), *closed(root, layout.OUTPUT)]


def made(root: Path) -> list[Finding]:
    """Return a finding for each link in the folders that commands make: nothing is written or removed through
    one.
    """
    links: list[Path] = []
    for name in layout.MADE:
        links += [root / name] if (root / name).is_symlink() else _links(root / name)
    what = "this is a link, and nothing is written or removed through one"
    return [Finding(OUTSIDE, what, _named(root, link), hint="remove the link") for link in links]


def closed(root: Path, folder: str) -> Iterator[Finding]:
    """A finding for each folder to write into, and in it, whose files we may not name, make or remove."""
    within = [Path(entry.path) for _, names in _walk(root / folder) for entry in names if entry.is_dir()]
    for path in (root / folder, *within):
        if path.is_dir() and not os.access(path, os.R_OK | os.W_OK | os.X_OK):
            what = "this user may not read and write in this folder"
            yield Finding(UNREADABLE, what, _named(root, path), hint=_allow("rwx", root, path))


def _catalogs(root: Path) -> Iterator[Finding]:
    """A finding for each link in the book below which, or through which, an update would write another kind
    of file.
    """
    folder = root / layout.LOCALES
    for link in [folder] if folder.is_symlink() else _links(folder):
        if is_inside(root, link) and (link.is_dir() or link.suffix in layout.CATALOGS):
            if link.resolve().suffix == link.suffix and link.is_file():
                continue
            what = "this is a link, and no catalog is written through one"
            yield Finding(OUTSIDE, what, _named(root, link), hint="remove the link")


def _links(folder: Path) -> Iterator[Path]:
    """Every link below a folder."""
    return (Path(entry.path) for _, names in _walk(folder) for entry in names if entry.is_symlink())


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
    yield from _unreadable(root, folder)
    for path, names in _walk(folder):
        for entry in names:
            place = Path(path, entry.name)
            yield from _unreadable(root, place)
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


def _unreadable(root: Path, place: Path) -> Iterator[Finding]:
    """A finding for a file or folder that is there and that we may not read."""
    with suppress(OSError):
        mode = place.stat().st_mode
        if stat.S_ISREG(mode) and not os.access(place, os.R_OK):
            what, hint = "this user may not read the file", _allow("r", root, place)
            yield Finding(UNREADABLE, what, _named(root, place), hint=hint)
        if stat.S_ISDIR(mode) and not os.access(place, os.R_OK | os.X_OK):
            what, hint = "this user may not read the folder", _allow("rx", root, place)
            yield Finding(UNREADABLE, what, _named(root, place), hint=hint)


def _allow(what: str, root: Path, place: Path) -> str:
    return f"chmod u+{what} {shlex.quote(_named(root, place))}"


def _link(root: Path, place: Path) -> Iterator[Finding]:
    target = place.readlink()
    if is_inside(root, place):
        inside = place.resolve().relative_to(root.resolve())
        if inside.parts and inside.parts[0].startswith("."):
            what = f"the link leads to what is hidden in the book's folder, '{target}'"
            yield Finding(OUTSIDE, what, _named(root, place), hint="remove the link")
    elif place.exists():
        what = f"the link leads out of the book, to '{target}'"
        yield Finding(OUTSIDE, what, _named(root, place), hint="copy what it leads to into the book")
    elif not place.name.startswith("."):  # editors keep such links while they have a file open
        what = f"the link leads to '{target}', where nothing is"
        yield Finding(OUTSIDE, what, _named(root, place), hint="remove the link")


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
