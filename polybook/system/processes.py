"""Programs that Polybook runs: none of them outlives what waits for it, nor Polybook itself."""

from __future__ import annotations

import atexit
import os
import resource
import signal
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any

import gevent
from gevent import subprocess
from gevent.lock import BoundedSemaphore

from polybook.system import temporary

CORES = os.cpu_count() or 1

at_work = BoundedSemaphore(CORES)
"""Held by whatever keeps a core busy beside Python, so that no more does than there are cores."""

MAKES_WAY = 10
"""How nice a program is (POSIX: 0 to 19): what Python and Typst do is waited for longest."""


class NotBegunError(Exception):
    """The program cannot be run; the text says why."""


class FailedError(Exception):
    """A program ended with an exit code that is not 0."""

    def __init__(self, code: int) -> None:
        super().__init__(f"it ended with {code}")
        self.code = code


@dataclass(frozen=True)
class Ended:
    """What became of a program."""

    code: int
    """Its exit code, that of its end by a signal being negative."""

    out: bytes
    """Its standard output."""

    err: bytes
    """Its standard error."""


class _Child(subprocess.Popen):  # type: ignore[misc]  # gevent has no types
    """A process that is known from before it is there: where its beginning is broken off, it ends."""

    pid: int = 0

    def __init__(self, command: Sequence[str], **options: Any) -> None:
        _begun.add(self)
        try:
            super().__init__(command, **options)
        except BaseException:
            self.end()
            raise

    def end(self) -> None:
        if self.pid and self.poll() is None:
            self.kill()
            self.wait()
        _begun.discard(self)


_begun: set[_Child] = set()


@atexit.register
def _end() -> None:
    """Leave no process behind: an interrupt may come where nobody waits for what was begun."""
    for child in _begun:
        if child.pid:
            with suppress(OSError):
                os.kill(child.pid, signal.SIGKILL)
                os.waitpid(child.pid, 0)


def run(
    command: Sequence[str],
    given: bytes,
    seconds: float,
    folder: Path | None = None,
    env: dict[str, str] | None = None,
) -> Ended:
    """Run ``command`` on the bytes ``given``, its standard input, in ``folder``, as soon as there is a core.

    Raises TimeoutError where it takes more than ``seconds``, and NotBegunError.
    """
    # Files rather than pipes: a program never waits for us to read while we work on something else.
    with at_work, TemporaryFile() as standard_input, TemporaryFile() as out, TemporaryFile() as err:
        standard_input.write(given)
        standard_input.seek(0)
        child = _start(command, stdin=standard_input, stdout=out, stderr=err, cwd=folder, env=env)
        try:
            with gevent.Timeout(seconds, TimeoutError):
                child.wait()
        finally:
            child.end()
        out.seek(0)
        err.seek(0)
        return Ended(child.returncode, out.read(), err.read())


def exchange(command: Sequence[str], given: Iterable[bytes]) -> Iterator[bytes]:
    """Run ``command``, hand it lines on its standard input as it takes them, and yield those that it says.

    Its standard error is ours. Raises NotBegunError, and FailedError when all it said has been yielded.
    """
    child = _start(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def write() -> None:
        with suppress(OSError):  # it may have ended, or read no more
            for line in given:
                child.stdin.write(line)
                child.stdin.flush()
        with suppress(OSError):
            child.stdin.close()

    writer = gevent.spawn(write)
    try:
        yield from child.stdout
        code = child.wait()
    finally:
        writer.kill()
        child.end()
        child.stdout.close()
    if code:
        raise FailedError(code)


class Worker:
    """A program that does one thing after another as it is asked, and ends with Polybook.

    It is asked by its standard input and answers by its standard output. Each request and each answer ends
    with a mark that is not in it.
    """

    def __init__(
        self,
        command: Sequence[str],
        memory: int | None = None,
        mark: bytes = b"\n",
        env: dict[str, str] | None = None,
    ) -> None:
        """On Linux it may have ``memory`` bytes of it. Raises NotBegunError."""
        self._mark = mark
        self._err = TemporaryFile()  # noqa: SIM115  # closed where it ends
        # In a session of its own: a terminal's Ctrl+C is for Polybook to take, which then ends it.
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": self._err}
        try:
            self._child = _start(command, **pipes, env=env, start_new_session=True)
        except BaseException:  # it may be broken off while it begins
            self._err.close()
            raise
        if memory is not None and sys.platform == "linux":
            hard = resource.getrlimit(resource.RLIMIT_DATA)[1]
            most = memory if hard == resource.RLIM_INFINITY else min(memory, hard)
            with suppress(OSError):  # it may have ended
                resource.prlimit(self.pid, resource.RLIMIT_DATA, (most, most))

    @property
    def pid(self) -> int:
        """Its process."""
        return self._child.pid

    @property
    def waits(self) -> bool:
        """Whether it can be asked."""
        return self._child.poll() is None

    def ask(self, request: bytes, seconds: float) -> bytes | Ended:
        """Return what it answers to ``request``, which it gets as soon as there is a core.

        Where it ended instead, or has something to say, it is ended and what became of it is returned.
        Raises TimeoutError where it takes more than ``seconds``; it is ended then too.
        """
        try:
            with at_work, gevent.Timeout(seconds, TimeoutError):
                with suppress(BrokenPipeError):  # it has ended
                    self._child.stdin.write(request + self._mark)
                    self._child.stdin.flush()
                answer = self._answer()
                if not answer:
                    self._child.wait()
            self._err.seek(0)
            said = self._err.read()
            if self._child.returncode is None and not said:
                return answer.removesuffix(self._mark)
        except BaseException:
            self.end()
            raise
        self.end()
        return Ended(self._child.returncode, b"", said)

    def _answer(self) -> bytes:
        """What it says up to its mark; nothing where it ends before."""
        parts: list[bytes] = []
        while not (parts and parts[-1].endswith(self._mark)):
            part = self._child.stdout.read1(1 << 20)
            if not part:
                return b""
            parts.append(part)
        return b"".join(parts)

    def end(self) -> None:
        """End it at once."""
        self._child.end()
        self._err.close()


def _start(command: Sequence[str], **options: Any) -> _Child:
    """Start a program that makes way for Python; raises NotBegunError."""
    # What it leaves in the folder for temporary files goes with ours.
    env = {**(options.pop("env", None) or os.environ), "TMPDIR": str(temporary.home())}
    try:
        child = _Child(command, env=env, **options)
    except OSError as error:
        raise NotBegunError(error.strerror) from None
    with suppress(OSError):  # it may have ended
        os.setpriority(os.PRIO_PROCESS, child.pid, MAKES_WAY)
    return child
