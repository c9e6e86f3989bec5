"""What differs between two streams is told once, and as what it is."""

from __future__ import annotations

import random

import pytest

from polybook.conservation.compare import Difference, differences
from polybook.conservation.tokens import BREAK, Stream, Token


def stream(text: str, *notes: str) -> Stream:
    return Stream(tokens(text), [tokens(note) for note in notes])


def tokens(text: str) -> list[Token]:
    return [Token(word.replace("/", BREAK), place) for place, word in enumerate(text.split())]


def told(expected: Stream, shown: Stream, *addresses: str) -> list[tuple[str, str, int]]:
    found = differences(expected, shown, addresses)
    return [(one.kind, " ".join(one.words).replace(BREAK, "/"), one.place) for one in found]


@pytest.mark.parametrize(
    ("expected", "shown", "found"),
    [
        ("a b c", "a b c", []),
        ("a b c", "a c", [("lost", "b", 1)]),
        ("a b c", "a b", [("lost", "c", 2)]),
        ("a b", "a x b", [("added", "x", 1)]),
        ("a b c", "a x c", [("lost", "b", 1), ("added", "x", 1)]),
        ("a b c d e f g h i", "b c d e f g h i a", [("moved", "a", 0)]),
        ("a/b c", "a/b c", []),
        ("a/b c", "ab c", [("joined", "a/b", 0)]),
        ("ab c", "a/b c", []),
        ("", "a", [("added", "a", 0)]),
        ("a", "", [("lost", "a", 0)]),
    ],
)
def test_differences_are_named(expected: str, shown: str, found: list[tuple[str, str, int]]) -> None:
    assert told(stream(expected), stream(shown)) == found


def test_a_hard_break_is_missed_behind_a_difference_too() -> None:
    assert told(stream("a b c/d e"), stream("a cd e")) == [("lost", "b", 1), ("joined", "c/d", 2)]


def test_footnotes_are_compared_each_with_its_own() -> None:
    assert told(stream("a", "one note", "two"), stream("a", "one", "two")) == [("lost", "note", 1)]
    assert told(stream("a", "one"), stream("a", "one", "more")) == [("added", "more", 0)]
    assert told(stream("a", "one"), stream("a")) == [("lost", "one", 0)]
    assert told(stream("a", "one", "two"), stream("a", "other", "one", "two")) == [("added", "other", 0)]


def test_a_footnote_that_only_has_an_address_is_not_missed() -> None:
    expected = stream("a", "one", "see e.org")
    shown = stream("a", "e.org", "one", "words: e.org", "see e.org")
    assert told(expected, shown, "e.org") == []
    assert told(expected, shown)


def test_what_differs_far_apart_in_a_long_text_is_found() -> None:
    letters = random.Random(1)
    words = [f"{letters.choice('abcdef')}{number}" for number in range(20_000)]
    expected = [Token(word, place) for place, word in enumerate(words)]
    shown = [*expected[:100], *expected[101:9_000], *expected[9_500:], Token("more")]
    assert differences(Stream(expected, []), Stream(shown, [])) == [
        Difference("lost", (words[100],), 100),
        Difference("lost", tuple(words[9_000:9_500]), 9_000),
        Difference("added", ("more",), 19_999),
    ]
