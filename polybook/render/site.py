"""An edition as a website: a page a chapter, and a first page with its contents."""

from __future__ import annotations

import posixpath
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from itertools import count
from pathlib import PurePosixPath
from typing import NamedTuple
from urllib.parse import quote, unquote

from polybook.model import layout
from polybook.model.book import Settings, Theme
from polybook.model.catalog import one_line
from polybook.model.edition import Edition, EditionChapter, Labels
from polybook.model.nodes import Attr, CodeBlock
from polybook.render import blocks, contents, labels, pictures, site_contents, site_search, svg, themes, xhtml
from polybook.render.blocks import ChapterOutline
from polybook.render.elements import start_tag
from polybook.render.words import Words, words
from polybook.render.xhtml import (
    BoxEndHole,
    BoxHole,
    FoldHole,
    HeadingHole,
    Hole,
    ListingHole,
    NoteHole,
    PictureHole,
    TabEndHole,
    TabHole,
    TableHole,
)
from polybook.system import fingerprints
from polybook.system.cache import Step, Store, digest, digest_of

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}(?:$|[T ]\d)")


@dataclass(frozen=True)
class Download:
    """A file that a reader can take away."""

    format: str
    """What it is, for people: ``EPUB``; ``ZIP`` for the programs."""

    href: str
    """Its address, relative to the page that names it."""

    size: int
    """In bytes."""


class SectionEntry(NamedTuple):
    """A section of a page, as contents show it."""

    anchor: str
    title: str
    number: str


@dataclass(frozen=True)
class Page:
    """What a template knows of one page."""

    title: str
    description: str
    sections: tuple[SectionEntry, ...]
    href: str
    number: str = ""
    """That of its chapter: ``3``; empty where it has none."""

    authors: tuple[str, ...] = ()
    date: str = ""
    """``YYYY-MM-DD``, or with a time behind it; empty where nobody knows."""


class Neighbour(NamedTuple):
    """A page, as those beside it name it."""

    href: str
    title: str
    number: str


def fill(theme: Theme, template: str, **values: object) -> bytes:
    """Return a page made of one of the theme's templates.

    It has in itself its icon, and the script that must have run before it is drawn.
    """
    icon, first = (themes.text(theme, f"html/{name}") for name in ("icon.svg", "first.js"))
    icon_file = "data:image/svg+xml," + quote(icon.strip())
    return themes.fill(theme, "html", template, icon_file=icon_file, first=first, **values).encode()


def _shared(theme: Theme) -> dict[str, bytes]:
    """The files that all pages of a site use, by path."""
    made_of = {
        "style.css": ("html/style.css", "html/code.css", "html/book.css"),
        "site.js": ("html/site.js", "html/search.js"),
    }
    return {path: themes.text(theme, *names).encode() for path, names in made_of.items()}


def address(settings: Settings, locale: str, href: str) -> str:
    """The URL of an edition's page; empty where nobody knows where the book will be on the web."""
    return f"{settings.base_url}{locale}/html/{quote(href)}" if settings.base_url else ""


def render(
    edition: Edition,
    downloads: Callable[[], Sequence[Download]],
    others: Sequence[str],
    programs: Mapping[str, bytes],
    store: Store,
) -> dict[str, bytes]:
    """Return the site's files by path: its pages, and the index that they are searched by.

    ``downloads`` gives the edition's files, and is asked when all that needs no answer is done; ``others``
    are the locales of the book's other editions, ``programs`` the files of ``examples/``: those that a page
    shows become part of the site.
    """
    say = words(edition.locale, edition.theme)
    outlines = blocks.outlines(edition, store)
    bodies = _bodies(edition, outlines, say, programs, store)
    hrefs = [_href(chapter.name) for chapter in edition.chapters]
    index = site_search.index(dict(zip(hrefs, bodies, strict=True)), say.language, store)
    return {**_files(edition, outlines, bodies, downloads(), others, programs, store), **index}


def pages(
    edition: Edition, others: Sequence[str], programs: Mapping[str, bytes], store: Store
) -> dict[str, bytes]:
    """Return the site's files without what takes long: there is no index, and nothing to take away."""
    outlines = blocks.outlines(edition, store)
    bodies = _bodies(edition, outlines, words(edition.locale, edition.theme), programs, store)
    return _files(edition, outlines, bodies, (), others, programs, store)


