"""What the formats share: pandoc's writers, and the blocks of an edition made ready for one of them."""

from __future__ import annotations

import posixpath
import re
import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from html import escape
from pathlib import Path
from typing import Any, NamedTuple, TypeVar
from unicodedata import bidirectional

import msgspec

from polybook.chapters import addresses
from polybook.markup import pandoc
from polybook.markup.boxes import kind_of, title_of
from polybook.markup.code import tokens
from polybook.markup.fences import TITLE, is_name
from polybook.markup.folds import is_fold, is_summary
from polybook.markup.tree import find, mapped, plain, unlink
from polybook.model.book import Limits
from polybook.model.edition import Edition, EditionChapter
from polybook.model.nodes import (
    WITH_ATTR,
    Attr,
    Block,
    BulletList,
    CodeBlock,
    Div,
    Document,
    Header,
    Image,
    Inline,
    LineBreak,
    Link,
    Node,
    Para,
    Plain,
    RawBlock,
    RawInline,
    Run,
    SoftBreak,
    Space,
    Span,
    Str,
    Tree,
    written,
)
from polybook.render.words import Words
from polybook.system import fingerprints
from polybook.system.cache import Packed, Step, Store, digest, packed, unpacked

N = TypeVar("N", Block, Inline)

API_VERSION = [1, 23, 1, 1]
"""The version of the JSON tree that pandoc 3.9 reads (pandoc-types)."""

BOXES = {
    "note": "Note",
    "tip": "Tip",
    "important": "Important",
    "warning": "Warning",
    "caution": "Caution",
    "danger": "Danger",
    "info": "Information",
}
"""The theme's words for the kinds of boxes."""

LEAVES = frozenset({Str, Space, SoftBreak, LineBreak})
"""What no format writes in a way of its own."""

_TASK = re.compile(r"\[([ xX])\] ")
_SCRIPT = Path(__file__).with_name("write.lua")
_STRING = msgspec.json.Decoder(str)


def _document(blocks: Tree) -> bytes:
    """Blocks as a whole pandoc document in JSON."""
    return written(Document(API_VERSION, {}, blocks))


def write(
    format_name: str, sizes: Sequence[int], prepare: Callable[[int], Iterable[Tree]], limits: Limits
) -> Iterator[str]:
    """Yield each tree written in a format of pandoc's; footnotes stay with their tree.

    ``prepare`` gives the trees of a place, ``sizes`` has about how many bytes of JSON they are. While pandoc
    writes some, the next are made ready.
    """

    def make(place: int) -> Iterable[bytes]:
        return map(_document, prepare(place))

    for line in pandoc.convert(_SCRIPT, format_name, sizes, make, limits):
        yield _STRING.decode(line)


def write_chapters(
    format_name: str, edition: Edition, places: Sequence[int], prepare: Callable[[int], Iterable[Tree]]
) -> Iterator[str]:
    """Yield what `write` gives for the chapters of an edition at these ``places``."""
    sizes = [len(edition.chapters[place].json) for place in places]
    return write(format_name, sizes, lambda at: prepare(places[at]), edition.settings.limits)


class Section(NamedTuple):
    """Where a chapter's section begins."""

    anchor: str
    title: str


class ChapterOutline(msgspec.Struct, frozen=True):
    """What of a chapter is of use outside it."""

    anchors: tuple[str, ...]
    """Those of its headings, and of all else that links may lead to."""

    sections: tuple[Section, ...]
    opening: str
    """Its first paragraph."""

    files: tuple[str, ...]
    """The programs that its listings show."""

    links: tuple[str, ...]
    """The places in the book that it links to: ``#anchor``."""

    references: tuple[str, ...]
    """The anchors of those that it links to without words, and so says what they are called."""

    pictures: tuple[str, ...]
    """The files of the pictures that it shows."""

    linked_files: tuple[str, ...]
    """The files of the book that it links to, by their addresses on the site."""


def outlines(edition: Edition, store: Store) -> list[ChapterOutline]:
    """Return the outlines of an edition's chapters."""
    own = fingerprints.code("model", "markup", "markup/html", "render")
    steps = [
        Step("outline", f"{edition.locale} {chapter.name}", {"chapter": chapter.digest, "polybook": own})
        for chapter in edition.chapters
    ]

    def make(places: list[int]) -> Iterator[Packed]:
        for place in places:
            yield packed(_outlined(edition.chapters[place].blocks))

    return store.remember(steps, make, lambda kept: unpacked(kept, ChapterOutline))


