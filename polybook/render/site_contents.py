"""The contents of a site: as on its first page, and beside a page, of a large book those around it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import isqrt
from typing import NamedTuple

from polybook.model.book import Kind
from polybook.model.edition import ContentsEntry
from polybook.render.contents import nested

MANY = 100
"""Up to so many entries all are named on each page; of more, each page would be mostly contents."""


class Entry(NamedTuple):
    """A part, a chapter or a draft, or some in a row that are folded into one entry."""

    kind: Kind
    href: str
    """The address of its page, from the site's root; of what has none and is folded, that of the first page
    in it, which has it unfolded; else empty."""

    title: str
    inner: tuple[Entry, ...] = ()
    """What lies in it, and is not folded."""

    until: str = ""
    """The last one's title where some are folded; else empty."""

    number: str = ""
    """The first one's; empty where it has none."""


class _Whole(NamedTuple):
    """An entry with all that lies in it."""

    kind: Kind
    href: str
    title: str
    number: str
    inner: tuple[_Whole, ...]
    hrefs: tuple[str, ...]
    """The pages of all these."""


def whole(
    contents: Sequence[ContentsEntry], hrefs: Sequence[str], numbers: Sequence[str]
) -> tuple[Entry, ...]:
    """Return all contents, each entry in the one that it lies in; ``hrefs`` are the chapters' pages."""
    return tuple(map(_unfolded, _tree(contents, hrefs, numbers)))


class Beside:
    """The contents beside each page of a site.

    A large book's entries that lie in others are folded but for the page's own and those around it; where
    very many lie in one, so are these, in runs of about as many as there are runs. So of chapters in a row
    every one is at most two steps away, and the contents are the same within a run.

    >>> some = [ContentsEntry("chapter", f"Part {one}", one, 0, "body") for one in range(144)]
    >>> hrefs = [f"{one}.html" for one in range(144)]
    >>> [one.until for one in Beside(some, hrefs, [""] * 144).page(hrefs[13])][:3]
    ['Part 11', '', '']
    """

    def __init__(
        self, contents: Sequence[ContentsEntry], hrefs: Sequence[str], numbers: Sequence[str]
    ) -> None:
        self._entries = _tree(contents, hrefs, numbers)
        self._all = tuple(map(_unfolded, self._entries)) if len(contents) <= MANY else None

    def page(self, href: str) -> tuple[Entry, ...]:
        """Return the contents beside a page, by its address from the site's root."""
        return tuple(_around(self._entries, href)) if self._all is None else self._all


def _tree(
    contents: Sequence[ContentsEntry], hrefs: Sequence[str], numbers: Sequence[str]
) -> tuple[_Whole, ...]:
    def make(one: ContentsEntry, inner: tuple[_Whole, ...]) -> _Whole:
        href, number = ("", "") if one.chapter is None else (hrefs[one.chapter], numbers[one.chapter])
        pages = tuple(page for each in inner for page in each.hrefs)
        return _Whole(one.kind, href, one.title, number, inner, (href, *pages) if href else pages)

    return nested(contents, make)


def _unfolded(one: _Whole) -> Entry:
    return Entry(one.kind, one.href, one.title, tuple(map(_unfolded, one.inner)), number=one.number)


def _around(entries: Sequence[_Whole], href: str) -> Iterator[Entry]:
    """Entries beside one another, folded but for what leads to a page."""
    length = len(entries) if len(entries) <= MANY else isqrt(len(entries))
    for start in range(0, len(entries), length or 1):
        run = entries[start : start + length]
        if len(run) == 1 or length == len(entries) or any(href in one.hrefs for one in run):
            for one in run:
                if href in one.hrefs:
                    inner = tuple(_around(one.inner, href))
                    yield Entry(one.kind, one.href, one.title, inner, number=one.number)
                else:
                    yield Entry(one.kind, next(iter(one.hrefs), ""), one.title, number=one.number)
        else:
            first = next((page for one in run for page in one.hrefs), "")
            yield Entry("chapter", first, run[0].title, (), run[-1].title, run[0].number)
