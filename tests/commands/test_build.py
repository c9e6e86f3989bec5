"""Builds of sample books, looked at in every format."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
from conftest import BOOKS, ROOT, TRANSLATION, BookFolder, check_epub
from lxml import etree, html

from polybook.render.words import words


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory):
    """The small book in English and half in Japanese, in all formats."""
    root = tmp_path_factory.mktemp("built") / "small"
    shutil.copytree(BOOKS / "small", root, ignore=shutil.ignore_patterns("output", ".cache"))
    folder = BookFolder(root).translate("ja", TRANSLATION)
    folder.run().succeeds()
    return folder


def page(built, path: str) -> html.HtmlElement:
    return html.fromstring((built.root / "output" / path).read_bytes())


def pdf_text(built, locale: str) -> str:
    document = pypdfium2.PdfDocument(built.root / f"output/{locale}/small-book-{locale}.pdf")
    try:
        return "".join(document[number].get_textpage().get_text_range() for number in range(len(document)))
    finally:
        document.close()


def squeezed(text: str) -> str:
    return re.sub(r"\s", "", text)


def test_every_artifact_is_there(built) -> None:
    found = {
        path.relative_to(built.root / "output").as_posix() for path in (built.root / "output").rglob("*")
    }
    for locale in ("en", "ja"):
        names = ["edition.json", *(f"small-book-{locale}.{kind}" for kind in ("epub", "pdf", "md"))]
        names += [f"html/{name}.html" for name in ("index", "start", "end")]
        assert {f"{locale}/{name}" for name in names} <= found
    assert "index.html" in found
    assert {"404.html", "sitemap.xml", "en/html/pagefind/pagefind.js"} <= found
    assert [name for name in found if Path(name).name.startswith(".")] == [".made.json"]


def test_pages_speak_the_readers_language(built) -> None:
    start = page(built, "ja/html/start.html")
    assert (start.get("lang"), start.get("dir")) == ("ja", "ltr")
    assert [one.text_content() for one in start.xpath("//main//h1")] == ["第1章 はじめに"]
    assert start.findtext(".//title") == "はじめに - 小さな本"
    text = start.text_content()
    assert "あいさつするプログラムです。" in text
    assert "名前は最後に来ます。" in text
    assert 'print("hello,", name)' in text
    assert "first/hello.pyの出力" in text
    assert "この章には未訳の箇所が2か所あり" in text
    assert start.xpath("//main//svg//*[local-name()='text']/text()") == ["箱の中の語", "code()"]
    assert start.xpath("//main//svg/@aria-label") == ["語の入った箱。"]
    assert start.xpath("//div[contains(@class, 'box')]/@aria-label") == ["メモ"]
    assert "[[[" not in html.tostring(start, encoding="unicode")


def test_what_is_not_translated_says_its_language(built) -> None:
    spans = page(built, "ja/html/start.html").xpath("//main//span[@lang='en']")
    assert [span.text_content()[:20] for span in spans] == ["The first paragraph ", "A footnote."]


def test_links_lead_to_the_same_heading_in_every_language(built) -> None:
    for locale in ("en", "ja"):
        start = page(built, f"{locale}/html/start.html")
        assert "end.html#the-very-end" in start.xpath("//main//a/@href")
        end = page(built, f"{locale}/html/end.html")
        assert "start.html" in end.xpath("//main//a/@href")
        assert end.xpath("//*[@id='the-very-end']")


def test_identifiers_are_the_same_everywhere(built) -> None:
    def anchors(locale: str) -> set[str]:
        with zipfile.ZipFile(built.root / f"output/{locale}/small-book-{locale}.epub") as archive:
            chapters = [
                archive.read(name)
                for name in sorted(archive.namelist())
                if "/text/" in name and name.endswith(".xhtml")
            ]
        found = [etree.fromstring(text).xpath("//*[local-name()='section']/@id") for text in chapters]
        return {identifier for one in found for identifier in one}

    wanted = {"start", "a-program", "end", "the-very-end"}
    assert anchors("en") == anchors("ja") == wanted
    for locale in ("en", "ja"):
        found = {
            one
            for name in ("start", "end")
            for one in page(built, f"{locale}/html/{name}.html").xpath("//section/@id")
        }
        assert wanted <= found
        # Where a heading's words give its identifier anyway, Markdown does not spell it out.
        spelled = {"start", "end"} | ({"a-program", "the-very-end"} if locale == "ja" else set())
        markdown = built.read(f"output/{locale}/small-book-{locale}.md")
        assert set(re.findall(r"^#+ <a id=\"([\w-]+)\"></a>", markdown, re.MULTILINE)) == spelled


def test_the_index_lists_every_edition(built) -> None:
    index = page(built, "index.html")
    assert index.xpath("//ul[@class='editions']/li/@lang") == ["en", "ja"]
    assert index.xpath("//ul[@class='editions']//h2/text()") == ["English"]
    # Too little of it is translated to be released.
    assert index.xpath("//section[@class='unfinished']//h3/text()") == ["日本語"]
    for target in index.xpath("//a/@href"):
        assert (built.root / "output" / target).is_file(), target
    known = json.loads(built.read("output/ja/edition.json"))
    assert (known["title"], known["translated"]) == ("小さな本", len(TRANSLATION))


def test_an_edition_is_released_when_enough_of_it_is_translated(book) -> None:
    folder = book("small").translate("ja", {"The start": "はじめに", "The end": "おわり"})
    folder.replace("pyproject.toml", 'date = "', 'minimum-translated = 8\ndate = "')
    folder.run("-f", "md").succeeds()  # 2 of 23 messages
    assert page(folder, "index.html").xpath("//ul[@class='editions']//h2/text()") == ["English", "日本語"]
    assert "unfinished" not in str(page(folder, "index.html").xpath("//section/@class"))


def test_the_page_for_translators_has_the_same_as_status(book) -> None:
    folder = book("small").translate("ja", {"The start": "はじめに", "The end": "# おわり"})
    folder.run("status").succeeds()
    shown = page(folder, "status.html")
    rows = [[cell.text_content() for cell in row] for row in shown.xpath("//tr[th[@scope='row']]")]
    assert rows[0] == ["日本語", "2", "0", "21", "4 / 66", "6 %"]
    assert rows[2][:4] == ["source/01-start.md", "1", "0", "8"]
    found = shown.xpath("//ul[@class='findings']/li[@class='error']")
    assert ["heading-mark" in one.text_content() for one in found] == [True]
    folder.run("-l", "ja", "-f", "md").succeeds()
    assert page(folder, "index.html").xpath("//a[@href='status.html']"), "a build leads to it, and leaves it"


def test_pages_say_where_they_are_and_what_they_are_in_other_languages(built) -> None:
    start = page(built, "ja/html/start.html")
    base = "https://example.org/small/"
    assert start.xpath("//link[@rel='canonical']/@href") == [f"{base}ja/html/start.html"]
    alternates = {one.get("hreflang"): one.get("href") for one in start.xpath("//link[@rel='alternate']")}
    assert alternates == {
        "en": f"{base}en/html/start.html",
        "ja": f"{base}ja/html/start.html",
        "x-default": base,
    }
    card = {one.get("property"): one.get("content") for one in start.xpath("//meta[@property]")}
    assert card["og:title"] == "はじめに"
    assert card["og:url"] == f"{base}ja/html/start.html"
    assert card["og:description"].startswith("The first paragraph has a link to the end")
    assert start.xpath("//meta[@name='description']/@content") == [card["og:description"]]
    sitemap = etree.fromstring((built.root / "output/sitemap.xml").read_bytes())
    listed = sitemap.xpath("//*[local-name()='loc']/text()")
    pages = ("end.html", "index.html", "start.html")
    assert listed == [f"{base}{locale}/html/{name}" for name in pages for locale in ("en", "ja")]
    assert f"{base}ja/html/index.html" in page(built, "404.html").xpath("//a/@href")


def test_a_book_that_knows_no_address_claims_none(book) -> None:
    folder = book("everything")
    folder.run("-f", "html").succeeds()
    made = {path.name for path in (folder.root / "output").iterdir()}
    assert made == {".made.json", "en", "index.html"}
    assert "canonical" not in folder.read("output/en/html/blocks.html")


def test_downloads_are_named_with_their_sizes(built) -> None:
    size = words("ja").size((built.root / "output/ja/small-book-ja.epub").stat().st_size)
    for path in ("ja/html/index.html", "ja/html/start.html"):
        links = {one.get("href"): one.text_content() for one in page(built, path).xpath("//a[@download]")}
        assert links["../small-book-ja.epub"].split() == ["EPUB", *size.split()]
        assert set(links) >= {"../small-book-ja.pdf", "../../examples.zip"}
    states = page(built, "index.html").xpath("//p[@class='state']/text()")
    assert [state.split(" · ")[0] for state in states] == ["Original language", "翻訳済み47%"]


def test_readers_get_the_programs(built, tmp_path: Path) -> None:
    with zipfile.ZipFile(built.root / "output/examples.zip") as archive:
        archive.extractall(tmp_path)
    folder = tmp_path / "small-book-examples"
    assert {path.name for path in folder.iterdir()} == {"README.txt", "requirements.txt", "first"}
    done = subprocess.run([sys.executable, folder / "first/hello.py"], capture_output=True, text=True)
    assert done.stdout == "hello, world\n"
    assert "../../examples.zip" in page(built, "ja/html/index.html").xpath("//a/@href")
    away = "https://example.org/small/examples.zip"
    with zipfile.ZipFile(built.root / "output/ja/small-book-ja.epub") as archive:
        assert f'href="{away}"' in archive.read("EPUB/title.xhtml").decode()
    with pikepdf.open(built.root / "output/ja/small-book-ja.pdf") as document:
        links = [one for page in document.pages for one in page.get("/Annots", []) if "/A" in one]
        assert away in {str(one.A.URI) for one in links if "/URI" in one.A}


def test_the_pdfs_text_can_be_copied_out(built) -> None:
    japanese = squeezed(pdf_text(built, "ja"))
    for text in (
        "はじめに",
        "ほかには何も出力しません。",
        "名前は最後に来ます。",
        "箱の中の語",
        'print("hello,",name)',
    ):
        assert squeezed(text) in japanese, text


def page_with(document: pypdfium2.PdfDocument, words: str) -> pypdfium2.PdfTextPage:
    """The first page of a PDF that says this."""
    pages = (page.get_textpage() for page in document)
    return next(page for page in pages if page.search(words).get_next())


def test_figures_in_the_pdf_are_as_wide_as_the_text(built) -> None:
    document = pypdfium2.PdfDocument(built.root / "output/en/small-book-en.pdf")
    page = page_with(document, "Words in a box")
    words = page.search("Words in a box")
    index, count = words.get_next()
    left, right = page.get_charbox(index)[0], page.get_charbox(index + count - 1)[2]
    words.close()
    page.close()
    document.close()
    assert right - left > 60  # points; in a line of text the whole picture would be less


def test_code_in_the_pdf_keeps_its_spaces(built) -> None:
    """Extractors fold spaces, so look at where the letters stand: an indent is as wide as four letters."""
    document = pypdfium2.PdfDocument(built.root / "output/en/small-book-en.pdf")
    page = page_with(document, "The name comes last.")

    def left(text: str) -> float:
        searched = page.search(text)
        index, _ = searched.get_next()
        searched.close()
        return page.get_charbox(index, loose=True)[0]

    letter = (left("name):") - left("greet(name):")) / len("greet(")
    assert left("# The name comes last.") - left("def greet") == pytest.approx(4 * letter, abs=0.2 * letter)
    page.close()
    document.close()


def test_the_pdf_has_an_outline_a_title_and_its_standards(built) -> None:
    import pikepdf

    document = pypdfium2.PdfDocument(built.root / "output/ja/small-book-ja.pdf")
    titles = [entry.get_title() for entry in document.get_toc()]
    document.close()
    assert titles == ["目次", "1 はじめに", "プログラム", "2 おわり", "最後", "プログラム索引"]
    with pikepdf.open(built.root / "output/ja/small-book-ja.pdf") as pdf:
        assert str(pdf.docinfo["/Title"]) == "小さな本"
        assert str(pdf.Root.Lang) == "ja"
        with pdf.open_metadata() as meta:
            assert meta["pdfuaid:part"] == "1"
            assert (meta["pdfaid:part"], meta["pdfaid:conformance"]) == ("2", "A")


def test_the_epub_speaks_the_readers_language(built) -> None:
    with zipfile.ZipFile(built.root / "output/ja/small-book-ja.epub") as archive:
        assert archive.namelist()[0] == "mimetype"
        assert archive.getinfo("mimetype").compress_type == zipfile.ZIP_STORED
        package = archive.read("EPUB/package.opf").decode()
        nav = archive.read("EPUB/nav.xhtml").decode()
        chapter = archive.read("EPUB/text/start.xhtml").decode()
        picture = archive.read("EPUB/text/figures/box.svg").decode()
    assert "<dc:language>ja</dc:language>" in package
    assert '<meta property="schema:accessMode">visual</meta>' in package
    assert 'property="schema:accessibilitySummary"' in package
    assert ">目次</h1>" in nav
    assert ">扉</a>" in nav
    assert "<title>はじめに</title>" in chapter
    assert "箱の中の語" in picture


def test_two_builds_give_the_same_bytes(built, tmp_path: Path) -> None:
    again = tmp_path / "elsewhere"
    shutil.copytree(built.root, again, ignore=shutil.ignore_patterns("output", ".cache"))
    subprocess.run(
        [sys.executable, "-m", "polybook"],
        cwd=again,
        check=True,
        capture_output=True,
        env={**os.environ, "PYTHONPATH": str(ROOT), "TZ": "Pacific/Apia", "LC_ALL": "C"},
    )
    for path in (built.root / "output").rglob("*"):
        if path.is_file():
            assert (again / path.relative_to(built.root)).read_bytes() == path.read_bytes(), path


def test_a_build_of_one_format_leaves_the_others(built) -> None:
    before = (built.root / "output/ja/small-book-ja.epub").read_bytes()
    built.run("-l", "ja", "-f", "html").succeeds()
    assert (built.root / "output/ja/small-book-ja.epub").read_bytes() == before
    assert "../small-book-ja.epub" in page(built, "ja/html/index.html").xpath("//a/@href")


def test_a_second_build_changes_no_file(built) -> None:
    def times() -> dict[Path, int]:
        return {
            path: path.stat().st_mtime_ns for path in (built.root / "output").rglob("*") if path.is_file()
        }

    before = times()
    built.run().succeeds()
    assert times() == before


@pytest.mark.slow  # a release has the same book looked at
@pytest.mark.java
@pytest.mark.parametrize("locale", ["en", "ja"])
def test_epubcheck_has_nothing_to_say(built, locale: str) -> None:
    check_epub(built.root / f"output/{locale}/small-book-{locale}.epub")


HEADINGS = """\
Words above the title.

