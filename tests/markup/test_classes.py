"""Words with a class that all formats know: pandoc's nodes and HTML's elements for them, and their looks."""

from __future__ import annotations

import zipfile

import pikepdf
import pypdfium2
import pytest

from polybook.markup import classes
from polybook.model.nodes import Attr, Para, SmallCaps, Span, Str, Underline

WORDS = [Str("words")]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (Attr("", ["smallcaps"]), Span.of(Attr(), [SmallCaps(WORDS)])),
        (Attr("a", ["b", "ul", "underline"]), Span.of(Attr("a", ["b"]), [Underline([Underline(WORDS)])])),
        (
            Attr("", ["kbd"], [("lang", "en")]),
            Span.of(Attr("", [], [("data-tag", "kbd"), ("lang", "en")]), WORDS),
        ),
        (Attr("", ["mark", "x"]), Span.of(Attr("", ["x"], [("data-tag", "mark")]), WORDS)),
        (
            Attr("", ["mark"], [("data-tag", "kbd")]),
            Span.of(Attr("", ["mark"], [("data-tag", "kbd")]), WORDS),
        ),
        (Attr("", ["other"]), Span.of(Attr("", ["other"]), WORDS)),
    ],
)
def test_what_becomes_of_words_with_a_class(given: Attr, expected: Span) -> None:
    blocks = [Para([Span.of(given, list(WORDS))])]
    classes.settle(blocks)
    assert blocks == [Para([expected])]


TEXT = """Press [Ctrl]{.kbd}, [seen]{.mark}, [under]{.underline},
[Small Letters]{.smallcaps} and <kbd>Esc</kbd>.
"""


def test_they_look_so_in_every_format(book) -> None:
    folder = book("small").write("source/01-start.md", f"# Start\n\n{TEXT}")
    formats = ("html", "epub", "pdf", "md")
    folder.run("--lang", "en", *(part for one in formats for part in ("--format", one))).succeeds()
    page = folder.read("output/en/html/start.html").replace(",\n", ", ")
    with zipfile.ZipFile(folder.root / "output/en/small-book-en.epub") as archive:
        chapter = archive.read("EPUB/text/start.xhtml").decode().replace(",\n", ", ")
    for text in (page, chapter):
        assert "Press <kbd>Ctrl</kbd>, <mark>seen</mark>, <u>under</u>, " in text
        assert '<span class="smallcaps">Small Letters</span> and <kbd>Esc</kbd>.' in text
    text = folder.read("output/en/small-book-en.md").replace(",\n", ", ")
    assert "Press <kbd>Ctrl</kbd>, <mark>seen</mark>, <u>under</u>, " in text
    assert '<span class="smallcaps">Small Letters</span> and <kbd>Esc</kbd>.' in text
    document = pypdfium2.PdfDocument(folder.root / "output/en/small-book-en.pdf")
    said = " ".join(" ".join(page.get_textpage().get_text_range() for page in document).split())
    assert "under, Small Letters and Esc" in said
    with pikepdf.open(folder.root / "output/en/small-book-en.pdf") as pdf:
        fonts = [str(one.get("/FontName")) for one in pdf.objects if isinstance(one, pikepdf.Dictionary)]
    assert any("Libertinus" in name for name in fonts)  # which has small capitals
