"""The comments and docstrings of listings, line by line."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from polybook.markup.code import tokens

# Comments for tools, not for people.
_PRAGMA = re.compile(r"(noqa|type: |pragma:|pylint:|fmt:|ruff:)")


def comments(classes: Sequence[str], code: str) -> Iterator[tuple[int, int, str]]:
    """Yield the lines of comments and docstrings in ``code``: line and column from 0, and the text.

    Pygments finds them, by the language that the first of ``classes`` names; a transcript has none.
    """
    if not classes or "transcript" in classes or classes[0] in ("text", "console"):
        return
    from pygments.token import Comment, String

    for index, kind, value in tokens(classes[0], code):
        if kind in Comment and kind not in Comment.Preproc and kind not in Comment.Hashbang:
            opening, closing = r"(?:#+:?|//+|/\*+|<!--+|--|;+|%+)", r"(?:\*+/|--+>)?"
        elif kind in String.Doc:
            opening, closing = r"[rRuU]*(?:\"\"\"|'''|\"|')", r"(?:\"\"\"|'''|\"|')"
        else:
            continue
        inner = re.fullmatch(rf"\s*{opening}(.*?){closing}\s*", value, re.DOTALL)
        if not inner:
            continue
        for line in re.finditer(r"[^\n]+", inner[1]):
            text = line[0].strip()
            if any(character.isalpha() for character in text) and not _PRAGMA.match(text):
                at = index + inner.start(1) + line.start() + line[0].index(text)
                yield code.count("\n", 0, at), at - (code.rfind("\n", 0, at) + 1), text
