"""The EPUB, file by file: package, contents, cover, chapters; and that all formats agree."""

from __future__ import annotations

import io
import posixpath
import re
import shutil
import struct
import subprocess
import unicodedata
import zipfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

import pikepdf
import pypdfium2
import pytest
from conftest import BOOKS, ROOT, TESTS, TRANSLATION, BookFolder
from lxml import etree, html

from polybook.model.book import Settings
from polybook.model.edition import Edition
from polybook.render import cover, svg
from polybook.system.cache import Store

GOLDEN = TESTS / "cases/epub"
STYLE = ROOT / "polybook/render/theme/epub/style.css"
TYPE = "{http://www.idpf.org/2007/ops}type"

EDITIONS = {
    ("small", "en"): "small-book-en",
    ("small", "ja"): "small-book-ja",
    ("rtl", "ar"): "right-to-left-ar",
    ("rtl", "he"): "right-to-left-he",
    ("everything", "en"): "everything-en",
}


@pytest.fixture(scope="module")
def books(tmp_path_factory: pytest.TempPathFactory) -> dict[str, BookFolder]:
    """Three sample books in all formats; the small one half in Japanese and with a second figure."""
    made = {}
    for name in ("small", "rtl", "everything"):
        root = tmp_path_factory.mktemp("epub") / name
        shutil.copytree(BOOKS / name, root, ignore=shutil.ignore_patterns("output", ".cache"))
        made[name] = BookFolder(root)
    small = made["small"]
    more = '\n![The box again.](figures/box.svg "Still a box.")\n'
    small.write("source/02-end.md", small.read("source/02-end.md") + more)
    small.run("update").succeeds()
    small.translate("ja", {**TRANSLATION, "Still a box.": "まだ箱。"})
    for folder in made.values():
        folder.run("-f", "html", "-f", "epub", "-f", "pdf").succeeds()
    return made


def opened(books: dict[str, BookFolder], name: str, locale: str) -> dict[str, bytes]:
    """The files of an EPUB, in their order."""
    path = books[name].root / f"output/{locale}/{EDITIONS[name, locale]}.epub"
    with zipfile.ZipFile(path) as archive:
        return {entry: archive.read(entry) for entry in archive.namelist()}


def pages(files: dict[str, bytes]) -> dict[str, etree._Element]:
    return {name: etree.fromstring(text) for name, text in files.items() if name.endswith(".xhtml")}


def package(files: dict[str, bytes]) -> etree._Element:
    return etree.fromstring(files["EPUB/package.opf"])


def said(package: etree._Element, key: str) -> list[str]:
    return [one.text for one in package.iter("{*}meta") if one.get("property") == f"schema:{key}"]


def text_of(node: etree._Element) -> str:
    return " ".join("".join(node.itertext()).split())


def failed(folder: BookFolder, *told: str) -> None:
    folder.run("-f", "epub").fails(1, *told)


# ---- the package ---------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["package.opf", "nav.xhtml", "toc.ncx", "title.xhtml", "cover.xhtml"])
def test_the_package_is_as_it_was(books, name: str, request: pytest.FixtureRequest) -> None:
    given = opened(books, "small", "ja")[f"EPUB/{name}"].decode()
    if request.config.getoption("--regenerate"):
        (GOLDEN / name).write_text(given, "utf-8")
    assert given == (GOLDEN / name).read_text("utf-8")


@pytest.mark.parametrize(("name", "locale"), EDITIONS)
def test_the_archive_holds_what_the_manifest_says(books, name: str, locale: str) -> None:
    files = opened(books, name, locale)
    assert next(iter(files.items())) == ("mimetype", b"application/epub+zip")
    items = [item.get("href") for item in package(files).iter("{*}item")]
    others = {"mimetype", "META-INF/container.xml", "EPUB/package.opf"}
    assert {f"EPUB/{item}" for item in items} == files.keys() - others
    assert len(items) == len(set(items))


