"""An edition as a website: a page a chapter, and a first page with its contents."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from html import escape
from pathlib import Path
from typing import Any

from polybook.markup import Node, each, plain
from polybook.model import Edition, EditionChapter, Tree
from polybook.render import fragments, svg, xhtml
from polybook.render.words import words

THEME = Path(__file__).with_name("theme")


@dataclass(frozen=True)
class Download:
    """A file that a reader can take away."""

    format: str
    """What it is, for people: ``EPUB``."""

    href: str
    """Its address, relative to the page that names it."""

    size: int
    """In bytes; 0 where it is not known."""


@dataclass(frozen=True)
class Page:
    """What a template knows of one chapter's page."""

    name: str
    title: str
    sections: tuple[tuple[str, str], ...]
    """Anchor and title of the chapter's sections."""

    href: str


@cache
def templates() -> Any:
    """The theme's templates (Jinja2, everything escaped unless marked as markup)."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    return Environment(
        loader=FileSystemLoader(THEME / "html"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def style() -> str:
    """The site's style sheet. It stands in each page: a page is complete wherever it is opened from."""
    return "".join((THEME / "html" / name).read_text("utf-8") for name in ("style.css", "code.css"))


def render(edition: Edition, downloads: Sequence[Download], others: Sequence[str]) -> dict[str, bytes]:
    """Return the site's files by path.

    ``downloads`` are the edition's files, ``others`` the locales of the book's other editions.
    """
    say = words(edition.locale)
    pages = [_page(chapter) for chapter in edition.chapters]
    home = {
        anchor: page.href
        for page, chapter in zip(pages, edition.chapters, strict=True)
        for anchor in _anchors(chapter)
    }

    def show(path: str, alt: str) -> str:
        if path.endswith(".svg"):
            return svg.inline(edition.figures[path], alt)
        return f'<img src="{escape(path)}" alt="{escape(alt)}" loading="lazy">'

    trees = [_relink(chapter, home) for chapter in edition.chapters]
    bodies = fragments.write(xhtml.chapters(trees, say, show, scrolls=True), "html5")
    shared = {
        "edition": edition,
        "settings": edition.settings,
        "say": say,
        "pages": pages,
        "downloads": downloads,
        "others": [words(locale) for locale in others],
        "style": style(),
        "script": (THEME / "html/page.js").read_text("utf-8"),
    }
    files = {}
    page_template = templates().get_template("page.html")
    for place, (chapter, page, body) in enumerate(zip(edition.chapters, pages, bodies, strict=True)):
        files[page.href] = page_template.render(
            **shared,
            page=page,
            body=body,
            untranslated=fragments.untranslated_note(say, chapter.untranslated),
            previous=pages[place - 1] if place else None,
            next=pages[place + 1] if place + 1 < len(pages) else None,
        ).encode()
    files["index.html"] = templates().get_template("index.html").render(**shared, page=None).encode()
    for path, content in edition.figures.items():
        if not path.endswith(".svg"):
            files[path] = content
    return files


def _page(chapter: EditionChapter) -> Page:
    sections = tuple(
        (block["c"][1][0], plain(block["c"][2]))
        for block in chapter.blocks
        if block["t"] == "Header" and block["c"][0] == 2
    )
    return Page(chapter.name, chapter.title, sections, f"{chapter.name}.html")


def _anchors(chapter: EditionChapter) -> list[str]:
    return [node["c"][1][0] for node in each(chapter.blocks) if node["t"] == "Header"]


def _relink(chapter: EditionChapter, home: dict[str, str]) -> Tree:
    """The chapter's blocks, with links into other chapters leading to their pages."""

    def inline(node: Node) -> Tree | None:
        if node["t"] != "Link" or not node["c"][2][0].startswith("#"):
            return None
        own, text, (target, title) = node["c"]
        page = home.get(target[1:], "")
        if page == f"{chapter.name}.html":
            page = ""
        elif page == f"{target[1:]}.html":
            target = ""  # a chapter's own anchor is the top of its page
        return [{"t": "Link", "c": [own, text, [page + target, title]]}]

    return fragments.prepare(chapter.blocks, lambda node: None, inline)
