"""What an import did, as a file for people and as lines for a terminal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from polybook.importers.plan import Lost


class Report(NamedTuple):
    """What was done to a book that came in."""

    lineage: str
    title: str
    chapters: int
    pictures: int
    changes: Mapping[str, int]
    """How many of each kind."""

    lost: tuple[Lost, ...]
    told: tuple[str, ...]
    """What was taken for granted, as sentences without a full stop."""

    beside: tuple[str, ...] = ()
    """New chapters that stand beside edited ones."""

    then: tuple[str, ...] = ()
    """Commands that bring translations in."""


def text(report: Report) -> str:
    """The report as Markdown."""
    lines = [
        f"# Import of {report.title}",
        "",
        (
            f"Read as: {report.lineage}. Chapters: {report.chapters}. Pictures and other files: "
            f"{report.pictures}."
        ),
    ]
    if report.told:
        lines += ["", *(f"- {one[:1].upper()}{one[1:]}." for one in report.told)]
    lines += ["", "## Changes", ""]
    if report.changes:
        lines += ["| What | How many |", "| --- | ---: |"]
        lines += [f"| {_cell(kind)} | {count} |" for kind, count in sorted(report.changes.items())]
    else:
        lines.append("None.")
    lines += ["", "## Not carried over", ""]
    if report.lost:
        lines += [f"- `{_code(_where(one))}`: {_inline(one.what)}" for one in in_order(report.lost)]
    else:
        lines.append("Nothing.")
    if report.beside:
        lines += ["", "## Edited here, and new in SOURCE", ""]
        lines += [f"- `{_code(path)}`" for path in report.beside]
    if report.then:
        lines += ["", "## Translations", "", "```sh", *report.then, "```"]
    return "\n".join(lines) + "\n"


def in_order(lost: Sequence[Lost]) -> list[Lost]:
    """What was lost, by file and line."""
    return sorted(dict.fromkeys(lost))


def lines(report: Report, file: str) -> list[str]:
    """The report in a few lines; ``file`` has the whole."""
    found = [
        f"read as {report.lineage}: {report.chapters} chapters, {report.pictures} pictures and other files"
    ]
    found += report.told
    found += [f"{count:>6}  {kind}" for kind, count in sorted(report.changes.items())]
    found.append(f"not carried over: {len(report.lost)}" + (f"; {file} names each" if report.lost else ""))
    found += [f"edited here, and new in SOURCE: {path}" for path in report.beside]
    if report.then:
        found += ["translations that SOURCE has come in with:", *(f"  {one}" for one in report.then)]
    return found


def _where(lost: Lost) -> str:
    path, line = lost.origin
    return f"{path}:{line}" if line else path


def _code(text: str) -> str:
    return "".join(one if one.isprintable() else ascii(one)[1:-1] for one in text).replace("`", "'")


def _inline(text: str) -> str:
    clean = "".join(one if one.isprintable() else ascii(one)[1:-1] for one in text)
    return "".join(f"\\{one}" if one in "\\`*_[]<>|{}$~^" else one for one in clean)


def _cell(text: str) -> str:
    return _inline(text)
