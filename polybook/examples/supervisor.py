"""Stand between Polybook and a program: see that it keeps its limits, and that nothing of it is left running.

The warden is a process of its own, forked on the way to the program and never replaced. On Linux what a
program leaves behind becomes a child of the warden's, whatever session it moved to and whatever it did to its
environment (PR_SET_CHILD_SUBREAPER, https://man7.org/linux/man-pages/man2/prctl.2.html), so ending all of the
warden's children ends all that came of the program. When Polybook ends, so does the warden, and all with it.

What it may do is bounded, not what it may reach: a program can read and write what its user can.
"""

from __future__ import annotations

import ctypes
import gc
import os
import resource
import signal
import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from polybook.model.book import Limits

GRACE = 3.0
"""How long, in seconds, a child may take to end after its program did: a busy machine is slow to end them."""

PROCESSES = 256
"""How many processes a program may have at once."""

BLOCK = 4096
"""What a file or folder counts at least, in bytes: a flood of empty ones is one too."""

_STEP = 0.1
"""How often the program is looked at, in seconds."""

_END = 5.0
"""How long the warden tries to end what is left, in seconds; more is a matter of the kernel's."""

_AWAITED = {signal.SIGCHLD, signal.SIGTERM, signal.SIGALRM}
_HELD = {*_AWAITED, signal.SIGINT, signal.SIGHUP}
_PDEATHSIG, _SUBREAPER = 1, 36  # <linux/prctl.h>
_LIBC = ctypes.CDLL(None)


@dataclass(frozen=True)
class Report:
    """What became of a program."""

    code: int | None
    """Its exit code, that of its end by a signal being negative; None where it had to be ended."""

    left: int
    """How many processes it had left behind when it ended."""

    excess: str
    """Of what it wanted too much: the name of a limit (a field of Limits), or ``processes``."""


def stand(limits: Limits, folder: Path, size: int, report: Path) -> None:
    """Become a warden and return in a new process, which is to be the program.

    To be called between fork and exec, with standard output and error in files. ``folder`` is where it may
    write; it holds ``size`` bytes. What became of the program is written to the file ``report``.
    """
    signal.pthread_sigmask(signal.SIG_BLOCK, _HELD)
    _ask_kernel(_SUBREAPER, 1)
    _ask_kernel(_PDEATHSIG, signal.SIGTERM)
    program = os.fork()
    if program == 0:
        _ask_kernel(_PDEATHSIG, signal.SIGKILL)
        _confine(limits)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _HELD)
        return
    try:
        gc.disable()  # what it would touch had to be copied first
        os.setsid()
        os.closerange(3, 65536)
        os.chdir("/")
        found = _watch(limits, folder, size, program)
        report.write_text(f"{'' if found.code is None else found.code},{found.left},{found.excess}", "ascii")
    finally:
        os._exit(0)


def read(report: Path) -> Report | None:
    """Return what the warden wrote; None where it wrote nothing."""
    try:
        code, left, excess = report.read_text("ascii").split(",")
        return Report(int(code) if code else None, int(left), excess)
    except (OSError, ValueError):
        return None


def measure(folder: Path) -> int:
    """The size of all that is below a folder, in bytes; how deep it lies does not matter."""
    total, folders = 0, [os.fspath(folder)]
    while folders:
        try:
            with os.scandir(folders.pop()) as entries:
                for entry in entries:
                    total += max(BLOCK, entry.stat(follow_symlinks=False).st_size)
                    if entry.is_dir(follow_symlinks=False):
                        folders.append(entry.path)
        except OSError:
            continue  # gone meanwhile, or a path too long to be asked for
    return total


def _watch(limits: Limits, folder: Path, size: int, program: int) -> Report:
    """Wait until the program ends or wants too much; then end all that came of it."""
    end = time.monotonic() + limits.example_seconds
    signal.setitimer(signal.ITIMER_REAL, _STEP, _STEP)
    code: int | None = None
    excess = ""
    while code is None and not excess:
        asked_to_end = signal.sigwait(_AWAITED) == signal.SIGTERM
        code = _reaped().get(program)
        if asked_to_end:
            break
        if code is None:
            excess = _excess(limits, folder, size, end)
    grace = time.monotonic() + GRACE
    while code is not None and _children(os.getpid()) and time.monotonic() < grace:
        if signal.sigwait(_AWAITED) == signal.SIGTERM:
            break
        _reaped()
    left = len(_descendants())
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(program, signal.SIGKILL)
    _end_all()
    return Report(code, left if code is not None else 0, excess)


def _excess(limits: Limits, folder: Path, size: int, end: float) -> str:
    if time.monotonic() > end:
        return "example_seconds"
    if max(os.fstat(1).st_size, os.fstat(2).st_size) > limits.example_output * 1024:
        return "example_output"
    if measure(folder) - size > limits.example_files * 1024 * 1024:
        return "example_files"
    return "processes" if len(_descendants()) > PROCESSES else ""


def _end_all() -> None:
    """End every child; those of a child that ended are ours then, so none is left when we have none."""
    limit = time.monotonic() + _END
    while time.monotonic() < limit:
        for process in _descendants():
            with suppress(ProcessLookupError, PermissionError):
                os.kill(process, signal.SIGKILL)
        _reaped()
        try:
            os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
        except ChildProcessError:
            return
        time.sleep(0.002)


def _reaped() -> dict[int, int]:
    """The children that have ended, each with its exit code."""
    found = {}
    with suppress(ChildProcessError):
        while True:
            process, status = os.waitpid(-1, os.WNOHANG)
            if not process:
                break
            found[process] = os.waitstatus_to_exitcode(status)
    return found


def _descendants() -> list[int]:
    found: list[int] = []
    new = _children(os.getpid())
    while new:
        found += new
        new = [child for process in new for child in _children(process)]
    return found


def _children(process: int) -> list[int]:
    """The children of a process; none where the kernel does not tell."""
    found: list[int] = []
    with suppress(OSError):
        for thread in os.listdir(f"/proc/{process}/task"):  # noqa: PTH208 (many a second)
            with open(f"/proc/{process}/task/{thread}/children", "rb") as file:  # noqa: PTH123
                found += map(int, file.read().split())
    return found


def _confine(limits: Limits) -> None:
    """What the kernel itself sees to, for each process of the program's."""
    most = max(limits.example_files * 1024, 2 * limits.example_output) * 1024
    _bound(resource.RLIMIT_FSIZE, most)
    _bound(resource.RLIMIT_CORE, 0)
    if sys.platform == "linux":
        _bound(resource.RLIMIT_DATA, limits.example_memory * 1024 * 1024)
        with suppress(OSError, ValueError, IndexError):
            # All of this user's processes count, so those of the machine are the least that may be allowed.
            there = int(Path("/proc/loadavg").read_text("ascii").split()[3].partition("/")[2])
            _bound(resource.RLIMIT_NPROC, there + 4 * PROCESSES)


def _bound(what: int, most: int) -> None:
    hard = resource.getrlimit(what)[1]
    most = most if hard == resource.RLIM_INFINITY else min(most, hard)
    resource.setrlimit(what, (most, most))


def _ask_kernel(what: int, value: int) -> None:
    if sys.platform == "linux":
        _LIBC.prctl(what, value)
