"""The PDF: what a reader of paper sees, what a screen reader is told, and what can be copied out."""

from __future__ import annotations

import ctypes
import io
import re
import subprocess
from collections.abc import Iterator
from itertools import accumulate
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
from conftest import BookFolder
from conserved import lost, write_book
from pypdfium2 import raw as pdfium

from polybook.commands.reading import read
from polybook.commands.survey import make_editions
from polybook.conservation import breaks
from polybook.model.book import Theme
from polybook.render import cover, output, phrases, typst
from polybook.render.pdf_blocks import COLOURS, EDGE, LONG, SHORT, pieces, string
from polybook.render.words import words


class Pdf:
    """A PDF's structure (pikepdf) and the text of its marked content (PDFium)."""

    def __init__(self, path: Path) -> None:
        self.document = pikepdf.open(path)
        self.pages = {page.obj.objgen: place for place, page in enumerate(self.document.pages)}
        self._texts: dict[tuple[int, int], str] = {}
        shown = pypdfium2.PdfDocument(path)
        self.page_texts = []
        for place in range(len(shown)):
            page = shown[place]
            text_page = page.get_textpage()
            self.page_texts.append(text_page.get_text_range())
            for item in range(pdfium.FPDFPage_CountObjects(page.raw)):
                found = pdfium.FPDFPage_GetObject(page.raw, item)
                number = pdfium.FPDFPageObj_GetMarkedContentID(found)
                if number >= 0 and pdfium.FPDFPageObj_GetType(found) == pdfium.FPDF_PAGEOBJ_TEXT:
                    key = place, number
                    self._texts[key] = self._texts.get(key, "") + _text_of(found, text_page.raw)
            text_page.close()
            page.close()
        self.labels = [shown.get_page_label(place) for place in range(len(shown))]
        self.bookmarks = [
            (entry.level, entry.get_title(), entry.get_dest().get_index()) for entry in shown.get_toc()
        ]
        shown.close()

    def elements(self, kind: str, below: pikepdf.Object | None = None) -> list[pikepdf.Object]:
        """All elements of a kind, in the order in which they are read."""
        return [
            one for one in self._walk(below or self.document.Root.StructTreeRoot) if one.get("/S") == kind
        ]

    def text(self, element: pikepdf.Object) -> str:
        """What is read out for an element."""
        return "".join(self._texts.get(place, "") for place in self._content(element))

    def page(self, element: pikepdf.Object) -> int:
        """The place of the page an element begins on."""
        return next(self._content(element))[0]

    def _walk(self, element: pikepdf.Object) -> Iterator[pikepdf.Object]:
        if "/S" in element:
            yield element
        for one in _children(element):
            if isinstance(one, pikepdf.Dictionary):
                yield from self._walk(one)

    def _content(self, element: pikepdf.Object) -> Iterator[tuple[int, int]]:
        for one in _children(element):
            if isinstance(one, int):
                yield self.pages[element.Pg.objgen], one
            elif one.get("/Type") == "/MCR":
                yield self.pages[one.Pg.objgen], int(one.MCID)
            elif "/S" in one:
                yield from self._content(one)


def _children(element: pikepdf.Object) -> list:
    content = element.get("/K", None)
    if content is None:
        return []
    return list(content) if isinstance(content, pikepdf.Array) else [content]


