"""What the authors allow translations to do, one by one: ``waivers.toml``.

A catalog may come from anybody, so nothing in it allows anything. A waiver is of one finding of one
translation, letter by letter: when the translation changes, it lapses.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator
from typing import Any

from polybook.book.settings import decode
from polybook.model import layout
from polybook.model.catalog import Waiver
from polybook.model.findings import BookError, Finding
from polybook.system.cache import digest

_NEEDED = ("language", "message", "finding", "translation")
_KEYS = (*_NEEDED, "context", "by", "why")
_HEAD = re.compile(r"^[ \t]*\[\[[ \t]*waiver[ \t]*\]\]", re.MULTILINE)
_LINE = re.compile(r"at line (\d+)")


def read(content: bytes) -> tuple[tuple[Waiver, ...], tuple[Finding, ...]]:
    """Return the waivers that a file holds, and what is wrong with it."""
    try:
        text = decode(content, layout.WAIVERS)
        table = tomllib.loads(text)
    except BookError as error:
        return (), error.findings
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        place = _LINE.search(str(error))
        what = f"the file is no TOML: {str(error).split(' (at')[0]}"
        return (), (Finding("waiver", what, layout.WAIVERS, int(place[1]) if place else 1),)
    entries = table.pop("waiver", [])
    findings = [_wrong(f"'{key}' means nothing here", 1) for key in table]
    if not isinstance(entries, list):
        return (), (*findings, _wrong("a waiver is no list of waivers", 1))
    lines = [text.count("\n", 0, found.start()) + 1 for found in _HEAD.finditer(text)]
    waivers = []
    lines += [1] * len(entries)  # of what is written in another way, nobody knows where
    for entry, line in zip(entries, lines, strict=False):
        problems = list(_problems(entry))
        findings += [_wrong(what, line) for what in problems]
        if not problems:
            key = (entry.get("context", ""), entry["message"])
            rest = (entry["finding"], entry["translation"], entry.get("by", ""), entry.get("why", ""))
            waivers.append(Waiver(entry["language"], *key, *rest, line))
    return tuple(waivers), tuple(findings)


def _wrong(what: str, line: int) -> Finding:
    hint = "write it with: polybook allow LANGUAGE LINE FINDING"
    return Finding("waiver", what, layout.WAIVERS, line, hint)


def _problems(entry: Any) -> Iterator[str]:
    if not isinstance(entry, dict):
        yield "a waiver is no table"
        return
    for key in _NEEDED:
        if not entry.get(key):
            yield f"the waiver has no {key}"
    for key, value in entry.items():
        if key not in _KEYS:
            yield f"'{key}' is nothing that a waiver has"
        elif not isinstance(value, str):
            yield f"{key} is no text"


def of(translation: str) -> str:
    """Return what a waiver knows a translation by."""
    return digest(translation)[:32]


def added(text: str, waiver: Waiver) -> str:
    """Return the text of the file with a waiver more, in the place of one of the same finding that lapsed."""
    known, _ = read(text.encode())
    starts = [found.start() for found in _HEAD.finditer(text)]
    for place, one in reversed([*enumerate(known)]):
        if one[:4] == waiver[:4] and len(starts) == len(known):
            end = starts[place + 1] if place + 1 < len(starts) else len(text)
            text = text[: starts[place]] + text[end:]
    above = text.rstrip() + "\n\n" if text.strip() else ""
    return above + _written(waiver)


def _written(waiver: Waiver) -> str:
    values = {
        "language": waiver.language,
        "context": waiver.context,
        "message": waiver.message,
        "finding": waiver.finding,
        "translation": waiver.digest,
        "by": waiver.by,
        "why": waiver.why,
    }
    # What JSON escapes, TOML escapes likewise, but for one character.
    lines = [
        f"{key} = {json.dumps(value, ensure_ascii=False)}".replace("\x7f", "\\u007F")
        for key, value in values.items()
        if value or key not in ("context", "why")
    ]
    return "\n".join(["[[waiver]]", *lines]) + "\n"
