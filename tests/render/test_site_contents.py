"""The contents beside a page: of a large book folded, and with no chapter more than two steps away."""

from __future__ import annotations

import re

import pytest

from polybook.render.site import Page
from polybook.render.site_contents import MANY, beside


def chapters(count: int) -> list[Page]:
    return [Page(f"Chapter {one}", "", (), f"c{one}.html") for one in range(count)]


@pytest.mark.parametrize("count", [1, 7, MANY])
def test_a_book_of_common_size_is_named_whole(count: int) -> None:
    some = chapters(count)
    assert [(one.href, one.title, one.until) for one in beside(some, 0)] == [
        (one.href, one.title, "") for one in some
    ]


@pytest.mark.parametrize("count", [MANY + 1, 562, 1000])
def test_of_a_large_book_all_is_folded_but_the_run_that_one_is_in(count: int) -> None:
    some = chapters(count)
    hrefs = [one.href for one in some]
    opened = {href: {one.href for one in beside(some, place)} for place, href in enumerate(hrefs)}
    for place in (0, 1, count // 2, count - 1):
        found = beside(some, place)
        assert hrefs[place] in opened[hrefs[place]]
        assert len(found) < 3 * count**0.5
        assert set.union(*(opened[one.href] for one in found)) == set(hrefs)


def test_a_run_is_named_by_its_first_chapter_and_its_last() -> None:
    first, *rest = beside(chapters(101), 10)
    assert first == ("c0.html", "Chapter 0", "Chapter 9")
    assert rest[0] == ("c10.html", "Chapter 10", "")
    assert rest[-1] == ("c100.html", "Chapter 100", "")  # a run of one has nothing to unfold


def test_pages_of_a_large_book_are_small(book) -> None:
    folder = book("small")
    for number in range(MANY + 20):
        folder.write(f"source/{number + 100}-c{number}.md", f"# Chapter {number}\n\nText.\n")
    folder.run("--lang", "en", "--format", "html").succeeds()
    page = folder.read("output/en/html/c57.html")
    side = page[page.index('<nav class="side"') :]
    assert re.search(r'<li class="folded"><a href="[a-z]+\d*\.html">[^<]+ <span>… Chapter \d+</span>', side)
    assert side.count("<li") < 30
    assert len(page) < 12_000
    assert folder.read("output/en/html/index.html").count("<li><a") >= MANY + 20
