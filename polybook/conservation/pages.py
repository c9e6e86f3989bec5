"""What pages show, as tokens: those of the site, read as a browser reads them, and those of an EPUB."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Mapping
from html.parser import HTMLParser
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import unquote
from xml.etree import ElementTree

from polybook.conservation.tokens import DONE, OPEN, Stream, Writer

_NAMES = (
    "a abbr acronym b bdi bdo big cite code data del dfn em font i ins kbd label mark q rb rp rt rtc ruby s"
    " samp small span strike strong sub sup time tt u var wbr"
)
INLINE = frozenset(_NAMES.split())
"""The elements that a word may go on across; any other one is a block."""

UNSEEN = frozenset({"script", "style", "template", "head", "title"})
"""The elements whose text no page shows."""

ADDED = frozenset({"here", "footnote-ref", "noteref", "footnote-back", "back", "untranslated-note"})
"""The classes of what pages add to a chapter's text: links to headings, footnotes' marks and the ways back
from them, and what they say of the translation.
"""

Attributes = Mapping[str, str | None]


def of_site(page: bytes) -> Stream:
    """Return what stands in the main part of a page of the site."""
    from justhtml import JustHTML

    found = JustHTML(page.decode(), sanitize=False).query("main")
    return _read(_html_events(found[0])) if found else Stream([], [])


def of_epub(content: bytes) -> list[Stream]:
    """Return what stands in each chapter of an EPUB, in the order of its spine."""
    found = []
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = archive.namelist()
        package = next(name for name in names if name.endswith(".opf"))
        root = ElementTree.fromstring(archive.read(package))
        hrefs = {item.get("id"): item.get("href", "") for item in root.iter() if item.tag.endswith("}item")}
        for reference in root.iter():
            if reference.tag.endswith("}itemref"):
                path = PurePosixPath(package).parent / unquote(hrefs[reference.get("idref")])
                if "text" in path.parts[:-1]:
                    page = ElementTree.fromstring(archive.read(str(path)))
                    body = next(element for element in page if element.tag.endswith("}body"))
                    found.append(_read(_xml_events(body)))
    return found


def fragment(html: str, out: Writer) -> None:
    """Take down the text of a piece of HTML, which may be half of an element."""
    _Fragment(out).feed(html)


# ---- pages as events -------------------------------------------------------------------------

Event = tuple[str, str, Attributes]
"""``open`` or ``close``, an element's name and its attributes; or ``text`` and a text."""

_NONE: Attributes = {}


def _html_events(node: Any) -> Iterator[Event]:
    """What a DOM holds, in order."""
    for child in node.children or ():
        if child.name == "#text":
            yield "text", child.data, _NONE
        elif not child.name.startswith(("#", "!")):
            yield "open", child.name, child.attrs or _NONE
            yield from _html_events(child)
            yield "close", child.name, _NONE


def _xml_events(element: ElementTree.Element) -> Iterator[Event]:
    """What an element holds, in order."""
    if element.text:
        yield "text", element.text, _NONE
    for child in element:
        name = child.tag.rpartition("}")[2]
        yield "open", name, child.attrib
        yield from _xml_events(child)
        yield "close", name, _NONE
        if child.tail:
            yield "text", child.tail, _NONE


# ---- events as tokens ------------------------------------------------------------------------


def _read(events: Iterator[Event]) -> Stream:
    reading = _Reading()
    for what, name, attributes in events:
        match what:
            case "open":
                reading.open(name, attributes)
            case "close":
                reading.close(name)
            case _:
                reading.text(name)
    return reading.main.stream()


class _Reading:
    """Takes down what a page shows."""

    def __init__(self) -> None:
        self.main = Writer()
        self._out = self.main
        self._depth = 0
        self._unseen = 0  # at which depth an element began that is not read; 0 for none
        self._noted = 0  # at which depth a footnote began
        self._coded = 0  # at which depth code began
        self._notes = 0  # at which depth the list of footnotes began
        self._listed: list[str] | None = None  # the text of a block of code

    def open(self, name: str, attributes: Attributes) -> None:
        self._depth += 1
        if self._unseen:
            return
        classes = (attributes.get("class") or "").split()
        if name in UNSEEN or not ADDED.isdisjoint(classes):
            self._unseen = self._depth
            return
        if name not in INLINE and name != "br":
            self._out.edge()
        match name:
            case "math":
                self._out.formula()
                self._unseen = self._depth
            case "svg":
                if attributes.get("role") == "img":
                    self._out.picture(attributes.get("aria-label") or "")
                self._unseen = self._depth
            case "img":
                self._out.picture(attributes.get("alt") or "")
            case "br":
                self._out.line_break()
            case "input" if attributes.get("type") == "checkbox":
                self._out.text(f"{DONE if 'checked' in attributes else OPEN} ")
            case "pre":
                self._listed = []
            case "code":
                self._coded = self._coded or self._depth
            case "section" if "footnotes" in classes:
                self._notes = self._depth
            case "li" if self._notes and self._depth == self._notes + 2:
                self._begin_note()
            case "aside" if "footnote" in classes:
                self._begin_note()

    def _begin_note(self) -> None:
        self._out, self._noted = Writer(), self._depth

    def close(self, name: str) -> None:
        depth = self._depth
        self._depth -= 1
        if self._unseen:
            self._unseen = self._unseen if depth > self._unseen else 0
            return
        if name == "pre" and self._listed is not None:
            self._out.listing("".join(self._listed))
            self._listed = None
        if depth == self._coded:
            self._coded = 0
        if depth == self._noted:
            self.main.note(self._out)
            self._out, self._noted = self.main, 0
        if depth == self._notes:
            self._notes = 0
        if name not in INLINE and name != "br":
            self._out.edge()

    def text(self, text: str) -> None:
        if self._unseen:
            return
        if self._listed is not None:
            self._listed.append(text)
        elif self._coded:
            self._out.code(text)
        else:
            self._out.text(text)


class _Fragment(HTMLParser):
    """Takes down the text of raw HTML: tags may be missing, as their halves are pieces of their own."""

    def __init__(self, out: Writer) -> None:
        super().__init__()
        self._out = out

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "br":
            self._out.line_break()
        elif tag == "img":
            self._out.picture(dict(attrs).get("alt") or "")
        elif tag not in INLINE:
            self._out.edge()

    def handle_endtag(self, tag: str) -> None:
        if tag not in INLINE and tag != "br":
            self._out.edge()

    def handle_data(self, data: str) -> None:
        self._out.text(data)