## The title

#### Left out

Words.

# A section

###### Deep

## ***

##

# 1
"""
"""Levels that no format takes as they are."""


@pytest.mark.java
def test_headings_of_any_level_are_an_outline_in_every_format(book) -> None:
    folder = book("small").write("source/03-any.md", HEADINGS)
    said = folder.run("-l", "en").succeeds().err
    for line in (1, 5, 11, 15):
        assert f"warning: source/03-any.md:{line}: " in said
    page = html.fromstring(folder.read("output/en/html/any.html"))
    shown = [(one.tag, one.get("class"), one.text_content()) for one in page.iter("h1", "h2", "h3", "h4")]
    assert shown == [
        ("h1", None, "Chapter 3 The title"),
        ("h2", "looks-3", "Left out"),
        ("h2", None, "A section"),
        ("h3", "looks-6", "Deep"),
        ("h3", None, "***"),
        ("h2", None, "1"),
    ]
    check_epub(folder.root / "output/en/small-book-en.epub")
    with pikepdf.open(folder.root / "output/en/small-book-en.pdf") as pdf, pdf.open_outline() as outline:
        (chapter,) = (one for one in outline.root if one.title == "3 The title")
        assert [one.title for one in chapter.children] == ["Left out", "A section", "1"]
    written = re.sub('<a id="[^"]*"></a>', "", folder.read("output/en/small-book-en.md"))
    assert re.findall(r"^#.*", written.partition("Words above")[2], re.MULTILINE) == [
        "### Left out",
        "## A section",
        "###### Deep",
        "### \\*\\*\\*",
        "## 1",
    ]


FRONT_MATTER = """\
---
title: Five *words* & "more"
description: What it is about.
author: [Ada, Bob]
date: 2026-02-03
secret: nobody's
---

