"""A book with numbers, captions and references of every kind, in all formats and three languages."""

from __future__ import annotations

import re
import shutil
import subprocess
import zipfile

import pypdfium2
import pytest
from conftest import BOOKS, BookFolder
from lxml import etree, html

from polybook.release.validation import epubcheck

TITLES = {
    "en": ["Preface", "Chapter 1 Adding up", "Chapter 2 Tables", "Appendix A Signs", "Appendix B More"],
    "it": [
        "Prefazione",
        "Capitolo 1 Sommare",
        "Capitolo 2 Tabelle",
        "Appendice A Segni",
        "Appendice B Altro",
    ],
    "ja": ["まえがき", "第1章　足し算", "第2章　表", "付録A　記号", "付録B　補足"],
}
SECTIONS = {
    "en": ["How to read it", "1.1 Sums", "Why", "2.1 Columns", "Rows", "A.1 Plus", "A.2 Minus"],
    "it": ["Come leggerlo", "1.1 Somme", "Perché", "2.1 Colonne", "Righe", "A.1 Più", "A.2 Meno"],
    "ja": ["読み方", "1.1 和", "理由", "2.1 列", "行", "A.1 プラス", "A.2 マイナス"],
}
CAPTIONS = {
    "en": [
        "Figure 1. A box that stands before all chapters.",
        'Listing 1.1. Two numbers, and their "sum"',
        "Figure 1.1. A box.",
        "Table 2.1. The first digits.",
        "Table 2.2. Another digit.",
        "Figure 2.1. The box again.",
        "Table 2.3. One more digit.",
        "Listing 2.1. A loop over rows",
        "Listing 2.2. What is no program",
        "Figure A.1. A box in an appendix.",
    ],
    "it": [
        "Figura 1. Un riquadro che precede tutti i capitoli.",
        "Listato 1.1. Due numeri e la loro «somma»",
        "Figura 1.1. Un riquadro.",
        "Tabella 2.1. Le prime cifre.",
        "Tabella 2.2. Un’altra cifra.",
        "Figura 2.1. Ancora il riquadro.",
        "Tabella 2.3. Ancora una cifra.",
        "Listato 2.1. Un ciclo sulle righe",
        "Listato 2.2. Ciò che non è un programma",
        "Figura A.1. Un riquadro in un’appendice.",
    ],
    "ja": [
        "図1　すべての章に先立つ箱。",
        "リスト1.1　二つの数とその「和」",
        "図1.1　箱。",
        "表2.1　最初の数字。",
        "表2.2　もう一つの数字。",
        "図2.1　再び箱。",
        "表2.3　さらに一つの数字。",
        "リスト2.1　行の繰り返し",
        "リスト2.2　プログラムではないもの",
        "図A.1　付録の箱。",
    ],
}
SENTENCES = {
    "en": [
        "It leads to Chapter 1, Adding up, to Section 2.1, Columns and to Appendix A, Signs.",
        "Everything begins with Section 1.1, Sums; why that is so says Why.",
        "As Listing 1.1 shows, a sum is one number. What Figure 1.1 shows is none",
        "one, Table 2.1",
        "Nothing stands here but Listing 2.1 and Appendix B, More.",
        "But see Section 2.1, Columns.",
    ],
    "it": [
        "Rimanda a Capitolo 1, Sommare, a Sezione 2.1, Colonne e a Appendice A, Segni.",
        "Tutto comincia con Sezione 1.1, Somme; il motivo è in Perché.",
        "uno, Tabella 2.1",
    ],
    "ja": [
        "第1章「足し算」、2.1節「列」、付録A「記号」へ続きます。",
        "リスト1.1が示すように、和は一つの数です。図1.1にあるものは数ではなく",
        "一、表2.1",
    ],
}


