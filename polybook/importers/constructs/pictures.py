"""Pictures: those of the book come along, those on the web become links, and captions stand in titles."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from urllib.parse import quote, unquote

from polybook.importers import spans
from polybook.importers.around import Around
from polybook.importers.constructs import links
from polybook.importers.drafts import Draft, Edit, rows
from polybook.importers.source import ending
from polybook.model.book import FIGURE_ENDINGS

_WEB = re.compile(r"(?:[A-Za-z][A-Za-z0-9+.-]*:)?//", re.ASCII)
_BRACES = re.compile(r"\{:?(?P<held>[^{}\n]*(?:\n[^{}\n]*)?)\}")


def find(draft: Draft, around: Around) -> Iterator[Edit]:
    """Yield an edit for each picture that is written otherwise here."""
    shown = draft.prose
    found = spans.links(shown)
    for link in found:
        if link.picture:
            within = any(
                other.words[0] <= link.start and link.end <= other.words[1]
                for other in found
                if not other.picture
            )
            yield from _markdown(draft, around, link, within)
    opened = False
    for tag in spans.tags(shown):
        if tag.name.lower() == "a":
            opened = not tag.closes
        if tag.name.lower() == "img":
            yield from _html(draft, around, tag, opened)


def _markdown(draft: Draft, around: Around, link: spans.Link, within: bool) -> Iterator[Edit]:
    text = draft.text
    target = text[slice(*link.address)]
    words = text[slice(*link.words)]
    brace = _BRACES.match(text, link.end)
    end = brace.end() if brace else link.end
    if not target or target.startswith("#"):
        yield Edit(link.start, end, words, "pictures without a file", "a picture has no address")
        return
    if _WEB.match(target) or target.startswith("data:"):
        yield _on_web(draft, link.start, end, words, target, within)
        return
    path = find_file(draft, around, target)
    if not path:
        named = f"{words} (`{target}`)" if words else f"`{target}`"
        yield Edit(link.start, end, named, "pictures without a file", f"the picture '{target}' is not there")
        return
    if ending(path) not in FIGURE_ENDINGS:
        place = quote(links.beside(draft, around, path))
        what = f"'{target}' is no picture that every format shows; a link leads to it"
        yield Edit(link.start, end, f"[{words or posixpath.basename(path)}]({place})", "links to files", what)
        return
    place = links.beside(draft, around, path)
    yield from _moved(draft, link.address, target, place)
    held = spans.braces(brace["held"]) if brace else spans.braces("")
    if brace and (described := held.get("fig-alt", "alt")):
        kept = re.sub(r"\s*\b(?:fig-)?alt=(?:\"(?:[^\"\\]|\\.)*\"|'[^']*'|[^\s{}]+)", "", brace[0])
        yield Edit(brace.start(), brace.end(), "" if kept.strip("{} :") == "" else kept)
        if not words or not around.plan.captions:
            yield Edit(*link.words, described.replace("[", "\\[").replace("]", "\\]"))
    if around.plan.captions and not within and words and link.title[0] == link.title[1]:
        yield from _captioned(draft, link, words, brace)


def _moved(draft: Draft, where: tuple[int, int], target: str, place: str) -> Iterator[Edit]:
    if posixpath.normpath(unquote(target.partition("?")[0].partition("#")[0])) != place:
        yield Edit(*where, quote(place), "pictures that have another address")


def _captioned(draft: Draft, link: spans.Link, words: str, brace: re.Match[str] | None) -> Iterator[Edit]:
    """A picture alone in its paragraph, whose words are its caption as pandoc has it."""
    known = rows(draft.text)
    first, last = draft.row(link.start), draft.row((brace.end() if brace else link.end) - 1)
    line = draft.text[draft.starts[first] : link.start]
    after = draft.text[brace.end() if brace else link.end :].split("\n", 1)[0]
    around_it = [known[one].kind for one in (first - 1, last + 1) if 0 <= one < len(known)]
    if (
        line.strip(" \t>")
        or after.strip()
        or any(kind not in {"blank", "fence", "comment"} for kind in around_it)
    ):
        return
    held = spans.braces(brace["held"]) if brace else spans.braces("")
    described = held.get("fig-alt", "alt")
    caption = plain(words).replace("\\", "\\\\").replace('"', "&quot;")
    yield Edit(link.end - 1, link.end - 1, f' "{caption}"', "captions of figures")
    if described:
        yield Edit(*link.words, described.replace("[", "\\[").replace("]", "\\]"))


def plain(words: str) -> str:
    """Words without the marks of Markdown, as a title has them."""
    words = re.sub(
        r"!?\[((?:[^\[\]\\]|\\.)*)\](?:\([^()\s]*(?:\s+\"[^\"]*\")?\)|\[[^\[\]]*\]|\{[^{}]*\})?", r"\1", words
    )
    words = re.sub(r"(?<!\\)(\*\*|__|\*|`|~~)", "", words)
    words = re.sub(r"(?<![\w\\])_(?=\S)|(?<=\S)_(?!\w)", "", words)
    return re.sub(r"\\([^\w\s])", r"\1", " ".join(words.split()))


def find_file(draft: Draft, around: Around, target: str) -> str:
    """The file of SOURCE that a picture's address means; empty for none."""
    bare = target.partition("?")[0].partition("#")[0]
    shelf, home = around.shelf, around.plan.home
    begin = f"{home}/x" if home else "x"
    own = shelf.near(draft.path, bare)
    wanted = [own, shelf.near(begin, bare.lstrip("/")), shelf.near("x", bare.lstrip("/"))]
    wanted += [
        shelf.near(f"{posixpath.join(home, folder)}/x", re.sub(r"^[/@~]+", "", bare))
        for folder in (
            "resources",
            "public",
            ".vuepress/public",
            "static",
            "images",
            "assets",
            "_static",
            ".",
        )
    ]
    wanted += [
        shelf.near(f"{folder}/x", re.sub(r"^[/@~]+", "", bare))
        for folder in ("static", "public", "resources")
    ]
    inner = re.match(r"(?:\.\./)*(.+)", bare)
    wanted += [posixpath.join(home, inner[1])] if inner else []
    found = shelf.first(*filter(None, wanted))
    if not found and not ending(bare):  # pandoc and Markua: without an ending
        found = shelf.first(*(f"{own}{one}" for one in (".svg", ".png", ".jpg")))
    return found


