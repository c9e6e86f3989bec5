"""Jupyter Book and MyST: ``_toc.yml`` with ``_config.yml``, or ``myst.yml``. Notebooks are not read."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from typing import Any

from polybook.importers.drafts import Origin
from polybook.importers.order import folders, tables
from polybook.importers.plan import About, Entry, Lost, Plan
from polybook.importers.source import Shelf


def read(shelf: Shelf, config: str) -> Plan:
    """Return the order of the book with this ``_toc.yml`` or ``myst.yml``."""
    return _myst(shelf, config) if posixpath.basename(config).startswith("myst") else _book(shelf, config)


def _book(shelf: Shelf, config: str) -> Plan:
    home = posixpath.dirname(config)
    file = posixpath.join(home, "_config.yml")
    said = tables.read(shelf, file) if file in shelf else {}
    try:
        table: Any = tables.yaml(shelf.text(config))
    except Exception:
        table = tables.read(shelf, config)  # raises what is to be told
    lost: list[Lost] = []
    entries = tables.limited(_toc(shelf, home, table, lost, config), config)
    bibliography = said.get("bibtex_bibfiles") or tables.at(said, "sphinx", "config", "bibtex_bibfiles") or []
    listed = bibliography if isinstance(bibliography, list) else [bibliography]
    substitutions = tables.at(said, "parse", "myst_substitutions")
    about = About(
        title=tables.words(said.get("title")),
        description=tables.words(said.get("description")),
        authors=tables.names(said.get("author")),
        language=tables.language(tables.at(said, "sphinx", "config", "language")),
        rights=tables.words(said.get("copyright"))
        if not tables.words(said.get("copyright")).isdecimal()
        else "",
    )
    return Plan(
        "jupyter-book", home, tuple(entries), about, config,
        variables={
            key: tables.words(value)
            for key, value in (substitutions if isinstance(substitutions, dict) else {}).items()
            if tables.words(value)
        },
        bibliography=tuple(shelf.near(file, one) for one in listed if isinstance(one, str)),
        lost=tuple(lost),
    )  # fmt: skip


def _toc(shelf: Shelf, home: str, table: Any, lost: list[Lost], config: str) -> Iterator[Entry]:
    if isinstance(table, list):  # as before version 0.11
        first, rest = (table[0], table[1:]) if table else ({}, [])
        yield from _one(shelf, home, first, 0, lost, config, listed=False)
        yield from _each(shelf, home, rest, 0, lost, config)
        return
    if not isinstance(table, dict):
        return
    root = table.get("root")
    if isinstance(root, str):
        yield from _one(shelf, home, {"file": root}, 0, lost, config, listed=False)
    yield from _inside(shelf, home, table, 0, lost, config)


def _inside(
    shelf: Shelf, home: str, table: dict[str, Any], level: int, lost: list[Lost], config: str
) -> Iterator[Entry]:
    for part in table.get("parts") or table.get("subtrees") or []:
        if isinstance(part, dict):
            if caption := tables.words(part.get("caption")):
                yield Entry("part", caption) if level == 0 else Entry("draft", caption, "", level)
            yield from _inside(shelf, home, part, level, lost, config)
    for key in ("chapters", "sections", "entries", "children"):
        if isinstance(table.get(key), list):
            yield from _each(shelf, home, table[key], level, lost, config)


def _each(
    shelf: Shelf, home: str, given: list[Any], level: int, lost: list[Lost], config: str
) -> Iterator[Entry]:
    for one in given:
        if isinstance(one, dict) and (part := tables.words(one.get("part"))):
            yield Entry("part", part)
            yield from _inside(shelf, home, one, level, lost, config)
        elif isinstance(one, dict | str):
            yield from _one(shelf, home, one if isinstance(one, dict) else {"file": one}, level, lost, config)


def _one(
    shelf: Shelf,
    home: str,
    one: dict[str, Any],
    level: int,
    lost: list[Lost],
    config: str,
    *,
    listed: bool = True,
) -> Iterator[Entry]:
    title = tables.words(one.get("title"))
    file = one.get("file")
    if isinstance(file, str):
        path = posixpath.normpath(posixpath.join(home, file))
        found = shelf.first(path, f"{path}.md", f"{path}.ipynb", f"{path}.rst")
        where = Origin(config, tables.line_of(shelf.text(config), file))
        if found.endswith((".ipynb", ".rst")):
            kind = "a notebook" if found.endswith(".ipynb") else "reStructuredText"
            lost.append(Lost(where, f"'{found}' is {kind}, which cannot be taken along"))
        elif found:
            yield Entry("chapter", title, found, level, listed)
        else:
            lost.append(Lost(where, f"the chapter '{file}' has no file"))
    elif isinstance(pattern := one.get("glob") or one.get("pattern"), str):
        folder = posixpath.normpath(posixpath.join(home, posixpath.dirname(pattern)))
        for path in sorted(shelf.below("" if folder == "." else folder), key=folders.natural):
            yield Entry("chapter", "", path, level)
    elif isinstance(url := one.get("url"), str):
        where = Origin(config, tables.line_of(shelf.text(config), url))
        lost.append(Lost(where, f"the contents led to '{url}' on the web"))
    elif title:
        yield Entry("part", title) if level == 0 else Entry("draft", title, "", level)
        level = level if level else -1
    yield from _inside(shelf, home, one, level + 1, lost, config)


def _myst(shelf: Shelf, config: str) -> Plan:
    table = tables.read(shelf, config)
    home = posixpath.dirname(config)
    given = table.get("project")
    project: dict[str, Any] = given if isinstance(given, dict) else {}
    lost: list[Lost] = []
    toc = project.get("toc")
    file = posixpath.join(home, "_toc.yml")
    if isinstance(toc, list):
        entries = tables.limited(_each(shelf, home, toc, 0, lost, config), config)
        if entries and entries[0].kind == "chapter":
            entries[0] = entries[0]._replace(listed=False)
    elif file in shelf:
        entries = list(_book(shelf, file).entries)
    else:
        entries = folders.entries(shelf, home)
    substitutions = project.get("substitutions")
    rights = project.get("license")
    rights = rights.get("content") if isinstance(rights, dict) else rights
    about = About(
        title=tables.words(project.get("title") or tables.at(table, "site", "title")),
        subtitle=tables.words(project.get("subtitle")),
        description=tables.words(project.get("description")),
        authors=tables.names(project.get("authors") or project.get("author")),
        language=tables.language(project.get("language") or tables.at(table, "site", "language")),
        rights=tables.words(rights),
    )
    listed = project.get("bibliography")
    listed = listed if isinstance(listed, list) else [listed] if isinstance(listed, str) else [
        path for path in shelf.paths if path.endswith(".bib")
    ]  # fmt: skip
    return Plan(
        "myst", home, tuple(entries), about, config,
        variables={
            key: tables.words(value)
            for key, value in (substitutions if isinstance(substitutions, dict) else {}).items()
            if tables.words(value)
        },
        bibliography=tuple(
            path for one in listed if isinstance(one, str) and (path := shelf.near(config, one)) in shelf
        ),
        lost=tuple(lost),
    )  # fmt: skip
