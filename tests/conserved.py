"""Small books, looked at in all formats within this process, and what is lost in them."""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from pathlib import Path

from polybook.commands import losses
from polybook.commands.reading import read
from polybook.commands.survey import make_editions
from polybook.model.findings import Finding
from polybook.render import output

SETTINGS = """[tool.polybook]
name = "{name}"
title = "A book"
language = "{language}"
identifier = "urn:x:{name}"
"""

FIGURE = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 20">
<rect width="40" height="20" fill="#ddd"/>
</svg>
"""


def write_book(root: Path, chapters: Sequence[str], language: str = "en") -> Path:
    """Write a book of these chapters, without their titles, into a new folder; it has a figure."""
    name = f"b{zlib.crc32('|'.join(chapters).encode()):08x}"
    folder = root / name
    (folder / "source/figures").mkdir(parents=True)
    (folder / "source/figures/figure.svg").write_text(FIGURE)
    (folder / "pyproject.toml").write_text(SETTINGS.format(name=name, language=language))
    for number, text in enumerate(chapters, 1):
        (folder / f"source/{number:04}-c{number:04}.md").write_text(
            f"# Chapter {number}\n\n{text}\n", "utf-8"
        )
    return folder


def lost(root: Path, formats: Sequence[str] = output.FORMATS) -> list[Finding]:
    """What is lost in the book in ``root``, in all of its languages."""
    reading = read(root)
    return losses.check(reading, make_editions(reading, reading.locales).editions, formats)


def by_chapter(findings: Sequence[Finding]) -> Mapping[str, list[str]]:
    """Findings by the number of the chapter that they are of; those of none by an empty name."""
    told: dict[str, list[str]] = {}
    for one in findings:
        number = one.path.removeprefix("source/")[:4]
        told.setdefault(number, []).append(str(one))
    return told
