"""What a tree says, without and with what a format adds."""

from __future__ import annotations

import pytest

from polybook.conservation.tokens import BREAK, FORMULA, PICTURE, Stream
from polybook.conservation.trees import Added, stream
from polybook.markup.parse import parse
from polybook.model.book import Theme
from polybook.model.edition import Label
from polybook.render.words import words

CASES = {
    "a paragraph": ("two *words* and `co de`", ["two", "words", "and", "co", "de"]),
    "a word with marks in it": ("un*do*ne", ["undone"]),
    "a soft break": ("one\ntwo", ["one", "two"]),
    "a hard break": ("one\\\ntwo", [f"one{BREAK}two"]),
    "quotation marks": ('a "word"', ["a", "'", "word", "'"]),
    "a formula": ("so $x$-fold", ["so", FORMULA, "-fold"]),
    "a picture": ("see ![a cat](c.svg) here", ["see", f"{PICTURE}a cat", "here"]),
    "a picture with a caption": ('![a cat](c.svg "The cat")', [f"{PICTURE}a cat", "The", "cat"]),
    "a list": ("- one\n- two\n\n  more", ["one", "two", "more"]),
    "tasks": ("- [ ] to do\n- [x] done\n- [x]\n- [y] no", ["☐", "to", "do", "☒", "done", "[x]", "[y]", "no"]),
    "a definition": ("Term\n:   What it is", ["Term", "What", "it", "is"]),
    "a table": ("| a | b |\n|---|---|\n| c | `d` |", ["a", "b", "c", "d"]),
    "a box": ("::: note\n\nMind.\n\n:::", ["Mind."]),
    "a block of code": ("```py\nx = 1\n\n  y\n```", ["x = 1", "  y"]),
    "raw HTML": ("<p>one<br>two</p>\n\na<b>c</b> <!-- no -->", [f"one{BREAK}two", "ac"]),
    "a link": ("[words](https://e.org 'title')", ["words"]),
}
"""Markdown, and its tokens."""


def texts(found: Stream) -> list[str]:
    return [token.text for token in found.text]


def notes(found: Stream) -> list[list[str]]:
    return [[token.text for token in note] for note in found.notes]


@pytest.fixture(scope="module")
def read() -> dict[str, list[str]]:
    trees = parse([markdown for markdown, _ in CASES.values()])
    return {name: texts(stream([tree])) for name, tree in zip(CASES, trees, strict=True)}


@pytest.mark.parametrize("name", CASES)
def test_a_tree_says_its_words(name: str, read: dict[str, list[str]]) -> None:
    assert read[name] == CASES[name][1]


def test_footnotes_are_apart_in_the_order_of_their_references() -> None:
    (tree,) = parse(["one[^b] two[^a].\n\n[^a]: Last.\n\n[^b]: First\n\n    and more."])
    assert texts(found := stream([tree])) == ["one", "two."]
    assert notes(found) == [["First", "and", "more."], ["Last."]]


def test_tokens_know_their_block_through_all_chapters() -> None:
    found = stream(list(parse(["# One\n\ntext", "# Two\n\n- a\n- b[^n]\n\n[^n]: note"])))
    assert [(token.text, token.place) for token in found.text] == [
        ("One", 0),
        ("text", 1),
        ("Two", 2),
        ("a", 3),
        ("b", 3),
    ]
    assert found.notes[0][0].place == 3


def test_a_format_adds_labels_and_numbers() -> None:
    text = "# One\n\n::: tip\n\nMind.\n\n:::\n\n"
    text += '```py {file="a.py"}\nx\n```\n\n```text {.transcript of="a.py"}\n1\n```\n\n'
    text += '![alt](c.svg "Caption")\n\n![alt](c.svg "Other")'
    text += '\n\n```py {#code caption="Code"}\ny\n```\n\n'
    text += "| a |\n|---|\n| b |\n\n: Cells {#cells}\n\nAs in [](#cells)."
    trees = list(parse([text]))
    names = {
        "one": Label("chapter", (3,), title="One"),
        "code": Label("listing", (3, 1)),
        "cells": Label("table", (3, 1)),
    }
    added = Added(words("en", Theme()), names, notice=True)
    assert " ".join(texts(stream(trees, added, [2]))) == (
        "Chapter 3 One "
        "2 passages of this chapter are not translated yet and are shown in the original language. "
        f"Tip Mind. a.py x Output of a.py 1 {PICTURE}alt Caption {PICTURE}alt Other "
        "Listing 3.1. Code y Table 3.1. Cells a b As in Table 3.1."
    )


def test_on_paper_footnotes_have_the_addresses_of_their_links() -> None:
    (tree,) = parse(["a[^n].\n\n[^n]: See [there](https://e.org), <https://e.org/b> and [in](#x)."])
    added = Added(words("en", Theme()), addresses=True)
    assert notes(stream([tree], added)) == [
        ["See", "there", "(https://e.org),", "https://e.org/b", "and", "in."]
    ]
