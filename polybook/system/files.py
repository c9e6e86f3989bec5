"""Write files whole: a reader, or a build that is killed, sees the old content or the new, never half."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from polybook.model.findings import BookError, Finding

_BEGUN = ".part"
"""How the names of files end that are being written; before it stands which process writes."""


def write(path: Path, content: bytes) -> bool:
    """Make ``content`` the content of ``path``, its folders made where needed; return whether it changed.

    An equal file is left alone, with its times. Raises BookError where the disk refuses.
    """
    try:
        if path.is_file() and path.stat().st_size == len(content) and path.read_bytes() == content:
            return False
        path.parent.mkdir(parents=True, exist_ok=True)
        beside = path.with_name(f".{os.getpid()}-{os.urandom(6).hex()}{_BEGUN}")
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


def remove_folder(path: Path) -> None:
    """Remove a folder and all that is in it; raises BookError where the disk refuses."""
    import shutil  # here: few commands need it, and all load this module

    try:
        shutil.rmtree(path)
    except OSError as error:
        raise _refused(path, error, "removed") from None


def sweep(folder: Path) -> None:
    """Remove below ``folder`` what a command that was killed had begun to write."""
    for begun in folder.rglob(f".*{_BEGUN}"):
        owner = begun.name[1:].partition("-")[0]
        if owner.isdecimal() and not _runs(int(owner)):
            begun.unlink(missing_ok=True)


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
