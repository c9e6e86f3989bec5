"""Formulas in the PDF: TeX that pandoc takes is shown, and what Typst refuses is shown as it is written."""

from __future__ import annotations

from pathlib import Path

import pytest
from conftest import BookFolder
from conserved import write_book

from polybook.model.book import Limits
from polybook.model.edition import EditionChapter
from polybook.model.nodes import Choice, Math, Para, written
from polybook.render import formulas

SHOWN = {
    r"A \cap B": "A inter B",
    r"\bigcap \sqcap \Cap": "inter.big inter.sq inter.double",
    r"\bigotimes \odot \ominus": "times.o.big dot.o minus.o",
    r"\llbracket x \rrbracket": "bracket.l.stroked x bracket.r.stroked",
    r"\begin{vmatrix} a \end{vmatrix} \begin{Vmatrix} b \end{Vmatrix}": (
        'mat(delim: "|", a) mat(delim: "‖", b)'
    ),
    r"\text{the sect} \cap x": 'upright("the sect") inter x',
    r"\sqrt": r"\√",
    r"\label{here} x": "x",
}

REFUSED = ("{}", r"\tag{2}", " ")


def test_typst_takes_what_pandoc_writes() -> None:
    tex = [*SHOWN, *REFUSED]
    nodes = [Para([Math.of(Choice("DisplayMath"), one) for one in tex])]
    chapter = EditionChapter("a", "A", written(nodes).decode(), 0, "")
    (known,) = formulas._made([chapter], Limits())
    assert {one: known[one] for one in SHOWN} == SHOWN
    assert [one for one in tex if not known[one]] == list(REFUSED)


@pytest.fixture
def refused(tmp_path: Path) -> BookFolder:
    return BookFolder(write_book(tmp_path, ["Words ${}$ here,\nand $a$.\n\n$$\n\\tag{7}\n$$"]))


def test_what_typst_refuses_is_told_and_stops_nothing(refused: BookFolder) -> None:
    said = refused.run("-f", "pdf").succeeds().err
    path = "warning: source/0001-c0001.md"
    assert f"{path}:3: the PDF cannot set the formula '{{}}', and shows it as it is written." in said
    assert f"{path}:7: the PDF cannot set the formula '\\tag{{7}}'" in said
    refused.run("-f", "pdf", "--strict").fails(4, "the PDF cannot set the formula")
