"""The chapters of an EPUB, as pages for its spine."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Sequence
from html import escape, unescape
from pathlib import PurePosixPath
from urllib.parse import unquote
from xml.etree import ElementTree

import msgspec

from polybook.model.edition import ContentsEntry, Edition, EditionChapter, Labels
from polybook.model.findings import BookError, Finding
from polybook.model.nodes import Attr, CodeBlock
from polybook.render import blocks, labels, pictures, themes, xhtml
from polybook.render.blocks import code_lines, is_listing, title
from polybook.render.contents import Place, nested, places
from polybook.render.elements import start_tag
from polybook.render.subject_index import is_index
from polybook.render.words import Words
from polybook.render.xhtml import (
    BoxHole,
    FoldHole,
    HeadingHole,
    Hole,
    ListingHole,
    NoteHole,
    PictureHole,
    TabEndHole,
    TabHole,
    Written,
)
from polybook.system import fingerprints
from polybook.system.cache import Packed, Step, Store, digest_of, packed, unpacked

FRONT = ("foreword", "preface", "introduction")
BACK = ("afterword", "appendix", "acknowledgments", "conclusion")
"""What chapters with these names are. EPUB and DPUB-ARIA have the same words for them."""

PROPERTIES = {"math": "mathml", "svg": "svg", "script": "scripted"}
"""Elements that a reader is told of before it opens a page, and the words for them in the manifest."""

DEEPEST = 12
"""How deep an indent the style of a wrapped listing knows, in steps of two spaces: ``d0`` to ``d12``."""

LONG = 12
"""How many letters a name in a text may have and stay whole in any column."""

_AFTER = re.compile(r"[.(\[]</span>(?!$|<span class=\"p\">[)\]])")
"""Where a line of code had best go on below."""

_WITHIN = re.compile(r"(?<=\w)[._/(](?=\w)")
"""Where a longer name had best go on below."""

_CODE = re.compile(r'(?<=<code>)[^<]+|(?<=<code dir="ltr">)[^<]+')
"""Code in a text, without attributes of its author's."""


class NavEntry(msgspec.Struct, frozen=True):
    """An entry of the contents."""

    href: str
    """Empty for one that leads nowhere, and that others lie in."""

    title: str
    language: str
    """The language it is shown in where that is not the edition's; else empty."""

    inner: tuple[NavEntry, ...] = ()
    number: str = ""
    """``3.2``; empty where it has none."""


class EpubPage(msgspec.Struct, frozen=True):
    """What the templates know of a chapter."""

    href: str
    title: str
    heading: NavEntry
    """With the chapter's sections."""

    part: str
    """``frontmatter``, ``bodymatter`` or ``backmatter``."""

    body: str
    properties: tuple[str, ...]
    pictures: tuple[str, ...]
    """The figures in it, by their paths in the book."""


def pages(edition: Edition, say: Words, store: Store) -> list[EpubPage]:
    """Return the edition's chapters.

    Raises BookError naming a chapter that shows what is no picture of the book.
    """
    outlines = blocks.outlines(edition, store)
    located = places(edition)
    homes = blocks.homes(edition, outlines, page_path)
    shared = {
        "polybook": fingerprints.code("model", "markup", "markup/html", "render"),
        "theme": themes.stamp(edition.theme, "locales"),
        "tools": fingerprints.of("pypandoc_binary", "pygments", "babel"),
        "figures": digest_of(sorted(edition.figures)),
    }
    steps = [
        Step(
            "xhtml",
            f"{edition.locale} {chapter.name}",
            {
                **shared,
                "chapter": chapter.digest,
                "labels": labels.digest(edition.labels, outlines[place]),
                "anchors": digest_of({link: homes.get(link[1:]) for link in outlines[place].links}),
                "place": digest_of(located[place]),
            },
        )
        for place, chapter in enumerate(edition.chapters)
    ]

    def make(places: list[int]) -> Iterator[Packed]:
        for place, written in zip(places, xhtml.write(edition, places, store), strict=True):
            chapter = edition.chapters[place]
            text, notes = xhtml.fill(
                _with_breaks(written),
                homes,
                page_path(chapter),
                edition.labels,
                say,
                _show(chapter, edition.labels, say),
            )
            body = "\n".join(
                [_with_part(chapter, located[place], text), *map(_note, range(1, len(notes) + 1), notes)]
            )
            yield packed(_page(chapter, located[place], written, body.strip(), edition, say))

    return store.remember(steps, make, lambda kept: unpacked(kept, EpubPage))


