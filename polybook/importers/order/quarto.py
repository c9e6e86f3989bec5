"""Quarto: ``_quarto.yml``, a book or a website."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from typing import Any

from polybook.importers.drafts import Origin
from polybook.importers.order import folders, tables
from polybook.importers.plan import About, Entry, Lost, Plan
from polybook.importers.source import MARKDOWN, Shelf, ending


def read(shelf: Shelf, config: str) -> Plan:
    """Return the order of the project with this ``_quarto.yml``."""
    table = tables.read(shelf, config)
    home = posixpath.dirname(config)
    book, site = (_table(table.get(key)) for key in ("book", "website"))
    said = {**table, **site, **book}
    lost: list[Lost] = []
    if isinstance(book.get("chapters"), list):
        walk = _chapters(shelf, home, book, lost, config)
    elif isinstance(site.get("sidebar"), dict | list):
        walk = _sidebar(shelf, home, site["sidebar"], 0, lost, config)
    else:
        walk = iter(folders.entries(shelf, home))
    entries = tables.limited(walk, config)
    about = About(
        title=tables.words(said.get("title")),
        subtitle=tables.words(said.get("subtitle")),
        description=tables.words(said.get("description") or said.get("abstract")),
        authors=tables.names(said.get("author") or said.get("authors")),
        language=tables.language(said.get("lang")),
        rights=_rights(said.get("license") or said.get("copyright")),
        date=_date(said.get("date")),
        url=tables.words(said.get("site-url")),
    )
    variables = _variables(shelf, home)
    variables |= {f"meta {key}": text for key, value in said.items() if (text := tables.words(value))}
    bibliography = said.get("bibliography") or []
    listed = bibliography if isinstance(bibliography, list) else [bibliography]
    return Plan(
        "quarto", home, tuple(entries), about, config, variables=variables,
        bibliography=tuple(shelf.near(config, one) for one in listed if isinstance(one, str)),
        style=shelf.near(config, tables.words(said.get("csl"))) if said.get("csl") else "",
        captions=True, lost=tuple(lost),
    )  # fmt: skip


def _table(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _rights(value: Any) -> str:
    return (
        tables.words(value.get("text") or value.get("statement"))
        if isinstance(value, dict)
        else tables.words(value)
    )


def _date(value: Any) -> str:
    return words if re.fullmatch(r"\d{4}-\d\d-\d\d", words := tables.words(value)) else ""


def _variables(shelf: Shelf, home: str) -> dict[str, str]:
    """What pages write as ``{{< var name >}}``: the file ``_variables.yml``."""
    file = posixpath.join(home, "_variables.yml")
    held = tables.read(shelf, file) if file in shelf else {}
    found: dict[str, str] = {}

    def walk(table: dict[str, Any], begin: str) -> None:
        for key, value in table.items():
            if isinstance(value, dict) and begin.count(".") < 4:
                walk(value, f"{begin}{key}.")
            elif text := tables.words(value):
                found[f"var {begin}{key}"] = text

    walk(held, "")
    return found


def _chapters(shelf: Shelf, home: str, book: Any, lost: list[Lost], config: str) -> Iterator[Entry]:
    yield from _list(shelf, home, book["chapters"], 0, lost, config)
    appendices = book.get("appendices")
    if isinstance(appendices, list):
        for entry in _list(shelf, home, appendices, 0, lost, config):
            yield entry._replace(appendix=entry.kind == "chapter")
    references = book.get("references")
    if isinstance(references, str):
        yield from _list(shelf, home, [references], 0, lost, config)


def _list(
    shelf: Shelf, home: str, given: list[Any], level: int, lost: list[Lost], config: str
) -> Iterator[Entry]:
    for one in given:
        if isinstance(one, str):
            yield from _file(shelf, home, "", one, level, lost, config)
        elif isinstance(one, dict):
            title = tables.words(one.get("text"))
            if isinstance(one.get("part"), str):
                yield from _part(shelf, home, one["part"], lost, config)
            elif isinstance(file := one.get("file") or one.get("href"), str):
                yield from _file(shelf, home, title, file, level, lost, config)
            if isinstance(one.get("chapters"), list):
                yield from _list(shelf, home, one["chapters"], level, lost, config)


def _part(shelf: Shelf, home: str, part: str, lost: list[Lost], config: str) -> Iterator[Entry]:
    """A part is a title, or a page whose title it takes."""
    if ending(part) in MARKDOWN:
        opening = list(_file(shelf, home, "", part, 0, lost, config))
        yield Entry("part", "", opening[0].path if opening else "")
        yield from opening
    else:
        yield Entry("part", part)


def _file(
    shelf: Shelf, home: str, title: str, file: str, level: int, lost: list[Lost], config: str
) -> Iterator[Entry]:
    where = Origin(config, tables.line_of(shelf.text(config), file))
    path = posixpath.normpath(posixpath.join(home, file.lstrip("/")))
    if ending(path) == ".ipynb":
        lost.append(Lost(where, f"'{file}' is a notebook"))
    elif re.match(r"[a-z][a-z0-9+.-]*:", file):
        lost.append(Lost(where, f"the contents led to '{file}' on the web"))
    elif path not in shelf:
        lost.append(Lost(where, f"the chapter '{file}' has no file"))
    else:
        yield Entry("chapter", title, path, level)


def _sidebar(
    shelf: Shelf, home: str, given: Any, level: int, lost: list[Lost], config: str
) -> Iterator[Entry]:
    for one in given if isinstance(given, list) else [given]:
        if isinstance(one, str):
            yield from _file(shelf, home, "", one, level, lost, config)
        elif isinstance(one, dict):
            section, inside = one.get("section"), one.get("contents")
            title = tables.words(one.get("text") or section)
            if isinstance(file := one.get("file") or one.get("href"), str):
                yield from _file(shelf, home, title, file, level, lost, config)
            elif section and isinstance(section, str) and ending(section) in MARKDOWN:
                yield from _file(shelf, home, title if title != section else "", section, level, lost, config)
            elif section:
                yield Entry("part", title) if level == 0 else Entry("draft", title, "", level)
            if isinstance(inside, list):
                yield from _sidebar(shelf, home, inside, level + (bool(section) and level > 0), lost, config)
