"""What a chapter's marks look like, alike in every format and in a language of their own."""

from __future__ import annotations

import re
import shutil
import zipfile
from pathlib import Path

import pypdfium2
import pytest
from conftest import BOOKS, BookFolder
from lxml import html

CHAPTER = """\
# Forms

## Marks

"Quoted", it's from the '70s, *'single'*: "see 'this'".

## Boxes

> [!NOTE]
> As GitHub has it.

> [!important]
> In small letters.

> [!Caution]- Mind *the* "gap"
> Folded.

::: {.danger #deep}
As pandoc has it.

- With a list.
:::

::: Warning
A capital.
:::

::: info Two ways, `a|b`
As VuePress has it.
:::

::: {.callout-tip title="A *title*"}
As Quarto has it.
:::

> [!whatever]
> A quotation.

## Tables

| Left | Right |
|:-----|------:|
| `a \\| b` | 2 |

Table: What *it* holds

Term

:   First paragraph.

    Second paragraph.

## Short

Three dots\\... two \\--hyphens, a -5 and -? stay. A "dash" -- is one...
"""
ITALIAN = {
    'Mind *the* "gap"': 'Badare *al* "vuoto"',
    "What *it* holds": "Che *cosa* contiene",
    "\"Quoted\", it's from the '70s, *'single'*: \"see 'this'\".": '"Detto", l\'anno \'70, "così".',
}


class Built:
    """The texts of an edition in each format, white space folded."""

    def __init__(self, root: Path, locale: str) -> None:
        folder = root / "output" / locale
        page = html.fromstring((folder / "html/forms.html").read_bytes())
        (self.page,) = page.iter("main")
        with zipfile.ZipFile(folder / f"small-book-{locale}.epub") as archive:
            (name,) = [one for one in archive.namelist() if one.endswith("/forms.xhtml")]
            self.epub = html.fromstring(archive.read(name))
        document = pypdfium2.PdfDocument(folder / f"small-book-{locale}.pdf")
        pdf = "".join(page.get_textpage().get_text_range() for page in document)
        document.close()
        self.markdown = (folder / f"small-book-{locale}.md").read_text("utf-8")
        self.texts = {
            "html": folded(self.page.text_content()),
            "epub": folded(self.epub.text_content()),
            # Without the number of a page and the head of the next one.
            "pdf": re.sub(
                r" \d+A Small Book Forms", "", folded(re.sub("[\u00ad\ufffe\u0002]\r?\n", "", pdf))
            ),
        }


def folded(text: str) -> str:
    return " ".join(text.split())


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> BookFolder:
    root = tmp_path_factory.mktemp("forms") / "book"
    shutil.copytree(BOOKS / "small", root, ignore=shutil.ignore_patterns("output", ".cache", "locales"))
    book = BookFolder(root).write("source/03-forms.md", CHAPTER)
    book.translate("it", ITALIAN).run().succeeds()
    return book


@pytest.fixture(scope="module")
def english(folder: BookFolder) -> Built:
    return Built(folder.root, "en")


@pytest.fixture(scope="module")
def italian(folder: BookFolder) -> Built:
    return Built(folder.root, "it")


FORMATS = pytest.mark.parametrize("form", ["html", "epub", "pdf"])


@FORMATS
def test_quotation_marks_are_those_of_the_language(english: Built, italian: Built, form: str) -> None:
    assert "“Quoted”, it’s from the ’70s, ‘single’: “see ‘this’”." in english.texts[form]
    assert "«Detto», l’anno ’70, «così»." in italian.texts[form]
    # what is not translated
    assert "A “dash” – is one…" in italian.texts[form]


@FORMATS
def test_marks_that_are_short_for_others_in_typst_are_letters(english: Built, form: str) -> None:
    assert "Three dots... two --hyphens, a -5 and -? stay. A “dash” – is one…" in english.texts[form]


BOXES = [
    ("note", "Note", "As GitHub has it."),
    ("important", "Important", "In small letters."),
    ("caution", "Mind the “gap”", "Folded."),
    ("danger", "Danger", "As pandoc has it. With a list."),
    ("warning", "Warning", "A capital."),
    ("info", "Two ways, a|b", "As VuePress has it."),
    ("tip", "A title", "As Quarto has it."),
]


@pytest.mark.parametrize("form", ["page", "epub"])
def test_boxes_have_a_label_or_a_title(english: Built, form: str) -> None:
    boxes = [one for one in getattr(english, form).iter("div") if "box" in one.get("class", "").split()]
    found = [(one.get("class").split()[1], folded(one[0].text_content())) for one in boxes]
    assert found == [(kind, label) for kind, label, _ in BOXES]
    assert [folded(one.text_content()) for one in boxes] == [f"{label} {text}" for _, label, text in BOXES]
    assert {one.get("id"): one.get("aria-label") for one in boxes if one.get("id")} == {"deep": "Danger"}


@FORMATS
def test_boxes_are_labelled_once_and_in_the_language(english: Built, italian: Built, form: str) -> None:
    for _, label, text in BOXES:
        assert english.texts[form].replace("• ", "").count(f"{label} {text}") == 1
    for said in ("Nota As GitHub", "Importante In small", "Badare al «vuoto» Folded", "Pericolo As pandoc"):
        assert italian.texts[form].count(said) == 1
    assert "[!whatever] A quotation." in english.texts[form]


@FORMATS
def test_tables_have_their_captions_and_definitions_their_paragraphs(
    english: Built, italian: Built, form: str
) -> None:
    assert "What it holds Left Right a | b 2" in english.texts[form]
    assert "Che cosa contiene Left" in italian.texts[form]
    assert "Term First paragraph. Second paragraph." in english.texts[form]


def test_definitions_of_several_paragraphs_have_them(english: Built) -> None:
    for whole in (english.page, english.epub):
        assert [p.text for dd in whole.iter("dd") for p in dd.iter("p")] == [
            "First paragraph.",
            "Second paragraph.",
        ]
