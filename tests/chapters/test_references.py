"""Anchors: one a place, whatever the book's chapters and headings are called."""

from __future__ import annotations

from polybook.chapters import references
from polybook.chapters.destinations import Anchors
from polybook.chapters.references import Outline
from polybook.model.book import Chapter


def anchors(book: dict[str, Outline]) -> Anchors:
    chapters = [Chapter(f"source/{file}", file[3:-3], "") for file in book]
    return references.anchors(chapters, list(book.values()))


def outline(
    *headings: str, spots: tuple[str, ...] = (), aliases: tuple[tuple[str, str], ...] = ()
) -> Outline:
    return Outline("", headings, aliases, spots, ())


def test_no_two_places_share_an_anchor() -> None:
    table = anchors(
        {
            "01-tool.md": outline("tool", "parts", "tool-box", spots=("x", "_note1")),
            "02-tool-parts.md": outline("more", "x-2", spots=("parts", "x")),
            "03-x.md": outline("x"),
            "04-main.md": outline("last", "tool-x"),
        }
    )
    assert table["01-tool.md", "parts"] == "tool-parts-2"  # the second chapter is called tool-parts
    assert table["02-tool-parts.md", "parts"] == "tool-parts-parts"
    assert table["01-tool.md", "tool-box"] == "tool-box"
    assert table["01-tool.md", "x"] == "tool-x-2"  # the last chapter has a tool-x
    assert table["01-tool.md", "_note1"] == "tool-_note1"
    assert table["03-x.md", ""] == table["03-x.md", "x"] == "x"
    places = {key: anchor for key, anchor in table.items() if key[1] not in ("tool", "more", "last")}
    del places["03-x.md", "x"]  # its title, and so the chapter
    assert len(set(places.values())) == len(places)


def test_other_tools_names_lead_to_their_heading() -> None:
    table = anchors(
        {
            "01-a.md": outline("a", "go", "b", "c", aliases=(("-go", "go"), ("x", "b"), ("x", "c"))),
            "02-b.md": outline("b", spots=("go",)),
        }
    )
    assert table["01-a.md", "-go"] == table["01-a.md", "go"] == "a-go"
    assert ("01-a.md", "x") not in table
