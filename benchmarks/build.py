"""How long builds, saves and updates take, beside what bare pandoc and Typst take on the same text.

    python benchmarks/build.py [--book FOLDER [--lang L] | --chapters N | --growth] [--runs 5]

In a copy of a book: the one in FOLDER, a generated one of N chapters (`books.py`), or this repository's.
Each run measures all, one after the other, so that what else the machine does falls on both sides of a
comparison; medians are printed as a table and as a line of JSON. ``--growth`` takes turns with two generated
books and says how much longer the larger one takes.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from polybook.book import settings
from polybook.catalogs import locales as catalogs
from polybook.catalogs import po
from polybook.markup import pandoc
from polybook.model import layout
from polybook.preview import server
from polybook.system import files

ROOT = Path(__file__).resolve().parent.parent
GENERATOR = Path(__file__).with_name("books.py")
READ = (layout.SETTINGS, *layout.READ)
"""What Polybook reads of a book, beside the fonts that its settings name."""

TYPST_HEAD = '#set page(paper: "a4")\n#let horizontalrule = line(length: 100%)\n'
FORMATS = ("html", "epub", "pdf")
EDITS = 20
"""How many times a line, and a message, is changed while the book is served."""

SIZES = (10, 40)
"""How many chapters the two books have whose growth is told."""

PANDOC_HTML = "pandoc's chunked HTML"
FLOOR = "the floor"
COLD = "cold: HTML, EPUB and PDF"
FURTHER = "a further language"
UNCHANGED = "nothing changed"
HTML = "cold: HTML alone"
EDITED = "a line edited: HTML"
SERVED_MESSAGE = "served: a message changed"
SERVED_LINE = "served: a line edited"
UPDATE = "update: a paragraph changed"

ANCHORED = re.compile(r'^(#+ )<a id="([^"]*)"></a>(.*)', re.MULTILINE)
"""A heading of the Markdown edition with an anchor that is not made of its words."""

WANTED: Mapping[tuple[str, str, str], Mapping[int, float]] = {
    (COLD, FLOOR, "seconds"): {10: 0.9, 40: 0.8},
    (COLD, FLOOR, "processors"): {10: 1.4, 40: 1.2},
    (HTML, PANDOC_HTML, "seconds"): {10: 2.5, 40: 2.0},
    (EDITED, "", "seconds"): {40: 0.9},
    (f"{SERVED_MESSAGE}, p50", "", "seconds"): {40: 0.3},
    (f"{SERVED_LINE}, p50", "", "seconds"): {40: 0.5},
    (UPDATE, "", "seconds"): {40: 0.35},
}
"""What is measured, beside what (nothing: in seconds), of what: the most that is wanted, by chapters."""

GROWTH = 4.2
"""The most that is wanted of the time of a book to that of one a quarter as long."""

GROWING = (FLOOR, COLD, FURTHER, HTML, EDITED, f"{SERVED_MESSAGE}, p50", f"{SERVED_LINE}, p50", UPDATE)


class Cost(NamedTuple):
    """What a step took."""

    seconds: float
    """By the clock."""

    processors: float
    """Seconds of processors, for the program and for itself of the system, with all that it started."""

    megabytes: float | None = None
    """The peak memory of the largest process, where it was asked for."""


class Row(NamedTuple):
    """A line of a table."""

    what: str
    seconds: float | None = None
    processors: float | None = None
    megabytes: float | None = None
    wanted: float | None = None
    met: bool | None = None


@dataclass(frozen=True)
class Subject:
    """A copy of a book, to be measured."""

    name: str
    chapters: int
    """How many were generated; 0 for a book that people wrote."""

    folder: Path
    language: str
    further: str | None
    """Another language it is in."""

    text: Path
    """Its text in the language, for pandoc."""


def main() -> None:
    parser = argparse.ArgumentParser()
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--book", type=Path, default=ROOT, help="the folder of a book; without it, this one")
    which.add_argument("--chapters", type=int, help="of a generated book")
    which.add_argument("--growth", action="store_true", help=f"generated books of {SIZES} chapters")
    parser.add_argument("--lang", help="of a book: its first catalog's if not said, or its own")
    parser.add_argument("--runs", type=int, default=5)
    given = parser.parse_args()
    sizes = SIZES if given.growth else [given.chapters] if given.chapters else []
    with tempfile.TemporaryDirectory() as name:
        if sizes:
            subjects = [generated(size, Path(name, str(size)), given.lang) for size in sizes]
        else:
            subjects = [copied(given.book.resolve(), Path(name), given.lang)]
        found: list[dict[str, list[Cost]]] = [defaultdict(list) for _ in subjects]
        for run in range(given.runs):
            for subject, costs in zip(subjects, found, strict=True):
                print(f"run {run + 1} of {given.runs}: {subject.name}", file=sys.stderr)
                for what, cost in measured(subject):
                    costs[what].append(cost)
    medians = [{what: median(costs) for what, costs in one.items()} for one in found]
    tables = {
        f"{subject.name}, {subject.language}": list(rows(one, subject.chapters))
        for subject, one in zip(subjects, medians, strict=True)
    }
    if given.growth:
        tables["growth, {} to {} chapters".format(*SIZES)] = list(growth(*medians))
    for head, lines in tables.items():
        show(head, lines)
    told = {head: [row._asdict() for row in lines] for head, lines in tables.items()}
    print(json.dumps({"runs": given.runs, **told}))


# ---- what is measured ----------------------------------------------------------------------


def measured(book: Subject) -> Iterator[tuple[str, Cost]]:
    """Yield what each step took, in the order of the table. The book is afterwards what it was before."""
    bare = dict(floor(book.text))
    yield from bare.items()
    seconds, processors, megabytes = zip(*bare.values(), strict=True)
    yield FLOOR, Cost(sum(seconds), sum(processors), max(megabytes))
    forget(book)
    yield COLD, build(book)
    if book.further:
        yield FURTHER, build(book, language=book.further)
    build(book)  # what stands above all languages has changed with them
    yield UNCHANGED, build(book)
    forget(book)
    yield HTML, build(book, ["html"])
    places = paragraphs(book)
    with undone(book):
        files.write(*line_edited(places[len(places) // 2], 0))
        yield EDITED, build(book, ["html"])
    with undone(book), served(book) as (process, url):
        catalog = book.folder / layout.catalog(book.language)
        if catalog.is_file():
            yield from percentiles(SERVED_MESSAGE, process, url, lambda step: message_changed(catalog, step))
        yield from percentiles(
            SERVED_LINE, process, url, lambda step: line_edited(places[step * len(places) // EDITS], step)
        )
    with undone(book):
        polybook(book, "update")  # afterwards the catalogs are as it writes them
        files.write(*line_edited(places[len(places) // 2], 0))
        yield UPDATE, polybook(book, "update")


def floor(text: Path) -> Iterator[tuple[str, Cost]]:
    """pandoc to chunked HTML, to EPUB and to Typst, and one compilation, each as plain as it can be."""
    work = text.parent
    shutil.rmtree(work / "site", ignore_errors=True)

    def bare(*arguments: str) -> Cost:
        given = ("-f", "commonmark_x", text.name, "--metadata=title=x")
        return run(work, pandoc.executable(), *given, *arguments)

    yield PANDOC_HTML, bare("-t", "chunkedhtml", "--split-level=1", "--toc", "-o", "site")
    yield "pandoc's EPUB", bare("-t", "epub3", "--toc", "-o", "book.epub")
    yield "pandoc's Typst", bare("-t", "typst", "-o", "body.typ")
    (work / "book.typ").write_text(TYPST_HEAD + (work / "body.typ").read_text("utf-8"), "utf-8")
    compiling = "import typst; typst.compile('book.typ', output='book.pdf')"
    yield "Typst's PDF of that", run(work, sys.executable, "-c", compiling)


def build(book: Subject, formats: Sequence[str] = FORMATS, language: str = "") -> Cost:
    wanted = [word for name in formats for word in ("--format", name)]
    return polybook(book, "build", "--lang", language or book.language, *wanted)


def polybook(book: Subject, *arguments: str) -> Cost:
    return run(book.folder, sys.executable, "-m", "polybook", *arguments)


def forget(book: Subject) -> None:
    for made in ("output", ".cache"):
        shutil.rmtree(book.folder / made, ignore_errors=True)


def run(folder: Path, *command: str) -> Cost:
    """Run a program to its end; where it fails, so do we, with what it said."""
    with tempfile.TemporaryFile() as said:
        begun = time.perf_counter()
        process = subprocess.Popen(command, cwd=folder, env=environment(), stdout=said, stderr=said)
        # Its own processes count too: it waits for each of them, if only to end it.
        _, status, used = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - begun
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            said.seek(0)
            raise SystemExit(f"{' '.join(command)}: {said.read().decode()}")
    return Cost(seconds, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)


def environment() -> dict[str, str]:
    """As on a machine of one's own: with compiled modules, whatever the environment says here."""
    return {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}


