"""Listings as tokens: what Pygments makes of them."""

from __future__ import annotations

from functools import cache, lru_cache
from typing import Any


@cache
def _lexer(language: str) -> Any:
    """Pygments' lexer for a language of listings, or for plain text where it has none."""
    from pygments.lexers import get_lexer_by_name
    from pygments.util import ClassNotFound

    try:
        return get_lexer_by_name(language)
    except ClassNotFound:
        return get_lexer_by_name("text")


@lru_cache(maxsize=4096)
def tokens(language: str, code: str) -> tuple[tuple[int, Any, str], ...]:
    """Return Pygments' tokens of a listing: place, type and text of each. Joined, the texts are the code.

    As plain text in a language that Pygments does not know, and where its lexer drops or changes something.
    Listings are read again in each language of a book and for each format.
    """
    found, place = [], 0
    for kind, text in _read(language, code):
        found.append((place, kind, text))
        place += len(text)
    return tuple(found)


def _read(language: str, code: str) -> list[tuple[Any, str]]:
    from pygments.token import Text

    # A lexer may raise whatever it likes at code that is none of its language.
    try:
        # Many take a line for one only where it ends: that of a command and what it printed, a comment.
        read = [
            (kind, text) for _, kind, text in _lexer(language).get_tokens_unprocessed(code + "\n") if text
        ]
    except Exception:
        read = []
    if "".join(text for _, text in read) != code + "\n":
        return [(Text, code)] if code else []
    kind, last = read.pop()
    return [*read, (kind, last[:-1])] if last != "\n" else read
