"""What a line is told to be without pandoc is what pandoc makes of it."""

from __future__ import annotations

import re

import pytest

from polybook.markup import lines, parse, tree
from polybook.model.nodes import CodeBlock, RawBlock

# @1 is the comment <!-- c1 -->, which stands by itself in some texts and is code in others.
SHORT = {
    "a comment alone": "@1\n   @2\ntext @3\n@4 text",
    "a fence": "```\n@1\n```\n@2\n~~~ text\n@3\n```\n@4\n~~~\n@5",
    "a longer fence": "````\n```\n@1\n`````\n@2",
    "no end of a fence": "```\n@1\n``` text\n@2\n    ```\n@3",
    "no fence": "``` a`b\n@1\n\n    ```\n@2",
    "indented code": "    @1\n\n\t@2\ntext\n    @3\n\n# Head\n    @4",
    "code after what is no paragraph": "text\n---\n    @1\n***\n    @2\n::: note\n    @3\n:::",
    "a quotation": "> @1\n> ```\n> @2\n@3\n>     @4\n>> @5",
    "an item": "- @1\n\n  @2\n\n      @3\n\n1. text\n\n   @4\n\n       @5",
    "items in items": "- a\n  - b\n\n    @1\n    ```\n    @2\n  @3\n\n        @4",
    "a fence ends with its item": "- ```\n  @1\n@2",
    "code that begins an item": "-     @1\n\n      @2\n\n10) @3\n\n    @4",
    "a number in a text": "In the year\n1999. @1\n1. @2\n2. @3",
    "a lazy line": "1. text\ngoes on\n   @1\n\n> quoted\ngoes on\n    @2",
    "breaks with spaces are items to pandoc": "- - -\n    @1\n* * *\n\n      @2",
    "a note": "a[^n]\n\n[^n]: @1\n    @2\n\n    ```\n    @3\n    ```\n\n        @4",
    "a definition": "Term\n: @1\n\n  @2\n\nTerm\n:   @3\n\n        @4",
    "no definition": "# Head\n\n: @1",
    "a comment of many lines": "<!--\n@1\n@2\n<!-- \n\n```\n-->\n@3\n```\n@4",
    "elements": "<div>\n```\n</div>\n\n@1\n<b>\n~~~\n\n@2\n\ntext\n<b>\n~~~\n@3",
    "kept as it is": "<pre>\n\n```\n</pre>\n@1\n<style>\n\n@2\n</style>\n@3",
}


TEXTS = {name: re.sub(r"@(\d)", r"<!-- c\1 -->", text) for name, text in SHORT.items()}
NAMED = re.compile(r"\s*<!-- (c\d)")


@pytest.fixture(scope="module")
def trees() -> dict[str, tuple[list[str], list[str]]]:
    """Of each text the comments that stand by themselves, and those in code, as pandoc has it."""
    read = {}
    for name, blocks in zip(TEXTS, parse.parse(list(TEXTS.values())), strict=True):
        alone = [named[1] for raw in tree.find(blocks, RawBlock) if (named := NAMED.match(raw.text))]
        code = [
            comment for block in tree.find(blocks, CodeBlock) for comment in re.findall(r"c\d", block.text)
        ]
        read[name] = sorted(alone), sorted(code)
    return read


@pytest.mark.parametrize("name", TEXTS)
def test_comments_and_code_are_told_as_pandoc_tells_them(name, trees) -> None:
    read = list(lines.read(TEXTS[name]))
    alone = [named[1] for line in read if line.kind == "comment" and (named := NAMED.match(line.text))]
    code = [comment for line in read if line.kind == "code" for comment in re.findall(r"c\d", line.text)]
    assert (sorted(alone), sorted(code)) == trees[name]
    assert len(read) == TEXTS[name].count("\n") + 1


def test_the_info_of_a_fence_is_its_text() -> None:
    assert next(lines.read("> - ```python {a=1}\n")) == ("fence", "python {a=1}")
