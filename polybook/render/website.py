"""What stands above all editions: the page that leads to each one, and the map of all pages."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from polybook.model import Settings, Status
from polybook.render.html import Download, Page, address, templates, theme
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


def render(
    settings: Settings,
    entries: Sequence[Entry],
    programs: Download | None,
    *,
    status: bool,
    catalog: bool = False,
) -> bytes:
    """Return the page; ``settings`` are the book's own, in its source language.

    Editions of which too little is translated come after those that are released. ``status``: whether there
    is a page for translators to lead to; ``catalog``: whether there is one for reading apps.
    """
    released = [
        entry
        for entry in entries
        if entry.locale == settings.language or entry.percent >= settings.minimum_translated
    ]
    unfinished = [entry for entry in entries if entry not in released]
    return _written(
        "editions.html",
        settings,
        entries,
        programs=programs,
        released=released,
        unfinished=unfinished,
        status=status,
        catalog=catalog,
    )


def missing(settings: Settings, entries: Sequence[Entry]) -> bytes:
    """Return the page that a server shows for an address that is none; it needs the setting base-url."""
    return _written("missing.html", settings, entries)


def sitemap(settings: Settings, sites: Mapping[str, Collection[str]]) -> bytes:
    """Return the list of all pages for search engines, with each page's other languages.

    ``sites`` has the pages' addresses by locale. It needs the setting base-url.
    """
    pages = sorted({href for hrefs in sites.values() for href in hrefs})
    groups = [
        [(words(one).language, address(settings, one, href)) for one in sorted(sites) if href in sites[one]]
        for href in pages
    ]
    text: str = templates().get_template("sitemap.xml").render(settings=settings, groups=groups)
    return text.encode()


def _written(template: str, settings: Settings, entries: Sequence[Entry], **more: object) -> bytes:
    text: str = templates().get_template(template).render(
        settings=settings,
        entries=entries,
        say=words(settings.language),
        page=Page("", settings.description, (), ""),
        style=theme("style.css"),
        script=theme("editions.js"),
        **more,
    )  # fmt: skip
    return text.encode()


def render_status(settings: Settings, found: Sequence[Status]) -> bytes:
    """Return the page for translators: how far each language is, file by file, and every finding."""
    return _written("status.html", settings, (), found=found, words=words)
