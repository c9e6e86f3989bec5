"""Chapters as all editions take them: read once, with their messages and their place in the book."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import msgspec

from polybook.chapters import (
    captions,
    contents,
    dead_links,
    figure_texts,
    headings,
    index_entries,
    messages,
    portability,
    references,
    tabs,
    undefined,
    unmet,
)
from polybook.chapters.destinations import Destinations, check_pages
from polybook.chapters.messages import Slot, lines_of
from polybook.markup import alone, parse, positions, tree, variables
from polybook.markup.definitions import Definitions, folded
from polybook.markup.html import native
from polybook.model.book import Book, Chapter, Limits
from polybook.model.catalog import Message
from polybook.model.findings import BookError, Finding
from polybook.model.nodes import Run, Space, Str, Tree, read_tree, written
from polybook.system import fingerprints
from polybook.system.cache import Files, Step, Store, digest


@dataclass(frozen=True)
class Parsed:
    """What is known of a chapter's text, as a store keeps it: most commands need few of a book's chapters."""

    findings: tuple[Finding, ...]
    """What of the chapter no format can show, or only some."""

    outline: references.Outline
    definitions: Definitions
    listed: bytes
    """Its slots as JSON."""

    packed: bytes
    """Its tree as JSON, compressed; empty where it has none, as it is nested too deep."""

    variables: tuple[undefined.Use, ...] = ()
    """Those that it names."""

    @cached_property
    def slots(self) -> tuple[Slot, ...]:
        """Its messages, and where they stand in the text."""
        return _SLOTS.decode(self.listed)

    @cached_property
    def keys(self) -> tuple[str, ...]:
        """What catalogs know its messages by, in the order of the slots."""
        return tuple(slot.message.key for slot in self.slots)


_SLOTS = msgspec.json.Decoder(tuple[Slot, ...])
_OUTLINE = msgspec.json.Decoder(references.Outline)
_DEFINITIONS = msgspec.json.Decoder(Definitions)
_USES = msgspec.json.Decoder(tuple[undefined.Use, ...])
_FINDINGS = msgspec.json.Decoder(tuple[Finding, ...])


@dataclass(frozen=True)
class Source:
    """A chapter, read: what every edition is made of and held against."""

    chapter: Chapter
    parsed: Parsed
    doubtful: frozenset[int] = frozenset()
    """The places of the slots that `readings.unproven` has: they stay untranslated."""

    @property
    def outline(self) -> references.Outline:
        """Its headings and the anchors that it defines."""
        return self.parsed.outline

    @property
    def slots(self) -> tuple[Slot, ...]:
        """Its messages, and where they stand in its text."""
        return self.parsed.slots

    @property
    def keys(self) -> tuple[str, ...]:
        """What catalogs know its messages by, in the order of its slots."""
        return self.parsed.keys

    @property
    def tree(self) -> Tree:
        """Without positions; links and identifiers as the chapter has them. A copy each time."""
        return read_tree(zlib.decompress(self.parsed.packed))

    @property
    def definitions(self) -> Definitions:
        """What its messages use of what it defines."""
        return self.parsed.definitions

    def group(self, texts: Iterable[str]) -> alone.Group:
        """These texts, to be read alone as they are read in the chapter.

        With hard breaks a text has several lines. Footnotes that no message refers to are words.
        """
        given = list(texts)
        defined = self.definitions
        labels = dict.fromkeys(label for text in given for label in _LABEL.findall(text))
        links = [defined.links[one] for one in map(folded, labels) if one in defined.links]
        notes = [one[1:] for one in labels if one.startswith("^") and folded(one[1:]) in defined.notes]
        return alone.Group(tuple(tuple(lines_of(text)) for text in given), tuple(links), tuple(notes))


_LABEL = re.compile(r"(?<!\\)(?:\\\\)*+\[((?:[^\[\]\\]|\\.)++)\]")


def read(book: Book, store: Store) -> tuple[tuple[Source, ...], Destinations, list[Finding]]:
    """Return the sources of the chapters that can be read, what links may lead to, and what is wrong.

    That is what the chapters hold and no format can show, dead cross-references and missing pictures. Raises
    BookError where pandoc fails or reaches a limit.
    """
    chapters = book.chapters
    rule = book.settings.heading_anchors
    steps = [step("read", chapter, anchors=rule) for chapter in chapters]

    def make(places: list[int]) -> Iterator[Any]:
        limits = book.settings.limits
        trees = parse.parse([chapters[place].text for place in places], limits, positions=True)
        try:
            for place, blocks in zip(places, trees, strict=True):
                yield _read(chapters[place], blocks, limits, rule)
        except parse.TextError as error:
            raise error.within(chapters[places[error.place]].path) from None

    known = store.remember(steps, make, _parsed)
    sources = tuple(Source(*one) for one in zip(chapters, known, strict=True) if one[1].packed)
    those, outlines = [source.chapter for source in sources], [source.outline for source in sources]
    places = references.destinations(book, those, outlines)
    findings = [
        *(finding for one in known for finding in one.findings),
        *check_pages(chapters, book.files),
        *dead_links.check(book, those, outlines, places),
        *undefined.check(book, [(one.chapter.path, one.parsed.variables) for one in sources]),
    ]
    return sources, places, findings


def step(name: str, chapter: Chapter, *packages: str, **more: str) -> Step:
    """A step named ``name`` that depends on a chapter's text, on `tools`, and on ``more``."""
    return Step(name, chapter.path, {"text": said(chapter), **tools(*packages), **more})


