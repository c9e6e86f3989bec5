"""Read a book's settings, ``[tool.polybook]`` in its pyproject.toml."""

from __future__ import annotations

import dataclasses
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from polybook.model import layout
from polybook.model.book import LIMITS, PAPERS, Limits, Settings
from polybook.model.findings import BookError, Finding

# Both end up inside attributes of several formats, so they take only what a language tag or a URI may hold.
LANGUAGE = re.compile(r"[a-z]{2,3}([-_][A-Za-z]{4})?([-_]([A-Z]{2}|[0-9]{3}))?")
_UUID = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
IDENTIFIER = re.compile(rf"urn:uuid:{_UUID}|(?!urn:uuid:)[a-z][a-z0-9+.-]*:[!-~]+")
LONGEST = 10_000
"""How many characters a setting may have."""
LONGEST_VALUE = 500
"""How many characters a variable's value may have."""
VARIABLES = "variables"
_VARIABLE = re.compile(r"[^\W\d][\w.-]{0,63}")
_CONTROL = re.compile(r"[\0-\x08\x0b-\x1f\x7f-\x9f\ufdd0-\ufdef\ufffe\uffff]")
ANCHORS = ("polybook", "github", "pandoc", "vuepress")
NUMBERED = ("chapters", "sections", "none")
NUMBERS = {
    "minimum-translated": (0, 100),
    "chapter-size": (1, 100_000),
    "example-seconds": (1, 3600),
    "example-output": (1, 10_000),
    "example-files": (1, 10_000),
    "example-memory": (64, 1_000_000),
    "pandoc-seconds": (1, 36_000),
    "pandoc-memory": (128, 1_000_000),
}
"""The settings that are whole numbers: the least and the most."""


PLACEHOLDER = Settings("book", "", "en", "")
"""What stands for settings that are missing or wrong while the rest of the book is looked at."""


@dataclass(frozen=True)
class SettingsFile:
    """A book's pyproject.toml, read once."""

    settings: Settings
    """The settings of the book; those of `PLACEHOLDER` where they are missing or wrong."""

    requirements: tuple[str, ...] = ()
    """What the programs need: the extra ``examples``."""

    variables: Mapping[str, str] | None = None
    """The table ``variables``; None where there is none."""

    findings: tuple[Finding, ...] = ()
    """What is wrong with the file."""


def read(root: Path) -> SettingsFile:
    """Return the settings' file of the book in ``root``; raises BookError where there is none."""
    path = root / layout.SETTINGS
    if not path.is_file():
        raise BookError(
            Finding(
                "settings",
                "there is no such file, so this folder holds no book",
                layout.SETTINGS,
                hint="run the command in the folder that has source/ and pyproject.toml",
            )
        )
    try:
        text = decode(_content(path), layout.SETTINGS)
        tables = _toml(text)
    except BookError as error:
        return SettingsFile(PLACEHOLDER, findings=error.findings)
    requirements, amiss = _requirements(tables)
    table = _table(_table(tables, "tool"), "polybook")
    if table is None:
        what, hint = "there is no [tool.polybook]", "add that table with name, title, language and identifier"
        missing = Finding("settings", what, layout.SETTINGS, 1, hint)
        return SettingsFile(PLACEHOLDER, requirements, findings=(missing, *amiss))
    variables, odd = _variables(table.pop(VARIABLES, None), text)
    settings, wrong = _settings(table, text)
    return SettingsFile(settings, requirements, variables, (*wrong, *odd, *amiss))


def _variables(given: Any, text: str) -> tuple[dict[str, str] | None, list[Finding]]:
    """The book's variables, and a finding for each that is none."""
    if given is None:
        return None, []
    if not isinstance(given, dict):
        what, hint = f"'{VARIABLES}' must be a table", f"write [tool.polybook.{VARIABLES}]"
        return None, [Finding("settings", what, layout.SETTINGS, _line_of(text, VARIABLES), hint)]
    findings = []
    for name, value in given.items():
        if problem := _no_variable(name, value):
            line = _line_of(text, name, f"tool.polybook.{VARIABLES}")
            findings.append(Finding("settings", problem[0], layout.SETTINGS, line, problem[1]))
    return {name: str(value) for name, value in given.items()}, findings