def contents(edition: Edition, pages: Sequence[EpubPage]) -> tuple[NavEntry, ...]:
    """Return the edition's contents, each entry in the one that it lies in, with the sections of chapters."""

    def make(one: ContentsEntry, inner: tuple[NavEntry, ...]) -> NavEntry:
        if one.chapter is None:
            return NavEntry("", one.title, one.language, inner)
        heading = pages[one.chapter].heading
        is_own = one.title != edition.chapters[one.chapter].title
        title, language = (one.title, one.language) if is_own else (heading.title, heading.language)
        return NavEntry(heading.href, title, language, (*heading.inner, *inner), heading.number)

    return nested(edition.contents, make)


def page_path(chapter: EditionChapter) -> str:
    """The path of a chapter's page among the EPUB's texts."""
    return pictures.packed_path(f"{chapter.name}.xhtml")


def held(name: str, href: str, body: str, edition: Edition) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return what a reader is told of a document of the chapter ``name`` beforehand, and the figures in it.

    Raises BookError where it shows what is no picture of the book.
    """
    elements = list(_parse(name, body).iter())
    names = {element.tag.rpartition("}")[2] for element in elements}
    shown = [
        posixpath.normpath(posixpath.join(posixpath.dirname(href), unquote(element.get("src", ""))))
        for element in elements
        if element.tag.endswith("}img")
    ]
    known = {f"text/{pictures.packed_path(path)}": path for path in edition.figures}
    for path in shown:
        if path not in known:
            raise BookError(
                Finding(
                    "xhtml",
                    f"the chapter '{name}' shows '{path[5:]}', which is no picture of the book",
                    hint="put the file below source/figures/; an EPUB holds all that it shows",
                )
            )
    properties = tuple(sorted(PROPERTIES[element] for element in names & PROPERTIES.keys()))
    return properties, tuple(dict.fromkeys(known[path] for path in shown))


def _page(
    chapter: EditionChapter, place: Place, written: Written, body: str, edition: Edition, say: Words
) -> EpubPage:
    href = f"text/{page_path(chapter)}"

    def number(anchor: str) -> str:
        return labels.number(edition.labels[anchor], say) if anchor in edition.labels else ""

    properties, shown = held(chapter.name, href, body, edition)
    headings = [
        NavEntry(f"{href}#{hole.anchor}", hole.title, hole.language, (), number(hole.anchor))
        for hole in written.holes
        if isinstance(hole, HeadingHole) and hole.level <= 2
    ]
    return EpubPage(
        href=href,
        title=chapter.title,
        heading=msgspec.structs.replace(headings[0], inner=tuple(headings[1:])),
        part=_part(chapter, place),
        body=body,
        properties=properties,
        pictures=shown,
    )


def _parse(name: str, body: str) -> ElementTree.Element:
    """The fragment as XML. It is set into an element, so it can declare no entities.

    Raises BookError where it is not well-formed: which would be a defect of ours.
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
                f"the chapter '{name}' is not well-formed XML near '{near}' ({str(error).partition(':')[0]})",
            )
        ) from None


def _part(chapter: EditionChapter, place: Place) -> str:
    name = PurePosixPath(chapter.name).name
    if place.matter == "front" or name in FRONT:
        return "frontmatter"
    return "backmatter" if place.matter == "back" or name in BACK else "bodymatter"


