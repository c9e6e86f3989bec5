"""How long builds take, beside what bare pandoc and Typst take on the same text.

    python benchmarks/build.py [--chapters N] [--runs 5]

In a copy of this book, or in a generated one of N chapters (`books.py`). Each run measures all, one after
the other, so that what else the machine does falls on both sides of a comparison; medians are printed as
a table and as JSON.
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
from collections.abc import Callable
from pathlib import Path

import books

from polybook.markup import pandoc
from polybook.preview.server import OWN
from polybook.system import files

ROOT = Path(__file__).resolve().parent.parent
TYPST_HEAD = '#set page(paper: "a4")\n#let horizontalrule = line(length: 100%)\n'
FORMATS = ("--format", "html", "--format", "epub", "--format", "pdf")
IMPORTS = "import babel.messages.pofile, click, gevent.pool, rich.console"
CATALOG = Path("locales/ja/LC_MESSAGES/book.po")
EDITS = 20
"""How many messages are changed one after the other while the book is served."""


def seconds(step: Callable[[], object]) -> float:
    begun = time.perf_counter()
    step()
    return time.perf_counter() - begun


def python(*arguments: str, folder: Path | None = None) -> None:
    # As on a machine of one's own: with compiled modules, whatever the environment says here.
    env = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    subprocess.run([sys.executable, *arguments], cwd=folder, env=env, check=True, capture_output=True)


def bare(text: Path) -> None:
    """pandoc to chunked HTML, to EPUB and to Typst, and one compilation, each as plain as it can be."""
    work = text.parent

    def run(*arguments: str) -> None:
        subprocess.run(
            [pandoc.executable(), "-f", "commonmark_x", str(text), "--metadata=title=x", *arguments],
            cwd=work,
            check=True,
            capture_output=True,
        )

    shutil.rmtree(work / "site", ignore_errors=True)
    run("-t", "chunkedhtml", "--split-level=1", "--toc", "-o", "site")
    run("-t", "epub3", "--toc", "-o", "book.epub")
    run("-t", "typst", "-o", "body.typ")
    (work / "book.typ").write_text(TYPST_HEAD + (work / "body.typ").read_text("utf-8"), "utf-8")
    compiling = f"import typst; typst.compile({str(work / 'book.typ')!r}, output={str(work / 'book.pdf')!r})"
    python("-c", compiling)


def edits(book: Path) -> list[float]:
    """Save one change of a message after the other while the book is served: seconds until a page is told."""
    command = [sys.executable, "-m", "polybook", "serve", "--lang", "ja", "--port", "0"]
    server = subprocess.Popen(command, cwd=book, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    text = (book / CATALOG).read_text("utf-8")
    places = [
        match.end() for match in re.finditer(r'paragraph\n(?:#.*\n)*msgid .+\n(?:".*\n)*msgstr "', text)
    ]
    found = []
    try:
        assert server.stdout is not None
        said = next(line for line in server.stdout if line.startswith("serving "))
        url = said.split()[1].rstrip("/")
        with urllib.request.urlopen(f"{url}{OWN}events") as events:
            builds = (json.loads(line[6:])["build"] for line in events if line.startswith(b"data: "))
            before = next(build for build in builds if build)  # it is there as soon as it serves, pages later
            for number in range(EDITS):
                at = places[number * len(places) // EDITS]
                changed = text[:at] + (chr(0x4E00 + number)) + text[at:]
                begun = time.perf_counter()
                files.write(book / CATALOG, changed.encode())  # as editors do: at once
                build = next(build for build in builds if build != before)
                found.append(time.perf_counter() - begun)
                assert build == before + 1, "one save, one build"
                before = build
                time.sleep(0.5)  # were there a second build, the next one would not be the next
    finally:
        server.terminate()
        server.wait()
        (book / CATALOG).write_text(text, "utf-8")
    return found


def prepared(folder: Path, chapters: int) -> tuple[Path, Path]:
    """A book, and its Japanese text for bare pandoc."""
    book, work = folder / "book", folder / "bare"
    work.mkdir()
    if chapters:
        books.write(book, chapters, ("ja", "it"))
    else:
        for part in ("source", "examples", "locales"):
            shutil.copytree(ROOT / part, book / part)
        shutil.copy(ROOT / "pyproject.toml", book)
        shutil.copytree(ROOT / "source/figures", work / "figures")
    python("-m", "polybook", "--lang", "ja", "--format", "md", folder=book)
    return book, Path(shutil.copy(next((book / "output/ja").glob("*.md")), work / "book.md"))


def forget(book: Path) -> None:
    for made in ("output", ".cache"):
        shutil.rmtree(book / made, ignore_errors=True)


def measure(book: Path, text: Path, found: dict[str, list[float]]) -> None:
    def build(language: str) -> float:
        return seconds(lambda: python("-m", "polybook", "--lang", language, *FORMATS, folder=book))

    found["bare pandoc and Typst"].append(seconds(lambda: bare(text)))
    forget(book)
    found["cold, the first language (ja)"].append(build("ja"))
    found["cold, a further language (en)"].append(build("en"))
    found["imports of four libraries"].append(seconds(lambda: python("-c", IMPORTS)))
    build("ja")
    found["nothing changed"].append(build("ja"))
    made = edits(book)
    found["a message changed, served, p50"].append(statistics.median(made))
    found["a message changed, served, p95"].append(sorted(made)[int(len(made) * 0.95)])
    chapter = sorted((book / "source").glob("*.md"))[1]
    kept = {path: path.read_bytes() for path in (chapter, *book.glob("locales/*/LC_MESSAGES/book.po"))}
    python("-m", "polybook", "update", folder=book)
    chapter.write_bytes(kept[chapter] + b"\nOne more paragraph that nobody translated.\n")
    found["update, a paragraph changed"].append(
        seconds(lambda: python("-m", "polybook", "update", folder=book))
    )
    for path, content in kept.items():
        path.write_bytes(content)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--chapters", type=int, default=0, help="of a generated book; without it, this book")
    given = parser.parse_args()
    found: dict[str, list[float]] = defaultdict(list)
    with tempfile.TemporaryDirectory() as name:
        book, text = prepared(Path(name), given.chapters)
        for _ in range(given.runs):
            measure(book, text, found)
        forget(book)
        command = [sys.executable, "-m", "polybook", "--lang", "ja", *FORMATS]
        process = subprocess.Popen(command, cwd=book, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        memory = os.wait4(process.pid, 0)[2].ru_maxrss / 1024
    medians = {what: statistics.median(times) for what, times in found.items()}
    floor, imports = medians["bare pandoc and Typst"], medians["imports of four libraries"]
    print(f"{'what':34} {'median':>9} {'to bare':>8} {'to imports':>10}")
    for what, median in medians.items():
        print(f"{what:34} {median:8.2f}s {median / floor:8.2f} {median / imports:10.2f}")
    print(f"peak memory of a cold build: {memory:.0f} MB")
    rounded = {what: round(median, 3) for what, median in medians.items()}
    print(
        json.dumps({"chapters": given.chapters, "runs": given.runs, "seconds": rounded, "MB": round(memory)})
    )


if __name__ == "__main__":
    main()
