"""Take the examples of the CommonMark specification, and others like them, as chapters of books.

    python tests/examples_of_commonmark.py EXAMPLES.json [SIZE]

The file is a list of objects with an ``id`` and a ``text``. Each text is a chapter below a title of its own,
in books of SIZE (100) chapters. What cannot be read is told with its reason, and left out; so is what an
author is warned of that no translation can take its place. The others give

- the source's own edition where the translation is the source;
- no visible text of the source where each letter of each message is changed, but in code and raw HTML;
- all of their words in every format;
- an EPUB that EPUBCheck takes.

Ends with 1 where something of that fails.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from conserved import write_book

from polybook.chapters import readings, source
from polybook.commands import losses
from polybook.commands.reading import Reading, read
from polybook.markup.tree import find
from polybook.model.catalog import Catalog, Message, Translation
from polybook.model.edition import Edition
from polybook.model.findings import BookError
from polybook.model.nodes import Link, Node, Span, Str
from polybook.release import validation
from polybook.render import output
from polybook.translation import editions

WHOLE = "around whole paragraphs, which no translation can take the place of"
"""What an author is told of marks in HTML that hold paragraphs."""


class Example(NamedTuple):
    """A text, and what it is called."""

    id: str
    text: str


def main(path: str, size: str = "100") -> int:
    """Try all examples; tell what is refused, and what fails."""
    given = [Example(one["id"], one["text"]) for one in json.loads(Path(path).read_text("utf-8"))]
    refused: dict[str, str] = {}
    warned: dict[str, str] = {}
    failed: list[str] = []
    with tempfile.TemporaryDirectory() as name:
        for begin in range(0, len(given), int(size)):
            some = given[begin : begin + int(size)]
            taken = readable(Path(name), some, refused)
            stopped = stopping(Path(name), taken)
            failed += [f"{one.id}: stops a format: {reason}" for one, reason in stopped.items()]
            taken = [one for one in taken if one not in stopped]
            print(f"{some[0].id} to {some[-1].id}: {len(taken)} of {len(some)} taken", flush=True)
            failed += tried(read(written(Path(name), taken)), taken, warned)
    tell("refused", refused)
    tell("warned that it is not translated", warned)
    print(f"\nfailed: {len(failed)}")
    print("\n".join(failed))
    return bool(failed)


def written(folder: Path, examples: Sequence[Example]) -> Path:
    """Write a book of these examples."""
    return write_book(Path(tempfile.mkdtemp(dir=folder)), [one.text for one in examples])


def readable(folder: Path, examples: Sequence[Example], refused: dict[str, str]) -> list[Example]:
    """Return those that can be read; the others are ``refused``, each with a reason."""
    taken = list(examples)
    while True:
        try:
            read(written(folder, taken))
        except BookError as error:
            reasons: dict[int, str] = {}
            for finding in error.findings:
                reasons.setdefault(int(finding.path.removeprefix("source/")[:4]) - 1, finding.text)
            refused |= {taken[number].id: text for number, text in reasons.items()}
            taken = [one for number, one in enumerate(taken) if number not in reasons]
        else:
            return taken


def stopping(folder: Path, examples: Sequence[Example]) -> dict[Example, str]:
    """Those that a format cannot be made of, and what is said of each."""
    reading = read(written(folder, examples))
    original = editions.of_source(reading.book, reading.sources, reading.destinations, reading.store)
    try:
        output.pages(original, [], {}, reading.store)
        for kind in ("epub", "pdf", "md"):
            output.file(reading.root, original, kind, {}, None, reading.store)
    except BookError as error:
        if len(examples) == 1:
            return {examples[0]: str(error)}
        half = len(examples) // 2
        return stopping(folder, examples[:half]) | stopping(folder, examples[half:])
    return {}


def tried(reading: Reading, examples: Sequence[Example], warned: dict[str, str]) -> list[str]:
    """What fails of a book's examples; add those that an author is ``warned`` of."""
    original = editions.of_source(reading.book, reading.sources, reading.destinations, reading.store)
    by_path = {chapter.path: one.id for chapter, one in zip(reading.book.chapters, examples, strict=True)}

    def named(text: object) -> str:
        path = re.search(r"source/\S+?\.md", str(text))
        return f"{by_path.get(path[0], '?')}: {text}" if path else str(text)

    doubts = readings.doubts(reading.sources, reading.book.settings.limits, reading.store)
    told = {one.path: one.text for one in reading.findings if one.text.endswith(WHOLE)}
    told |= {one.path: re.sub("'.*'", "…", one.text) for one in doubts}
    warned |= {by_path[path]: text for path, text in told.items()}
    failed = []
    same = translated(reading, lambda message: message.text)
    failed += [f"itself: {finding.text}" for finding in same.findings]
    for one, chapter, other in zip(examples, original.chapters, same.edition.chapters, strict=True):
        if one.id not in warned and folded(chapter.json) != folded(other.json):
            failed.append(f"{one.id}: itself: the edition is another")
    pseudo = translated(reading, changed)
    failed += [f"changed: {finding.text}" for finding in pseudo.findings]
    for one, chapter, read_ in zip(examples, pseudo.edition.chapters, reading.sources, strict=True):
        kept = {word for slot in read_.slots for word in letters(" ".join(untouched(slot.message.text)))}
        words = [word for word in left(chapter.blocks) if not kept.issuperset(letters(word))]
        failed += [f"{one.id}: changed: '{word}' is left" for word in words if one.id not in warned]
    shown = losses.check(reading, [original, pseudo.edition])
    failed += [named(finding) for finding in shown]
    failed += [f"EPUBCheck: {line}" for line in checked(reading, original)]
    return failed


