r"""Words in formulas, what stands in ``\text{...}`` and its like, and remarks, in TeX."""

from __future__ import annotations

import re
from collections.abc import Iterator

_OPENING = re.compile(r"\\(?:text(?:rm|bf|it|sf|tt|normal|up|md)?|mbox)\s*\{")
_REMARK = re.compile(r"((?<!\\)(?:\\\\)*+)%.*+", re.DOTALL)
# What TeX reads in words beside characters: formulas in them, commands, and characters with a meaning.
_MARK = re.compile(r"\$[^$]*\$|\\[A-Za-z]+|\\.|[\\${}^_&#~%]", re.DOTALL)


def without_remarks(tex: str) -> str:
    r"""Return a formula without the remarks of its author, which end with their lines.

    >>> without_remarks("x % so\n= 5\\%\n")
    'x \n= 5\\%\n'
    """
    *lines, last = tex.split("\n")
    return "\n".join([*(_REMARK.sub(r"\1", line) for line in lines), last])


def remark_in(line: str) -> int:
    """Where a remark begins in a line of a formula; -1 for nowhere."""
    found = _REMARK.search(line)
    return found.end(1) if found else -1


def without_words(tex: str) -> str:
    r"""Return a formula without its words; what TeX would read in these as more than words stays.

    >>> without_words(r"x = \text{if $y$ is \emph{so}} + 1")
    'x = \\text{w$y$\\emph{}} + 1'
    """
    pieces: list[str] = []
    past = 0
    for start, end in _spans(tex):
        words = tex[start:end]
        is_said = any(character.isalpha() for character in _MARK.sub("", words))
        pieces += (tex[past:start], "w" * is_said, *_MARK.findall(words))
        past = end
    return "".join([*pieces, tex[past:]])


def has_words(tex: str) -> bool:
    """Whether a formula has words with a letter."""
    spans = _spans(tex) if "{" in tex else iter(())
    return any(any(one.isalpha() for one in _MARK.sub("", tex[start:end])) for start, end in spans)


def _spans(tex: str) -> Iterator[tuple[int, int]]:
    """From where to where words stand in a formula, in order; not in one another."""
    place = 0
    while opening := _OPENING.search(tex, place):
        place, depth = opening.end(), 1
        while depth and place < len(tex):
            if tex[place] == "\\":
                place += 1
            else:
                depth += {"{": 1, "}": -1}.get(tex[place], 0)
            place += 1
        if depth:
            return
        yield opening.end(), place - 1
