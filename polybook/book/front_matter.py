"""What stands above a chapter's text: YAML between lines of ``---``, or TOML between lines of ``+++``.

pandoc is not asked to read it: it would take such lines for YAML in the middle of a chapter too.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from polybook.book.settings import unfit
from polybook.model.book import NO_FRONT_MATTER, FrontMatter
from polybook.model.findings import Finding

# A line that nothing follows, or an empty one, is a rule and no beginning of YAML.
_YAML = re.compile(
    r"---[ \t]*\n(?P<held>(?![ \t]*\n).*?^|)(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE
)
_TOML = re.compile(r"\+\+\+[ \t]*\n(?P<held>.*?)^\+\+\+[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)
# What people write: rules, with text between them, begin otherwise.
_KEY = re.compile(r"(?:[ \t]*(?:#[^\n]*)?\n)*(?:[\"']?[\w.-]+[\"']?[ \t]*:(?:[ \t\n]|\Z)|\{|\Z)")
_OPEN = re.compile(r"(?:---[ \t]*\n[a-z][a-z_-]*:|\+\+\+[ \t]*\n[a-z][a-z_-]*[ \t]*=)[ \t\n]")

_LISTS = ("author", "authors", "aliases")
_KNOWN = ("title", "description", "date", *_LISTS)
"""The keys that some format has room for. What else there is, is for other tools."""

# A page's address in the site, as other tools write it: /guide/old/, old.html, old.
_ALIAS = re.compile(r"(?:\./|/)?((?:[A-Za-z0-9][\w.~-]*/)*)(?:([A-Za-z0-9][\w.~-]*?)(?:\.html?)?)?", re.ASCII)


_LONGEST = 200
"""How many letters a name in an address has at most: disks take 255 bytes."""


class _Value(NamedTuple):
    """What stands for a key."""

    texts: tuple[str, ...] | None
    """None for what is no text and no list of texts."""

    line: int


def cut(path: str, text: str) -> tuple[FrontMatter, str, list[Finding]]:
    """Return the front matter of the chapter ``path``, its text with empty lines in place of that, and what
    is wrong.
    """
    match, reader = _YAML.match(text), _yaml
    if match and not _KEY.match(match["held"]):
        match = None
    if match is None:
        match, reader = _TOML.match(text), _toml
    if match is None:
        return NO_FRONT_MATTER, text, list(_never_closed(path, text))
    body = "\n" * match[0].count("\n") + text[match.end() :]
    try:
        values = reader(match["held"])
    except _UnreadableError as error:
        hint = f"{match[0][:3]} ends it; above a text, a rule is written * * *"
        return NO_FRONT_MATTER, body, [Finding("front-matter", error.said, path, error.line, hint)]
    findings = []
    fit = {}
    for key in _KNOWN:
        if key in values and (problem := _misfit(key, values[key])):
            what, hint = problem
            findings.append(Finding("front-matter", what, path, values[key].line, hint, "warning"))
        elif key in values:
            fit[key] = values[key]
    return _front_matter(fit), body, findings


def blanked(text: str) -> str:
    """Return a chapter's text with empty lines in place of its front matter, as `cut` does."""
    return cut("", text)[1]


def _never_closed(path: str, text: str) -> Iterator[Finding]:
    if _OPEN.match(text) and not _YAML.match(text) and not _TOML.match(text):
        what = "this looks like front matter that has no end, and is shown as text"
        yield Finding("front-matter", what, path, 1, f"write {text[:3]} below it", "warning")


def _front_matter(values: Mapping[str, _Value]) -> FrontMatter:
    nothing = _Value((), 0)
    title, description, date = (values.get(key, nothing) for key in ("title", "description", "date"))
    authors = values.get("authors") or values.get("author") or nothing
    aliases = values.get("aliases", nothing)
    return FrontMatter(
        "".join(title.texts or ()),
        title.line,
        "".join(description.texts or ()),
        description.line,
        authors.texts or (),
        "".join(date.texts or ()),
        tuple(map(_page, aliases.texts or ())),
        aliases.line,
    )


