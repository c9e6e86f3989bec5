"""An edition's blocks as both the site and the EPUB show them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from html import escape
from itertools import count
from pathlib import PurePosixPath

from polybook.markup import Node, each
from polybook.model import Edition, Tree
from polybook.render.fragments import (
    NOTES,
    code_lines,
    is_listing,
    note_kind,
    pairs,
    picture,
    prepare,
    raw,
    task_list,
)
from polybook.render.words import Words

Picture = Callable[[str, str], str]
"""Path and alternative text of a picture to the XHTML that shows it."""

DEEPEST = 12
"""How deep an indent the style of a wrapped listing knows, in steps of two spaces: ``d0`` to ``d12``."""


def chapters(edition: Edition, words: Words, show: Picture, ending: str, *, scrolls: bool) -> list[Tree]:
    """Return each chapter's blocks with listings, figures, tables and note boxes in our own markup.

    Links to other chapters lead to their pages, a chapter's name and ``ending``; figures with a caption are
    numbered through the book. ``scrolls``: whether wide listings and tables scroll sideways, as on a page, or
    wrap, as in an EPUB. What scrolls can be reached by the keyboard, and keeps its line numbers.
    """
    homes = {
        node["c"][1][0]: chapter.name + ending
        for chapter in edition.chapters
        for node in each(chapter.blocks)
        if node["t"] == "Header"
    }
    numbers = count(1)
    return [
        _blocks(chapter.blocks, chapter.name + ending, homes, words, show, numbers, scrolls)
        for chapter in edition.chapters
    ]


def _blocks(
    tree: Tree,
    page: str,
    homes: Mapping[str, str],
    words: Words,
    show: Picture,
    numbers: Iterator[int],
    scrolls: bool,
) -> Tree:
    focus = ' tabindex="0"' if scrolls else ""

    def block(node: Node) -> Tree | None:
        if node["t"] == "CodeBlock":
            return [raw("html", _listing(node, words, scrolls))]
        if node["t"] == "RawBlock" and node["c"][1].lstrip().startswith("<!--"):
            return []  # what authors tell cog and translators is not for readers
        if tasks := task_list(node):
            return [raw("html", '<div class="tasks">'), tasks, raw("html", "</div>")]
        if node["t"] == "Table":
            return [raw("html", f'<div class="table"{focus}>'), node, raw("html", "</div>")]
        if kind := note_kind(node):
            label = escape(words(NOTES[kind]))
            before = f'<div class="box {kind}" role="note" aria-label="{label}"><p class="label">{label}</p>'
            return [raw("html", before), *node["c"][1], raw("html", "</div>")]
        if found := picture(node):
            path, alt, caption = found
            below = _caption(caption, next(numbers), words) if caption else ""
            return [raw("html", f'<figure class="picture">{show(path, alt)}{below}</figure>')]
        return None

    def inline(node: Node) -> Tree | None:
        if node["t"] == "Link" and node["c"][2][0].startswith("#"):
            node["c"][2][0] = _target(node["c"][2][0], page, homes)
        elif node["t"] == "Code" and words.direction == "rtl":
            # Code runs from left to right. An EPUB's style may not say so; the attribute may.
            node["c"][0][2].append(["dir", "ltr"])
        return None

    return prepare(tree, block, inline)


def _target(anchor: str, page: str, homes: Mapping[str, str]) -> str:
    """Where a link from ``page`` leads to: ``#anchor``, on which page it is."""
    home = homes.get(anchor[1:], page)
    if home == page:
        return anchor
    # A chapter's own anchor is the top of its page.
    return home if PurePosixPath(home).stem == anchor[1:] else home + anchor


def _caption(caption: str, number: int, words: Words) -> str:
    label = escape(words("Figure {number}.", number=number), quote=False)
    space = "\u3000" if words.is_cjk else " "
    text = escape(caption, quote=False)
    return f'<figcaption><span class="number">{label}</span>{space}{text}</figcaption>'


def _listing(node: Node, words: Words, scrolls: bool) -> str:
    file = pairs(node).get("file")
    if not is_listing(node):
        of = pairs(node).get("of")
        said = words("Output of {file}", file=of) if of else words("Output")
        kind, label = "transcript", escape(said)
    elif file:
        kind, label = "program", f"<code>{escape(file)}</code>"
    else:
        kind, label = "code", ""
    caption = f"<figcaption>{label}</figcaption>" if label else ""
    focus, lines = (' tabindex="0"', _scrolled(node)) if scrolls else ("", _wrapped(node))
    return (
        f'<figure class="listing {kind}">{caption}'
        f'<pre dir="ltr"{focus}><code translate="no">{lines}</code></pre></figure>'
    )


def _scrolled(node: Node) -> str:
    """A listing's lines as they stand on a page: a program's know their numbers."""
    own = pairs(node)
    start = own.get("start", "1")
    first = int(start) if start.isdigit() else 1
    numbered = is_listing(node) and bool(own.get("file"))
    written = []
    for number, line in enumerate(code_lines(node), first):
        attribute = f' data-n="{number}"' if numbered else ""
        written.append(f'<span class="line"{attribute}>{line}</span>\n')
    return "".join(written)


def _wrapped(node: Node) -> str:
    """A listing's lines for small screens: what does not fit goes on below, deeper than its line begins.

    A line's end is in its span. So the lines are right where the span is a block, and where no style is read.
    """
    code = re.split("\r\n?|\n", node["c"][1])
    depths = [min((len(line) - len(line.lstrip(" "))) // 2, DEEPEST) for line in code]
    return "".join(
        f'<span class="line d{depth}">{line}\n</span>'
        for depth, line in zip(depths, code_lines(node), strict=True)
    )


def media_type(path: str) -> str:
    """The media type of a picture, by its ending."""
    ending = PurePosixPath(path).suffix.lower().lstrip(".")
    return "image/" + {"svg": "svg+xml", "jpg": "jpeg"}.get(ending, ending)
