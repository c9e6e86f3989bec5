"""Messages are read alone, which proves where they stand; what was read before is not read again."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from conftest import BOOKS, ROOT

from polybook.chapters.readings import read_alone, unproven
from polybook.commands.reading import read
from polybook.markup import alone
from polybook.system.cache import Store

ODD = "A sentence with raised ^\\\nwords^ after a hard break.\n"


@pytest.mark.parametrize("root", [ROOT, *sorted(BOOKS.iterdir())], ids=lambda root: root.name)
def test_every_position_of_our_books_is_proven(root: Path) -> None:
    reading = read(root, Store(None))
    doubtful = unproven(reading.sources, reading.book.settings.limits, reading.store)
    assert {
        source.chapter.path: those for source, those in zip(reading.sources, doubtful, strict=True) if those
    } == {}


def test_a_message_that_is_not_what_stands_there_is_told(book) -> None:
    sample = book("small")
    text = sample.read("source/01-start.md")
    sample.write("source/01-start.md", f"{text}\n{ODD}")
    reading = read(sample.root, Store(None))
    doubtful = unproven(reading.sources, reading.book.settings.limits, reading.store)
    said = [reading.sources[0].slots[place].message.text for place in doubtful[0]]
    assert [one[:10] for one in said] == ["A sentence"]
    assert doubtful[1] == frozenset()
    line = text.count("\n") + 2
    assert f"source/01-start.md:{line}: the message 'A sentence" in " ".join(sample.run("check").out.split())


def test_a_changed_line_is_all_that_is_read_again(book, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    really = alone.read

    def recorded(groups: Sequence[alone.Group], limits):
        asked.extend("\n".join(text) for group in groups for text in group.texts)
        return really(groups, limits)

    monkeypatch.setattr(alone, "read", recorded)
    sample = book("everything")

    def prove() -> list[str]:
        asked.clear()
        reading = read(sample.root)
        unproven(reading.sources, reading.book.settings.limits, reading.store)
        reading.store.finish()
        return sorted(asked)

    assert len(prove()) > 50
    path = sorted((sample.root / "source").glob("*.md"))[0]
    text = path.read_text("utf-8")
    path.write_text(text + "\nA paragraph more.\n", "utf-8")
    assert prove() == ["A paragraph more."]
    assert prove() == []


def test_texts_are_read_as_the_chapter_defines_them(book) -> None:
    sample = book("small")
    path = sorted((sample.root / "source").glob("*.md"))[0]
    chapter = path.read_text("utf-8")
    store = Store(None)

    def is_link(target: str) -> bool:
        path.write_text(f"{chapter}\nSo it is [there].\n\n[there]: {target}\n", "utf-8")
        reading = read(sample.root, store)
        texts = [["see [there]"]] + [[]] * (len(reading.sources) - 1)
        (found, *_) = read_alone(reading.sources, texts, "ja", reading.book.settings.limits, store)
        return target in repr(found["see [there]"])

    assert is_link("https://one.example/")
    assert is_link("https://two.example/")  # what was read before is not what it says now