def _text_of(found, text_page) -> str:
    size = pdfium.FPDFTextObj_GetText(found, text_page, None, 0)
    buffer = (ctypes.c_ushort * (size // 2))()
    pdfium.FPDFTextObj_GetText(found, text_page, buffer, size)
    return bytes(buffer).decode("utf-16-le").rstrip("\0")


MORE = """# More

The address of [gevent](https://www.gevent.org/) and <https://example.org/>, see [the
program](01-start.md#a-program).[^n]

[^n]: With [a note](https://example.org/note), read after its page.

Many: [a](https://example.org/a), [b](https://example.org/b), [c](https://example.org/c) and [d](https://example.org/d).

| Name | Meaning |
|---|---|
| `a_module.with_a_long_name.and_a_class.and_its_method_too(argument_one=1, argument_two=2)` | the end |

::: {.tip lang=it}

Un consiglio.

:::

```python {file="first/long.py" start=1}
LONG
```

```text {.transcript of="first/long.py"}
done
```

A paragraph after it.

```python {file="first/hello.py" start=9}
greet("world")
```
"""

STEP = """def step_{number}(value):
    first = value + {number}
    # and
    second = first * 2
    return second"""
LINES = "\n\n\n".join(STEP.format(number=number) for number in range(1, 13))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> BookFolder:
    """The small book with a chapter more, in English and, in parts, in Japanese."""
    import shutil

    from conftest import BOOKS

    root = tmp_path_factory.mktemp("pdf") / "book"
    shutil.copytree(BOOKS / "small", root, ignore=shutil.ignore_patterns("output", ".cache"))
    folder = BookFolder(root)
    folder.write("source/03-more.md", MORE.replace("LONG", LINES))
    folder.write("examples/first/long.py", LINES + "\n")
    folder.translate("ja", {"A Small Book": "小さな本", "The start": "はじめに", "A program": "プログラム"})
    folder.run("-f", "pdf").succeeds()
    return folder


@pytest.fixture(scope="module")
def english(folder: BookFolder) -> Pdf:
    return Pdf(folder.root / "output/en/small-book-en.pdf")


@pytest.fixture(scope="module")
def japanese(folder: BookFolder) -> Pdf:
    return Pdf(folder.root / "output/ja/small-book-ja.pdf")


def set_on(folder: BookFolder, paper: str, tmp_path: Path) -> Pdf:
    import shutil

    shutil.copytree(folder.root, tmp_path / "book", ignore=shutil.ignore_patterns("output"))
    copy = BookFolder(tmp_path / "book")
    copy.replace("pyproject.toml", 'date = "', f'paper = "{paper}"\ndate = "')
    copy.run("-l", "en", "-f", "pdf").succeeds()
    return Pdf(copy.root / "output/en/small-book-en.pdf")


# ---- the book ------------------------------------------------------------------------------


def test_the_outline_leads_to_every_heading(english: Pdf) -> None:
    level_and_title = [(level, title) for level, title, _ in english.bookmarks]
    assert level_and_title == [
        (0, "Contents"),
        (0, "1 The start"),
        (1, "A program"),
        (0, "2 The end"),
        (1, "The very end"),
        (0, "3 More"),
        (0, "Index of examples"),
    ]
    for _, title, place in english.bookmarks:
        assert re.sub(r"^\d ", "", title) in english.page_texts[place]
    assert english.document.Root.PageMode == "/UseOutlines"


def test_pages_are_numbered_as_they_are_counted(english: Pdf) -> None:
    assert english.labels == [str(number) for number in range(1, len(english.labels) + 1)]
    assert [place for _, title, place in english.bookmarks if title == "1 The start"] == [4]
    for label, text in list(zip(english.labels, english.page_texts, strict=True))[3:]:
        assert re.search(rf"^{label}\s*$", text, re.MULTILINE), label


def test_the_front_matter_says_what_book_this_is(folder: BookFolder, english: Pdf, japanese: Pdf) -> None:
    front, title, imprint, contents = english.page_texts[:4]
    assert front.strip() == ""  # it is drawn
    for text in ("A Small Book", "For tests", "Ann Author, Bob Writer"):
        assert text in title
    for text in ("Two chapters.", "January 2, 2026", "Language: English", "MIT License", "urn:uuid:"):
        assert text in imprint
    assert re.search(r"1 The start\W+5\W+A program\W+5\W+2 The end\W+\d", contents)
    assert "言語：日本語" in japanese.page_texts[2]
    one, other = (re.search(r"urn:uuid:[\w-]+", one.page_texts[2])[0] for one in (english, japanese))
    assert one != other


def test_the_cover_is_the_first_page(folder: BookFolder, english: Pdf) -> None:
    (cover, *_) = english.elements("/Figure")
    assert english.page(cover) == 0
    assert str(cover.Alt) == "Cover: A Small Book. For tests. Ann Author, Bob Writer"
    document = pypdfium2.PdfDocument(folder.root / "output/en/small-book-en.pdf")
    picture = document[0].render(scale=1).to_pil().convert("RGB")
    document.close()
    corners = {picture.getpixel((x, y)) for x in (0, picture.width - 1) for y in (0, picture.height - 1)}
    assert corners == {(23, 58, 99)}  # to the edges of the paper


def test_long_contents_have_chapters_first_and_then_what_is_in_them(tmp_path: Path) -> None:
    sections = ["\n\n".join(f"## Section {place}.{one}\n\nWords." for one in range(15)) for place in range(4)]
    folder = BookFolder(write_book(tmp_path, sections))
    folder.run("-f", "pdf").succeeds()
    pdf = Pdf(folder.root / f"output/en/{folder.root.name}-en.pdf")
    contents = [title for _, title, _ in pdf.bookmarks][:2]
    assert contents == ["Contents", "Contents in detail"]
    first, *more = [pdf.page_texts[place] for place in range(pdf.bookmarks[0][2], pdf.bookmarks[2][2])]
    assert [f"Chapter {one}" in first for one in range(1, 5)] == [True] * 4
    assert "Section" not in first
    assert all(f"Section {place}.{one}" in "".join(more) for place in range(4) for one in range(15))
    assert lost(folder.root, ["pdf"]) == []


def test_running_heads_name_book_and_chapter_where_no_chapter_opens(english: Pdf) -> None:
    for level, title, place in english.bookmarks:
        if level == 0:
            opened = re.sub(r"^(\d) ", r"Chapter \1 ", title)
            assert re.sub(r"\s+", " ", english.page_texts[place]).startswith(opened)
    opening = english.bookmarks[-2][2]
    assert re.match(r"A Small Book\s+3\s+More\s", english.page_texts[opening + 1])


def test_the_index_of_examples_has_the_pages_of_each_program(english: Pdf, japanese: Pdf) -> None:
    def listed(name: str) -> list[int]:
        found = re.search(rf"^{name}[ .]*([\d, ]+)\s*$", english.page_texts[-1], re.MULTILINE)
        assert found, english.page_texts[-1]
        return [int(number) for number in found[1].split(", ")]

    def shown(name: str) -> list[int]:
        label = re.compile(rf"(?<!of )first/{name}(?! \(continued\))")
        return [place + 1 for place, page in enumerate(english.page_texts[:-1]) if label.search(page)]

    assert "first" in english.page_texts[-1]
    assert listed("hello.py") == shown("hello.py")
    assert listed("long.py") == shown("long.py")
    assert "プログラム索引" in japanese.page_texts[-1]
    annotations = english.document.pages[-1].Annots
    assert len(annotations) == len(listed("hello.py")) + len(listed("long.py"))


@pytest.mark.parametrize(
    ("paper", "width", "height"),
    [
        ("a4", 210 / 25.4, 297 / 25.4),
        ("us-letter", 8.5, 11),
        ("6x9in", 6, 9),
        ("7x10in", 7, 10),
        ("a5", 148 / 25.4, 210 / 25.4),
    ],
)
def test_pages_have_the_size_of_the_paper(
    folder: BookFolder, tmp_path: Path, paper: str, width: float, height: float
) -> None:
    pdf = set_on(folder, paper, tmp_path)
    for page in pdf.document.pages:
        assert [float(side) / 72 for side in page.mediabox[2:]] == pytest.approx([width, height], abs=0.01)
    openings = [place for level, _, place in pdf.bookmarks if level == 0]
    if paper not in ("a4", "us-letter"):
        # Printed on two sides: chapters open on right-hand pages, and what is blank is quite blank.
        assert all(place % 2 == 0 for place in openings)
        blank = [place for place, text in enumerate(pdf.page_texts) if place and not text.strip()]
        assert blank
        text = next(place for _, title, place in pdf.bookmarks if title == "1 The start")
        assert pdf.labels[:text] == ["i", "ii", "iii", "iv", "v", "vi"]
        assert pdf.labels[text:] == [str(number) for number in range(1, len(pdf.labels) - text + 1)]
        assert all(place + 1 in openings for place in blank)
        for place, (label, text) in enumerate(zip(pdf.labels, pdf.page_texts, strict=True)):
            assert place < 4 or place in blank or re.search(rf"^{label}\s*$", text, re.MULTILINE), label
    else:
        assert all(text.strip() for text in pdf.page_texts[1:])


def test_nothing_is_coloured_for_a_printer_of_black_ink(folder: BookFolder, tmp_path: Path) -> None:
    import shutil

    shutil.copytree(folder.root, tmp_path / "book", ignore=shutil.ignore_patterns("output"))
    copy = BookFolder(tmp_path / "book")
    copy.replace("pyproject.toml", 'date = "', 'print = true\ndate = "')
    copy.run("-l", "en", "-f", "pdf").succeeds()
    coloured = []
    for root in (folder.root, copy.root):
        document = pypdfium2.PdfDocument(root / "output/en/small-book-en.pdf")
        pictures = [page.render(scale=0.5).to_pil().convert("HSV") for page in document]
        document.close()
        coloured.append(
            [place for place, one in enumerate(pictures) if one.getchannel("S").getextrema()[1] > 0]
        )
    assert coloured[0] == list(range(len(coloured[0])))
    assert coloured[1] == [0, 4]  # the cover, and the book's own picture


def test_japanese_headings_have_strokes_of_one_width_and_text_of_two(folder: BookFolder) -> None:
    document = pypdfium2.PdfDocument(folder.root / "output/ja/small-book-ja.pdf")
    text = document[4].get_textpage()
    fonts, name = {}, ctypes.create_string_buffer(100)
    for place, letter in enumerate(text.get_text_range()):
        pdfium.FPDFText_GetFontInfo(text, place, name, len(name), ctypes.c_int())
        fonts.setdefault(letter, name.value.partition(b"+")[2])
    text.close()
    document.close()
    assert fonts["は"].startswith(b"NotoSansCJKjp-Bold")  # the chapter's title
    assert fonts["ペ"].startswith(b"NotoSerifJP")  # a reference to a page


def test_a_japanese_title_breaks_between_its_phrases(tmp_path: Path) -> None:
    title = "複数のプログラムを支えるパッケージと、プログラムとともに使うパッケージ"
    folder = BookFolder(write_book(tmp_path, [f"## {title}\n\n本文。"], "ja"))
    folder.run("-f", "pdf").succeeds()
    pdf = Pdf(folder.root / f"output/ja/{folder.root.name}-ja.pdf")
    (_, _, (_, shown, _)) = pdf.bookmarks
    assert shown == title
    first, *_ = re.findall(r"^複数.*$", pdf.page_texts[-1], re.MULTILINE)
    assert first.strip() != title
    assert title.startswith(first.strip())
    assert "".join(phrases.of(title, "ja")) == title
    ends = list(accumulate(phrases.of(title, "ja")))
    assert first.strip() in ends


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("答えを、待たずに進む", "ja", ["答えを、", "待たずに", "進む"]),
        ("WebSocket", "ja", ["WebSocket"]),
        ("今天是晴天", "zh-Hans", ["今天", "是", "晴天"]),
        ("Words", "en", ["Words"]),
    ],
)
def test_phrases(text: str, language: str, expected: list[str]) -> None:
    assert phrases.of(text, language) == expected


