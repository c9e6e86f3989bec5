"""The contents beside a page of the site: all chapters or, of a large book, those around the page."""

from __future__ import annotations

from collections.abc import Sequence
from math import isqrt
from typing import NamedTuple, Protocol

MANY = 100
"""Up to so many chapters all are named on each page; of more, each page would be mostly contents."""


class Chapter(Protocol):
    """What is known of a chapter's page."""

    @property
    def href(self) -> str: ...

    @property
    def title(self) -> str: ...


class Entry(NamedTuple):
    """A chapter, or some in a row that are folded into one entry."""

    href: str
    """The first one's page, which has them all unfolded."""

    title: str
    until: str = ""
    """The last one's title where some are folded; else empty."""


def beside(chapters: Sequence[Chapter], place: int) -> list[Entry]:
    """Return the contents beside the page of the chapter at ``place``.

    A large book's chapters are in runs of about as many as there are runs, and all runs are folded but the
    page's own. So every chapter is at most two steps away, and the contents are the same within a run.

    >>> from polybook.render.site import Page
    >>> some = [Page(f"Part {one}", "", (), f"{one}.html") for one in range(144)]
    >>> [one.until for one in beside(some, 13)][:3]
    ['Part 11', '', '']
    """
    length = len(chapters) if len(chapters) <= MANY else isqrt(len(chapters))
    entries: list[Entry] = []
    for start in range(0, len(chapters), length):
        run = chapters[start : start + length]
        if start <= place < start + length or len(run) == 1:
            entries += [Entry(one.href, one.title) for one in run]
        else:
            entries.append(Entry(run[0].href, run[0].title, run[-1].title))
    return entries
