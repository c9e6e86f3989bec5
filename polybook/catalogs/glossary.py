"""A language's glossary: the terms that its translation keeps to, in a file that Weblate reads too."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from polybook.book.confine import is_inside
from polybook.book.settings import decode
from polybook.model import layout
from polybook.model.catalog import Term
from polybook.model.findings import BookError, Finding
from polybook.system import files

_OPEN = "is a quotation mark left open?"
LONGEST = 500
"""How many characters a term may have."""

COLUMNS = ("source", "target")
"""The columns that are needed; Weblate's others (``developer_comments``, ...) are for people."""


def read(root: Path, locale: str) -> tuple[Term, ...]:
    """Return the terms of a locale's glossary; none where it has no glossary.

    Raises BookError with the line where the file is no such table.
    """
    path = layout.glossary(locale)
    if not (root / path).is_file() or not is_inside(root, root / path):
        return ()
    text = decode(files.read(root, path), path).replace("\r\n", "\n").replace("\r", "\n")
    rows = csv.DictReader(io.StringIO(text), strict=True)
    found: list[Term] = []
    begun = 1  # in which line what is read began
    try:
        if not set(COLUMNS) <= set(rows.fieldnames or ()):
            what = "the glossary has no columns source and target"
            hint = "the first line names the columns: source,target,developer_comments"
            raise BookError(Finding("glossary", what, path, 1, hint))
        begun = rows.line_num + 1
        for row in rows:
            source, target = ((row[column] or "").strip() for column in COLUMNS)
            if len(source) > LONGEST or len(target) > LONGEST:
                what = f"a term is longer than {LONGEST} characters"
                raise BookError(Finding("glossary", what, path, rows.line_num, _OPEN))
            if source and target:
                found.append(Term(source, target, rows.line_num))
            begun = rows.line_num + 1
    except csv.Error as error:
        # Its reader stands behind what it could not read, which may be the rest of the file.
        what = f"what begins in this line is no row of a table: {error}"
        raise BookError(Finding("glossary", what, path, begun, _OPEN)) from None
    return tuple(found)
