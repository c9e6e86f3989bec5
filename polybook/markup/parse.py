"""Markdown to syntax trees. pandoc reads; nobody else parses Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import orjson

from polybook.markup import pandoc
from polybook.model.book import LIMITS, Limits
from polybook.model.findings import BookError, Finding
from polybook.model.nodes import Tree

READER = "commonmark_x-yaml_metadata_block-emoji-implicit_header_references"
"""pandoc's reader. No YAML, which could override the title; no emoji, as ``:x:`` is an ordinary text here; no
links to headings by their words, as a translated heading would make links of others' brackets."""

DEEPEST = 200
"""How deep the lists and dictionaries of a tree may lie in one another. Nobody nests fifty lists."""

_SCRIPT = pandoc.SCRIPTS / "read.lua"


def parse(texts: Sequence[str], limits: Limits = LIMITS, *, positions: bool = False) -> Iterator[Tree]:
    """Yield the blocks of each text.

    With ``positions`` the tree carries pandoc's ``data-pos`` attributes and the Div and Span wrappers
    that hold them (extension ``sourcepos``), but for words between words. A text that is nested deeper than
    `DEEPEST` has no blocks. Raises BookError where pandoc cannot read a text.
    """
    sizes = [len(text) for text in texts]
    reader = READER + "+sourcepos" if positions else READER
    given = pandoc.convert(_SCRIPT, reader, sizes, lambda place: [orjson.dumps(texts[place])], limits)
    for line in given:
        # What a pattern's group holds is between what it splits; to fill in a template takes twice as long.
        yield _blocks(b"".join(_INNER.split(line)) if positions else line)


# The wrapper of a word or space between two of its like, as pandoc writes it: where a line of text begins and
# ends, others say. They are most of what it writes, and take most of the time to read. Were pandoc to write
# them in another way, they would stay.
_WRAPPER = rb'\{"t":"Span","c":\[\["",\[\],\[\["wrapper","1"\],\["data-pos","[^"]*"\]\]\],\['
_INNER = re.compile(
    rb'(?<="\}\]\]\},)(?<!(?:Soft|Line)Break"\}\]\]\},)'
    + _WRAPPER
    + rb'(\{"t":"S(?:tr","c":"[^"\\]*(?:\\.[^"\\]*)*|pace)"\})\]\]\}(?=,'
    + _WRAPPER
    + rb'\{"t":"S(?:tr|pace)")'
)


def _blocks(line: bytes) -> Tree:
    if _depth(line) > DEEPEST:
        return []
    document = orjson.loads(line)
    if "error" in document:
        raise BookError(Finding("pandoc", f"pandoc cannot read a text: {document['error']}"))
    blocks: Tree = document["blocks"]
    return blocks


_AS_BRACKETS = bytes.maketrans(b"{}", b"[]")
_NO_MARKS = bytes(set(range(256)) - set(b'[]{}"'))


def _depth(line: bytes) -> int:
    """How deep the containers of a line of JSON lie in one another, without reading it."""
    marks = line.replace(b"\\\\", b"").replace(b'\\"', b"").translate(_AS_BRACKETS, _NO_MARKS)
    # Two quotation marks in a row may be of one text or of two: what is within quotation marks stays so.
    brackets = re.sub(rb'"[^"]*"', b"", marks.replace(b'""', b""))
    depth = 0
    while brackets and depth <= DEEPEST:
        brackets = brackets.replace(b"[]", b"")  # the innermost ones
        depth += 1
    return depth
