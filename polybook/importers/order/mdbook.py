"""mdBook: ``book.toml``, and ``SUMMARY.md`` in its folder of chapters."""

from __future__ import annotations

import posixpath

from polybook.importers.drafts import Origin
from polybook.importers.order import summary, tables
from polybook.importers.plan import About, Lost, Plan
from polybook.importers.source import Shelf


def read(shelf: Shelf, config: str) -> Plan:
    """Return the order of the book with this ``book.toml``, or with this ``SUMMARY.md`` where it has none."""
    table = tables.read(shelf, config) if config.endswith(".toml") else {}
    book = tables.at(table, "book") or {}
    base = posixpath.dirname(config)
    if config.endswith(".toml"):
        home = posixpath.normpath(posixpath.join(base, tables.words(tables.at(book, "src")) or "src"))
        home = "" if home == "." else home
    else:
        home = base
    file = posixpath.join(home, "SUMMARY.md")
    entries, lost = [], []
    for line in summary.lines(shelf.text(file) if file in shelf else ""):
        entry = line.entry
        if entry.kind == "chapter":
            path = shelf.near(file, entry.path.partition("#")[0])
            if path not in shelf:
                lost.append(Lost(Origin(file, line.row + 1), f"the chapter '{entry.path}' has no file"))
                entry = entry._replace(kind="draft")
            entry = entry._replace(path=path if entry.kind == "chapter" else "")
        entries.append(entry)
    about = About(
        title=tables.words(tables.at(book, "title")),
        description=tables.words(tables.at(book, "description")),
        authors=tables.names(tables.at(book, "authors")),
        language=tables.language(tables.at(book, "language")),
    )
    return Plan(
        "mdbook", home, tuple(entries), about, file, kept=file, dollars=_has_formulas(table),
        aliases=_aliases(table, home, shelf), lost=tuple(lost),
    )  # fmt: skip


def _has_formulas(table: object) -> bool:
    """Whether something makes formulas of text between dollars."""
    preprocessors = tables.at(table, "preprocessor")
    named = " ".join(preprocessors) if isinstance(preprocessors, dict) else ""
    return bool(tables.at(table, "output", "html", "mathjax-support")) or "katex" in named or "math" in named


def _aliases(table: object, home: str, shelf: Shelf) -> dict[str, tuple[str, ...]]:
    """Pages that lead on, ``[output.html.redirect]``: from the book's root to what is beside the page."""
    found: dict[str, tuple[str, ...]] = {}
    redirects = tables.at(table, "output", "html", "redirect")
    for old, new in (redirects if isinstance(redirects, dict) else {}).items():
        if not isinstance(new, str) or "://" in new or not old.endswith(".html"):
            continue
        page = old.lstrip("/")
        target = posixpath.normpath(
            new.lstrip("/") if new.startswith("/") else posixpath.join(posixpath.dirname(page), new)
        ).partition("#")[0]
        stem = target.removesuffix(".html")
        for path in (f"{stem}.md", f"{stem}/README.md", f"{stem}/index.md"):
            whole = posixpath.normpath(posixpath.join(home, path))
            if whole in shelf:
                found[whole] = (*found.get(whole, ()), page)
                break
    return found
