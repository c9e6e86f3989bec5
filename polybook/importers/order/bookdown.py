"""bookdown: ``_bookdown.yml``, the front matter of ``index.Rmd``, parts in headings ``# (PART) Title``."""

from __future__ import annotations

import posixpath
import re

from polybook.importers.drafts import Origin, prose
from polybook.importers.order import folders, front, tables
from polybook.importers.plan import About, Entry, Lost, Plan
from polybook.importers.source import Shelf

PART = re.compile(
    r"^#[ \t]+\((?P<kind>PART|APPENDIX)\\?\*?\)[ \t]*(?P<title>.*?)[ \t]*(?:\{[^{}\n]*\})?[ \t]*$", re.M
)


def read(shelf: Shelf, config: str) -> Plan:
    """Return the order of the book with this ``_bookdown.yml``, or this ``index.Rmd`` where it has none."""
    table = tables.read(shelf, config) if config.endswith((".yml", ".yaml")) else {}
    home = posixpath.dirname(config)
    index = shelf.first(posixpath.join(home, "index.Rmd"), posixpath.join(home, "index.rmd"))
    said = front.table(shelf.text(index)) if index else {}
    lost: list[Lost] = []
    paths = []
    for name in _named(shelf, table, home):
        path = posixpath.normpath(posixpath.join(home, name))
        if path in shelf:
            paths.append(path)
        else:
            where = Origin(config, tables.line_of(shelf.text(config), name))
            lost.append(Lost(where, f"the chapter '{name}' has no file"))
    if index and index not in paths:
        paths.insert(0, index)
    appendix = False
    entries: list[Entry] = []
    for path in dict.fromkeys(paths):
        text = shelf.text(path)
        for part in PART.finditer(prose(text)):
            appendix = appendix or part["kind"] == "APPENDIX"
            entries.append(Entry("part", text[part.start("title") : part.end("title")]))
        if re.search(r"^#[ \t]+(?!\(PART|\(APPENDIX)|^\S.*\n=+[ \t]*$", prose(text), re.M) or len(text) > 200:
            entries.append(Entry("chapter", "", path, 0, appendix=appendix))
    bibliography = said.get("bibliography") or []
    listed = bibliography if isinstance(bibliography, list) else [bibliography]
    about = About(
        title=tables.words(said.get("title") or table.get("book_filename")),
        subtitle=tables.words(said.get("subtitle")),
        description=tables.words(said.get("description")),
        authors=tables.names(said.get("author")),
        language=tables.language(said.get("lang")),
        url=tables.words(said.get("url")),
    )
    return Plan(
        "bookdown", home, tuple(entries), about, config,
        bibliography=tuple(shelf.near(config, one) for one in listed if isinstance(one, str)),
        style=shelf.near(config, tables.words(said.get("csl"))) if said.get("csl") else "",
        captions=True, lost=tuple(lost),
    )  # fmt: skip


def _named(shelf: Shelf, table: dict[str, object], home: str) -> list[str]:
    """The files that the order names; else those of the folder that begin with no underscore."""
    given = table.get("rmd_files")
    if isinstance(given, dict):
        given = given.get("html") or next(iter(given.values()), [])
    if isinstance(given, list):
        return [one for one in given if isinstance(one, str)]
    where = table.get("rmd_subdir")
    begin = f"{home}/" if home else ""
    found = [
        path.removeprefix(begin)
        for path in shelf.below(home, endings=frozenset({".rmd"}))
        if (where or "/" not in path.removeprefix(begin)) and not posixpath.basename(path).startswith("_")
    ]
    return sorted(found, key=folders.natural)
