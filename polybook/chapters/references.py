"""References inside a book: identifiers that are the same in every language and format, and links to them.

In the source a link names a chapter's file, ``[pools](06-pools.md#pools)``, so that it works on a code
host too. In an edition it names an anchor that is unique in the whole book.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache
from itertools import chain, count
from pathlib import PurePosixPath
from urllib.parse import unquote

from polybook.chapters import slugs
from polybook.chapters.spots import attributes, set_apart
from polybook.markup import positions
from polybook.markup.tree import find, plain
from polybook.model.book import Book, Chapter
from polybook.model.findings import Finding
from polybook.model.nodes import WITH_ATTR, Header, Image, Link, Note, Tree, read_tree, written

Anchors = Mapping[tuple[str, str], str]
"""(chapter's file name, identifier in it) to the anchor in an edition; the identifier "" is the chapter."""

LONGEST_ADDRESS = 8000
"""How many characters a link out of the book may have; Typst takes no more."""

# A character written by its number or name, or with a backslash, may be part of a file's name.
_NAMED = re.compile(r"\d+-[a-z0-9-]+\.md")
_UNWRITABLE = re.compile(r"%(?![0-9A-Fa-f]{2})|[\s\"<>\\^`{|}]")
_HIDING = re.compile(r"%[0-9A-Fa-f]{2}|&#?\w+;|\\[-.]")


@dataclass(frozen=True)
class Target:
    """A link or a picture of a chapter."""

    kind: str
    """``Link`` or ``Image``, as pandoc has it."""

    target: str
    line: int
    described: bool
    """Whether it has a text."""


@dataclass(frozen=True)
class Outline:
    """What of a chapter concerns references."""

    headings: tuple[str, ...]
    """The identifiers of its headings; the first one is its title."""

    aliases: tuple[tuple[str, str], ...]
    """What else its headings may be called (`slugs.aliases`), and the identifier of each."""

    spots: tuple[str, ...]
    """The identifiers of what else links may lead to."""

    targets: tuple[Target, ...]


def outline(chapter: Chapter, blocks: Tree) -> Outline:
    """Return the outline of a chapter; ``blocks`` are the chapter's, with positions."""
    lines = chapter.text.split("\n")
    headings: list[Header] = []
    spots, targets = [], []
    for node in find(blocks, *WITH_ATTR):
        if isinstance(node, Header):
            headings.append(node)
            continue
        spots += [attr.identifier for attr in attributes(node) if attr.identifier]
        if isinstance(node, Link | Image):
            line = positions.line_of(node, lines)
            described = bool(plain(node.inlines).strip())
            targets.append(Target(type(node).__name__, node.target.url, line, described))
    names = tuple(header.attr.identifier for header in headings)
    known = {*names, *spots}
    aliases = dict.fromkeys(pair for pair in slugs.aliases(headings) if pair[0] not in known)
    return Outline(names, tuple(aliases), tuple(dict.fromkeys(spots)), tuple(targets))


def anchors(chapters: Sequence[Chapter], outlines: Sequence[Outline]) -> Anchors:
    """Return every anchor of the book, and what else links may call it.

    A chapter's own anchor is its name. An identifier that is used in several chapters gets its chapter's name
    before it in each of them, so a further use elsewhere never moves a third chapter's anchor. So does one
    that begins like the names that formats give to places of their own. No two places share an anchor.
    """
    uses = Counter(identifier for found in outlines for identifier in (*found.headings[1:], *found.spots))
    names = {chapter.name for chapter in chapters}
    free = {one for one, times in uses.items() if times == 1 and one not in names and one[:1] != OURS}
    taken = names | free
    table = {}
    for chapter, found in zip(chapters, outlines, strict=True):
        file = PurePosixPath(chapter.path).name
        for identifier in (*found.headings[1:], *found.spots):
            anchor = identifier
            if identifier not in free:
                anchor = _first_free(f"{chapter.name}-{identifier}", taken)
                taken.add(anchor)
            table[file, identifier] = anchor
        for identifier in ("", *found.headings[:1]):
            table[file, identifier] = chapter.name
        for alias, identifiers in _by_alias(found).items():
            if len(identifiers) == 1:
                table.setdefault((file, alias), table[file, identifiers[0]])
    return table


OURS = "_"
"""What the names begin with that formats give to places of their own."""


def _first_free(name: str, taken: Container[str]) -> str:
    return next(one for one in chain([name], (f"{name}-{more}" for more in count(2))) if one not in taken)


def _by_alias(found: Outline) -> Mapping[str, list[str]]:
    """The identifiers of the headings that a chapter's links may mean by a name that is none itself."""
    meant: dict[str, list[str]] = {}
    for alias, identifier in found.aliases:
        meant.setdefault(alias, []).append(identifier)
    return meant


def check(
    book: Book, chapters: Sequence[Chapter], outlines: Sequence[Outline], table: Anchors
) -> list[Finding]:
    """Return a finding for each dead cross-reference and each missing picture of these chapters.

    Where a link leads in a chapter that cannot be read, nobody knows.
    """
    findings = []
    read = {chapter.path for chapter in chapters}
    others = {*book.unread, *(chapter.path for chapter in book.chapters if chapter.path not in read)}
    unread = {PurePosixPath(path).name for path in others}
    doubtful = {
        (PurePosixPath(chapter.path).name, alias): identifiers
        for chapter, found in zip(chapters, outlines, strict=True)
        for alias, identifiers in _by_alias(found).items()
        if len(identifiers) > 1
    }
    for chapter, found in zip(chapters, outlines, strict=True):
        for one in found.targets:
            wrong = (
                _check_image(book, one)
                if one.kind == "Image"
                else _check_link(chapter, one.target, table, unread, doubtful)
            )
            findings += [Finding(code, text, chapter.path, one.line, hint) for code, text, hint in wrong]
    return findings


def _check_link(
    chapter: Chapter,
    target: str,
    table: Anchors,
    unread: Container[str],
    doubtful: Mapping[tuple[str, str], list[str]],
) -> list[tuple[str, str, str]]:
    key = _key(chapter, target)
    if key is None:
        if len(target) > LONGEST_ADDRESS:
            what = f"the link's address is longer than {LONGEST_ADDRESS} characters"
            return [("link", what, "a PDF has no room for it; link to a shorter one")]
        if _leaves(target) and (odd := _UNWRITABLE.search(target)):
            what = f"the link's address holds {odd[0]!a}, which no address has"
            return [("link", what, "write %20 for a space, and %25 for a percent sign")]
        if _leaves(target):
            return []
        hint = "link to a chapter's file, or write the whole address with https://"
        return [("link", f"the link leads to '{target}', which no edition has", hint)]
    if key in table or key[0] in unread:
        return []
    file, identifier = key
    if (file, "") not in table:
        near = get_close_matches(file, [name for name, _ in table], 1)
        hint = f"did you mean '{near[0]}'?" if near else "link to a chapter's file in source/"
        return [("link", f"the link leads to '{target}', which is no chapter", hint)]
    if several := doubtful.get(key):
        what = f"the link leads to '{target}', which may be {' or '.join('#' + one for one in several)}"
        return [("link", what, "link to the one that is meant")]
    known = [one for name, one in table if name == file and one]
    near = get_close_matches(identifier, known, 1)
    hint = (
        f"did you mean '#{near[0]}'?" if near else f"{file} has {', '.join('#' + one for one in known[:6])}"
    )
    return [("link", f"the link leads to '{target}', but {file} has no place '#{identifier}'", hint)]


def _check_image(book: Book, image: Target) -> list[tuple[str, str, str]]:
    found, target = [], image.target
    if target not in book.figures:
        near = get_close_matches(target, list(book.figures), 1)
        hint = f"did you mean '{near[0]}'?" if near else "put the file below source/figures/"
        found.append(("figure", f"there is no picture 'source/{target}'", hint))
    if not image.described:
        hint = "write ![what the picture shows](...)"
        found.append(("alt", f"the picture '{target}' has no alternative text", hint))
    return found


def resolve(chapter: Chapter, blocks: Tree, table: Anchors) -> Tree:
    """Give the places of ``blocks`` their anchors and the links their targets, in place.

    What is there twice, as a footnote with two references, is a place the first time.
    """
    file = PurePosixPath(chapter.path).name
    known, notes = set(), set()
    for note in find(blocks, Note):
        if id(note.blocks) in notes:
            note.blocks = read_tree(written(note.blocks))  # each is changed in a way of its own
        notes.add(id(note.blocks))
    for node in find(blocks, *WITH_ATTR):
        for own in attributes(node):
            if own.identifier or isinstance(node, Header):
                anchor = table.get((file, own.identifier), own.identifier)
                own.identifier = "" if anchor in known else anchor
                known.add(anchor)
        if isinstance(node, Link):
            key = _key(chapter, node.target.url)
            if key is not None:
                node.target.url = "#" + table.get(key, key[1])
    set_apart(blocks)
    return blocks


def _key(chapter: Chapter, target: str) -> tuple[str, str] | None:
    """What a link inside the book leads to, None for a link out of it."""
    path, _, identifier = target.partition("#")
    if not path and identifier:
        return PurePosixPath(chapter.path).name, unquote(identifier)
    if _leaves(target) or not path.endswith(".md"):
        return None
    return unquote(path), unquote(identifier)


def leads(chapter: Chapter, target: str, table: Anchors) -> bool:
    """Whether a reader may be sent to ``target`` from ``chapter``: on the web, or to a place in the book."""
    key = _key(chapter, target)
    return _leaves(target) if key is None else key in table


def by_file(table: Anchors) -> Mapping[str, list[list[str]]]:
    """The anchors of each chapter's file: identifier and anchor."""
    found: dict[str, list[list[str]]] = {}
    for (file, identifier), anchor in table.items():
        found.setdefault(file, []).append([identifier, anchor])
    return found


def concerning(chapter: Chapter, texts: Sequence[str], files: Mapping[str, list[list[str]]]) -> list[object]:
    """What of a book's anchors, as `by_file` has them, can matter for links of ``chapter`` in ``texts``.

    A link into another chapter names its file. Where a text has what may hide a name, all of it matters.
    """
    named = {PurePosixPath(chapter.path).name}
    for text in texts:
        names = _names(text)
        if names is None:
            return [sorted(files.items())]
        named.update(names)
    return [[name, files[name]] for name in sorted(named) if name in files]


@lru_cache(maxsize=100_000)
def _names(text: str) -> tuple[str, ...] | None:
    """The chapters' files that a text names; None where it may hide a name."""
    return None if _HIDING.search(text) else tuple(_NAMED.findall(text))


def _leaves(target: str) -> bool:
    """Whether a link leads out of the book."""
    return target.startswith(("https://", "http://", "mailto:"))
