"""What a PDF cannot display, as findings with file and line: characters that no font has, and formulas."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from html import unescape

from polybook.commands.reading import Reading, in_order
from polybook.conservation.findings import Places
from polybook.model import layout
from polybook.model.catalog import Translation
from polybook.model.edition import Edition
from polybook.model.findings import BookError, Finding
from polybook.render import glyphs, output
from polybook.render.unset import UnsetError

Used = tuple[str, Sequence[Translation]]
"""A catalog's path, and those of its translations that are in the edition."""

HINT = "write it otherwise, or name a folder with a font that has it in the setting 'fonts'"


def findings(reading: Reading, editions: Iterable[Edition], used: Mapping[str, Used]) -> tuple[Finding, ...]:
    """Return a warning for each line of chapters, figures, settings and catalogs that holds what no font of
    these editions' PDFs has, and for each formula that they cannot set; no PDF is made for it. ``used`` are
    the translations in them, by locale.
    """
    found: list[Finding] = []
    for edition in editions:
        found += _of_formulas(reading, output.refused(edition, reading.store))
        missing = output.lacking(reading.root, edition, reading.store)
        if not missing:
            continue
        if needed := output.font_needed(edition, missing):
            found.append(needed)
            continue
        if edition.locale in used:
            path, translations = used[edition.locale]
            found += _told(path, ((one.line, one.text) for one in translations), missing)
        found += _of_source(reading, edition, missing)
    return in_order(found)


def _of_source(reading: Reading, edition: Edition, missing: frozenset[str]) -> Iterator[Finding]:
    """What of an edition stands so in the source: in the chapters' text, in figures, in the settings."""
    known = {chapter.path: chapter for chapter in reading.book.chapters}
    for shown in edition.chapters:
        chapter = known.get(shown.path)  # none for the index
        if chapter and (here := glyphs.of(shown.json, missing)):
            yield from _told(chapter.path, _lines(chapter.text), here)
    for path, content in edition.figures.items():
        if path.lower().endswith(".svg"):
            yield from _told(layout.figure(path), _lines(content.decode("utf-8", "replace")), missing)
    yield from _told(layout.SUMMARY, ((one.line, one.title) for one in reading.book.order), missing)
    settings = reading.book.settings
    titles = (settings.title, settings.subtitle, settings.description, settings.rights, *settings.authors)
    yield from _told(layout.SETTINGS, ((0, title) for title in titles), missing)


def _of_formulas(reading: Reading, refused: Sequence[str]) -> Iterator[Finding]:
    """A finding for each chapter with a formula, by its TeX, that is shown as it is written."""
    for tex in refused:
        what = f"the PDF cannot set the formula '{' '.join(tex.split())[:80]}', and shows it as it is written"
        written = re.compile(r"\$\s*" + re.escape(tex.strip()))
        for chapter in reading.book.chapters:
            if found := written.search(chapter.text):
                line = chapter.text.count("\n", 0, found.end() - len(tex.strip())) + 1
                yield Finding("formula", what, chapter.path, line, "write it with other commands", "warning")


def _lines(text: str) -> Iterable[tuple[int, str]]:
    """The lines of a text with their numbers, with the characters that are meant by references of HTML's."""
    return enumerate((unescape(line) if "&" in line else line for line in text.split("\n")), 1)


def _told(path: str, lines: Iterable[tuple[int, str]], missing: frozenset[str]) -> Iterator[Finding]:
    for line, text in lines:
        if not text.isascii() and (found := glyphs.of(text, missing)):
            names = " and ".join(glyphs.named(one) for one in sorted(found))
            what = f"no font has {names}, and the PDF shows U+FFFD instead"
            yield Finding("glyph", what, path, line, HINT, "warning")


def placed(reading: Reading, error: BookError) -> tuple[Finding, ...]:
    """Return an error's findings, with the place of what Typst cannot set."""
    if not isinstance(error, UnsetError) or not error.path:
        return error.findings
    chapter = next(one for one in reading.book.chapters if one.path == error.path)
    places = Places([chapter], [error.blocks], reading.book.settings.limits)
    line = 0 if error.block is None else places.line(error.block, ())
    return tuple(replace(finding, path=chapter.path, line=line) for finding in error.findings)
