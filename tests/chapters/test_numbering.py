"""Which number each chapter, section, figure, table and listing has."""

from __future__ import annotations

from dataclasses import replace

import pytest

from polybook.book.settings import PLACEHOLDER
from polybook.chapters import numbering
from polybook.chapters.references import Outline, Part, anchors
from polybook.model.book import Book, Chapter, OrderEntry

FIGURE = "a figure"


def numbers(rule: str, *chapters: tuple[str, list[str]], order: list[OrderEntry] | None = None) -> list[str]:
    """What each heading and figure of these chapters has, as ``anchor number``.

    A chapter is its name and its headings, as they are written; `FIGURE` is a figure.
    """
    files = [Chapter(f"source/{name}.md", name, "") for name, _ in chapters]
    outlines = {}
    for file, (_, lines) in zip(files, chapters, strict=True):
        parts = []
        for place, line in enumerate(lines):
            marks, *classes = line.split(" ")
            if line == FIGURE:
                parts.append(Part(f"{file.name}-{place}", "figure"))
            else:
                parts.append(Part(f"{file.name}-{place}", "heading", len(marks), tuple(classes)))
        headings = tuple(part.identifier for part in parts if part.kind == "heading")
        spots = tuple(part.identifier for part in parts if part.kind != "heading")
        outlines[file.path] = Outline("", headings, (), spots, (), tuple(parts))
    entries = order or [OrderEntry("chapter", "", file.path, 0) for file in files]
    book = Book(replace(PLACEHOLDER, number=rule), tuple(files), {}, order=tuple(entries))
    found = numbering.labels(book, outlines, anchors(files, list(outlines.values())))
    shown = []
    for anchor, label in found.items():
        first, *rest = label.number or ("",)
        letter = chr(64 + first) if label.is_lettered else first
        shown.append(" ".join([anchor, ".".join(map(str, [letter, *rest]))]).strip())
    return shown


def chapter(name: str, depth: int = 0, matter: str = "body", kind: str = "chapter") -> OrderEntry:
    return OrderEntry(kind, "", f"source/{name}.md" if name else "", depth, matter)


BOOK = [
    ("a", ["#", "##", "##", "###", "####"]),
    ("b", ["# unnumbered", "##"]),
    ("c", ["#", "## unnumbered", "###"]),
]


@pytest.mark.parametrize(
    ("rule", "wanted"),
    [
        ("none", ["a", "a-1", "a-2", "a-3", "a-4", "b", "b-1", "c", "c-1", "c-2"]),
        ("chapters", ["a 1", "a-1", "a-2", "a-3", "a-4", "b", "b-1", "c 2", "c-1", "c-2"]),
        ("sections", ["a 1", "a-1 1.1", "a-2 1.2", "a-3 1.2.1", "a-4", "b", "b-1", "c 2", "c-1", "c-2"]),
    ],
)
def test_the_setting_says_what_has_numbers(rule: str, wanted: list[str]) -> None:
    assert numbers(rule, *BOOK) == wanted


def test_appendices_count_by_letters_and_by_themselves() -> None:
    chapters = [("a", ["#"]), ("b", ["# appendix", "##"]), ("c", ["# appendix"]), ("d", ["#"])]
    assert numbers("sections", *chapters) == ["a 1", "b A", "b-1 A.1", "c B", "d 2"]


def test_what_has_a_caption_counts_within_its_chapter_or_through_those_without_a_number() -> None:
    chapters = [
        ("a", ["# unnumbered", FIGURE]),
        ("b", ["#", FIGURE, FIGURE]),
        ("c", ["# unnumbered", FIGURE]),
        ("d", ["# appendix", FIGURE]),
    ]
    found = numbers("chapters", *chapters)
    assert found == ["a", "a-1 1", "b 1", "b-1 1.1", "b-2 1.2", "c", "c-1 2", "d A", "d-1 A.1"]
    assert numbers("none", *chapters) == ["a", "a-1 1", "b", "b-1 2", "b-2 3", "c", "c-1 4", "d", "d-1 5"]


NESTED = [chapter("a"), chapter("b", 1), chapter("c", 2), chapter("d", 1), chapter("e")]


@pytest.mark.parametrize(
    ("rule", "wanted"),
    [
        ("chapters", ["a 1", "a-1", "b 1.1", "c 1.1.1", "d 1.2", "e 2"]),
        ("sections", ["a 1", "a-1 1.1", "b 1.2", "c 1.2.1", "d 1.3", "e 2"]),
    ],
)
def test_a_nested_chapter_is_a_part_of_its_chapter_after_the_sections(rule: str, wanted: list[str]) -> None:
    chapters = [("a", ["#", "##"]), ("b", ["#"]), ("c", ["#"]), ("d", ["#"]), ("e", ["#"])]
    assert numbers(rule, *chapters, order=NESTED) == wanted


def test_parts_and_matter_have_no_numbers_and_drafts_keep_theirs() -> None:
    order = [
        chapter("a", matter="front"),
        chapter("", kind="part"),
        chapter("b", 1),
        chapter("c", kind="part"),
        chapter("", 1, kind="draft"),
        chapter("d", 2),
        chapter("e", 1),
        chapter("f", matter="back"),
    ]
    chapters = [(name, ["#"]) for name in "abcdef"]
    assert numbers("chapters", *chapters, order=order) == ["a", "b 1", "c", "d 2.1", "e 3", "f"]


def test_a_chapter_that_cannot_be_read_counts_all_the_same() -> None:
    order = [chapter("a"), chapter("lost"), chapter("b")]
    assert numbers("chapters", ("a", ["#"]), ("b", ["#"]), order=order) == ["a 1", "b 3"]
