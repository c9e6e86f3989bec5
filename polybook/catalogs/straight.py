"""Catalogs that gettext reads though no tool writes them so: made straight, a string to a line."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

_INDENTED = re.compile(r"^[ \t\f\v]+(?=#)", re.MULTILINE)
_MARK = re.compile(r"\s*+(#~\||#~|#\|)?+")
_TOKEN = re.compile(
    r'\s*+(?:(?P<keyword>msgctxt|msgid_plural|msgid|msgstr(?:\s*+\[\s*+\d++\s*+\])?+)(?!\w)|(?P<string>"(?:[^"\\]|\\.)*+")'
    r"|(?P<comment>#.*+))"
)
_STRING = re.compile(r'\s*+(?:#~\||#~|#\|)?+\s*+"')
_BARE = ' ""'
_DOMAIN = re.compile(r'\s*+domain\s*+"')


def is_indented(text: str) -> bool:
    """Whether a comment or flag of the catalog has white space before it."""
    return bool(_INDENTED.search(text))


def unindented(text: str) -> str:
    """The catalog's text without white space before comments and flags."""
    return _INDENTED.sub("", text)


def is_domain(line: str) -> bool:
    """Whether a line names a domain, which says nothing of entries."""
    return bool(_DOMAIN.match(line))


def straight(text: str) -> tuple[str, list[int]]:
    """The catalog's text with a keyword and a string to a line, and from which line each of these came.

    Lines are counted from 1. What is no part of a catalog stays as it is.
    """
    lines: list[str] = []
    origins: list[int] = []
    all_lines = text.split("\n")
    for number, line in enumerate(all_lines, 1):
        some = list(_split(line)) or [line]
        if some[-1].endswith(_BARE) and not line.rstrip().endswith('"') and not _goes_on(all_lines[number:]):
            some = [line]
        lines += some
        origins += [number] * len(some)
    return "\n".join(lines), origins


def _goes_on(lines: Sequence[str]) -> bool:
    """Whether the first of the lines that says something is a string."""
    said = (line for line in lines if line.strip() and not (line.startswith("#") and not _marked(line)))
    return bool(_STRING.match(next(said, "")))


def _marked(line: str) -> bool:
    return line.startswith(("#~", "#|"))


def _split(line: str) -> Iterator[str]:
    """The parts of a line that has several, each a line; none for other lines."""
    mark = _MARK.match(line)
    if not line.strip() or is_domain(line) or mark is None or (line.lstrip()[0] == "#" and not mark[1]):
        return
    before = f"{mark[1]} " if mark[1] else ""
    keyword, at, parts = "", mark.end(), list[str]()
    while at < len(line.rstrip()):
        token = _TOKEN.match(line, at)
        if token is None:
            return
        at = token.end()
        if token["comment"]:
            parts.append(token["comment"])
        elif token["string"]:
            parts.append(f"{before}{keyword} {token['string']}" if keyword else before + token["string"])
            keyword = ""
        else:
            if keyword:
                return
            keyword = re.sub(r"\s", "", token["keyword"])
    yield from [*parts, f'{before}{keyword} ""'] if keyword else parts