def _files(
    edition: Edition,
    outlines: Sequence[ChapterOutline],
    bodies: Sequence[str],
    downloads: Sequence[Download],
    others: Sequence[str],
    programs: Mapping[str, bytes],
    store: Store,
) -> dict[str, bytes]:
    say = words(edition.locale, edition.theme)
    settings = edition.settings
    pages = [
        _page(chapter, outline, edition.labels, say)
        for chapter, outline in zip(edition.chapters, outlines, strict=True)
    ]
    hrefs = [page.href for page in pages]
    numbers = [page.number for page in pages]
    beside = site_contents.Beside(edition.contents, hrefs, numbers)
    # What contents call a page, and what they lead to; what it says of itself is of no matter to the others.
    titles = {one.chapter: one.title for one in edition.contents}
    named = [
        Neighbour(page.href, titles.get(place, page.title), page.number) for place, page in enumerate(pages)
    ]
    locales = sorted([edition.locale, *others])
    files = _shared(edition.theme)
    # A page never meets the files of an older one: an address with another digest is another address.
    style, script = (f"{path}?{digest(content)[:8]}" for path, content in files.items())
    shared = {
        "polybook": fingerprints.code("render"),
        "theme": themes.stamp(edition.theme, "html", "locales"),
        "tools": fingerprints.of("jinja2", "babel"),
        "downloads": digest_of(list(downloads)),
        "settings": digest_of([settings, edition.translated, edition.messages]),
        "languages": digest_of(locales),
    }

    def write(template: str, page: Page, **more: object) -> bytes:
        known = {key: value for key, value in more.items() if key != "body"}
        inputs = {**shared, "place": digest_of([known, page])}
        if "body" in more:
            inputs["text"] = digest(str(more["body"]))
        step = Step("page", f"{edition.locale} {more.get('former', page.href)}", inputs)
        return bytes(store.one(step, lambda: written(template, page, more)))

    def written(template: str, page: Page, more: Mapping[str, object]) -> bytes:
        return fill(
            edition.theme,
            template,
            style_file=style,
            script_file=script,
            edition=edition,
            settings=settings,
            say=say,
            page=page,
            up="../" * page.href.count("/"),
            downloads=downloads,
            others=[words(locale, edition.theme) for locale in others],
            canonical=address(settings, edition.locale, page.href),
            alternates=[(words(one).language, address(settings, one, page.href)) for one in locales],
            **more,
        )

    front = Page("", settings.description, (), "index.html")
    sections = {} if contents.is_nested(edition.contents) else {page.href: page.sections for page in pages}
    made = {
        **files,
        "index.html": write(
            "index.html",
            front,
            start=hrefs[0] if hrefs else "",
            contents=site_contents.whole(edition.contents, hrefs, numbers),
            sections=sections,
        ),
    }
    for place, (chapter, page) in enumerate(zip(edition.chapters, pages, strict=True)):
        made[page.href] = write(
            "page.html",
            page,
            body=bodies[place],
            contents=beside.page(page.href),
            untranslated=blocks.untranslated_note(say, chapter.untranslated),
            previous=named[place - 1] if place else None,
            next=named[place + 1] if place + 1 < len(pages) else None,
        )
        for former in chapter.aliases:
            target = blocks.relative(quote(page.href), former)
            made[former] = write("moved.html", page, former=former, target=target)
    linked = {
        posixpath.normpath(posixpath.join(posixpath.dirname(page.href), unquote(address)))
        for page, body in zip(pages, bodies, strict=True)
        for address in re.findall(r'<img src="([^"]*)"', body)
    }
    shown_pictures = {
        path: svg.finished(content) if path.lower().endswith(".svg") else content
        for path, content in edition.figures.items()
        if path in linked
    }
    files_shown = sorted({file for outline in outlines for file in outline.files})
    shown = {layout.program_on_site(path): programs[path] for path in files_shown if path in programs}
    wanted = {unquote(link) for outline in outlines for link in outline.linked_files}
    there = {
        **edition.figures,
        **{layout.file_on_site(path): content for path, content in edition.files.items()},
        **{layout.program_on_site(path): content for path, content in programs.items()},
    }
    linked_to = {path: content for path, content in there.items() if path in wanted}
    return {**made, **shown_pictures, **shown, **linked_to}


