"""Two walks go the same way: what counts runs on the one finds them on the other."""

from __future__ import annotations

import pytest
from conftest import BOOKS, ROOT

from polybook.markup import parse, tree
from polybook.model.nodes import Attr, Caption, Div, Figure, LineBlock, Para, Plain, Run, Str, Tree, written

TEXTS = [
    pytest.param(path.read_text("utf-8"), id=path.stem)
    for root in (BOOKS / "everything", ROOT)
    for path in sorted((root / "source").glob("*.md"))
]

KINDS = """\
# First

A paragraph[^a] and *more*.

> A quotation
>
> - item
>
>   1. inner
>   2. [x] done

Term
: definition

  of two

| head | `b` |
|------|-----|
| cell | two |

: The caption

###### Sixth

[^a]: A note with

    - a list
"""


def runs_of(blocks: Tree) -> list[tuple[str, Run]]:
    """What `rewrite` is given."""
    found: list[tuple[str, Run]] = []

    def take(kind: str, run: Run) -> Run:
        found.append((kind, run))
        return run

    assert written(tree.rewrite(blocks, take)) == written(blocks)
    return found


@pytest.mark.parametrize("text", [*TEXTS, pytest.param(KINDS, id="kinds")])
def test_a_walk_gives_the_runs_that_a_rewriting_is_given(text: str) -> None:
    (blocks,) = parse.parse([text])
    assert list(tree.walk(blocks)) == runs_of(blocks) != []


def test_both_go_through_what_hardly_any_text_has() -> None:
    words = [Str("words")]
    caption = Caption(None, [Plain([Str("caption")])])
    blocks: Tree = [
        LineBlock([[Str("one")], [Str("two")]]),
        Div.of(Attr(), [Figure.of(Attr(), caption, [Para(words)])]),
    ]
    wanted = [("paragraph", "one"), ("paragraph", "two"), ("caption", "caption"), ("paragraph", "words")]
    assert [(kind, tree.plain(run)) for kind, run in tree.walk(blocks)] == wanted
    assert list(tree.walk(blocks)) == runs_of(blocks)


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("漢字", "かな", True),
        ("文。", "「次", True),
        ("ﾊﾝｶｸ", "全角", True),
        ("words", "漢字", False),
        ("漢字", "words", False),
        ("漢字", "3", False),
        ("한국", "어", False),
        ("漢字", "한국", False),
        ("🎉", "🎉", False),
        ("", "漢字", False),
        ("漢字", "", False),
    ],
)
def test_which_lines_are_joined(before: str, after: str, expected: bool) -> None:
    assert tree.is_joined(before, after) is expected
