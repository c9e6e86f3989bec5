"""What a construct may know of the book that it stands in."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from polybook.importers.plan import Plan
from polybook.importers.source import MARKDOWN, Shelf, ending

_UNFIT = re.compile(r"[^\w.-]+")
_RESERVED = {"con", "prn", "aux", "nul"}


@dataclass(frozen=True)
class Around:
    """A book on its way in."""

    shelf: Shelf
    plan: Plan
    homes: Mapping[str, str]
    """Where each chapter goes: from its file in SOURCE to its path below ``source/``."""

    language: str
    labels: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    """What cross-references may name: to the chapter's file in SOURCE, and the identifier there."""

    captions: Mapping[str, str] = field(default_factory=dict)
    """The words of what stands in place of figures that a program would draw, by their labels."""

    headings: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    """Headings by their words (`references.fold`): the chapter's file in SOURCE, and what leads there."""

    emoji: Mapping[str, str] = field(default_factory=dict)
    """What names of emoji stand for: ``tada``."""

    cited: Mapping[str, str] = field(default_factory=dict)
    """What citations become, by what stands in the text."""

    cited_keys: set[str] = field(default_factory=set)
    """What the bibliographies know."""

    @cached_property
    def taken(self) -> Mapping[str, str]:
        """From the homes, without their endings, of files that links may name, to the files in SOURCE."""
        exact = {re.sub(r"\.\w+$", "", path): path for path in self.homes}
        bare = {re.sub(r"(^|/)\d+[-_.]+(?=[^/]*$)", r"\1", name): path for name, path in exact.items()}
        return {**bare, **exact}

    def chapter(self, path: str, target: str) -> str:
        """The chapter's file in SOURCE that a link in the file ``path`` leads to; empty for none."""
        base = self.plan.home if target.startswith("/") else posixpath.dirname(path)
        joined = posixpath.normpath(posixpath.join(base, target.lstrip("/")))
        joined = "" if joined == "." else joined
        for one in (joined, joined.rstrip("/")):
            if one in self.homes:
                return one
        bare = re.sub(r"\.(?:html?|md|qmd|Rmd|markdown)$", "", joined)
        for name in (bare, *(posixpath.join(bare, name) for name in ("README", "index", "_index", "readme"))):
            if name in self.taken:
                return self.taken[name]
        return ""

    def between(self, path: str, other: str) -> str:
        """How the chapter ``path`` writes where another is, both as files in SOURCE."""
        own, its = self.homes[path], self.homes[other]
        return "" if own == its else posixpath.relpath(its, posixpath.dirname(own) or ".")


def homes_of(plan: Plan, chapters: Sequence[str]) -> dict[str, str]:
    """Where each chapter goes: its own path below the book's folder, in letters that names may have."""
    found: dict[str, str] = {}
    taken = {"summary"}  # that is the book's order
    for path in chapters:
        begin = f"{plan.home}/" if plan.home else ""
        own = path.removeprefix(begin) if path.startswith(begin) else path
        bare = re.sub(r"\.\w+$", "", own) if ending(own) in {*MARKDOWN, ".txt", ".text"} else own
        name = "/".join(map(_fit, bare.split("/")))
        count, base = 2, name
        while _same(name) in taken:
            name, count = f"{base}-{count}", count + 1
        taken.add(_same(name))
        found[path] = f"{name}.md"
    return found


def _fit(part: str) -> str:
    fit = _UNFIT.sub("-", part).strip("-.") or "chapter"
    return f"{fit}-chapter" if fit.lower() in _RESERVED else fit


def _same(name: str) -> str:
    """A name as disks that do not tell capitals know it; a folder has one opening."""
    if re.fullmatch(r"readme|index|_index", name.lower()):
        return "introduction"  # what the page of the book's own opening is called
    return re.sub(r"(^|/)(?:readme|index|_index)$", r"\1", name.lower())
