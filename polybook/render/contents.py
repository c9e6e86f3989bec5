"""An edition's contents as formats need them: what lies in what, and pages for parts that have none."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import NamedTuple, TypeVar

from polybook.model.book import Kind, Matter
from polybook.model.edition import ContentsEntry, Edition, EditionChapter
from polybook.model.nodes import Attr, Header, Run, Space, Span, Str, written
from polybook.system.cache import digest

T = TypeVar("T")


def above(contents: Sequence[ContentsEntry]) -> list[tuple[int, ...]]:
    """Return for each entry the numbers of those that it lies in, outermost first.

    >>> one = ContentsEntry("chapter", "", 0, 0, "body")
    >>> above([one, one._replace(depth=1), one._replace(depth=2), one])
    [(), (0,), (0, 1), ()]
    """
    found: list[tuple[int, ...]] = []
    path: list[int] = []
    for number, one in enumerate(contents):
        del path[one.depth :]
        found.append(tuple(path))
        path.append(number)
    return found


def nested(
    contents: Sequence[ContentsEntry], make: Callable[[ContentsEntry, tuple[T, ...]], T]
) -> tuple[T, ...]:
    """Return what ``make`` gives for the entries at the top: it is given an entry, and what it gave for those
    that lie in it.
    """
    found: list[list[T]] = [[]]  # what lies in each entry that is open; the last one comes first
    for one in reversed(contents):
        while len(found) <= one.depth + 1:
            found.append([])
        inner = tuple(reversed(found[one.depth + 1]))
        del found[one.depth + 1 :]
        found[one.depth].append(make(one, inner))
    return tuple(reversed(found[0]))


class Place(NamedTuple):
    """Where in a book a chapter is."""

    kind: Kind
    """``part`` where a part opens with it."""

    matter: Matter
    parts: int
    """In how many parts it lies."""

    within: int
    """In how many other chapters."""


def places(edition: Edition) -> list[Place]:
    """Return the places of an edition's chapters."""
    entries = edition.contents
    found = {}
    for path, one in zip(above(entries), entries, strict=True):
        outer = [entries[number].kind for number in path if entries[number].chapter is not None]
        parts = outer.count("part")
        found[one.chapter] = Place(one.kind, one.matter, parts, len(outer) - parts)
    alone = Place("chapter", "body", 0, 0)
    return [found.get(number, alone) for number in range(len(edition.chapters))]


def is_nested(contents: Sequence[ContentsEntry]) -> bool:
    """Whether chapters lie in others: then contents for all to see name no sections."""
    return any(contents[outer].kind != "part" for path in above(contents) for outer in path[-1:])


def with_part_pages(edition: Edition) -> Edition:
    """Return an edition for formats that are read from first to last: a part that opens with no chapter has
    one that holds its title, where a chapter lies in it; drafts in which none does are left out.
    """
    paths = above(edition.contents)
    filled = {
        number
        for path, one in zip(paths, edition.contents, strict=True)
        if one.chapter is not None
        for number in path
    }
    chapters: list[EditionChapter] = []
    contents: list[ContentsEntry] = []
    parts = 0
    for number, one in enumerate(edition.contents):
        chapter = None if one.chapter is None else edition.chapters[one.chapter]
        if chapter is None and number not in filled:
            continue
        if chapter is None and one.kind == "part":
            parts += 1
            chapter = _part_page(one, parts)
        contents.append(one._replace(chapter=None if chapter is None else len(chapters)))
        if chapter:
            chapters.append(chapter)
    return replace(edition, chapters=tuple(chapters), contents=tuple(contents))


def is_part_page(chapter: EditionChapter) -> bool:
    """Whether a chapter is one that `with_part_pages` made."""
    return chapter.name.startswith("-")  # as no chapter's name does


def _part_page(one: ContentsEntry, number: int) -> EditionChapter:
    words: Run = []
    for word in one.title.split():
        words += [Space(), Str(word)]
    words = words[1:]
    if one.language:
        words = [Span.of(Attr("", ["untranslated"], [("lang", one.language)]), words)]
    text = written([Header.of(1, Attr(f"page-part{number}"), words)]).decode()
    return EditionChapter(f"-part{number}", one.title, text, 0, digest(one.title, text, "0"))
