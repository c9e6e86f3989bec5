"""What differs is told with the file and line of the block, or of the words in it."""

from __future__ import annotations

import pytest

from polybook.conservation.compare import Difference
from polybook.conservation.findings import MOST, Places, losses
from polybook.model.book import LIMITS, Chapter, FrontMatter

FIRST = "# One\n\nA paragraph\nof two lines.\n\n- an item\n- another item\n"
SECOND = "# Two\n\n> quoted\n\nLast.\n"
CHAPTERS = (Chapter("source/01-one.md", "one", FIRST), Chapter("source/02-two.md", "two", SECOND))


@pytest.fixture(scope="module")
def places() -> Places:
    return Places(CHAPTERS, [3, 3], LIMITS)


@pytest.mark.parametrize(
    ("place", "words", "path", "line"),
    [
        (0, ["One"], "source/01-one.md", 1),
        (1, ["unknown"], "source/01-one.md", 3),
        (1, ["of", "lines."], "source/01-one.md", 4),
        (2, ["another"], "source/01-one.md", 7),
        (3, [], "source/02-two.md", 1),
        (4, ["quoted"], "source/02-two.md", 3),
        (9, ["more"], "source/02-two.md", 0),
    ],
)
def test_a_place_has_its_file_and_line(
    place: int, words: list[str], path: str, line: int, places: Places
) -> None:
    assert (places.path(place), places.line(place, words)) == (path, line)


def test_a_title_of_the_front_matter_is_a_block_too() -> None:
    chapter = Chapter("source/01-one.md", "one", "\n\n\nFirst.\n", FrontMatter(title="One", title_line=2))
    places = Places((chapter,), [2], LIMITS)
    assert places.line(1, ["First."]) == 4


def test_lines_are_not_guessed_where_the_edition_has_other_blocks() -> None:
    assert Places(CHAPTERS, [2, 3], LIMITS).line(1, ["lines."]) == 0


@pytest.mark.parametrize(
    ("difference", "told"),
    [
        (Difference("lost", ("a", "b"), 5), "source/02-two.md:5: the ja PDF does not show 'a b'."),
        (
            Difference("added", ("a",), 4),
            "source/02-two.md:3: the ja PDF shows 'a', which the chapter does not have there.",
        ),
        (Difference("moved", ("a",), 0), "source/01-one.md:1: the ja PDF shows 'a' elsewhere."),
        (
            Difference("joined", ("a\ufdd2b",), 0),
            "source/01-one.md:1: the ja PDF has no line break in 'a / b'.",
        ),
        (
            Difference("lost", ("x",) * 14, 0),
            f"source/01-one.md:1: the ja PDF does not show '{' '.join(['x'] * 12)}' and 2 more words.",
        ),
    ],
)
def test_a_difference_is_told_in_words(difference: Difference, told: str, places: Places) -> None:
    assert [str(one) for one in losses([difference], "PDF", "ja", places)] == [told]


def test_many_differences_of_a_chapter_are_counted(places: Places) -> None:
    found = [Difference("lost", ("a",), 0)] * (MOST + 3) + [Difference("lost", ("b",), 5)]
    told = list(losses(found, "site", "en", places))
    assert len(told) == MOST + 2
    assert str(told[MOST]) == "source/01-one.md: the en site differs in 3 more places."
    assert told[MOST + 1].line == 5