def test_chinese_text_has_a_font_of_its_own_where_there_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    import importlib.util

    monkeypatch.setattr(importlib.util, "find_spec", lambda name: name)
    languages = ("zh-Hans", "zh-CN", "zh-Hant", "zh-TW", "ja", "ko", "it")
    found = [typst.serif(language) for language in languages]
    assert found == [*["Noto Serif SC"] * 2, *["Noto Serif TC"] * 2, "Noto Serif JP", "", ""]
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    assert typst.serif("zh-Hans") == ""


# ---- links on paper ------------------------------------------------------------------------


def test_references_say_the_page(english: Pdf, japanese: Pdf) -> None:
    for pdf, form in (
        (english, r"link to the end \(chapter\W2, p. (\d+)\)"),
        (japanese, r"link to the end（第 ?2 ?章、(\d+) ?ページ）"),
    ):
        text = re.sub(r"\s+", " ", pdf.page_texts[4])
        (page,) = re.findall(form, text)
        (place,) = [place for _, title, place in pdf.bookmarks if title == "The very end"]
        assert pdf.labels[place] == page


def test_links_lead_to_headings_that_exist(english: Pdf) -> None:
    names = pikepdf.NameTree(english.document.Root.Names.Dests)
    targets = [
        str(one.Dest)
        for page in english.document.pages
        for one in page.get("/Annots", [])
        if isinstance(one.get("/Dest"), pikepdf.String)
    ]
    assert {"the-very-end", "start", "a-program"} <= set(targets)
    assert all(name in names for name in targets)


