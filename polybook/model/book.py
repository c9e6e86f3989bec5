"""What the authors wrote: settings, chapters, figures, programs, theme.

Paths are relative to the book's folder, with forward slashes.
"""

from __future__ import annotations

import posixpath
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from polybook.model import layout
from polybook.model.catalog import Waiver
from polybook.model.findings import Finding

Programs = Mapping[str, bytes]
"""The files of ``examples/`` as they were when the command began, by their path there."""


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


PAPERS = {
    "a4": (210, 297),
    "a5": (148, 210),
    "us-letter": (215.9, 279.4),
    "6x9in": (152.4, 228.6),
    "7x10in": (177.8, 254),
}
"""Papers of PDFs: their width and height in millimetres."""


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
    """The PDF's paper, one of `PAPERS`."""

    print: bool = False
    """Whether the PDF is for a printer of black ink: nothing but the cover is coloured or shaded."""

    base_url: str = ""
    """Where ``output/`` will be on the web, as a URL that ends in ``/``; empty where nobody knows. What
    readers take away (EPUB, PDF) can lead to the programs only where this is set."""

    minimum_translated: int = 80
    """Of a hundred messages, how many must be translated for an edition to be listed as released."""

    fonts: tuple[str, ...] = ()
    """Folders of fonts for the PDF, beside those that Polybook brings."""

    heading_anchors: str = "polybook"
    """By which rule headings are named in addresses, as `chapters.slugs` has them."""

    number: str = "chapters"
    """What has numbers, beside what has a caption: ``chapters``, ``sections`` (these and chapters) or
    ``none``."""

    python_needs_programs: bool = False
    """Whether Python that no program stands behind is an error."""

    unchecked_links: tuple[str, ...] = ()
    """Addresses on the web, with ``*`` for any part, that `check --links` does not ask for."""

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


class FrontMatter(NamedTuple):
    """What a chapter's file says of it above its text, as far as any format has room for it."""

    title: str = ""
    """Plain text: the chapter's title, where its text has no heading of level 1."""

    title_line: int = 0
    """In which line of the file it stands."""

    description: str = ""
    description_line: int = 0
    authors: tuple[str, ...] = ()
    date: str = ""
    aliases: tuple[str, ...] = ()
    """Former addresses of its page on the site: ``old-name.html``."""

    aliases_line: int = 0


NO_FRONT_MATTER = FrontMatter()


@dataclass(frozen=True)
class Chapter:
    """One file of ``source/``."""

    path: str
    name: str
    """What its page is called in every language, without an ending, in the folders of the site:
    ``core/queues``. `book.order` says how it comes of the path."""

    text: str
    """With empty lines in place of the front matter, so that lines are counted as in the file."""

    front: FrontMatter = NO_FRONT_MATTER

    @property
    def file(self) -> str:
        """Its path in ``source/``, as links from there name it."""
        return self.path.removeprefix(f"{layout.SOURCE}/")

    def leading_to(self, file: str) -> str:
        """The address by which its text names a file of ``source/``.

        >>> Chapter("source/core/a.md", "core/a", "").leading_to("figures/b.svg")
        '../figures/b.svg'
        """
        return posixpath.relpath(file, posixpath.dirname(self.file) or ".")


Matter = Literal["front", "body", "back"]
"""Where in a book a chapter stands: front and back matter have no numbers."""


Kind = Literal["part", "chapter", "draft"]
"""What contents name. A draft is a title without a chapter."""


class OrderEntry(NamedTuple):
    """A line of the book's order."""

    kind: Kind
    title: str
    """Plain text: as SUMMARY.md has it, or of a part that is a folder the folder's name. Empty where the
    chapter's own title counts."""

    path: str
    """The chapter's; of a part, that of the chapter it opens with; empty where there is none."""

    depth: int
    """In how many other entries it lies, parts among them; 0 stands at the top of the contents."""

    matter: Matter = "body"
    origin: str = ""
    """The file that the title stands in; of a part that is a folder, the folder."""

    line: int = 0
    """Where in that file; 0 in none."""


FIGURE_ENDINGS = frozenset({".svg", ".png", ".jpg", ".jpeg", ".gif", ".webp", ".avif"})
"""What the names of pictures end with; in letters of either case."""


@dataclass(frozen=True)
class Book:
    """All that the authors wrote, as far as it can be read."""

    settings: Settings
    chapters: tuple[Chapter, ...]
    """In reading order."""

    figures: Mapping[str, bytes]
    """The pictures of ``source/``, by their path relative to ``source/``."""

    files: Mapping[str, bytes] = field(default_factory=dict)
    """Other files of ``source/`` that a chapter names, by their path there."""

    theme: Theme = field(default_factory=Theme)
    programs: Programs = field(default_factory=dict)
    requirements: tuple[str, ...] = ()
    """What the programs need, as pip reads it."""

    forms: Mapping[str, Mapping[str, bytes]] = field(default_factory=dict)
    """Pictures in a language, by the path of the one that each stands in the place of and by its language:
    ``pt-br``. They are not among its figures."""

    variables: Mapping[str, str] | None = None
    """What ``{{ name }}`` stands for in chapters; None for a book in which that is text."""

    order: tuple[OrderEntry, ...] = ()
    """What its contents name, from first to last: each of the chapters once, parts and drafts among them. An
    entry may name a chapter that cannot be read."""

    waivers: tuple[Waiver, ...] = ()
    """What translations are allowed to do."""

    findings: tuple[Finding, ...] = ()
    """What is wrong with its files."""

    unread: frozenset[str] = frozenset()
    """The paths of files that are chapters and cannot be read: what they hold is not known to be missing."""
