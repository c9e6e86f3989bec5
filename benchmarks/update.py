"""How long an update takes of a catalog with many messages, of which half are new.

    python benchmarks/update.py [--runs 3] [--messages 5000]

The book is made of sentences of random words. Of its messages one half stays, and one half is new: a quarter
altogether, a quarter with a changed word (fuzzy). ``read`` is the reading of its chapters, whose trees are
kept from before; ``merge`` is the update of the message template and the catalog; ``again`` is that with
nothing to change; ``carry`` is that after a typo was mended in the code of one message in ten, with the proof
of what is carried over. Seconds are those of a clock and those of processors, pandoc's with ours.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from polybook.catalogs import po
from polybook.commands import init, update
from polybook.commands.reading import read
from polybook.model import layout

SETTINGS = """[tool.polybook]
name = "a-book"
title = "A Book"
language = "en"
identifier = "urn:x:a"
"""
A_CHAPTER = 200
NOW = datetime(2026, 1, 1, tzinfo=UTC)


def sentence(words: random.Random) -> str:
    """A paragraph of 10 to 60 words, one of them code."""
    letters = "abcdefghijklmnoprstuvw"
    found = ["".join(words.choices(letters, k=words.randint(2, 9))) for _ in range(words.randint(10, 60))]
    return f"Paragraph {' '.join(found[:5])} `{found[5]}()` {' '.join(found[6:])}."


def write(book: Path, texts: list[str]) -> None:
    for number, start in enumerate(range(0, len(texts), A_CHAPTER)):
        body = "\n\n".join([f"# Chapter {number}", *texts[start : start + A_CHAPTER]])
        (book / f"source/{number:02}-chapter-{number}.md").write_text(body + "\n", "utf-8")


def changed(text: str, place: int, words: random.Random) -> str:
    match place % 4:
        case 1:
            return sentence(words)
        case 3:
            return text.replace(" ", " another ", 1)
        case _:
            return text


def mended(text: str, place: int) -> str:
    return text.replace("()`", "_()`") if place % 10 == 0 else text


def translate(book: Path) -> None:
    """Give every message a translation with the same marks."""
    path = book / layout.catalog("it")
    text = path.read_text("utf-8")
    file = po.read(text)
    entries = []
    for entry in file.entries:
        lines = [*entry.lines[:-1], *po.field("msgstr", "Traduzione: " + entry.text)]
        entries.append(entry._replace(written="\n".join(lines)))
    assert file.header
    path.write_text(po.join([file.header, *entries], file.rest), "utf-8")


@contextmanager
def measured(found: list[tuple[float, float]]) -> Iterator[None]:
    """Add to ``found`` what the block takes: seconds of a clock, seconds of processors."""

    def processors() -> float:
        uses = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
        return sum(use.ru_utime + use.ru_stime for use in uses)

    clock, before = time.perf_counter(), processors()
    yield
    found.append((time.perf_counter() - clock, processors() - before))


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--messages", type=int, default=5000)
    given = parser.parse_args()
    found: dict[str, list[tuple[float, float]]] = {"read": [], "merge": [], "again": [], "carry": []}
    for run in range(given.runs):
        words = random.Random(run)
        with tempfile.TemporaryDirectory() as name:
            book = Path(name)
            (book / "source").mkdir()
            (book / "pyproject.toml").write_text(SETTINGS, "utf-8")
            texts = [sentence(words) for _ in range(given.messages)]
            write(book, texts)
            init.init(book, "it", NOW)
            translate(book)
            texts = [changed(text, place, words) for place, text in enumerate(texts)]
            write(book, texts)
            read(book)
            with measured(found["read"]):
                reading = read(book)
            with measured(found["merge"]):
                (merge,) = update.save(reading, NOW).merges
            print(merge)
            with measured(found["again"]):
                update.save(reading, NOW)
            write(book, [mended(text, place) for place, text in enumerate(texts)])
            reading = read(book)
            with measured(found["carry"]):
                (merge,) = update.save(reading, NOW).merges
            print(merge)
    medians = {
        what: [round(statistics.median(column), 2) for column in zip(*rows, strict=True)]
        for what, rows in found.items()
    }
    print(f"{'what':8} {'clock':>8} {'processors':>11}")
    for what, (clock, processors) in medians.items():
        print(f"{what:8} {clock:7.2f}s {processors:10.2f}s")
    print(json.dumps({"runs": given.runs, "messages": given.messages, "seconds": medians}))


if __name__ == "__main__":
    main()
