"""Many steps at once, in gevent's pool: programs that run, editions that are rendered."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TypeVar

import gevent
from gevent.event import AsyncResult
from gevent.hub import Hub
from gevent.pool import Pool

from polybook.model.findings import PolybookError

# An interrupt comes up wherever Python is at work, in gevent's hub too, which would print it.
Hub.NOT_ERROR = (*Hub.NOT_ERROR, KeyboardInterrupt)

T = TypeVar("T")

Tell = Callable[[str, int, int], None]
"""Told of progress: what was just finished, how many steps are done, how many there are."""

Step = tuple[str, Callable[[], T]]
"""A step, and what to call it when it is done."""


def quietly(label: str, done: int, total: int) -> None:
    """Progress that nobody is told of."""


@contextmanager
def begun(steps: Sequence[Step[T]], at_once: int | None, tell: Tell) -> Iterator[list[Callable[[], T]]]:
    """Begin all steps, ``at_once`` at a time (None: one for each core), the first ones first.

    Gives for each step a function that waits for it and returns what it gave, or raises what it raised.
    What has not ended when the block ends is stopped.
    """
    pool = Pool(at_once or os.cpu_count() or 1)
    given: list[AsyncResult] = [AsyncResult() for _ in steps]

    def take(place: int) -> int:
        try:
            given[place].set(steps[place][1]())
        # Raised where it is waited for: gevent would print what leaves a greenlet. An interrupt comes up
        # wherever Python is at work.
        except (Exception, KeyboardInterrupt) as error:
            given[place].set_exception(error)
        return place

    def take_all() -> None:
        for done, place in enumerate(pool.imap_unordered(take, range(len(steps))), 1):
            tell(steps[place][0], done, len(steps))

    taking = gevent.spawn(take_all)
    try:
        gevent.sleep(0.001)  # the first ones begin before the caller goes on with what it has to do
        yield [result.get for result in given]
        taking.get()
    finally:
        taking.kill()
        pool.kill()


def together(steps: Sequence[Step[T]], at_once: int | None, tell: Tell) -> list[T]:
    """Take all steps, ``at_once`` at a time (None: one for each core); return what they gave, in order.

    Where some fail, the others are finished all the same; then one PolybookError, of the first one's kind,
    carries the findings of all.
    """
    given: list[T] = []
    errors: list[PolybookError] = []
    with begun(steps, at_once, tell) as waits:
        for wait in waits:
            try:
                given.append(wait())
            except PolybookError as error:
                errors.append(error)
    if errors:
        raise type(errors[0])(*dict.fromkeys(finding for error in errors for finding in error.findings))
    return given
