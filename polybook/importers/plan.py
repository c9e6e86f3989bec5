"""What a lineage's files say of a book: its chapters in their order, its settings, its variables."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, NamedTuple

from polybook.importers.drafts import Origin

Kind = Literal["chapter", "part", "draft", "rule"]


class Entry(NamedTuple):
    """A line of the contents."""

    kind: Kind
    title: str = ""
    """Markdown; empty where the chapter's own is meant."""

    path: str = ""
    """The chapter's file in SOURCE."""

    level: int = 0
    """How deep it is nested."""

    listed: bool = True
    """Whether it is numbered: not what stands before the first or after the last list."""

    appendix: bool = False


class Lost(NamedTuple):
    """What could not be carried over."""

    origin: Origin
    """Its line is 0 where no line is to blame."""

    what: str


class About(NamedTuple):
    """What a book says of itself; empty where it says nothing."""

    title: str = ""
    subtitle: str = ""
    description: str = ""
    authors: tuple[str, ...] = ()
    language: str = ""
    rights: str = ""
    date: str = ""
    url: str = ""


class Plan(NamedTuple):
    """A book's order."""

    lineage: str
    home: str
    """The folder in SOURCE that becomes ``source/``; empty for SOURCE itself."""

    entries: tuple[Entry, ...]
    about: About = About()
    config: str = ""
    """The file that the order was read from."""

    kept: str = ""
    """The file that is a SUMMARY.md already, as Polybook reads it."""

    variables: Mapping[str, str] = {}
    bibliography: tuple[str, ...] = ()
    style: str = ""
    """The file of the citation style."""

    aliases: Mapping[str, tuple[str, ...]] = {}
    """Former addresses of a chapter's page, by its file in SOURCE."""

    dollars: bool = True
    """Whether text between dollars is a formula."""

    captions: bool = False
    """Whether the words of a picture alone in its paragraph are its caption, as pandoc has it."""

    whole: str = ""
    """The file that holds all chapters, where one does."""

    lost: tuple[Lost, ...] = ()

    @property
    def chapters(self) -> tuple[str, ...]:
        """The files of the chapters, each once, in order."""
        return tuple(dict.fromkeys(entry.path for entry in self.entries if entry.kind == "chapter"))
