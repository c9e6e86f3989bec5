"""Large chapters of an EPUB in several documents: readers hold a whole one in memory, and some refuse it."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping, Sequence
from html import unescape
from typing import NamedTuple

import msgspec

from polybook.model.edition import Edition
from polybook.render.blocks import relative
from polybook.render.epub_pages import EpubPage, NavEntry, held

LARGEST = 256 * 1024
"""How many bytes of text a document has at most, where it can be divided; some readers take no 300 KB."""

_TAG = re.compile(r"<(/?)([A-Za-z][\w:.-]*+)([^<>]*?)(/?)>")
_NOTE = re.compile(r'^<aside id="(_note\d+)"', re.MULTILINE)
_REFERENCE = re.compile(r'href="#(_note\d+)"')
_PLACE = re.compile(r'\sid="([^"]*)"')
_ROLES = re.compile(r'\s(?:id|epub:type|role)="[^"]*"')
_LINK = re.compile(r'(?<=\shref=")[^"]*(?=")')

Moved = Mapping[tuple[str, str], str]
"""The document of each anchor that is in no first one, by its chapter's first document and the anchor."""


class _Cut(NamedTuple):
    """Where a chapter may be divided: before a section."""

    place: int
    before: int
    """How many bytes stand before it, with those of the footnotes that they refer to."""

    outer: tuple[str, ...]
    """The tags of the sections that it is in."""


def split(
    edition: Edition, pages: Sequence[EpubPage], contents: Sequence[NavEntry]
) -> tuple[list[EpubPage], list[NavEntry]]:
    """Return the documents of an EPUB's pages, the large ones divided at their sections, and the contents;
    links lead to where their places are now.
    """
    made = {page.href: list(_parts(page)) for page in pages}
    if all(len(parts) == 1 for parts in made.values()):
        return list(pages), list(contents)
    moved = {
        (page.href, unescape(anchor)): _name(page.href, number)
        for page in pages
        for number, part in enumerate(made[page.href], 1)
        for anchor in _PLACE.findall(part)
        if number > 1
    }

    def document(page: EpubPage, number: int, part: str) -> EpubPage:
        href = _name(page.href, number)
        body = _led(part, page.href, href, moved)
        properties, pictures = held(page.title, href, body, edition)
        return msgspec.structs.replace(page, href=href, body=body, properties=properties, pictures=pictures)

    documents = [
        document(page, number, part) for page in pages for number, part in enumerate(made[page.href], 1)
    ]
    return documents, [_moved_entry(one, moved) for one in contents]


def _name(href: str, number: int) -> str:
    """The name of a chapter's document, which no chapter has: of the first one, the chapter's."""
    return href if number == 1 else f"{href.removesuffix('.xhtml')}~~{number}.xhtml"


def _moved_entry(one: NavEntry, moved: Moved) -> NavEntry:
    page, _, anchor = one.href.partition("#")
    inner = tuple(_moved_entry(each, moved) for each in one.inner)
    href = f"{moved[page, anchor]}#{anchor}" if (page, anchor) in moved else one.href
    return msgspec.structs.replace(one, href=href, inner=inner)


def _led(text: str, page: str, document: str, moved: Moved) -> str:
    """A document's text, once part of ``page``, with links to where their places are now."""

    def put(found: re.Match[str]) -> str:
        path, _, fragment = found[0].partition("#")
        target = posixpath.normpath(posixpath.join(posixpath.dirname(page), path)) if path else page
        home = moved.get((target, unescape(fragment)), page if target == page else "")
        if not home:
            return found[0]  # what leads elsewhere leads there still
        return f"#{fragment}" if home == document else f"{relative(home, document)}#{fragment}"

    return _LINK.sub(put, text)


# ---- where to divide -------------------------------------------------------------------------


def _parts(page: EpubPage) -> Iterator[str]:
    """The texts of a page's documents; its own where it is small, or cannot be divided."""
    if len(page.body.encode()) <= LARGEST:
        yield page.body
        return
    notes = [found.start() for found in _NOTE.finditer(page.body)]
    text = page.body[: notes[0]] if notes else page.body
    asides = dict(_asides(page.body, notes))
    start, outer = 0, tuple[str, ...]()
    for cut in [*_chosen(text, asides), _Cut(len(text), 0, ())]:
        part = "\n".join(
            [*map(_bare, outer), text[start : cut.place].strip(), *["</section>"] * len(cut.outer)]
        )
        referred = dict.fromkeys(_REFERENCE.findall(part))
        yield "\n".join([part, *(asides[one] for one in referred if one in asides)])
        start, outer = cut.place, cut.outer


def _asides(body: str, starts: Sequence[int]) -> Iterator[tuple[str, str]]:
    """The footnotes by their identifiers."""
    for start, end in zip(starts, [*starts[1:], len(body)], strict=False):
        if found := _NOTE.match(text := body[start:end].strip()):
            yield found[1], text


def _bare(tag: str) -> str:
    """The tag of a section that goes on: its name and what it is stand where it began."""
    return _ROLES.sub("", tag)


def _chosen(text: str, asides: Mapping[str, str]) -> Iterator[_Cut]:
    """Where a chapter's text is divided: as late as its size allows, before the highest section there is."""
    *cuts, end = _cuts(text, asides)
    whole, start = end.before, 0
    while whole - start > LARGEST:
        later = [cut for cut in cuts if cut.before > start]
        fitting = [cut for cut in later if cut.before - start <= LARGEST] or later[:1]
        if not fitting:
            return
        highest = min(len(cut.outer) for cut in fitting)
        chosen = [cut for cut in fitting if len(cut.outer) == highest][-1]
        yield chosen
        start = chosen.before


def _cuts(text: str, asides: Mapping[str, str]) -> Iterator[_Cut]:
    """Every place before a section in sections alone, and the end."""

    def size(start: int, end: int) -> int:
        stretch = text[start:end]
        notes = (asides.get(one, "") for one in _REFERENCE.findall(stretch))
        return len(stretch.encode()) + sum(len(note.encode()) for note in notes)

    open_tags: list[tuple[str, str]] = []
    place = before = 0
    for found in _TAG.finditer(text):
        closes, name, _, is_empty = found.groups()
        if closes:
            open_tags.pop()
        elif not is_empty:
            if name == "section" and open_tags and all(outer == "section" for outer, _ in open_tags):
                before += size(place, found.start())
                place = found.start()
                yield _Cut(place, before, tuple(tag for _, tag in open_tags))
            open_tags.append((name, found[0]))
    yield _Cut(len(text), before + size(place, len(text)), ())
