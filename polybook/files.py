"""Write files whole: a reader, or a build that is killed, sees the old content or the new, never half."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from pathlib import Path

from polybook.model import BookError, Finding


def write(path: Path, content: bytes) -> bool:
    """Make ``content`` the content of ``path``, its folders made where needed; return whether it changed.

    An equal file is left alone, with its times. Raises BookError where the disk refuses.
    """
    try:
        if path.is_file() and path.read_bytes() == content:
            return False
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        beside = Path(name)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
            beside.chmod(_mode(path))
            beside.replace(path)
        finally:
            beside.unlink(missing_ok=True)
    except OSError as error:
        raise _refused(path, error) from None
    return True


def write_folder(path: Path, contents: Mapping[str, bytes]) -> None:
    """Make the folder ``path`` hold exactly ``contents`` (relative path to bytes).

    Each file is written whole; what is not in ``contents`` goes last, when all that replaces it is there.
    """
    for name, content in contents.items():
        write(path / name, content)
    wanted = {path / name for name in contents}
    for found in sorted(path.rglob("*"), reverse=True):
        if found.is_dir() and not found.is_symlink():
            if not any(found.iterdir()):
                found.rmdir()
        elif found not in wanted:
            found.unlink()


def size(path: Path) -> int:
    """The size of a file, or of all files below a folder, in bytes."""
    if path.is_file():
        return path.stat().st_size
    return sum(file.stat().st_size for file in path.rglob("*") if file.is_file())


def _mode(path: Path) -> int:
    if path.exists():
        return path.stat().st_mode & 0o777
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask


def _refused(path: Path, error: OSError) -> BookError:
    what = error.strerror or str(error)
    return BookError(
        Finding("disk", f"cannot be written: {what}", path.as_posix(), hint="nothing that was there is lost")
    )
