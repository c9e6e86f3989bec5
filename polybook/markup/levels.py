"""The level that a heading looks to be of, where it counts as a higher one: a class of its own says it."""

from __future__ import annotations

import re

from polybook.model.nodes import Header

_LOOK = "looks-"


def look(header: Header) -> int:
    """Return the level that a heading looks to be of: at least the one that it counts as."""
    looks = (name.removeprefix(_LOOK) for name in header.attr.classes if name.startswith(_LOOK))
    return max((int(level) for level in looks if re.fullmatch("[3-6]", level)), default=header.level)


def mark(header: Header, level: int) -> None:
    """Have a heading look as if it were of a deeper ``level``, in place."""
    header.attr.classes.append(f"{_LOOK}{level}")


def restore(header: Header) -> None:
    """Make a heading one of the level that it looks to be of, in place."""
    header.level = look(header)
    header.attr.classes[:] = [name for name in header.attr.classes if not name.startswith(_LOOK)]
