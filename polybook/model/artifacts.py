"""What a build made, and which steps it had to do for that."""

from __future__ import annotations

from dataclasses import dataclass

from polybook.model.findings import Finding


@dataclass(frozen=True)
class Ran:
    """A step that a build had to do, and why."""

    step: str
    """What was done: ``translate``."""

    of: str
    """What it was done to: ``ja source/05-queues.md``."""

    reason: str


@dataclass(frozen=True)
class Artifact:
    """A file, or folder of files, that a build made."""

    locale: str
    format: str
    path: str
    size: int
    """In bytes."""

    seconds: float


@dataclass(frozen=True)
class Built:
    """What a build made, and what it has to say of the book and its translations."""

    artifacts: tuple[Artifact, ...]
    findings: tuple[Finding, ...]
    """Warnings: what it left out, or shows otherwise than it stands."""

    unreadable: tuple[Finding, ...] = ()
    """Catalogs that cannot be read: their languages are not among the artifacts."""

    failed: tuple[Finding, ...] = ()
    """Why some artifacts of the other languages are not among them either."""

    ran: tuple[Ran, ...] = ()
    """The steps that had to be done."""
