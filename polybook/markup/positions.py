"""Where the nodes of a tree stand in the source: pandoc's ``data-pos`` (its extension ``sourcepos``).

A position is an attribute of a node, or of a wrapper that the reader put around a node without attributes.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from polybook.model.nodes import WORDS, Node, Tree, own_attributes


class Segment(NamedTuple):
    """A piece of one line of a source text: columns count characters from 0, the line from 1."""

    line: int
    start: int
    end: int


def segments(node: Node, lines: Sequence[str]) -> list[Segment]:
    """Return where ``node`` stands in the source, a segment a line; empty where pandoc does not say.

    ``lines`` are the source's lines without their ends. pandoc writes a position as
    ``line:column-line:column``, several of them joined by ``;`` where a container's markers stand
    between; its columns count from 1 and run to the next multiple of four at a tab.
    """
    content: Any = node.get("c")
    own = content[1] if node["t"] == "Header" else content[0] if isinstance(content, list) else None
    if not (isinstance(own, list) and len(own) == 3 and isinstance(own[2], list)):
        return []
    position = ""
    for key, value in own[2]:
        if key == "data-pos":
            position = value
    found: list[Segment] = []
    for part in position.split(";") if position else ():
        begin, _, stop = part.partition("-")
        first, start = map(int, begin.rpartition("@")[2].split(":"))
        last, end = map(int, stop.rpartition("@")[2].split(":"))
        for number in range(first, last + 1):
            if number > len(lines) or (number == last and end == 1 and number > first):
                break
            line = lines[number - 1]
            left = _index(line, start) if number == first else 0
            right = _index(line, end) if number == last else len(line)
            found.append(Segment(number, left, right))
    return found


def _index(line: str, column: int) -> int:
    if "\t" not in line:
        return min(column - 1, len(line))
    at = 1
    for index, character in enumerate(line):
        if at >= column:
            return index
        at += 4 - (at - 1) % 4 if character == "\t" else 1
    return len(line)


def is_wrapper(node: Node) -> bool:
    """Whether the reader made this Div or Span only to hold a position."""
    return node["t"] in ("Div", "Span") and ["wrapper", "1"] in node["c"][0][2]


def unwrap(blocks: Tree) -> Tree:
    """Take the position wrappers from around blocks (not from around inlines, nor the positions)."""
    unwrapped = []
    for block in blocks:
        if is_wrapper(block):
            unwrapped.extend(unwrap(block["c"][1]))
        else:
            unwrapped.append(block)
    return unwrapped


def without(nodes: Tree) -> Tree:
    """Return the nodes as the reader gives them where it is not asked for positions.

    Identifiers that it makes of headings stay as they are; for odd headings it would make others.
    """
    found: Tree = []
    before = ""
    for node in nodes:
        kind = node["t"]
        if kind in WORDS and kind != before and (kind == "Str" or before not in _BREAKS):
            found.append(node)  # most nodes are words between spaces
            before = kind
            continue
        own = own_attributes(node)
        content: Any = node.get("c")
        if own is None:
            _append(found, {"t": kind, "c": _inner(content)} if type(content) is list else node)
        else:
            clean = [own[0], own[1], [pair for pair in own[2] if pair[0] != "data-pos"]]
            if kind in ("Div", "Span") and clean == _WRAPPER:
                for inner in without(content[1]):
                    _append(found, inner)
            else:
                rest = [clean if part is own else _inner(part) for part in content]
                found.append({"t": kind, "c": rest})
        before = found[-1]["t"] if found else ""
    return found


_WRAPPER = ["", [], [["wrapper", "1"]]]
_BREAKS = {"Space": 0, "SoftBreak": 1, "LineBreak": 2}
_JOINED = ("Emph", "Strong", "Strikeout", "Superscript", "Subscript")


def _inner(content: Any) -> Any:
    if type(content) is not list or not content:
        return content
    if type(content[0]) is dict and "t" in content[0] and type(content[-1]) is dict:
        return without(content)
    return [_inner(part) if type(part) is list else part for part in content]


def _append(found: Tree, node: Node) -> None:
    """Append a node as pandoc joins inlines (Text.Pandoc.Builder): words become one, as spaces do."""
    if found:
        before, kind = found[-1], node["t"]
        if kind == before["t"]:
            if kind == "Str":
                found[-1] = {"t": "Str", "c": before["c"] + node["c"]}
                return
            if kind in _JOINED:
                joined = list(before["c"])
                for inner in node["c"]:
                    _append(joined, inner)
                found[-1] = {"t": kind, "c": joined}
                return
        if kind in _BREAKS and before["t"] in _BREAKS and (kind, before["t"]) != ("LineBreak", "LineBreak"):
            if _BREAKS[kind] > _BREAKS[before["t"]]:
                found[-1] = node
            return
    found.append(node)
