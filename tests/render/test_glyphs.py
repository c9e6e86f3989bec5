"""What no font of the PDF has: it is named with its place, shown as U+FFFD, and stops no build."""

from __future__ import annotations

from pathlib import Path

import pypdfium2
import pytest
from conftest import BookFolder
from conserved import write_book

from polybook.render import glyphs
from polybook.system.cache import Store

GOTHIC = "\U00010330\U00010331"


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("plain", set()),
        ("naïve “quoted”", {"ï", "“", "”"}),
        ("e\u0301 'े", {"e\u0301", "'े"}),
        (
            "1\ufe0f\u20e3 👨‍👩‍👧 🇩🇪🇫🇷 👍🏽",
            {"1\ufe0f\u20e3", "👨‍👩‍👧", "🇩🇪", "🇫🇷", "👍🏽"},
        ),
    ],
)
def test_clusters(text: str, wanted: set[str]) -> None:
    assert glyphs.clusters(text) == wanted


def test_what_no_font_has() -> None:
    text = f"a {GOTHIC} 日本 'े 👨‍👩‍👧 1\ufe0f\u20e3 \ue000 שלום a\u0378"
    assert glyphs.lacking([text], "", (), Store(None)) == {*GOTHIC, "\ue000", "\u0378", "'े"}


def test_letters_of_ascii_stay() -> None:
    marked = glyphs.marked(frozenset({'"\u0378', "\u0379\u0300", "\u0379"}))
    assert marked('a"\u0378 b\u0378 \u0379\u0300 \u0379') == 'a"\ufffd b\u0378 \ufffd \ufffd'


def test_a_font_is_missing_only_where_many_letters_are() -> None:
    missing = frozenset(GOTHIC)
    assert not glyphs.is_font_missing(["A text with " + GOTHIC], missing)
    assert glyphs.is_font_missing(["So " + GOTHIC * 5], missing)


@pytest.fixture
def gothic(tmp_path: Path) -> BookFolder:
    """A book of two chapters, with letters that no font has, and a translation that brings one more."""
    long = "Some words that go on for a while. " * 3
    text = f"Said &#x10330; and {GOTHIC}.\n\n```text\n\U00010332 here\n```\n\n{long}"
    folder = BookFolder(write_book(tmp_path, [f"{long}\n\nCafé, 🎉.", text]))
    folder.translate("it", {"Café, 🎉.": "Un caffè \U00010333\u0301."})
    return folder


TOLD = [
    "source/0002-c0002.md:3: no font has '\U00010330' (U+10330) and '\U00010331' (U+10331)",
    "source/0002-c0002.md:6: no font has '\U00010332' (U+10332)",
]
TRANSLATED = "no font has '\U00010333\u0301' (U+10333 U+0301)"


def test_it_is_told_with_file_and_line_by_check_and_build(gothic: BookFolder) -> None:
    line = (
        gothic.read("locales/it/LC_MESSAGES/book.po").split("\n").index('msgid "Café, 🎉."') + 2
    )  # its msgstr
    told = [*TOLD, f"locales/it/LC_MESSAGES/book.po:{line}: {TRANSLATED}"]
    for command in (["check"], ["build", "-f", "pdf", "-v"]):
        said = gothic.run(*command).succeeds()
        both = said.out + said.err
        for one in told:
            assert both.count(f"warning: {one}") == 1
        assert both.count("[glyph]" if command == ["check"] else "no font has") == len(told)


def test_the_pdf_shows_the_replacement_character(gothic: BookFolder) -> None:
    gothic.run("build", "-f", "pdf", "-l", "it").succeeds()
    (path,) = gothic.root.glob("output/it/*.pdf")
    document = pypdfium2.PdfDocument(path)
    text = "".join(page.get_textpage().get_text_range() for page in document)
    document.close()
    assert "Un caffè \ufffd." in text
    assert "Said \ufffd and \ufffd\ufffd." in text


def test_strict_builds_and_releases_refuse_it(gothic: BookFolder) -> None:
    gothic.run("build", "-f", "pdf", "-l", "en", "--strict").fails(4, f"error: {TOLD[0]}")
    gothic.run("release").fails(5, f"error: {TOLD[1]}")
    gothic.run("build", "-f", "html", "-l", "en", "--strict").succeeds()


def test_a_language_without_a_font_is_named(tmp_path: Path) -> None:
    folder = BookFolder(write_book(tmp_path, [GOTHIC * 20]))
    folder.run("build", "-f", "pdf").fails(1, "no font has the letters of the en edition, such as")
