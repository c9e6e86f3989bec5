"""The page above all editions: it names the languages and leads to each one's site and files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from polybook.model import Settings, Status
from polybook.render.html import Download, style, templates
from polybook.render.words import Words, words


@dataclass(frozen=True)
class Entry:
    """One edition, as the page lists it."""

    locale: str
    title: str
    subtitle: str
    translated: int
    messages: int
    site: str
    """The address of its first page; empty where it was not built."""

    downloads: tuple[Download, ...]

    @property
    def words(self) -> Words:
        """The theme's words in the edition's language."""
        return words(self.locale)

    @property
    def percent(self) -> int:
        """How much of it is translated; 100 only where all is."""
        return self.translated * 100 // self.messages if self.messages else 100


def render(settings: Settings, entries: Sequence[Entry], programs: Download | None) -> bytes:
    """Return the page; ``settings`` are the book's own, in its source language."""
    template = templates().get_template("editions.html")
    page: str = template.render(
        settings=settings, entries=entries, programs=programs, say=words(settings.language), style=style()
    )
    return page.encode()


def render_status(settings: Settings, found: Sequence[Status]) -> bytes:
    """Return the page for translators: how far each language is, file by file, and every finding."""
    template = templates().get_template("status.html")
    page: str = template.render(
        settings=settings, found=found, words=words, say=words(settings.language), style=style()
    )
    return page.encode()