def test_addresses_can_be_read_on_paper(english: Pdf) -> None:
    notes = [re.sub(r"\s+", " ", english.text(one)) for one in english.elements("/Note")]
    assert notes[1:] == [
        "1 https://www.gevent.org/",
        "2 With a note (https://example.org/note), read after its page.",
    ]
    (listed,) = [one for one in english.elements("/L") if "https://example.org/a" in english.text(one)]
    items = [english.text(one) for one in english.elements("/LI", listed)]
    assert items == [f"– {letter}: https://example.org/{letter}" for letter in "abcd"]
    # What is its own address has no note, and all of them can be followed.
    uris = {
        str(one.A.URI) for page in english.document.pages for one in page.get("/Annots", []) if "/A" in one
    }
    assert {"https://www.gevent.org/", "https://example.org/", "https://example.org/note"} <= uris


# ---- what is told to those who listen ------------------------------------------------------


def test_parts_in_another_language_say_so(english: Pdf, japanese: Pdf) -> None:
    def languages(pdf: Pdf) -> dict[str, str]:
        found = {}
        for one in pdf.elements("/Span") + pdf.elements("/P") + pdf.elements("/Note") + pdf.elements("/H2"):
            if "/Lang" in one:
                found[pdf.text(one)[:13]] = str(one.Lang)
        return found

    assert str(english.document.Root.Lang) == "en"
    assert languages(english) == {"Un consiglio.": "it"}
    assert str(japanese.document.Root.Lang) == "ja"
    assert languages(japanese)["The very end"] == "en"
    assert languages(japanese)["A paragraph a"] == "en"
    assert "はじめに" not in languages(japanese)


