"""What the formats share: pandoc's writers, and the blocks of an edition made ready for one of them."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from html import escape
from itertools import accumulate
from pathlib import Path
from typing import Any

import orjson

from polybook.markup import pandoc
from polybook.markup.code import tokens
from polybook.markup.tree import find, plain
from polybook.model.book import Limits
from polybook.model.edition import Edition
from polybook.model.nodes import Node, Tree, attributes
from polybook.render.words import Words
from polybook.system import fingerprints
from polybook.system.cache import Step, Store

API_VERSION = [1, 23, 1, 1]
"""The version of the JSON tree that pandoc 3.9 reads (pandoc-types)."""

NOTES = {"note": "Note", "tip": "Tip", "warning": "Warning"}
"""The classes of note boxes, and the theme's words for them."""

_LEAVES = {"Str", "Space", "SoftBreak", "LineBreak"}
"""What no format writes in a way of its own."""

_TASK = re.compile(r"\[([ xX])\] ")
_SCRIPT = Path(__file__).with_name("write.lua")


def _document(blocks: Tree) -> bytes:
    """Blocks as a whole pandoc document in JSON."""
    return orjson.dumps({"pandoc-api-version": API_VERSION, "meta": {}, "blocks": blocks})


def write(
    format_name: str, sizes: Sequence[int], prepare: Callable[[int], Iterable[Tree]], limits: Limits
) -> Iterator[str]:
    """Yield each tree written in a format of pandoc's; footnotes stay with their tree.

    ``prepare`` gives the trees of a place, ``sizes`` has about how many bytes of JSON they are. While pandoc
    writes some, the next are made ready.
    """

    def make(place: int) -> Iterable[bytes]:
        return map(_document, prepare(place))

    for line in pandoc.convert(_SCRIPT, format_name, sizes, make, limits):
        yield orjson.loads(line)


def write_chapters(
    format_name: str, edition: Edition, places: Sequence[int], prepare: Callable[[int], Iterable[Tree]]
) -> Iterator[str]:
    """Yield what `write` gives for the chapters of an edition at these ``places``."""
    sizes = [len(edition.chapters[place].json) for place in places]
    return write(format_name, sizes, lambda at: prepare(places[at]), edition.settings.limits)


@dataclass(frozen=True)
class Outline:
    """What of a chapter is of use outside it."""

    anchors: tuple[str, ...]
    """Those of its headings."""

    sections: tuple[tuple[str, str], ...]
    """Anchor and title of each."""

    opening: str
    """Its first paragraph."""

    files: tuple[str, ...]
    """The programs that its listings show."""

    figures: int
    """How many of its figures are numbered."""

    links: tuple[str, ...]
    """The places in the book that it links to: ``#anchor``."""

    pictures: tuple[str, ...]
    """The files of the pictures that it shows."""


def outlines(edition: Edition, store: Store) -> list[Outline]:
    """Return the outlines of an edition's chapters."""
    own = fingerprints.code("model", "markup", "render")
    steps = [
        Step("outline", f"{edition.locale} {chapter.name}", {"chapter": chapter.digest, "polybook": own})
        for chapter in edition.chapters
    ]

    def make(places: list[int]) -> Iterator[Any]:
        for place in places:
            yield _outlined(edition.chapters[place].blocks)

    return store.remember(steps, make, _outline)


def _outlined(blocks: Tree) -> Any:
    nodes = find(blocks, "Header", "CodeBlock", "Para", "Plain", "Link", "Image")
    files = {pairs(node).get("file", "") for node in nodes if node["t"] == "CodeBlock"}
    return [
        [node["c"][1][0] for node in nodes if node["t"] == "Header"],
        [[one["c"][1][0], plain(one["c"][2])] for one in blocks if one["t"] == "Header" and one["c"][0] == 2],
        next((plain(block["c"]).strip() for block in blocks if block["t"] == "Para"), ""),
        sorted(file for file in files if file),
        sum(bool((found := picture(node)) and found[2]) for node in nodes),
        sorted({one for one in _targets(nodes, "Link") if one.startswith("#")}),
        sorted(set(_targets(nodes, "Image"))),
    ]


def _targets(nodes: Iterable[Node], kind: str) -> list[str]:
    return [node["c"][2][0] for node in nodes if node["t"] == kind]


def _outline(value: Any) -> Outline:
    anchors, sections, opening, files, figures, links, pictures = value
    titled = tuple((one, title) for one, title in sections)
    return Outline(tuple(anchors), titled, opening, tuple(files), figures, tuple(links), tuple(pictures))


def first_figures(found: Sequence[Outline]) -> list[int]:
    """Return for each chapter the number of its first figure: they are numbered through the book."""
    return [1 + before for before in accumulate((one.figures for one in found), initial=0)][: len(found)]


def homes(edition: Edition, found: Sequence[Outline], ending: str) -> dict[str, str]:
    """Return the page of each anchor in the book: its chapter's name with the format's ``ending``."""
    return {
        anchor: chapter.name + ending
        for chapter, outline in zip(edition.chapters, found, strict=True)
        for anchor in outline.anchors
    }


def spell(tree: Any, word: Callable[[str], Tree | None]) -> Any:
    """Return a copy of blocks with each word replaced by what ``word`` gives for it; None leaves it."""
    if type(tree) is dict:
        return tree if tree.get("t") in _LEAVES else {key: spell(value, word) for key, value in tree.items()}
    if type(tree) is not list:
        return tree
    new: Tree = []
    for one in tree:
        if type(one) is dict and one.get("t") == "Str":
            spelled = word(one["c"])
            new += [one] if spelled is None else spelled
        else:
            new.append(spell(one, word))
    return new


