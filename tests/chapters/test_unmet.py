"""References that meet nothing, and definitions that nobody is shown, are told with their lines."""

from __future__ import annotations

from functools import cache

import pytest

from polybook.chapters import unmet
from polybook.markup import parse
from polybook.model.book import Chapter
from polybook.model.nodes import Tree, read_tree, written

UNMET = {
    "a footnote that is not defined": (
        "one[^a]\n\n- two[^b]\n\n[^a]: x\n",
        [(3, "there is no footnote 'b', so its label is shown")],
    ),
    "two of them, which look raised": (
        "one[^p] two[^q]\n",
        [
            (1, "there is no footnote 'p', so its label is shown"),
            (1, "there is no footnote 'q', so its label is shown"),
        ],
    ),
    "one in a cell, one in a heading and one in a footnote": (
        "## H[^a]\n\n| A |\n|---|\n| x[^b] |\n\ny[^c]\n\n[^c]: z[^d]\n",
        [
            (line, f"there is no footnote '{label}', so its label is shown")
            for line, label in ((1, "a"), (5, "b"), (9, "d"))
        ],
    ),
    "footnotes that nothing refers to": (
        "one\n\n[^a]: x\n\n> [^b]: y\n\n- [^c]: z\n\n    more\n",
        [
            (line, f"nothing refers to the footnote '{label}', so it is not shown")
            for line, label in ((3, "a"), (5, "b"), (7, "c"))
        ],
    ),
    "a footnote that is defined twice": (
        "one[^a]\n\n[^a]: x\n\n[^A]: y\n",
        [(5, "the footnote 'A' is defined in line 3 too, which counts; this is not shown")],
    ),
    "a footnote that only code defines": (
        "one[^a]\n\n```\n[^a]: x\n```\n",
        [(1, "there is no footnote 'a', so its label is shown")],
    ),
    "a link that is not defined": (
        "see [the words][ref],\n[others][], ![a picture][pic]\nand [*marked* `code`][x\ny]\n",
        [
            (1, "there is no link 'ref', so its brackets are shown"),
            (2, "there is no link 'others', so its brackets are shown"),
            (2, "there is no link 'pic', so its brackets are shown"),
            (3, "there is no link 'x y', so its brackets are shown"),
        ],
    ),
    "words that are nearly a link's": (
        "see the [guide to sokcets] and [sic]\n\n[guide to sockets]: https://example.org/\n",
        [(1, "there is no link 'guide to sokcets', so its brackets are shown")],
    ),
    "a link that is defined twice": (
        "[a] [b]\n\n[a]: https://example.org/1\n[A]: https://example.org/2\n[b]: x\n[b]: x\n",
        [(4, "the link 'A' is defined in line 3 too, with another address, which counts")],
    ),
}

MET = {
    "footnotes": "one[^a] two[^b] one[^a]\n\n[^a]: x\n    y\n[^b]: z\n",
    "in code": "`[^a]` `[w][r]`\n\n    [^b]: [w][r]\n\n```\n[^c] [w][r]\n[r]: x\n```\n",
    "in comments and HTML": "<!-- [^a] [w][r]\n\n[^a]: x -->\n\n<p>[^b]</p>\n",
    "in formulas": "$a[^2][^3]$ and $[x][y]$\n",
    "with a backslash": "\\[^a] \\[w][r] [w]\\[r]\n",
    "an index": "a[i][j] and f(x)[i][j] and [1][2] and []\n",
    "words in brackets": "he said [sic] and [...] and [x]\n\n[far away]: https://example.org/\n",
    "links": "[a][b] [c][] [d] ![e][b] [x] [f](g)\n\n[b]: b\n[c]: c\n[D]: d\n[never]: x\n",
    "a footnote in a footnote, which is told of as such": "a[^a]\n\n[^a]: b[^b]\n\n[^b]: c\n",
    "beside letters with marks": "o\u0308u\u0308" * 4 + " `[^a]` b[^b], `[w][r]` c\n\n[^b]: x\n",
    "tasks": "- [ ] one\n- [x] two\n",
}


@cache
def parsed() -> dict[str, bytes]:
    texts = {name: text for name, (text, _) in UNMET.items()} | MET
    found = zip(texts, parse.parse(list(texts.values()), positions=True), strict=True)
    return {name: written(blocks) for name, blocks in found}


def told(name: str, text: str) -> list[tuple[int, str]]:
    blocks: Tree = read_tree(parsed()[name])
    findings = unmet.check(Chapter("a.md", "a", text), blocks)
    assert all((one.path, one.severity) == ("a.md", "warning") and one.hint for one in findings)
    return [(one.line, one.text) for one in findings]


@pytest.mark.parametrize("name", UNMET)
def test_what_meets_nothing_is_told(name: str) -> None:
    text, expected = UNMET[name]
    assert told(name, text) == expected


@pytest.mark.parametrize("name", MET)
def test_what_meets_or_is_none_is_not(name: str) -> None:
    assert told(name, MET[name]) == []


def test_what_may_be_meant_is_named() -> None:
    text = "one[^nota] [words][refs]\n\n[^note]: x\n\n[ref]: y\n"
    (blocks,) = parse.parse([text], positions=True)
    hints = [one.hint for one in unmet.check(Chapter("a.md", "a", text), blocks)]
    assert hints[:2] == ["did you mean '[^note]'?", "did you mean '[ref]'?"]