def _no_variable(name: str, value: Any) -> Problem | None:
    """What is wrong with a variable."""
    if not _VARIABLE.fullmatch(name):
        return f"'{name[:40]}' is no name of a variable", "write letters, digits, '_', '-' and '.'"
    if not isinstance(value, str):
        shown = value if isinstance(value, int | float) else "..."
        return f"the variable '{name}' must be a string", f'write {name} = "{shown}"'[:100]
    if what := unfit(value):
        return f"the variable '{name}' {what}", ""
    if not value.strip() or len(value) > LONGEST_VALUE or value != " ".join(value.split()):
        what = f"the variable '{name}' is not one line of 1 to {LONGEST_VALUE} characters"
        return what, "leave no space around it, and one between its words"
    return None


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        what = f"the file cannot be read: {error.strerror}"
        raise BookError(Finding("settings", what, layout.SETTINGS)) from None


def _requirements(tables: Mapping[str, Any]) -> tuple[tuple[str, ...], list[Finding]]:
    extras = _table(_table(tables, "project"), "optional-dependencies") or {}
    needed = extras.get("examples", [])
    if isinstance(needed, list) and all(isinstance(one, str) for one in needed):
        return tuple(needed), []
    what, hint = "the extra 'examples' must be a list of strings", 'write examples = ["flask>=3"]'
    return (), [Finding("settings", what, layout.SETTINGS, hint=hint)]


