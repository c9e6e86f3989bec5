"""Temporary folders. They lie in one of the process, which goes with it, or with the next where it is killed.

The kernel tells whether a process is there: each holds a lock on its folder.
"""

from __future__ import annotations

import atexit
import errno
import fcntl
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path

_NAME = re.compile(r"polybook-[a-z0-9_]{8}\.temporary")
"""The names of processes' folders."""

_ROOM = 1_000_000
"""How many bytes have to be free: the smallest book needs as many."""


@contextmanager
def folder() -> Iterator[Path]:
    """Give an empty folder that goes when the block ends, whatever a program made of it."""
    made = Path(tempfile.mkdtemp(prefix="", dir=home()))
    try:
        yield made
    finally:
        _remove(made)


@cache
def home() -> Path:
    """Return the folder in which this process has its temporary files.

    Raises OSError where there is no folder for temporary files, or no room in it.
    """
    above = Path(tempfile.gettempdir())
    _sweep(above)
    require_room(above)
    # Under another name until it is locked: who sweeps meanwhile would take it for one that was left.
    begun = Path(tempfile.mkdtemp(prefix=".polybook-", suffix=".temporary", dir=above))
    lock = os.open(begun, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    with suppress(OSError):  # some network disks have no locks; what is left there stays
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    made = begun.rename(above / begun.name.removeprefix("."))
    atexit.register(_end, made, os.getpid())
    return made


def require_room(folder: Path | None = None) -> None:
    """Raise OSError where there is no room for temporary files: programs that need some do not say so."""
    folder = folder or home()
    with suppress(PermissionError):
        there = os.statvfs(folder)
        if there.f_blocks and there.f_bavail * there.f_frsize < _ROOM:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(folder))


def _end(made: Path, process: int) -> None:
    if os.getpid() == process:  # and not one that was forked
        _remove(made)


def _sweep(above: Path) -> None:
    """Remove what processes left that were killed."""
    with suppress(OSError), os.scandir(above) as entries:
        for left in [Path(entry.path) for entry in entries if _NAME.fullmatch(entry.name)]:
            with suppress(OSError):
                held = os.open(left, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
                try:
                    if os.fstat(held).st_uid == os.geteuid():
                        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
                        _remove(left)
                finally:
                    os.close(held)


def _remove(made: Path) -> None:
    try:
        shutil.rmtree(made, ignore_errors=True)
    except RecursionError:  # folders in folders, thousands of them
        subprocess.call(["rm", "-rf", str(made)])