def _page(chapter: EditionChapter, outline: ChapterOutline, known: Labels, say: Words) -> Page:
    opening = _shortened(chapter.description or outline.opening, 80 if say.is_cjk else 160)
    date = chapter.date if _DATE.match(chapter.date) else ""

    def number(anchor: str) -> str:
        return labels.number(known[anchor], say) if anchor in known else ""

    sections = tuple(SectionEntry(*one, number(one.anchor)) for one in outline.sections)
    chapter_label = labels.of_chapter(known, outline)
    own = labels.number(chapter_label, say) if chapter_label else ""
    return Page(chapter.title, opening, sections, _href(chapter.name), own, chapter.authors, date)


def _href(name: str) -> str:
    """The address of a chapter's page."""
    return f"{name}.html"


def _shortened(text: str, most: int) -> str:
    """A text's beginning, cut between words where there are any."""
    text = one_line(text)
    if len(text) <= most:
        return text
    cut = text[:most]
    return (cut.rsplit(" ", 1)[0] if " " in cut[most // 2 :] else cut).rstrip(",;:、") + "…"


# ---- what stands in a page's main ------------------------------------------------------------


def _bodies(
    edition: Edition,
    outlines: Sequence[ChapterOutline],
    say: Words,
    programs: Mapping[str, bytes],
    store: Store,
) -> list[str]:
    homes = blocks.homes(edition, outlines, lambda chapter: _href(chapter.name))
    shared = {
        "polybook": fingerprints.code("model", "markup", "markup/html", "render"),
        "theme": themes.stamp(edition.theme, "locales"),
        "tools": fingerprints.of("pypandoc_binary", "pygments", "babel", "pillow"),
    }
    steps = [
        Step(
            "html",
            f"{edition.locale} {chapter.name}",
            {
                **shared,
                "chapter": chapter.digest,
                "labels": labels.digest(edition.labels, outlines[place]),
                "anchors": digest_of({link: homes.get(link[1:]) for link in outlines[place].links}),
                "figures": digest_of(
                    {path: digest(edition.figures.get(path, "")) for path in outlines[place].pictures}
                ),
                "programs": digest_of([file in programs for file in outlines[place].files]),
            },
        )
        for place, chapter in enumerate(edition.chapters)
    ]

    def make(places: list[int]) -> Iterator[str]:
        for place, written in zip(places, xhtml.write(edition, places, store), strict=True):
            page = _href(edition.chapters[place].name)
            show = _show(edition, page, outlines[place].anchors, say, programs)
            text, notes = xhtml.fill(written, homes, page, edition.labels, say, show)
            said = escape(say("Not translated yet"))
            text = "\n".join([text, *_notes(notes)])
            yield text.replace('<span class="untranslated', f'<span title="{said}" class="untranslated')

    return store.remember(steps, make)


def _show(
    edition: Edition, page: str, anchors: Sequence[str], say: Words, programs: Mapping[str, bytes]
) -> xhtml.Show:
    """What a ``page`` has in the holes of a chapter that has these ``anchors``."""
    taken = Counter(re.sub(r"-L\d+$", "", one) for one in anchors)
    drawn = count(1)

    def picture(hole: PictureHole) -> str:
        content = edition.figures[hole.path]
        if hole.alone and hole.path.lower().endswith(".svg") and not svg.is_styled(content):
            ground = "on-white" if svg.is_for_paper(content) else ""
            prefix = f"page-drawing{next(drawn)}-"
            return svg.inline(content, hole.alt, prefix, pictures.style(hole.attr), ground)
        given = pictures.size(hole.path, content)
        sizes = ' width="{:.6g}" height="{:.6g}"'.format(*given) if given else ""
        is_drawn = hole.alone and hole.path.lower().endswith(".svg") and svg.is_for_paper(content)
        more = sizes + ' loading="lazy"' + ' class="on-white"' * is_drawn
        return xhtml.image(hole, blocks.relative(pictures.address(hole.path), page), more)

    def show(hole: Hole) -> str:
        match hole:
            case ListingHole(block):
                return _listing(block, page, edition.labels, say, programs, taken)
            case PictureHole(alone=False):
                return picture(hole)
            case PictureHole():
                return xhtml.figure(picture(hole), hole, edition.labels, say)
            case HeadingHole(level, anchor, title) if level > 1:
                said = escape(say("Link to {title}", title=title))
                return f'<a class="here" href="#{escape(anchor)}" aria-label="{said}">#</a>'
            case NoteHole(number):
                known = f'href="#page-note{number}" id="page-from{number}" role="doc-noteref"'
                return f'<a {known} class="footnote-ref"><sup>{number}</sup></a>'
            case TableHole():
                return ' tabindex="0"'  # what scrolls can be reached by the keyboard
            case FoldHole(is_open):
                return ' open=""' * is_open
            case TabHole(group, is_open):
                chosen = " checked" * is_open
                return f'<label class="label"><input type="radio" name="page-tabs{group}"{chosen}>'
            case BoxHole(done):
                return f'<label><input type="checkbox"{" checked" if done else ""}>'
            case BoxEndHole() | TabEndHole():
                return "</label>"
        return ""

    return show


def _notes(notes: Sequence[str]) -> list[str]:
    """The chapter's footnotes below its text; nothing where there are none."""
    items = []
    for number, text in enumerate(notes, 1):
        back = f'<a href="#page-from{number}" class="footnote-back" role="doc-backlink">↩︎</a>'
        ended = f"{text[:-4]}{back}</p>" if text.endswith("</p>") else f"{text}\n<p>{back}</p>"
        items.append(f'<li id="page-note{number}">{ended}</li>')
    head = '<section id="page-footnotes" class="footnotes" role="doc-endnotes">\n<hr>\n<ol>'
    return [head, *items, "</ol>\n</section>"] if notes else []


def _listing(
    node: CodeBlock,
    page: str,
    names: Labels,
    say: Words,
    programs: Mapping[str, bytes],
    taken: Counter[str],
) -> str:
    """A listing or transcript of a ``page``.

    A program's lines have anchors by file and number: ``#workers-py-L7``.
    """
    known = dict(node.attr.pairs)
    file, first = known.get("file", ""), int(known.get("start", 1))
    lines: Sequence[str] = blocks.code_lines(node)
    kind, above, identifier = "code", "", ""
    if not blocks.is_listing(node):
        said = say("Output of {file}", file=known["of"]) if known.get("of") else say("Output")
        kind, above = "transcript", escape(said)
    elif file:
        name = re.sub(r"[^A-Za-z0-9]+", "-", PurePosixPath(file).name).strip("-") or "program"
        taken[name] += 1
        anchor = name if taken[name] == 1 else f"{name}-{taken[name]}"
        kind, identifier = "program", f' id="{anchor}"'
        above = f'<code dir="ltr">{escape(file)}</code>{_fetch(file, page, say, programs)}'
        lines = [
            f'<span class="line" id="{anchor}-L{number}" data-n="{number}">{line}</span>'
            for number, line in enumerate(lines, first)
        ]
    elif title := blocks.title(node):
        kind, above = "titled", title
    code = "\n".join(lines)
    listing = f'<pre dir="ltr" tabindex="0"{identifier}><code translate="no">{code}\n</code></pre>'
    start = start_tag("figure", Attr(node.attr.identifier, ["listing", kind, *blocks.classes(node)]))
    return f"{start}{xhtml.above_listing(node, names, say, above)}{listing}</figure>"


def _fetch(file: str, page: str, say: Words, programs: Mapping[str, bytes]) -> str:
    if file not in programs:
        return ""
    said, name = escape(say("Download {file}", file=file)), escape(PurePosixPath(file).name)
    address = blocks.relative(pictures.address(layout.program_on_site(file)), page)
    where = f'href="{escape(address)}" download="{name}"'
    return f'<a class="get" {where} title="{said}" aria-label="{said}"></a>'
