"""The messages of chapters and figures for Babel: what ``pybabel extract`` calls.

Its mapping file names it as any other method: ``[polybook: source/**.md]``.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO, Any

from polybook.book import front_matter, order
from polybook.chapters import contents, figure_texts, headings, local_figures, messages, references
from polybook.markup import parse
from polybook.markup.html import native
from polybook.model import layout
from polybook.model.book import Chapter
from polybook.model.catalog import Message, one_line
from polybook.model.nodes import Tree

Extracted = tuple[int, str, str | tuple[str, str], list[str]]
"""A message as Babel takes it: its line, the function it stands in, what it is called with, comments."""


def extract(
    file: IO[bytes], keywords: Mapping[str, Any], comment_tags: Collection[str], options: Mapping[str, Any]
) -> Iterator[Extracted]:
    """Yield the messages of one chapter (``.md``), of the titles in SUMMARY.md, or of one figure (``.svg``),
    as ``polybook update`` has them.

    A context makes a message one of ``pgettext``, which is among Babel's own keywords; nothing else of
    ``keywords``, ``comment_tags`` and ``options`` means anything here. Raises BookError for a range that is
    excluded from translation and has no end, and for a figure that is not well-formed.
    """
    path, content = file.name, file.read()
    if path.lower().endswith(".svg"):
        base, tag = local_figures.split(path)
        # A picture in another language has nothing to translate.
        found = [] if tag and Path(base).is_file() else figure_texts.messages({path: content})
    elif Path(path).name == Path(layout.SUMMARY).name:
        found = _in_order(Path(path))
    else:
        chapter = _chapter(path, content)
        (tree,) = _trees([chapter])
        found = [slot.message for slot in messages.slots(chapter, tree)]
    for message in found:
        comments = [one_line(line) for line in (message.note, message.kind) if line]
        if message.context:
            yield message.line, "pgettext", (message.context, message.text), comments
        else:
            yield message.line, "gettext", message.text, comments


def _chapter(path: str, content: bytes) -> Chapter:
    text = content.decode("utf-8-sig", "replace").replace("\r\n", "\n").replace("\r", "\n")
    front, body, _ = front_matter.cut(path, text)
    return Chapter(path, path, body, front)


def _trees(chapters: Sequence[Chapter]) -> Iterator[Tree]:
    """The trees of chapters, with positions and settled headings."""
    parsed = parse.parse([chapter.text for chapter in chapters], positions=True)
    for chapter, tree in zip(chapters, parsed, strict=True):
        blocks, _ = native.blocks(chapter.text, tree, chapter.path)
        headings.settle(chapter, blocks)
        yield blocks


def _in_order(summary: Path) -> list[Message]:
    """The titles that stand in SUMMARY.md alone: what the chapters are called is looked up in these."""
    source = summary.parent
    files = [path.relative_to(source).as_posix() for path in sorted(source.rglob("*.md"))]
    found = order.read(files, _chapter(summary.name, summary.read_bytes()).text).entries
    chapters = [
        _chapter(one.path, (source / one.path.removeprefix(layout.figure(""))).read_bytes())
        for one in found
        if one.kind == "chapter"
    ]
    named = zip(chapters, _trees(chapters), strict=True)
    titles = {chapter.path: references.outline(chapter, tree).title for chapter, tree in named}
    return contents.messages(found, titles)
