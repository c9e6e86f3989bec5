"""What pages show is read from their elements, and what is not the chapter's is left out."""

from __future__ import annotations

import io
import zipfile

import pytest

from polybook.conservation import pages
from polybook.conservation.tokens import BREAK, FORMULA, PICTURE, Stream, Writer

FOOTNOTES = (
    '<section id="footnotes" class="footnotes"><hr><ol><li id="fn1"><p>First</p><ul><li>item</li></ul>'
    '<p><a class="footnote-back">↩</a></p></li><li id="fn2"><p>Second.<a class="footnote-back">↩</a></p></li>'
    "</ol></section>"
)


def texts(found: Stream) -> tuple[list[str], list[list[str]]]:
    return [one.text for one in found.text], [[one.text for one in note] for note in found.notes]


@pytest.mark.parametrize(
    ("main", "expected"),
    [
        ("<p>un<b>do</b>ne</p><p>next</p>", ["undone", "next"]),
        ("a<div>b</div>c", ["a", "b", "c"]),
        ("<p>one<br>\ntwo</p>", [f"one{BREAK}two"]),
        ("<h2>Title<a class='here' href='#t'>#</a></h2>", ["Title"]),
        ("<p>word<a class='footnote-ref'><sup>1</sup></a>.</p>", ["word."]),
        ("<pre><code>a  b\n\n  <b>c</b>\n</code></pre>d", ["a  b", "  c", "d"]),
        ('<p><code>"a"</code> "b"</p>', ['"a"', "'", "b", "'"]),
        ("<p>x<math><mi>y</mi></math>z</p>", ["x", FORMULA, "z"]),
        ('<svg role="img" aria-label="A cat"><text>no</text></svg>', [f"{PICTURE}A cat"]),
        ('<svg aria-hidden="true"><path/></svg><img alt="A dog" src="x">', [f"{PICTURE}A dog"]),
        (
            "<ul><li><input type=checkbox>a<li><input type=checkbox checked>b</ul>",
            ["☐", "a", "☒", "b"],
        ),
        ("<p>a<script>no</script><style>no</style>b</p>", ["ab"]),
        ("<p class='untranslated-note'>no</p><p>yes", ["yes"]),
        ("<table>lost<tr><td>a<td>b</table>", ["lost", "a", "b"]),
    ],
)
def test_a_page_shows_its_main_part(main: str, expected: list[str]) -> None:
    page = f"<!doctype html><title>no</title><body><nav>no</nav><main>{main}</main><footer>no</footer>"
    assert texts(pages.of_site(page.encode())) == (expected, [])


def test_the_footnotes_of_a_page_are_apart() -> None:
    page = f"<body><main><p>text</p>{FOOTNOTES}</main>"
    assert texts(pages.of_site(page.encode())) == (["text"], [["First", "item"], ["Second."]])


def test_an_epub_shows_its_chapters_in_the_order_of_its_spine() -> None:
    def page(body: str) -> str:
        return f'<html xmlns="http://www.w3.org/1999/xhtml"><head><title>no</title></head><body>{body}</body></html>'

    chapter = (
        '<p>word<sup><a class="noteref">1</a></sup> lo<wbr/>ng</p>'
        '<aside class="footnote"><p><a class="back">1.</a> A note</p></aside>'
    )
    items = "".join(f'<item id="{one}" href="{one}.xhtml"/>' for one in ("text/b", "title", "text/a%20a"))
    spine = "".join(f'<itemref idref="{one}"/>' for one in ("title", "text/b", "text/a%20a"))
    package = f'<package xmlns="http://www.idpf.org/2007/opf">{items}<spine>{spine}</spine></package>'
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("EPUB/package.opf", package)
        archive.writestr("EPUB/title.xhtml", page("<p>no</p>"))
        archive.writestr("EPUB/text/a a.xhtml", page("<p>last</p>"))
        archive.writestr("EPUB/text/b.xhtml", page(chapter))
    assert list(map(texts, pages.of_epub(out.getvalue()))) == [
        (["word", "long"], [["A", "note"]]),
        (["last"], []),
    ]


def test_a_piece_of_raw_html_may_be_half_of_an_element() -> None:
    out = Writer()
    for piece in ("<kbd>", "</details><summary>", "a<br/>", "<img src=x alt='b'>", "<!-- no -->"):
        pages.fragment(piece, out)
        out.text("x")
    assert texts(out.stream())[0] == ["x", f"xa{BREAK}x", f"{PICTURE}b", "xx"]
