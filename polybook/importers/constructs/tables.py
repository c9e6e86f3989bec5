"""Tables of pandoc's: grid, multi-line and simple tables, and captions.

A table whose cells are a line or one paragraph each becomes a pipe table, others one of HTML with Markdown in
its cells. The cells are cut from the text; their words stay as they are.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from polybook.importers.around import Around
from polybook.importers.drafts import Draft, Edit, Row, rows

_GRID = re.compile(r"(?P<margin>[ ]*)\+(?:[-=:]+\+)+[ \t]*$")
_HEAD = re.compile(r"[ ]*\+(?:[=:]+\+)+[ \t]*$")
_DASHES = re.compile(r"[ ]{0,3}-{2,}(?:[ ]+-+)*[ \t]*$")
_COLUMNS = re.compile(r"-+")
_CAPTION = re.compile(r"[ \t]*(?:(?:Table)?:[ \t]+)(?P<text>.*)$")
_LABEL = re.compile(r"\[\]\{#(?P<label>[^\s{}]+)\}[ \t]*")
_BREAKS = re.compile(r"[ ]{0,3}(?:[-*+]|\d+[.)])[ \t]|[ ]{0,3}(?:```|~~~|>)")

Cells = list[list[str]]
"""The lines of each cell of a row."""


class Table(NamedTuple):
    """A table, as it stands in a text."""

    first: int
    end: int
    head: Sequence[Cells]
    """The rows of the head."""

    body: Sequence[Cells]
    aligned: Sequence[str]
    """Of each column: ``left``, ``right``, ``center`` or nothing."""


def find(draft: Draft, around: Around) -> Iterator[Edit]:
    """Yield an edit for each table that is no pipe table."""
    known = rows(draft.text)
    number = 0
    while number < len(known):
        row = known[number]
        table = None
        if row.kind == "prose" and _GRID.match(row.line):
            table = _grid(known, number)
        elif row.kind == "prose" and _DASHES.match(row.line):
            table = _dashed(known, number)
        if table:
            match = _GRID.match(known[table.first].line)
            margin = match["margin"] if match else ""
            text, kind = _written(table)
            lines = "\n".join(f"{margin}{line}".rstrip() for line in text)
            yield draft.rows(table.first, table.end, lines, kind)
            number = table.end
        else:
            number += 1


def captions(draft: Draft, around: Around) -> Iterator[Edit]:
    """Yield an edit for each caption of a table that is written ``Table: words``, has its label before its
    words, as bookdown's, or stands directly below its table.
    """
    known = rows(draft.text)
    for number, row in enumerate(known):
        match = _CAPTION.match(row.line) if row.kind == "prose" else None
        if not match:
            continue
        beside = number > 0 and known[number - 1].kind == "prose"
        below_table = beside and known[number - 1].line.lstrip().startswith("|")
        label = _LABEL.match(match["text"])
        if not label and not below_table and row.line.lstrip()[:6] != "Table:":
            continue
        words = match["text"][label.end() :] if label else match["text"]
        margin = row.line[: len(row.line) - len(row.line.lstrip())]
        mark = f" {{#{label['label']}}}" if label else ""
        gap = "\n" if below_table else ""
        yield draft.rows(number, number + 1, f"{gap}{margin}: {words.rstrip()}{mark}", "captions of tables")


def _wide(text: str) -> int:
    return sum(
        2 if unicodedata.east_asian_width(one) in "WF" else 0 if unicodedata.combining(one) else 1
        for one in text
    )


def _sliced(line: str, begin: int, end: int) -> str:
    """What stands between two columns, where wide letters take two."""
    if line.isascii():
        return line[begin:end]
    found, at = [], 0
    for one in line:
        if begin <= at < end:
            found.append(one)
        at += _wide(one)
    return "".join(found)


# ---- grid tables -------------------------------------------------------------------------------


def _grid(known: tuple[Row, ...], number: int) -> Table | None:
    end = number
    while end < len(known) and re.match(r" *[+|]", known[end].line):
        end += 1
    lines = [known[one].line.strip() for one in range(number, end)]
    if len(lines) < 3 or not _GRID.match(lines[-1]):
        return None
    edges = [place for place, sign in enumerate(lines[0]) if sign == "+"]
    if any(_GRID.match(line) is None and not line.startswith(("|", "+")) for line in lines):
        return None
    parts: list[tuple[list[str], bool]] = []
    held: list[str] = []
    for line in lines[1:]:
        if _GRID.match(line):
            parts.append((held, bool(_HEAD.match(line))))
            held = []
        else:
            held.append(line)
    if any(line.startswith("+") for part, _ in parts for line in part):
        return None  # cells that span rows
    made = [[_cell(part, begin, last) for begin, last in pairwise(edges)] for part, _ in parts]
    heads = next((place + 1 for place, (_, head) in enumerate(parts) if head), 0)
    marks = next((line for line in lines if _HEAD.match(line)), lines[0])
    aligned = [_alignment(marks[begin + 1 : last]) for begin, last in pairwise(edges)]
    return Table(number, end, made[:heads], made[heads:], aligned)


def _cell(part: list[str], begin: int, last: int) -> list[str]:
    lines = [_sliced(line, begin + 1, last).rstrip() for line in part]
    margin = min((len(line) - len(line.lstrip()) for line in lines if line.strip()), default=0)
    return _trimmed([line[margin:] for line in lines])


def _trimmed(lines: list[str]) -> list[str]:
    while lines and not lines[0].strip():
        lines = lines[1:]
    while lines and not lines[-1].strip():
        lines = lines[:-1]
    return lines


def _alignment(marks: str) -> str:
    left, right = marks.startswith(":"), marks.endswith(":")
    return "center" if left and right else "left" if left else "right" if right else ""


# ---- simple and multi-line tables --------------------------------------------------------------


def _dashed(known: tuple[Row, ...], number: int) -> Table | None:
    line = known[number].line
    several = bool(re.search(r"- +-", line.strip()))
    blank_above = number == 0 or known[number - 1].kind == "blank"
    if not several:
        return _multiline(known, number) if blank_above and len(line.strip()) > 9 else None
    if blank_above:
        # Without a head: rows until a line of dashes; several lines a row where blank lines part them.
        end = next(
            (
                one
                for one in range(number + 1, min(number + 400, len(known)))
                if _DASHES.match(known[one].line)
            ),
            0,
        )
        if not end:
            return None
        held = [known[one].line for one in range(number + 1, end)]
        if not any(one.strip() for one in held):
            return None
        return _columned(line, [], _separated(held), number, end + 1)
    head = number - 1
    if head > 0 and known[head - 1].kind == "prose" and known[head - 1].line.strip():
        return None
    if _DASHES.match(known[head].line):
        return None
    end = number + 1
    while end < len(known) and known[end].line.strip() and not _DASHES.match(known[end].line):
        end += 1
    closed = end < len(known) and bool(_DASHES.match(known[end].line))
    body = [[known[one].line] for one in range(number + 1, end)]
    return _columned(line, [[known[head].line]], body, head, end + closed) if body else None


def _multiline(known: tuple[Row, ...], number: int) -> Table | None:
    """A table between two whole lines of dashes, with its head above a line of columns."""
    columns = next(
        (
            one
            for one in range(number + 1, min(number + 12, len(known)))
            if re.search(r"-(?: +-)", known[one].line) and _DASHES.match(known[one].line)
        ),
        0,
    )
    if not columns:
        return None
    end = next(
        (one for one in range(columns + 1, min(columns + 2_000, len(known)))
         if _DASHES.match(known[one].line) and not re.search(r"- +-", known[one].line.strip())),
        0,
    )  # fmt: skip
    if not end:
        return None
    head = [known[one].line for one in range(number + 1, columns)]
    body = [known[one].line for one in range(columns + 1, end)]
    return _columned(
        known[columns].line,
        [head] if any(one.strip() for one in head) else [],
        _separated(body),
        number,
        end + 1,
    )


def _separated(lines: list[str]) -> list[list[str]]:
    """The rows of a table: parted by blank lines, where it has any, else a line each."""
    if not any(not line.strip() for line in lines):
        return [[line] for line in lines]
    found: list[list[str]] = [[]]
    for line in lines:
        if line.strip():
            found[-1].append(line)
        elif found[-1]:
            found.append([])
    return [one for one in found if one]


def _columned(marks: str, head: list[list[str]], body: list[list[str]], first: int, end: int) -> Table | None:
    spans = [match.span() for match in _COLUMNS.finditer(marks)]
    edges = [
        (begin, spans[place + 1][0] if place + 1 < len(spans) else 10_000)
        for place, (begin, _) in enumerate(spans)
    ]

    def cells(lines: list[str]) -> Cells:
        return [
            _trimmed([_sliced(line, 0 if place == 0 else begin, last).strip() for line in lines])
            for place, (begin, last) in enumerate(edges)
        ]

    said = (head or body)[0]
    aligned = []
    for (begin, last), _ in zip(spans, edges, strict=True):
        held = [_sliced(line, begin, last) for line in said if _sliced(line, begin, last).strip()]
        left = any(not one[:1].strip() for one in held)
        right = any(len(one.rstrip()) < last - begin for one in held)
        aligned.append("center" if left and right else "right" if left else "left" if right else "")
    return Table(first, end, [cells(one) for one in head], [cells(one) for one in body], aligned)


# ---- written -----------------------------------------------------------------------------------


def _written(table: Table) -> tuple[list[str], str]:
    simple = (
        all(
            "" not in [line.strip() for line in cell] and not any(_BREAKS.match(line) for line in cell)
            for row in (*table.head, *table.body)
            for cell in row
        )
        and len(table.head) < 2
    )
    return (_pipe(table), "tables, as pipe tables") if simple else (_html(table), "tables, as HTML")


def _pipe(table: Table) -> list[str]:
    width = len(table.aligned)
    marks = {"left": ":---", "right": "---:", "center": ":---:", "": "---"}
    head = table.head[0] if table.head else [[] for _ in range(width)]
    lines = [_piped(head), "| " + " | ".join(marks[one] for one in table.aligned) + " |"]
    return [*lines, *map(_piped, table.body)]


def _piped(row: Cells) -> str:
    return (
        "| "
        + " | ".join(re.sub(r"(?<!\\)\|", r"\\|", " ".join(line.strip() for line in cell)) for cell in row)
        + " |"
    )


def _html(table: Table) -> list[str]:
    lines = ["<table>"]
    for tag, name, held in (("thead", "th", table.head), ("tbody", "td", table.body)):
        if not held:
            continue
        lines.append(f"<{tag}>")
        for row in held:
            lines.append("<tr>")
            for cell, aligned in zip(row, table.aligned, strict=False):
                style = f' style="text-align: {aligned}"' if aligned else ""
                lines += [f"<{name}{style}>", "", *cell, "", f"</{name}>"]
            lines.append("</tr>")
        lines.append(f"</{tag}>")
    return [*lines, "</table>"]
