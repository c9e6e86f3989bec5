"""What the translation of a comment may hold."""

from __future__ import annotations

import pytest

from polybook.translation import inert


def problems(
    message: str, translated: str, language: str = "c", before: str = "// ", more: str = ""
) -> list[str]:
    return list(inert.problems(language, before, f"{message} {more}", message, translated))


@pytest.mark.parametrize(
    ("message", "translated"),
    [
        ("Wait for the others.", "Attende gli altri, “tutti”, l’ultimo compreso!"),
        ("Wait for the others.", "ほかを待ちます。「全部」（最後も）…"),
        ("Wait for the others.", "منتظر بقیه می‌ماند؛ همه؟"),
        ("Wait for the others.", "Un join() attende (tutti gli altri)."),
        ("Wait for the others.", "`join` attende `gevent.joinall`: _tutti_ gli altri."),
        ("Sub-tasks wait.", "I sotto-compiti attendono."),
        ("a[0] <= b", "b è maggiore: a[0] <= b"),
        ("`a[0]` first", "Per primo `a[0]`"),
        ("Add `Box<dyn A>`.", "`Box<dyn A>`を足します。"),
        ("(see below)", "(vedi sotto)"),
        ("note: so it is", "nota: così è"),
        ("The type Vec<T>", "`Vec<T>`型"),
    ],
)
def test_words_are_taken(message: str, translated: str) -> None:
    assert problems(message, translated) == []


def test_words_move_from_line_to_line_of_a_comment() -> None:
    assert problems("The first of both", "Di `a[0]` il primo", more="is `a[0]`.") == []
    assert problems("The first of both", "Di `a[0]` il primo") != []


@pytest.mark.parametrize(
    ("message", "translated"),
    [
        ("Words", "Parole {x}"),
        ("Words", "Parole; altre"),
        ("Words", "@parole"),
        ("Words", "!parole"),
        ("Words", "encoding: x"),
        ("Words", "Parole = x"),
        ("a / b * c", "a /* b"),
        ("$(date) is filled in", "$(evil) is filled in"),
        ("Words - more", "Parole vim: set x"),
        ("It is so: see", "coding: rot13"),
        ("Words _ more", "Parole _"),
        ("A \\ sign", "Un segno \\"),
    ],
)
def test_what_something_may_read_is_not(message: str, translated: str) -> None:
    assert problems(message, translated) != []


@pytest.mark.parametrize(
    "translated", ["a; evil", "a (evil)", "`evil` a", "set() evil", "a & b", "a && evil"]
)
def test_what_a_shell_would_run_is_not_where_it_may_be_pasted(translated: str) -> None:
    assert problems("Do a; do b & c (or d)", translated, "bash", "# ") != []


def test_a_shell_waits_for_no_quotation_mark() -> None:
    assert problems("The beginning", "L'inizio", "bash", "# ") != []
    assert problems("The beginning", "L’inizio", "bash", "# ") == []
    assert problems("The beginning", "L'inizio", "python", "# ") == []
    assert problems("Say 'so'", "Di' 'così'", "bash", "# ") != []


@pytest.mark.parametrize(
    ("message", "translated", "taken"),
    [
        ("words here", "export Evil", False),
        ("words here", "Parole qui", True),
        ("words here", "語", True),
        ("print(x) here", "print(x) qui", True),
    ],
)
def test_close_to_its_sign_a_comment_begins_with_no_word_of_a_tool(
    message: str, translated: str, taken: bool
) -> None:
    assert (problems(message, translated, before="//") == []) == taken
