"""Chapters as all editions take them: read once, with their messages and their place in the book."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import astuple, dataclass
from functools import cached_property
from typing import Any

import orjson

from polybook.chapters import figure_safety, figure_texts, messages, portability, references
from polybook.chapters.messages import Slot
from polybook.markup import parse, positions
from polybook.model.book import Book, Chapter
from polybook.model.catalog import Message
from polybook.model.findings import BookError, Finding
from polybook.model.nodes import Tree
from polybook.system import fingerprints
from polybook.system.cache import Files, Step, Store, digest


@dataclass(frozen=True)
class Parsed:
    """What is known of a chapter's text, as a store keeps it: most commands need few of a book's chapters."""

    outline: references.Outline
    listed: bytes
    """Its slots as JSON."""

    packed: bytes
    """Its tree as JSON, compressed."""

    @cached_property
    def slots(self) -> tuple[Slot, ...]:
        """Its messages, and where they stand in the text."""
        listed = orjson.loads(self.listed)
        return tuple(
            Slot(start, end, Message(text, kind, path, line, tuple(section), note, context), *rest)
            for start, end, (text, kind, path, line, section, note, context), *rest in listed
        )


@dataclass(frozen=True)
class Source:
    """A chapter, read: what every edition is made of and held against."""

    chapter: Chapter
    parsed: Parsed

    @property
    def outline(self) -> references.Outline:
        """Its headings and the anchors that it defines."""
        return self.parsed.outline

    @property
    def slots(self) -> tuple[Slot, ...]:
        """Its messages, and where they stand in its text."""
        return self.parsed.slots

    @property
    def tree(self) -> Tree:
        """Without positions; links and identifiers as the chapter has them. A copy each time."""
        tree: Tree = orjson.loads(zlib.decompress(self.parsed.packed))
        return tree


def read(book: Book, store: Store) -> tuple[tuple[Source, ...], references.Anchors]:
    """Return the chapters' sources and the book's anchors.

    Raises BookError naming every dead cross-reference and missing picture, and what no format can show.
    """
    chapters = book.chapters
    steps = [step("read", chapter) for chapter in chapters]

    def make(places: list[int]) -> Iterator[Any]:
        texts = [chapters[place].text for place in places]
        limits = book.settings.limits
        trees = parse.parse(texts, limits, positions=True)
        for place, tree in zip(places, trees, strict=True):
            if not tree and chapters[place].text.strip():
                what = "the chapter's blocks are nested too deep, or it has none"
                hint = "lists and quotations lie at most 30 deep in one another"
                raise BookError(Finding("limit", what, chapters[place].path, hint=hint))
            if findings := list(portability.check(chapters[place], tree, limits)):
                raise BookError(*findings)
            yield _read(chapters[place], tree)

    known = store.remember(steps, make, _parsed)
    sources = tuple(Source(*one) for one in zip(chapters, known, strict=True))
    outlines = [source.outline for source in sources]
    anchors = references.anchors(chapters, outlines)
    if findings := [*figure_safety.check(book.figures), *references.check(book, outlines, anchors)]:
        raise BookError(*findings)
    return sources, anchors


def step(name: str, chapter: Chapter, *packages: str) -> Step:
    """A step named ``name`` that depends on a chapter's text alone, and on `tools`."""
    return Step(name, chapter.path, {"text": digest(chapter.text), **tools(*packages)})


def _read(chapter: Chapter, tree: Tree) -> Files:
    """What is kept of a chapter, as `_parsed` reads it; of its positions what others need."""
    outline = references.outline(chapter, tree)
    headings, targets = map(astuple, outline.headings), map(astuple, outline.targets)
    return Files(
        outline=orjson.dumps([list(headings), list(targets)]),
        slots=json.dumps(messages.slots(chapter, tree), ensure_ascii=False).encode(),
        tree=zlib.compress(orjson.dumps(positions.without(tree)), 1),
    )


def _parsed(kept: Files) -> Parsed:
    headings, targets = orjson.loads(kept["outline"])
    outline = references.Outline(
        tuple(references.Heading(*one) for one in headings),
        tuple(references.Target(*one) for one in targets),
    )
    return Parsed(outline, kept["slots"], kept["tree"])


def dumped(tree: Tree) -> str:
    """Return a tree as JSON, as steps hand it on."""
    return orjson.dumps(tree).decode()


def tools(*packages: str) -> dict[str, str]:
    """What reading a chapter depends on beside its text, as inputs of a step; with ``packages`` of ours that
    do more with it.
    """
    return {
        "polybook": fingerprints.code("model", "markup", "chapters", *packages),
        "tools": fingerprints.of("pypandoc_binary", "pygments"),
    }


def extract(book: Book, sources: Sequence[Source]) -> list[Message]:
    """Every message of the book: its settings' first, then the chapters', then the figures'."""
    return [
        *messages.of_settings(book.settings),
        *(slot.message for source in sources for slot in source.slots),
        *figure_texts.messages(book.figures),
    ]
