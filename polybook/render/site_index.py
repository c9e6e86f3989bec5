"""What stands above all editions: the page that leads to each one, and the map of all pages."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from polybook.model.book import Settings, Theme
from polybook.model.catalog import Status
from polybook.render import themes
from polybook.render.site import Download, Page, address, fill
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
    words: Words
    """The theme's words in the edition's language."""

    @property
    def percent(self) -> int:
        """How much of it is translated; 100 only where all is."""
        return self.translated * 100 // self.messages if self.messages else 100


def render(
    settings: Settings,
    theme: Theme,
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
        theme,
        entries,
        programs=programs,
        released=released,
        unfinished=unfinished,
        status=status,
        catalog=catalog,
    )


def missing(settings: Settings, theme: Theme, entries: Sequence[Entry]) -> bytes:
    """Return the page that a server shows for an address that is none; it needs the setting base-url."""
    return _written("missing.html", settings, theme, entries)


def sitemap(settings: Settings, theme: Theme, sites: Mapping[str, Collection[str]]) -> bytes:
    """Return the list of all pages for search engines, with each page's other languages.

    ``sites`` has the pages' addresses by locale. It needs the setting base-url.
    """
    pages = sorted({href for hrefs in sites.values() for href in hrefs})
    groups = [
        [(words(one).language, address(settings, one, href)) for one in sorted(sites) if href in sites[one]]
        for href in pages
    ]
    return themes.fill(theme, "html", "sitemap.xml", settings=settings, groups=groups).encode()


def _written(
    template: str, settings: Settings, theme: Theme, entries: Sequence[Entry], **more: object
) -> bytes:
    return fill(
        theme,
        template,
        style=themes.text(theme, "html/style.css", "html/book.css"),
        script=themes.text(theme, "html/editions.js"),
        settings=settings,
        entries=entries,
        say=words(settings.language, theme),
        page=Page("", settings.description, (), ""),
        up="",
        **more,
    )


def render_status(settings: Settings, theme: Theme, found: Sequence[Status]) -> bytes:
    """Return the page for translators: how far each language is, file by file, and every finding."""
    return _written("status.html", settings, theme, (), found=found, words=partial(words, theme=theme))
