"""The book in one language: all that a renderer needs to know."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from polybook.model.book import Kind, Matter, Settings, Theme
from polybook.model.nodes import Tree, read_tree


class Label(NamedTuple):
    """What a place of the book is called: a heading, or what has a caption."""

    kind: str
    """``chapter``, ``section``, ``figure``, ``table`` or ``listing``."""

    number: tuple[int, ...] = ()
    """Its own after those of what it stands in: of section 3.2 these are 3 and 2. Empty where it has none."""

    is_lettered: bool = False
    """Whether the first of its numbers is shown as a letter: it is an appendix, or in one."""

    title: str = ""
    """Its words in the edition's language: the heading, or the caption."""


Labels = Mapping[str, Label]
"""What places are called, by their anchors, in the order of the book."""


class IndexMark(NamedTuple):
    """A place that an entry of the subject index leads to."""

    anchor: str
    entry: str
    """As `markup.index_marks` reads it, in the edition's language where it is translated."""

    language: str
    """The language that the entry is in, where that is not the edition's; else empty."""

    section: str
    """The anchor of the heading above it."""

    title: str
    """Plain text: that of this heading."""

    title_language: str
    """As ``language``."""


@dataclass(frozen=True)
class EditionChapter:
    """A chapter in one language, proven to have the structure of its source."""

    name: str
    title: str
    json: str
    """Its blocks as JSON: a tree in memory takes twenty times as much, and most builds need few of them."""

    untranslated: int
    """How many of its messages fell back to the source language."""

    digest: str
    """Of all this: what is made of the same chapter again is the same."""

    description: str = ""
    """What its front matter says of it, in the edition's language."""

    authors: tuple[str, ...] = ()
    """Its own, by its front matter."""

    date: str = ""
    """As its front matter has it."""

    aliases: tuple[str, ...] = ()
    """Former addresses of its page."""

    path: str = ""
    """Its file in the book."""

    entries: tuple[IndexMark, ...] = ()
    """What the subject index has of it."""

    @property
    def blocks(self) -> Tree:
        """Without source positions; headings carry the source's identifiers, fallbacks their language.

        A copy each time, to be changed at will.
        """
        return read_tree(self.json)


class ContentsEntry(NamedTuple):
    """A line of an edition's contents."""

    kind: Kind
    title: str
    """Plain text, in the edition's language where it is translated."""

    chapter: int | None
    """Which chapter of the edition it leads to, counted from 0; of a part, the one that it opens with."""

    depth: int
    """In how many other entries it lies, parts among them."""

    matter: Matter
    language: str = ""
    """The language of a title that is no chapter's, where it is not the edition's; else empty."""


@dataclass(frozen=True)
class Edition:
    """The book in one locale: all that a renderer needs to know."""

    locale: str
    settings: Settings
    """With title, subtitle and description in the edition's language."""

    chapters: tuple[EditionChapter, ...]
    """In reading order."""

    figures: Mapping[str, bytes]
    translated: int
    """How many of its messages are translated."""

    messages: int
    """How many messages the book has."""

    theme: Theme = field(default_factory=Theme)
    files: Mapping[str, bytes] = field(default_factory=dict)
    """Other files that its chapters link to, as `Book.files`."""

    contents: tuple[ContentsEntry, ...] = ()
    """What its contents name, from first to last: each chapter once, parts and drafts among them."""
    labels: Labels = field(default_factory=dict)
    """What formats show before headings and captions, and in the place of links without words."""

    @property
    def percent(self) -> int:
        """How much of it is translated; 100 only where all is."""
        return self.translated * 100 // self.messages if self.messages else 100
