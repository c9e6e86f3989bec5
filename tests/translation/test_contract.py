"""What a translation must keep, as plain text and of a program."""

from __future__ import annotations

import pytest

from polybook.model.catalog import Message
from polybook.translation import contract


def codes(message: str, translation: str, kind: str = "paragraph") -> list[str]:
    return [code for code, _ in contract.check_text(Message(message, kind, "a.md", 1), translation)]


@pytest.mark.parametrize(
    "translation",
    [
        "Une question\u202f? Oui\u00a0!",
        "\u3000全角の空白",
        "می\u200cخواهم \u200f(\u2066gevent\u2069)\u200e",
        "\u2067שלום \u2066API\u2069\u2069",
        "क\u094d\u200dष",
        "10\u2060km",
    ],
    ids=ascii,
)
def test_what_a_language_needs_is_no_unseen_character(translation: str) -> None:
    assert codes("Words of a message", translation) == []


@pytest.mark.parametrize(
    "translation",
    [
        "\u2066no end",
        "no beginning\u2069",
        "\u2069the other way round\u2066",
        "\u2067one \u2066two\u2069",
        "a\u202eb",
        "a\u2064b",
    ],
    ids=ascii,
)
def test_what_reaches_beyond_a_translation_is_refused(translation: str) -> None:
    assert codes("Words of a message", translation) == ["character"]
    assert codes(translation, translation) == [], "as the message has it too"


@pytest.mark.parametrize(
    ("message", "translation"),
    [
        ("For $x_{n}$ of $\\text{others}$", "Für $x_{n}$ von $\\text{anderen}$"),
        ("$$ \\mbox{d} $$", "$$ \\mbox{\\{x\\}} $$"),
        ("It costs {price} and $a$ %s", "$a$ {price} %s"),
    ],
)
def test_a_formula_has_no_placeholders(message: str, translation: str) -> None:
    assert codes(message, translation) == []
    assert codes(message + " {name}", translation) == ["placeholder"]


@pytest.mark.parametrize(
    "blank", ["\u3164", "\u115f\u1160", "\uffa0 \u2800", "\u00a0\u200d", "\U0001d159"], ids=ascii
)
def test_what_shows_nothing_says_nothing(blank: str) -> None:
    assert "structure" in codes("Words of a message", blank)


@pytest.mark.parametrize(
    ("source", "translated", "expected"),
    [
        ("x = 1  # one", "x = 1  # uno", True),
        ("x = 1  # one", "x = 2  # one", False),
        ("x = '# one'", "x = '# uno'", False),
        ('x = """\n# one\n"""', 'x = """\n# uno\n"""', False),
        ("x = f'{1}# one'", "x = f'{1}# uno'", False),
        ('def f():\n    """One."""', 'def f():\n    """Uno."""', True),
        ('x = (\n    """One."""\n)', 'x = (\n    """Uno."""\n)', False),
        ("x = (  # one", "x = (  # uno", True),
        ("# one\nx = 1", "# uno\rx = 1", False),
    ],
)
def test_a_program_may_change_in_its_remarks(source: str, translated: str, expected: bool) -> None:
    assert contract.same_program(["python"], source, translated) is expected


def test_a_word_that_no_format_takes_is_too_long() -> None:
    assert codes("word " * 3000, "x" * 17_000) == ["length"]
    assert codes("word " * 3000, "parola " * 3000) == []
