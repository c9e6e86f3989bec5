"""Write files whole: a reader, or a build that is killed, sees the old content or the new, never half."""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Mapping
from contextlib import suppress
from hashlib import blake2b
from pathlib import Path

from polybook.model.findings import BookError, Finding

_BEGUN = re.compile(r"\.(?P<process>[0-9]{1,9})-(?P<of>[0-9a-f]{16})-[0-9a-f]{8}\.part")
"""The names of files that are being written: which process writes, and what they will be, as a digest."""


def read(root: Path, path: str) -> bytes:
    """Return the content of the file ``path`` below ``root``; raises BookError where it cannot be read."""
    try:
        return (root / path).read_bytes()
    except OSError as error:
        what = f"the file cannot be read: {error.strerror or error}"
        raise BookError(Finding("unreadable", what, path)) from None


def write(path: Path, content: bytes) -> bool:
    """Make ``content`` the content of ``path``, its folders made where needed; return whether it changed.

    An equal file is left alone, with its times. Raises BookError where the disk refuses.
    """
    try:
        if _holds(path, content):
            return False
        path.parent.mkdir(parents=True, exist_ok=True)
        beside = path.with_name(f".{os.getpid()}-{_named(path.name)}-{os.urandom(4).hex()}.part")
        try:
            with beside.open("xb") as file:
                file.write(content)
            if path.exists():
                beside.chmod(path.stat().st_mode & 0o777)
            beside.replace(path)
        finally:
            beside.unlink(missing_ok=True)
    except OSError as error:
        raise _refused(path, error) from None
    return True


def _holds(path: Path, content: bytes) -> bool:
    """Whether a file has this content; one that may not be read counts as having another."""
    try:
        return path.is_file() and path.stat().st_size == len(content) and path.read_bytes() == content
    except PermissionError:
        return False


def _named(name: str) -> str:
    return blake2b(os.fsencode(name), digest_size=8).hexdigest()


def write_folder(path: Path, contents: Mapping[str, bytes]) -> None:
    """Write ``contents`` (relative path to bytes) into the folder ``path``, each file whole."""
    for name, content in contents.items():
        write(path / name, content)


def remove(path: Path) -> None:
    """Remove a file, or an empty folder, if it is there; raises BookError where the disk refuses."""
    try:
        path.rmdir() if path.is_dir() and not path.is_symlink() else path.unlink(missing_ok=True)
    except OSError as error:
        raise _refused(path, error, "removed") from None


def sweep(folder: Path, names: Collection[str] | None = None) -> None:
    """Remove from a folder what a command that was killed had begun to write: files with these names, or
    with any.
    """
    wanted = None if names is None else {_named(name) for name in names}
    with suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            begun = _BEGUN.fullmatch(entry.name)
            if begun and (wanted is None or begun["of"] in wanted) and not _runs(int(begun["process"])):
                Path(entry.path).unlink(missing_ok=True)


def _runs(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True


def size(path: Path) -> int:
    """The size of a file, or of all files below a folder, in bytes."""
    if path.is_file():
        return path.stat().st_size
    return sum(file.stat().st_size for file in path.rglob("*") if file.is_file())


def _refused(path: Path, error: OSError, what: str = "written") -> BookError:
    why = error.strerror or str(error)
    return BookError(
        Finding("disk", f"cannot be {what}: {why}", path.as_posix(), hint="nothing that was there is lost")
    )
