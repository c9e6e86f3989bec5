"""Mend what no edition could show: links that lead nowhere, pictures that nobody can look at.

A book that comes in passes its checks without an edit by hand. What is wrong is what Polybook itself finds;
the words stay, and each place is told.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import replace
from urllib.parse import urljoin

from polybook.chapters import dead_links, pictures
from polybook.chapters.destinations import Destinations, Inside, Nowhere
from polybook.chapters.references import Target
from polybook.chapters.source import Source
from polybook.importers import spans
from polybook.importers.drafts import Draft, Edit
from polybook.model import layout
from polybook.model.book import Book
from polybook.model.findings import Finding

_REFERENCE = re.compile(
    r"(?P<mark>!)?\[(?P<words>(?:[^\[\]\\]|\\.)*)\](?:\[(?P<label>(?:[^\[\]\\]|\\.)*)\])?(?![(:])"
)


def edits(
    book: Book, sources: Sequence[Source], places: Destinations, findings: Iterable[Finding],
    drafts: Mapping[str, Draft], site: str,
) -> Iterator[tuple[str, list[Edit]]]:  # fmt: skip
    """Yield, for each chapter with links or pictures to mend, its path and the edits.

    ``findings`` are those of the book; ``site`` is where it was on the web, empty for nowhere.
    """
    refused = {finding.path for finding in findings if finding.severity == "error"}
    wrong = _wrong(book, sources, places)
    for source in sources:
        path = source.chapter.path
        if path not in drafts:
            continue
        draft = drafts[path]
        taken: set[int] = set()
        made: list[Edit] = []
        for number, target in enumerate(source.outline.targets):
            said = wrong.get((path, number)) or _unsafe(source, target, refused)
            if said:
                made += _mended(draft, source, target, places, site, said, taken)
        if made:
            yield path, made


def _wrong(book: Book, sources: Sequence[Source], places: Destinations) -> Mapping[tuple[str, int], str]:
    """What is wrong with links and pictures, by chapter and place among the chapter's targets."""
    outlines = [
        replace(
            source.outline,
            targets=tuple(replace(one, line=number) for number, one in enumerate(source.outline.targets)),
        )
        for source in sources
    ]
    found = dead_links.check(book, [source.chapter for source in sources], outlines, places)
    return {(one.path, one.line): one.text for one in found if one.severity == "error"}


def _unsafe(source: Source, target: Target, refused: Set[str]) -> str:
    """What is wrong with a picture that is there and that nobody can show; empty for nothing."""
    if target.kind != "Image":
        return ""
    shown = pictures.path(source.chapter, target.target)
    return (
        f"the picture '{target.target}' cannot be shown" if shown and layout.figure(shown) in refused else ""
    )


def _mended(
    draft: Draft, source: Source, target: Target, places: Destinations, site: str, wrong: str, taken: set[int]
) -> Iterator[Edit]:
    shown = draft.prose
    better = "" if target.kind == "Image" else _better(source, target, places, site)
    for link in spans.links(shown):
        if link.start in taken or link.picture != (target.kind == "Image"):
            continue
        if _same(draft.text[slice(*link.address)], target.target) and draft.row(link.end) + 1 >= target.line:
            taken.add(link.start)
            yield _unlinked(draft, link, better, wrong)
            return
    for label, start, end in spans.definitions(shown):
        if _same(draft.text[start:end], target.target):
            if start in taken:
                return
            taken.add(start)
            yield from _without_definition(draft, label, start, end, better, wrong)
            return
    for tag in spans.tags(shown):
        name = "src" if target.kind == "Image" else "href"
        held = spans.attributes(draft.text[tag.start : tag.end])
        if tag.start not in taken and name in held and _same(held[name], target.target):
            taken.add(tag.start)
            yield from _html(draft, tag, held, name, better, wrong)
            return


def _same(written: str, target: str) -> bool:
    from html import unescape
    from urllib.parse import unquote

    plain = unescape(re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", written)).strip()
    return plain == target or unquote(plain) == unquote(target)


def _better(source: Source, target: Target, places: Destinations, site: str) -> str:
    """Where a link leads instead: to the chapter whose place is missing, to one of several, to the site that
    the book had; empty for nowhere.
    """
    written = target.target
    path = written.partition("#")[0]
    match places.lead(source.chapter, written):
        case Inside(file, identifier) if path:
            several = places.doubtful.get((file, identifier))
            return f"{path}#{several[0]}" if several else path
        case Inside(file, identifier):
            several = places.doubtful.get((file, identifier))
            return f"#{several[0]}" if several else ""
        case Nowhere() if written.startswith("/") and site:
            return urljoin(site, written)
    return ""


def _unlinked(draft: Draft, link: spans.Link, better: str, wrong: str) -> Edit:
    if better:
        return Edit(*link.address, better, "links that led nowhere", f"{wrong}; it leads to '{better}'")
    words = draft.text[slice(*link.words)]
    if not words.strip() and not link.picture:
        words = f"`{draft.text[slice(*link.address)].rpartition('#')[2]}`"
    end = link.end
    brace = re.match(r"\{[^{}\n]*\}", draft.text[end:])
    end += brace.end() if brace else 0
    if link.picture:
        target = draft.text[slice(*link.address)]
        words = f"{words} (`{target}`)" if words else f"`{target}`"
        return Edit(link.start, end, words, "pictures without a file", wrong)
    return Edit(link.start, end, words, "links that led nowhere", f"{wrong}; its words are shown")


def _without_definition(
    draft: Draft, label: str, start: int, end: int, better: str, wrong: str
) -> Iterator[Edit]:
    if better:
        yield Edit(start, end, better, "links that led nowhere", f"{wrong}; it leads to '{better}'")
        return
    row = draft.row(start)
    first = draft.text.rfind("[", 0, start)
    line_end = draft.text.find("\n", end)
    begin = first if draft.text[draft.starts[row] : first].strip() else draft.starts[row]
    stop = line_end if line_end >= 0 else len(draft.text)
    yield Edit(begin, stop, "", "links that led nowhere", f"{wrong}; its words are shown")
    folded = " ".join(label.split()).casefold()
    for match in _REFERENCE.finditer(draft.prose):
        named = match["label"] or match["words"]
        if " ".join(named.split()).casefold() == folded and not first <= match.start() <= end:
            words = draft.text[slice(*match.span("words"))]
            yield Edit(match.start(), match.end(), words)


def _html(
    draft: Draft, tag: spans.Tag, held: dict[str, str], name: str, better: str, wrong: str
) -> Iterator[Edit]:
    match = re.search(
        rf"\s{name}\s*=\s*(?:\"[^\"]*\"|'[^']*'|[^\s\"'<>]+)", draft.text[tag.start : tag.end], re.IGNORECASE
    )
    if name == "src":
        yield Edit(
            tag.start, tag.end, held.get("alt", "").replace("<", "&lt;"), "pictures without a file", wrong
        )
    elif match:
        new = f' href="{better}"' if better else ""
        said = f"it leads to '{better}'" if better else "its words are shown"
        yield Edit(
            tag.start + match.start(),
            tag.start + match.end(),
            new,
            "links that led nowhere",
            f"{wrong}; {said}",
        )
