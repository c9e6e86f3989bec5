"""What is done to the tags of Typst's PDFs: the order in which they are read, and nothing else."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
from test_pdf import Pdf

from polybook.render import pdf_tags, typst
from polybook.render.typst import STANDARDS

START = """
#set document(title: "Tags")
#set page(width: 9cm, height: 9cm, margin: 1cm)
#set text(size: 8pt, font: "IBM Plex Serif", lang: "en")
"""

NOTES = """
One#footnote[First.] and *two*#footnote[A _second_ note.] and three.

- A point#footnote[Of a list.] goes on

  - below#footnote[Of a list in a list.] it too

Last#footnote[Outer#footnote[Inner.] note.] of the page.
#pagebreak()
Overleaf.
#footnote[Of no sentence.]
"""

MIXED = """
= A title
Words *in bold*, words _with `code` in it_ and #link("https://example.org")[a link], and more.

- One *and* two

  + three _and_ four
    - five *and* six, `seven` eight

#quote(block: true)[Nine _ten_ eleven.]

#table(columns: 2, [A *b* c], [d])
"""

OVERLEAF = """
#let many(word, times) = range(times).map(number => word + str(number)).join(" ")
Words#footnote[Outer#footnote[#many("inner", 180).] note.] *and* more.

#v(6cm)

The second page #many("text", 120) _up_ to the third#footnote[Late.] page.

The third page.
#pagebreak()
The last page.
"""

ODD = """
= A title with R 1 and \\/K\\[0 1 0 R 2\\] and Note in it
Words *in bold* and more.#footnote[A note.]
"""

PLAIN = "Words and words.\n\nNo more than words."

LEFTWARD = """
#set text(lang: "ar", font: ("IBM Plex Serif", "Amiri"))
= العنوان هنا
واحد *اثنان (ثلاثة)* and English 12، يسلّم#footnote[حاشية من ثلاث كلمات.] التَّحَكُّمَ.

- #link("https://example.org")[رابط طويل] ثم سطر آخر طويل جدا لا يتسع له السطر الأول في هذه الصفحة
"""

ALL = {
    "notes": NOTES,
    "mixed": MIXED,
    "overleaf": OVERLEAF,
    "odd": ODD,
    "plain": PLAIN,
    "leftward": LEFTWARD,
}


@pytest.fixture(scope="module")
def set_by_typst(tmp_path_factory: pytest.TempPathFactory):
    """What Typst makes of a text, tagged as a book is."""
    folder, made = tmp_path_factory.mktemp("typst"), {}

    def compile(text: str) -> bytes:
        if text not in made:
            main = folder / "main.typ"
            main.write_text(START + text, "utf-8")
            timestamp = datetime(2026, 1, 2, tzinfo=UTC)
            made[text] = typst.run(main, {}, [], pdf_standards=STANDARDS, timestamp=timestamp, format="pdf")
            assert isinstance(made[text], bytes), made[text]
        return made[text]

    return compile


def opened(content: bytes, tmp_path: Path) -> Pdf:
    path = tmp_path / f"{len([*tmp_path.iterdir()])}.pdf"  # read as it is asked for, so never written anew
    path.write_bytes(content)
    return Pdf(path)


def blocks(pdf: Pdf) -> list[str]:
    """What is read out, a text for each block of the whole."""
    (whole,) = pdf.elements("/Document")
    return [" ".join(pdf.text(block).split()) for block in whole.K]


def kinds(pdf: Pdf) -> list[str]:
    return sorted(str(one.S) for one in pdf._walk(pdf.document.Root.StructTreeRoot))


def is_known(pdf: Pdf) -> bool:
    """Whether each element's parent has it, and each piece of content, once, the element that holds it."""
    parents = pikepdf.NumberTree(pdf.document.Root.StructTreeRoot.ParentTree)
    pieces = []
    for element in pdf._walk(pdf.document.Root.StructTreeRoot):
        for one in element.get("/K", []):
            if isinstance(one, int):
                pieces.append((element.Pg, one, element))
            elif one.get("/Type") == "/MCR":
                pieces.append((one.Pg, int(one.MCID), element))
            elif "/S" in one and one.P.objgen != element.objgen:
                return False
    places = [(page.objgen, number) for page, number, _ in pieces]
    return len(places) == len(set(places)) and all(
        parents[int(page.StructParents)][number].objgen == element.objgen for page, number, element in pieces
    )


