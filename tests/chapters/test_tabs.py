"""What is said of tabs that are not as they should be, and what becomes of them."""

from __future__ import annotations

import pytest

from polybook.chapters import tabs
from polybook.markup import boxes, parse, positions
from polybook.markup.folds import is_tab, is_tabs
from polybook.markup.tree import plain, runs
from polybook.model.book import Chapter
from polybook.model.nodes import Block, BulletList, Div

TAB = '::: {.tab title="%s"}\n%s\n:::\n'
LONE = "the tab stands in no tabs, and is shown as the only one"


def outline(block: Block) -> str:
    if isinstance(block, Div) and (is_tabs(block) or is_tab(block)):
        title, rest = boxes.title_of(block)
        name = f"tab {plain(title)}" if is_tab(block) else "tabs"
        return f"{name}({' '.join(map(outline, rest))})"
    if isinstance(block, Div | BulletList):
        held = block.blocks if isinstance(block, Div) else block.items[0]
        return f"[{' '.join(map(outline, held))}]"
    return plain(runs([block])[0])


def settled(text: str) -> tuple[str, list[tuple[int, str, str]]]:
    (blocks,) = parse.parse([text], positions=True)
    blocks, findings = tabs.settle(Chapter("source/01-a.md", "a", text), blocks)
    shown = " ".join(map(outline, positions.without(blocks)))
    return shown, [(one.line, one.severity, one.text) for one in findings]


@pytest.mark.parametrize(
    ("text", "expected", "said"),
    [
        ("a\n", "a", []),
        (f":::: {{.tabs}}\n{TAB % ('A', 'b')}{TAB % ('C', 'd')}::::\n", "tabs(tab A(b) tab C(d))", []),
        (f":::: {{.tabs}}\n<!-- c -->\n{TAB % ('A', 'b')}::::\n", "tabs(tab A(b))", []),
        (f":::: tabs\n{TAB % ('A', '')}::::\n", "tabs(tab A())", []),
        (
            f"a\n\n{TAB % ('B', 'c')}{TAB % ('D', 'e')}",
            "a tabs(tab B(c) tab D(e))",
            [(3, "warning", LONE), (6, "warning", LONE)],
        ),
        (f"- {TAB % ('B', 'c')}".replace("\n", "\n  "), "[tabs(tab B(c))]", [(1, "warning", LONE)]),
        ("::: {.tabs}\na\n:::\n", "[a]", [(1, "warning", "there is no tab here")]),
        ("::: {.tabs #x}\n:::\n", "[]", [(1, "warning", "there is no tab here")]),
        (
            f":::: {{.tabs}}\n{TAB % ('A', 'b')}c\n\n{TAB % ('D', 'e')}::::\n",
            "[tabs(tab A(b)) c tabs(tab D(e))]",
            [(5, "warning", "what stands between these tabs parts them")],
        ),
        (
            ":::: {.tabs}\n::: {.tab}\na\n:::\n::::\n",
            "tabs(tab (a))",
            [(2, "error", "the tab has no title")],
        ),
        (
            f"::::: {{.tabs}}\n:::: {{.tab title=A}}\n::: {{.tabs}}\n{TAB % ('B', 'c')}:::\n::::\n:::::\n",
            "tabs(tab A(tabs(tab B(c))))",
            [],
        ),
    ],
)  # fmt: skip
def test_tabs_are_settled(text: str, expected: str, said: list[tuple[int, str, str]]) -> None:
    assert settled(text) == (expected, said)
