"""The editions as catalogs that reading apps subscribe to: OPDS 1.2 (Atom) and OPDS 2.0 (JSON).

What they must hold is in https://specs.opds.io/opds-1.2 and https://specs.opds.io/opds-2.0.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from xml.etree import ElementTree

from polybook.model.book import Settings
from polybook.model.edition import Edition
from polybook.render.blocks import identifier
from polybook.render.cover import HEIGHT, WIDTH
from polybook.render.words import words

ATOM_FILE, JSON_FILE = "opds.xml", "opds.json"
"""The names of the catalogs, beside the page above all editions."""

ATOM_TYPE = "application/atom+xml;profile=opds-catalog;kind=acquisition"
JSON_TYPE = "application/opds+json"
PUBLICATION_TYPE = "application/opds-publication+json"
MEDIA_TYPES = {"epub": "application/epub+zip", "pdf": "application/pdf"}
"""The formats that reading apps take, in the order in which they are offered."""

_FREE = "http://opds-spec.org/acquisition/open-access"
_ATOM = "http://www.w3.org/2005/Atom"
_TERMS = "http://purl.org/dc/terms/"


@dataclass(frozen=True)
class File:
    """A file of an edition that a reading app can fetch."""

    format: str
    path: str
    """Relative to the setting base-url."""

    size: int


@dataclass(frozen=True)
class Publication:
    """An edition, and where its files are."""

    edition: Edition
    files: Sequence[File]
    """Those in the formats of `MEDIA_TYPES`."""

    cover: str
    thumbnail: str
    thumbnail_width: int
    """In pixels."""

    site: str


def atom(settings: Settings, publications: Sequence[Publication], updated: str) -> bytes:
    """Return the catalog as OPDS 1.2: one acquisition feed, which is the root too.

    ``updated`` is the moment of this state (RFC 3339). It needs the setting base-url.
    """
    ElementTree.register_namespace("", _ATOM)
    ElementTree.register_namespace("dc", _TERMS)
    base = settings.base_url
    feed = ElementTree.Element(f"{{{_ATOM}}}feed", {_XML_LANG: words(settings.language).language})
    _add(feed, "id", base + ATOM_FILE)
    _add(feed, "title", settings.title)
    _add(feed, "updated", updated)
    for name in settings.authors or (settings.title,):  # Atom wants one
        _add(_add(feed, "author"), "name", name)
    for rel in ("self", "start"):
        _link(feed, rel, base + ATOM_FILE, ATOM_TYPE)
    _link(feed, "alternate", base, "text/html")
    for one in publications:
        _entry(_add(feed, "entry"), settings, one, _title(one, publications), updated)
    ElementTree.indent(feed)
    return (
        b'<?xml version="1.0" encoding="utf-8"?>\n'
        + ElementTree.tostring(feed, encoding="unicode").encode()
        + b"\n"
    )


def opds2(settings: Settings, publications: Sequence[Publication], updated: str) -> dict[str, bytes]:
    """Return the catalog as OPDS 2.0, and a file for each publication alone, by their paths; as `atom`."""
    base = settings.base_url
    each = {
        _own(one): _publication(settings, one, _title(one, publications), updated) for one in publications
    }
    feed = {
        "metadata": {
            "title": settings.title,
            "modified": updated,
            "numberOfItems": len(publications),
        },
        "links": [
            {"rel": "self", "href": base + JSON_FILE, "type": JSON_TYPE},
            {"rel": "alternate", "href": base, "type": "text/html"},
        ],
        "publications": list(each.values()),
    }
    return {
        path: (json.dumps(content, ensure_ascii=False, indent=1) + "\n").encode()
        for path, content in {JSON_FILE: feed, **each}.items()
    }


def _title(publication: Publication, publications: Iterable[Publication]) -> str:
    """What a catalog calls a publication: where several have one title, each says its language too."""
    title = publication.edition.settings.title
    if sum(one.edition.settings.title == title for one in publications) == 1:
        return title
    return f"{title} ({words(publication.edition.locale).name})"


# ---- OPDS 1.2 ------------------------------------------------------------------------------

_XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"


def _entry(
    entry: ElementTree.Element, settings: Settings, one: Publication, title: str, updated: str
) -> None:
    own, base = one.edition.settings, settings.base_url
    language = words(one.edition.locale).language
    entry.set(_XML_LANG, language)
    # The entry is told from the publication by its address in the catalog.
    _add(entry, "id", f"{base}{ATOM_FILE}#{one.edition.locale}")
    _add(entry, "title", title)
    _add(entry, "updated", updated)
    for name in own.authors or (own.title,):
        _add(_add(entry, "author"), "name", name)
    _add(entry, "identifier", identifier(settings.identifier, one.edition.locale), _TERMS)
    _add(entry, "language", language, _TERMS)
    if own.date:
        _add(entry, "issued", own.date, _TERMS)
    if own.rights:
        _add(entry, "rights", own.rights)
    if summary := own.description or own.subtitle:
        _add(entry, "summary", summary).set("type", "text")
    _link(entry, "http://opds-spec.org/image", base + one.cover, "image/png")
    _link(entry, "http://opds-spec.org/image/thumbnail", base + one.thumbnail, "image/png")
    _link(entry, "alternate", base + one.site, "text/html")
    for file in one.files:
        _link(entry, _FREE, base + file.path, MEDIA_TYPES[file.format]).set("length", str(file.size))


def _add(
    parent: ElementTree.Element, name: str, text: str | None = None, space: str = _ATOM
) -> ElementTree.Element:
    child = ElementTree.SubElement(parent, f"{{{space}}}{name}")
    child.text = text
    return child


def _link(parent: ElementTree.Element, rel: str, href: str, media_type: str) -> ElementTree.Element:
    link = _add(parent, "link")
    link.attrib.update(rel=rel, href=href, type=media_type)
    return link


# ---- OPDS 2.0 ------------------------------------------------------------------------------


def _own(one: Publication) -> str:
    return f"{one.edition.locale}/publication.json"


def _publication(settings: Settings, one: Publication, title: str, updated: str) -> dict[str, Any]:
    own, base = one.edition.settings, settings.base_url
    metadata = {
        "@type": "http://schema.org/Book",
        "identifier": identifier(settings.identifier, one.edition.locale),
        "title": title,
        "subtitle": own.subtitle,
        "author": list(own.authors),
        "language": words(one.edition.locale).language,
        "description": own.description,
        "published": own.date,
        "modified": updated,
    }
    width = one.thumbnail_width
    return {
        # Properties without a value have no place in a catalog.
        "metadata": {name: value for name, value in metadata.items() if value},
        "links": [
            {"rel": "self", "href": base + _own(one), "type": PUBLICATION_TYPE},
            *(
                {
                    "rel": _FREE,
                    "href": base + file.path,
                    "type": MEDIA_TYPES[file.format],
                    "size": file.size,
                }
                for file in one.files
            ),
            {"rel": "alternate", "href": base + one.site, "type": "text/html"},
        ],
        "images": [
            {"href": base + one.cover, "type": "image/png", "width": WIDTH, "height": HEIGHT},
            {
                "href": base + one.thumbnail,
                "type": "image/png",
                "width": width,
                "height": HEIGHT * width // WIDTH,
            },
        ],
    }
