"""HTML's elements for which pandoc's tree has no node: a Div or Span with the name of each."""

from __future__ import annotations

import re
from html import escape

from polybook.markup.html.tags import TAG
from polybook.model.nodes import Attr, Div, Node, Span

_AS_THEY_ARE = frozenset({"lang", "dir", "style", "title", "open", "datetime", "role"})
"""Attributes that HTML has; those that it has not are data of the book's own."""

_ALIGNED = re.compile(r"\btext-align: (left|right|center)")


def name_of(node: Node) -> str:
    """The name of the element that a node is; empty for any other node."""
    return node.attr.get(TAG) if isinstance(node, Div | Span) else ""


def unnamed(attr: Attr) -> Attr:
    """Attributes without an element's name."""
    return Attr(attr.identifier, attr.classes, [pair for pair in attr.pairs if pair[0] != TAG])


def alignment(node: Div) -> str:
    """To which side the text of a box is set; empty where that is not said."""
    found = _ALIGNED.search(node.attr.get("style"))
    return found[1] if found else ""


def start_tag(name: str, attr: Attr) -> str:
    """An element's start tag.

    >>> start_tag("details", Attr("a", ["b"], [("data-tag", "details"), ("open", "")]))
    '<details id="a" class="b" open="">'
    """
    pairs = [("id", attr.identifier)] * bool(attr.identifier)
    pairs += [("class", " ".join(attr.classes))] * bool(attr.classes)
    for key, value in unnamed(attr).pairs:
        known = key in _AS_THEY_ARE or key.startswith(("data-", "aria-"))
        pairs.append((key if known else f"data-{key}", value))
    written = "".join(f' {key}="{escape(value)}"' for key, value in pairs)
    return f"<{name}{written}>"
