"""An edition as one Markdown file: readable as it is, and complete in itself."""

from __future__ import annotations

from polybook import versions
from polybook.cache import Step, Store
from polybook.markup import READER, Node
from polybook.model import Edition, Tree
from polybook.render import fragments


def render(edition: Edition, store: Store) -> bytes:
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

    steps = [
        Step(
            "markdown",
            f"{edition.locale} {chapter.name}",
            {
                "chapter": chapter.digest,
                "polybook": versions.own("*.py", "render/*.py", "render/*.lua"),
                "tools": versions.of("pypandoc_binary"),
            },
        )
        for chapter in edition.chapters
    ]

    def make(places: list[int]) -> list[str]:
        chapters = [edition.chapters[place] for place in places]
        trees = [fragments.prepare(chapter.blocks, block, lambda node: None) for chapter in chapters]
        return fragments.write(trees, [f"{edition.locale} {one.name}" for one in chapters], READER, store)

    written: list[str] = store.remember(steps, make)
    return ("\n\n".join(text.strip() for text in written) + "\n").encode()
