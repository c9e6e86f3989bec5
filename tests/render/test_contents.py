"""What lies in what, and the pages of parts that open with no chapter."""

from __future__ import annotations

from polybook.model.book import Settings
from polybook.model.edition import ContentsEntry, Edition, EditionChapter
from polybook.model.nodes import Attr, Header, Space, Span, Str
from polybook.render.contents import is_nested, is_part_page, places, with_part_pages

CONTENTS = (
    ContentsEntry("chapter", "Preface", 0, 0, "front"),
    ContentsEntry("part", "The core", None, 0, "body", "en"),
    ContentsEntry("draft", "To come", None, 1, "body"),
    ContentsEntry("chapter", "Queues", 1, 2, "body"),
    ContentsEntry("draft", "Never", None, 1, "body"),
    ContentsEntry("part", "More", 2, 0, "body"),
    ContentsEntry("part", "Months", None, 1, "body"),
    ContentsEntry("chapter", "May", 3, 2, "body"),
    ContentsEntry("part", "Nothing yet", None, 0, "body"),
    ContentsEntry("draft", "Later", None, 1, "body"),
)
CHAPTERS = tuple(
    EditionChapter(name, name.title(), "[]", 0, "") for name in ("preface", "queues", "more/index", "may")
)
EDITION = Edition("it", Settings("a", "A", "en", "urn:x:a"), CHAPTERS, {}, 0, 0, contents=CONTENTS)


def test_a_part_without_an_opening_has_a_page_where_a_chapter_lies_in_it() -> None:
    found = with_part_pages(EDITION)
    names = ["preface", "-part1", "queues", "more/index", "-part2", "may"]
    assert [chapter.name for chapter in found.chapters] == names
    assert [is_part_page(chapter) for chapter in found.chapters] == [name[0] == "-" for name in names]
    assert [(one.title, one.chapter, one.depth) for one in found.contents] == [
        ("Preface", 0, 0),
        ("The core", 1, 0),
        ("To come", None, 1),  # a chapter lies in it
        ("Queues", 2, 2),
        ("More", 3, 0),
        ("Months", 4, 1),
        ("May", 5, 2),
    ]


def test_a_parts_page_says_in_which_language_its_title_is() -> None:
    (header,) = with_part_pages(EDITION).chapters[1].blocks
    words = [Str("The"), Space(), Str("core")]
    marked = Span.of(Attr("", ["untranslated"], [("lang", "en")]), words)
    assert header == Header.of(1, Attr("page-part1"), [marked])
    (header,) = with_part_pages(EDITION).chapters[4].blocks
    assert header == Header.of(1, Attr("page-part2"), [Str("Months")])


def test_drafts_count_for_nothing_where_they_are_not_shown() -> None:
    assert [(one.kind, one.parts, one.within) for one in places(with_part_pages(EDITION))] == [
        ("chapter", 0, 0),
        ("part", 0, 0),
        ("chapter", 1, 0),
        ("part", 0, 0),
        ("part", 1, 0),
        ("chapter", 2, 0),
    ]


def test_contents_are_nested_where_a_chapter_lies_in_another() -> None:
    assert is_nested(CONTENTS), "in one that is to come"
    assert not is_nested([one for one in CONTENTS if one.kind != "draft" and one.title != "Queues"])
