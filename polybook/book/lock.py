"""One command at a time changes a book: a lock that the kernel takes back when its holder ends.

It is advisory and lies on a file in ``.cache/``; the file says who holds it. No file stands for a lock, so
none is left by a command that was killed.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path

from polybook.model import layout
from polybook.model.findings import BookError, Finding

PATIENT = "serve"
"""The command that waits for others, and that others wait for: it stays, and holds a lock for moments."""

_STEP = 0.05
"""How long to wait between two tries, in seconds."""

_NAMELESS = 20
"""How many tries a holder has to write its name."""


@contextmanager
def held(root: Path, command: str) -> Iterator[None]:
    """Hold the lock of the book in ``root`` for ``command``.

    Raises BookError at once where another command holds it; `PATIENT` waits, and is waited for. Where there
    is no book, or nothing that could be locked (a folder that nobody may write, some network disks), goes on
    without.
    """
    is_ours = (root / layout.SETTINGS).is_file() and not (root / layout.CACHE).is_symlink()
    file = _taken(root, command) if is_ours else None
    try:
        yield
    finally:
        if file is not None:
            with suppress(OSError):
                os.ftruncate(file, 0)  # so that nobody takes our name for the next holder's
            os.close(file)


def _taken(root: Path, command: str) -> int | None:
    for tries in count(1):
        try:
            (root / layout.CACHE).mkdir(exist_ok=True)
            file = os.open(root / layout.LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o666)
        except OSError:
            return None
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.pread(file, 100, 0).decode("utf-8", "replace").split()
            os.close(file)
            is_named = bool(holder) or tries > _NAMELESS
            if is_named and PATIENT not in (command, *holder):
                raise _refused(holder) from None
            _sleep()
            continue
        except OSError:
            os.close(file)
            return None
        if _is_there(root / layout.LOCK, file):
            with suppress(OSError):  # a full disk
                os.pwrite(file, f"{command} {os.getpid()}\n".encode(), 0)
            return file
        os.close(file)  # `clean` removed it meanwhile
    return None


def _is_there(path: Path, file: int) -> bool:
    try:
        return os.path.samestat(path.stat(), os.fstat(file))
    except OSError:
        return False


def _sleep() -> None:
    from gevent import sleep  # here: a build with nothing to do never comes here

    sleep(_STEP)


def _refused(holder: list[str]) -> BookError:
    who = f" ('{holder[0]}', process {holder[1]})" if len(holder) == 2 else ""
    return BookError(Finding("lock", f"another command works on this book{who}", hint="wait until it ends"))
