"""GitBook and HonKit: ``book.json``, ``.gitbook.yaml``, ``LANGS.md``, ``SUMMARY.md``, ``.bookignore``."""

from __future__ import annotations

import fnmatch
import posixpath
import re

from polybook.importers.drafts import Origin
from polybook.importers.order import folders, summary, tables
from polybook.importers.plan import About, Entry, Lost, Plan
from polybook.importers.source import Shelf, Unreadable


def read(shelf: Shelf, config: str, language: str = "") -> Plan:
    """Return the order of the book with this file, in one of its languages: ``language``, or the first."""
    table = tables.read(shelf, config) if config.endswith((".json", ".yaml")) else {}
    base = posixpath.dirname(config)
    home = posixpath.normpath(posixpath.join(base, tables.words(table.get("root")) or "."))
    home = "" if home == "." else home
    structure = table.get("structure") or {}
    readme = tables.words(tables.at(structure, "readme")) or "README.md"
    name = tables.words(tables.at(structure, "summary")) or "SUMMARY.md"
    tongue = tables.language(table.get("language"))
    languages = posixpath.join(home, tables.words(tables.at(structure, "languages")) or "LANGS.md")
    if languages in shelf:
        home, tongue = _tongue(shelf, languages, language)
    file = posixpath.join(home, name)
    about = About(
        title=tables.words(table.get("title")),
        description=tables.words(table.get("description")),
        authors=tables.names(table.get("author")),
        language=tongue,
    )
    variables = table.get("variables")
    given = {
        f"book.{key}": tables.words(value)
        for key, value in (variables if isinstance(variables, dict) else {}).items()
        if tables.words(value)
    }
    known = {f"book.{key}": tables.words(table.get(key)) for key in ("title", "description", "author")}
    if file not in shelf:
        entries = [one for one in folders.entries(shelf, home) if one.path not in _ignored(shelf, base, home)]
        return Plan(
            "gitbook", home, tuple(entries), about, config, variables={**known, **given}, dollars=False
        )
    entries, lost = _entries(shelf, file)
    opening = shelf.near(file, readme)
    if opening in shelf and all(entry.path != opening for entry in entries):
        entries.insert(0, Entry("chapter", "", opening, 0, listed=False))
    return Plan(
        "gitbook", home, tuple(entries), about, file, variables={**known, **given}, dollars=False,
        lost=tuple(lost),
    )  # fmt: skip


def _tongue(shelf: Shelf, file: str, language: str) -> tuple[str, str]:
    """The folder of a language, and its tag, as LANGS.md has them."""
    found = [shelf.near(file, one.entry.path).rstrip("/") for one in summary.lines(shelf.text(file))]
    wanted = [path for path in found if tables.language(posixpath.basename(path)) == language]
    path = next(iter(wanted or found), posixpath.dirname(file))
    return path, tables.language(posixpath.basename(path))


def _entries(shelf: Shelf, file: str) -> tuple[list[Entry], list[Lost]]:
    """The chapters, each once; what else the file names is told."""
    entries: list[Entry] = []
    lost: list[Lost] = []
    seen: set[str] = set()
    for line in summary.lines(shelf.text(file)):
        entry = line.entry
        where = Origin(file, line.row + 1)
        if entry.kind != "chapter":
            entries.append(entry)
            continue
        if re.match(r"[a-z][a-z0-9+.-]*:|//", entry.path):
            lost.append(Lost(where, f"the contents led to '{entry.path}' on the web"))
            continue
        bare, _, anchor = entry.path.partition("#")
        path = shelf.near(file, bare)
        path = shelf.first(path, f"{path}.md", posixpath.join(path, "README.md"))
        if path in seen:
            part = f"#{anchor} of " if anchor else ""
            lost.append(Lost(where, f"the contents led to {part}{bare} once more, as '{entry.title}'"))
        elif path:
            seen.add(path)
            entries.append(entry._replace(path=path))
        else:
            lost.append(Lost(where, f"the chapter '{entry.path}' has no file"))
            entries.append(entry._replace(kind="draft", path=""))
    return entries, lost


def _ignored(shelf: Shelf, base: str, home: str) -> set[str]:
    """The files that ``.bookignore`` names, by patterns as in .gitignore."""
    file = shelf.first(posixpath.join(home, ".bookignore"), posixpath.join(base, ".bookignore"))
    if not file:
        return set()
    try:
        patterns = [one.strip() for one in shelf.text(file).split("\n")]
    except Unreadable:
        return set()
    folder = posixpath.dirname(file)
    found: set[str] = set()
    for path in shelf.below(home):
        own = posixpath.relpath(path, folder or ".")
        for pattern in patterns:
            if not pattern or pattern.startswith("#"):
                continue
            bare = pattern.lstrip("!/").rstrip("/")
            parts = [own, posixpath.basename(own), *_parents(own)]
            if any(fnmatch.fnmatchcase(part, bare) for part in parts):
                (found.discard if pattern.startswith("!") else found.add)(path)
    return found


def _parents(path: str) -> list[str]:
    parts = path.split("/")[:-1]
    return [*parts, *("/".join(parts[:count]) for count in range(1, len(parts) + 1))]