## A section

Words.
"""


def test_front_matter_is_shown_where_a_format_has_room_for_it(book) -> None:
    folder = book("small").write("source/03-front.md", FRONT_MATTER)
    folder.translate("it", {'Five *words* & "more"': "Cinque *parole*", "What it is about.": "Di che parla."})
    folder.run("-l", "en", "-l", "it", "-f", "html", "-f", "md").succeeds()
    assert "03-front.md:3" not in folder.run("check").out
    for language, title, description in (
        ("en", 'Chapter 3 Five *words* & "more"', "What it is about."),
        ("it", "Capitolo 3 Cinque *parole*", "Di che parla."),
    ):
        text = folder.read(f"output/{language}/html/front.html")
        page = html.fromstring(text)
        assert [one.text_content() for one in page.iter("h1")] == [title]
        assert page.xpath("//meta[@name='description']/@content") == [description]
        assert page.xpath("//meta[@name='author']/@content") == ["Ada", "Bob"]
        assert page.xpath("//meta[@property='article:published_time']/@content") == ["2026-02-03"]
        assert "nobody" not in text
        assert "secret" not in folder.read(f"output/{language}/small-book-{language}.md")
    said = folder.read("locales/it/LC_MESSAGES/book.po")
    assert "chapter title in front matter" in said
    assert "chapter description" in said


@pytest.mark.java
def test_a_book_with_everything_builds_in_every_format(book) -> None:
    folder = book("everything")
    folder.run().succeeds()
    check_epub(folder.root / "output/en/everything-en.epub")


def test_clean_removes_what_builds_made(book) -> None:
    folder = book("small")
    folder.run("-f", "md").succeeds()
    assert folder.run("clean").succeeds().out == "removed: output/\nremoved: .cache/\n"
    assert folder.run("clean").succeeds().out == "nothing to remove\n"
    assert (folder.root / "source/01-start.md").is_file()


def test_one_pdf_that_cannot_be_made_leaves_all_else_whole(book) -> None:
    folder = book("small").translate("it", {"The start": "L'inizio"}).write("theme/pdf/book.typ", REFUSES)
    said = folder.run().fails(1, "not in this language")
    assert "small-book-en.pdf" in said.out  # the table of what was made
    made = {path.name for path in folder.root.glob("output/*/small-book-*")}
    assert made == {
        f"small-book-{locale}.{kind}" for locale in ("en", "it", "ja") for kind in ("epub", "md", "pdf")
    } - {"small-book-it.pdf"}
    index = folder.read("output/index.html")
    assert all(f"{locale}/html/index.html" in index for locale in ("en", "it", "ja"))
    assert "small-book-it.pdf" not in index
    folder.run().fails(1, "not in this language")  # there is something to do until it is mended


REFUSES = """#import "polybook/book.typ": *
#import "polybook/book.typ" as ours
#let book(body) = if sys.inputs.lang == "it" { panic("not in this language") } else { ours.book(body) }
"""

FORBIDS = """#import "polybook/book.typ": *
#import "polybook/book.typ" as ours
#let book(body) = {
  show "forbidden": it => panic("not this word")
  ours.book(body)
}
"""


def test_what_typst_cannot_set_is_named_with_its_line(book) -> None:
    folder = book("small").write("theme/pdf/book.typ", FORBIDS)
    text = folder.read("source/02-end.md")
    folder.write("source/02-end.md", f"{text}\n- a\n\n  ::: note\n\n  It is\n  forbidden.\n\n  :::\n")
    line = text.count("\n") + 2
    told = f"error: source/02-end.md:{line}: Typst cannot set the en edition: panicked with: not this word"
    folder.run("-l", "en").fails(1, told)
    assert folder.read("output/index.html")
    assert told in folder.run("check", "--deep", "-l", "ja").fails(5).out.replace("ja edition", "en edition")
