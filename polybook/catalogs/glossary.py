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

COLUMNS = ("source", "target")
"""The columns that are needed; Weblate's others (``developer_comments``, ...) are for people."""


def read(root: Path, locale: str) -> tuple[Term, ...]:
    """Return the terms of a locale's glossary; none where it has no glossary.

    Raises BookError with the line where the file is no such table.
    """
    path = layout.glossary(locale)
    if not (root / path).is_file() or not is_inside(root, root / path):
        return ()
    rows = csv.DictReader(io.StringIO(decode((root / path).read_bytes(), path)))
    try:
        if not set(COLUMNS) <= set(rows.fieldnames or ()):
            what = "the glossary has no columns source and target"
            hint = "the first line names the columns: source,target,developer_comments"
            raise BookError(Finding("glossary", what, path, 1, hint))
        return tuple(
            Term(row["source"].strip(), row["target"].strip(), rows.line_num)
            for row in rows
            if (row["source"] or "").strip() and (row["target"] or "").strip()
        )
    except csv.Error as error:
        what, hint = f"the line is no row of a table: {error}", "is a quotation mark left open above?"
        raise BookError(Finding("glossary", what, path, rows.line_num + 1, hint)) from None
