"""Translations that SOURCE has, and the commands that bring them in."""

from __future__ import annotations

import posixpath
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

from polybook.importers.order import tables
from polybook.importers.plan import Plan
from polybook.importers.source import Shelf

_CATALOG = re.compile(r"(?:^|/)(?P<locale>[a-z]{2,3}(?:[-_@][A-Za-z]+)*)(?:/LC_MESSAGES/[^/]+)?\.po$")


def commands(shelf: Shelf, plan: Plan, folder: Path, language: str) -> Iterator[str]:
    """Yield commands that bring in the catalogs and translated chapters of SOURCE, where it has some."""
    found: dict[str, str] = {}
    for path in shelf.paths:
        match = _CATALOG.search(path)
        if match and match["locale"].partition("_")[0] != language:
            found.setdefault(match["locale"].replace("-", "_"), path)
    for path in trees(shelf, plan):
        found.setdefault(tables.language(posixpath.basename(path)).replace("-", "_"), path)
    if found:
        yield f"cd {shlex.quote(folder.as_posix())}"
    for locale, path in sorted(found.items()):
        yield f"polybook import-translations {locale} {shlex.quote((shelf.root / path).as_posix())}"


def trees(shelf: Shelf, plan: Plan) -> tuple[str, ...]:
    """The folders that hold the same chapters in other languages: beside that of the book's own."""
    head, tail = posixpath.split(plan.home)
    if not tables.language(tail):
        return ()
    begin = f"{head}/" if head else ""
    own = {path.removeprefix(f"{plan.home}/") for path in plan.chapters}
    names = {path.removeprefix(begin).partition("/")[0] for path in shelf.below(head)}
    found = []
    for name in sorted(names - {tail}):
        if tables.language(name):
            inside = {path.removeprefix(f"{begin}{name}/") for path in shelf.below(f"{begin}{name}")}
            if own & inside:
                found.append(f"{begin}{name}")
    return tuple(found)
