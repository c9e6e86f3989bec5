"""The subject index: the last chapter of every format, with pages on paper and links elsewhere."""

from __future__ import annotations

import re
import shutil
import zipfile
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
from conftest import BOOKS, BookFolder, check_epub
from lxml import etree, html

from polybook.book import load
from polybook.chapters import index_entries
from polybook.model.edition import Edition, EditionChapter, IndexMark
from polybook.render import subject_index
from polybook.render.subject_index import with_index
from polybook.system.cache import Store
from polybook.translation import contract


@pytest.fixture(scope="module")
def handbook(tmp_path_factory: pytest.TempPathFactory) -> BookFolder:
    root = tmp_path_factory.mktemp("index") / "handbook"
    shutil.copytree(BOOKS / "handbook", root, ignore=shutil.ignore_patterns("output", ".cache"))
    BookFolder(root).run("--no-refresh").succeeds()
    return BookFolder(root)


def lines(page: html.HtmlElement) -> list[str]:
    """The letters and entries of an index, with the titles that they lead to."""
    return [
        " ".join("".join(one.xpath("text() | *[local-name()='a' or local-name()='span']//text()")).split())
        for one in page.xpath("//*[local-name()='h2'] | //*[local-name()='li'][ancestor::*[@class='index']]")
    ]


ITALIAN = [
    "Simboli e numeri",
    *("3.2 fili, Fili", "B", "buio, Interruttori nelle stanze", "D", "dim(), Interruttori nelle stanze"),
    *("E", "Éclat, Interruttori nelle stanze", "elettricità, Fili", "F", "fusibili, Fili"),
    *("I", "ingresso, Interruttori nelle stanze", "interruttore, Interruttori nelle stanze, Fili"),
    *("L", "lampada", "accensione, Interruttori nelle stanze, Fili", "luce"),
    *("di notte, Interruttori nelle stanze", "N", "nelle stanze, Interruttori nelle stanze"),
    *("P", "pericolo! (cartello), Fili", "Z", "zelo, Interruttori nelle stanze"),
]


def test_entries_stand_below_their_letters_with_links_to_their_sections(handbook: BookFolder) -> None:
    page = html.fromstring(handbook.read("output/it/html/subject-index.html").encode())
    assert lines(page.xpath("//main")[0]) == ITALIAN
    assert page.xpath("//main/section/@role") == ["doc-index"]
    assert page.xpath("//nav//a[@href='subject-index.html']/text()")[0] == "Indice analitico"
    for link in page.xpath("//div[@class='index']//li/a/@href"):
        file, _, anchor = link.partition("#")
        there = html.fromstring(handbook.read(f"output/it/html/{file}").encode())
        assert there.xpath(f"//main//*[@id='{anchor}']"), link


def test_japanese_is_sorted_by_readings_and_shown_without_them(handbook: BookFolder) -> None:
    page = html.fromstring(handbook.read("output/ja/html/subject-index.html").encode())
    shown = lines(page.xpath("//main")[0])
    letters = [one for one in shown if len(one) == 1]
    assert letters == ["D", "Z", "あ", "か", "さ", "た", "は", "ら"]
    assert shown[shown.index("か") :][1:3] == ["危険!（標識）、電線", "暗闇、部屋の中のスイッチ"]
    (untranslated,) = page.xpath("//main//span[@class='untranslated']")
    assert (untranslated.text, untranslated.get("lang")) == ("zeal", "en")


def test_the_epub_says_that_it_is_an_index(handbook: BookFolder) -> None:
    with zipfile.ZipFile(handbook.root / "output/it/handbook-it.epub") as archive:
        page = etree.fromstring(archive.read("EPUB/text/subject-index.xhtml"))
        nav = archive.read("EPUB/nav.xhtml").decode()
    section = page.find(".//{*}section")
    assert section.get("{http://www.idpf.org/2007/ops}type") == "index"
    assert section.get("role") == "doc-index"
    assert lines(page) == ITALIAN
    assert 'href="text/subject-index.xhtml#page-index">Indice analitico</a>' in nav
    assert '<a epub:type="index" href="text/subject-index.xhtml#page-index">Indice analitico</a>' in nav


