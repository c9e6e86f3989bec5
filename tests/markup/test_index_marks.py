"""Entries of the subject index, and the marks that name them."""

from __future__ import annotations

import pytest

from polybook.markup import index_marks, parse
from polybook.markup.index_marks import Level
from polybook.markup.tree import runs
from polybook.model.nodes import Run


def run(text: str) -> Run:
    (blocks,) = parse.parse([text + "\n"])
    return runs(blocks)[0]


def entries(run: Run) -> list[str]:
    return [index_marks.entry_of(mark) for mark in index_marks.marks(run)]


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        ("lamp", (Level("lamp"),)),
        (" a  b ! c ", (Level("a b"), Level("c"))),
        ("a!b!c", (Level("a"), Level("b"), Level("c"))),
        ("よみ@語", (Level("語", "よみ"),)),
        ("a@b!c", (Level("b", "a"), Level("c"))),
        (r"save\!!me\@e.org", (Level("save!"), Level("me@e.org"))),
        (r"a\@b@c", (Level("c", "a@b"),)),
        (r"a\\!b", (Level("a\\"), Level("b"))),
        ("a@b@c", (Level("b@c", "a"),)),
    ],
)
def test_an_entry_is_up_to_three_phrases_with_their_readings(entry: str, expected: tuple[Level, ...]) -> None:
    assert index_marks.parse(entry) == expected


@pytest.mark.parametrize("entry", ["", " ", "!", "a!", "!a", "a!!b", "a!b!c!d", "@a", "a@", "a@ !b", "a! @b"])
def test_what_is_no_entry(entry: str) -> None:
    assert index_marks.parse(entry) == ()


def test_a_mark_names_an_entry_or_is_one() -> None:
    text = (
        '[one *two*]{.index} [x]{.index entry="a!b\\!"} []{.index entry=c} `d!@`{.index} [e]{.f .index #g}'
        " ![not [this]{.index}](a.png) *[h]{.index}*"
    )
    assert entries(run(text)) == ["one two", "a!b\\!", "c", r"d\!\@", "e", "h"]


def test_marks_of_a_translation_are_of_the_entries_of_its_message() -> None:
    ours = run('[a]{.index} [b]{.index entry="c"} `d`{.index} [e *f*]{.index}')
    theirs = run('*[Z]{.index}* `d`{.index} [Y]{.index entry="c"} [X]{.index}')
    assert entries(index_marks.assigned(ours, theirs)) == ["a", "d", "c", "e f"]
    assert entries(theirs) == ["Z", "d", "c", "X"]
