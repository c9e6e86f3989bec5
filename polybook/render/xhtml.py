"""An edition's blocks as both the site and the EPUB show them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from html import escape
from itertools import count
from pathlib import PurePosixPath

import gevent

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
    raw_inline,
    task_list,
)
from polybook.render.words import Words

Picture = Callable[[str, str], str]
"""Path and alternative text of a picture to the XHTML that shows it."""

DEEPEST = 12
"""How deep an indent the style of a wrapped listing knows, in steps of two spaces: ``d0`` to ``d12``."""


BOXES = {"☐": "☐\u00a0", "☒": "☑\u00a0"}
"""The boxes of open and done tasks, as `task_list` gives them and as an EPUB shows them."""

LONG = 12
"""How many letters a name in a text may have and stay whole in any column."""

_AFTER = re.compile(r"[.(\[]</span>(?!$|<span class=\"p\">[)\]])")
"""Where a line of code had best go on below."""

_WITHIN = re.compile(r"(?<=\w)[._/(](?=\w)")
"""Where a longer name had best go on below."""


def chapter(tree: Tree, words: Words, show: Picture, first: int, *, scrolls: bool) -> Tree:
    """Return a chapter's blocks with listings, figures, tables and note boxes in our own markup.

    Figures with a caption are numbered from ``first`` on. ``scrolls``: whether wide tables scroll sideways,
    as on a page, or wrap, as in an EPUB. What scrolls can be reached by the keyboard. A listing that a format
    has written already is left as it is.
    """
    gevent.sleep(0)  # between two chapters others may go on
    return _blocks(tree, words, show, count(first), scrolls)


def _blocks(tree: Tree, words: Words, show: Picture, numbers: Iterator[int], scrolls: bool) -> Tree:
    focus = ' tabindex="0"' if scrolls else ""

    def block(node: Node) -> Tree | None:
        if node["t"] == "CodeBlock":
            return [raw("html", _listing(node, words))]
        if node["t"] == "RawBlock" and node["c"][1].lstrip().startswith("<!--"):
            return []  # what authors tell cog and translators is not for readers
        if tasks := task_list(node):
            shown = tasks if scrolls else _drawn_boxes(tasks)
            return [raw("html", '<div class="tasks">'), shown, raw("html", "</div>")]
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
        return _code(node, words, breaks=not scrolls) if node["t"] == "Code" else None

    return prepare(tree, block, inline)


def _code(node: Node, words: Words, *, breaks: bool) -> Tree | None:
    """Code in a line of text, with places where a narrow page or column may break it."""
    own, code = node["c"]
    if breaks and len(code) > LONG and not any(own):
        direction = ' dir="ltr"' if words.direction == "rtl" else ""
        text = _WITHIN.sub(_may_break, escape(code, quote=False))
        return [raw_inline("html", f"<code{direction}>{text}</code>")]
    if words.direction == "rtl":
        # Code runs from left to right. An EPUB's style may not say so; the attribute may.
        own[2].append(["dir", "ltr"])
    return None


def _may_break(found: re.Match[str]) -> str:
    return found[0] + "<wbr/>"


def _drawn_boxes(tasks: Node) -> Node:
    """A task list whose boxes are characters: readers of EPUBs show no boxes to tick, or dead ones."""

    def inline(node: Node) -> None:
        if node["t"] == "Span":  # marked as not translated
            inline(node["c"][1][0])
        elif node["t"] == "Str" and node["c"] in BOXES:
            node["c"] = BOXES[node["c"]]  # with its space: pandoc sees no box in it

    for item in tasks["c"]:
        if item and item[0]["t"] in ("Para", "Plain") and item[0]["c"]:
            inline(item[0]["c"][0])
    return tasks


def _caption(caption: str, number: int, words: Words) -> str:
    label = escape(words("Figure {number}.", number=number), quote=False)
    space = "\u3000" if words.is_cjk else " "
    text = escape(caption, quote=False)
    return f'<figcaption><span class="number">{label}</span>{space}{text}</figcaption>'


def _listing(node: Node, words: Words) -> str:
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
    return (
        f'<figure class="listing {kind}">{caption}'
        f'<pre dir="ltr"><code translate="no">{_wrapped(node)}</code></pre></figure>'
    )


def _wrapped(node: Node) -> str:
    """A listing's lines for small screens: what does not fit goes on below, deeper than its line begins.

    A line's end is in its span. So the lines are right where the span is a block, and where no style is read.
    """
    code = re.split("\r\n?|\n", node["c"][1])
    depths = [min((len(line) - len(line.lstrip(" "))) // 2, DEEPEST) for line in code]
    lines = [_AFTER.sub(_may_break, line) for line in code_lines(node)]
    return "".join(
        f'<span class="line d{depth}">{line}\n</span>' for depth, line in zip(depths, lines, strict=True)
    )


def media_type(path: str) -> str:
    """The media type of a picture, by its ending."""
    ending = PurePosixPath(path).suffix.lower().lstrip(".")
    return "image/" + {"svg": "svg+xml", "jpg": "jpeg"}.get(ending, ending)
