"""What a check reports, and the errors that people see."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Severity = Literal["error", "warning", "notice"]
"""A notice is nothing to mend: something that is as somebody wants it, and that others should know."""


# What services that run checks take for commands in what these print: GitHub's, and Azure's.
_COMMAND = re.compile(r"^([^\S\n]*+):(?=:)|##(?=\[|vso\[)", re.MULTILINE)


def printable(text: str, *, lines: bool = False) -> str:
    r"""Return a text as one line that does nothing to a terminal, a log or a reader's eyes: what is not to be
    seen is written as Python writes it. With ``lines`` its lines stay.

    >>> print(printable("red\x1b[31m\n::error::right\u202eleft"))
    red\x1b[31m\n::error::right\u202eleft
    >>> print(printable("::error:: ##[add-path]x"))
    \x3a:error:: #\x23[add-path]x
    """
    if not text.isprintable():
        text = "".join(
            one if one.isprintable() or (lines and one == "\n") else ascii(one)[1:-1] for one in text
        )
    return _COMMAND.sub(lambda found: f"{found[1]}\\x3a" if found[1] is not None else "#\\x23", text)


_SAID = frozenset({"example", "stale"})
"""The codes of findings that show what a program printed."""


@dataclass(frozen=True)
class Finding:
    """One thing that a check reports, and where.

    Whatever its text and its hint quote of a book is printable. The path is the file's own.
    """

    code: str
    """A stable name for the kind of finding, such as ``link-target``."""

    text: str
    """What is wrong, as one sentence without a full stop; of a program what it said, in its lines."""

    path: str = ""
    """The file to look into; empty where there is none."""

    line: int = 0
    """The line in that file, counted from 1; 0 where no line is to blame."""

    hint: str = ""
    """What to do about it."""

    severity: Severity = "error"

    def __post_init__(self) -> None:
        object.__setattr__(self, "text", printable(self.text, lines=self.code in _SAID))
        object.__setattr__(self, "hint", printable(self.hint))

    def __str__(self) -> str:
        path = printable(self.path)
        place = f"{path}:{self.line}: " if self.line else f"{path}: " if path else ""
        hint = f" Hint: {self.hint}" if self.hint else ""
        end = "" if "\n" in self.text else "."  # what a program said is shown as it said it
        return f"{place}{self.text}{end}{hint}"


class PolybookError(Exception):
    """A mistake that a person can mend. It carries what to tell them; it is never a defect of ours."""

    exit_code = 1

    def __init__(self, *findings: Finding) -> None:
        super().__init__(*findings)
        self.findings = findings

    def __str__(self) -> str:
        return "\n".join(str(finding) for finding in self.findings)


class BookError(PolybookError):
    """The book cannot be built as it stands: settings, chapters, figures, links or catalogs."""


def errors(findings: Iterable[Finding]) -> list[Finding]:
    """Return those of ``findings`` that nothing can be made with, each once; the others are warnings."""
    return [finding for finding in dict.fromkeys(findings) if finding.severity == "error"]


def refuse(findings: Iterable[Finding]) -> None:
    """Raise BookError with all errors among ``findings``; return where there is none."""
    if found := errors(findings):
        raise BookError(*found)


class UsageError(PolybookError):
    """The command asks for what this book does not have."""

    exit_code = 2


class ExampleError(PolybookError):
    """An example's program failed, or did what an example may not do."""

    exit_code = 3


class StrictError(PolybookError):
    """A strict build found untranslated or broken messages."""

    exit_code = 4


class CheckError(PolybookError):
    """A check found something."""

    exit_code = 5
