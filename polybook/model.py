"""What flows between the stages: frozen values, and the errors that people see.

Every stage takes some of these and returns others. Nothing here is filled in later: a later stage
has a type of its own. Paths are relative to the book's folder, with forward slashes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Programs = Mapping[str, bytes]
"""The files of ``examples/`` as they were when the command began, by their path there."""

Tree = list[Any]
"""A pandoc syntax tree: a list of blocks as pandoc's JSON has them (``{"t": ..., "c": ...}``)."""

Severity = Literal["error", "warning"]


@dataclass(frozen=True)
class Finding:
    """One thing that a check reports, and where."""

    code: str
    """A stable name for the kind of finding, such as ``link-target``."""

    text: str
    """What is wrong, as one sentence without a full stop."""

    path: str = ""
    """The file to look into; empty where there is none."""

    line: int = 0
    """The line in that file, counted from 1; 0 where no line is to blame."""

    hint: str = ""
    """What to do about it."""

    severity: Severity = "error"

    def __str__(self) -> str:
        # A file's name may hold what would break the line or turn it around.
        path = "".join(one if one.isprintable() else ascii(one)[1:-1] for one in self.path)
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


@dataclass(frozen=True)
class Limits:
    """What the programs that Polybook runs may use; what wants more is ended. From ``[tool.polybook]``."""

    chapter_size: int = 1024
    """How large a chapter's file may be, in KB. All formats of one of that size take a minute and 3 GB."""

    example_seconds: float = 10
    """How long an example may run, by the wall clock."""

    example_output: int = 64
    """How much it may print, in KB, to each of its two streams."""

    example_files: int = 1
    """How much it may write into files altogether, in MB."""

    example_memory: int = 2048
    """How much memory each of its processes may ask for, in MB; where that can be told, on Linux."""

    pandoc_seconds: float = 300
    """How long one pandoc process may run, by the wall clock."""

    pandoc_memory: int = 3072
    """How much memory it may use, in MB."""


LIMITS = Limits()
"""What is allowed where a book says nothing."""


@dataclass(frozen=True)
class Settings:
    """The book's own settings, from ``[tool.polybook]`` in its pyproject.toml."""

    name: str
    """What the artifacts are called: ``<name>-<language>.epub``."""

    title: str
    language: str
    """The language the chapters are written in."""

    identifier: str
    """A URI that stays the same for ever; each edition's identifier comes of it."""

    subtitle: str = ""
    description: str = ""
    authors: tuple[str, ...] = ()
    rights: str = ""
    date: str = ""
    """The date of this state of the book, ``YYYY-MM-DD``."""

    paper: str = "a4"
    """The PDF's paper: ``a4``, ``us-letter`` or ``6x9in``."""

    base_url: str = ""
    """Where ``output/`` will be on the web, as a URL that ends in ``/``; empty where nobody knows. What
    readers take away (EPUB, PDF) can lead to the programs only where this is set."""

    minimum_translated: int = 80
    """Of a hundred messages, how many must be translated for an edition to be listed as released."""

    fonts: tuple[str, ...] = ()
    """Folders of fonts for the PDF, beside those that Polybook brings."""

    limits: Limits = LIMITS
    """Settings of their own, each by its name."""


@dataclass(frozen=True)
class Theme:
    """What a book changes of the looks: the files of its folder ``theme/``."""

    files: tuple[tuple[str, bytes], ...] = ()
    """By their path there, sorted. A pair a file, so that a theme can be told from others by its hash."""

    def has(self, name: str) -> bool:
        """Whether the book has its own file ``name``."""
        return any(name == path for path, _ in self.files)

    def find(self, name: str) -> bytes:
        """The book's own file ``name``; raises KeyError where it has none."""
        return dict(self.files)[name]


@dataclass(frozen=True)
class Chapter:
    """One file of ``source/``."""

    path: str
    name: str
    """The file's name without number and ending: the chapter's page and anchor in every language."""

    text: str


@dataclass(frozen=True)
class Book:
    """All that the authors wrote."""

    settings: Settings
    chapters: tuple[Chapter, ...]
    figures: Mapping[str, bytes]
    """The pictures of ``source/``, by their path relative to ``source/``."""

    theme: Theme = field(default_factory=Theme)


@dataclass(frozen=True)
class Ran:
    """A step that a build had to do, and why."""

    step: str
    """What was done: ``translate``."""

    of: str
    """What it was done to: ``ja source/05-queues.md``."""

    reason: str
