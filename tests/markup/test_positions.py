"""The tree of a chapter without its positions: as pandoc reads it where it is not asked for them."""

from __future__ import annotations

from conftest import ROOT

from polybook.markup import parse, positions
from polybook.markup.tree import plain, runs

ODD = [
    'One, two: it\'s "three" -- four...\nfive\\\nsix  \n  seven\n',
    "# A heading *here*{.c}\n\nwords{.c} [span]{#s} `code`{.x} **a****b** *a**b* ~x~~y~ ^2^^3^\n",
    "{.c}\nA paragraph.\n\n{#i}\n- one\n\n  two\n- three\n",
    '::: note\n> [a](data-pos "t") [data-pos](b)\n:::\n',
    "Term & more\n: a definition[^1]\n: another^[not a note]\n\n[^1]: A note, *with*.\n\n    More.\n",
    "| a | b, c |\n|---|:-:|\n| `x` | y. z |\n\n1. one\n1. two\n",
    '![a picture, small](p.svg "A *caption*"){.c}\n',
    "\ufeffa\u00a0b &amp; c<b>d</b> <!-- e --> $x$ $$y$$ <http://x.y>\n",
    "_a_*b* **c**__d__ ~e~~f~\n",
    "漢字\nかな **太\n字**\n続き\n",
    "<div>\n\n```python {file=a.py}\nx\n```\n</div>\n",
]


def test_without_positions_a_tree_is_as_it_was_read() -> None:
    paths = [*ROOT.glob("source/*.md"), *ROOT.glob("*.md"), *ROOT.glob("tests/books/*/source/*.md")]
    texts = [*ODD, *(path.read_text("utf-8") for path in paths)]
    placed = list(parse.parse(texts, positions=True))
    for one, other in zip(placed, parse.parse(texts), strict=True):
        assert positions.without(one) == positions.without(other)


def test_what_is_given_is_not_changed() -> None:
    (tree,) = parse.parse([ODD[1]], positions=True)
    (again,) = parse.parse([ODD[1]], positions=True)
    positions.without(tree)
    assert tree == again


def test_the_end_of_a_line_is_nothing_in_chinese_and_japanese() -> None:
    (blocks,) = parse.parse(
        ["行の、*終わり\nは*\n「空白」\nでは<b>\nない</b>\nABC\nの 한국\n어\n"], positions=True
    )
    (run,) = runs(positions.without(blocks))
    assert plain(run) == "行の、終わりは「空白」ではない ABC の 한국 어"
