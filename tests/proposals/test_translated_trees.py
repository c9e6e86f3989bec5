"""Chapters and their translations are aligned, whatever befell these, and nothing is sure that is a guess."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from polybook.chapters import source
from polybook.chapters.source import Source
from polybook.model.book import Book, Chapter, Settings
from polybook.proposals.proposal import Proposal
from polybook.proposals.trees import paired, propose
from polybook.system.cache import Store

SOURCE = """\
# Pools

A *pool* holds at most `size` greenlets at once. See [the docs](https://www.gevent.org/pool.html).

Calling `spawn()` on a full pool waits until 1 of them ends.

## Limits

Set the limit to 10 for a database, and to 100 for sockets.

- Use `Pool.map()` for lists.
- Use `Pool.imap()` where the list is long.
- Use `Pool.join()` at the end.

```python
pool = Pool(10)  # ten at once
pool.map(fetch, urls)
```

## Errors

An error in a greenlet is raised by `get()`, not by `join()`.

The pool itself goes on, and prints a traceback to `stderr`.
"""
GERMAN = """\
# Pools

Ein *Pool* enthält höchstens `size` Greenlets zugleich. Siehe [die Dokumentation](https://www.gevent.org/pool.html).

Ruft man `spawn()` an einem vollen Pool auf, wartet es, bis 1 davon endet.

## Grenzen

Für eine Datenbank nimmt man 10 als Grenze, für Sockets 100.

- Für Listen ist `Pool.map()` da.
- Ist die Liste lang, nimmt man `Pool.imap()`.
- Am Ende steht `Pool.join()`.

```python
pool = Pool(10)  # zehn zugleich
pool.map(fetch, urls)
```

## Fehler

Einen Fehler in einem Greenlet wirft `get()`, nicht `join()`.

Der Pool selbst läuft weiter und schreibt einen Traceback nach `stderr`.
"""


def chapters(*texts: tuple[str, str]) -> tuple[Source, ...]:
    settings = Settings("test", "Test", "en", "urn:uuid:7d444840-9dc0-11d1-b245-5ffdce74fad2")
    found = tuple(Chapter(f"source/{name}.md", name, text) for name, text in texts)
    return source.read(Book(settings, found, {}), Store(None))[0]


def proposed(translation: str, text: str = SOURCE) -> dict[str, Proposal]:
    pairs = paired(chapters(("one", text)), chapters(("one", translation)))
    first: dict[str, Proposal] = {}
    for one in propose(pairs).proposals:
        first.setdefault(one.key, one)
    return first


def beginning(found: dict[str, Proposal], begin: str) -> Proposal | None:
    return next((one for key, one in found.items() if key.startswith(begin)), None)


def test_a_whole_translation_is_all_sure() -> None:
    found = proposed(GERMAN)
    assert len(found) == 12
    assert all(one.is_sure for one in found.values())
    assert found["ten at once"].text == "zehn zugleich"
    assert found["Limits"].text == "Grenzen"
    assert found["Use `Pool.join()` at the end."].text == "Am Ende steht `Pool.join()`."
    assert found["Limits"].origin == "one.md:7"


def test_what_is_missing_leaves_its_neighbours_alone() -> None:
    whole = proposed(GERMAN)
    found = proposed(
        GERMAN.replace("Ruft man `spawn()` an einem vollen Pool auf, wartet es, bis 1 davon endet.\n\n", "")
    )
    assert beginning(found, "Calling") is None
    assert len(found) == 11
    assert all(found[key].text == whole[key].text for key in found)


def test_sections_and_items_in_another_order() -> None:
    whole = proposed(GERMAN)
    head, limits, errors = GERMAN.split("## ")
    moved = f"{head}## {errors}\n## {limits}"
    first, second = "- Für Listen ist `Pool.map()` da.\n", "- Ist die Liste lang, nimmt man `Pool.imap()`.\n"
    found = proposed(moved.replace(first + second, second + first))
    assert {key: one.text for key, one in found.items()} == {key: one.text for key, one in whole.items()}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("zugleich. Siehe", "zugleich.\n\nSiehe"),  # one paragraph is two
        ("nicht `join()`.\n\nDer Pool", "nicht `join()`. Der Pool"),  # two are one
    ],
)
def test_what_was_divided_or_joined_is_never_sure(old: str, new: str) -> None:
    found = proposed(GERMAN.replace(old, new))
    for begin in ("A *pool*",) if "Siehe" in old else ("An error", "The pool itself"):
        one = beginning(found, begin)
        assert one is None or not one.is_sure
    assert sum(one.is_sure for one in found.values()) >= 9


def test_what_was_added_is_no_translation() -> None:
    found = proposed(
        GERMAN.replace("## Fehler", "Anmerkung der Übersetzerin: siehe auch Kapitel 7.\n\n## Fehler")
    )
    assert len(found) == 12
    assert not [one for one in found.values() if "Anmerkung" in one.text]


def test_what_is_still_in_the_source_language_is_none() -> None:
    english = "The pool itself goes on, and prints a traceback to `stderr`."
    found = proposed(GERMAN.replace(GERMAN.rstrip().rsplit("\n", 1)[1], english))
    assert english not in found


def test_a_message_that_is_translated_in_two_ways_is_not_sure() -> None:
    ours = chapters(("one", "# One\n\nSee `a`.\n"), ("two", "# Two\n\nSee `a`.\n"))
    theirs = chapters(("one", "# Eins\n\nSiehe `a`.\n"), ("two", "# Zwei\n\nMan sehe `a`.\n"))
    found = [one for one in propose(paired(ours, theirs)).proposals if one.key == "See `a`."]
    assert [one.is_sure for one in found] == [False, False]


def test_links_of_the_message_are_put_back() -> None:
    found = proposed(GERMAN.replace("www.gevent.org/pool.html", "www.gevent.org/de/pool.html"))
    one = beginning(found, "A *pool*")
    assert one
    assert "https://www.gevent.org/pool.html" in one.text


def test_chapters_of_other_names_are_paired_by_what_they_hold() -> None:
    ours = chapters(("one", SOURCE), ("two", "# Two\n\nUse `select()` on 3 sockets: `readable` ones.\n"))
    theirs = chapters(("zwei", "# Zwei\n\n`select()` an 3 Sockets: `readable`.\n"), ("eins", GERMAN))
    pairs = paired(ours, theirs)
    assert [(mine.chapter.name, other.chapter.name) for mine, other in pairs] == [
        ("one", "eins"),
        ("two", "zwei"),
    ]


def test_what_proposes_nothing_is_named() -> None:
    extra = "Anmerkung der Übersetzerin: siehe auch Kapitel 7."
    done = propose(paired(chapters(("one", SOURCE)), chapters(("one", f"{GERMAN}\n{extra}\n"))))
    assert [(entry.text, entry.origin) for entry, _ in done.unused] == [(extra, "one.md:26")]


@pytest.mark.parametrize("texts", [[], [("one", "")], [("one", "# A\n")]])
def test_empty_chapters(texts: Sequence[tuple[str, str]]) -> None:
    assert propose(paired(chapters(("one", SOURCE)), chapters(*texts))).proposals is not None
