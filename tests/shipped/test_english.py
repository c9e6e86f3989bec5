"""The book's translated editions: no English sentence is left in a page, an EPUB or a PDF, and no page of a
PDF ends badly.
"""

from __future__ import annotations

import ctypes
import re
import shutil
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from conftest import ROOT
from lxml import etree, html
from pypdfium2 import raw

from polybook.commands import build
from polybook.conservation import breaks
from polybook.model.book import Theme
from polybook.render.words import words as theme_words

LOCALES = ("it", "ja")


def words(text: str) -> frozenset[str]:
    return frozenset(text.split())


WORDS = words(
    "an and are as at be because between but by can does each for from has have how if into is it its must "
    "not of only or other should than that the their them then there these they this those to was were what "
    "when where which while who will with would you your"
)
"""Words that hardly any English sentence is without, and that neither Italian nor Japanese has."""

NAMES = {
    "gevent by Example": "the book's title, which no language translates",
    "gevent For the Working Python Developer": "the title of the older tutorial",
    "check then act": "the term, beside its translation",
    "publish and subscribe": "the term, beside its translation",
    "request and reply": "the term, beside its translation",
    "with": "Python's keyword, named in a comment where no code span can be",
}
"""What is English and stays so, and why."""

BLOCKS = words("caption dd desc dt figcaption h1 h2 h3 h4 h5 h6 label li option p summary td text th title")
CODE = frozenset({"code", "pre", "script", "style"})
ATTRIBUTES = ("alt", "aria-label", "content", "placeholder", "title")


def english(text: str) -> list[str]:
    """The English words in a text that are not part of a name."""
    text = " ".join(text.split())
    for name in sorted(NAMES, key=len, reverse=True):
        text = re.sub(rf"(?<![A-Za-z]){re.escape(name)}(?![A-Za-z])", " ", text)
    alone = re.findall(r"(?<![\w./'’-])[A-Za-z]+(?![\w/'’-]|\.\w)", text)
    return [word for word in alone if word.lower() in WORDS]


def shown(root: Any) -> Iterator[str]:
    """The texts of a page that are no code: what each block holds by itself, and what attributes say."""

    def name(node: Any) -> str:
        return etree.QName(node).localname if isinstance(node.tag, str) else ""

    def own(node: Any) -> str:
        """The node's text without its code and the blocks in it."""
        if name(node) in CODE or not name(node):
            return ""
        inner = (("" if name(child) in BLOCKS else own(child)) + (child.tail or "") for child in node)
        return (node.text or "") + "".join(inner)

    for node in root.iter():
        if name(node) in BLOCKS or name(node) == "body":
            yield own(node)
        for attribute in ATTRIBUTES:
            if attribute in node.attrib and node.get("property") != "og:locale":
                yield node.get(attribute)


@pytest.fixture(scope="module")
def output(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The translated editions of the book, strictly."""
    root = tmp_path_factory.mktemp("book")
    for name in ("source", "examples", "locales"):
        shutil.copytree(ROOT / name, root / name)
    shutil.copy(ROOT / "pyproject.toml", root)
    build.build(root, LOCALES, ("html", "epub", "pdf"), strict=True, may_run=False)
    return root / "output"


def test_english_is_known_from_italian() -> None:
    assert english("The hub waits for what is left.")
    assert english("What to remember")
    assert not english("L’hub attende in un ciclo di eventi; gevent by Example non è un’eccezione")
    assert not english("queues/time_is_up.pyの出力")


@pytest.mark.parametrize("locale", LOCALES)
def test_pages(output: Path, locale: str) -> None:
    for path in sorted((output / locale / "html").rglob("*.html")):
        for text in shown(html.parse(str(path)).getroot()):
            assert not english(text), (path.name, text)


@pytest.mark.parametrize("locale", LOCALES)
def test_nothing_falls_back_to_english(output: Path, locale: str) -> None:
    for path in (output / locale / "html").glob("*.html"):
        assert 'lang="en"' not in path.read_text("utf-8").replace('hreflang="en" lang="en"', ""), path


@pytest.mark.parametrize("locale", LOCALES)
def test_epub(output: Path, locale: str) -> None:
    with zipfile.ZipFile(output / locale / f"gevent-by-example-{locale}.epub") as archive:
        pages = [name for name in archive.namelist() if name.endswith((".xhtml", ".svg", ".ncx"))]
        assert len(pages) > 16
        for name in pages:
            for text in shown(etree.fromstring(archive.read(name))):
                assert not english(text), (name, text)


@pytest.mark.parametrize("locale", LOCALES)
def test_pdf(output: Path, locale: str) -> None:
    document = pypdfium2.PdfDocument(output / locale / f"gevent-by-example-{locale}.pdf")
    pages = [prose(page.get_textpage()) for page in document]
    document.close()
    assert sum(map(len, pages)) > 100_000 / (1 + (locale == "ja"))
    for number, text in enumerate(pages, 1):
        assert not english(text), (number, text)


@pytest.mark.parametrize("locale", LOCALES)
def test_pages_of_the_pdf_end_well(output: Path, locale: str) -> None:
    content = (output / locale / f"gevent-by-example-{locale}.pdf").read_bytes()
    found = breaks.read(content, theme_words(locale, Theme()), has_index=True)
    assert (found.torn, found.stranded) == ((), ())
    assert len(found.empty) < 0.04 * found.pages


def prose(page: pypdfium2.PdfTextPage) -> str:
    """The text of a page without what is set in the font of code."""
    text, name = page.get_text_range(), ctypes.create_string_buffer(100)
    kept = []
    assert len(text) == page.count_chars()
    for place, character in enumerate(text):
        raw.FPDFText_GetFontInfo(page, place, name, len(name), ctypes.c_int())
        kept.append(" " if b"Mono" in name.value else character)
    return re.sub("[\ufffe\x02](\r\n)?", "", "".join(kept))  # a hyphen at the end of a line
