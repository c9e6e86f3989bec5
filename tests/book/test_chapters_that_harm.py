"""Chapters that would keep a program busy for ever, or that no format can hold, are named with their line."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from polybook.book import text_limits
from polybook.commands import survey
from polybook.markup import parse
from polybook.model.book import Limits

FAN = "".join(f"[^n{one}]: x{f'[^n{one + 1}]' * 10}\n\n" for one in range(8)) + "[^n8]: end\n"
LONG = "".join(f"[^n{one}]: x[^n{one + 1}]\n\n" for one in range(200)) + "[^n200]: end\n"

HARMFUL = {
    "a note in itself": ("a[^a]\n\n[^a]: x[^a]\n", 3, "the footnote refers to footnotes that never end"),
    "notes in one another": (
        "[^a]: b[^b]\n\n[^b]: a[^a]\n",
        1,
        "the footnote refers to footnotes that never",
    ),
    "notes after code": ("```\n```\n[^a]: [^a]\n", 3, "the footnote refers to footnotes that never end"),
    "a fan of notes": (FAN, 1, "the footnote refers to footnotes that never end"),
    "a NUL": ("a\n\0\n", 2, "the line holds a NUL character"),
    "an escape": ("a\n\nb\x1b[31m\n", 3, "the line holds a character that no text has, '\\x1b'"),
    "a page break": ("a\n\x0c", 2, "the line holds a character that no text has, '\\x0c'"),
    "a mark of our own": ("a\ufdd01\ufdd1", 1, "the line holds a character that no text has, '\\ufdd0'"),
    "no character": ("\ufffe", 1, "the line holds a character that no text has, '\\ufffe'"),
    "a line without end": ("a\n" + "x" * 16_001, 2, "the line is longer than 16000 characters"),
    "a line of letters that count twice": (
        "\U0001d4d0" * 8001,
        1,
        "the line is longer than 16000 characters",
    ),
}
HARMLESS = {
    "notes in a row": LONG,
    "a note in a note": "a[^a]\n\n[^a]: b[^b]\n\n[^b]: c\n",
    "the same note twice": "a[^a] b[^a]\n\n[^a]: b\n",
    "text below a note": "[^a]: b\n\nsee[^a]\n",
    "code that looks like notes": "```\n[^a]: b[^b]\n\n[^b]: a[^a]\n````\n\n~~~ text\n[^c]: [^c]\n~~~\n",
    "bidi": "word \u202e evil \u2066 x \u200b\u2028\n",
}


@pytest.mark.parametrize("name", HARMFUL)
def test_a_harmful_text_is_named_with_its_line(name: str) -> None:
    text, line, said = HARMFUL[name]
    (finding,) = text_limits.check("source/01-a.md", text)
    assert (finding.path, finding.line) == ("source/01-a.md", line)
    assert finding.text.startswith(said)


@pytest.mark.parametrize("name", HARMLESS)
def test_a_harmless_text_is_none(name: str) -> None:
    assert list(text_limits.check("a", HARMLESS[name])) == []
    assert list(parse.parse([HARMLESS[name]], Limits(pandoc_seconds=20)))


@pytest.mark.parametrize(
    "text",
    ["\n" + ">" * 500 + " x\n", "\n" + ">" * 40 + " x\n", "\n" + "::: a\n" * 300 + "x\n" + ":::\n" * 300],
)
def test_a_chapter_that_is_nested_too_deep_says_so(book, text: str) -> None:
    folder = book("small")
    folder.write("source/02-end.md", folder.read("source/02-end.md") + text)
    said = [str(finding) for finding in survey.check(folder.root)]
    assert any("source/02-end.md: the chapter's blocks are nested too deep" in one for one in said), said


pieces = st.sampled_from(
    ["[^a]", "[^b]", "[^a]: ", "\n[^b]: ", "\n", "\n\n", "    ", "word ", "> ", "- ", "\0", "`"]
)


@settings(max_examples=200)
@given(st.lists(pieces, max_size=40).map("".join) | st.text(max_size=60))
def test_any_text_is_judged(text: str) -> None:
    for finding in text_limits.check("a", text):
        assert 1 <= finding.line <= text.count("\n") + 1
