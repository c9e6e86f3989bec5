"""The messages of chapters and figures for Babel: what ``pybabel extract`` calls.

Its mapping file names it as any other method: ``[polybook: source/**.md]``.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import IO, Any

from polybook.book import front_matter
from polybook.chapters import figure_texts, headings, messages
from polybook.markup import parse
from polybook.markup.html import native
from polybook.model.book import Chapter
from polybook.model.catalog import one_line

Extracted = tuple[int, str, str | tuple[str, str], list[str]]
"""A message as Babel takes it: its line, the function it stands in, what it is called with, comments."""


def extract(
    file: IO[bytes], keywords: Mapping[str, Any], comment_tags: Collection[str], options: Mapping[str, Any]
) -> Iterator[Extracted]:
    """Yield the messages of one chapter (``.md``) or figure (``.svg``), as ``polybook update`` has them.

    A context makes a message one of ``pgettext``, which is among Babel's own keywords; nothing else of
    ``keywords``, ``comment_tags`` and ``options`` means anything here. Raises BookError for a range that is
    excluded from translation and has no end, and for a figure that is not well-formed.
    """
    path, content = file.name, file.read()
    if path.lower().endswith(".svg"):
        found = figure_texts.messages({path: content})
    else:
        text = content.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
        front, body, _ = front_matter.cut(path, text)
        chapter = Chapter(path, path, body, front)
        (tree,) = parse.parse([body], positions=True)
        tree, _ = native.blocks(body, tree, path)
        headings.settle(chapter, tree)
        found = [slot.message for slot in messages.slots(chapter, tree)]
    for message in found:
        comments = [one_line(line) for line in (message.note, message.where) if line]
        if message.context:
            yield message.line, "pgettext", (message.context, message.text), comments
        else:
            yield message.line, "gettext", message.text, comments