def _toml(text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except RecursionError:
        what, line = "lists or tables are nested too deep", None
    except ValueError as error:  # tomllib's own error, and Python's for a number of thousands of digits
        what, line = str(error).split(" (at")[0].split(";")[0], re.search(r"at line (\d+)", str(error))
    raise BookError(Finding("settings", what, layout.SETTINGS, int(line[1]) if line else 1))


def _table(table: Mapping[str, Any] | None, name: str) -> dict[str, Any] | None:
    """A table in another; None where there is none."""
    found = (table or {}).get(name)
    return found if isinstance(found, dict) else None


def _settings(table: dict[str, Any], text: str) -> tuple[Settings, list[Finding]]:
    """The settings that a table holds, and a finding for each that is missing or wrong."""
    own = [*dataclasses.fields(Settings), *dataclasses.fields(Limits)]
    fields = {field.name.replace("_", "-"): field for field in own if field.name != "limits"}
    findings = []
    values: dict[str, Any] = {}
    meant = {near for key in table if (near := _meant(key, fields))}
    for key, given in table.items():
        if problem := _unknown(key, fields) or _mistyped(key, given, fields[key]) or _misfit(key, given):
            what, hint = problem
            findings.append(Finding("settings", what, layout.SETTINGS, _line_of(text, key), hint))
        else:
            values[fields[key].name] = tuple(given) if isinstance(given, list) else given
    for key, field in fields.items():
        if field.default is dataclasses.MISSING and _is_blank(table.get(key)) and key not in meant:
            what, hint = f"the setting '{key}' is missing", "name, title, language and identifier are needed"
            findings.append(Finding("settings", what, layout.SETTINGS, _line_of(text, ""), hint))
            values.pop(field.name, None)  # it may be there and empty
    limits = {
        field.name: values.pop(field.name) for field in dataclasses.fields(Limits) if field.name in values
    }
    settings = dataclasses.replace(PLACEHOLDER, **values, limits=dataclasses.replace(LIMITS, **limits))
    return settings, findings


def _is_blank(given: Any) -> bool:
    return not (given.strip() if isinstance(given, str) else given)


Problem = tuple[str, str]
"""What is wrong with a setting, and what to do about it."""


def _unknown(key: str, fields: Mapping[str, Any]) -> Problem | None:
    if key in fields:
        return None
    near = _meant(key, fields)
    hint = f"did you mean '{near}'?" if near else f"known are {', '.join(fields)}"
    return f"unknown setting '{key}'", hint


def _meant(key: str, fields: Mapping[str, Any]) -> str:
    """The setting that a mistyped one is near to; empty for one that is right, or like no other."""
    return "" if key in fields else next(iter(get_close_matches(key, fields, 1)), "")


def _mistyped(key: str, given: Any, field: dataclasses.Field[Any]) -> Problem | None:
    if key in ("authors", "fonts", "unchecked-links"):
        if not (isinstance(given, list) and all(isinstance(one, str) for one in given)):
            return f"'{key}' must be a list of strings", ""
        if any(map(_is_blank, given)):
            return f"'{key}' has an entry without a letter", "leave it out"
    elif key in NUMBERS:
        least, most = NUMBERS[key]
        if isinstance(given, bool) or not (isinstance(given, int) and least <= given <= most):
            return f"'{key}' must be a whole number from {least} to {most}", f"write {key} = {field.default}"
    elif field.type == "bool":
        if not isinstance(given, bool):
            return f"'{key}' must be true or false", f"write {key} = true"
    elif not isinstance(given, str):
        return f"'{key}' must be a string", f'write {key} = "{given}"'[:100]
    return None


_PATTERNS = {
    "name": (re.compile(r"|(?=.{1,100}$)[a-z0-9]+(-[a-z0-9]+)*"), "my-book, with 100 letters at most"),
    "language": (re.compile(f"|{LANGUAGE.pattern}"), "en"),
    "identifier": (re.compile(f"|{IDENTIFIER.pattern}"), "urn:uuid:6c2a2a1e-3a55-4f0e-9a54-1f2f0c3f7f10"),
    "date": (re.compile(r"|[0-9]{4}-[0-9]{2}-[0-9]{2}"), "2026-05-01"),
    "paper": (re.compile("|".join(PAPERS)), " or ".join(PAPERS)),
    "number": (re.compile("|".join(NUMBERED)), " or ".join(NUMBERED)),
    "heading-anchors": (re.compile("|".join(ANCHORS)), " or ".join(ANCHORS)),
    "base-url": (re.compile(r"|https?://[^\s\"'<>\\?#]+/"), "https://example.org/my-book/"),
}
"""What a setting has to look like, and an example. One that is empty is missing, not wrong."""


def _misfit(key: str, given: Any) -> Problem | None:
    """What is wrong with the value of a setting that has the right type."""
    for text in given if isinstance(given, list) else [given]:
        if isinstance(text, str) and (what := unfit(text)):
            return f"'{key}' {what}", ""
    pattern, example = _PATTERNS.get(key, (None, ""))
    if pattern and not pattern.fullmatch(given):
        return f"'{given}' is not a valid {key}", f"write it like {example}"
    if key == "language" and given and not _is_known(given):
        return f"'{given}' is no language that anything is known of", f"write it like {example}"
    if key == "date":
        try:
            date.fromisoformat(given or example)
        except ValueError:
            return f"there is no day '{given}'", f"write it like {example}"
    return None


def _is_known(language: str) -> bool:
    """Whether the Unicode consortium's data (CLDR) has something on the language."""
    from babel import Locale, UnknownLocaleError

    try:
        Locale.parse(language.replace("-", "_"))
    except (ValueError, UnknownLocaleError):
        return False
    return True


def unfit(text: str) -> str:
    """Return what is wrong with a text that formats show as a name or a line; empty where nothing is."""
    if len(text) > LONGEST:
        return f"is longer than {LONGEST} characters"
    if odd := _CONTROL.search(text):
        return f"holds a character that no text has, {odd[0]!a}"
    return ""


def _line_of(text: str, key: str, table: str = "tool.polybook") -> int:
    """The line of ``key`` below the heading of a table, or of that heading itself."""
    inside, start = False, 1
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip().startswith("["):
            inside = line.strip() == f"[{table}]"
            start = number if inside else start
        elif inside and key and re.match(rf"\s*[\"']?{re.escape(key)}[\"']?\s*[=.]", line):
            return number
    return start


def decode(content: bytes, path: str) -> str:
    """Return the text of the file ``path``; raises BookError naming the line that is not UTF-8."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise BookError(
            Finding("encoding", "the line is not UTF-8", path, line, hint="save the file as UTF-8")
        ) from None
