"""An edition as an EPUB 3: pandoc writes the chapters, templates their pages and the package."""

from __future__ import annotations

import io
import os
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from html import escape
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from polybook import versions
from polybook.cache import Step, Store, digest, digest_of
from polybook.languages import Edition, EditionChapter
from polybook.markup import Node, plain
from polybook.model import BookError, Finding, Tree
from polybook.render import cover, fragments, svg, themes, xhtml
from polybook.render.fragments import pairs, raw, raw_inline
from polybook.render.words import Words, words

FRONT = ("foreword", "preface", "introduction")
BACK = ("afterword", "appendix", "acknowledgments", "conclusion")
"""What chapters with these names are. EPUB and DPUB-ARIA have the same words for them."""

PROPERTIES = {"math": "mathml", "svg": "svg", "script": "scripted"}
"""Elements that a reader is told of before it opens a page, and the words for them in the manifest."""


@dataclass(frozen=True)
class Heading:
    """An entry of the contents."""

    href: str
    title: str
    language: str
    """The language it is shown in where that is not the edition's; else empty."""


@dataclass(frozen=True)
class Page:
    """What the templates know of a chapter."""

    href: str
    title: str
    heading: Heading
    sections: tuple[Heading, ...]
    part: str
    """``frontmatter``, ``bodymatter`` or ``backmatter``."""

    body: str
    properties: tuple[str, ...]
    pictures: tuple[str, ...]
    """The paths of the pictures in it."""