def _with_part(chapter: EditionChapter, place: Place, text: str) -> str:
    """The chapter's text, whose section says what it is."""
    if is_index(chapter):
        return text.replace("<section ", '<section epub:type="index" ', 1)
    name = PurePosixPath(chapter.name).name
    name = "part" if place.kind == "part" else name if name in (*FRONT, *BACK) else "chapter"
    return text.replace("<section ", f'<section epub:type="{name}" role="doc-{name}" ', 1)


# ---- what stands in the holes of a chapter ---------------------------------------------------


def _show(chapter: EditionChapter, names: Labels, say: Words) -> xhtml.Show:
    """What an EPUB has in the holes of a chapter."""

    def show(hole: Hole) -> str:
        match hole:
            case ListingHole(block):
                return _listing(block, names, say)
            case PictureHole():
                address = pictures.address(pictures.packed_path(hole.path))
                shown = xhtml.image(hole, blocks.relative(address, page_path(chapter)))
                return xhtml.figure(shown, hole, names, say) if hole.alone else shown
            case HeadingHole(level=1):
                note = blocks.untranslated_note(say, chapter.untranslated)
                return f'<p class="untranslated-note">{escape(note)}</p>' if note else ""
            case NoteHole(number):
                # Its identifiers begin with _, as no heading's does.
                known = f'id="_from{number}" href="#_note{number}" epub:type="noteref" role="doc-noteref"'
                return f'<sup><a class="noteref" {known}>{number}</a></sup>'
            case FoldHole():
                return ' open="open"'  # many readers fold nothing, and paper has all of it too
            case TabHole():
                return '<p class="label">'
            case TabEndHole():
                return "</p>"
            case BoxHole(done):
                # Readers of EPUBs show no boxes to tick, or dead ones.
                return "☑\u00a0" if done else "☐\u00a0"
        return ""

    return show


def _note(number: int, text: str) -> str:
    """A footnote, as readers show it beside its place."""
    back = f'<a class="back" href="#_from{number}" role="doc-backlink">{number}.</a>'
    known = f'id="_note{number}" class="footnote" epub:type="footnote" role="doc-footnote"'
    begun = f"<p>{back} {text.removeprefix('<p>')}" if text.startswith("<p>") else f"<p>{back}</p>\n{text}"
    return f"<aside {known}>\n{begun}\n</aside>"


def _with_breaks(written: Written) -> Written:
    """The chapter with places in its long names where a narrow page or column may break them."""

    def name(found: re.Match[str]) -> str:
        return _WITHIN.sub(_may_break, found[0]) if len(unescape(found[0])) > LONG else found[0]

    notes = tuple(_CODE.sub(name, text) for text in written.notes)
    return Written(_CODE.sub(name, written.text), notes, written.holes)


def _may_break(found: re.Match[str]) -> str:
    return found[0] + "<wbr/>"


def _listing(node: CodeBlock, names: Labels, say: Words) -> str:
    file = node.attr.get("file")
    if not is_listing(node):
        of = node.attr.get("of")
        said = say("Output of {file}", file=of) if of else say("Output")
        kind, label = "transcript", escape(said)
    elif file:
        kind, label = "program", f"<code>{escape(file)}</code>"
    else:
        kind, label = "code", title(node)
    caption = xhtml.above_listing(node, names, say, label)
    start = start_tag("figure", Attr(node.attr.identifier, ["listing", kind, *blocks.classes(node)]))
    return f'{start}{caption}<pre dir="ltr"><code translate="no">{_wrapped(node)}</code></pre></figure>'


def _wrapped(node: CodeBlock) -> str:
    """A listing's lines for small screens: what does not fit goes on below, deeper than its line begins.

    A line's end is in its span. So the lines are right where the span is a block, and where no style is read.
    """
    code = re.split("\r\n?|\n", node.text)
    depths = [min((len(line) - len(line.lstrip(" "))) // 2, DEEPEST) for line in code]
    lines = [_AFTER.sub(_may_break, line) for line in code_lines(node)]
    return "".join(
        f'<span class="line d{depth}">{line}\n</span>' for depth, line in zip(depths, lines, strict=True)
    )
