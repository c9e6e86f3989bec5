"""References inside a book: identifiers that are the same in every language and format, and links to them.

In the source a link names a chapter's file, ``[pools](06-pools.md#pools)``, so that it works on a code
host too. In an edition it names an anchor that is unique in the whole book.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, count

from polybook.chapters import addresses, captions, pictures, slugs
from polybook.chapters.destinations import (
    Anchors,
    Away,
    Destinations,
    Inside,
    files_of,
    pages_of,
)
from polybook.chapters.destinations import written as written_address
from polybook.chapters.spots import attributes, set_apart
from polybook.markup import positions
from polybook.markup.tree import find, plain, unlink
from polybook.model.book import Book, Chapter
from polybook.model.nodes import WITH_ATTR, Header, Image, Link, Note, Span, Tree, read_tree, written
from polybook.system.cache import digest_of

# A character written by its number or name, or with a backslash, may be part of a file's name.
_TARGETS = re.compile(r"(?:\]\(|\]:|href\s*=)\s*[<\"']?([^\s<>\"']+)", re.IGNORECASE)
_HIDING = re.compile(r"%[0-9A-Fa-f]{2}|&#?\w+;|\\[-.]")


@dataclass(frozen=True)
class Target:
    """A link or a picture of a chapter."""

    kind: str
    """``Link`` or ``Image``, as pandoc has it."""

    target: str
    line: int
    described: bool
    """Whether it has a text, or is a picture that says that it needs none; of a link, whether it holds
    anything."""


@dataclass(frozen=True)
class Part:
    """A heading of a chapter, or something with a caption."""

    identifier: str
    kind: str
    """``heading``, or one of `captions`."""

    level: int = 0
    """Of a heading, from 1 for the chapter's title; 0 of anything else."""

    classes: tuple[str, ...] = ()
    """Which of those that numbers heed it has: ``unnumbered``, ``appendix``."""


@dataclass(frozen=True)
class Outline:
    """What of a chapter concerns references."""

    title: str
    """Its title's words."""

    headings: tuple[str, ...]
    """The identifiers of its headings; the first one is its title."""

    aliases: tuple[tuple[str, str], ...]
    """What else its headings may be called (`slugs.aliases`), and the identifier of each."""

    spots: tuple[str, ...]
    """The identifiers of what else links may lead to."""

    targets: tuple[Target, ...]
    parts: tuple[Part, ...] = ()
    """What has a title or a caption, but for headings in boxes, lists and quotations."""


def outline(chapter: Chapter, blocks: Tree) -> Outline:
    """Return the outline of a chapter; ``blocks`` are the chapter's, with positions."""
    lines = chapter.text.split("\n")
    headings: list[Header] = []
    spots, targets = [], []
    for node in find(blocks, *WITH_ATTR):
        if type(node) is Span:  # most are around words, to say where these stand
            if node.attr.identifier:
                spots.append(node.attr.identifier)
            continue
        if isinstance(node, Header):
            headings.append(node)
            continue
        spots += [attr.identifier for attr in attributes(node) if attr.identifier]
        if isinstance(node, Link | Image):
            line = positions.line_of(node, lines)
            if isinstance(node, Link):
                described = bool(node.inlines)
            else:
                described = bool(plain(node.inlines).strip()) or pictures.is_decorative(node)
            targets.append(Target(type(node).__name__, node.target.url, line, described))
    names = tuple(header.attr.identifier for header in headings)
    known = {*names, *spots}
    aliases = dict.fromkeys(pair for pair in slugs.aliases(headings) if pair[0] not in known)
    title = plain(headings[0].inlines) if headings else ""
    return Outline(
        title, names, tuple(aliases), tuple(dict.fromkeys(spots)), tuple(targets), tuple(_parts(blocks))
    )


HEADING = "heading"
UNNUMBERED, APPENDIX = "unnumbered", "appendix"
"""Classes of headings: one without a number, and a chapter that counts by letters."""


def _parts(blocks: Tree) -> Iterator[Part]:
    for _, block in positions.held_by(blocks):
        if isinstance(block, Header):
            classes = tuple(name for name in (UNNUMBERED, APPENDIX) if name in block.attr.classes)
            yield Part(block.attr.identifier, HEADING, block.level, classes)
    # What stands in a footnote with two references is there twice.
    yield from dict.fromkeys(Part(node.attr.identifier, kind) for kind, node in captions.found(blocks))


def anchors(chapters: Sequence[Chapter], outlines: Sequence[Outline]) -> Anchors:
    """Return every anchor of the book, and what else links may call it.

    A chapter's own anchor is its name, with hyphens between folders. An identifier that is used in several
    chapters gets its chapter's anchor before it in each of them, so a further use elsewhere never moves a
    third chapter's anchor. So does one that a format gives to a place of its own. No two places share an
    anchor.
    """
    uses = Counter(identifier for found in outlines for identifier in (*found.headings[1:], *found.spots))
    own = _own_anchors(chapters)
    names = set(own.values())
    free = {one for one, times in uses.items() if times == 1 and one not in names and not OURS.fullmatch(one)}
    taken = names | free
    table = {}
    for chapter, found in zip(chapters, outlines, strict=True):
        file, title = chapter.file, own[chapter.path]
        for identifier in (*found.headings[1:], *found.spots):
            anchor = identifier
            if identifier not in free:
                anchor = _first_free(f"{title}-{identifier}", taken)
                taken.add(anchor)
            table[file, identifier] = anchor
        for identifier in ("", *found.headings[:1]):
            table[file, identifier] = title
        for alias, identifiers in _by_alias(found).items():
            if len(identifiers) == 1:
                table.setdefault((file, alias), table[file, identifiers[0]])
    return table


