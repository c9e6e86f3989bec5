"""Headings become an outline, whatever their levels: one title, no level left out, an anchor each."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import pytest

from polybook.chapters import headings
from polybook.markup import levels, parse, positions
from polybook.markup.tree import find, plain
from polybook.model.book import Chapter, FrontMatter
from polybook.model.findings import Finding
from polybook.model.nodes import Header, read_tree, written


@dataclass(frozen=True)
class Outlined:
    """What comes of a chapter: each heading as it counts, as it looks, its anchor and text."""

    rows: list[tuple[int, int, str, str]]
    findings: list[Finding]
    first: str
    """What kind of block the chapter begins with."""


TEXTS = {
    "regular": "# T\n\n## A\n\n### B\n\n## C\n",
    "left out": "# T\n\n### A\n\n##### B\n\n## C\n\n### D\n",
    "left out twice alike": "# T\n\n### A\n\n### B\n",
    "several of level 1": "# T\n\n## A\n\n# U\n\n## B\n\n# V\n",
    "a title of level 2": "## T\n\n### A\n\n## B\n\n# C\n\n## D\n",
    "deeper than six": "# T\n\n# A\n\n## B\n\n### C\n\n#### D\n\n##### E\n\n###### F\n",
    "without letters": "# 1\n\n## ***\n\n## ...\n\n## Section\n\n[x]{#section-1}\n\n## ?\n",
    "alike": "# T\n\n## A\n\n## A\n",
    "empty": "# T\n\n##\n\n- ##\n\n> ## <!-- later -->\n\n## **&#8203;**\n\n## A\n",
    "of other things": "# T\n\n## ![x](a.png)\n\n## <b></b>\n\n## $x$\n\n## `y`\n",
    "below words": "Words.\n\n<!-- on the title -->\n\n# T\n\n## A\n",
    "below a comment": "<!-- on the title -->\n\n# T\n",
    "below anchors": "<!-- old -->\n<a id='x'></a>\n\n<a id='y'></a> <a id='z'></a>\n\n# T\n",
    "below a picture in HTML": "<p><img src='a.png' alt='A'/></p>\n\n<a id='x'></a>\n\n# T\n",
    "below a heading in a box": "> # Quoted\n\n# T\n",
    "in a list": "# T\n\n- ### A\n\n## B\n",
    "none": "Words.\n",
    "nothing": "",
    "a comment": "<!-- nothing yet -->\n",
    "only empty": "#\n",
}


@cache
def trees() -> dict[str, bytes]:
    parsed = parse.parse(list(TEXTS.values()), positions=True)
    return {name: written(blocks) for name, blocks in zip(TEXTS, parsed, strict=True)}


def outlined(name: str, front: FrontMatter | None = None) -> Outlined:
    blocks = read_tree(trees()[name])
    findings = headings.settle(Chapter("a.md", "a", TEXTS[name], front or FrontMatter()), blocks)
    headers = find(blocks, Header)
    rows = [(one.level, levels.look(one), one.attr.identifier, plain(one.inlines)) for one in headers]
    return Outlined(rows, findings, type(next(positions.held_by(blocks))[1]).__name__ if blocks else "")


LEVELS = {
    "regular": "T1 A2 B3 C2",
    "left out": "T1 A2/3 B3/5 C2 D3",
    "left out twice alike": "T1 A2/3 B2/3",
    "several of level 1": "T1 A2 U2 B3 V2",
    "a title of level 2": "T1 A2 B2 C2 D3",
    "deeper than six": "T1 A2 B3 C4 D5 E6 F6",
    "in a list": "T1 A2/3 B2",
    "below words": "T1 A2",
}


@pytest.mark.parametrize("name", LEVELS)
def test_no_level_is_left_out(name: str) -> None:
    shown = [
        f"{text}{counts}" if counts == looks else f"{text}{counts}/{looks}"
        for counts, looks, _, text in outlined(name).rows
    ]
    assert " ".join(shown) == LEVELS[name]


TOLD = {
    "regular": [],
    "left out": [
        (3, "warning", "the heading is of level 3, the one before it of level 1"),
        (5, "warning", "the heading is of level 5, the one before it of level 3"),
    ],
    "left out twice alike": [(3, "warning", "the heading is of level 3, the one before it of level 1")],
    "several of level 1": [],
    "a title of level 2": [],
    "without letters": [],
    "alike": [],
    "empty": [(line, "warning", "the heading has no words, so it is left out") for line in (3, 5, 7, 9)],
    "of other things": [(line, "error", "the heading has no words") for line in (3, 5)],
    "below words": [(1, "warning", "this stands above the chapter's title, 'T', and is shown below it")],
    "below a comment": [],
    "below anchors": [],
    "below a picture in HTML": [
        (1, "warning", "this stands above the chapter's title, 'T', and is shown below it")
    ],
    "below a heading in a box": [
        (1, "error", "a heading in a list, a box or a quotation stands before the chapter's title")
    ],
    "none": [(1, "error", "the chapter has no heading, and so no title")],
    "nothing": [(1, "error", "the chapter has no heading, and so no title")],
    "a comment": [(1, "error", "the chapter has no heading, and so no title")],
    "only empty": [
        (1, "warning", "the heading has no words, so it is left out"),
        (1, "error", "the chapter has no heading, and so no title"),
    ],
}


@pytest.mark.parametrize("name", TOLD)
def test_what_is_shown_otherwise_is_told(name: str) -> None:
    assert [(one.line, one.severity, one.text) for one in outlined(name).findings] == TOLD[name]


ANCHORS = {
    "without letters": ["1", "section-2", "section-3", "section", "section-4"],
    "alike": ["t", "a", "a-1"],
    "empty": ["t", "a"],
}


@pytest.mark.parametrize("name", ANCHORS)
def test_each_heading_has_an_anchor_of_its_own(name: str) -> None:
    assert [identifier for _, _, identifier, _ in outlined(name).rows] == ANCHORS[name]


@pytest.mark.parametrize(("name", "first"), [("below words", "RawBlock"), ("below a comment", "RawBlock")])
def test_the_title_comes_first_with_the_comments_above_it(name: str, first: str) -> None:
    assert outlined(name).first == first


FRONT = {
    "none": "F1",
    "nothing": "F1",
    "regular": "T1 A2 B3 C2",
}


@pytest.mark.parametrize("name", FRONT)
def test_front_matter_names_a_chapter_without_a_heading_of_level_1(name: str) -> None:
    found = outlined(name, FrontMatter(title="F"))
    assert " ".join(f"{text}{counts}" for counts, _, _, text in found.rows) == FRONT[name]
    assert found.findings == []


def test_in_the_markdown_edition_a_heading_is_as_deep_as_it_is_written() -> None:
    (blocks,) = parse.parse([TEXTS["left out"]])
    headings.settle(Chapter("a.md", "a", TEXTS["left out"]), blocks)
    for header in find(blocks, Header):
        levels.restore(header)
    assert [(one.level, one.attr.classes) for one in find(blocks, Header)] == [
        (level, []) for level in (1, 3, 5, 2, 3)
    ]