def _outlined(blocks: Tree) -> ChapterOutline:
    nodes: list[Node] = find(blocks, *WITH_ATTR, Para)
    files = {node.attr.get("file") for node in nodes if isinstance(node, CodeBlock)}
    targets = [(node.target.url, bool(node.inlines)) for node in nodes if isinstance(node, Link)]
    links = {url for url, _ in targets}
    titles = [one for one in blocks if isinstance(one, Header) and one.level == 2]
    return ChapterOutline(
        anchors=tuple(
            node.attr.identifier
            for node in nodes
            if isinstance(node, WITH_ATTR) and (isinstance(node, Header) or node.attr.identifier)
        ),
        sections=tuple(Section(one.attr.identifier, plain(one.inlines)) for one in titles),
        opening=next((plain(block.inlines).strip() for block in blocks if isinstance(block, Para)), ""),
        files=tuple(sorted(file for file in files if file)),
        links=tuple(sorted(one for one in links if one.startswith("#"))),
        references=tuple(sorted({url[1:] for url, has_words in targets if not has_words})),
        pictures=tuple(sorted({node.target.url for node in nodes if isinstance(node, Image)})),
        linked_files=tuple(sorted(one for one in links if is_file(one))),
    )


def is_file(target: str) -> bool:
    """Whether a link leads to a file of the book."""
    return not target.startswith("#") and not addresses.is_away(target)


def away(edition: Edition, store: Store) -> Edition:
    """Return an edition for formats that hold no files of the book: links to them lead to the site, or are
    their words where nobody knows where it will be.
    """
    base = edition.settings.base_url
    there = f"{base}{edition.locale}/html/" if base else ""

    def changed(chapter: EditionChapter) -> EditionChapter:
        tree = chapter.blocks
        for link in find(tree, Link):
            if is_file(link.target.url):
                link.target.url = there and there + link.target.url
        unlink(tree, lambda link: not link.target.url)
        return replace(chapter, json=written(tree).decode(), digest=digest(chapter.digest, there))

    pairs = zip(edition.chapters, outlines(edition, store), strict=True)
    chapters = (changed(chapter) if outline.linked_files else chapter for chapter, outline in pairs)
    return replace(edition, chapters=tuple(chapters))


class Home(NamedTuple):
    """Where an anchor is."""

    page: str
    """The path of its page."""

    is_top: bool
    """Whether it is that of the page's title."""


def homes(
    edition: Edition, found: Sequence[ChapterOutline], page: Callable[[EditionChapter], str]
) -> dict[str, Home]:
    """Return where each anchor in the book is; ``page`` is the path of a chapter's page in a format."""
    return {
        anchor: Home(page(chapter), place == 0)
        for chapter, outline in zip(edition.chapters, found, strict=True)
        for place, anchor in enumerate(outline.anchors)
    }


def relative(address: str, page: str) -> str:
    """Return an address from the root of a site or package as one from a ``page`` there.

    >>> relative("core/queues.html", "core/pools.html"), relative("style.css", "core/pools.html")
    ('queues.html', '../style.css')
    """
    return posixpath.relpath(address, posixpath.dirname(page) or ".")


def spell(blocks: Tree, word: Callable[[str], Run | None]) -> Tree:
    """Return a copy of blocks with each word replaced by what ``word`` gives for it; None leaves it."""

    def in_blocks(tree: Tree) -> Tree:
        return [mapped(node, in_blocks, in_run) for node in tree]

    def in_run(run: Run) -> Run:
        new: Run = []
        for node in run:
            if isinstance(node, Str):
                spelled = word(node.text)
                if spelled is None:
                    new.append(node)
                else:
                    new += spelled
            else:
                new.append(node if type(node) in LEAVES else mapped(node, in_blocks, in_run))
        return new

    return in_blocks(blocks)


def prepare(
    blocks: Tree, block: Callable[[Block], Tree | None], inline: Callable[[Inline], Run | None]
) -> Tree:
    """Return a copy of ``blocks`` with each node replaced by what ``block`` or ``inline`` gives for it.

    Children come before parents. None leaves a node as it is. They may change the node that they are given,
    and the lists in it; its attributes and target are those of the node in ``blocks``. Neither is asked about
    words and breaks.
    """

    def in_blocks(tree: Tree) -> Tree:
        return changed(tree, block)

    def in_run(run: Run) -> Run:
        return list(run) if LEAVES.issuperset(map(type, run)) else changed(run, inline)

    def changed(nodes: list[N], change: Callable[[N], list[N] | None]) -> list[N]:
        new: list[N] = []
        for node in nodes:
            if type(node) in LEAVES:  # most of what a tree holds
                new.append(node)
                continue
            copy: N = mapped(node, in_blocks, in_run)
            replaced = change(copy)
            if replaced is None:
                new.append(copy)
            else:
                new += replaced
        return new

    return in_blocks(blocks)


def raw(format_name: str, text: str) -> RawBlock:
    """A raw block."""
    return RawBlock.of(format_name, text)


def raw_inline(format_name: str, text: str) -> RawInline:
    """A raw inline."""
    return RawInline.of(format_name, text)


def is_listing(block: CodeBlock) -> bool:
    """Whether a code block is code rather than what a program printed."""
    return "transcript" not in block.attr.classes


def classes(block: CodeBlock) -> list[str]:
    """The classes that a listing's author gave it beside its language."""
    return block.attr.classes[1:] if is_listing(block) else []