CALLED = {"en": "Table 2.1", "it": "Tabella 2.1", "ja": "表2.1"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> BookFolder:
    root = tmp_path_factory.mktemp("numbered") / "numbers"
    shutil.copytree(BOOKS / "numbers", root, ignore=shutil.ignore_patterns("output", ".cache"))
    made = BookFolder(root)
    made.run().succeeds()
    return made


def squeezed(text: str) -> str:
    return re.sub(r"\s+", " ", text)


def words(node: etree._Element) -> str:
    return squeezed("".join(node.itertext())).strip()


def site(folder: BookFolder, locale: str) -> list[etree._Element]:
    """The pages of the chapters, in their order."""
    there = folder.root / f"output/{locale}/html"
    names = ("preface", "adding", "tables", "signs", "more")
    return [html.fromstring((there / f"{name}.html").read_bytes()).find(".//main") for name in names]


def epub(folder: BookFolder, locale: str) -> dict[str, etree._Element]:
    with zipfile.ZipFile(folder.root / f"output/{locale}/numbers-{locale}.epub") as archive:
        names = [name for name in archive.namelist() if name.endswith((".xhtml", ".ncx"))]
        return {name: etree.fromstring(archive.read(name)) for name in names}


def named(nodes: list[etree._Element], name: str) -> list[etree._Element]:
    return [one for node in nodes for one in node.iter() if etree.QName(one).localname == name]


@pytest.mark.parametrize("locale", TITLES)
@pytest.mark.parametrize("kind", ["site", "EPUB"])
def test_pages_have_numbers_captions_and_references(folder: BookFolder, locale: str, kind: str) -> None:
    pages = site(folder, locale)
    if kind == "EPUB":
        pages = [page for name, page in epub(folder, locale).items() if "/text/" in name]
    assert [words(one) for one in named(pages, "h1")] == list(map(squeezed, TITLES[locale]))
    captions = [*named(pages, "figcaption"), *named(pages, "caption")]
    shown = {words(next(iter(named([one], "div")), one)) for one in captions}
    assert shown >= set(map(squeezed, CAPTIONS[locale]))
    text = " ".join(map(words, pages))
    for sentence in SENTENCES[locale]:
        assert squeezed(sentence) in text


@pytest.mark.parametrize("locale", TITLES)
def test_contents_have_the_numbers(folder: BookFolder, locale: str) -> None:
    page = html.fromstring((folder.root / f"output/{locale}/html/tables.html").read_bytes())
    beside = [words(one) for one in page.xpath("//nav[@id='page-contents']/ol//a")]
    _, first, *_ = (re.split("　| (?=[A-Z][a-z])", one)[-1] for one in TITLES[locale])
    assert beside[:2] == [TITLES[locale][0], f"1 {first}"]
    assert SECTIONS[locale][3] in beside
    nav = epub(folder, locale)["EPUB/nav.xhtml"]
    toc, *lists, _ = named([nav], "nav")
    entries = [words(one) for one in named([toc], "a")]
    assert [one for one in entries if one in SECTIONS[locale]] == SECTIONS[locale]
    listed = [[words(one) for one in named([one], "a")] for one in lists]
    assert [len(one) for one in listed] == [4, 3, 3]
    assert listed[1][0] == squeezed(CAPTIONS[locale][3]).replace(". ", " ", 1).replace("　", " ")
    names = epub(folder, locale)
    for link in named(lists, "a"):
        file, _, anchor = link.get("href").partition("#")
        assert names[f"EPUB/{file}"].xpath(f"//*[@id='{anchor}']"), link.get("href")


@pytest.mark.parametrize("locale", TITLES)
def test_the_pdf_has_numbers_in_bookmarks_and_on_its_pages(folder: BookFolder, locale: str) -> None:
    path = folder.root / f"output/{locale}/numbers-{locale}.pdf"
    document = pypdfium2.PdfDocument(path)
    pages = [page.get_textpage().get_text_range() for page in document]
    bookmarks = [mark.get_title() for mark in document.get_toc()]
    document.close()
    assert [one for one in bookmarks if one in SECTIONS[locale]] == SECTIONS[locale]
    assert any(one.startswith("1 ") for one in bookmarks)
    assert any(one.startswith("A ") for one in bookmarks)
    text = re.sub(r"\s|\u2060|\u00ad|(?:（|\()[^()（）]*?\d+(?:ページ）|\))", "", "".join(pages))
    for caption in CAPTIONS[locale]:
        assert re.sub(r"\s", "", caption) in text
        label = re.match(r"\D+[\d.]*\d", caption.replace(" A.", "　A."))
        assert label is None or text.count(re.sub(r"\s", "", label[0])) >= 2, "it is in its list too"


def test_paper_says_chapter_and_page_of_what_is_elsewhere(folder: BookFolder) -> None:
    folder.write(
        "source/04-more.md",
        "# More {.appendix}\n\nSee [sums](01-adding.md#sums), [signs](03-signs.md), [this](#more) and"
        " [the preface](00-preface.md).\n",
    )
    folder.run("-l", "en", "-f", "pdf").succeeds()
    done = subprocess.run(
        ["pdftotext", "-raw", folder.root / "output/en/numbers-en.pdf", "-"],
        capture_output=True,
        text=True,
        check=True,
    )
    said = squeezed(done.stdout)
    wanted = r"See sums \(chapter.1, p. \d+\), signs \(appendix.A, p. \d+\), this \(p. \d+\) and the preface"
    assert re.search(wanted, said)


@pytest.mark.parametrize("locale", TITLES)
def test_one_markdown_file_says_it_too(folder: BookFolder, locale: str) -> None:
    text = folder.read(f"output/{locale}/numbers-{locale}.md")
    for caption in CAPTIONS[locale][2:6]:
        assert squeezed(caption.replace("　", " ")) in text.replace("*", "").replace("\\", "")
    assert f"[{CALLED[locale]}](#digits)" in text


@pytest.mark.java
def test_epubcheck_finds_nothing(folder: BookFolder) -> None:
    command = epubcheck()
    assert command
    for locale in TITLES:
        path = folder.root / f"output/{locale}/numbers-{locale}.epub"
        done = subprocess.run([*command, "--quiet", str(path)], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
