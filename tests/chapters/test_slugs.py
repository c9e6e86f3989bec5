"""Names of headings in addresses: the book's own rule, and those of other tools."""

from __future__ import annotations

import pytest

from polybook.chapters import headings, slugs
from polybook.markup import parse
from polybook.markup.tree import find
from polybook.model.book import Chapter
from polybook.model.nodes import Header

NAMES = {
    "A & B": ("a--b", "a-b", "a-b"),
    "1. The first": ("1-the-first", "the-first", "_1-the-first"),
    "What's in v2.0?": ("whats-in-v20", "whats-in-v2.0", "what-s-in-v2-0"),
    "🌍 Around": ("-around", "around", "🌍-around"),
    "Größe_x": ("größe_x", "größe_x", "große-x"),
    "नमस्ते": ("नमस्ते", "नमसत", "नमस्ते"),
    "数 字": ("数-字", "数-字", "数-字"),
    "On – and on": ("on----and-on", "on-and-on", "on-and-on"),
    "2024": ("2024", "section", "_2024"),
}


@pytest.mark.parametrize("words", NAMES)
def test_a_heading_is_named_as_other_tools_name_it(words: str) -> None:
    assert tuple(rule(words) for rule in slugs.RULES.values()) == NAMES[words]


def settled(text: str, rule: str = slugs.OWN) -> list[str]:
    (blocks,) = parse.parse([text], positions=True)
    headings.settle(Chapter("source/01-a.md", "a", text), blocks, rule)
    return [header.attr.identifier for header in find(blocks, Header)]


SETTLED = {
    "as pandoc has it": (
        "# T\n\n## 🌍 A, b\n\n## 🌍 A, b\n",
        ["t", "earth_africa-a-b", "earth_africa-a-b-1"],
    ),
    "a number that is a name": ("# T\n\n## A\n\n## A\n\n## A 1\n", ["t", "a", "a-1", "a-1-1"]),
    "a word's place of that name": ("# T\n\n[x]{#a}\n\n## A\n", ["t", "a-1"]),
    "a title with a word's name": ("# T\n\n[x]{#t}\n", ["t-1"]),
    "an author's name": ("# T\n\n## A\n\n## B {#a-1}\n\n## A\n", ["t", "a", "a-1", "a-1-1"]),
    "names without a letter": ("# T\n\n## ?\n\n## Section\n", ["t", "section-1", "section"]),
}


@pytest.mark.parametrize("name", SETTLED)
def test_each_heading_has_a_name_of_its_own(name: str) -> None:
    text, names = SETTLED[name]
    assert settled(text) == names


RULED = {
    "github": ["t", "-a--b", "-a--b-1", "kept", "c-1"],
    "pandoc": ["t", "a-b", "a-b-1", "kept", "c-1"],
    "vuepress": ["t", "🌍-a-b", "🌍-a-b-1", "kept", "c-1"],
}


@pytest.mark.parametrize("rule", RULED)
def test_a_book_can_have_names_by_another_rule(rule: str) -> None:
    text = "# T\n\n## 🌍 A & B\n\n## 🌍 A & B\n\n## Own {#kept}\n\n[c]{#c}\n\n## C\n"
    assert settled(text, rule) == RULED[rule]
