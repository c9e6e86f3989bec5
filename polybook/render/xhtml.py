"""An edition's blocks as both the site and the EPUB show them."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from pathlib import PurePosixPath

from polybook.markup import Node
from polybook.model import Tree
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


def blocks(tree: Tree, words: Words, show: Picture, *, scrolls: bool) -> Tree:
    """Return a chapter's blocks with listings, figures, tables and note boxes in our own markup.

    ``scrolls``: whether wide listings and tables scroll sideways, as on a page, or wrap, as in an EPUB. What
    scrolls can be reached by the keyboard, and keeps its line numbers.
    """
    focus = ' tabindex="0"' if scrolls else ""

    def block(node: Node) -> Tree | None:
        if node["t"] == "CodeBlock":
            return [raw("html", _listing(node, words, focus, scrolls))]
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
            below = f"<figcaption>{escape(caption, quote=False)}</figcaption>" if caption else ""
            return [raw("html", f'<figure class="picture">{show(path, alt)}{below}</figure>')]
        return None

    def inline(node: Node) -> Tree | None:
        if node["t"] == "Code" and words.direction == "rtl":
            # Code runs from left to right. An EPUB's style may not say so; the attribute may.
            node["c"][0][2].append(["dir", "ltr"])
        return None

    return prepare(tree, block, inline)


def _listing(node: Node, words: Words, focus: str, numbered: bool) -> str:
    file = pairs(node).get("file")
    lines = code_lines(node, numbered=numbered and bool(file))
    if not is_listing(node):
        of = pairs(node).get("of")
        said = words("Output of {file}", file=of) if of else words("Output")
        kind, label = "transcript", escape(said)
    elif file:
        kind, label = "program", f"<code>{escape(file)}</code>"
    else:
        kind, label = "code", ""
    caption = f"<figcaption>{label}</figcaption>" if label else ""
    return (
        f'<figure class="listing {kind}">{caption}'
        f'<pre dir="ltr"{focus}><code translate="no">{lines}\n</code></pre></figure>'
    )


def media_type(path: str) -> str:
    """The media type of a picture, by its ending."""
    ending = PurePosixPath(path).suffix.lower().lstrip(".")
    return "image/" + {"svg": "svg+xml", "jpg": "jpeg"}.get(ending, ending)
