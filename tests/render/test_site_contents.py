"""The contents beside a page: of a large book folded, and with no chapter more than two steps away."""

from __future__ import annotations

import re

import pytest

from polybook.model.edition import ContentsEntry
from polybook.render.site_contents import MANY, Beside, Entry, whole


def chapters(count: int) -> tuple[list[ContentsEntry], list[str]]:
    some = range(count)
    contents = [ContentsEntry("chapter", f"Chapter {one}", one, 0, "body") for one in some]
    return contents, [f"c{one}.html" for one in some]


@pytest.mark.parametrize("count", [1, 7, MANY])
def test_a_book_of_common_size_is_named_whole(count: int) -> None:
    some, hrefs = chapters(count)
    found = Beside(some, hrefs, [""] * len(hrefs)).page(hrefs[0])
    assert [(one.href, one.title, one.until) for one in found] == [
        (href, one.title, "") for href, one in zip(hrefs, some, strict=True)
    ]


@pytest.mark.parametrize("count", [MANY + 1, 562, 1000])
def test_of_a_large_book_all_is_folded_but_the_run_that_one_is_in(count: int) -> None:
    some, hrefs = chapters(count)
    beside = Beside(some, hrefs, [""] * len(hrefs))
    opened = {href: {one.href for one in beside.page(href)} for href in hrefs}
    for place in (0, 1, count // 2, count - 1):
        found = beside.page(hrefs[place])
        assert hrefs[place] in opened[hrefs[place]]
        assert len(found) < 3 * count**0.5
        assert set.union(*(opened[one.href] for one in found)) == set(hrefs)


def test_a_run_is_named_by_its_first_chapter_and_its_last() -> None:
    some, hrefs = chapters(101)
    first, *rest = Beside(some, hrefs, [""] * len(hrefs)).page(hrefs[10])
    assert first == Entry("chapter", "c0.html", "Chapter 0", until="Chapter 9")
    assert rest[0] == Entry("chapter", "c10.html", "Chapter 10")
    assert rest[-1] == Entry("chapter", "c100.html", "Chapter 100")  # a run of one has nothing to unfold


NESTED = [
    ContentsEntry("chapter", "Preface", 0, 0, "front"),
    ContentsEntry("part", "Core", None, 0, "body"),
    ContentsEntry("chapter", "Queues", 1, 1, "body"),
    ContentsEntry("chapter", "Sizes", 2, 2, "body"),
    ContentsEntry("draft", "Later", None, 2, "body"),
    ContentsEntry("draft", "Never", None, 1, "body"),
    ContentsEntry("part", "More", 3, 0, "body"),
    ContentsEntry("chapter", "Pools", 4, 1, "body"),
]
HREFS = ["preface.html", "core/queues.html", "core/sizes.html", "more/index.html", "more/pools.html"]


NUMBERS = ["", "1", "1.1", "", "2"]


def outlined(entries: tuple[Entry, ...], depth: int = 0) -> list[str]:
    lines: list[str] = []
    for one in entries:
        lines += [
            "  " * depth + f"{one.kind} {one.number} {one.title} {one.href}".rstrip().replace("  ", " "),
            *outlined(one.inner, depth + 1),
        ]
    return lines


def test_what_lies_in_a_part_or_in_a_chapter_stands_below_it() -> None:
    assert outlined(whole(NESTED, HREFS, NUMBERS)) == [
        "chapter Preface preface.html",
        "part Core",
        "  chapter 1 Queues core/queues.html",
        "    chapter 1.1 Sizes core/sizes.html",
        "    draft Later",
        "  draft Never",
        "part More more/index.html",
        "  chapter 2 Pools more/pools.html",
    ]
    assert Beside(NESTED, HREFS, NUMBERS).page(HREFS[4]) == whole(NESTED, HREFS, NUMBERS)


def test_of_a_large_book_what_lies_in_others_is_folded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("polybook.render.site_contents.MANY", 5)
    assert outlined(Beside(NESTED, HREFS, NUMBERS).page("more/pools.html")) == [
        "chapter Preface preface.html",
        "part Core core/queues.html",  # its first page has it unfolded
        "part More more/index.html",
        "  chapter 2 Pools more/pools.html",
    ]
    assert outlined(Beside(NESTED, HREFS, NUMBERS).page("core/queues.html")) == [
        "chapter Preface preface.html",
        "part Core",
        "  chapter 1 Queues core/queues.html",
        "    chapter 1.1 Sizes core/sizes.html",
        "    draft Later",
        "  draft Never",
        "part More more/index.html",
    ]


def test_pages_of_a_large_book_are_small(book) -> None:
    folder = book("small")
    for number in range(MANY + 20):
        folder.write(f"source/{number + 100}-c{number}.md", f"# Chapter {number}\n\nText.\n")
    folder.run("--lang", "en", "--format", "html").succeeds()
    page = folder.read("output/en/html/c57.html")
    side = page[page.index('<nav class="side"') :]
    assert re.search(
        r'<li class="folded"><a href="[a-z]+\d*\.html"><span class="number">\d+</span> [^<]+'
        r" <span>… Chapter \d+</span>",
        side,
    )
    assert side.count("<li") < 30
    assert len(page) < 12_000
    assert folder.read("output/en/html/index.html").count("<li><a") >= MANY + 20
