"""A command reads the book once, and works with what it read."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import NOW, TRANSLATION

from polybook.book import load
from polybook.commands import build, init, refresh, release_plan, serve, survey, update
from polybook.preview import server


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """Counts readings of books and of their settings' files."""
    counted: Counter[str] = Counter()

    def counting(name: str, function: Callable[..., object]) -> Callable[..., object]:
        def count(*arguments: object) -> object:
            counted[name] += 1
            return function(*arguments)

        return count

    monkeypatch.setattr(load, "unchecked", counting("book", load.unchecked))
    monkeypatch.setattr(tomllib, "loads", counting("settings", tomllib.loads))
    return counted


COMMANDS = {
    "build": lambda root: build.build(root, formats=("md",)),
    "check": lambda root: survey.check(root),
    "status": lambda root: survey.status(root),
    "update": lambda root: update.update(root, NOW),
    "init": lambda root: init.init(root, "it", NOW),
    "refresh": lambda root: refresh.refresh_source(root),
    "release": lambda root: release_plan.check(release_plan.plan(root, NOW), None, lambda *_: None),
}


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_reads_the_book_once(book, read: Counter[str], name: str) -> None:
    folder = book("small")
    if name != "init":
        folder.translate("ja", TRANSLATION).run("update").succeeds()
    COMMANDS[name](folder.root)
    assert read == {"book": 1, "settings": 1}


def test_a_preview_reads_the_book_once_a_change(
    book, read: Counter[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = book("small").translate("ja", TRANSLATION)

    def changes(
        shown: object, watched: object, rebuild: Callable[[frozenset[Path]], str], *_: object
    ) -> None:
        read.clear()
        for path in ("source/01-start.md", "locales/ja/LC_MESSAGES/book.po"):
            assert rebuild(frozenset({folder.root / path})) == ""

    monkeypatch.setattr(server, "serve", changes)
    serve.serve(folder.root, (), 0, lambda url: None)
    assert read == {"book": 2, "settings": 2}


def test_a_stale_listing_is_in_the_book_that_is_built(book) -> None:
    folder = book("small").replace("examples/first/hello.py", "print(", "print('And', end=' ');print(")
    build.build(folder.root, ("en",), ("md",))
    assert "And hello, world" in folder.read("output/en/small-book-en.md")
