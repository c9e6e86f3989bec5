"""What stands above a text, as a table: YAML between lines of ``---``."""

from __future__ import annotations

import re
from typing import Any

from polybook.importers.order import tables

HEAD = re.compile(r"---[ \t]*\n(?P<held>.*?)^(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)


def table(text: str) -> dict[str, Any]:
    """The front matter of a text; empty where it has none that can be read."""
    match = HEAD.match(text)
    if not match:
        return {}
    try:
        held = tables.yaml(match["held"])
    except Exception as error:  # an error of `tables`, told where the chapter is read
        if type(error).__name__ != "_NoTableError":
            raise
        return {}
    return held if isinstance(held, dict) else {}