def test_pictures_have_their_description(english: Pdf) -> None:
    _, figure = english.elements("/Figure")
    assert str(figure.Alt) == "A box with words."
    (caption,) = english.elements("/Caption")
    assert " ".join(english.text(caption).split()) == "Figure 1.1. A box."


def test_a_footnote_is_read_after_its_page(english: Pdf) -> None:
    """And not in the middle of the sentence that refers to it."""
    blocks = _children(english.elements("/Document")[0])
    (note,) = [
        place for place, one in enumerate(blocks) if one.S == "/Note" and "A footnote" in english.text(one)
    ]
    assert english.page(blocks[note + 1]) > english.page(blocks[note])
    assert all(english.page(one) <= english.page(blocks[note]) for one in blocks[:note])


def test_the_tags_are_in_the_order_of_the_text(english: Pdf) -> None:
    """Every element's parent knows it, every piece of content knows its element, and both in order."""
    parents = pikepdf.NumberTree(english.document.Root.StructTreeRoot.ParentTree)
    for kind in ("/P", "/Span", "/Code", "/Link", "/Note"):
        for element in english.elements(kind):
            assert any(getattr(one, "objgen", 0) == element.objgen for one in _children(element.P)), kind
            for one in _children(element):
                if isinstance(one, int):
                    assert parents[int(element.Pg.StructParents)][one].objgen == element.objgen
    (sentence,) = [
        one for one in english.elements("/P") if english.text(one).startswith("The first paragraph")
    ]
    page = english.labels[english.bookmarks[4][2]]
    said = f"The first paragraph has a link to the end (chapter 2, p. {page}) and code() in it.1"
    assert re.sub(r"\s+", " ", english.text(sentence)) == said