# ---- saving while the book is served -------------------------------------------------------


@contextmanager
def served(book: Subject) -> Iterator[tuple[int, str]]:
    """Serve the book; give the server's process and its address, once all pages are there."""
    command = [sys.executable, "-m", "polybook", "serve", "--lang", book.language, "--port", "0"]
    with subprocess.Popen(
        command, cwd=book.folder, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as server:
        try:
            assert server.stdout is not None
            said = next((line for line in server.stdout if line.startswith(b"serving ")), b"")
            if not said:
                raise SystemExit("the book cannot be served")
            url = said.split()[1].decode()
            with states(url) as coming:
                while not next(coming)["build"]:
                    pass
            yield server.pid, url
        finally:
            server.terminate()


@contextmanager
def states(url: str) -> Iterator[Iterator[dict[str, Any]]]:
    """What an open page is told: how things are, and then each change. A build that fails ends all."""

    def told(events: Iterable[bytes]) -> Iterator[dict[str, Any]]:
        for line in events:
            if line.startswith(b"data: "):
                state = json.loads(line[6:])
                if state["problem"]:
                    raise SystemExit(state["problem"])
                yield state

    with urllib.request.urlopen(url.rstrip("/") + server.OWN + "events") as events:
        yield told(events)


def percentiles(
    what: str, process: int, url: str, change: Callable[[int], tuple[Path, bytes]]
) -> Iterator[tuple[str, Cost]]:
    """Save one change after the other; yield the 50th and the 95th of 100, of the clock and of processors."""
    costs = [saved(process, url, *change(step)) for step in range(EDITS)]
    columns = [sorted(cost[column] for cost in costs) for column in range(2)]
    yield f"{what}, p50", Cost(*map(statistics.median, columns))
    yield f"{what}, p95", Cost(*(column[int(EDITS * 0.95) - 1] for column in columns))


def saved(process: int, url: str, path: Path, content: bytes) -> Cost:
    """Save a file; return what it takes until an open page is told to load again."""
    with states(url) as coming:
        before, worked = next(coming), busy(process)
        begun = time.perf_counter()
        files.write(path, content)  # as editors do: at once
        next(coming)
        cost = Cost(time.perf_counter() - begun, busy(process) - worked)
    time.sleep(0.5)  # what the server has yet to do, it does not do in the next one's time
    with states(url) as coming:
        assert next(coming)["build"] == before["build"] + 1, "one save, one build"
    return cost


def busy(process: int) -> float:
    """The seconds that a running process and all that came of it took of processors, where /proc tells."""
    total = 0.0
    with suppress(OSError):
        about = Path(f"/proc/{process}")
        numbers = about.joinpath("stat").read_text("ascii").rpartition(")")[2].split()
        total = sum(map(int, numbers[11:15])) / os.sysconf("SC_CLK_TCK")  # its own, and that of ended ones
        for children in about.glob("task/*/children"):
            total += sum(map(busy, map(int, children.read_text("ascii").split())))
    return total


# ---- changes -------------------------------------------------------------------------------


def paragraphs(book: Subject) -> list[tuple[Path, int]]:
    """Where paragraphs begin: a chapter, and a line of it, counted from 0."""
    found = []
    for chapter in sorted((book.folder / "source").glob("*.md")):
        lines = chapter.read_bytes().decode().split("\n")
        is_code = False
        for number, (before, line, after) in enumerate(zip(lines, lines[1:], lines[2:], strict=False), 1):
            is_code ^= line.startswith(("```", "~~~"))
            # What comes after says that it is a heading or a term; their anchors are not to change.
            if not is_code and not before.strip() and line[:1].isalpha() and after[:1] not in (*":=-",):
                found.append((chapter, number))
    if not found:
        raise SystemExit("no chapter has a paragraph that could be edited")
    return found


def line_edited(place: tuple[Path, int], step: int) -> tuple[Path, bytes]:
    """A chapter, and what it is to be."""
    path, number = place
    lines = path.read_bytes().decode().split("\n")
    lines[number] = f"Change {step}: {lines[number]}"
    return path, "\n".join(lines).encode()


def message_changed(catalog: Path, step: int) -> tuple[Path, bytes]:
    """The catalog, and what it is to be: with a change in the translation of one paragraph."""
    text = catalog.read_bytes().decode()
    entries = [
        entry.written
        for entry in po.read(text).entries
        if "paragraph" in po.told(entry.lines)[0]
        and (entry.translated and not entry.fuzzy and not entry.obsolete)
    ]
    if not entries:
        raise SystemExit(f"no paragraph is translated in {catalog}")
    entry = entries[step * len(entries) // EDITS]
    changed = entry.replace('\nmsgstr "', f'\nmsgstr "{step}: ')
    return catalog, text.replace(entry, changed, 1).encode()


@contextmanager
def undone(book: Subject) -> Iterator[None]:
    """Take back afterwards what is changed in chapters and catalogs."""
    both = [*book.folder.glob("source/*.md"), *book.folder.glob("locales/*/LC_MESSAGES/book.po")]
    kept = {path: path.read_bytes() for path in both}
    try:
        yield
    finally:
        for path, content in kept.items():
            files.write(path, content)


# ---- books ---------------------------------------------------------------------------------


def generated(chapters: int, folder: Path, language: str | None) -> Subject:
    # By a process of its own: what a large one needs of memory would count as that of all we start.
    run(ROOT, sys.executable, str(GENERATOR), str(chapters), str(folder / "book"))
    return prepared(f"{chapters} chapters", chapters, folder, language)


def copied(book: Path, folder: Path, language: str | None) -> Subject:
    for name in (*READ, *settings.read(book).settings.fonts):
        source, target = book / name, folder / "book" / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target, dirs_exist_ok=True)
        elif source.is_file():
            shutil.copy(source, target)
    return prepared(settings.read(book).settings.name, 0, folder, language)


def prepared(name: str, chapters: int, folder: Path, language: str | None) -> Subject:
    """A book, with its text as bare pandoc reads it, beside the pictures that it shows."""
    book, bare = folder / "book", folder / "bare"
    known = [*catalogs.locales(book), settings.read(book).settings.language]
    language = language or known[0]
    further = next((one for one in known if one != language), None)
    subject = Subject(name, chapters, book, language, further, bare / "book.md")
    # A generated book is one that passes whole; of another, what is not translated is measured as it is.
    strict = ["--strict"] if chapters else []
    polybook(subject, "build", "--lang", language, "--format", "md", *strict)
    bare.mkdir()
    if (book / "source/figures").is_dir():
        shutil.copytree(book / "source/figures", bare / "figures")
    text = next((book / "output" / language).glob("*.md")).read_text("utf-8")
    # Anchors are HTML there, which is nothing to Typst.
    subject.text.write_text(ANCHORED.sub(r"\1\3 {#\2}", text), "utf-8")
    return subject


# ---- tables --------------------------------------------------------------------------------


def median(costs: Sequence[Cost]) -> Cost:
    # A step tells of its memory in each run, or in none.
    columns = zip(*costs, strict=True)
    return Cost(*(None if None in column else round(statistics.median(column), 3) for column in columns))


def rows(found: Mapping[str, Cost], chapters: int) -> Iterator[Row]:
    """What was measured, and below it how it stands beside what it is compared with."""
    for what, cost in found.items():
        wanted = {
            (beside, of): most.get(chapters) for (one, beside, of), most in WANTED.items() if one == what
        }
        yield Row(what, *cost, *met(cost.seconds, wanted.pop(("", "seconds"), None)))
        for (beside, of), most in wanted.items():
            ratio = round(getattr(cost, of) / getattr(found[beside], of), 3)
            yield Row(f"  to {beside}", wanted=most, met=met(ratio, most)[1])._replace(**{of: ratio})


def growth(small: Mapping[str, Cost], large: Mapping[str, Cost]) -> Iterator[Row]:
    """How many times as much the larger book takes; met where both of time and of processors it is."""
    for what in GROWING:
        seconds = round(large[what].seconds / small[what].seconds, 3)
        # Less than the system's clock shows is nothing.
        processors = round(large[what].processors / max(small[what].processors, 0.01), 3)
        wanted = None if what == FLOOR else GROWTH
        yield Row(what, seconds, processors, None, *met(max(seconds, processors), wanted))


def met(value: float, most: float | None) -> tuple[float | None, bool | None]:
    """What is wanted, and whether it is met."""
    return most, None if most is None else value <= most


def show(head: str, lines: Sequence[Row]) -> None:
    print(f"{head:38} {'seconds':>8} {'processors':>10} {'MB':>6} {'wanted':>7}  met")
    for row in lines:
        told = ["" if one is None else f"{one:.2f}" for one in (row.seconds, row.processors, row.wanted)]
        memory = "" if row.megabytes is None else f"{row.megabytes:.0f}"
        said = {None: "", True: "yes", False: "no"}[row.met]
        print(f"{row.what:38} {told[0]:>8} {told[1]:>10} {memory:>6} {told[2]:>7}  {said}".rstrip())
    print()


if __name__ == "__main__":
    main()
