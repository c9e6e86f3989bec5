"""Look whether every format shows what the book says: ``check --deep``."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from polybook.commands.reading import Reading
from polybook.commands.undisplayed import placed
from polybook.conservation import compare, pages, pdf, trees
from polybook.conservation.findings import Places, losses
from polybook.conservation.tokens import Stream
from polybook.markup import parse
from polybook.markup.html import native
from polybook.markup.tree import find
from polybook.model import layout
from polybook.model.book import Chapter
from polybook.model.edition import Edition, EditionChapter
from polybook.model.findings import BookError, Finding
from polybook.model.nodes import Code, CodeBlock, Link, Tree, read_tree
from polybook.render import glyphs, labels, output
from polybook.render.blocks import away
from polybook.render.contents import with_part_pages
from polybook.render.pdf_blocks import LINE_ENDS, MANY, TAB
from polybook.render.subject_index import is_index
from polybook.render.words import Words, words

NAMES = {"html": "site", "epub": "EPUB", "pdf": "PDF", "md": "Markdown edition"}
"""The formats, as findings name them."""

_LONG = 40
"""How many letters are told of what runs off the paper."""


def check(
    reading: Reading, made: Sequence[Edition], formats: Sequence[str] = output.FORMATS
) -> list[Finding]:
    """Return what some format of these editions does not show as the book has it, and what it has besides.

    Each is made for this, or taken from the store; `output/` is neither read nor written. What cannot be made
    is a finding too.
    """
    return [
        finding
        for edition in made
        for shown in [_Shown(reading, edition)]
        for kind in formats
        for finding in shown.findings(kind)
    ]


@dataclass(frozen=True)
class _Shown:
    """An edition, and how to look at its formats."""

    reading: Reading
    edition: Edition

    @cached_property
    def whole(self) -> Edition:
        """The edition as formats have it that are read from first to last."""
        return with_part_pages(self.edition)

    def findings(self, kind: str) -> list[Finding]:
        """What is wrong in a format."""
        look: dict[str, Callable[[list[Tree], Words], Iterator[Finding]]] = {
            "html": self._site,
            "epub": self._epub,
            "pdf": self._pdf,
            "md": self._markdown,
        }
        edition = self.edition if kind == "html" else self.whole
        chapters = [chapter.blocks for chapter in edition.chapters]
        try:
            return list(look[kind](chapters, words(self.edition.locale, self.edition.theme)))
        except BookError as error:
            return list(placed(self.reading, error))

    def _told(
        self, kind: str, chapters: Sequence[Tree], found: Sequence[compare.Difference]
    ) -> Iterator[Finding]:
        book = self.reading.book
        known = {chapter.path: chapter for chapter in book.chapters}
        edition = self.edition if kind == "html" else self.whole
        named = [known.get(one.path) or Chapter(_origin(one), one.name, "") for one in edition.chapters]
        places = Places(named, list(map(len, chapters)), book.settings.limits)
        yield from losses(found, NAMES[kind], self.edition.locale, places)

    def _file(self, kind: str) -> bytes:
        reading = self.reading
        return output.file(reading.root, self.edition, kind, reading.book.programs, None, reading.store)

    def _by_chapter(
        self, kind: str, chapters: list[Tree], say: Words, shown: Sequence[Stream]
    ) -> Iterator[Finding]:
        expected = trees.stream(chapters, trees.Added(say, self.edition.labels))
        yield from self._told(kind, chapters, compare.differences(expected, _joined(shown)))

    def _site(self, chapters: list[Tree], say: Words) -> Iterator[Finding]:
        reading = self.reading
        made = output.pages(self.edition, reading.locales, reading.book.programs, reading.store)
        shown = [pages.of_site(made[f"{chapter.name}.html"]) for chapter in self.edition.chapters]
        yield from self._by_chapter("html", chapters, say, shown)

    def _epub(self, chapters: list[Tree], say: Words) -> Iterator[Finding]:
        yield from self._by_chapter("epub", chapters, say, pages.of_epub(self._file("epub")))

    def _pdf(self, chapters: list[Tree], say: Words) -> Iterator[Finding]:
        marked = glyphs.marked(output.lacking(self.reading.root, self.edition, self.reading.store))
        edition = away(self.whole, self.reading.store)
        chapters = [read_tree(marked(chapter.json)) for chapter in edition.chapters]
        for node in find([block for blocks in chapters for block in blocks], Code, CodeBlock):
            node.text = LINE_ENDS.sub(glyphs.LACKING, node.text)
        added = trees.Added(say, edition.labels, notice=True, addresses=True, many=MANY, tabs=TAB, pages=True)
        untranslated = [chapter.untranslated for chapter in edition.chapters]
        expected = trees.stream(chapters, added, untranslated)
        has_index = any(block.attr.get("file") for blocks in chapters for block in find(blocks, CodeBlock))
        addresses = {
            link.target.url.removeprefix("mailto:") for blocks in chapters for link in find(blocks, Link)
        }
        said = pdf.read(
            self._file("pdf"), say, has_index=has_index, lists=len(labels.lists(edition.labels, say))
        )
        yield from self._told("pdf", chapters, compare.differences(expected, said.stream, addresses))
        for page, text in said.outside:
            text = text if len(text) <= _LONG else f"{text[:_LONG]}…"
            what = f"on page {page} of the {self.edition.locale} PDF '{text}' runs off the paper"
            yield Finding("overrun", what, hint="a shorter one fits, or one with spaces")

    def _markdown(self, chapters: list[Tree], say: Words) -> Iterator[Finding]:
        text = self._file("md").decode()
        (blocks,) = parse.parse([text], self.reading.book.settings.limits)
        found = compare.differences(
            trees.stream(chapters, trees.Added(say, self.edition.labels, labels.in_line, boxes=False)),
            trees.stream([native.blocks(text, blocks, "")[0]], trees.Added(say, boxes=False)),
        )
        yield from self._told("md", chapters, found)


def _origin(chapter: EditionChapter) -> str:
    """The file to look into for a chapter that has none: the page of a part, the index."""
    return layout.SETTINGS if is_index(chapter) else layout.SUMMARY


def _joined(streams: Sequence[Stream]) -> Stream:
    """The streams of chapters as that of a book."""
    return Stream(
        [token for stream in streams for token in stream.text],
        [note for stream in streams for note in stream.notes],
    )
