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

Three dots\\... two \\--hyphens, a -5 and -? stay. A "dash" -- is one...
"""
ITALIAN = {"\"Quoted\", it's from the '70s, *'single'*: \"see 'this'\".": '"Detto", l\'anno \'70, "così".'}


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
            "pdf": folded(re.sub("[\u00ad\ufffe\u0002]\r?\n", "", pdf)),
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