# ---- the order in which it is read -----------------------------------------------------------


def test_notes_are_read_after_the_last_block_of_their_page(set_by_typst, tmp_path: Path) -> None:
    before, after = (
        opened(one, tmp_path) for one in (set_by_typst(NOTES), pdf_tags.finish(set_by_typst(NOTES)))
    )
    assert blocks(before)[0] == "One1 1First. and two2 2A second note. and three."
    assert blocks(after) == [
        "One1 and two2 and three.",
        "• A point3 goes on‣ below4 it too",
        "Last5 of the page.",
        "1First.",
        "2A second note.",
        "3Of a list.",
        "4Of a list in a list.",
        "5Outer6 note.",
        "6Inner.",
        "Overleaf.7",
        "7Of no sentence.",
    ]
    assert is_known(after)


def test_a_note_that_goes_on_overleaf_is_read_where_it_ends(set_by_typst, tmp_path: Path) -> None:
    """The note around it is not, nor is one to a block that goes on overleaf."""
    pdf = opened(pdf_tags.finish(set_by_typst(OVERLEAF)), tmp_path)
    (whole,) = pdf.elements("/Document")
    pages = [sorted({place for place, _ in pdf._content(block)}) for block in whole.K]
    assert [(text[:10], on) for text, on in zip(blocks(pdf), pages, strict=True)] == [
        ("Words1 and", [0]),
        ("1Outer2 no", [0]),
        ("The second", [1, 2]),
        ("2inner0 in", [0, 1]),
        ("The third ", [2]),
        ("3Late.", [2]),
        ("The last p", [3]),
    ]
    assert is_known(pdf)


def test_what_an_element_holds_after_a_child_is_an_element(set_by_typst, tmp_path: Path) -> None:
    before, after = (
        opened(one, tmp_path) for one in (set_by_typst(MIXED), pdf_tags.finish(set_by_typst(MIXED)))
    )
    assert blocks(after) == blocks(before)
    (words,) = [one for one in after.elements("/P") if after.text(one).startswith("Words")]
    first, *parts = words.K
    assert isinstance(first, int)
    assert [(str(part.S), after.text(part)) for part in parts] == [
        ("/Strong", "in bold"),
        ("/Span", ", words "),
        ("/Em", "with "),
        ("/Code", "code "),
        ("/Em", " in it "),
        ("/Span", " and "),
        ("/Link", "a link"),
        ("/Span", ", and more."),
    ]
    for element in after._walk(after.document.Root.StructTreeRoot):
        own = [isinstance(one, int) or one.get("/Type") == "/MCR" for one in element.get("/K", [])]
        child = [isinstance(one, pikepdf.Dictionary) and "/S" in one for one in element.get("/K", [])]
        assert not any(own[child.index(True) :] if True in child else [])
    assert is_known(after)


# ---- and nothing else ------------------------------------------------------------------------


def known(document: pikepdf.Pdf) -> object:
    """All that a document's pages and its root lead to, but for the structure and how the file is opened."""
    seen: dict[tuple[int, int], int] = {}

    def of(one: object) -> object:
        if isinstance(one, pikepdf.Object) and one.is_indirect:
            if one.objgen in seen:
                return seen[one.objgen]
            seen[one.objgen] = len(seen)
        if isinstance(one, pikepdf.Array):
            return [of(part) for part in one]
        if isinstance(one, pikepdf.Stream):
            return {key: of(value) for key, value in one.items() if key not in WRITTEN}, one.read_bytes()
        if isinstance(one, pikepdf.Dictionary):
            return {key: of(value) for key, value in one.items() if key not in STRUCTURE}
        return str(one)

    return of(document.Root)


STRUCTURE = {"/StructTreeRoot", "/PageMode", "/SD"}
WRITTEN = {"/Length", "/Filter", "/DecodeParms"}


