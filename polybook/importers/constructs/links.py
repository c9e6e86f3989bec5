"""Links to chapters lead to where these went; pictures come along."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from urllib.parse import quote, unquote

from polybook.importers import spans
from polybook.importers.around import Around
from polybook.importers.drafts import Draft, Edit
from polybook.importers.source import MARKDOWN, ending

_ELSEWHERE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:|//|#|\{")
_TEMPLATE = re.compile(
    r"\{\{\s*(?:site\.(?:baseurl|url)|\"?(?P<path>[^\s\"'{}|]+)\"?\s*\|\s*(?:relative_url|absolute_url|url))\s*\}\}"
    r"|\{%-?\s*(?:link|post_url)\s+(?P<link>[^\s%]+)\s*-?%\}"
    r"|\{\{[<%]\s*(?:rel)?ref\s+\"(?P<ref>[^\"]+)\"\s*[>%]\}\}"
)


_MYST = frozenset({"sphinx", "jupyter-book", "myst"})
"""Where a link may name a label."""


def templated(draft: Draft, around: Around) -> Iterator[Edit]:
    """Yield an edit for each address that Jekyll's or Hugo's templates make."""
    for match in _TEMPLATE.finditer(draft.prose):
        path = match["path"] or match["link"] or match["ref"] or ""
        if match["ref"] and ending(path) == "" and "#" not in path:
            path += ".md"
        if match["link"]:
            path = f"/{path.lstrip('/')}"
        yield Edit(match.start(), match.end(), path, "addresses made by templates")


def find(draft: Draft, around: Around) -> Iterator[Edit]:
    """Yield an edit for each address of a link that is another here."""
    shown = draft.prose
    for link in spans.links(shown):
        if link.picture or draft.text[link.start : link.start + 3] == "[^":
            continue
        yield from _edits(draft, around, *link.address)
    for label, start, end in spans.definitions(shown):
        if label:
            yield from _edits(draft, around, start, end)
    for tag in spans.tags(shown):
        if tag.name.lower() == "a" and (match := _attribute(draft.text[tag.start : tag.end], "href")):
            yield from _edits(draft, around, tag.start + match.start(1), tag.start + match.end(1))


def _attribute(text: str, name: str) -> re.Match[str] | None:
    return re.search(rf"\s{name}\s*=\s*[\"']?((?<=[\"'])[^\"'<>]*|[^\s\"'<>]+)", text, re.IGNORECASE)


def _edits(draft: Draft, around: Around, start: int, end: int) -> Iterator[Edit]:
    """An edit where what stands there names a chapter or a file otherwise than it is named now."""
    target = draft.text[start:end]
    if not target or _ELSEWHERE.match(target):
        return
    named = around.labels.get(target) if around.plan.lineage in _MYST else None
    if named and not around.chapter(draft.path, unquote(target)):
        yield Edit(start, end, f"{around.between(draft.path, named[0])}#{named[1]}", "cross-references")
        return
    path, sign, anchor = target.partition("#")
    path = path.partition("?")[0]
    plain = unquote(path)
    if chapter := around.chapter(draft.path, plain):
        new = around.between(draft.path, chapter) + sign + anchor
        new = new or posixpath.basename(around.homes[chapter])
        if _written(path) != around.between(draft.path, chapter) and not _leads(
            draft, around, plain, chapter
        ):
            yield Edit(start, end, new.replace(" ", "%20"), "links to chapters")
        return
    near = around.shelf.near(draft.path, plain)
    if near in around.shelf and ending(near) not in MARKDOWN:
        place = beside(draft, around, near)
        if place != posixpath.normpath(plain):
            yield Edit(start, end, quote(place) + sign + anchor, "links to files")


def _written(path: str) -> str:
    return posixpath.normpath(path) if path else ""


def _leads(draft: Draft, around: Around, path: str, chapter: str) -> bool:
    """Whether Polybook finds the chapter by what is written: its file or page, with or without an ending."""
    if path.startswith("/"):
        return False
    own = around.homes[draft.path]
    bare = re.sub(r"\.(?:html?|md)$", "", posixpath.normpath(posixpath.join(posixpath.dirname(own), path)))
    here = re.sub(r"\.md$", "", around.homes[chapter])
    return bare == here or posixpath.join(bare, posixpath.basename(here)) == here


def beside(draft: Draft, around: Around, path: str) -> str:
    """How a chapter writes where a file of SOURCE is in the book."""
    own = around.homes.get(draft.path, "")
    return posixpath.relpath(place_of(around, path), posixpath.dirname(own) or ".")


def place_of(around: Around, path: str) -> str:
    """Where a file of SOURCE is below ``source/``: its own place, or, from beyond the chapters' folder, in
    ``figures/``.
    """
    home = around.plan.home
    if re.search(r"(?:^|/)\.", path):  # nobody looks into hidden folders
        bare = re.sub(r"^(?:.*/)?\.[^/]*/(?:public/|assets/)?", "", path)
        return f"figures/{bare.lstrip('.')}"
    if not home:
        return path
    return path.removeprefix(f"{home}/") if path.startswith(f"{home}/") else f"figures/{path}"
