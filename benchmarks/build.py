"""How long a build takes, beside what bare pandoc and Typst take on the same text.

    python benchmarks/build.py [--runs 5] [--lang ja]

Runs both, one after the other, in a copy of the book, and prints medians. ``cold`` has no cache and no
output; ``again`` has both.
"""

from __future__ import annotations

import argparse
import json
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import typst

from polybook import pandoc

ROOT = Path(__file__).resolve().parent.parent
TYPST_HEAD = '#set page(paper: "a4")\n#let horizontalrule = line(length: 100%)\n'


def seconds(step: Callable[[], object]) -> float:
    begun = time.perf_counter()
    step()
    return time.perf_counter() - begun


def polybook(book: Path, language: str) -> None:
    command = [sys.executable, "-m", "polybook", "--lang", language]
    subprocess.run(command, cwd=book, check=True, capture_output=True)


def bare(text: Path, work: Path) -> None:
    """pandoc to chunked HTML, to EPUB and to Typst, and one compilation, each as plain as it can be."""

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
    typst.compile(str(work / "book.typ"), output=str(work / "book.pdf"))


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--lang", default="ja")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        book, work = Path(name, "book"), Path(name, "bare")
        for part in ("source", "examples", "locales"):
            shutil.copytree(ROOT / part, book / part)
        shutil.copy(ROOT / "pyproject.toml", book)
        polybook(book, given.lang)
        shutil.copytree(ROOT / "source/figures", work / "figures")
        text = work / "book.md"
        shutil.copy(next((book / "output" / given.lang).glob("*.md")), text)
        found: dict[str, list[float]] = {"bare": [], "cold": [], "again": []}
        for _ in range(given.runs):
            found["bare"].append(seconds(lambda: bare(text, work)))
            for made in ("output", ".cache"):
                shutil.rmtree(book / made, ignore_errors=True)
            found["cold"].append(seconds(lambda: polybook(book, given.lang)))
            found["again"].append(seconds(lambda: polybook(book, given.lang)))
    medians = {what: round(statistics.median(times), 2) for what, times in found.items()}
    print(f"{'what':8} {'median':>8} {'to bare':>8}")
    for what, median in medians.items():
        print(f"{what:8} {median:7.2f}s {median / medians['bare']:8.2f}")
    print(json.dumps({"runs": given.runs, "language": given.lang, "seconds": medians}))


if __name__ == "__main__":
    main()