def render(edition: Edition, programs: str, fonts: Sequence[Path], store: Store) -> bytes:
    """Return the EPUB. ``programs`` is the URL of the book's programs, or empty; ``fonts`` are folders with
    font files for the cover, beside the theme's own.

    Raises BookError naming a chapter whose raw HTML is no XHTML, or shows what is no picture of the book.
    """
    say = words(edition.locale, edition.theme)
    pages = _pages(edition, say, store)
    pictures = sorted({path for page in pages for path in page.pictures})
    settings = edition.settings
    shared = {
        "say": say,
        "settings": settings,
        "identifier": fragments.identifier(settings.identifier, edition.locale),
        "modified": _modified(settings.date),
        "programs": programs,
        "percent": edition.translated * 100 // edition.messages if edition.messages else 100,
        "front": [text for text in (settings.title, settings.subtitle, ", ".join(settings.authors)) if text],
        "chapters": pages,
        "start": next((page for page in pages if page.part == "bodymatter"), pages[0]),
        "pictures": [(f"text/{path}", xhtml.media_type(path)) for path in pictures],
        "access": list(_access(pages, say)),
    }

    def fill(name: str, **more: Any) -> bytes:
        return themes.fill(edition.theme, "epub", name, **shared, **more).encode()

    shown = {f"EPUB/text/{path}": _figure(path, edition) for path in pictures}
    front = cover.render(edition, fonts, store)
    inputs = {
        "polybook": versions.own("render/*.py"),
        "theme": themes.stamp(edition.theme, "epub", "locales"),
        "tools": versions.of("jinja2", "babel"),
        "cover": digest(front),
        "chapters": digest_of(pages),
        "figures": digest_of({path: digest(content) for path, content in shown.items()}),
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
                **shown,
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
            is_packed = name == "mimetype" or name.endswith((".png", ".jpg", ".jpeg", ".gif"))
            entry.compress_type = zipfile.ZIP_STORED if is_packed else zipfile.ZIP_DEFLATED
            archive.writestr(entry, content, compresslevel=9)
    return out.getvalue()


# ---- the package ---------------------------------------------------------------------------


def _modified(date: str) -> str:
    """When the edition was last changed (UTC): at its date's midnight; SOURCE_DATE_EPOCH comes first."""
    if given := os.environ.get("SOURCE_DATE_EPOCH"):
        return f"{datetime.fromtimestamp(int(given), UTC):%Y-%m-%dT%H:%M:%SZ}"
    return f"{date or '1980-01-01'}T00:00:00Z"


def _access(pages: Sequence[Page], say: Words) -> list[tuple[str, str]]:
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
    if not path.endswith(".svg"):
        return content
    return svg.with_size(svg.with_fonts(content, "sans-serif", "monospace"))


# ---- the chapters --------------------------------------------------------------------------


def _pages(edition: Edition, say: Words, store: Store) -> list[Page]:
    outlines = fragments.outlines(edition, store)
    first = fragments.first_figures(outlines)
    homes = {
        anchor: f"{chapter.name}.xhtml"
        for chapter, outline in zip(edition.chapters, outlines, strict=True)
        for anchor in outline.anchors
    }
    shared = {
        "polybook": versions.own("*.py", "render/*.py", "render/*.lua"),
        "theme": themes.stamp(edition.theme, "locales"),
        "tools": versions.of("pypandoc_binary", "pygments", "babel"),
        "figures": digest_of(sorted(edition.figures)),
    }
    steps = [
        Step(
            "xhtml",
            f"{edition.locale} {chapter.name}",
            {
                **shared,
                "chapter": chapter.digest,
                "numbers": str(first[place]),
                "anchors": digest_of({link: homes.get(link[1:]) for link in outlines[place].links}),
            },
        )
        for place, chapter in enumerate(edition.chapters)
    ]

    def show(path: str, alt: str) -> str:
        return f'<img src="{escape(path)}" alt="{escape(alt)}"/>'

    def prepare(place: int) -> tuple[Tree, Tree]:
        chapter = edition.chapters[place]
        shown = xhtml.chapter(chapter.blocks, say, show, first[place], scrolls=False)
        return _apart(_with_part(chapter, shown, say), homes)

    def make(places: list[int]) -> Iterator[Any]:
        written = fragments.write_chapters("html5", edition, places, prepare)
        for place, body, below in zip(places, written, written, strict=True):
            yield asdict(_page(edition.chapters[place], f"{body}\n{below}".strip(), edition))

    return store.remember(steps, make, _read)


def _read(known: Any) -> Page:
    """The page, from what `dataclasses.asdict` made of it."""
    lists = {key: tuple(known[key]) for key in ("properties", "pictures")}
    sections = tuple(Heading(**one) for one in known["sections"])
    return Page(**{**known, **lists, "heading": Heading(**known["heading"]), "sections": sections})


def _page(chapter: EditionChapter, body: str, edition: Edition) -> Page:
    elements = list(_parse(chapter, body).iter())
    names = {element.tag.rpartition("}")[2] for element in elements}
    pictures = [element.get("src", "") for element in elements if element.tag.endswith("}img")]
    for path in pictures:
        if path not in edition.figures:
            raise BookError(
                Finding(
                    "xhtml",
                    f"the chapter '{chapter.name}' shows '{path}', which is no picture of the book",
                    hint="put the file below source/figures/; an EPUB holds all that it shows",
                )
            )
    headings = [
        _heading(block, f"text/{chapter.name}.xhtml")
        for block in chapter.blocks
        if block["t"] == "Header" and block["c"][0] <= 2
    ]
    return Page(
        href=f"text/{chapter.name}.xhtml",
        title=chapter.title,
        heading=headings[0],
        sections=tuple(headings[1:]),
        part=_part(chapter.name),
        body=body,
        properties=tuple(sorted(PROPERTIES[name] for name in names & PROPERTIES.keys())),
        pictures=tuple(dict.fromkeys(pictures)),
    )


def _parse(chapter: EditionChapter, body: str) -> ElementTree.Element:
    """The fragment as XML. It is set into an element, so it can declare no entities.

    Raises BookError where it is not well-formed: where the authors' raw HTML is not.
    """
    namespaces = 'xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops"'
    lines = [f"<body {namespaces}>", *body.split("\n"), "</body>"]
    try:
        return ElementTree.fromstring("\n".join(lines))
    except ElementTree.ParseError as error:
        line, column = error.position
        near = lines[line - 1][max(column - 40, 0) :][:80].strip()
        raise BookError(
            Finding(
                "xhtml",
                f"the chapter '{chapter.name}' is not well-formed XML"
                f" near '{near}' ({str(error).partition(':')[0]})",
                hint="in raw HTML close every element, <br/> too; write characters, not names such as &nbsp;",
            )
        ) from None


def _heading(node: Node, page: str) -> Heading:
    _, (anchor, *_), inlines = node["c"]
    only = inlines[0] if len(inlines) == 1 and inlines[0]["t"] == "Span" else None
    return Heading(f"{page}#{anchor}", plain(inlines), pairs(only).get("lang", "") if only else "")


def _part(name: str) -> str:
    return "frontmatter" if name in FRONT else "backmatter" if name in BACK else "bodymatter"


def _with_part(chapter: EditionChapter, tree: Tree, say: Words) -> Tree:
    """The chapter's blocks: its heading says what it is, and after it stands what is not translated."""
    heading, *rest = tree
    name = chapter.name if chapter.name in (*FRONT, *BACK) else "chapter"
    heading["c"][1][2] += [["epub:type", name], ["role", f"doc-{name}"]]
    note = fragments.untranslated_note(say, chapter.untranslated)
    notice = [raw("html", f'<p class="untranslated-note">{escape(note)}</p>')] if note else []
    return [heading, *notice, *rest]


def _apart(tree: Tree, homes: Mapping[str, str]) -> tuple[Tree, Tree]:
    """The blocks with links to files and references to footnotes, and the footnotes.

    Readers show a footnote beside its place. Its identifiers begin with ``_``, as no heading's does.
    """
    notes: list[Tree] = []

    def inline(node: Node) -> Tree | None:
        if node["t"] == "Link":
            target = node["c"][2][0]
            if target.startswith("#") and (home := homes.get(target[1:])):
                node["c"][2][0] = home + target
        if node["t"] != "Note":
            return None
        notes.append(node["c"])
        number = len(notes)
        attributes = f'id="_from{number}" href="#_note{number}" epub:type="noteref" role="doc-noteref"'
        return [raw_inline("html", f'<sup><a class="noteref" {attributes}>{number}</a></sup>')]

    blocks = fragments.prepare(tree, lambda node: None, inline)
    return blocks, [block for number, note in enumerate(notes, 1) for block in _note(number, note)]


def _note(number: int, content: Tree) -> Tree:
    back = raw_inline("html", f'<a class="back" href="#_from{number}" role="doc-backlink">{number}.</a>')
    aside = f'<aside id="_note{number}" class="footnote" epub:type="footnote" role="doc-footnote">'
    text, rest = (content[0]["c"], content[1:]) if content[0]["t"] == "Para" else ([], content)
    first = {"t": "Para", "c": [back, {"t": "Space"}, *text]}
    return [raw("html", aside), first, *rest, raw("html", "</aside>")]