def _misfit(key: str, value: _Value) -> tuple[str, str] | None:
    """What is wrong with a value, and what to do about it."""
    if value.texts is None or (len(value.texts) > 1 and key not in _LISTS):
        return f"'{key}' is no text, so it is not shown", f'write {key}: "..."'
    for text in value.texts:
        if problem := unfit(text):
            return f"'{key}' {problem}, so it is not shown", "remove it"
        if key == "aliases" and not _page(text):
            return f"'{text[:80]}' is no address of a page, so none leads on", "write it like old-name.html"
    return None


def _page(alias: str) -> str:
    """The page that an address in the site stands for; empty for what is no such address."""
    if any(len(name) > _LONGEST for name in alias.split("/")):
        return ""
    match = _ALIAS.fullmatch(alias)
    return f"{match[1]}{match[2] or 'index'}.html" if match and match[0].strip("./") else ""


class _UnreadableError(Exception):
    """What is wrong with front matter, and in which line of the file."""

    def __init__(self, said: str, line: int) -> None:
        super().__init__(said)
        self.said, self.line = said, line


def _yaml(held: str) -> dict[str, _Value]:
    # Here: most books have no front matter.
    import yaml

    # Composed, not constructed: a text stays as it is written (1.10, no, 2026-05-01), and has its line.
    try:
        root = yaml.compose(held, yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 2 if mark else 1
        raise _UnreadableError(
            f"the front matter is no YAML: {error.problem or error.context}", line
        ) from None
    except yaml.reader.ReaderError as error:
        line = held.count("\n", 0, error.position) + 2
        raise _UnreadableError(f"the front matter is no YAML: {error.reason}", line) from None
    except RecursionError:
        raise _UnreadableError("the front matter is nested too deep", 1) from None
    if root is None:
        return {}
    if not isinstance(root, yaml.MappingNode):
        raise _UnreadableError("the front matter has no keys", 2)
    return {
        key.value: _Value(_texts(value), key.start_mark.line + 2)
        for key, value in root.value
        if isinstance(key, yaml.ScalarNode)
    }


def _texts(node: Any) -> tuple[str, ...] | None:
    """The text of a YAML node, or those of a list: texts, or tables with a name."""
    import yaml

    if isinstance(node, yaml.ScalarNode):
        return () if node.tag == "tag:yaml.org,2002:null" else _folded(node.value)
    if isinstance(node, yaml.SequenceNode):
        texts = [_texts(one) for one in node.value]
        return None if None in texts else tuple(text for one in texts for text in one or ())
    names = [value for key, value in node.value if key.value == "name"]
    return _texts(names[0]) if names and isinstance(names[0], yaml.ScalarNode) else None


def _folded(text: str) -> tuple[str, ...]:
    """A text in one line; nothing of an empty one."""
    folded = " ".join(text.split())
    return (folded,) if folded else ()


def _toml(held: str) -> dict[str, _Value]:
    try:
        table = tomllib.loads(held)
    except RecursionError:
        raise _UnreadableError("the front matter is nested too deep", 1) from None
    except ValueError as error:  # also a number of thousands of digits
        said, place = str(error).split(" (at")[0].split(";")[0], re.search(r"at line (\d+)", str(error))
        line = int(place[1]) + 1 if place else 1
        raise _UnreadableError(f"the front matter is no TOML: {said}", line) from None
    return {key: _Value(_plain(value), _line_of(held, key)) for key, value in table.items()}


def _plain(value: Any) -> tuple[str, ...] | None:
    """The text of a TOML value, or those of a list."""
    if isinstance(value, list):
        return (
            tuple(text for one in value for text in _folded(one))
            if all(isinstance(one, str) for one in value)
            else None
        )
    if isinstance(value, dict):
        return _folded(value["name"]) if isinstance(value.get("name"), str) else None
    return _folded(str(value))


def _line_of(held: str, key: str) -> int:
    match = re.search(rf"^[ \t]*[\[\"']*{re.escape(key)}\b", held, re.MULTILINE)
    return held.count("\n", 0, match.start()) + 2 if match else 1
