"""Words with a class that says what pandoc has a node for, or HTML an element: ``[Ctrl]{.kbd}``."""

from __future__ import annotations

from collections.abc import Mapping

from polybook.markup.html.tags import TAG
from polybook.markup.tree import find
from polybook.model.nodes import Attr, Marked, SmallCaps, Span, Tree, Underline

MARKS: Mapping[str, type[Marked]] = {"smallcaps": SmallCaps, "underline": Underline, "ul": Underline}
"""Classes that are nodes around the words."""

ELEMENTS = frozenset({"kbd", "mark", "small"})
"""Classes that are called as the elements."""


def settle(blocks: Tree) -> None:
    """Make of such words in ``blocks``, in place, what formats know by itself."""
    for span in find(blocks, Span):
        for name in span.attr.classes:
            if name in MARKS:
                span.inlines = [MARKS[name](span.inlines)]
                _take(span, name)
            elif name in ELEMENTS and not span.attr.get(TAG):
                _take(span, name)
                span.attr.pairs.insert(0, (TAG, name))


def _take(span: Span, name: str) -> None:
    own = span.attr
    span.attr = Attr(own.identifier, [one for one in own.classes if one != name], [*own.pairs])
