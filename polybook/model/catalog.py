"""A book's messages, what its catalogs have for them, and how far a translation is."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from polybook.model.findings import Finding

APART = "\x04"
"""What stands in a key between context and text, as in gettext's .mo files."""


SPACE = " \t\n"
"""What is space between words. All other white space means something: U+00A0 holds words together, say."""

_SPACES = re.compile(f"[{SPACE}]+")


def one_line(text: str) -> str:
    """Return a plain text as one line: spaces, tabs and line ends folded to single spaces, none around it.

    >>> one_line(" Pourquoi\\n  pas\\u202f? ")
    'Pourquoi pas\\u202f?'
    """
    return _SPACES.sub(" ", text).strip(" ")


class Message(NamedTuple):
    """One piece of text to translate. A book has tens of thousands."""

    text: str
    """An exact slice of the source, with soft line breaks folded to one space."""

    kind: str
    """What it is, in words a translator knows: ``paragraph``, ``table cell``, ``alt text``, ..."""

    path: str
    line: int
    section: tuple[str, ...] = ()
    """The headings above it, outermost first."""

    note: str = ""
    """What the author has to say to the translator."""

    context: str = ""
    """What tells it from the same text elsewhere (gettext's msgctxt), where the author asks for that."""

    literal: bool = False
    """Whether it is text of HTML's, in which Markdown's marks are letters."""

    @property
    def key(self) -> str:
        """What a catalog knows it by: its text, after its context as gettext's .mo files join the two."""
        return key_of(self.context, self.text)

    @property
    def where(self) -> str:
        """Where it stands, as a translator is told it: ``Queues > Bounded queues, table cell``."""
        return where(self.section, self.kind)


def key_of(context: str, text: str) -> str:
    """What catalogs know a message by: the reverse of `parted`."""
    return f"{context}{APART}{text}" if context else text


def parted(key: str) -> tuple[str, str]:
    """The context and the text of the message that catalogs know by ``key``."""
    context, _, text = key.rpartition(APART)
    return context, text


def where(section: Sequence[str], kind: str) -> str:
    """Where something stands: below which headings, and what it is."""
    return ", ".join(filter(None, (" > ".join(section), kind)))


class Waiver(NamedTuple):
    """What the authors allow one translation to do."""

    language: str
    context: str
    message: str
    finding: str
    """The code of what is allowed, such as ``link-target``."""

    digest: str
    """That of the translation."""

    by: str = ""
    why: str = ""
    line: int = 0
    """Where it stands in ``waivers.toml``."""

    @property
    def key(self) -> str:
        """What a catalog knows its message by."""
        return f"{self.context}{APART}{self.message}" if self.context else self.message


class Translation(NamedTuple):
    """What a catalog has for one message."""

    text: str
    line: int
    """Where its msgstr stands in the .po file."""

    waived: frozenset[str] = frozenset()
    """The codes of findings that the authors allow it."""

    begin: int = 0
    """Where the entry's msgid stands in the .po file."""


@dataclass(frozen=True)
class Catalog:
    """The translations of one locale that are fit for use: neither empty nor fuzzy nor obsolete."""

    locale: str
    path: str
    translations: Mapping[str, Translation]
    """By the messages' keys."""

    fuzzy: Mapping[str, Translation] = field(default_factory=dict)
    """Those that wait for a person's look, by the messages' keys."""

    empty: Mapping[str, Translation] = field(default_factory=dict)
    """The entries without one, by the messages' keys."""

    findings: tuple[Finding, ...] = ()
    """What is odd in the file itself, such as a message that stands in it twice."""

    waivers: tuple[Waiver, ...] = ()
    """What the authors allow in this language, lapsed or not."""


@dataclass(frozen=True)
class Term:
    """A row of a language's glossary."""

    source: str
    target: str
    line: int
    """Where it stands in the file."""


@dataclass(frozen=True)
class Progress:
    """How far something is translated, in messages and in words of the source."""

    path: str
    """The file that the messages stand in; empty for the whole book."""

    translated: int
    fuzzy: int
    untranslated: int
    words: int
    words_translated: int

    @property
    def percent(self) -> int:
        """How much of the words is translated; 100 only where all is."""
        return self.words_translated * 100 // self.words if self.words else 100


@dataclass(frozen=True)
class Status:
    """How far the translation into one language is, and what there is to say of it."""

    locale: str
    book: Progress
    files: tuple[Progress, ...]
    """In the order of the book."""

    findings: tuple[Finding, ...]
    pictures: int = 0
    """How many pictures have a form of their own in another language, and none in this one."""

    @classmethod
    def of_json(cls, known: Mapping[str, Any]) -> Status:
        """The same value, from what `dataclasses.asdict` made of it."""
        return cls(
            known["locale"],
            Progress(**known["book"]),
            tuple(Progress(**part) for part in known["files"]),
            tuple(Finding(**one) for one in known["findings"]),
            known.get("pictures", 0),
        )
