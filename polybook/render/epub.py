"""An edition as an EPUB 3: templates make the pages of its chapters, and the package around them."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import Any

from polybook.model.edition import Edition
from polybook.render import blocks, cover, epub_pages, epub_split, labels, pictures, svg, themes
from polybook.render.epub_pages import EpubPage, NavEntry
from polybook.render.subject_index import is_index
from polybook.render.words import Words, words
from polybook.system import fingerprints
from polybook.system.cache import Step, Store, digest, digest_of


def render(
    edition: Edition, programs: str, fonts: Sequence[Path], moment: datetime | None, store: Store
) -> bytes:
    """Return the EPUB. ``programs`` is the URL of the book's programs, or empty; ``fonts`` are folders with
    font files for the cover, beside the theme's own; ``moment`` is when it was last changed, None for the
    midnight of the edition's date.

    Raises BookError naming a chapter that shows what is no picture of the book.
    """
    say = words(edition.locale, edition.theme)
    chapters = epub_pages.pages(edition, say, store)
    entries, lists = epub_pages.contents(edition, chapters), _lists(edition, say, store)
    pages, moved = epub_split.split(edition, chapters, [*entries, *lists.values()])
    shown = sorted({path for page in pages for path in page.pictures})
    settings = edition.settings
    shared = {
        "say": say,
        "settings": settings,
        "identifier": blocks.identifier(settings.identifier, edition.locale),
        "modified": _modified(settings.date, moment),
        "programs": programs,
        "percent": edition.translated * 100 // edition.messages if edition.messages else 100,
        "front": cover.words_on(settings),
        "chapters": pages,
        "contents": moved[: len(entries)],
        "lists": list(zip(lists, moved[len(entries) :], strict=True)),
        "index": moved[len(entries) - 1] if is_index(edition.chapters[-1]) else None,
        "start": next((page for page in pages if page.part == "bodymatter"), pages[0]),
        "pictures": [
            (f"text/{pictures.address(path)}", _media_type(path)) for path in map(pictures.packed_path, shown)
        ],
        "access": list(_access(pages, say)),
    }

    def fill(name: str, **more: Any) -> bytes:
        return themes.fill(edition.theme, "epub", name, **shared, **more).encode()

    files = {f"EPUB/text/{pictures.packed_path(path)}": _figure(path, edition) for path in shown}
    front = cover.render(edition, fonts, store)
    inputs = {
        "polybook": fingerprints.code("render"),
        "theme": themes.stamp(edition.theme, "epub", "locales"),
        "tools": fingerprints.of("jinja2", "babel", "pillow"),
        "cover": digest(front),
        "chapters": digest_of(pages),
        "figures": digest_of({path: digest(content) for path, content in files.items()}),
        "settings": digest_of({**shared, "say": "", "start": "", "settings": settings}),
    }

    def pack() -> bytes:
        return _archive(
            {
                "META-INF/container.xml": fill("container.xml"),
                **{f"EPUB/{name}": fill(name) for name in ("package.opf", "nav.xhtml", "toc.ncx")},
                "EPUB/style.css": themes.text(edition.theme, "epub/style.css", "epub/book.css").encode(),
                "EPUB/cover.png": front,
                "EPUB/cover.xhtml": fill("cover.xhtml"),
                "EPUB/title.xhtml": fill("title.xhtml"),
                **{f"EPUB/{page.href}": fill("chapter.xhtml", chapter=page) for page in pages},
                **files,
            }
        )

    return bytes(store.one(Step("epub", edition.locale, inputs), pack))


def _archive(contents: Mapping[str, bytes]) -> bytes:
    """The files in a zip archive; the same bytes each time."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        # The format wants the mimetype first and uncompressed.
        for name, content in {"mimetype": b"application/epub+zip", **contents}.items():
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            entry.external_attr = 0o644 << 16
            is_packed = name == "mimetype" or name.endswith((".png", ".jpg", ".jpeg", ".gif", ".webp"))
            entry.compress_type = zipfile.ZIP_STORED if is_packed else zipfile.ZIP_DEFLATED
            archive.writestr(entry, content, compresslevel=9)
    return out.getvalue()


def _lists(edition: Edition, say: Words, store: Store) -> dict[str, NavEntry]:
    """The lists of what has a caption, by its kind: each an entry that holds the others."""
    homes = blocks.homes(edition, blocks.outlines(edition, store), epub_pages.page_path)

    def entry(one: labels.Entry) -> NavEntry:
        return NavEntry(f"text/{homes[one.anchor].page}#{one.anchor}", one.title, "", (), one.name)

    found = labels.lists(edition.labels, say)
    return {
        kind: NavEntry("", say(labels.LISTS[kind]), "", tuple(map(entry, entries)))
        for kind, entries in found.items()
    }


# ---- the package ---------------------------------------------------------------------------


def _modified(date: str, moment: datetime | None) -> str:
    """When the edition was last changed (UTC)."""
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}" if moment else f"{date or '1980-01-01'}T00:00:00Z"


def _access(pages: Sequence[EpubPage], say: Words) -> list[tuple[str, str]]:
    """What schema.org's words say of how this edition can be read."""
    has_pictures = any(page.pictures for page in pages)
    has_formulas = any("mathml" in page.properties for page in pages)
    moves = any(path.lower().endswith(".gif") for page in pages for path in page.pictures)
    return [
        ("accessMode", "textual"),
        *([("accessMode", "visual")] if has_pictures else []),
        ("accessModeSufficient", "textual"),
        *([("accessModeSufficient", "textual,visual")] if has_pictures else []),
        ("accessibilityFeature", "tableOfContents"),
        ("accessibilityFeature", "readingOrder"),
        ("accessibilityFeature", "structuralNavigation"),
        ("accessibilityFeature", "displayTransformability"),
        ("accessibilityFeature", "ARIA"),
        *([("accessibilityFeature", "alternativeText")] if has_pictures else []),
        *([("accessibilityFeature", "MathML")] if has_formulas else []),
        ("accessibilityHazard", "unknown" if moves else "none"),  # nobody has looked whether a GIF flashes
        (
            "accessibilitySummary",
            say("All text can be read aloud and resized; every picture has a description."),
        ),
    ]


def _figure(path: str, edition: Edition) -> bytes:
    content = edition.figures[path]
    if not path.lower().endswith(".svg"):
        return pictures.common(path, content)
    return svg.finished(svg.with_fonts(content, "sans-serif", "monospace"))


def _media_type(path: str) -> str:
    """The media type of a picture, by its ending."""
    ending = PurePosixPath(path).suffix.lower().lstrip(".")
    return "image/" + {"svg": "svg+xml", "jpg": "jpeg"}.get(ending, ending)