def test_what_it_says_of_itself_is_true(books, book) -> None:
    small, everything = (package(opened(books, name, "en")) for name in ("small", "everything"))
    assert said(small, "accessMode") == ["textual", "visual"]
    assert "alternativeText" in said(small, "accessibilityFeature")
    assert "MathML" not in said(small, "accessibilityFeature")
    assert "MathML" in said(everything, "accessibilityFeature")
    properties = {item.get("href"): item.get("properties") for item in everything.iter("{*}item")}
    assert (properties["text/inlines.xhtml"], properties["text/blocks.xhtml"]) == ("mathml", None)

    folder = book("small").replace("source/01-start.md", '![A box with words.](figures/box.svg "A box.")', "")
    folder.run("-l", "en", "-f", "epub").succeeds()
    bare = package(opened({"small": folder}, "small", "en"))
    assert said(bare, "accessMode") == said(bare, "accessModeSufficient") == ["textual"]
    assert "alternativeText" not in said(bare, "accessibilityFeature")
    assert not [item for item in bare.iter("{*}item") if item.get("media-type") == "image/svg+xml"]


def test_when_it_was_changed_can_be_told_from_outside(book, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    folder = book("small")
    folder.run("-l", "en", "-f", "epub").succeeds()
    modified = package(opened({"small": folder}, "small", "en")).xpath(
        "//*[@property='dcterms:modified']/text()"
    )
    assert modified == ["2023-11-14T22:13:20Z"]


@pytest.mark.parametrize(("name", "locale"), EDITIONS)
def test_every_link_leads_somewhere(books, name: str, locale: str) -> None:
    files = opened(books, name, locale)
    anchors = {
        path: {node.get("id") for node in page.iter() if node.get("id")}
        for path, page in pages(files).items()
    }
    places = [
        (path, node.get("href") or node.get("src"))
        for path, page in {**pages(files), "EPUB/toc.ncx": etree.fromstring(files["EPUB/toc.ncx"])}.items()
        for node in page.iter("{*}a", "{*}img", "{*}link", "{*}content")
    ]
    assert len(places) > 15
    for path, place in places:
        if place.startswith(("https://", "mailto:")):
            continue
        target, _, anchor = place.partition("#")
        home = posixpath.normpath(posixpath.join(posixpath.dirname(path), target)) if target else path
        assert home in files, (path, place)
        assert not anchor or unquote(anchor) in anchors[home], (path, place)


def test_a_chapter_says_what_it_is(book) -> None:
    folder = book("small")
    (folder.root / "source/01-start.md").rename(folder.root / "source/01-preface.md")
    folder.replace("source/02-end.md", "01-start.md", "01-preface.md")
    folder.run("-l", "en", "-f", "epub").succeeds()
    found = pages(opened({"small": folder}, "small", "en"))
    start, end = found["EPUB/text/preface.xhtml"], found["EPUB/text/end.xhtml"]
    assert (start.find("{*}body").get(TYPE), end.find("{*}body").get(TYPE)) == ("frontmatter", "bodymatter")
    assert start.find(".//{*}section").get("role") == "doc-preface"
    assert end.find(".//{*}section").get(TYPE) == "chapter"
    (landmark,) = found["EPUB/nav.xhtml"].xpath("//@*[. = 'bodymatter']/..")
    assert landmark.get("href") == "text/end.xhtml#end"


# ---- the cover -----------------------------------------------------------------------------


def edition(locale: str, title: str, subtitle: str = "") -> Edition:
    settings = Settings("x", title, locale, "https://example.org/x", subtitle, authors=("A", "B"))
    return Edition(locale, settings, (), {}, 0, 0)


@pytest.mark.parametrize(("name", "locale"), EDITIONS)
def test_the_cover_is_a_picture_of_a_fit_size(books, name: str, locale: str) -> None:
    content = opened(books, name, locale)["EPUB/cover.png"]
    assert content[:8] == b"\x89PNG\r\n\x1a\n"
    assert struct.unpack(">II", content[16:24]) == (cover.WIDTH, cover.HEIGHT)
    assert 20_000 < len(content) < 150_000


def test_covers_differ_by_what_they_say_and_by_nothing_else() -> None:
    first = cover.render(edition("ja", "小さな本", "試しに"), (), Store(None))
    assert cover.render(edition("ja", "小さな本", "試しに"), (), Store(None)) == first
    assert cover.render(edition("ja", "小さい本", "試しに"), (), Store(None)) != first
    # What a title says is text, never Typst's code.
    assert cover.render(edition("en", '"#panic(1)\\ $'), (), Store(None))


def test_a_long_title_stays_on_the_cover() -> None:
    """The margin at the bottom and both sides is of one colour, whatever the title."""
    from PIL import Image

    long = edition("en", "Everything about Uncharacteristically Long Titles " * 3, "And a subtitle " * 12)
    with Image.open(io.BytesIO(cover.render(long, (), Store(None)))) as picture:
        edges = [(0, 0, 140, cover.HEIGHT), (cover.WIDTH - 140, 0, cover.WIDTH, cover.HEIGHT)]
        edges.append((0, cover.HEIGHT - 120, cover.WIDTH, cover.HEIGHT))
        for edge in edges:
            assert len(picture.convert("RGB").crop(edge).getcolors(maxcolors=9)) == 1, edge


# ---- the chapters --------------------------------------------------------------------------


def test_footnotes_can_be_shown_beside_their_place(books) -> None:
    page = pages(opened(books, "everything", "en"))["EPUB/text/inlines.xhtml"]
    references = [node for node in page.iter("{*}a") if node.get(TYPE) == "noteref"]
    notes = {node.get("id"): node for node in page.iter("{*}aside")}
    assert [text_of(node) for node in references] == ["1", "2", "3"]
    assert [node.get("role") for node in references] == ["doc-noteref"] * 3
    for reference, said in zip(
        references, ("The first note on", "The second note.", "The first"), strict=True
    ):
        note = notes[reference.get("href").removeprefix("#")]
        assert (note.get(TYPE), note.get("role")) == ("footnote", "doc-footnote")
        (back,) = note.xpath(".//*[@role='doc-backlink']")
        assert back.get("href") == "#" + reference.get("id")
        assert text_of(note).startswith(f"{back.text} {said}")
    assert len(notes["_note2"].findall("{*}p")) == 2


def test_listings_are_whole_without_the_style_too(books) -> None:
    page = pages(opened(books, "small", "en"))["EPUB/text/start.xhtml"]
    program = (BOOKS / "small/examples/first/hello.py").read_text("utf-8")
    shown = ["".join(node.itertext()) for node in page.iter("{*}pre")]
    assert shown == [program, "hello, world\n"]
    deep = [node.get("class") for node in page.iter("{*}span") if "# The name" in "".join(node.itertext())]
    assert deep[0] == "line d2"  # two steps of two spaces; what wraps is set deeper


def test_long_names_may_break_where_words_end(books, book) -> None:
    folder = book("small").replace(
        "source/02-end.md", "Its definition.", "`gevent.pool.Pool_of_many` or `a.b`."
    )
    folder.run("-l", "en", "-f", "epub").succeeds()
    text = opened({"small": folder}, "small", "en")["EPUB/text/end.xhtml"].decode()
    assert "<code>gevent.<wbr/>pool.<wbr/>Pool_<wbr/>of_<wbr/>many</code>" in text
    assert "<code>a.b</code>" in text


def test_tasks_have_boxes_that_every_reader_shows(books) -> None:
    page = pages(opened(books, "everything", "en"))["EPUB/text/blocks.xhtml"]
    assert not list(page.iter("{*}input"))
    (tasks,) = page.xpath("//*[@class='tasks']")
    found = [text_of(item) for item in tasks.iter("{*}li")]
    assert {"☐ an open task", "☑ a finished task"} <= set(found)


def test_a_figure_states_its_size() -> None:
    small = b'<svg xmlns="x" viewBox="0 0 640 120.5" role="img"><path/></svg>'
    assert svg.finished(small).startswith(b'<svg width="640" height="120.5" viewBox=')
    assert svg.finished(b"<svg/>") == b"<svg/>"


def test_what_is_not_translated_says_so_in_the_contents_too(books) -> None:
    files = opened(books, "rtl", "he")
    assert not pages(files)["EPUB/nav.xhtml"].xpath("//*[local-name()='a'][@lang]")
    folder = books["small"]
    catalog = folder.read("locales/ja/LC_MESSAGES/book.po")
    try:
        folder.translate("ja", {"The end": ""})
        folder.run("-l", "ja", "-f", "epub").succeeds()
        found = pages(opened(books, "small", "ja"))
    finally:
        folder.write("locales/ja/LC_MESSAGES/book.po", catalog)
        folder.run("-l", "ja", "-f", "epub").succeeds()
    entries = found["EPUB/nav.xhtml"].xpath("//*[local-name()='a'][@lang]")
    assert [(entry.text, entry.get("lang")) for entry in entries] == [("2 The end", "en")]
    assert found["EPUB/text/end.xhtml"].xpath("//*[local-name()='h1']/*/@lang") == ["en"]
    (note,) = found["EPUB/text/start.xhtml"].xpath("//*[@class='untranslated-note']")
    assert "2か所" in note.text


def test_html_is_well_formed_however_it_is_written(book) -> None:
    written = (
        "<!DOCTYPE html><DIV align=center>a<br>b &nbsp; R&D<p>c"
        '<img src="figures/plain.svg" alt="A & b" hspace=2>'
        "<details open><summary>d</summary>e</details><input type=checkbox checked>"
        "<center><font color=red>f</font><iframe src=x></iframe><style>p {}</style><time>h</time></DIV>"
    )
    folder = book("everything").replace("source/01-blocks.md", '<div class="raw">raw block</div>', written)
    folder.run("--lang", "en", "-f", "epub").succeeds()
    (path,) = (folder.root / "output/en").glob("*.epub")
    with zipfile.ZipFile(path) as archive:
        page = etree.fromstring(archive.read("EPUB/text/blocks.xhtml"))
    (box,) = page.xpath("//*[local-name()='div'][contains(@style, 'center')][1]")[:1]
    assert text_of(box) == "a b R&D c d e [x] fh"


def test_a_picture_in_html_is_one_of_the_book(book) -> None:
    written = '<img src="figures/none.png" alt="x">'
    folder = book("everything").replace("source/01-blocks.md", '<div class="raw">raw block</div>', written)
    failed(folder, "source/01-blocks.md:86: there is no picture 'source/figures/none.png'")


# ---- the style -----------------------------------------------------------------------------


def contrast(one: str, other: str) -> float:
    """The contrast of two colours ``#rrggbb`` (WCAG 2.2, relative luminance)."""

    def luminance(colour: str) -> float:
        parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
        red, green, blue = (
            part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
        )
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_colours_can_be_read_on_every_ground() -> None:
    colours = re.findall(r"[{;]\s*color:\s*(#[0-9a-f]{6})", STYLE.read_text("utf-8"))
    assert len(colours) >= 6
    for colour in colours:
        assert contrast(colour, "#ffffff") >= 4.5, colour
        assert contrast(colour, "#fbf0d9") >= 4.5, colour  # sepia
        assert contrast(colour, "#000000") >= 4, colour


def test_text_and_ground_keep_the_readers_colours() -> None:
    rules = re.findall(r"([^{}]+)\{([^{}]*)\}", re.sub(r"/\*.*?\*/", "", STYLE.read_text("utf-8")))
    assert len(rules) > 40
    for selector, declarations in rules:
        assert "light-dark" not in declarations
        assert "var(" not in declarations
        if ".listing ." not in selector:
            assert not re.search(r"(^|[;\s])color:", declarations), selector
        if "img" not in selector:
            assert "background" not in declarations, selector


# ---- all formats alike ---------------------------------------------------------------------


LABELS = {
    ("small", "en"): ["Figure 1.1. A box.", "Figure 2.1. Still a box."],
    ("small", "ja"): ["図1.1\u3000箱。", "図2.1\u3000まだ箱。"],
    ("rtl", "ar"): ["الشكل 2.1. دالة الانتظار."],
    ("rtl", "he"): ["איור 2.1. פונקציית ההמתנה."],
    ("everything", "en"): ['Figure 1.1. A caption with "quotes".'],
}


def letters(text: str) -> str:
    """A text's letters and digits alone: where spaces and full stops belong, extractors differ."""
    return "".join(one for one in unicodedata.normalize("NFKC", text) if unicodedata.category(one)[0] in "LN")


@pytest.mark.poppler
@pytest.mark.parametrize(("name", "locale"), EDITIONS)
def test_a_figure_has_the_same_label_in_every_format(books, name: str, locale: str) -> None:
    def captions(roots: Iterator[etree._Element]) -> list[str]:
        found = (root.xpath("//*[@class='picture']/*[local-name()='figcaption']") for root in roots)
        return ["".join(node.itertext()) for nodes in found for node in nodes]

    wanted = LABELS[name, locale]
    files = opened(books, name, locale)
    order = [f"EPUB/{item.get('href')}" for item in package(files).iter("{*}item")]
    assert captions(etree.fromstring(files[one]) for one in order if "/text/" in one) == wanted
    folder = books[name].root / f"output/{locale}"
    sites = [folder / "html" / Path(one).with_suffix(".html").name for one in order if one.endswith(".xhtml")]
    assert captions(html.fromstring(one.read_bytes()) for one in sites if one.is_file()) == wanted
    # As the file has it; or, from right to left, put back into order.
    order_of_file = [] if name == "rtl" else ["-raw"]
    path = folder / f"{EDITIONS[name, locale]}.pdf"
    done = subprocess.run(
        ["pdftotext", *order_of_file, str(path), "-"], capture_output=True, text=True, check=True
    )
    printed = letters(done.stdout)
    for label in wanted:
        assert letters(label) in printed, label


@pytest.mark.parametrize(("name", "locale"), EDITIONS)
def test_an_anchor_leads_to_the_same_heading_in_every_format(books, name: str, locale: str) -> None:
    folder = books[name].root / f"output/{locale}"
    site = headings([html.parse(str(path)).getroot() for path in sorted((folder / "html").glob("*.html"))])
    ebook = headings(list(pages(opened(books, name, locale)).values()))
    assert len(ebook) > 3
    assert site == ebook
    printed = destinations(folder / f"{EDITIONS[name, locale]}.pdf")
    assert ebook.keys() <= printed.keys()
    for anchor, heading in ebook.items():
        wanted = letters(heading)
        # Extractors err on the order of Arabic ligatures; the letters that stand there are the heading's.
        assert sorted(letters(printed[anchor])[: len(wanted)]) == sorted(wanted), anchor


def headings(roots: list[etree._Element]) -> dict[str, str]:
    """Anchors, and the headings that they lead to."""
    found = {}
    for root in roots:
        for section in root.xpath("//*[local-name()='section'][starts-with(@class, 'level')]"):
            for heading in section.xpath("*[starts-with(local-name(), 'h')]")[:1]:
                found[section.get("id")] = text_of(heading)
    return found


def destinations(path: Path) -> dict[str, str]:
    """The named destinations of a PDF, and the text from each on down its page."""
    found = {}
    document = pypdfium2.PdfDocument(path)
    with pikepdf.open(path) as pdf:
        for name, destination in pikepdf.NameTree(pdf.Root.Names.Dests).items():
            place = destination.D if isinstance(destination, pikepdf.Dictionary) else destination
            page = document[pikepdf.Page(place[0]).index]
            text = page.get_textpage()
            width, top = page.get_width(), float(place[3])
            found[name.encode("pdfdoc").decode("utf-8")] = text.get_text_bounded(0, 0, width, top + 2)
            text.close()
            page.close()
    document.close()
    return found
