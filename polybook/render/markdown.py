"""An edition as one Markdown file: readable as it is, and complete in itself."""

from __future__ import annotations

import re

from polybook.markup.parse import READER
from polybook.model.edition import Edition
from polybook.model.nodes import Node, Tree
from polybook.render import blocks
from polybook.system import fingerprints
from polybook.system.cache import Step, Store

# What pandoc leaves as it is, though it would mean something when the text is read again: attributes' braces,
# and where a word begins a line the marks of items, definitions, boxes and headings, and dashes for a rule.
_MARK = re.compile(r"\{|^\d+(?=[.)])|^[-+=:]|^[–—]")


def render(edition: Edition, store: Store) -> bytes:
    """Return the edition's text; links between chapters lead to anchors in the same file."""

    def block(node: Node) -> Tree | None:
        if node["t"] == "RawBlock" and node["c"][1].lstrip().startswith("<!--"):
            return []
        if tasks := blocks.task_list(node):
            return [tasks]
        if node["t"] == "CodeBlock":
            (identifier, classes, pairs), code = node["c"]
            kept = [pair for pair in pairs if pair[0] not in ("digest", "start", "of")]
            return [{"t": "CodeBlock", "c": [[identifier, classes, kept], code]}]
        return None

    def inline(node: Node) -> Tree | None:
        if node["t"] in ("Link", "Image"):
            own, shown, (target, title) = node["c"]
            # pandoc writes a title as it is.
            title = title.replace("&", "&amp;").replace("\\", r"\\").replace('"', r"\"")
            return [{"t": node["t"], "c": [own, shown, [target, title]]}]
        return None

    steps = [
        Step(
            "markdown",
            f"{edition.locale} {chapter.name}",
            {
                "chapter": chapter.digest,
                "polybook": fingerprints.code("model", "markup", "render"),
                "tools": fingerprints.of("pypandoc_binary"),
            },
        )
        for chapter in edition.chapters
    ]

    def prepare(place: int) -> list[Tree]:
        tree = blocks.prepare(edition.chapters[place].blocks, block, inline)
        return [blocks.spell(tree, _literal)]

    written: list[str] = store.remember(
        steps, lambda places: blocks.write_chapters(READER, edition, places, prepare)
    )
    return ("\n\n".join(text.strip() for text in written) + "\n").encode()


def _literal(word: str) -> Tree:
    """A word in pieces, each mark in it escaped."""
    pieces: Tree = []
    end = 0
    for mark in _MARK.finditer(word):
        escaped = mark[0] if mark[0] in "–—" else f"{mark[0]}\\" if mark[0].isdigit() else f"\\{mark[0]}"
        pieces += [{"t": "Str", "c": word[end : mark.start()]}, blocks.raw_inline("markdown", escaped)]
        end = mark.end()
    pieces.append({"t": "Str", "c": word[end:]})
    return [piece for piece in pieces if piece["c"]]
