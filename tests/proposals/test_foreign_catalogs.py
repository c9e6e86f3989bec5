"""What entries of other tools' catalogs propose for a book's messages."""

from __future__ import annotations

import pytest

from polybook.model.catalog import Message
from polybook.proposals.foreign_catalogs import Foreign, match, spread


def message(text: str, kind: str = "paragraph") -> Message:
    return Message(text, kind, "source/01-one.md", 1)


def first(entries: list[tuple[str, str]], *messages: Message) -> dict[str, str]:
    """The first sure proposal for each message."""
    given = [Foreign(text, translation, f"po:{line}") for line, (text, translation) in enumerate(entries, 1)]
    found: dict[str, str] = {}
    for proposal in match(given, messages).proposals:
        if proposal.is_sure:
            found.setdefault(proposal.key, proposal.text)
    return found


COMMENT = "comment in a listing"


@pytest.mark.parametrize(
    ("entries", "messages", "expected"),
    [
        pytest.param(
            [("Read [the book](book.md).", "Lies [das Buch](book.md).")],
            [message("Read [the book][b].")],
            {"Read [the book][b].": "Lies [das Buch][b]."},
            id="a link by reference",
        ),
        pytest.param(
            [("// Twice a day.\n", "// Zweimal am Tag.\n")],
            [message("Twice a day.", COMMENT)],
            {"Twice a day.": "Zweimal am Tag."},
            id="a comment with its signs",
        ),
        pytest.param(
            [("# One thing\n  # and another\n", "# Eines\n  # und noch eines\n")],
            [message("One thing", COMMENT), message("and another", COMMENT)],
            {"One thing": "Eines", "and another": "und noch eines"},
            id="a comment of two lines",
        ),
        pytest.param(
            [("/* This is a long\n * remark. */", "/* Das ist eine ziemlich\n * lange\n * Bemerkung. */")],
            [message("This is a long", COMMENT), message("remark.", COMMENT)],
            {"This is a long": "Das ist eine ziemlich lange", "remark.": "Bemerkung."},
            id="a comment whose translation has more lines",
        ),
        pytest.param(
            [("```python\nx = 1  # the first\n```", "```python\nx = 1  # das erste\n```")],
            [message("the first", COMMENT)],
            {"the first": "das erste"},
            id="a listing",
        ),
        pytest.param(
            [("- One\n- Two\n", "- Eins\n- Zwei\n")],
            [message("One", "list item"), message("Two", "list item")],
            {"One": "Eins", "Two": "Zwei"},
            id="a list",
        ),
        pytest.param(
            [("### Getting started {#start}", "### Erste Schritte {#start}")],
            [message("Getting started", "section heading")],
            {"Getting started": "Erste Schritte"},
            id="a heading with its marks",
        ),
        pytest.param(
            [("Press ", "Drücke "), ("s", "s"), (": search.", ": Suche.")],
            [message("Press <kbd>s</kbd>: search.")],
            {"Press <kbd>s</kbd>: search.": "Drücke <kbd>s</kbd>: Suche."},
            id="a text in pieces, without its tags",
        ),
        pytest.param(
            [("First line.  \nSecond line.", "Erste Zeile.  \nZweite Zeile.")],
            [message("First line.\\\nSecond line.")],
            {"First line.\\\nSecond line.": "Erste Zeile.\\\nZweite Zeile."},
            id="a hard break",
        ),
        pytest.param(
            [("Use C", "C nehmen"), ("Use C++", "C++ nehmen")],
            [message("Use C++")],
            {"Use C++": "C++ nehmen"},
            id="a sign that means something",
        ),
        pytest.param(
            [("See [it]{1}.", "[Das]{1} ansehen.")],
            [message("See [it](a.md).")],
            {"See [it](a.md).": "[Das](a.md) ansehen."},
            id="a link by number",
        ),
    ],
)
def test_what_entries_propose(
    entries: list[tuple[str, str]], messages: list[Message], expected: dict[str, str]
) -> None:
    assert first(entries, *messages) == expected


def test_a_string_of_a_program_is_told_apart() -> None:
    done = match([Foreign('"Hello {name}!"', '"Hallo {name}!"', "po:1")], [message("Something")])
    assert not done.proposals
    assert [why for _, why in done.unused] == ["a string of a program: code is no message here"]


def test_what_says_nearly_the_same_waits_for_a_look() -> None:
    old = Foreign("The queue holds two items.", "Die Schlange fasst zwei Dinge.", "po:7")
    (proposal,) = match([old], [message("The queue holds three items.")]).proposals
    assert (proposal.is_sure, proposal.previous, proposal.origin) == (False, old.text, "po:7")


def test_a_fuzzy_entry_stays_one() -> None:
    done = match([Foreign("Same", "Gleich", "po:1", is_fuzzy=True)], [message("Same")])
    assert [one.is_sure for one in done.proposals] == [False]


@pytest.mark.parametrize(
    ("text", "lines", "parts"),
    [
        ("eins zwei drei vier", ["aaaa aaaa", "bbbb bbbb"], ["eins zwei", "drei vier"]),
        ("eins zwei drei vier", ["aa", "bbbbbbbbbbbbb"], ["eins", "zwei drei vier"]),
        ("これは長い文です", ["aaaa", "bbbb"], ["これは長", "い文です"]),
        ("ja", ["a", "b", "c"], ["j", "a", ""]),
    ],
)
def test_a_text_is_spread_over_lines(text: str, lines: list[str], parts: list[str]) -> None:
    assert spread(text, lines) == parts
