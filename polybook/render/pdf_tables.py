"""Tables that fit the paper: how wide columns have to be, and how much smaller letters where they cannot be.

Typst shares the width out by what columns would like to have, and not by what they need, so a long name lies
over the next column. What columns need is reckoned here, in letters.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from polybook.markup.tree import find, rows
from polybook.model.nodes import Cell, Code, Image, LineBreak, Math, Row, SoftBreak, Space, Str, Table, Tree
from polybook.render.blocks import raw

ROOM = 69
"""How many letters a table's row has on the narrowest of the papers."""

GAP = 2.7
"""How many letters stand between two columns, for none to be there."""

GUTTER = 0.018
"""How much of the paper's width Typst adds for each column that has a width."""

BREAKS = 24
"""The longest part of a name in code that is not parted (see ``pieces`` in the template)."""

_WIDE = re.compile(r"[\u1100-\u11ff\u2e80-\ua4cf\uac00-\ud7af\uf900-\ufaff\uff00-\uff60]")
_NAMES = re.compile(r"[^ ._/(=]*[._/(=]+|[^ ._/(=]+")


class _Width(NamedTuple):
    """How wide a column or a cell is, in letters."""

    least: float
    """As its longest word is."""

    most: float
    """As its longest line is."""


def fitted(table: Table) -> Tree:
    """Return a table as it fits the paper: itself where it does, else with other widths of its columns, and
    within a call of the template's that sets it in smaller letters."""
    widths = _widths(table)
    if not widths:
        return [table]
    room = ROOM - GAP * len(widths)
    given = _given(table)
    if all(width.least <= share for width, share in zip(widths, given or _shares(widths, room), strict=True)):
        return [table]
    least = sum(width.least for width in widths)
    beyond = sum(width.most - width.least for width in widths) or 1
    spare = max(room - least, 0) / beyond
    wanted = [width.least + (width.most - width.least) * spare for width in widths]
    total = sum(wanted) * (1 + GUTTER * len(widths))
    for column, share in zip(table.columns, wanted, strict=True):
        column[1] = {"t": "ColWidth", "c": share / total}
    needed = least + GAP * len(widths)
    if needed <= ROOM:
        return [table]
    return [raw("typst", f"#smaller({needed:.0f})["), table, raw("typst", "]")]


def _given(table: Table) -> list[float]:
    """The widths that a table's columns have, in letters; empty where they have none."""
    shares = [column[1].get("c") for column in table.columns]
    return [] if None in shares else [ROOM * share - GAP / 2 for share in shares]


def _shares(widths: Sequence[_Width], room: float) -> list[float]:
    """How wide Typst makes columns without a width: what it has room for, the same for all that want more."""
    shares = [width.most for width in widths]
    open_ = list(range(len(widths)))
    while open_ and sum(shares) > room:
        fair = (room - sum(shares[place] for place in range(len(widths)) if place not in open_)) / len(open_)
        larger = [place for place in open_ if widths[place].most > fair]
        for place in larger:
            shares[place] = fair
        if len(larger) == len(open_):
            break
        open_ = larger
    return shares


def _widths(table: Table) -> list[_Width]:
    """How wide each column is; what spans several says nothing of any."""
    count = len(table.columns)
    least, most = [1.0] * count, [1.0] * count
    for place, cell in _placed(rows(table), count):
        if cell.columns == 1:
            width = _width(cell)
            least[place] = max(least[place], width.least)
            most[place] = max(most[place], width.most)
    return [_Width(*pair) for pair in zip(least, most, strict=True)]


def _placed(rows: Iterator[Row], count: int) -> Iterator[tuple[int, Cell]]:
    """Each cell, and the number of the column that it stands in."""
    taken = [0] * count  # for how many rows more a cell from above stands in a column
    for row in rows:
        place = 0
        for cell in row.cells:
            while place < count and taken[place]:
                place += 1
            if place >= count:
                break
            yield place, cell
            for column in range(place, min(place + cell.columns, count)):
                taken[column] = cell.rows
            place += cell.columns
        taken = [max(rows_left - 1, 0) for rows_left in taken]


def _width(cell: Cell) -> _Width:
    least = most = line = word = 0.0
    for node in find(cell.blocks):
        match node:
            case Str():
                length = len(node.text) + len(_WIDE.findall(node.text))
                word += max(map(len, _WIDE.split(node.text)))
                line += length
            case Code():
                parts = [len(one) for one in _NAMES.findall(node.text)] or [1]
                word += min(max(parts), BREAKS) * 1.1
                line += len(node.text) * 1.1
            case Math():
                word += len(node.text) / 2
                line += len(node.text) / 2
            case Image():
                word, line = word + 2, line + 2
            case Space() | SoftBreak():
                least, word, line = max(least, word), 0.0, line + 0.5
            case LineBreak():
                least, most, word, line = max(least, word), max(most, line), 0.0, 0.0
    return _Width(max(least, word), max(most, line))
