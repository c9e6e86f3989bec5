"""Many steps at once, in gevent's pool: programs that run, editions that are rendered."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from typing import TypeVar

from gevent.pool import Pool

from polybook.model import PolybookError

T = TypeVar("T")

Tell = Callable[[str, int, int], None]
"""Told of progress: what was just finished, how many steps are done, how many there are."""

Step = tuple[str, Callable[[], T]]
"""A step, and what to call it when it is done."""


def together(steps: Sequence[Step[T]], at_once: int | None, tell: Tell) -> list[T]:
    """Take all steps, ``at_once`` at a time (None: one for each core); return what they gave, in order.

    Where some fail, the others are finished all the same; then one PolybookError, of the first one's kind,
    carries the findings of all.
    """
    pool = Pool(at_once or os.cpu_count() or 1)
    given: dict[int, T] = {}
    errors: list[PolybookError] = []
    defects: list[Exception] = []

    def take(place: int) -> int:
        try:
            given[place] = steps[place][1]()
        except PolybookError as error:
            errors.append(error)
        except Exception as error:  # raised again below: gevent would print what leaves a greenlet
            defects.append(error)
        return place

    try:
        for done, place in enumerate(pool.imap_unordered(take, range(len(steps))), 1):
            tell(steps[place][0], done, len(steps))
    finally:
        pool.kill()
    if defects:
        raise defects[0]
    if errors:
        raise type(errors[0])(*dict.fromkeys(finding for error in errors for finding in error.findings))
    return [given[place] for place in range(len(steps))]
