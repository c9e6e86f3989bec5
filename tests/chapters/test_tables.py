"""Cells that no format would show are told of, with their lines."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from polybook.chapters import tables
from polybook.markup import parse
from polybook.markup.tree import find
from polybook.model.book import Chapter
from polybook.model.nodes import Table

HEAD = "| a | b |\n|---|---|\n"


def told(text: str) -> list[tuple[int, str]]:
    (blocks,) = parse.parse([text], positions=True)
    chapter = Chapter("a.md", "a", text)
    lines = text.split("\n")
    found = [one for table in find(blocks, Table) for one in tables.check(chapter, table, lines)]
    return [(one.line, one.text.split("so ")[1]) for one in found]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (HEAD + "| 1 | 2 |\n| 1 |\n1 | 2\n", []),
        (HEAD + "| 1 | 2 | |\n", []),
        (HEAD + r"| 1 \| 2 | `x\|y` |" + "\n", []),
        (HEAD + "| 1 | 2 | 3 | four |\n| 1 | 2 |\n1 | 2 | 5", [(3, "'3 | four'"), (5, "'5'")]),
        (HEAD + "| `x|y` | z |\n", [(3, "'z'")]),
        ("> " + HEAD.replace("\n", "\n> ") + "1 | 2 | 3\n", [(3, "'3'")]),
        ("- x\n\n  " + HEAD.replace("\n", "\n  ") + "| 1 | 2 | 3 |\n", [(5, "'3'")]),
    ],
)
def test_lost_cells_are_told(text: str, expected: list[tuple[int, str]]) -> None:
    assert told(text) == [(line, f"{lost} would be lost") for line, lost in expected]


def test_cells_are_counted_as_pandoc_does() -> None:
    rows: list[str] = []

    @settings(max_examples=150, database=None)
    @given(st.lists(st.sampled_from(["a", "|", "|", "`b`", r"\|", "`x|y`", r"\\", " ", "*c*"]), min_size=2))
    def collect(pieces: list[str]) -> None:
        row = "".join(pieces[:14])
        if row.replace("|", "").strip():
            rows.append(f"| x {row}")

    collect()
    wide = "| a " * 16 + "|\n" + "|---" * 16 + "|\n"
    for row, blocks in zip(rows, parse.parse([f"{wide}{row}\n" for row in rows]), strict=True):
        (table,) = find(blocks, Table)
        (cells,) = table.bodies[0].rows
        assert sum(bool(cell.blocks) for cell in cells.cells) == sum(map(bool, tables._cells(row))), row
