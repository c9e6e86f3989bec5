"""Folders that hold what Polybook made. A record in each says which files that are; no others are removed.

A record may have come with a clone, so it is believed as little as a name in it: it can name files below its
own folder, and nothing that a link stands on the way to.
"""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Callable, Collection, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from polybook.model.findings import BookError, Finding
from polybook.system import files

RECORD = ".made.json"
"""The record's name, in the folder that it is of."""


@dataclass(frozen=True)
class Made:
    """The folder ``name`` of the book in ``root``. Files are named by their paths in it."""

    root: Path
    name: str

    @property
    def folder(self) -> Path:
        """Where it is."""
        return self.root / self.name

    def write(self, contents: Mapping[str, bytes]) -> None:
        """Write files, each whole. Raises BookError where a link stands in the way, or the disk refuses."""
        known = self._recorded()
        for name in contents:
            if link := self._link(name):
                hint = "nothing is written through a link: remove it"
                raise BookError(
                    Finding("disk", "cannot be written: it is a link", link.as_posix(), hint=hint)
                )
        if not known.issuperset(contents):
            self._record(
                known.union(contents)
            )  # first: what is killed meanwhile leaves no file that nobody knows
        for name, content in contents.items():
            files.write(self.folder / name, content)

    def replace(self, below: str, contents: Mapping[str, bytes]) -> None:
        """Write files by their path in the folder ``below``, and remove what else Polybook made there.

        That goes last, when all that replaces it is there.
        """
        written = {f"{below}/{name}": content for name, content in contents.items()}
        self.write(written)
        self.remove(name for name in self._recorded() - set(written) if name.startswith(f"{below}/"))

    def remove(self, names: Iterable[str]) -> None:
        """Remove those of these files that Polybook made, and folders that are empty then."""
        known = self._recorded()
        gone = known.intersection(names)
        for name in sorted(gone):
            self._remove(name)
        if gone:
            self._record(known - gone)

    def clear(self) -> None:
        """Remove all that Polybook made, and the folder, if nothing else is in it."""
        self.sweep()
        self.remove(self._recorded())
        self._remove(RECORD)
        if not self._link(""):
            with suppress(OSError):
                self.folder.rmdir()

    def sweep(self) -> None:
        """Remove what a command that was killed had begun to write."""
        begun: dict[str, set[str]] = {}
        for name in (RECORD, *self._recorded()):
            path = PurePosixPath(name)
            begun.setdefault(path.parent.as_posix(), set()).add(path.name)
        for folder, names in begun.items():
            if not self._link(folder):
                files.sweep(self.folder / folder, names)

    def contents(self) -> list[str]:
        """All files there are, sorted, but for the record."""
        return [name for name in self._all() if _is_file(self.folder / name)]

    def strangers(self) -> list[str]:
        """What else there is, sorted: files that Polybook does not know to be its own, links and the like."""
        known = self._recorded()
        return [name for name in self._all() if name not in known]

    def _all(self) -> list[str]:
        """Whatever there is but folders and the record, sorted."""
        if self._link(""):
            return []
        names = [
            Path(path, name).relative_to(self.folder).as_posix()
            for path, folders, others in os.walk(self.folder)
            for name in (*others, *(one for one in folders if Path(path, one).is_symlink()))
        ]
        return sorted(name for name in names if name != RECORD)

    # ---- the record --------------------------------------------------------------------------

    def _recorded(self) -> set[str]:
        """The files that the record names, as far as it may name them; none where it is none."""
        try:
            if self._link(RECORD):
                return set()
            listed = json.loads((self.folder / RECORD).read_bytes())
        except (OSError, ValueError, RecursionError):
            return set()
        return {name for name in listed if _is_below(name)} if isinstance(listed, list) else set()

    def _record(self, names: Collection[str]) -> None:
        content = json.dumps(sorted(names), ensure_ascii=False, indent=0) + "\n"
        files.write(self.folder / RECORD, content.encode())

    def _link(self, name: str) -> Path | None:
        """The first link on the way from the book's folder to one of this folder's files, itself included."""
        place = self.root
        for part in PurePosixPath(self.name, name).parts:
            place = place / part
            if _mode(place, stat.S_ISLNK):
                return place
        return None

    def _remove(self, name: str) -> None:
        place = self.folder / name
        if self._link(name) or not _is_file(place):
            return
        files.remove(place)
        for folder in place.parents:
            if folder == self.folder:
                break
            try:
                folder.rmdir()
            except OSError:  # something else is in it
                break


def _is_below(name: object) -> bool:
    """Whether a record may name this: a path that leads nowhere but down."""
    if not isinstance(name, str) or "\0" in name or name == RECORD:
        return False
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return not {"", ".", ".."} & set(name.split("/"))


def _is_file(place: Path) -> bool:
    return _mode(place, stat.S_ISREG)


def _mode(place: Path, is_kind: Callable[[int], bool]) -> bool:
    try:
        return is_kind(place.lstat().st_mode)
    except OSError:
        return False
