"""What a book may use is bounded by settings, and what reaches a bound is told with the setting's name."""

from __future__ import annotations

import pytest

from polybook.chapters import source
from polybook.markup import parse
from polybook.model.book import Book, Chapter, Limits, Settings
from polybook.model.findings import BookError
from polybook.system.cache import Store

CHAPTER = "source/01-start.md"


def test_an_example_that_reaches_a_limit_is_told_with_its_line_and_the_setting(book) -> None:
    folder = book("small").replace("pyproject.toml", "date =", "example-seconds = 1\ndate =")
    folder.write("examples/first/slow.py", "import time\ntime.sleep(60)\n")
    before = folder.read(CHAPTER)
    text = before + '\n<!-- [[[cog example("first/slow.py") ]]] -->\n<!-- [[[end]]] -->\n'
    folder.write(CHAPTER, text)
    line = text.count("\n") - 1
    said = f"{CHAPTER}:{line}: examples/first/slow.py ran longer than 1 seconds. Hint: the setting "
    folder.run("refresh").fails(3, f"{said}example-seconds allows more")
    assert folder.read(CHAPTER) == text


@pytest.mark.parametrize(
    ("limits", "text", "line", "said"),
    [
        (Limits(pandoc_memory=128), "x" * 10_000_000, 0, "pandoc wanted more than 128 MB of memory"),
        (Limits(), "word\n\n{.c}\n ```\n", 6, "pandoc cannot read this: unexpected"),
    ],
)
def test_the_chapter_that_pandoc_cannot_read_is_named(
    limits: Limits, text: str, line: int, said: str
) -> None:
    texts = ["# One\n", "# Two\n", "# Three\n\n" + text, "# Four\n"]
    chapters = tuple(Chapter(f"source/{number}.md", f"{number}", text) for number, text in enumerate(texts))
    with pytest.raises(BookError, match=said) as raised:
        source.read(Book(Settings("a", "A", "en", "urn:x:a", limits=limits), chapters, {}), Store(None))
    assert [(finding.path, finding.line) for finding in raised.value.findings] == [("source/2.md", line)]


@pytest.mark.parametrize(
    ("limits", "said"),
    [
        (Limits(pandoc_seconds=0.05), "pandoc was stopped after 0.05 seconds"),
        (Limits(pandoc_memory=128), "pandoc wanted more than 128 MB of memory"),
    ],
)
def test_pandoc_that_reaches_a_limit_is_told_with_the_setting(limits: Limits, said: str) -> None:
    text = "x" * 10_000_000
    with pytest.raises(BookError, match=said) as raised:
        list(parse.parse([text], limits))
    setting = "pandoc-seconds" if "seconds" in said else "pandoc-memory"
    assert f"The setting {setting} allows more" in str(raised.value)
