"""What a chapter gives to the subject index."""

from __future__ import annotations

import pytest

from polybook.chapters import index_entries, messages
from polybook.markup import parse, positions
from polybook.markup.tree import find
from polybook.model.book import Chapter
from polybook.model.nodes import Div, Header, Span

TEXT = """\
# Of [lamps]{.index}

A [switch]{.index} and a [switch]{.index #own},
`dim()`{.index}, [x]{.index .wide entry="lamp!turning on"}.[^n]

## More

[]{.index entry="a"} []{.index entry="b"}

<!-- notranslate -->
[hidden]{.index} [42]{.index}

[^n]: A [note]{.index}.
"""


def chapter(text: str) -> Chapter:
    return Chapter("source/01-c.md", "c", text)


def test_entries_are_messages_with_a_context_once_in_a_chapter() -> None:
    (blocks,) = parse.parse([TEXT], positions=True)
    found = [slot.message for slot in messages.slots(chapter(TEXT), blocks)]
    entries = [(one.line, one.text, one.where) for one in found if one.context == "index entry"]
    assert entries == [
        (1, "lamps", "Of lamps, index entry"),
        (3, "switch", "Of lamps, index entry"),
        (4, "dim()", "Of lamps, index entry"),
        (4, "lamp!turning on", "Of lamps, index entry"),
        (8, "a", "Of lamps > More, index entry"),
        (8, "b", "Of lamps > More, index entry"),
        (13, "note", "Of lamps, index entry"),
    ]
    assert found[0].text == "Of [lamps]{.index}"


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("a\n[]{.index} b", 2, "the index is given no entry here"),
        ('[a]{.index entry="b!!c"}', 1, "'b!!c' is no entry of an index"),
        ('a[^n]\n\n[^n]: []{.index entry="a!b!c!d"}', 3, "'a!b!c!d' is no entry of an index"),
    ],
)
def test_what_is_no_entry_is_an_error_with_its_line(text: str, line: int, said: str) -> None:
    (blocks,) = parse.parse([text + "\n"], positions=True)
    (finding,) = index_entries.check(chapter(text), blocks)
    assert (finding.line, finding.text, finding.severity) == (line, said, "error")


def test_each_mark_is_a_place_below_its_heading() -> None:
    (blocks,) = parse.parse([TEXT])
    blocks, found = index_entries.settle(blocks, "c", lambda entry: (entry.upper(), ""))
    assert [(one.anchor, one.entry, one.section, one.title) for one in found] == [
        ("of-lamps", "LAMPS", "of-lamps", "Of lamps"),
        ("page-entry-c-1", "SWITCH", "of-lamps", "Of lamps"),
        ("own", "SWITCH", "of-lamps", "Of lamps"),
        ("page-entry-c-2", "DIM()", "of-lamps", "Of lamps"),
        ("page-entry-c-3", "LAMP!TURNING ON", "of-lamps", "Of lamps"),
        ("page-entry-c-4", "NOTE", "of-lamps", "Of lamps"),
        ("page-entry-c-5", "A", "more", "More"),
        ("page-entry-c-6", "B", "more", "More"),
        ("page-entry-c-7", "HIDDEN", "more", "More"),
        ("page-entry-c-8", "42", "more", "More"),
    ]
    places = [node.attr for node in find(blocks, Span, Div, Header) if node.attr.identifier]
    assert {one.anchor for one in found} <= {one.identifier for one in places}
    assert [one.classes for one in places if one.identifier == "page-entry-c-3"] == [["wide"]]
    assert [block.attr.identifier for block in blocks if isinstance(block, Div)] == [
        "page-entry-c-5",
        "page-entry-c-6",
    ]
    assert not any("index" in node.attr.classes for node in find(blocks, Span))


def test_a_chapter_without_marks_is_as_it_was() -> None:
    (blocks,) = parse.parse(["# A\n\nb\n"], positions=True)
    clean = positions.without(blocks)
    assert index_entries.settle(clean, "c", lambda entry: (entry, "")) == (clean, ())
