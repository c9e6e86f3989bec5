"""What has a caption: pictures that are paragraphs of their own, tables and listings.

They are numbered, named by their numbers and listed, so each of them is a place that links may lead to: one
that its author gave no identifier gets one.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from typing import NamedTuple

from polybook.chapters import pictures
from polybook.markup.fences import CAPTION
from polybook.markup.positions import POSITION
from polybook.markup.tree import find, plain
from polybook.model.nodes import (
    WITH_ATTR,
    Attr,
    CodeBlock,
    Image,
    Node,
    Para,
    Plain,
    Span,
    Table,
    Tree,
)

FIGURE, TABLE, LISTING = "figure", "table", "listing"
"""The kinds of what has a caption."""


class Captioned(NamedTuple):
    """A picture, table or listing with a caption."""

    kind: str
    node: Image | Table | CodeBlock

    @property
    def attr(self) -> Attr:
        """Its attributes, to be changed in place."""
        return self.node.attr

    @property
    def title(self) -> str:
        """Its caption as plain text."""
        match self.node:
            case Image(target=target):
                return target.title
            case Table(caption=caption):
                texts = (block.inlines for block in caption.blocks if isinstance(block, Para | Plain))
                return " ".join(map(plain, texts))
            case CodeBlock(attr=attr):
                return attr.get(CAPTION)


def found(blocks: Tree) -> Iterator[Captioned]:
    """Yield all that has a caption, in the order of the text; with positions or without."""
    for node in find(blocks, Para, Plain, Table, CodeBlock):
        if one := captioned(node):
            yield one


def captioned(node: Node) -> Captioned | None:
    """What a block is or shows, if that has a caption; a picture on the web has none, as it is none here."""
    match node:
        case Table() if node.caption.blocks:
            return Captioned(TABLE, node)
        case CodeBlock() if node.attr.get(CAPTION):
            return Captioned(LISTING, node)
        case Para() | Plain() if len(node.inlines) == 1:
            only = node.inlines[0]
            if isinstance(only, Span) and len(only.inlines) == 1:  # marked as not translated
                only = only.inlines[0]
            if isinstance(only, Image) and only.target.title and not pictures.is_on_web(only.target.url):
                return Captioned(FIGURE, only)
    return None


def settle(blocks: Tree) -> None:
    """Give what has a caption an identifier, in place: that of its kind and its place among those.

    ``blocks`` have positions.
    """
    nodes = list(found(blocks))
    if all(one.attr.identifier for one in nodes):
        return
    known = {node.attr.identifier for node in find(blocks, *WITH_ATTR)}
    numbers = {kind: count(1) for kind in (FIGURE, TABLE, LISTING)}
    placed: dict[str, str] = {}
    for kind, node in nodes:
        if node.attr.identifier:
            next(numbers[kind])
            continue
        # What stands in a footnote with two references is there twice, and one place.
        position = node.attr.get(POSITION)
        if not position or position not in placed:
            name = f"{kind}-{next(numbers[kind])}"
            while name in known:
                name += "-"
            known.add(name)
            placed[position] = name
        node.attr.identifier = placed[position]
