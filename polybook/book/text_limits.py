"""Whether a chapter's text is one that its readers (pandoc, Typst, XML) end with, told before they begin."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from polybook.model.findings import Finding

LONGEST_LINE = 16_000
"""How many UTF-16 code units a line may have. PDF/A has strings of 32767 bytes at most (ISO 19005-2, 6.1.13),
and a line of code, a word, a heading, a formula or a picture's description can be one string."""

MOST_NOTES = 10_000
"""How many footnotes a chapter may come to, when a note that another refers to counts for each reference."""

_CONTROL = re.compile(r"[\0-\x08\x0b\x0c\x0e-\x1f\x7f\ufdd0-\ufdef\ufffe\uffff]")
_NOTE = re.compile(r"^[ >\t*+:\d.()-]*\[\^([^\]\s]+)\]:", re.MULTILINE)
# A fence that nothing ends goes on to the end of the text.
_FENCED = re.compile(
    r"^(?P<fence>`{3,}+|~{3,}+)[^\n`]*+\n(?:.*?^(?P=fence)[`~]* *$|.*\Z)", re.DOTALL | re.MULTILINE
)
_REFERENCE = re.compile(r"\[\^([^\[\]\s]+)\]")
_END_OF_NOTE = re.compile(r"(?<!\s)[^\S\n]*+\n[^\S\n]*+\n\s*+(?<=\n)(?=\S)")


@lru_cache(maxsize=1024)  # a program that stays asks again for chapters that did not change
def check(path: str, text: str) -> tuple[Finding, ...]:
    """Return what is wrong with the text of the chapter ``path``: characters, lines, footnotes."""
    return tuple(_problems(path, text))


def _problems(path: str, text: str) -> Iterator[Finding]:
    has_control = _CONTROL.search(text)
    for number, line in enumerate(text.split("\n"), 1):
        if has_control and (odd := _CONTROL.search(line)):
            what = f"the line holds a character that no text has, {odd[0]!a}"
            what = "the line holds a NUL character" if odd[0] == "\0" else what
            hint = "remove it; if a program printed it, mend the program and refresh"
            yield Finding("chapters", what, path, number, hint)
        # A character has one or two code units.
        if 2 * len(line) > LONGEST_LINE < len(line.encode("utf-16-le", "surrogatepass")) // 2:
            what = f"the line is longer than {LONGEST_LINE} characters"
            yield Finding(
                "limit", what, path, number, "break the line; a picture goes into a file of its own"
            )
    yield from _notes(path, text)


def _notes(path: str, text: str) -> Iterator[Finding]:
    """A finding for footnotes that hold one another: pandoc puts each into its place again and again."""
    if "[^" not in text:
        return
    text = _FENCED.sub(lambda code: "\n" * code[0].count("\n"), text)
    found = list(_NOTE.finditer(text))
    ends = [*(one.start() for one in found[1:]), len(text)][: len(found)]
    held: dict[str, list[str]] = {}
    lines: dict[str, int] = {}
    for one, end in zip(found, ends, strict=True):
        own = _END_OF_NOTE.split(text[one.end() : end], maxsplit=1)[0]
        held.setdefault(one[1], _REFERENCE.findall(own))
        lines.setdefault(one[1], text.count("\n", 0, one.start()) + 1)
    sizes = dict.fromkeys(held, 1)
    # A chain of notes is as long as there are notes at most; with fewer rounds no circle would be one.
    for _ in range(len(held) + 1):
        before = dict(sizes)
        for name, others in held.items():
            sizes[name] = 1 + sum(before.get(other, 0) for other in others)
        if sizes == before:
            return
        if max(sizes.values()) > MOST_NOTES:
            break
    name = max(sizes, key=lambda one: sizes[one])
    what = "the footnote refers to footnotes that never end"
    yield Finding("limit", what, path, lines[name], "let no footnote lead back to itself, or to thousands")
