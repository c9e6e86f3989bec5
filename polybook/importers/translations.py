"""Translations that SOURCE has, and the commands that bring them in."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

from polybook.importers.source import Shelf

_CATALOG = re.compile(r"(?:^|/)(?P<locale>[a-z]{2,3}(?:[-_@][A-Za-z]+)*)(?:/LC_MESSAGES/[^/]+)?\.po$")


def commands(shelf: Shelf, folder: Path, language: str) -> Iterator[str]:
    """Yield commands that bring in the catalogs of SOURCE, where it has some."""
    found: dict[str, str] = {}
    for path in shelf.paths:
        match = _CATALOG.search(path)
        if match and match["locale"].partition("_")[0] != language:
            found.setdefault(match["locale"], path)
    if not found:
        return
    yield f"cd {shlex.quote(folder.as_posix())}"
    for locale, path in sorted(found.items()):
        tag = locale.replace("-", "_")
        yield f"polybook import-translations {tag} {shlex.quote((shelf.root / path).as_posix())}"
