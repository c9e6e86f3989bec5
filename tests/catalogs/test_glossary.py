"""Glossaries, in the form that Weblate keeps and as people write them."""

from __future__ import annotations

import csv
from collections import Counter
from io import StringIO
from pathlib import Path

import pytest
from conftest import ROOT

from polybook.catalogs import glossary
from polybook.model import layout

# What Weblate 5 keeps: each cell in quotation marks, CRLF, alternatives told apart by their context.
KEPT = (
    '"source","target","context","developer_comments"\r\n'
    '"queue","coda","",""\r\n'
    '"switch","cambio","1","a ""noun"", as in\r\nswitches"\r\n'
    '"switch","passare","2","verb"\r\n'
    '"open","","",""\r\n'
)
PLAIN = (
    "source,target,developer_comments\n"
    'queue,coda,\nswitch,cambio,"a ""noun"", as in\nswitches"\nswitch,passare,verb\nopen,,\n'
)


@pytest.mark.parametrize("text", [KEPT, PLAIN], ids=["of Weblate", "by hand"])
def test_rows_of_one_term_are_its_alternatives(tmp_path: Path, text: str) -> None:
    path = tmp_path / layout.glossary("it")
    path.parent.mkdir(parents=True)
    path.write_bytes(text.encode())
    assert [(term.source, term.target) for term in glossary.read(tmp_path, "it")] == [
        ("queue", "coda"),
        ("switch", "cambio"),
        ("switch", "passare"),
    ]


@pytest.mark.parametrize("path", sorted(ROOT.glob(layout.glossary("*"))), ids=lambda path: path.parts[-2])
def test_this_books_glossaries_stay_as_they_are_in_weblate(path: Path) -> None:
    content = path.read_bytes().decode()
    rows = list(csv.reader(StringIO(content, newline="")))
    written = StringIO(newline="")
    csv.writer(written, quoting=csv.QUOTE_ALL, lineterminator="\r\n").writerows(rows)
    assert written.getvalue() == content
    head, *terms = rows
    known = Counter((row[head.index("source")], row[head.index("context")]) for row in terms)
    assert max(known.values()) == 1, "Weblate leaves out all but the first"
