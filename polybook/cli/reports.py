"""Findings and progress written down: for people, for GitHub's annotations, as JSON."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from polybook.model import layout
from polybook.model.catalog import Progress, Status
from polybook.model.findings import Finding, printable

SHOWN = 100
"""How many findings a table of `summary` shows."""


def text(findings: Iterable[Finding]) -> str:
    """A line a finding: severity, place, what is wrong, its code."""
    return "".join(f"{finding.severity}: {finding} [{finding.code}]\n" for finding in findings)


def github(findings: Iterable[Finding]) -> str:
    """Workflow commands that GitHub shows on the lines of a pull request.

    Their form: https://docs.github.com/actions/reference/workflow-commands-for-github-actions
    """

    def escaped(text: str, more: str = "") -> str:
        for character in "%\r\n" + more:
            text = text.replace(character, f"%{ord(character):02X}")
        return text

    lines = []
    for finding in findings:
        properties = {"file": printable(finding.path), "line": str(finding.line or 1), "title": finding.code}
        listed = ",".join(f"{key}={escaped(value, ':,')}" for key, value in properties.items() if value)
        said = f"{finding.text}. {finding.hint}".strip()
        lines.append(f"::{finding.severity} {listed}::{escaped(said)}\n")
    return "".join(lines)


def summary(findings: Sequence[Finding]) -> str:
    """A page of Markdown for GitHub's summary of a job: a table for the book and for each language."""
    tables: dict[str, list[Finding]] = {}
    for finding in findings:
        tables.setdefault(layout.locale_of(finding.path) or "The book", []).append(finding)
    parts = ["## What Polybook's check found\n"] if tables else ["## Polybook's check found nothing\n"]
    for name, found in sorted(tables.items(), key=lambda table: (table[0] != "The book", table[0])):
        errors = sum(finding.severity == "error" for finding in found)
        rows = [f"| {one.severity} | {one.code} | `{_spot(one)}` | {_cell(one.text)} |" for one in found]
        more = f"\n{len(rows) - SHOWN} more are in the job's log.\n" if len(rows) > SHOWN else ""
        counted = f"### {name} (errors: {errors}, warnings: {len(found) - errors})\n"
        head = ["| | | where | what |", "| --- | --- | --- | --- |"]
        parts.append("\n".join([counted, *head, *rows[:SHOWN]]) + "\n" + more)
    return "\n".join(parts)


def _spot(finding: Finding) -> str:
    spot = f"{finding.path}:{finding.line}" if finding.line else finding.path
    return spot.replace("`", "'").replace("|", "\\|")


def _cell(text: str) -> str:
    """Text as a table's cell has it, with nothing that GitHub would take for mark-up."""
    return re.sub(r"([\\`*_\[\]<>|~&])", r"\\\1", " ".join(text.split()))


def as_json(findings: Iterable[Finding]) -> str:
    """A JSON list of objects with code, severity, path, line, text and hint."""
    return _json([asdict(finding) for finding in findings])


def _json(value: Any) -> str:
    """A value as JSON in which every character can be seen; the others are written as JSON escapes them."""
    text = json.dumps(value, ensure_ascii=False, indent=1)
    if not text.replace("\n", "").isprintable():
        text = "".join(one if one.isprintable() or one == "\n" else json.dumps(one)[1:-1] for one in text)
    return text + "\n"


FINDINGS: Mapping[str, Callable[[Iterable[Finding]], str]] = {"text": text, "github": github, "json": as_json}
"""How findings can be written."""


def status_json(found: Iterable[Status]) -> str:
    """The same as the tables of `status`, and the findings, as a JSON list of an object a language."""
    return _json([asdict(one) for one in found])


HEAD = ("language", "translated", "fuzzy", "untranslated", "words", "done", "findings")
"""What the columns of `rows` hold."""


def rows(found: Iterable[Status], *, chapters: bool) -> list[Sequence[str]]:
    """A table's rows, one a language; with ``chapters`` one a file of the book below each."""
    table: list[Sequence[str]] = []
    for one in found:
        to_mend = sum(finding.severity != "notice" for finding in one.findings)
        table.append((one.locale, *_cells(one.book), f"{to_mend}"))
        if chapters:
            table += [(f"  {part.path}", *_cells(part), "") for part in one.files]
    return table


def lines(found: Iterable[Status]) -> list[str]:
    """What there is to say below the table, a line each."""
    return [
        f"{one.locale}: pictures that other languages have in a form of their own: {one.pictures}"
        for one in found
        if one.pictures
    ]


def _cells(part: Progress) -> tuple[str, ...]:
    return (
        f"{part.translated}",
        f"{part.fuzzy}",
        f"{part.untranslated}",
        f"{part.words_translated} of {part.words}",
        f"{part.percent} %",
    )
