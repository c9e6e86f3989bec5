"""Places in a chapter that links may lead to.

Whatever has an identifier is one. Headings, boxes, words and what has a caption keep theirs in every format.
Before anything else (a listing, a picture, a table or a cell, code, a link) stands an empty place with its
identifier, as formats show those alike.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence
from typing import Any

from polybook.chapters import captions
from polybook.markup.tree import WORDS, find, held, rows
from polybook.model.nodes import (
    WITH_ATTR,
    Attr,
    Div,
    Header,
    Image,
    Node,
    Para,
    Plain,
    Row,
    Span,
    Table,
    Tree,
)

_KEEPING = (Header, Div, Span)
"""What keeps its identifier."""


def attributes(node: Node) -> Iterator[Attr]:
    """Yield the attributes of a node that has some, and those of a table's parts."""
    if isinstance(node, WITH_ATTR):
        yield node.attr
    if isinstance(node, Table):
        yield node.head.attr
        yield from (body.attr for body in node.bodies)
        yield node.foot.attr
        for row in rows(node):
            yield row.attr
            yield from (cell.attr for cell in row.cells)


def set_apart(blocks: Tree) -> None:
    """Put a place before each node of ``blocks`` with an identifier that it does not keep, in place."""
    others = [kind for kind in WITH_ATTR if kind not in _KEEPING]
    holders = [node for node in find(blocks, *others) if any(one.identifier for one in attributes(node))]
    if holders:
        _set_apart(blocks, {id(one.node) for one in captions.found(blocks)})


def _set_apart(nodes: list[Any], keeping: Container[int]) -> None:
    """Do so with what is in a list of nodes; ``keeping`` are the ids of those with a caption."""
    new: list[Any] = []
    for node in nodes:
        if type(node) in WORDS:
            new.append(node)
            continue
        for part in held(node):
            _set_apart(part, keeping)
        if isinstance(node, Para | Plain):
            new += _before_picture(node)
        elif isinstance(node, Table):
            own = [] if id(node) in keeping else [node.attr]
            new += [Div.of(Attr(name), []) for name in _of_table(node, own)]
        elif id(node) in keeping:
            pass
        elif isinstance(node, WITH_ATTR) and not isinstance(node, _KEEPING) and node.attr.identifier:
            kind = Span if _is_inline(node) else Div
            new.append(kind.of(Attr(_taken(node.attr)), []))
        new.append(node)
    nodes[:] = new


def _is_inline(node: Node) -> bool:
    return type(node).__name__ in ("Code", "Link", "Image")


def _taken(attr: Attr) -> str:
    """An identifier, no longer in its place."""
    identifier, attr.identifier = attr.identifier, ""
    return identifier


def _before_picture(node: Para | Plain) -> list[Div]:
    """The place of a picture that is a paragraph of its own: with more in its paragraph it would be none."""
    run = node.inlines
    if len(run) == 1 and isinstance(run[0], Span):  # marked as not translated
        run = run[0].inlines
    spot = run[0] if len(run) == 2 else None
    if isinstance(spot, Span) and not spot.inlines and isinstance(run[1], Image):
        del run[0]
        return [Div.of(spot.attr, [])]
    return []


def _of_table(table: Table, own: Sequence[Attr]) -> Iterator[str]:
    """The identifiers of a table's ``own`` attributes and its parts, those of cells and rows put into their
    cells."""
    for attr in (*own, table.head.attr, *(body.attr for body in table.bodies), table.foot.attr):
        if attr.identifier:
            yield _taken(attr)
    for row in rows(table):
        if row.attr.identifier and row.cells:
            _into_cell(row, 0, _taken(row.attr))
        for place, cell in enumerate(row.cells):
            if cell.attr.identifier:
                _into_cell(row, place, _taken(cell.attr))


def _into_cell(row: Row, place: int, identifier: str) -> None:
    blocks = row.cells[place].blocks
    spot = Span.of(Attr(identifier), [])
    if blocks and isinstance(blocks[0], Para | Plain):
        blocks[0].inlines.insert(0, spot)
    else:
        blocks.insert(0, Plain([spot]))