def translated(reading: Reading, text: object) -> editions.Translated:
    """What a translation makes of a book that has ``text(message)`` for each of its messages."""
    entries = {
        message.key: Translation(text(message), number)  # type: ignore[operator]
        for number, message in enumerate(source.extract(reading.book, reading.sources), 1)
    }
    catalog = Catalog("eo", "book.po", entries)
    return editions.translate(reading.book, reading.sources, reading.destinations, catalog, reading.store)


def folded(tree: str) -> str:
    """A tree in which the end of a line is a space, as in messages."""
    return tree.replace('{"t":"SoftBreak"}', '{"t":"Space"}')


LETTERS = str.maketrans("abcdefghijklmnopqrstuvwxyz", "абцдефгхийклмнопярстувщхызабцдефгхий"[:26])
LETTERS |= {ord(chr(one).upper()): ord(chr(other).upper()) for one, other in LETTERS.items()}

KEPT = re.compile(
    r"(`+)(?:(?!`).)+?\1|\$[^$]*\$|<[^<>]*>|\]\([^)]*\)|\]\[[^\]]*\]|\[\^[^\]]*\]|\{[^}]*\}|&#?\w+;|https?://\S+|www\.\S+"
)
"""What a translator leaves as it is: code, formulas, tags, targets, labels, attributes, entities, URLs."""


def changed(message: Message) -> str:
    """A message with all letters exchanged that a reader sees."""
    pieces, end = [], 0
    for kept in KEPT.finditer(message.text):
        pieces += [message.text[end : kept.start()].translate(LETTERS), kept[0]]
        end = kept.end()
    return "".join([*pieces, message.text[end:].translate(LETTERS)])


def untouched(text: str) -> list[str]:
    """What `changed` leaves of a message as it is."""
    return [kept[0] for kept in KEPT.finditer(text)]


def letters(text: str) -> list[str]:
    """The letters of the source in a text, without what stands between them."""
    return re.findall("[A-Za-z]+", text)


def left(blocks: Sequence[Node]) -> Iterator[str]:
    """The words of a tree that have a letter of the source, but for addresses that are shown."""
    for node in find(blocks, Span, Link):
        if isinstance(node, Link) or "untranslated" in node.attr.classes:
            node.inlines.clear()
    words = (node.text for node in find(blocks, Str))
    yield from (word for word in words if letters(word) and word.lower() != "[x]")  # the box of a task


def checked(reading: Reading, edition: Edition) -> list[str]:
    """What EPUBCheck says of an edition."""
    path = reading.root / "book.epub"
    path.write_bytes(output.file(reading.root, edition, "epub", {}, None, reading.store))
    command = validation.epubcheck()
    if not command:
        return ["there is none"]
    done = subprocess.run([*command, "--failonwarnings", "-q", str(path)], capture_output=True, text=True)
    return (done.stdout + done.stderr).splitlines()


def tell(what: str, reasons: dict[str, str]) -> None:
    """Print why examples were left out, by kind."""
    print(f"\n{what}: {len(reasons)}")
    kinds = {one: re.sub(r"'[^']*'|\d+", "…", text) for one, text in reasons.items()}
    for reason, count in Counter(kinds.values()).most_common():
        ids = [one for one, kind in kinds.items() if kind == reason]
        print(f"{count:5} {reason} ({', '.join(ids[:6])}{', …' if count > 6 else ''})")


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
