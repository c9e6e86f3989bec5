"""Two spellings of one text say the same, and translations take the spelling of the message."""

from __future__ import annotations

import pytest

from polybook.proposals.spelling import guarded, respelt, said


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Use [*this*](a.md) now.", "Use [**this**][ref] now."),
        ("Use [this]{1} now.", 'Use [this](a.md "Title")  now.'),
        ("file\\_name", "file_name"),
        ('"R&amp;D" &mdash; it', "\u201cR&D\u201d \u2014 it"),
        ("first  \nsecond", "first\\\nsecond"),
        ("a `code` here", "a `` code `` here"),
        ("<kbd>Ctrl</kbd> now", "Ctrl now"),
        ("see <https://e.org/a>", "see https://e.org/a"),
        ("wrapped\ntext", "wrapped text"),
        ("cafe\u0301", "caf\u00e9"),
    ],
)
def test_one_text_in_two_spellings(one: str, other: str) -> None:
    assert said(one) == said(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("C++", "C"),
        ("C#", "C"),
        ("at -5 degrees", "at 5 degrees"),
        ("a < b", "a > b"),
        ("`x`", "`y`"),
        ("Stop.", "Stop!"),
        ("case", "Case"),
    ],
)
def test_texts_that_say_different_things(one: str, other: str) -> None:
    assert said(one) != said(other)


@pytest.mark.parametrize(
    ("theirs", "ours", "translation", "expected"),
    [
        ("see [it](a.md)", "see [it][a]", "[es](a.md) sehen", "[es][a] sehen"),
        (
            "[a](x) and [b](y)",
            "[a](x.md) and [b](y.md)",
            "[B](y) und [A](x)",
            "[B](y.md) und [A](x.md)",
        ),
        ("[a](x) and [b](x)", "[a][1] and [b][2]", "[A](x) und [B](x)", "[A][1] und [B][2]"),
        ("[a](en/x)", "[a](x.md)", "[A](de/x)", "[A](x.md)"),
        ("[a](x)", "[a](y)", "A", "A"),
        ("a  \nb", "a\\\nb", "A  \nB", "A\\\nB"),
        ("`` x ``", "`x`", "das `` x ``", "das `x`"),
        ("[a](x) [b](y)", "[a](x)", "[A](x)", "[A](x)"),
    ],
)
def test_a_translation_in_the_spelling_of_the_message(
    theirs: str, ours: str, translation: str, expected: str
) -> None:
    assert respelt(theirs, ours, translation) == expected


def test_signs_that_only_some_readers_heed_stand_for_themselves() -> None:
    assert guarded("5$ a_b x^2 `a_b^2` [t](u_v)") == "5\\$ a\\_b x\\^2 `a_b^2` [t](u_v)"


@pytest.mark.parametrize(
    "text", ["`" * 3000 + "a", "[" * 5000, "](" * 3000, "<a" * 3000, "$" * 4000, "a$" * 2000]
)
def test_no_text_takes_long(text: str) -> None:
    """The test's own time limit tells."""
    said(text)
    respelt(text, text + "x", text)
    guarded(text)
