"""An edition as one Markdown file: readable as it is, and complete in itself."""

from __future__ import annotations

from polybook.markup import READER, Node
from polybook.model import Edition, Tree
from polybook.render import fragments


def render(edition: Edition) -> bytes:
    """Return the edition's text; links between chapters lead to anchors in the same file."""

    def block(node: Node) -> Tree | None:
        if node["t"] == "RawBlock" and node["c"][1].lstrip().startswith("<!--"):
            return []
        if tasks := fragments.task_list(node):
            return [tasks]
        if node["t"] == "CodeBlock":
            (identifier, classes, pairs), code = node["c"]
            kept = [pair for pair in pairs if pair[0] not in ("digest", "start", "of")]
            return [{"t": "CodeBlock", "c": [[identifier, classes, kept], code]}]
        return None

    trees = [fragments.prepare(chapter.blocks, block, lambda node: None) for chapter in edition.chapters]
    return ("\n\n".join(text.strip() for text in fragments.write(trees, READER)) + "\n").encode()
