"""An edition as one Markdown file: readable as it is, and complete in itself."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from textwrap import indent

from polybook.markup import levels
from polybook.markup.fences import INFO
from polybook.markup.parse import READER
from polybook.model.edition import Edition, EditionChapter
from polybook.model.nodes import (
    Attr,
    Block,
    BulletList,
    CodeBlock,
    Header,
    Image,
    Inline,
    Link,
    Note,
    RawBlock,
    Run,
    Str,
    Target,
    Tree,
)
from polybook.render import blocks
from polybook.system import fingerprints
from polybook.system.cache import Step, Store

# What pandoc leaves as it is, though it would mean something when the text is read again: attributes' braces,
# a bracket after an exclamation mark, and where a word begins a line the marks of items, definitions, boxes
# and headings, and dashes for a rule.
_MARK = re.compile(r"\{|(?<=!)\[|^\d+(?=[.)])|^[-+=:]|^[–—]")


def render(edition: Edition, store: Store) -> bytes:
    """Return the edition's text; links between chapters lead to anchors in the same file."""

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

    def make(places: list[int]) -> Iterator[str]:
        noted: dict[int, int] = {}  # how many footnotes a chapter has

        def prepare(place: int) -> list[Tree]:
            chapter = edition.chapters[place]
            notes: list[Tree] = []

            def inline(node: Inline) -> Run | None:
                if not isinstance(node, Note):
                    return _inline(node)
                notes.append(node.blocks)
                return [blocks.raw_inline("markdown", f"[^{_label(chapter, len(notes))}]")]

            tree = blocks.prepare(chapter.blocks, _block, inline)
            noted[place] = len(notes)
            return [blocks.spell(one, _literal) for one in (tree, *notes)]

        written = blocks.write_chapters(READER, edition, places, prepare)
        for place in places:
            text = next(written).strip()
            notes = enumerate(islice(written, noted.pop(place)), 1)
            yield "\n\n".join([text, *(_note(edition.chapters[place], *one) for one in notes)])

    return ("\n\n".join(store.remember(steps, make)) + "\n").encode()


def _label(chapter: EditionChapter, number: int) -> str:
    """What a footnote is called: pandoc's numbers are those of another chapter's footnotes too."""
    return f"{chapter.name}-{number}"


def _note(chapter: EditionChapter, number: int, text: str) -> str:
    """A footnote as it is written below its chapter."""
    inside = indent(text.strip("\n"), " " * 4)
    # Code that is told by its indent alone cannot begin beside the label.
    begun = f"\n{inside}" if text.startswith(" ") else f" {inside.lstrip()}"
    return f"[^{_label(chapter, number)}]:{begun}"


def _block(node: Block) -> Tree | None:
    match node:
        case Header():
            levels.restore(node)
        case RawBlock() if node.text.lstrip().startswith("<!--"):
            return []
        case BulletList() if tasks := blocks.task_list(node):
            return [tasks]
        case CodeBlock():
            own = node.attr
            if (info := own.get(INFO)) and "`" not in info:
                return [CodeBlock.of(Attr("", [info], []), node.text)]  # as its author wrote it
            kept = [pair for pair in own.pairs if pair[0] not in ("digest", "start", "of")]
            # Without a class pandoc would indent the code, and nothing of an empty block is left then.
            return [CodeBlock.of(Attr(own.identifier, own.classes or [""], kept), node.text)]
    return None


def _inline(node: Inline) -> Run | None:
    match node:
        case Link() | Image():
            # pandoc writes a title as it is.
            title = node.target.title.replace("&", "&amp;").replace("\\", r"\\").replace('"', r"\"")
            return [type(node).of(node.attr, node.inlines, Target(node.target.url, title))]
    return None


def _literal(word: str) -> Run:
    """A word in pieces, each mark in it escaped."""
    pieces: Run = []
    end = 0
    for mark in _MARK.finditer(word):
        escaped = mark[0] if mark[0] in "–—" else f"{mark[0]}\\" if mark[0].isdigit() else f"\\{mark[0]}"
        pieces += [Str(word[end : mark.start()]), blocks.raw_inline("markdown", escaped)]
        end = mark.end()
    pieces.append(Str(word[end:]))
    return [piece for piece in pieces if not isinstance(piece, Str) or piece.text]
