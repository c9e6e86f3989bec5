"""Ctrl+C and SIGTERM, as exceptions that come up where they can be raised."""

from __future__ import annotations

import signal
from types import FrameType

_WHOLE = (
    "importlib",
    "_frozen_importlib",
    "logging",
    "threading",
    "subprocess",
    "gevent.os",
    "gevent.pool",
    "gevent.subprocess",
)
"""Modules whose work is done whole. An import that is broken off leaves a module half made, for which some
end the process, and ``python -m`` remembers of an interrupted ``exec``, by which dataclasses are made, that
it has to end by SIGINT. What is raised after a fork is lost, or leaves a lock locked; a pool would wait for
ever for a greenlet that it was not told of."""

_SOON = 0.01


def watch() -> list[int]:
    """Have SIGINT and SIGTERM raise KeyboardInterrupt; return the list that each is added to as it comes.

    One that comes in the midst of an import or a fork is raised after it. A signal that whoever began the
    command has it ignore is ignored.
    """
    came: list[int] = []

    def interrupt(number: int, frame: FrameType | None) -> None:
        if number != signal.SIGALRM:
            came.append(number)
        if _is_within(frame):
            signal.setitimer(signal.ITIMER_REAL, _SOON)
        else:
            raise KeyboardInterrupt

    signal.signal(signal.SIGALRM, interrupt)
    for number in (signal.SIGINT, signal.SIGTERM):
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, interrupt)
    return came


def ignore() -> None:
    """Let SIGINT and SIGTERM come to nothing from now on, those too that are to be raised yet."""
    signal.setitimer(signal.ITIMER_REAL, 0)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)


def _is_within(frame: FrameType | None) -> bool:
    """Whether what was interrupted is work of `_WHOLE`, or was called by it."""
    while frame:
        if str(frame.f_globals.get("__name__", "")).startswith(_WHOLE):
            return True
        frame = frame.f_back
    return False
