"""Chapters as all editions take them: read once, with their messages and their place in the book."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import astuple, dataclass
from typing import Any

import orjson

from polybook import drawings, figures, markup, messages, positions, references, showable, versions
from polybook.cache import Files, Step, Store, digest
from polybook.languages import Message
from polybook.messages import Slot
from polybook.model import Book, BookError, Chapter, Finding, Tree


@dataclass(frozen=True)
class Source:
    """A chapter, read: what every edition is made of and held against."""

    chapter: Chapter
    slots: tuple[Slot, ...]
    outline: references.Outline
    packed: bytes
    """Its tree as JSON, compressed: most commands need few of a book's trees."""

    @property
    def tree(self) -> Tree:
        """Without positions; links and identifiers as the chapter has them. A copy each time."""
        tree: Tree = orjson.loads(zlib.decompress(self.packed))
        return tree


def read(book: Book, store: Store) -> tuple[tuple[Source, ...], references.Anchors]:
    """Return the chapters' sources and the book's anchors.

    Raises BookError naming every dead cross-reference and missing picture, and what no format can show.
    """
    chapters = book.chapters
    steps = [Step("read", chapter.path, {"text": digest(chapter.text), **tools()}) for chapter in chapters]

    def make(places: list[int]) -> Iterator[Any]:
        texts = [chapters[place].text for place in places]
        limits = book.settings.limits
        trees = markup.parse(texts, limits, positions=True)
        for place, tree in zip(places, trees, strict=True):
            if not tree and chapters[place].text.strip():
                what = "the chapter's blocks are nested too deep, or it has none"
                hint = "lists and quotations lie at most 30 deep in one another"
                raise BookError(Finding("limit", what, chapters[place].path, hint=hint))
            if findings := list(showable.check(chapters[place], tree, limits)):
                raise BookError(*findings)
            yield _read(chapters[place], tree)

    values = store.remember(steps, make, _source)
    sources = tuple(Source(chapter, *value) for chapter, value in zip(chapters, values, strict=True))
    outlines = [source.outline for source in sources]
    anchors = references.anchors(chapters, outlines)
    if findings := [*drawings.check(book.figures), *references.check(book, outlines, anchors)]:
        raise BookError(*findings)
    return sources, anchors


def _read(chapter: Chapter, tree: Tree) -> Files:
    """What is kept of a chapter, as `_source` reads it; of its positions what others need."""
    outline = references.outline(chapter, tree)
    slots = messages.slots(chapter, tree)
    headings, targets = map(astuple, outline.headings), map(astuple, outline.targets)
    known = json.dumps([slots, list(headings), list(targets)], ensure_ascii=False).encode()
    return Files(known=known, tree=zlib.compress(orjson.dumps(positions.without(tree)), 1))


def _source(kept: Files) -> tuple[tuple[Slot, ...], references.Outline, bytes]:
    slots, headings, targets = orjson.loads(kept["known"])
    return (
        tuple(
            Slot(start, end, Message(text, kind, path, line, tuple(section), note, context), *rest)
            for start, end, (text, kind, path, line, section, note, context), *rest in slots
        ),
        references.Outline(
            tuple(references.Heading(*one) for one in headings),
            tuple(references.Target(*one) for one in targets),
        ),
        kept["tree"],
    )


def dumped(tree: Tree) -> str:
    """Return a tree as JSON, as steps hand it on."""
    return orjson.dumps(tree).decode()


def tools() -> dict[str, str]:
    """What reading and proving a chapter depends on beside its texts, as inputs of a step."""
    return {
        "polybook": versions.own("*.py", "*.lua"),
        "tools": versions.of("pypandoc_binary", "pygments"),
    }


def extract(book: Book, sources: Sequence[Source]) -> list[Message]:
    """Every message of the book: its settings' first, then the chapters', then the figures'."""
    return [
        *messages.of_settings(book.settings),
        *(slot.message for source in sources for slot in source.slots),
        *figures.messages(book.figures),
    ]