def said(chapter: Chapter) -> str:
    """Return the digest of all that a chapter's file says."""
    return digest(chapter.text, *map(str, chapter.front))


def _read(chapter: Chapter, blocks: Tree, limits: Limits, rule: str) -> Files:
    """What is kept of a chapter, as `_parsed` reads it; of its positions what others need."""
    slots: list[Slot] = []
    used: list[undefined.Use] = []
    defined = Definitions()
    if not blocks and chapter.text.strip():
        what = "the chapter's blocks are nested too deep, or it has none"
        hint = "lists and quotations lie at most 30 deep in one another"
        findings, packed = [Finding("limit", what, chapter.path, hint=hint)], b""
    else:
        findings = [*unmet.check(chapter, blocks)]
        blocks, warnings = native.blocks(chapter.text, blocks, chapter.path)
        findings += warnings
        if "[[[cog" in chapter.text and "{{" in chapter.text:
            variables.keep_printed(blocks)
        used = undefined.uses(chapter, blocks)
        blocks, warnings = tabs.settle(chapter, blocks)
        findings += warnings
        findings += headings.settle(chapter, blocks, rule)
        captions.settle(blocks)
        findings += index_entries.check(chapter, blocks)
        findings += portability.check(chapter, blocks, limits)
        try:
            slots, defined = messages.read(chapter, blocks)
        except BookError as error:
            findings += error.findings
        packed = zlib.compress(written(positions.without(blocks)), 1)
    return Files(
        findings=msgspec.json.encode(findings),
        outline=msgspec.json.encode(references.outline(chapter, blocks)),
        definitions=msgspec.json.encode(defined),
        variables=msgspec.json.encode(used),
        slots=msgspec.json.encode(slots),
        tree=packed,
    )


def _parsed(kept: Files) -> Parsed:
    findings = _FINDINGS.decode(kept["findings"])
    outline, defined = _OUTLINE.decode(kept["outline"]), _DEFINITIONS.decode(kept["definitions"])
    used = _USES.decode(kept["variables"])
    return Parsed(findings, outline, defined, kept["slots"], kept["tree"], used)


def numbered(blocks: Tree) -> list[Run]:
    """Return the runs of ``blocks``, in the order in which slots count them: a run's notes after it."""
    found: list[Run] = []
    for _, run in tree.walk(blocks):
        found.append(run)
        for note in tree.notes(run):
            found += numbered(note.blocks)
    return found


def own(slot: Slot, run: Run) -> Run:
    """Return what of a run its message is: of a picture its words, of a task what comes after its box."""
    if slot.message.kind == "alt text":
        return tree.children(run[0])
    return run[task_length(run) :] if slot.message.kind == "list item" else run


def task_length(run: Run) -> int:
    """How many nodes of a run are the box of a task: ``[ ]`` or ``[x]`` and a space."""
    match run:
        case [Str("["), Space(), Str("]"), Space(), *_]:
            return 4
        case [Str("[x]" | "[X]"), Space(), *_]:
            return 2
    return 0


def tools(*packages: str) -> dict[str, str]:
    """What reading a chapter depends on beside its text, as inputs of a step; with ``packages`` of ours that
    do more with it.
    """
    return {
        "polybook": fingerprints.code("model", "markup", "markup/html", "chapters", *packages),
        "tools": fingerprints.of("pypandoc_binary", "pygments", "justhtml"),
    }


def titles(sources: Sequence[Source]) -> dict[str, str]:
    """The titles of chapters by the chapters' paths."""
    return {source.chapter.path: source.outline.title for source in sources}


def extract(book: Book, sources: Sequence[Source]) -> list[Message]:
    """Every message of the book: its settings', its contents', then the chapters', then the figures'."""
    return [
        *messages.of_settings(book.settings),
        *contents.messages(book.order, titles(sources)),
        *(slot.message for source in sources for slot in source.slots),
        *figure_texts.messages(book.figures),
    ]
