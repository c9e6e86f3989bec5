"""The one way to walk a syntax tree: its runs of inlines, and the nodes in them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from polybook.model.nodes import AFTER_ATTRIBUTES, BARE, HEADINGS, WORDS, Node, Tree, children


def rewrite(blocks: Tree, run: Callable[[str, Tree], Tree], kind: str = "paragraph") -> Tree:
    """Return a copy of ``blocks`` in which ``run(kind, inlines)`` stands for each run of inlines.

    This is the only place that knows where pandoc keeps runs: paragraphs, headings, terms, captions and
    table cells. ``kind`` says what a run is, in words for people. Notes inside a run are left to
    ``run``. Blocks without inlines (code, raw text, rules) are copied as they are.
    """
    return [_rewrite_block(block, run, kind) for block in blocks]


def _rewrite_block(block: Node, run: Callable[[str, Tree], Tree], kind: str) -> Node:
    def inside(blocks: Tree, kind: str = kind) -> Tree:
        return rewrite(blocks, run, kind)

    content: Any = block.get("c")
    match block["t"]:
        case "Para" | "Plain":
            new: Any = run(kind, content)
        case "Header":
            new = [content[0], content[1], run(HEADINGS[min(content[0], len(HEADINGS)) - 1], content[2])]
        case "LineBlock":
            new = [run(kind, line) for line in content]
        case "BlockQuote":
            new = inside(content, "quotation")
        case "BulletList":
            new = [inside(item, "list item") for item in content]
        case "OrderedList":
            new = [content[0], [inside(item, "list item") for item in content[1]]]
        case "DefinitionList":
            new = [
                [run("term", term), [inside(one, "definition") for one in definitions]]
                for term, definitions in content
            ]
        case "Div":
            new = [content[0], inside(content[1])]
        case "Figure":
            short, long = content[1]
            new = [content[0], [short, inside(long, "caption")], inside(content[2])]
        case "Table":
            attributes, (short, long), columns, head, bodies, foot = content

            def rows(rows: Tree) -> Tree:
                return [
                    [row[0], [[*cell[:4], inside(cell[4], "table cell")] for cell in row[1]]] for row in rows
                ]

            new = [
                attributes,
                [short, inside(long, "caption")],
                columns,
                [head[0], rows(head[1])],
                [[body[0], body[1], rows(body[2]), rows(body[3])] for body in bodies],
                [foot[0], rows(foot[1])],
            ]
        case _:
            return dict(block)
    return {"t": block["t"], "c": new}


def runs(blocks: Tree) -> list[Tree]:
    """The runs of inlines in ``blocks``, in order, without those in their notes."""
    found: list[Tree] = []

    def collect(_: str, inlines: Tree) -> Tree:
        found.append(inlines)
        return inlines

    rewrite(blocks, collect)
    return found


def find(tree: Any, *kinds: str) -> list[Node]:
    """Return every node below ``tree`` (a node or any nesting of lists), or every one of these ``kinds``.

    Parents come before children.
    """
    # A stack of its own rather than recursion, and no look at what is neither wanted nor holds a node: books
    # have millions of words. An exact type is what reading JSON gives.
    passed = WORDS.difference(kinds) if kinds else frozenset()
    found: list[Node] = []
    waiting: list[Any] = [tree]
    while waiting:
        one: Any = waiting.pop()
        if type(one) is dict:
            kind = one.get("t")
            if kind is None:
                one = list(one.values())
            else:
                if not kinds or kind in kinds:
                    found.append(one)
                if kind in BARE:
                    continue
                content: Any = one.get("c")
                one = content[1] if kind in AFTER_ATTRIBUTES else content
                if type(one) is dict:
                    waiting.append(one)
                    continue
        if type(one) is list and one and type(one[0]) is not str:  # attributes and addresses hold no node
            waiting += [
                part
                for part in reversed(one)
                if (part.get("t") not in passed if type(part) is dict else type(part) is list)
            ]
    return found


def within(inlines: Tree) -> list[Node]:
    """The inlines of a run and those nested in them, in order, without going into its notes."""
    found: list[Node] = []
    for node in inlines:
        found.append(node)
        if node["t"] not in BARE and node["t"] != "Note":
            found += within(children(node))
    return found


def notes(inlines: Tree) -> list[Tree]:
    """The contents of a run's footnotes, in the order of their references."""
    return [node["c"] for node in beside_words(inlines) if node["t"] == "Note"]


def beside_words(inlines: Tree) -> list[Node]:
    """What `within` gives, without the words and the spaces between them."""
    others = [node for node in inlines if node["t"] not in WORDS]
    return [node for node in within(others) if node["t"] not in WORDS] if others else []


def plain(inlines: Tree) -> str:
    """The text of a run, without markup and without its notes."""
    parts = []
    for node in within(inlines):
        kind = node["t"]
        if kind == "Str":
            parts.append(node["c"])
        elif kind in ("Space", "SoftBreak", "LineBreak"):
            parts.append(" ")
        elif kind in ("Code", "Math"):
            parts.append(node["c"][1])
    return "".join(parts)