def prepare(
    blocks: Tree, block: Callable[[Node], Tree | None], inline: Callable[[Node], Tree | None]
) -> Tree:
    """Return a copy of ``blocks`` with each node replaced by what ``block`` or ``inline`` gives for it.

    Children come before parents. None leaves a node as it is.
    """
    inlines = {"Link", "Image", "Span", "Code", "Note", "RawInline", "Math", "Quoted", "Cite"}

    def go(node: Any) -> Any:
        if type(node) is dict:
            return {key: go(value) for key, value in node.items()}
        if type(node) is not list:
            return node
        new: list[Any] = []
        for one in node:
            if type(one) is not dict:
                new.append(go(one) if type(one) is list else one)
                continue
            kind = one.get("t")
            if kind in _LEAVES:  # most of what a tree holds
                new.append(one)
            elif kind is None:
                new.append(go(one))
            else:
                changed = {"t": kind, "c": go(one["c"])} if "c" in one else one
                replaced = (inline if kind in inlines else block)(changed)
                if replaced is None:
                    new.append(changed)
                else:
                    new += replaced
        return new

    prepared: Tree = go(blocks)
    return prepared


def raw(format_name: str, text: str) -> Node:
    """A raw block."""
    return {"t": "RawBlock", "c": [format_name, text]}


def raw_inline(format_name: str, text: str) -> Node:
    """A raw inline."""
    return {"t": "RawInline", "c": [format_name, text]}


def pairs(node: Node) -> dict[str, str]:
    """A node's key-value attributes."""
    own = attributes(node)
    return dict(own[2]) if own else {}


def is_listing(node: Node) -> bool:
    """Whether a code block is code rather than what a program printed."""
    return "transcript" not in node["c"][0][1]


def note_kind(node: Node) -> str | None:
    """The class of a note box; None for any other node."""
    if node["t"] != "Div":
        return None
    return next((name for name in node["c"][0][1] if name in NOTES), None)


def task_list(node: Node) -> Node | None:
    """A list with boxes for ``[ ]`` and ``[x]``; None for any other node, and where nothing is a task.

    pandoc's reader for CommonMark leaves these marks as they are; its writers know the boxes.
    """
    if node["t"] != "BulletList":
        return None
    found = False
    for item in node["c"]:
        inlines = item[0]["c"] if item and item[0]["t"] in ("Para", "Plain") else []
        while inlines and inlines[0]["t"] == "Span":  # marked as not translated
            inlines = inlines[0]["c"][1]
        text = "".join(one.get("c", " ") if one["t"] in ("Str", "Space") else "\0" for one in inlines[:4])
        if mark := _TASK.match(text):
            found = True
            taken = 4 if mark[1] == " " else 2
            inlines[:taken] = [{"t": "Str", "c": "☐" if mark[1] == " " else "☒"}, {"t": "Space"}]
    return node if found else None


def picture(node: Node) -> tuple[str, str, str] | None:
    """Path, alternative text and caption of a paragraph that holds nothing but a picture."""
    if node["t"] not in ("Para", "Plain") or len(node["c"]) != 1:
        return None
    image = node["c"][0]
    if image["t"] == "Span" and len(image["c"][1]) == 1:  # marked as not translated
        image = image["c"][1][0]
    if image["t"] != "Image":
        return None
    _, alt, (path, title) = image["c"]
    return path, plain(alt), title


def highlighted(block: Node, code: str) -> list[list[tuple[str, str]]]:
    """Return the lines of ``code``, in a code block's language, each in pieces: what a piece is, by Pygments'
    short name or empty, and its text.
    """
    from pygments.token import STANDARD_TYPES

    classes = block["c"][0][1]
    lines: list[list[tuple[str, str]]] = [[]]
    kind: Any
    for _, kind, value in tokens(classes[0] if classes and is_listing(block) else "text", code):
        while kind not in STANDARD_TYPES:
            kind = kind.parent
        for place, part in enumerate(value.split("\n")):
            if place:
                lines.append([])
            if part:
                lines[-1].append((STANDARD_TYPES[kind], part))
    return lines


def code_lines(block: Node) -> list[str]:
    """Return a code block's lines as HTML, highlighted."""

    def span(name: str, text: str) -> str:
        shown = escape(text, quote=False)
        return f'<span class="{name}">{shown}</span>' if name else shown

    code = re.sub("\r\n?", "\n", block["c"][1])
    return ["".join(span(name, text) for name, text in line) for line in highlighted(block, code)]


def untranslated_note(words: Words, count: int) -> str:
    """What a chapter says of its untranslated text; empty where there is none."""
    if not count:
        return ""
    return words.count(
        "{number} passage of this chapter is not translated yet and is shown in the original language.",
        "{number} passages of this chapter are not translated yet and are shown in the original language.",
        count,
    )


def identifier(book: str, locale: str) -> str:
    """Return an edition's identifier: the same for ever, and of the same kind as the book's."""
    prefix = "urn:uuid:"
    if book.startswith(prefix):
        return prefix + str(uuid.uuid5(uuid.UUID(book.removeprefix(prefix)), locale))
    return f"{book}:{locale}"