def test_the_markdown_edition_leads_to_places_in_itself(handbook: BookFolder) -> None:
    text = handbook.read("output/it/handbook-it.md")
    assert "- interruttore, [Interruttori nelle stanze](#page-entry-lighting-1), [Fili](#" in text
    assert '<span id="page-entry-lighting-1">interruttore</span>' in text
    assert '# <a id="page-index"></a>Indice analitico' in text


def test_pages_stand_on_paper_each_once_and_ranges_as_such(book) -> None:
    folder = book("small")
    for number in range(3, 10):
        mark = "" if number in (6, 8) else '[]{.index entry="page"} [page]{.index}'
        folder.write(f"source/{number:02}-c{number}.md", f"# Chapter {number}\n\nText {mark}\n")
    folder.run("--no-refresh", "--lang", "en", "-f", "pdf").succeeds()
    path = folder.root / "output/en/small-book-en.pdf"
    document = pypdfium2.PdfDocument(path)
    texts = [page.get_textpage().get_text_bounded() for page in document]
    (index,) = (text for text in texts if text.startswith("Index\r\nP\r\n"))
    assert re.search(r"page, 7–9, 11, 13\s", index)
    with pikepdf.open(path) as opened, opened.open_outline() as outline:
        titles = [one.title for one in outline.root]
    assert titles[-2:] == ["Index", "Index of examples"]


def edition(*entries: str, name: str = "c", titles: tuple[str, ...] = ()) -> Edition:
    """An edition of a chapter with these entries, each in a section of its own unless it has a title."""
    given = load.load(BOOKS / "small").settings
    marks = tuple(
        IndexMark(f"a{number}", entry, "", f"s{number}", titles[number] if titles else f"S{number}", "")
        for number, entry in enumerate(entries)
    )
    chapter = EditionChapter(name, "The chapter", "[]", 0, "", entries=marks)
    return Edition("en", given, (chapter,), {}, 0, 0)


def said(made: Edition) -> str:
    from polybook.markup.tree import plain, runs

    return " / ".join(plain(run) for run in runs(made.chapters[-1].blocks))


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (edition("b", "a", "b"), "Index / A / a, S1 / B / b, S0, S2"),
        (edition("a!x", "a", "a!b!c"), "Index / A / a, S1 / b / c, S2 / x, S0"),
        (edition("a", "a", titles=("T", "T")), "Index / A / a, The chapter: T, The chapter: T"),
        (edition("a", titles=("The chapter",)), "Index / A / a, The chapter"),
        (edition("zz@a", "b"), "Index / B / b, S1 / Z / a, S0"),
    ],
)
def test_entries_with_the_same_words_are_one(given: Edition, expected: str) -> None:
    assert said(with_index(given, Store(None))) == expected


def test_a_book_without_marks_has_no_index() -> None:
    assert with_index(edition(), Store(None)) == edition()


def test_its_page_has_a_name_that_no_chapter_has() -> None:
    made = with_index(edition("a", name="subject-index"), Store(None))
    assert [chapter.name for chapter in made.chapters] == ["subject-index", "subject-index-"]
    assert [subject_index.is_index(chapter) for chapter in made.chapters] == [False, True]
    assert made.contents[-1].title == "Index"


@pytest.mark.parametrize("translation", ["つける!!", "あ!い!う!え", "@語", "語@"])
def test_an_entrys_translation_is_an_entry(translation: str) -> None:
    message = index_entries.message("hall", "source/03-lighting.md", 1)
    assert [code for code, _ in contract.check_text(message, translation)] == ["structure"]
    assert contract.check_text(message, "ひろま@広間!い") == []


def test_a_japanese_entry_has_a_reading(book) -> None:
    folder = book("handbook")
    folder.replace("locales/ja/LC_MESSAGES/book.po", 'msgstr "ひろま@広間"', 'msgstr "広間"')
    folder.run("check").fails(
        0, "warning: locales/ja", "'広間' has no reading to be sorted by: write よみ@広間. [reading]"
    )


@pytest.mark.slow
@pytest.mark.java
@pytest.mark.parametrize("locale", ["en", "it", "ja"])
def test_epubcheck_has_nothing_to_say(locale: str, handbook: BookFolder) -> None:
    check_epub(Path(handbook.root, f"output/{locale}/handbook-{locale}.epub"))
