"""Tables of the PDF: each word stands in its column, and the table on the paper."""

from __future__ import annotations

from pathlib import Path

import pypdfium2
import pytest
from conftest import BookFolder
from conserved import lost, write_book

from polybook.markup import parse
from polybook.model.book import Limits
from polybook.model.nodes import RawBlock, Table
from polybook.render import pdf_tables


def table(text: str) -> Table:
    (blocks,) = parse.parse([text], Limits())
    (found,) = blocks
    assert isinstance(found, Table)
    return found


def shares(text: str) -> list[float]:
    """The widths of a table's columns, as it is fitted; none where Typst finds them."""
    (found,) = (one for one in pdf_tables.fitted(table(text)) if isinstance(one, Table))
    return [column[1]["c"] for column in found.columns if "c" in column[1]]


def test_what_fits_is_left_as_it_is() -> None:
    assert shares("| a | b |\n|---|---|\n| some words | `a_name` |") == []
    long = "word " * 40
    assert shares(f"| a | b |\n|---|---|\n| `short` | {long} |") == []


def test_a_column_is_as_wide_as_its_longest_word() -> None:
    name, word = "getElementsByClassName", "internationalization"
    first, second, third = shares(f"| a | b | c |\n|-|-|-|\n| `{name}` | {word} | {'x ' * 60} |")
    assert first > len(name) / pdf_tables.ROOM
    assert second > len(word) / pdf_tables.ROOM
    assert first + second + third < 1


def test_what_has_no_room_at_all_is_set_smaller() -> None:
    row = "| " + " | ".join(["unfortunately"] * 9) + " |\n"
    begin, _, end = pdf_tables.fitted(table(row + "|---" * 9 + "|\n" + row))
    assert isinstance(begin, RawBlock)
    assert begin.text.startswith("#smaller(1")
    assert isinstance(end, RawBlock)


@pytest.mark.parametrize("paper", ["a4", "us-letter", "6x9in", "7x10in", "a5"])
def test_words_of_two_columns_do_not_lie_over_each_other(tmp_path: Path, paper: str) -> None:
    names = [
        "anotherRatherLongName",
        "partly_supported",
        "unfortunately",
        "internationalization",
        "1,234,567",
    ]
    row = "| " + " | ".join(f"{name}" for name in names) + " |\n"
    folder = BookFolder(write_book(tmp_path, [row + "|---" * len(names) + "|\n" + row]))
    folder.replace("pyproject.toml", 'language = "en"', f'language = "en"\npaper = "{paper}"')
    folder.run("-f", "pdf").succeeds()
    (path,) = folder.root.glob("output/en/*.pdf")
    document = pypdfium2.PdfDocument(path)
    page = next(page for page in document if names[0] in page.get_textpage().get_text_range())
    text = page.get_textpage()
    ends = [0.0]
    for name in names:
        begin, count = text.search(name).get_next()
        assert text.get_charbox(begin)[0] > ends[-1]
        ends.append(text.get_charbox(begin + count - 1)[2])
    assert ends[-1] < page.get_width() - 30
    document.close()


@pytest.mark.parametrize(("rows", "is_turned"), [(8, True), (70, False)])
def test_a_wide_table_is_turned_where_it_fits_a_page(tmp_path: Path, rows: int, is_turned: bool) -> None:
    row = "| " + " | ".join(f"heading{number}" for number in range(12)) + " |\n"
    table = row + "|---" * 12 + "|\n" + row.replace("heading", "word") * rows
    folder = BookFolder(write_book(tmp_path, [f"Before.\n\n{table}\nAfter."]))
    folder.run("-f", "pdf").succeeds()
    (path,) = folder.root.glob("output/en/*.pdf")
    document = pypdfium2.PdfDocument(path)
    text = next(page for page in document if "word11" in page.get_textpage().get_text_range()).get_textpage()
    (left, bottom, *_), (right, top, *_) = (
        text.get_charbox(text.search(f"word{number}").get_next()[0]) for number in (0, 11)
    )
    text.close()
    document.close()
    assert (abs(top - bottom) > 400 and abs(right - left) < 5) == is_turned
    assert (abs(right - left) > 200 and abs(top - bottom) < 5) != is_turned
    assert lost(folder.root, ["pdf"]) == []
