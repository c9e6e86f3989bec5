"""YAML, TOML and JSON of other tools, read as hostile input: nothing in them is run or followed."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator
from typing import Any

from polybook.importers.source import Shelf, Unreadable
from polybook.model.findings import BookError, Finding

MOST_ENTRIES = 20_000
"""How many lines a book's contents may have: aliases of YAML can make millions of few."""


def read(shelf: Shelf, path: str) -> dict[str, Any]:
    """Return the table that a file holds, by its ending; empty for a file that holds none.

    Raises BookError naming the line that cannot be read.
    """
    try:
        text = shelf.text(path)
        held = _LOADERS.get(path.rpartition(".")[2].lower(), yaml)(text)
    except Unreadable as error:
        raise BookError(Finding("import", f"the file cannot be read: {error}", path)) from None
    except _NoTableError as error:
        hint = "mend the file, or name another order with --from"
        raise BookError(Finding("import", error.args[0], path, error.line, hint)) from None
    return held if isinstance(held, dict) else {}


class _NoTableError(Exception):
    def __init__(self, what: str, line: int) -> None:
        super().__init__(what)
        self.line = line


def yaml(text: str) -> Any:
    """What a YAML text holds; a value with a tag of a tool's own (``!ENV``, ``!!python/name:x``) is its text,
    or nothing. Raises an error that `read` tells of.
    """
    import yaml

    class Loader(yaml.SafeLoader):
        """Takes every tag, and makes nothing of it."""

    def plain(loader: Any, suffix: str, node: Any) -> Any:
        if isinstance(node, yaml.ScalarNode):
            return node.value
        if isinstance(node, yaml.SequenceNode):
            return loader.construct_sequence(node, deep=True)
        return loader.construct_mapping(node, deep=True)

    Loader.add_multi_constructor("!", plain)
    Loader.add_multi_constructor("tag:", plain)
    try:
        return yaml.load(text, Loader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        said = f"this is no YAML: {error.problem or error.context}"
        raise _NoTableError(said, mark.line + 1 if mark else 0) from None
    except yaml.YAMLError as error:
        raise _NoTableError(f"this is no YAML: {error}".split("\n")[0], 0) from None
    except (RecursionError, ValueError, TypeError) as error:
        raise _NoTableError(f"this is no YAML: {type(error).__name__}", 0) from None


def _toml(text: str) -> Any:
    try:
        return tomllib.loads(text)
    except RecursionError:
        raise _NoTableError("lists or tables are nested too deep", 0) from None
    except ValueError as error:
        line = re.search(r"at line (\d+)", str(error))
        said = str(error).split(" (at")[0].split(";")[0]
        raise _NoTableError(f"this is no TOML: {said}", int(line[1]) if line else 0) from None


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except RecursionError:
        raise _NoTableError("lists or tables are nested too deep", 0) from None
    except ValueError as error:
        line = re.search(r"line (\d+)", str(error))
        raise _NoTableError(f"this is no JSON: {error}", int(line[1]) if line else 0) from None


_LOADERS = {"toml": _toml, "json": _json}


def words(value: Any) -> str:
    """A value as one line of text; empty for none and for what is no text."""
    if isinstance(value, bool) or value is None or isinstance(value, list | dict):
        return ""
    return " ".join(str(value).split())


def names(value: Any) -> tuple[str, ...]:
    """A list of names: of texts, of tables with a name, or one text with commas or ``and`` between them."""
    if isinstance(value, list):
        return tuple(name for one in value for name in names(one))
    if isinstance(value, dict):
        found = value.get("name")
        if isinstance(found, dict):  # Quarto's {given, family}
            found = found.get("literal") or " ".join(words(found.get(key)) for key in ("given", "family"))
        return (words(found),) if words(found) else ()
    text = words(value)
    return tuple(
        filter(None, (one.strip() for one in re.split(r";\s*|,\s+(?:and\s+)?|\s+(?:and|&)\s+", text)))
    )


def language(value: Any) -> str:
    """A language tag as Polybook takes it; empty for none."""
    match = re.fullmatch(
        r"([A-Za-z]{2,3})(?:[-_]([A-Za-z]{4}))?(?:[-_]([A-Za-z]{2}|[0-9]{3}))?", words(value)
    )
    if not match:
        return ""
    parts = [match[1].lower(), (match[2] or "").title(), (match[3] or "").upper()]
    return "-".join(filter(None, parts))


def at(table: Any, *keys: str) -> Any:
    """The value below these keys, one in another; None where there is none."""
    for key in keys:
        table = table.get(key) if isinstance(table, dict) else None
    return table


def limited(entries: Iterator[Any], path: str) -> list[Any]:
    """The entries as a list; raises BookError where they do not end."""
    found: list[Any] = []
    try:
        for entry in entries:
            found.append(entry)
            if len(found) > MOST_ENTRIES:
                what = f"the contents have more than {MOST_ENTRIES} lines"
                raise BookError(Finding("import", what, path))
    except RecursionError:
        raise BookError(Finding("import", "the contents are nested too deep", path)) from None
    return found


def line_of(text: str, word: str) -> int:
    """The line in which a word first stands; 0 for none."""
    place = text.find(word)
    return text.count("\n", 0, place) + 1 if place >= 0 and word else 0