def title(block: CodeBlock) -> str:
    """What stands above a listing that is no program of the book, as HTML; empty where nothing does."""
    shown = block.attr.get(TITLE)
    return (
        f'<code dir="ltr">{escape(shown)}</code>'
        if is_name(shown)
        else f"<span>{escape(shown)}</span>" * bool(shown)
    )


def opening(item: Tree) -> Run:
    """The run that a list's item begins with, to be changed in place; empty where it begins with none."""
    run = item[0].inlines if item and isinstance(item[0], (Para, Plain)) else []
    while run and isinstance(first := run[0], Span):  # marked as not translated
        run = first.inlines
    return run


def task_list(node: BulletList) -> BulletList | None:
    """The list, now with boxes for ``[ ]`` and ``[x]``; None where nothing is a task.

    pandoc's reader for CommonMark leaves these marks as they are; its writers know the boxes.
    """
    found = False
    for item in node.items:
        run = opening(item)
        if mark := _TASK.match("".join(map(_letters, run[:4]))):
            found = True
            is_open = mark[1] == " "
            run[: 4 if is_open else 2] = [Str("☐" if is_open else "☒"), Space()]
    return node if found else None


def _letters(node: Inline) -> str:
    """What an inline is in a mark such as ``[x]``."""
    return node.text if isinstance(node, Str) else " " if isinstance(node, Space) else "\0"


def label(node: Div, say: Words) -> str:
    """The theme's word that stands in the place of a title; empty for what has one, or needs none."""
    if is_fold(node):
        return "" if node.blocks and is_summary(node.blocks[0]) else say("Details")
    kind = kind_of(node)
    return say(BOXES[kind]) if kind and not title_of(node)[0] else ""


class Picture(NamedTuple):
    """A picture as chapters show it."""

    path: str
    alt: str
    """What it shows, in words."""

    caption: str
    attr: Attr
    """Its classes, and the sizes that its author gave it."""


def picture(node: Node) -> Picture | None:
    """The picture of a paragraph that holds nothing else; None for any other node."""
    if not isinstance(node, (Para, Plain)) or len(node.inlines) != 1:
        return None
    image = node.inlines[0]
    if isinstance(image, Span) and len(image.inlines) == 1:  # marked as not translated
        image = image.inlines[0]
    if not isinstance(image, Image):
        return None
    return Picture(image.target.url, plain(image.inlines), image.target.title, image.attr)


def highlighted(block: CodeBlock, code: str) -> list[list[tuple[str, str]]]:
    """Return the lines of ``code``, in a code block's language, each in pieces: what a piece is, by Pygments'
    short name or empty, and its text.
    """
    return _pieces(_language(block), code)


def _language(block: CodeBlock) -> str:
    classes = block.attr.classes
    return classes[0] if classes and is_listing(block) else "text"


def _pieces(language: str, code: str) -> list[list[tuple[str, str]]]:
    from pygments.token import STANDARD_TYPES

    lines: list[list[tuple[str, str]]] = [[]]
    kind: Any
    for _, kind, value in tokens(language, code):
        while kind not in STANDARD_TYPES:
            kind = kind.parent
        for place, part in enumerate(value.split("\n")):
            if place:
                lines.append([])
            if part:
                lines[-1].append((STANDARD_TYPES[kind], part))
    return lines


def code_lines(block: CodeBlock) -> tuple[str, ...]:
    """Return a code block's lines as HTML, highlighted."""
    return _as_html(_language(block), re.sub("\r\n?", "\n", block.text))


@lru_cache(maxsize=1024)  # a site and an EPUB show the same listings
def _as_html(language: str, code: str) -> tuple[str, ...]:
    def span(name: str, text: str) -> str:
        shown = escape(text, quote=False)
        # Words that run to the left would take along the signs and numbers around them.
        direction = ' dir="ltr"' if runs_left(text) else ""
        return f'<span class="{name}"{direction}>{shown}</span>' if name else shown

    return tuple("".join(span(name, text) for name, text in line) for line in _pieces(language, code))


def runs_left(text: str) -> bool:
    """Whether a text has letters of a script that is written from right to left."""
    return not text.isascii() and any(bidirectional(one) in ("R", "AL") for one in text)


def untranslated_note(words: Words, count: int) -> str:
    """What a chapter says of its untranslated text; empty where there is none."""
    if not count:
        return ""
    return words.count(
        "{number} passage of this chapter is not translated yet and is shown in the original language.",
        "{number} passages of this chapter are not translated yet and are shown in the original language.",
        count,
    )


def identifier(book: str, locale: str) -> str:
    """Return an edition's identifier: the same for ever, and of the same kind as the book's."""
    prefix = "urn:uuid:"
    if book.startswith(prefix):
        return prefix + str(uuid.uuid5(uuid.UUID(book.removeprefix(prefix)), locale))
    return f"{book}:{locale}"