# ---- listings ------------------------------------------------------------------------------


@pytest.mark.poppler
def test_code_comes_out_as_it_went_in(folder: BookFolder, english: Pdf) -> None:
    """Line by line, with its indents and without line numbers; what was broken by a page is whole again."""
    done = subprocess.run(
        ["pdfinfo", "-struct-text", str(folder.root / "output/en/small-book-en.pdf")],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    listed = []
    for element in re.split(r"^  (?=\w)", done.stdout, flags=re.MULTILINE):
        if element.startswith("Code"):
            lines = re.split(r"^    P \(block\)$", element, flags=re.MULTILINE)[1:]
            listed.append(["".join(re.findall(r'^ {6}"(.*)"$', line, re.MULTILINE)) for line in lines])
    for program in ("hello", "long"):
        lines = [line for line in folder.read(f"examples/first/{program}.py").split("\n") if line.strip()]
        assert lines in listed


def test_lines_are_numbered_beside_the_code(english: Pdf) -> None:
    """All numbers of a piece come before its code, so copying a few lines copies no numbers."""
    (page,) = [text for text in english.page_texts if "step_1(value)" in text]
    numbers, _, code = page.partition("def step_1(value)")
    assert re.search(r"1\r\n2\r\n3\r\n4\r\n5\r\n", numbers)
    assert re.match(r":\s+first = value \+ 1\s+# and\s+second = first \* 2\s+return second\s+8\s", code)


@pytest.mark.parametrize("text", [">", "> ---", "> ```\n> ```", "> > ", "> &nbsp;"])
def test_a_quotation_that_says_nothing_is_no_tag(text: str, tmp_path: Path) -> None:
    folder = BookFolder(write_book(tmp_path, [f"a\n\n{text}\n\nb"]))
    folder.run("-f", "pdf").succeeds()
    pdf = Pdf(folder.root / f"output/en/{folder.root.name}-en.pdf")
    assert all(pdf.text(one).strip() or _children(one) for one in pdf.elements("/BlockQuote"))


@pytest.mark.poppler
def test_code_is_copied_with_its_indents_and_without_its_numbers(folder: BookFolder, english: Pdf) -> None:
    """By who selects it as an area, or as text from its first letter to its last."""
    path = folder.root / "output/en/small-book-en.pdf"
    (place,) = [place for place, text in enumerate(english.page_texts) if "step_1(value)" in text]
    document = pypdfium2.PdfDocument(path)
    page, text = document[place], english.page_texts[place]
    letters = page.get_textpage()
    begin, end = text.index("def step_1"), text.index("second", text.index("return second"))
    left, _, _, top = letters.get_charbox(begin)
    _, bottom, right, _ = letters.get_charbox(end)
    height = page.get_height()
    letters.close()
    document.close()
    area = {"x": left - 2, "y": height - top - 3, "W": right - left + 200, "H": top - bottom + 6}
    options = [part for name, value in area.items() for part in (f"-{name}", str(round(value)))]
    done = subprocess.run(
        ["pdftotext", "-layout", "-f", str(place + 1), "-l", str(place + 1), *options, str(path), "-"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    step = STEP.format(number=1)
    assert [line for line in done.stdout.rstrip("\f\n").split("\n") if line] == step.split("\n")
    assert text[begin : end + 6].split() == step.split()


def test_a_listing_that_goes_on_says_so(folder: BookFolder, english: Pdf, japanese: Pdf) -> None:
    for pdf, word in ((english, "(continued)"), (japanese, "（続き）")):
        begins, *goes_on = [text for text in pdf.page_texts[:-1] if re.search(r"\bfirst = value", text)]
        assert word not in begins
        assert goes_on
        assert all(re.search(rf"^first/long.py ?{re.escape(word)}", text, re.M) for text in goes_on)
        # It is no part of what is read out, nor on pages without such a listing.
        assert sum(word in text for text in pdf.page_texts) == len(goes_on)
        assert not any(word in pdf.text(one) for one in pdf.elements("/Document"))


def test_every_line_of_a_listing_is_shown_once(book, tmp_path: Path) -> None:
    """Also where a character in it ends a line for Typst, and where tabs indent it."""
    folder = book("small")
    code = "def late():\n\tone = 'a\u2028b'\n\ttwo = 'c\x85d'\n\treturn 'LAST'"
    folder.write("source/03-ends.md", f"# Ends\n\n```python\n{code}\n```\n\n```text\n{code}\n```\n")
    folder.run("-l", "en", "-f", "pdf").succeeds()
    text = "".join(Pdf(folder.root / "output/en/small-book-en.pdf").page_texts)
    assert text.count("LAST") == 2
    assert "one = 'a\ufffdb'" in text


def test_colours_are_those_of_the_template() -> None:
    from polybook.render.themes import OURS

    template = (OURS / "pdf/book.typ").read_text("utf-8")
    for colour in COLOURS.values():
        assert f"\n  {colour}: rgb(" in template


def test_a_page_ends_between_functions(english: Pdf) -> None:
    pages = [text for text in english.page_texts if "= value +" in text]
    assert len(pages) > 1
    for page in pages:
        assert page.count("def step_") == page.count("return second")


def test_what_fits_a_page_is_not_divided(folder: BookFolder, english: Pdf) -> None:
    content = (folder.root / "output/en/small-book-en.pdf").read_bytes()
    found = breaks.read(content, words("en", Theme()), has_index=True)
    assert (found.torn, found.stranded) == ((), ())
    assert found.pages > 3


@pytest.mark.parametrize(
    ("code", "wanted"),
    [
        ("one", [1]),
        ("x\n" * (SHORT - 1) + "x", [SHORT]),
        # At blank lines, which stay above the break, but not near the beginning or the end.
        ("a\na\n\n" + "b\n" * 8 + "\n\n" + "c\n" * 9 + "\nd\nd", [13, 12]),
        # In a long run where it is least indented, yet not at a bracket that closes.
        ("f(\n" + "  x\n" * 16 + ")\ng(\n" + "  x\n" * 16 + ")", [18, 18]),
    ],
)
def test_pieces(code: str, wanted: list[int]) -> None:
    assert pieces(code) == wanted


def test_pieces_are_neither_short_nor_long() -> None:
    for length in range(1, 200):
        found = pieces("\n".join(["x"] * length))
        assert sum(found) == length
        assert max(found) <= LONG
        assert min(found) >= min(EDGE, length)


def test_long_names_in_tables_break(english: Pdf) -> None:
    """No letter of the table is outside the page's text, and what is copied is the name."""
    (cell,) = [one for one in english.elements("/TD") if "a_module" in english.text(one)]
    name = "a_module.with_a_long_name.and_a_class.and_its_method_too(argument_one=1, argument_two=2)"
    assert english.text(cell).replace(" ", "") == name.replace(" ", "")
    document = pypdfium2.PdfDocument(english.document.filename)
    page = document[english.page(cell)].get_textpage()
    boxes = [page.get_charbox(place) for place in range(page.count_chars())]
    assert max(right for _, _, right, _ in boxes) < (210 - 27) / 25.4 * 72
    page.close()
    document.close()


def test_strings_hold_nothing_but_their_text() -> None:
    assert string('a "b" \\ #c\n\td\x07') == '"a \\"b\\" \\\\ #c\\n\\td"'


def test_a_headings_footnote_is_on_its_page_alone(tmp_path: Path) -> None:
    root = write_book(tmp_path, ["## Head[^one] on\n\ntext\n\n[^one]: A remark."])
    reading = read(root)
    (edition,) = make_editions(reading, reading.locales).editions
    path = tmp_path / "book.pdf"
    path.write_bytes(output.file(root, edition, "pdf", {}, None, reading.store))
    pdf = Pdf(path)
    assert [title for _, title, _ in pdf.bookmarks] == ["Contents", "1 Chapter 1", "Head on"]
    assert [place for place, text in enumerate(pdf.page_texts) if "A remark." in text] == [
        place for _, title, place in pdf.bookmarks if title == "Head on"
    ]


def test_no_line_ends_after_the_hyphens_of_an_option(tmp_path: Path) -> None:
    words = " ".join(f"{'w' * (number % 7 + 1)} `--option` or `-o`" for number in range(60))
    folder = BookFolder(write_book(tmp_path, [words]))
    folder.run("-f", "pdf").succeeds()
    (path,) = folder.root.glob("output/en/*.pdf")
    lines = "\n".join(Pdf(path).page_texts).splitlines()
    assert not [line for line in lines if line.rstrip().endswith("-")]


def test_a_long_line_goes_on_beside_its_number(tmp_path: Path) -> None:
    code = "\n".join(["one = 1", f"two = '{'x' * 150}'", "", "three = 3"])
    folder = BookFolder(write_book(tmp_path, [f'```python {{file="a.py" start=41}}\n{code}\n```']))
    folder.run("-f", "pdf").succeeds()
    (path,) = folder.root.glob("output/en/*.pdf")
    pdf = Pdf(path)
    text = next(text for text in pdf.page_texts if "three" in text)
    assert "".join(code.split()) in "".join(re.sub(r"(?m)^4\d", "", text).split())
    document = pypdfium2.PdfDocument(path)
    page = document[pdf.page_texts.index(text)].get_textpage()
    heights = {}
    for word in ("42", "two", "44", "three"):
        begin, _ = page.search(word).get_next()
        heights[word] = page.get_charbox(begin)[1]
    document.close()
    assert abs(heights["42"] - heights["two"]) < 2
    assert abs(heights["44"] - heights["three"]) < 2


def test_numbers_of_a_list_are_its_own(tmp_path: Path) -> None:
    lists = (
        "3. three\n   1. inner\n      - a\n        1. deeper\n   2. second\n4. four\n\n8) eight\n   1. nine"
    )
    folder = BookFolder(write_book(tmp_path, [lists]))
    folder.run("-f", "pdf").succeeds()
    (path,) = folder.root.glob("output/en/*.pdf")
    text = " ".join("\n".join(Pdf(path).page_texts).split())
    for item in ("3. three", "1. inner", "1. deeper", "2. second", "4. four", "8) eight", "1. nine"):
        assert item in text


@pytest.mark.parametrize("word", ["Donaudampfschifffahrtsgesellschaftskapitaen", "M" * 90])
def test_a_long_word_stays_on_cover_and_title_page(tmp_path: Path, word: str) -> None:
    from PIL import Image

    folder = BookFolder(write_book(tmp_path, ["Words."]))
    folder.replace("pyproject.toml", '"A book"', f'"A {word} on the cover"')
    reading = read(folder.root)
    (edition,) = make_editions(reading, ["en"]).editions
    picture = Image.open(io.BytesIO(cover.render(edition, (), reading.store, 400))).convert("RGB")
    ground = picture.getpixel((0, 0))
    edge = picture.crop((picture.width - 30, 0, picture.width, picture.height))
    assert edge.getcolors() == [(30 * picture.height, ground)]
    assert lost(folder.root, ["pdf"]) == []


@pytest.mark.parametrize("text", ["สวัสดี ที่นี่", "नमस्ते क्षत्रिय", "ওহে কিন্তু", "שָׁלוֹם", "👨‍👩‍👧 b"])
def test_a_figures_letters_of_any_script_are_drawn(tmp_path: Path, text: str) -> None:
    folder = BookFolder(write_book(tmp_path, ["![What it says](figures/a.svg)"]))
    drawn = f'<text x="10" y="40" font-size="30">{text}</text>'
    folder.write(
        "source/figures/a.svg", f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 400 60">{drawn}</svg>'
    )
    folder.run("-f", "pdf").succeeds()
    (path,) = folder.root.glob("output/en/*.pdf")
    document = pypdfium2.PdfDocument(path)
    page = next(page for page in document if "Chapter 1" in page.get_textpage().get_text_range()[:12])
    assert len(page.render(scale=0.5).to_pil().convert("L").crop((40, 130, 250, 400)).getcolors()) > 10
    document.close()
    pdf = Pdf(path)
    assert [str(figure.Alt) for figure in pdf.elements("/Figure")][1:] == ["What it says"]