@pytest.mark.parametrize("name", ALL)
def test_nothing_but_the_structure_changes(set_by_typst, name: str) -> None:
    """So what Typst found when it held the file to PDF/A and PDF/UA still holds."""
    content = set_by_typst(ALL[name])
    with (
        pikepdf.open(io.BytesIO(content)) as before,
        pikepdf.open(io.BytesIO(pdf_tags.finish(content))) as after,
    ):
        assert known(after) == known(before)


@pytest.mark.parametrize("name", ["mixed", "leftward"])
def test_pages_look_as_they_did(set_by_typst, name: str) -> None:
    pictures = []
    for content in (set_by_typst(ALL[name]), pdf_tags.finish(set_by_typst(ALL[name]))):
        shown = pypdfium2.PdfDocument(content)
        pictures.append([page.render(scale=2).to_pil().tobytes() for page in shown])
        shown.close()
    assert pictures[0] == pictures[1]


@pytest.mark.parametrize("name", ALL)
def test_the_pages_and_the_elements_stay(set_by_typst, tmp_path: Path, name: str) -> None:
    content = set_by_typst(ALL[name])
    before, after = (opened(one, tmp_path) for one in (content, pdf_tags.finish(content)))
    assert after.page_texts == before.page_texts
    assert after.bookmarks == before.bookmarks
    assert [one for one in kinds(after) if one != "/Span"] == [one for one in kinds(before) if one != "/Span"]
    assert str(after.document.Root.PageMode) == "/UseOutlines"
    for one, other in zip(before.document.pages, after.document.pages, strict=True):
        assert one.Contents.read_bytes() == other.Contents.read_bytes()


def test_only_what_matters_is_read(set_by_typst) -> None:
    """For speed: most of a book's elements hold but text."""
    content = set_by_typst(PLAIN + "\n\nWords, *bold*.#footnote[And a note, _too_.]" + "\n\nMore." * 20)
    with pikepdf.open(io.BytesIO(content)) as document:
        kinds = [str(one.S) for one in pdf_tags._elements(document, content)]
        assert "/Note" in kinds
        assert len(kinds) < 6 < content.count(b"/StructElem") - 20


@pytest.mark.parametrize("name", ALL)
def test_all_elements_are_read_where_typst_writes_otherwise(
    set_by_typst, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    content = set_by_typst(ALL[name])
    expected = pdf_tags.finish(content)
    other = content.replace(b" 0 obj\n<</Type/StructElem", b" 0 obj <</Type/StructElem")
    assert other != content
    assert pdf_tags.finish(other) == expected
    one = content.replace(b" 0 obj\n<</Type/StructElem", b" 0 obj <</Type/StructElem", 1)
    assert pdf_tags.finish(one) == expected
    two = content.replace(b"<</Type/StructElem/S/P/P ", b"<</S/P/Type/StructElem/P ")
    assert pdf_tags.finish(two) == expected
    monkeypatch.setattr(pdf_tags, "_MATTERS", pdf_tags.re.compile(b""))
    assert pdf_tags.finish(content) == expected


def test_all_elements_are_read_where_the_text_speaks_of_them(set_by_typst, tmp_path: Path) -> None:
    content = set_by_typst("= Of \\/StructElem\nWords *in bold* and more.#footnote[A note.]")
    assert content.count(b"/StructElem") > len(pdf_tags._ELEMENT.findall(content))
    assert blocks(opened(pdf_tags.finish(content), tmp_path))[1:] == ["Words in bold and more.1", "1A note."]


@pytest.mark.parametrize("name", ALL)
def test_all_elements_are_read_where_they_are_packed(set_by_typst, tmp_path: Path, name: str) -> None:
    content, packed = set_by_typst(ALL[name]), io.BytesIO()
    with pikepdf.open(io.BytesIO(content)) as document:
        document.save(packed, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    expected = opened(pdf_tags.finish(content), tmp_path)
    found = opened(pdf_tags.finish(packed.getvalue()), tmp_path)
    assert blocks(found) == blocks(expected)
    assert kinds(found) == kinds(expected)
    assert is_known(found)


def test_it_is_the_same_file_each_time(set_by_typst) -> None:
    assert pdf_tags.finish(set_by_typst(NOTES)) == pdf_tags.finish(set_by_typst(NOTES))
