"""Rows of tables that have more cells than their table's head: pandoc leaves these out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from polybook.markup import positions
from polybook.model.book import Chapter
from polybook.model.findings import Finding
from polybook.model.nodes import Table

_BAR = re.compile(r"(?<!\\)\|")


def check(chapter: Chapter, table: Table, lines: Sequence[str]) -> Iterator[Finding]:
    """Yield a finding for each row of a table, with positions, whose last cells no format would show."""
    starts: dict[int, int] = {}
    for segment in positions.segments(table, lines):
        starts[segment.line] = min(segment.start, starts.get(segment.line, segment.start))
    columns = len(table.columns)
    for line in sorted(starts)[2:]:
        cells = _cells(lines[line - 1][starts[line] :])
        if lost := " | ".join(filter(None, cells[columns:])):
            what = f"the row has {len(cells)} cells and its table {columns}, so '{lost[:80]}' would be lost"
            hint = "give the head as many cells; a bar that is part of a cell is written \\|, in code too"
            yield Finding("table", what, chapter.path, line, hint)


def _cells(row: str) -> list[str]:
    """The cells of a row, as it is written; a bar in code ends a cell too."""
    cells = [cell.strip() for cell in _BAR.split(row.strip())]
    return cells[not cells[0] : len(cells) - (not cells[-1])]