def _own_anchors(chapters: Sequence[Chapter]) -> dict[str, str]:
    """The anchors of the chapters' titles by the chapters' paths: no folder's chapter moves another's."""
    taken: dict[str, str] = {}
    for chapter in sorted(chapters, key=lambda one: "/" in one.name):
        name = chapter.name.replace("/", "-")
        taken[_first_free(name if not OURS.fullmatch(name) else f"chapter-{name}", taken)] = chapter.path
    return {path: anchor for anchor, path in taken.items()}


OURS = re.compile(
    r"page-(?:contents-heading|contents|footnotes|main|part\d+|index(?:-\d+)?|entry-.*|drawing\d+-.*|(?:from|note)\d+)|_(?:from|note)\d+"
    r"|(?:figure|table|listing)-\d+-*"
)
"""The names that pages of the site and of an EPUB give to places of their own, and those that `captions`
gives to places in any chapter."""


def _first_free(name: str, taken: Container[str]) -> str:
    return next(one for one in chain([name], (f"{name}-{more}" for more in count(2))) if one not in taken)


def _by_alias(found: Outline) -> Mapping[str, list[str]]:
    """The identifiers of the headings that a chapter's links may mean by a name that is none itself."""
    meant: dict[str, list[str]] = {}
    for alias, identifier in found.aliases:
        meant.setdefault(alias, []).append(identifier)
    return meant


def destinations(book: Book, chapters: Sequence[Chapter], outlines: Sequence[Outline]) -> Destinations:
    """Return all that links of a book may lead to, of its ``chapters`` that can be read."""
    doubtful = {
        (chapter.file, alias): tuple(identifiers)
        for chapter, found in zip(chapters, outlines, strict=True)
        for alias, identifiers in _by_alias(found).items()
        if len(identifiers) > 1
    }
    homes: dict[str, list[str]] = {}
    for chapter, found in zip(chapters, outlines, strict=True):
        for identifier in sorted({*found.headings, *found.spots}):
            homes.setdefault(identifier, []).append(chapter.file)
    pages = pages_of(chapters, unread(book, chapters))
    return Destinations(
        anchors(chapters, outlines), doubtful, homes, pages, files_of(book), book.settings.base_url
    )


def unread(book: Book, chapters: Sequence[Chapter]) -> set[str]:
    """The paths of chapters that are there and cannot be read."""
    read = {chapter.path for chapter in chapters}
    return {*book.unread, *(chapter.path for chapter in book.chapters if chapter.path not in read)}


def resolve(chapter: Chapter, blocks: Tree, places: Destinations) -> Tree:
    """Give the places of ``blocks`` their anchors and the links their targets, in place.

    What is there twice, as a footnote with two references, is a place the first time. Of links to what no
    edition has stay the words.
    """
    file = chapter.file
    known = set()
    for note in find(blocks, Note):
        if find(note.blocks, *WITH_ATTR):
            note.blocks = read_tree(written(note.blocks))  # one with two references may be the same nodes
    for node in find(blocks, *WITH_ATTR):
        for own in attributes(node):
            if len(own.pairs) > 1:
                own.pairs = list(dict(own.pairs).items())  # pandoc writes none that is there twice
            if own.identifier or isinstance(node, Header):
                anchor = places.anchors.get((file, own.identifier), own.identifier)
                own.identifier = "" if anchor in known else anchor
                known.add(anchor)
        if isinstance(node, Link):
            node.target.url = written_address(places.lead(chapter, node.target.url), places.anchors)
    set_apart(blocks)
    unlink(blocks, lambda link: not link.target.url)
    return blocks


def leads(chapter: Chapter, target: str, places: Destinations) -> bool:
    """Whether a translator may send a reader to ``target``: on the web, or to a place in the book."""
    lead = places.lead(chapter, target)
    if isinstance(lead, Away):
        return addresses.is_public(target)
    return isinstance(lead, Inside) and lead in places.anchors


@dataclass(frozen=True)
class Concerns:
    """What of a book's destinations can matter for links of one chapter or another."""

    places: Destinations
    by_file: Mapping[str, list[list[str]]]
    """The anchors of each chapter's file: identifier and anchor."""

    @classmethod
    def of(cls, places: Destinations) -> Concerns:
        """What there is, by chapter."""
        found: dict[str, list[list[str]]] = {}
        for (file, identifier), anchor in places.anchors.items():
            found.setdefault(file, []).append([identifier, anchor])
        return cls(places, found)

    def digest(self, chapter: Chapter, texts: Iterable[str]) -> str:
        """The digest of what can matter for links of ``chapter`` that stand in ``texts``.

        Where a text has what may hide a name, all of it matters.
        """
        targets: dict[str, None] = {}
        for text in texts:
            named = _targets(text)
            if named is None:
                places = self.places
                return digest_of([sorted(self.by_file.items()), sorted(places.files), places.base])
            targets |= dict.fromkeys(named)
        leads = [self.places.lead(chapter, target) for target in targets]
        files = {chapter.file, *(lead.file for lead in leads if isinstance(lead, Inside))}
        known = [[name, self.by_file.get(name)] for name in sorted(files)]
        return digest_of([list(targets), [[type(lead).__name__, lead] for lead in leads], known])


@lru_cache(maxsize=100_000)
def _targets(text: str) -> tuple[str, ...] | None:
    """The addresses that a text names, and more that look like some; None where it may hide one."""
    if _HIDING.search(text):
        return None
    return tuple(
        part for found in _TARGETS.findall(text) for part in (found, re.split(r"[)\]]", found)[0]) if part
    )
