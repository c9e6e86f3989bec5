"""What a PDF says is read from its structure, and what is not on the paper is seen."""

from __future__ import annotations

import pytest
import typst

from polybook.conservation import pdf
from polybook.conservation.tokens import BREAK, FORMULA, PICTURE
from polybook.model.book import Theme
from polybook.render import pdf_tags
from polybook.render.words import words

DOCUMENT = "#set document(title: [A])\n#set page(width: 220pt, height: 400pt, margin: 20pt)\n#outline()\n"
SQUARE = "image(bytes(\"<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'/>\"), alt: \"A square\")"

CASES = {
    "lines of a paragraph": ("one two three four " * 4, ["one", "two", "three", "four"] * 4),
    "a word parted by a hyphen": (
        "#set text(hyphenate: true, lang: 'en')\n#block(width: 60pt)[a representative individualism]".replace(
            "'", '"'
        ),
        ["a", f"representa{BREAK}tive", f"individ{BREAK}ualism"],
    ),
    "marks within a word": ("un#emph[do]#strong[ne]", ["undone"]),
    "a hard break": ("red\\\nblue", [f"red{BREAK}blue"]),
    "a raised letter": ("x#super[2]y", ["x2y"]),
    "items and their numbers": ("- a\n- b\n\n+ c\n+ d", ["a", "b", "c", "d"]),
    "terms": ("/ Term: What it is", ["Term", "What", "it", "is"]),
    "code": ('a `b  "c"` "d"', ["a", "b", '"c"', "'", "d", "'"]),
    "a block of code": ("```\na  b\n\n  c\n```", ["a  b", "  c"]),
    "a formula": ('x #math.equation(alt: "a")[$a$] y', ["x", FORMULA, "y"]),
    "a picture": (f"see #{SQUARE} here", ["see", f"{PICTURE}A square", "here"]),
    "a picture's caption": (f"#figure({SQUARE}, caption: [C])", [f"{PICTURE}A square", "Figure", "1:", "C"]),
    "a table": ("#table(columns: 2, [a], [b], [c], [d])", ["a", "b", "c", "d"]),
    "a link's page": ("= A <a>\n#link(<a>)[see *this* (p. 1)], (p. 1)", ["A", "see", "this,", "(p.", "1)"]),
    "a link out of the book": ('#link("https://e.org")[see (p. 1)]', ["see", "(p.", "1)"]),
}
"""Typst, and its tokens."""


def read(text: str, *, has_index: bool = False) -> pdf.PdfText:
    content = typst.compile((DOCUMENT + text).encode(), format="pdf")
    assert isinstance(content, bytes)
    return pdf.read(pdf_tags.finish(content), words("en", Theme()), has_index=has_index)


@pytest.mark.parametrize("name", CASES)
def test_a_pdf_says_its_words(name: str) -> None:
    text, expected = CASES[name]
    found = read(text)
    assert [token.text for token in found.stream.text] == expected
    assert found.outside == ()


def test_footnotes_are_apart() -> None:
    found = read("a#footnote[One note] b#footnote[Two].").stream
    assert [token.text for token in found.text] == ["a", "b."]
    assert [[token.text for token in note] for note in found.notes] == [["One", "note"], ["Two"]]


def test_the_index_of_examples_is_none_of_the_chapters() -> None:
    text = "= One\na\n= Index of examples\nb"
    assert [token.text for token in read(text, has_index=True).stream.text] == ["One", "a"]
    assert [token.text for token in read(text).stream.text] == ["One", "a", "Index", "of", "examples", "b"]


@pytest.mark.parametrize(
    ("text", "outside"),
    [
        ("x" * 60, ((1, "x" * 60),)),
        ("x" * 10, ()),
        ("#place(dx: -60pt)[left]", ((1, "left"),)),
        ("#pagebreak()#place(dy: 500pt)[below]", ((2, "below"),)),
        ("#rotate(90deg)[turned]", ()),
    ],
)
def test_what_leaves_the_paper_is_told_with_its_page(text: str, outside: tuple[tuple[int, str], ...]) -> None:
    assert read(text).outside == outside
