"""pandoc's syntax tree: its nodes, and what each of them holds.

Trees are pandoc's JSON (https://hackage.haskell.org/package/pandoc-types, Text.Pandoc.Definition): a node is
a dictionary ``{"t": type, "c": content}``.
"""

from __future__ import annotations

from typing import Any

Tree = list[Any]
"""A pandoc syntax tree: a list of blocks as pandoc's JSON has them (``{"t": ..., "c": ...}``)."""

Node = dict[str, Any]

HEADINGS = ("chapter title", "section heading", "subsection heading")
"""What a heading of level 1, of level 2 and of any deeper level is called."""

BARE = frozenset(
    {"Str", "Space", "SoftBreak", "LineBreak", "Code", "Math", "RawInline", "CodeBlock", "RawBlock"}
)
"""The nodes that hold no other."""

WITH_ATTRIBUTES = ("Header", "Code", "CodeBlock", "Div", "Span", "Link", "Image", "Table", "Figure")
"""The nodes that may have attributes."""

WORDS = frozenset({"Str", "Space", "SoftBreak"})
"""What most of a tree's nodes are."""

_HOLDING = frozenset({"Emph", "Strong", "Strikeout", "Superscript", "Subscript", "SmallCaps", "Underline"})
AFTER_ATTRIBUTES = frozenset({"Span", "Link", "Image", "Div", "Quoted", "Cite"})
"""The nodes whose inlines or blocks come second, after attributes, a kind of quotation or citations."""


def children(inline: Node) -> Tree:
    """The run of inlines that an inline holds; empty for one that holds none."""
    content: Any = inline.get("c")
    if inline["t"] in _HOLDING:
        held: Tree = content
    elif inline["t"] in AFTER_ATTRIBUTES:
        held = content[1]
    else:
        held = []
    return held


def attributes(node: Node) -> tuple[str, tuple[str, ...], tuple[tuple[str, str], ...]] | None:
    """A node's attributes (identifier, classes, pairs), without its position; None where it has none."""
    own = own_attributes(node)
    if own is None:
        return None
    return own[0], tuple(own[1]), tuple((key, value) for key, value in own[2] if key != "data-pos")


def own_attributes(node: Node) -> list[Any] | None:
    """The list in which a node keeps its attributes, to be changed in place; None where it has none."""
    content: Any = node.get("c")
    match node["t"]:
        case "Header":
            own: list[Any] = content[1]
        case "Code" | "CodeBlock" | "Div" | "Span" | "Link" | "Image" | "Table" | "Figure":
            own = content[0]
        case _:
            return None
    return own
