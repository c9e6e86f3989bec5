"""Large chapters in several documents: no word is lost, and each link leads to its place."""

from __future__ import annotations

import posixpath
import re
import zipfile
from io import BytesIO

import pytest
from conftest import check_epub

from polybook.commands import losses
from polybook.commands.reading import read
from polybook.render import epub_split
from polybook.translation import editions

SECTION = """\
## Section {0}

See [the next one](#section-{1}), [the other chapter](02-small.md#end) and a note.[^{0}]

[^{0}]: Note {0}, which leads to [the title](01-large.md).

### Below {0}

{2}

::: note
### In a box {0}

Words in a box.
:::

"""
WORDS = "Wörter, and more words of a paragraph. " * 40


@pytest.fixture
def large(book):
    """The EPUB of a book with one large chapter, and its documents by their names."""

    def built(sections: int = 140) -> tuple[object, dict[str, str]]:
        text = "".join(SECTION.format(one, one % sections + 1, WORDS) for one in range(1, sections + 1))
        folder = book("small")
        for path in folder.root.glob("source/*.md"):
            path.unlink()
        folder.write("source/01-large.md", f"# Large\n\nOpening.\n\n{text}")
        folder.write(
            "source/02-small.md",
            f"# Small\n\n[far](01-large.md#below-{sections}), [near](01-large.md#section-1)\n\n## End\n\nx\n",
        )
        folder.run("build", "--lang", "en", "--format", "epub").succeeds()
        path = next(folder.root.glob("output/en/*.epub"))
        with zipfile.ZipFile(BytesIO(path.read_bytes())) as archive:
            texts = {
                one: archive.read(one).decode()
                for one in archive.namelist()
                if one.endswith(("html", "ncx", "opf"))
            }
        return path, texts

    return built


def test_a_large_chapter_is_divided_at_sections_and_its_links_lead_where_they_led(large) -> None:
    _, texts = large()
    large_ones = [name for name in texts if "large" in name]
    assert large_ones == ["EPUB/text/large.xhtml", "EPUB/text/large~~2.xhtml"]
    assert all(len(texts[name].encode()) < epub_split.LARGEST + 1000 for name in large_ones)
    anchors = {name: set(re.findall(r'\sid="([^"]*)"', text)) for name, text in texts.items()}
    assert not anchors[large_ones[0]] & anchors[large_ones[1]]
    for name, text in texts.items():
        for link in re.findall(r'(?:href|content src)="([^"]*)"', text):
            target, _, fragment = link.partition("#")
            if not re.match(r"https?:", link):
                page = posixpath.normpath(posixpath.join(posixpath.dirname(name), target)) if target else name
                assert not fragment or fragment in anchors[page], (name, link)
    assert len(re.findall(r'<aside id="_note\d+"', texts[large_ones[1]])) > 10
    assert '"large~~2.xhtml#below-140"' in texts["EPUB/text/small.xhtml"]
    assert '"text/large~~2.xhtml#section-140"' in texts["EPUB/nav.xhtml"]


def test_a_chapter_of_common_size_is_one_document(large) -> None:
    _, texts = large(3)
    assert [name for name in texts if "large" in name] == ["EPUB/text/large.xhtml"]


@pytest.mark.java
def test_the_checker_of_epubs_has_nothing_to_say_of_documents_of_one_chapter(large) -> None:
    path, _ = large()
    check_epub(path)


def test_no_word_is_lost_between_documents(large) -> None:
    path, _ = large()
    root = path.parents[2]
    reading = read(root)
    edition = editions.of_source(reading.book, reading.sources, reading.destinations, reading.store)
    assert losses.check(reading, [edition], ["epub"]) == []
