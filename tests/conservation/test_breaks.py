"""What ends badly on a page is found: torn listings and tables, headings left alone, empty pages."""

from __future__ import annotations

import pytest
import typst

from polybook.conservation import breaks
from polybook.conservation.breaks import Break
from polybook.model.book import Theme
from polybook.render import pdf_tags
from polybook.render.words import words

DOCUMENT = """#set document(title: [A])
#set page(width: 220pt, height: 220pt, margin: 20pt)
#set text(size: 10pt)
#show raw.where(block: true): it => for line in it.lines { block(above: 4pt, below: 4pt, par(line.body)) }
#outline()
#pagebreak()
= A
"""


def lines(count: int) -> str:
    return "\n\n".join(f"Line {number}." for number in range(count)) + "\n\n"


CODE = "```\n" + "\n".join(f"line {number}" for number in range(8)) + "\n```\n"
TABLE = "#table(columns: 2, " + ", ".join(f"[{number}]" for number in range(12)) + ")\n"
KEPT = "#block(breakable: false)[\n{}]\n"


@pytest.mark.parametrize(
    ("text", "torn", "stranded", "empty"),
    [
        (lines(3), (), (), ()),
        (lines(7) + CODE, (Break(2, "listing", "line 0line 1line 2line 3line 4line 5line 6line 7"),), (), ()),
        (lines(7) + KEPT.format(CODE), (), (), ()),
        (lines(5) + TABLE, (Break(2, "table", "01234567891011"),), (), ()),
        (lines(3) + "```\n" + "line\n" * 40 + "```\n", (), (), ()),  # longer than a page
        (lines(5) + "See:\n\n" + KEPT.format(CODE), (), (Break(2, "lead-in", "See:"),), ()),
        (
            lines(4) + "#block(sticky: false)[*See*]\n#pagebreak()\n== B\n#pagebreak()\n" + lines(2),
            (),
            (Break(3, "heading", "B"),),
            (3,),
        ),
        (lines(1) + "#pagebreak()\n= B\n" + lines(1), (), (), ()),  # a chapter ends
    ],
)
def test_what_ends_badly_is_found(
    text: str, torn: tuple[Break, ...], stranded: tuple[Break, ...], empty: tuple[int, ...]
) -> None:
    content = typst.compile((DOCUMENT + text).encode(), format="pdf")
    assert isinstance(content, bytes)
    found = breaks.read(pdf_tags.finish(content), words("en", Theme()), has_index=False)
    assert (found.torn, found.stranded, found.empty) == (torn, stranded, empty)
