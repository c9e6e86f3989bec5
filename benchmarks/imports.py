"""Bring in every book of a folder and build it: what was changed, what was lost, how long it took."""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import NamedTuple

FORMATS = ("html", "epub", "pdf")


class Ran(NamedTuple):
    """What a command did."""

    code: int
    out: str
    seconds: float
    megabytes: float
    """The peak memory of the largest of its processes."""


class Measured(NamedTuple):
    """A book that came in."""

    book: str
    lineage: str
    chapters: int
    changes: Counter[str]
    lost: int
    """How many things were not carried over."""

    errors: int
    warnings: int
    """Of `check`."""

    made: str
    """Which formats were made: ``html epub pdf``."""

    seconds: tuple[float, float]
    """Of the import, and of the build."""

    megabytes: float


def run(*arguments: str, folder: Path) -> Ran:
    """Run polybook in a folder, in a process of its own that says what it needed."""
    code = (
        "import resource, subprocess, sys\n"
        "done = subprocess.run([sys.executable, '-m', 'polybook', *sys.argv[1:]])\n"
        "print('peak', resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, file=sys.stderr)\n"
        "sys.exit(done.returncode)"
    )
    begin = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments], cwd=folder, capture_output=True, text=True, check=False
    )
    seconds = time.perf_counter() - begin
    peak = re.search(r"^peak (\d+)$", done.stderr, re.MULTILINE)
    scale = 1 if sys.platform == "darwin" else 1024
    return Ran(done.returncode, done.stdout, seconds, int(peak[1]) * scale / 1e6 if peak else 0)


def measure(source: Path, folder: Path, *, build: bool) -> Measured:
    """Bring a book into a folder, check it, and build it in all formats."""
    target = folder / "book"
    brought = run("import", str(source.resolve()), str(target), folder=folder)
    read = re.search(r"read as (\S+): (\d+) chapters", brought.out)
    changes = Counter({kind: int(count) for count, kind in re.findall(r"^ *(\d+)  (.+)$", brought.out, re.M)})
    lost = re.search(r"not carried over: (\d+)", brought.out)
    if brought.code or not read:
        return Measured(
            source.name, "refused", 0, changes, 0, 0, 0, "", (brought.seconds, 0), brought.megabytes
        )
    built = run("build", folder=target) if build else Ran(0, "", 0, 0)
    checked = run("check", "--format", "json", folder=target)
    found = Counter(one["severity"] for one in json.loads(checked.out or "[]"))
    made = [
        name
        for name in FORMATS
        if list(target.glob(f"output/*/{name}")) + list(target.glob(f"output/*/*.{name}"))
    ]
    return Measured(
        source.name,
        read[1],
        int(read[2]),
        changes,
        int(lost[1]) if lost else 0,
        found["error"],
        found["warning"],
        " ".join(made),
        (brought.seconds, built.seconds),
        max(brought.megabytes, built.megabytes),
    )


HEAD = (
    "Book",
    "Kind",
    "Chapters",
    "Changes",
    "Not carried over",
    "Errors, warnings",
    "Made",
    "Seconds",
    "MB",
)


def table(books: list[Measured]) -> str:
    """The table, as Markdown; seconds are those of the import and of the build."""
    rows = [
        (
            one.book,
            one.lineage,
            one.chapters,
            ", ".join(f"{count} {kind}" for kind, count in one.changes.most_common()) or "none",
            one.lost,
            f"{one.errors}, {one.warnings}",
            one.made,
            f"{one.seconds[0]:.1f}, {one.seconds[1]:.1f}",
            f"{one.megabytes:.0f}",
        )
        for one in books
    ]
    lines = [HEAD, tuple("---" for _ in HEAD), *rows]
    return "\n".join(f"| {' | '.join(map(str, line))} |" for line in lines)


def main() -> None:
    """Measure the books that are named."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="a folder of books, a folder or file each")
    parser.add_argument("--only", action="append", default=[], help="the name of a book; may be repeated")
    parser.add_argument("--keep", type=Path, help="a folder for the books; else none is kept")
    parser.add_argument("--no-build", action="store_true", help="bring in and check alone")
    given = parser.parse_args()
    books = []
    for source in sorted(given.folder.iterdir()):
        if (given.only and source.name not in given.only) or source.is_file() or source.name.startswith("."):
            continue
        with tempfile.TemporaryDirectory() as place:
            folder = given.keep.resolve() / source.name if given.keep else Path(place)
            folder.mkdir(parents=True, exist_ok=True)
            books.append(measure(source, folder, build=not given.no_build))
            print(table(books[-1:]).split("\n")[-1], file=sys.stderr, flush=True)
    print(table(books))
    print(json.dumps([{**one._asdict(), "changes": dict(one.changes)} for one in books]))


if __name__ == "__main__":
    main()
