"""What some format could not show is named with its line; the rest is not."""

from __future__ import annotations

import pytest

from polybook.chapters import portability
from polybook.commands.reading import read
from polybook.markup import parse
from polybook.model.book import LIMITS, Chapter
from polybook.model.findings import BookError

UNFIT = {
    "a formula of an unknown command": (
        "one\n\n- two $x$\n- $\\undefined{x}$\n",
        6,
        "the formula is none that can be shown, '\\\\undefined{x}'",
    ),
    "half a fraction": (
        "a $$\\frac{a}$$\n",
        3,
        "the formula is none that can be shown, '\\\\frac{a}'",
    ),
    "a language that is none": ('a\n[b]{lang="not one"}\n', 4, "there is no language 'not one'"),
    "a language beside a word": ("a\nb{lang=klingon}\n", 4, "there is no language 'klingon'"),
    "a language in capitals": ("::: {lang=EN}\na\n:::\n", 3, "there is no language 'EN'"),
    "a direction that is none": ("[b]{dir=up}\n", 3, "there is no direction 'up'"),
    "an identifier twice": (
        "## A {#x}\n\n[b]{#y}\n\n## C {#x}\n",
        7,
        "the identifier 'x' is that of line 3 too",
    ),
    "a heading's identifier again": ("## Ab\n\n[b]{#ab}\n", 5, "the identifier 'ab' is that of line 3 too"),
    "an identifier twice in a line": ("[a]{#x} [b]{#x}\n", 3, "the identifier 'x' is that of line 3 too"),
    "an attribute twice": (
        "a\n[b](https://example.org){k=1 k=2}\n",
        4,
        "the attribute 'k' is there twice; the last one counts",
    ),
    "a footnote in a footnote": (
        "a[^a] b[^a]\n\n[^a]: b[^b]\n\n[^b]: c\n",
        5,
        "the footnote refers to another, which no format shows",
    ),
    "a footnote in a footnote's second paragraph": (
        "a[^a]\n\n[^a]: b\n\n    c\n    *d[^b]*\n\n[^b]: e\n",
        8,
        "the footnote refers to another, which no format shows",
    ),
    "a start that is a word": ("```python {start=abc}\nx\n```\n", 3, "the listing starts at line 'abc'"),
    "a start without end": ("```python {start=9999999}\nx\n```\n", 3, "the listing starts at line '9999999'"),
    "a start in another script": ("```python {start=²}\nx\n```\n", 3, "the listing starts at line '²'"),
}
FIT = {
    "characters": "&nbsp; a &lt; b & c < d\n",
    "formulas": "a $\\sqrt{x}$ and\n\n$$\n\\sum_{i=1}^n i\n$$\n\n[^a]\n\n[^a]: $y$\n",
    "a listing": '```python {start=12 file="a.py"}\nx\n```\n',
    "attributes": "[a]{lang=ja #x dir=rtl} [b]{lang=zh-Hant} [c]{lang=en-us}\n\n## C\n\n## C\n",
    "a note": "a[^a] <b>b</b>\n\n[^a]: <i>c</i>\n",
    "a label in a note that is none": "a[^a]\n\n[^a]: b[^b] `[^a]`\n",
    "two notes, one of them twice": "a[^a] b[^b] c[^a]\n\n[^a]: b\n\n[^b]: c\n",
}


def found(text: str) -> list[tuple[int, str]]:
    chapter = Chapter("source/01-a.md", "a", f"# Title\n\n{text}")
    (tree,) = parse.parse([chapter.text], positions=True)
    return [(one.line, one.text) for one in portability.check(chapter, tree, LIMITS)]


@pytest.mark.parametrize("name", UNFIT)
def test_what_cannot_be_shown_is_named_with_its_line(name: str) -> None:
    text, line, said = UNFIT[name]
    assert found(text) == [(line, said)]


@pytest.mark.parametrize("name", FIT)
def test_what_can_be_shown_is_not(name: str) -> None:
    assert found(FIT[name]) == []


def test_a_book_with_one_is_not_read(book) -> None:
    folder = book("small")
    folder.write("source/02-end.md", folder.read("source/02-end.md") + "\nA [word]{dir=up}.\n")
    line = len(folder.read("source/02-end.md").splitlines())
    with pytest.raises(BookError, match=rf"source/02-end\.md:{line}: there is no direction 'up'"):
        read(folder.root)