def _on_web(draft: Draft, start: int, end: int, words: str, target: str, within: bool) -> Edit:
    """A picture that nobody fetches: a link, or, in a link, its words."""
    if target.startswith("data:"):
        what = "a picture is in its own address; save it as a file"
        return Edit(start, end, words or "(…)", "pictures without a file", what)
    name = posixpath.basename(target.partition("?")[0]) or "picture"
    named = words or name.replace("[", "").replace("]", "")
    what = f"the picture '{target}' is on the web"
    if within:
        return Edit(start, end, named, "pictures on the web", what)
    address = f"https:{target}" if target.startswith("//") else target
    return Edit(
        start,
        end,
        f"[{named}](<{address}>)" if "(" in address else f"[{named}]({address})",
        "pictures on the web",
        what,
    )


def _html(draft: Draft, around: Around, tag: spans.Tag, within: bool) -> Iterator[Edit]:
    held = spans.attributes(tag.attributes)
    target, words = held.get("src", ""), " ".join(held.get("alt", "").split())
    safe = words.replace("<", "&lt;")
    if not target or target.startswith("data:"):
        yield Edit(tag.start, tag.end, safe, "pictures without a file", "a picture has no address of a file")
        return
    if _WEB.match(target):
        named = safe or posixpath.basename(target.partition("?")[0]) or "picture"
        address = f"https:{target}" if target.startswith("//") else target
        text = named if within else f'<a href="{address}">{named}</a>'
        yield Edit(tag.start, tag.end, text, "pictures on the web", f"the picture '{target}' is on the web")
        return
    path = find_file(draft, around, unquote(target))
    if not path or ending(path) not in FIGURE_ENDINGS:
        what = (
            f"the picture '{target}' is not there"
            if not path
            else f"'{target}' is no picture that every format shows"
        )
        yield Edit(
            tag.start, tag.end, f"{safe} (<code>{target}</code>)".strip(), "pictures without a file", what
        )
        return
    place = links.beside(draft, around, path)
    match = re.search(
        r"\ssrc\s*=\s*[\"']?((?<=[\"'])[^\"'<>]*|[^\s\"'<>]+)", draft.text[tag.start : tag.end], re.IGNORECASE
    )
    if match:
        where = (tag.start + match.start(1), tag.start + match.end(1))
        yield from _moved(draft, where, target, place)
