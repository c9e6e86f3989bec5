"""Links that lead nowhere, and pictures that are not there."""

from __future__ import annotations

import posixpath
from collections.abc import Container, Iterator, Sequence
from dataclasses import replace
from difflib import get_close_matches

from polybook.chapters import addresses, pictures, references
from polybook.chapters.destinations import Away, Beside, Destinations, InBook, Inside, Lead, Nowhere, Several
from polybook.markup.variables import addressed
from polybook.model import layout
from polybook.model.book import Book, Chapter
from polybook.model.findings import Finding


def check(
    book: Book, chapters: Sequence[Chapter], outlines: Sequence[references.Outline], places: Destinations
) -> list[Finding]:
    """Return a finding for each dead link and each missing picture of these chapters.

    Where a link leads in a chapter that cannot be read, nobody knows.
    """
    findings: list[Finding] = []
    named = {
        places.anchors[chapter.file, part.identifier]
        for chapter, found in zip(chapters, outlines, strict=True)
        for part in found.parts
    }
    unread = {path.removeprefix(layout.figure("")) for path in references.unread(book, chapters)}
    for chapter, found in zip(chapters, outlines, strict=True):
        for one in found.targets:
            if one.kind == "Image":
                findings += pictures.check(chapter, one.target, one.line, one.described, book.figures)
                continue
            target = addressed(one.target, book.variables)
            lead = places.lead(chapter, target)
            wrong = [*_check_link(chapter, target, places, unread)]
            if not (one.described or wrong or (isinstance(lead, Inside) and lead.file in unread)):
                wrong += _check_name(target, lead, places, named)
            findings += [replace(finding, path=chapter.path, line=one.line) for finding in wrong]
    return findings


def _check_link(
    chapter: Chapter, target: str, places: Destinations, unread: Container[str]
) -> Iterator[Finding]:
    match lead := places.lead(chapter, target):
        case Away(url):
            for what, hint in addresses.amiss(url):
                yield Finding("link", what, hint=hint)
        case InBook(path=path) if not places.base:
            what = f"the link leads to '{path}', which only the site has; other formats show its words"
            hint = "with the setting base-url they lead to the site"
            yield Finding("link", what, hint=hint, severity="warning")
        case Beside(path):
            what = f"the link leads to '{path}', which no edition has; its words are shown"
            hint = "copy the file below source/, or link to it on the web"
            yield Finding("link", what, hint=hint, severity="warning")
        case Several(files):
            what = f"the link leads to '{target}', which may be {' or '.join(files)}"
            yield Finding("link", what, hint="link to the file of the one that is meant")
        case Inside(file, identifier) if file not in unread and lead not in places.anchors:
            yield _missing_place(target, file, identifier, places)
        case Nowhere(path):
            yield _nowhere(chapter, target, path, places)


def _check_name(target: str, lead: Lead, places: Destinations, named: Container[str]) -> Iterator[Finding]:
    """What is wrong with a link without words, which shows what the place is called that it leads to."""
    if not isinstance(lead, Inside):
        what = f"the link to '{target}' has no words, so nobody sees it"
        yield Finding("link", what, hint="write [words](address)", severity="warning")
    elif places.anchors[lead] not in named:
        what = f"the link to '{target}' has no words, and nothing there has a name to show in their place"
        hint = "write words, or link to a heading or to a figure, table or listing with a caption"
        yield Finding("link", what, hint=hint)


def _missing_place(target: str, file: str, identifier: str, places: Destinations) -> Finding:
    if several := places.doubtful.get((file, identifier)):
        what = f"the link leads to '{target}', which may be {' or '.join('#' + one for one in several)}"
        return Finding("link", what, hint="link to the one that is meant")
    if target.startswith("#") and (others := places.homes.get(identifier)):
        what = f"the link leads to '{target}', which may be in {' or '.join(others)}"
        return Finding("link", what, hint=f"write {others[0]}{target} for the first")
    known = [one for name, one in places.anchors if name == file and one]
    near = get_close_matches(identifier, known, 1)
    hint = (
        f"did you mean '#{near[0]}'?" if near else f"{file} has {', '.join('#' + one for one in known[:6])}"
    )
    return Finding(
        "link", f"the link leads to '{target}', but {file} has no place '#{identifier}'", hint=hint
    )


def _nowhere(chapter: Chapter, target: str, path: str, places: Destinations) -> Finding:
    if path.startswith("/"):
        what = f"the link leads to '{target}', from the root of a site that nobody knows"
        return Finding("link", what, hint="set base-url, or write the whole address with https://")
    name = path.removeprefix(layout.figure(""))
    named = {file for file, _ in places.anchors}
    if posixpath.splitext(name)[1] not in ("", ".md", ".html"):
        named = {one.removeprefix(layout.figure("")) for one in places.files}
    near = get_close_matches(name, sorted(named), 1)
    what = "is no chapter" if name.endswith(".md") else "no edition has"
    hint = "link to a chapter's file in source/, or write the whole address with https://"
    return Finding(
        "link",
        f"the link leads to '{target}', which {what}",
        hint=f"did you mean '{chapter.leading_to(near[0])}'?" if near else hint,
    )
