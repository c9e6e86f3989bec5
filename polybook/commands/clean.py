"""Remove what builds made."""

from __future__ import annotations

from pathlib import Path

from polybook.book import lock, settings
from polybook.model import layout
from polybook.model.findings import refuse
from polybook.system import files


def clean(root: Path) -> list[str]:
    """Remove ``output/`` and ``.cache/`` of the book in ``root``; return what was removed."""
    refuse(settings.read(root).findings)  # so that only a book's own folders are ever removed
    removed = [name for name in layout.MADE if (root / name).is_dir()]
    if not removed:
        return []
    with lock.held(root, "clean"):
        for name in removed:
            files.remove_folder(root / name)
    return removed
