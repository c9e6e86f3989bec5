"""What the site and the EPUB show, each in its way, at the places of chapters that are written once."""

from __future__ import annotations

import zipfile
from pathlib import Path

from conftest import BookFolder
from lxml import etree, html

NOTES = """\
First[^b], then[^a], and again[^b].

[^a]: Two.

    And more:

    - at its end

[^b]: One.
"""
FORGED = """\
See &#xFDD0;0&#xFDD1; and &#xFDD0;99&#xFDD1; and [a link](#more)
and[^n], &#xFDD0;1&#xFDD1;&#xFDD0;2&#xFDD2;#x.

[^n]: A note &#xFDD0;2&#xFDD1; of itself &#xFDD0;1&#xFDD1;.
"""
FIGURE = '![A box.](figures/box.svg "A caption")\n'


def shown(folder: BookFolder, text: str) -> tuple[html.HtmlElement, etree._Element]:
    """The chapter's page, and its page in the EPUB."""
    folder.write("source/03-more.md", f"# More\n\n{text}")
    folder.run("--no-refresh", "--lang", "en", "-f", "html", "-f", "epub").succeeds()
    output = Path(folder.root, "output/en")
    with zipfile.ZipFile(next(output.glob("*.epub"))) as archive:
        page = etree.fromstring(archive.read("EPUB/text/more.xhtml"))
    return html.fromstring((output / "html/more.html").read_bytes()), page


def test_footnotes_are_numbered_as_they_are_met(book) -> None:
    site, epub = shown(book("small"), NOTES)
    found = site.xpath("//section[@id='page-footnotes']//li[@id]")
    assert [note.get("id") for note in found] == ["page-note1", "page-note2", "page-note3"]
    assert [" ".join(note.text_content().split()) for note in found] == [
        "One.↩︎", "Two. And more: at its end ↩︎", "One.↩︎",
    ]  # fmt: skip
    for one in site.xpath("//*[@role='doc-noteref']"):
        assert one.get("href") == f"#page-note{one.text_content()}"
    asides = epub.findall(".//{*}aside")
    assert [" ".join("".join(note.itertext()).split()) for note in asides] == [
        "1. One.", "2. Two. And more: at its end", "3. One.",
    ]  # fmt: skip
    references = epub.xpath("//*[@role='doc-noteref']")
    assert [one.get("href") for one in references] == ["#_note1", "#_note2", "#_note3"]


def test_an_author_cannot_forge_a_place(book) -> None:
    site, epub = shown(book("small"), FORGED)
    assert len(site.xpath("//section[@id='page-footnotes']//li[@id]")) == 1
    assert len(epub.findall(".//{*}aside")) == 1
    assert "See \ufffd0\ufdd1 and \ufffd99\ufdd1" in "".join(epub.itertext())


def test_what_changes_elsewhere_is_no_work_for_pandoc(book) -> None:
    folder = book("small")
    shown(folder, FIGURE)
    folder.write("source/02-before.md", f"# Before\n\n{FIGURE}")
    done = folder.run("--explain", "--no-refresh", "--lang", "en", "-f", "html", "-f", "epub").succeeds()
    said = done.out + done.err
    assert "html en more" in said
    assert "xhtml en more" in said
    assert "write en before" in said
    assert "write en more" not in said
