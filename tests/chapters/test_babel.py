"""``pybabel extract`` finds in chapters and figures what an update finds."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import polib
import pytest
from conftest import BOOKS, ROOT

MAPPING = "[polybook: source/**.md]\n[polybook: source/**.svg]\n"


def pybabel(folder, *options: str) -> polib.POFile:
    folder.write("babel.cfg", MAPPING)
    command = [sys.executable, "-c", "from babel.messages.frontend import main; main()", "-q", "extract"]
    done = subprocess.run(
        [*command, "-F", "babel.cfg", "-o", "babel.pot", "--no-wrap", *options, "."],
        cwd=folder.root,
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert done.returncode == 0, done.stderr
    return polib.pofile(str(folder.root / "babel.pot"))


def said(entries: Sequence[polib.POEntry]) -> set[tuple[str, str, str, frozenset[str]]]:
    return {
        (
            entry.msgctxt or "",
            entry.msgid,
            " ".join(entry.comment.split()),
            frozenset(path.removeprefix("./") for path, _ in entry.occurrences),
        )
        for entry in entries
    }


@pytest.mark.parametrize("name", sorted(path.name for path in BOOKS.iterdir()))
def test_babel_finds_what_an_update_finds(book, name: str) -> None:
    folder = book(name)
    folder.write(
        "source/09-contexts.md",
        "# Contexts\n\nOpen\n\n<!-- msgctxt: verb -->\n<!-- translators: What a person\ndoes. -->\n\nOpen\n",
    )
    if (folder.root / "source/SUMMARY.md").is_file():
        folder.write("source/SUMMARY.md", folder.read("source/SUMMARY.md") + "[Contexts](09-contexts.md)\n")
    found = pybabel(folder)
    folder.run("update").succeeds()
    template = [
        entry
        for entry in polib.pofile(str(folder.root / "locales/book.pot"))
        if any(path.startswith("source/") and (folder.root / path).is_file() for path, _ in entry.occurrences)
    ]
    assert said(found) == said(template)
    assert [entry.msgid for entry in found if entry.msgctxt == "verb"] == ["Open"]


def test_babel_knows_the_lines(book) -> None:
    folder = book("small")
    lines = (folder.root / "source/02-end.md").read_text("utf-8").splitlines()
    entry = pybabel(folder).find("Its definition.")
    assert entry is not None
    ((path, line),) = entry.occurrences
    assert Path(path).name == "02-end.md"
    assert lines[int(line) - 1] == ":   Its definition."
