"""Merge two states of a catalog by message, for git: what `git merge` and `git rebase` call."""

from __future__ import annotations

from pathlib import Path

from polybook.catalogs import locales
from polybook.model.findings import BookError
from polybook.release import git
from polybook.system.files import write


def merge(base: Path, ours: Path, theirs: Path, path: str) -> None:
    """Write into ``ours`` what comes of it and ``theirs``, which both came of ``base``.

    ``path`` is what git calls the catalog. Raises BookError with each message that both translated, and where
    one of the three cannot be read: then they are merged by line, as git does by itself.
    """
    try:
        content, conflicts = locales.merged_by_message(
            path, *(one.read_bytes() for one in (base, ours, theirs))
        )
    except BookError:
        git.merge_lines(ours, base, theirs)
        raise
    write(ours, content)
    if conflicts:
        raise BookError(*conflicts)
