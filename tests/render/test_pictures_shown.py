"""Pictures of all kinds in every format: as large as they are or as their author says, under any name."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path
from urllib.parse import unquote

import pikepdf
import pypdfium2
import pytest
from conftest import BookFolder, check_epub
from lxml import html
from PIL import Image

from polybook.model.nodes import Attr
from polybook.render import pictures

CHAPTER = """\
# Start

![A PNG](figures/a.png "Below it"){#one .framed}

![A JPEG](figures/a.jpg){width=50%}

![A GIF](figures/a.gif){width=120px .framed}

![A WebP](figures/a.webp){height=1in}

![An AVIF](figures/a.avif)

![A large one](figures/large.png)

![A high one](figures/high.png "With a caption")

![Two words](<figures/two words.png>)

![A sign](figures/a%23b.png)

![Per cent](figures/50%25.png)

![Letters](figures/größe.png)

![Quoted](<figures/it's & "so".png>)

![](figures/a.png){alt=""}

In a line ![small](figures/a.png) and [![linked](figures/a.png){width=2em}](https://example.org).

![Red](figures/red.svg)

![Blue](figures/blue.svg)

![Drawn](figures/drawn.svg)

![Drawn again](figures/drawn.svg){width=25%}

``` {.python .framed #code caption="A listing" fragment="shown"}
x = 1
```

::: {.tip .framed #box}
A box.
:::

Words in the [place of a drawing]{#page-drawing1-g}.

See [one](#one), [the code](#code) and [the box](#box).
"""

NAMES = ("a.png", "two words.png", "a#b.png", "50%.png", "größe.png", 'it\'s & "so".png')
NS = 'xmlns="http://www.w3.org/2000/svg"'


def raster(size: tuple[int, int], kind: str) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, (200, 80, 30)).save(out, kind)
    return out.getvalue()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> BookFolder:
    folder = BookFolder(tmp_path_factory.mktemp("book"))
    folder.write(
        "pyproject.toml",
        '[tool.polybook]\nname = "book"\ntitle = "Pictures"\nlanguage = "en"\n'
        'identifier = "urn:uuid:0c6a4e4c-8c6e-4d0e-9a43-5a5a3d3f1b11"\n',
    )
    folder.write("source/01-start.md", CHAPTER)
    for name in NAMES:
        folder.write(f"source/figures/{name}", raster((40, 30), "PNG"))
    for kind, ending in (("JPEG", "jpg"), ("GIF", "gif"), ("WEBP", "webp"), ("AVIF", "avif")):
        folder.write(f"source/figures/a.{ending}", raster((40, 30), kind))
    folder.write("source/figures/large.png", raster((1600, 900), "PNG"))
    folder.write("source/figures/high.png", raster((300, 3000), "PNG"))
    for colour in ("red", "blue"):
        folder.write(
            f"source/figures/{colour}.svg",
            f'<svg {NS} viewBox="0 0 80 40"><style>.a {{ fill: {colour} }}</style>'
            '<rect class="a" id="a"/></svg>',
        )
    folder.write(
        "source/figures/drawn.svg",
        f'<svg {NS} width="80" height="40"><linearGradient id="g"/><rect fill="url(#g)"/></svg>',
    )
    formats = ("html", "epub", "pdf", "md")
    folder.run(*(part for one in formats for part in ("--format", one))).succeeds()
    return folder


def test_nothing_of_them_is_lost(folder: BookFolder) -> None:
    outcome = folder.run("check", "--deep")
    assert outcome.code == 0, outcome.out


def test_the_site_shows_them_as_large_as_they_are(folder: BookFolder) -> None:
    page = html.fromstring(folder.read("output/en/html/start.html").encode())
    shown = {image.get("alt"): image for image in page.iter("img")}
    sizes = {alt: (image.get("width"), image.get("height")) for alt, image in shown.items()}
    assert sizes["A PNG"] == sizes["An AVIF"] == sizes[""] == ("40", "30")
    assert sizes["A large one"] == ("1600", "900")
    assert sizes["Red"] == ("80", "40")
    assert shown["A JPEG"].get("style") == "width: 50%"
    assert shown["A WebP"].get("style") == "height: 1in; width: auto"
    assert shown["linked"].get("style") == "width: 2em"
    for image in shown.values():
        assert (folder.root / "output/en/html" / unquote(image.get("src"))).is_file()
    first = shown["A PNG"].getparent()
    assert first.get("class") == "picture framed"
    assert first.get("id") == "one"
    assert "Below it" in first.text_content()
    assert page.xpath("//figure[@class='listing code framed'][@id='code']")
    assert page.xpath("//div[@class='box tip framed'][@id='box']")


def test_figures_on_one_page_share_no_identifier_and_no_style(folder: BookFolder) -> None:
    text = folder.read("output/en/html/start.html")
    assert "fill: red" not in text
    identifiers = re.findall(r'\sid="([^"]*)"', text)
    assert len(identifiers) == len(set(identifiers))
    gradients = re.findall(r'<linearGradient id="([^"]*)"/><rect fill="url\(#([^)]*)\)"', text)
    assert len(gradients) == 2
    assert all(one == other for one, other in gradients)
    assert text.count('viewBox="0 0 80 40"') == 2


def test_an_epub_has_them_in_kinds_and_under_names_that_every_reader_takes(folder: BookFolder) -> None:
    path = folder.root / "output/en/book-en.epub"
    with zipfile.ZipFile(path) as archive:
        names = [name.removeprefix("EPUB/text/") for name in archive.namelist() if "/figures/" in name]
        page = html.fromstring(archive.read("EPUB/text/start.xhtml"))
        package = archive.read("EPUB/package.opf").decode()
        converted = Image.open(io.BytesIO(archive.read("EPUB/text/figures/a.avif.webp")))
    assert converted.size == (40, 30)
    assert all(re.fullmatch(r"[\w./~-]+", name, re.ASCII) for name in names)
    assert {image.get("src") for image in page.iter("img")} == set(names)
    assert {f"text/{name}" for name in names} == set(re.findall(r'href="(text/figures/[^"]*)"', package))
    assert page.xpath("//img[@alt='']")


@pytest.mark.slow
@pytest.mark.java
def test_an_epub_with_them_is_valid(folder: BookFolder) -> None:
    check_epub(folder.root / "output/en/book-en.epub")


def widths(path: Path) -> list[float]:
    """How wide the pictures of a PDF are, in inches."""
    document = pypdfium2.PdfDocument(path)
    found = []
    for page in document:
        for shown in page.get_objects(filter=[3]):  # pictures of pixels
            left, bottom, right, top = shown.get_bounds()
            assert left >= 0
            assert bottom >= 0
            assert right <= page.get_width()
            assert top <= page.get_height()
            found.append((right - left) / 72)
    return found


def test_on_paper_none_is_larger_than_its_pixels_or_than_the_page(folder: BookFolder) -> None:
    found = widths(folder.root / "output/en/book-en.pdf")
    column = 135 / 25.4  # for about 73 letters
    own = 40 / 96
    assert found[:5] == pytest.approx([own, column / 2, 120 / 96, 4 / 3, own], abs=0.01)
    assert found[5] == pytest.approx(column * 0.95, abs=0.01)
    assert found[6] < 1  # 300 by 3000, with its caption on the page
    assert found[7:14] == pytest.approx([own] * 7, abs=0.01)
    assert found[14] == pytest.approx(2 * 11 / 72, abs=0.01)


def test_in_a_pdf_one_without_words_is_no_figure(folder: BookFolder) -> None:
    with pikepdf.open(folder.root / "output/en/book-en.pdf") as document:
        kinds = [
            str(one.get("/Alt"))
            for one in document.objects
            if isinstance(one, pikepdf.Dictionary) and one.get("/S") == "/Figure"
        ]
    assert len(kinds) == len(re.findall(r"!\[\w", CHAPTER)) + 1  # the cover
    assert {"A PNG", "small", "Drawn again"} <= set(kinds)


def test_the_markdown_edition_shows_sizes_as_html(folder: BookFolder) -> None:
    text = folder.read("output/en/book-en.md")
    assert '<img src="figures/a.jpg" alt="A JPEG" width="50%">' in text
    assert '<img src="figures/a.webp" alt="A WebP" height="96">' in text
    assert '<img src="figures/a.png" alt="">' in text
    assert "![Two words](figures/two%20words.png)" in text
    assert "![A sign](figures/a%23b.png)" in text
    assert "![An AVIF](figures/a.avif)" in text


def test_classes_are_for_a_books_own_theme(book) -> None:
    folder = book("small").write("source/01-start.md", "# Start\n\n::: {.tip .loud}\nA box.\n:::\n")
    folder.write(
        "theme/pdf/book.typ",
        '#import "polybook/book.typ": *\n#let classed(names, body) = [#body Its classes: #names.join("+").]',
    )
    folder.run("--lang", "en", "--format", "pdf").succeeds()
    document = pypdfium2.PdfDocument(folder.root / "output/en/small-book-en.pdf")
    text = " ".join(page.get_textpage().get_text_range() for page in document)
    assert "Its classes: loud." in text


def test_a_photograph_is_as_wide_as_it_is_shown() -> None:
    out = io.BytesIO()
    exif = Image.Exif()
    exif[0x112] = 6  # on its side
    Image.new("RGB", (40, 30)).save(out, "JPEG", exif=exif)
    assert pictures.size("a.jpg", out.getvalue()) == (30, 40)
    assert pictures.size("a.jpg", b"\xff\xd8\xff") is None


def test_sizes_in_pixels() -> None:
    given = [("width", "2.5cm"), ("height", "2em")]
    assert pictures.pixels(Attr("", [], given)) == {"width": "94", "height": "32"}
