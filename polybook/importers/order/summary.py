"""A SUMMARY.md, as mdBook and GitBook have it: lists of links are the chapters, headings the parts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from polybook.importers.drafts import prose
from polybook.importers.plan import Entry

_ITEM = re.compile(r"(?P<indent>[ \t]*)[-*+][ \t]+(?P<rest>.*)")
_LINK = re.compile(
    r"\[(?P<title>(?:[^\[\]\\]|\\.|\[[^\[\]]*\])*)\]\((?P<path><[^<>]*>|[^()\s]*(?:\([^()\s]*\)[^()\s]*)*)"
    r"(?:[ \t]+[\"'][^\"']*[\"'])?\)"
)
_HEADING = re.compile(r"(?P<signs>#{1,6})[ \t]+(?P<title>.*?)[ \t]*#*$")
_RULE = re.compile(r"(?:-{3,}|\*{3,}|_{3,})$")


class Line(NamedTuple):
    """An entry, and where it stands."""

    entry: Entry
    """Its path is what the file says: a path beside it, with its anchor, or an address."""

    row: int
    start: int
    end: int
    """Of the link, in the text; both 0 for what is no link."""


def lines(text: str) -> Iterator[Line]:
    """Yield the entries of a SUMMARY.md. A ``#`` above all entries is its title and no part."""
    shown = prose(text)
    depths: list[int] = []
    first = True
    at = 0
    for row, line in enumerate(shown.split("\n")):
        start = at
        at += len(line) + 1
        bare = line.strip()
        heading = _HEADING.match(bare)
        if heading:
            if not first or len(heading["signs"]) > 1:
                title = text[start : start + len(line)].strip().lstrip("#").strip().rstrip("#").strip()
                yield Line(Entry("part", title), row, 0, 0)
            first, depths = False, []
            continue
        item = _ITEM.match(line)
        link = _LINK.search(line, item.start("rest") if item else 0)
        if link and (item or link.start() == len(line) - len(line.lstrip())):
            level = _level(len((item["indent"]).expandtabs(4)), depths) if item else 0
            title = text[start + link.start("title") : start + link.end("title")]
            path = link["path"].strip("<>")
            first = False
            yield Line(
                Entry("chapter" if path else "draft", title, path, level, bool(item)),
                row, start + link.start(), start + link.end(),
            )  # fmt: skip
        elif item and item["rest"].strip():
            level = _level(len(item["indent"].expandtabs(4)), depths)
            first = False
            words = text[start + item.start("rest") : start + len(line)].strip()
            yield Line(Entry("draft", words.strip("*_"), "", level), row, 0, 0)
        elif _RULE.match(bare):
            yield Line(Entry("rule"), row, 0, 0)


def _level(indent: int, depths: list[int]) -> int:
    while depths and depths[-1] > indent:
        depths.pop()
    if not depths or depths[-1] < indent:
        depths.append(indent)
    return len(depths) - 1
