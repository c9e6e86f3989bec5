"""A book in Arabic with a Hebrew translation: from right to left in all formats, but for code."""

from __future__ import annotations

import re
import subprocess
import unicodedata
import zipfile

import polib
import pytest
from conftest import BOOKS, BookFolder, check_epub
from lxml import etree, html

LOCALES = ("ar", "he")


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> BookFolder:
    import shutil

    root = tmp_path_factory.mktemp("rtl") / "book"
    shutil.copytree(BOOKS / "rtl", root, ignore=shutil.ignore_patterns("output", ".cache"))
    folder = BookFolder(root)
    folder.run("--strict").succeeds()
    return folder


def phrases(built: BookFolder, locale: str) -> list[str]:
    """The book's messages in a language, without markup, cut where something else stands in them."""
    catalog = polib.pofile(str(built.root / "locales/he/LC_MESSAGES/book.po"))
    found = []
    for entry in catalog:
        if "alt text" not in entry.comment:
            text = entry.msgid if locale == "ar" else entry.msgstr
            text = re.sub(r"\]\([^)]*\)", "\n", re.sub(r"\[\^one\]|\$.*?\$", "\n", text))
            found += text.replace("[", "").splitlines()
    return found


def letters(text: str) -> str:
    """A text's letters and digits alone.

    A tool that reads a line from right to left back into order may err on where brackets, full stops and
    vowel signs belong; letters have one place.
    """
    return "".join(one for one in unicodedata.normalize("NFC", text) if unicodedata.category(one)[0] in "LN")


@pytest.mark.poppler
@pytest.mark.parametrize("locale", LOCALES)
def test_the_pdfs_text_comes_out_in_order(built: BookFolder, locale: str) -> None:
    path = built.root / f"output/{locale}/right-to-left-{locale}.pdf"
    done = subprocess.run(["pdftotext", str(path), "-"], capture_output=True, text=True, check=True)
    text = letters(done.stdout)
    assert len(phrases(built, locale)) > 35
    for phrase in phrases(built, locale):
        assert letters(phrase) in text, phrase


@pytest.mark.parametrize("locale", LOCALES)
def test_pages_run_from_right_to_left(built: BookFolder, locale: str) -> None:
    for name in ("index.html", "threads.html", "waiting.html"):
        page = html.parse(str(built.root / f"output/{locale}/html/{name}")).getroot()
        assert (page.get("lang"), page.get("dir")) == (locale, "rtl")
        for code in page.xpath("//pre | //main//code[not(ancestor::pre)]"):
            assert code.get("dir") == "ltr"
    # Nothing in the style says left or right where a language may turn it.
    style = page.xpath("string(//style)")
    sides = re.findall(r"(?:margin|padding|border)-(?:left|right)|float: (?:left|right)", style)
    assert sides == []


@pytest.mark.parametrize("locale", LOCALES)
def test_the_epub_turns_its_pages_from_right_to_left(built: BookFolder, locale: str) -> None:
    with zipfile.ZipFile(built.root / f"output/{locale}/right-to-left-{locale}.epub") as archive:
        package = etree.fromstring(archive.read("EPUB/package.opf"))
        assert package.get("dir") == "rtl"
        assert package.find("{*}spine").get("page-progression-direction") == "rtl"
        for name in archive.namelist():
            if name.endswith(".xhtml"):
                page = etree.fromstring(archive.read(name))
                assert page.get("dir") == "rtl", name
                for code in page.iter("{*}pre"):
                    assert code.get("dir") == "ltr"


@pytest.mark.java
@pytest.mark.parametrize("locale", ["ar", pytest.param("he", marks=pytest.mark.slow)])
def test_epubcheck_has_nothing_to_say(built: BookFolder, locale: str) -> None:
    check_epub(built.root / f"output/{locale}/right-to-left-{locale}.epub")
