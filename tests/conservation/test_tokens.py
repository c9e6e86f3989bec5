"""Words are told apart as readers tell them apart."""

from __future__ import annotations

import pytest

from polybook.conservation.tokens import BREAK, FORMULA, PICTURE, Writer, lines, shown


def words(writer: Writer) -> list[str]:
    return [token.text for token in writer.stream().text]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("two words", ["two", "words"]),
        ("  room\u00a0and\u3000room\n", ["room", "and", "room"]),
        ("co\u00adope\u200brate\u2060d\u200e", ["cooperated"]),
        ("u\u0308ber", ["\u00fcber"]),
        ("\u201csaid\u201d", ["'", "said", "'"]),
        ("\u00ab\u00a0dit\u00a0\u00bb", ["'", "dit", "'"]),
        ("don\u2019t", ["don", "'", "t"]),
        ("\u2611\u00a0done", ["\u2612", "done"]),
        ("one \u2194\ufe0e two", ["one", "\u2194", "two"]),
        ("a + b, (c)", ["a", "+", "b,", "(c)"]),
    ],
)
def test_text_is_words(text: str, expected: list[str]) -> None:
    writer = Writer()
    writer.text(text)
    assert words(writer) == expected


def test_a_word_goes_on_across_marks_but_not_across_the_edge_of_a_block() -> None:
    writer = Writer()
    writer.text("un")
    writer.text("do")
    writer.edge()
    writer.text("ne")
    assert words(writer) == ["undo", "ne"]


def test_every_character_of_code_counts() -> None:
    writer = Writer()
    writer.code('f("x")')
    writer.text("'s")
    assert words(writer) == ['f("x")', "'", "s"]


def test_a_hard_break_stands_in_a_token_and_takes_the_white_space_around_it() -> None:
    writer = Writer()
    writer.text("red ")
    writer.line_break()
    writer.text("\nblue")
    writer.line_break()
    assert words(writer) == [f"red{BREAK}blue"]


def test_the_end_of_a_line_on_paper_leaves_white_space_as_it_is() -> None:
    writer = Writer()
    writer.text("red ")
    writer.line_end()
    writer.text("blue-")
    writer.line_end()
    writer.text("green")
    assert words(writer) == ["red", f"blue-{BREAK}green"]


def test_pictures_formulas_and_lines_of_code_are_tokens_each() -> None:
    writer = Writer()
    writer.text("see")
    writer.picture(" Two  \u201ccats\u201d ")
    writer.formula()
    writer.listing("a = 1\n\n  b = 2\r\n")
    found = words(writer)
    assert found == ["see", f"{PICTURE}Two 'cats'", FORMULA, "a = 1", "  b = 2"]
    assert [shown(token) for token in found[:3]] == ["see", "[picture: Two 'cats']", "[formula]"]


def test_footnotes_are_texts_of_their_own() -> None:
    writer, note = Writer(), Writer()
    writer.text("a word")
    note.text("a note")
    writer.note(note)
    stream = writer.stream()
    assert [token.text for token in stream.text] == ["a", "word"]
    assert [[token.text for token in one] for one in stream.notes] == [["a", "note"]]


def test_an_ending_is_taken_back_from_where_it_may_begin() -> None:
    import re

    writer = Writer()
    writer.text("on (p. 3)")
    since = writer.here
    writer.text("the hub (p. 12)")
    writer.cut(re.compile(r"\s*\(p\. \d+\)$"), since)
    writer.text(",")
    since = writer.here
    writer.formula()
    writer.text(" b (p. 12)")
    writer.cut(re.compile(r"\s*\(p\. \d+\)$"), since)
    assert words(writer) == ["on", "(p.", "3)the", "hub,", FORMULA, "b"]


def test_lines_of_code_are_those_with_something_in_them() -> None:
    assert list(lines("a\r\n\n \rb\n")) == ["a", "b"]
