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
    """Return Pygments' tokens of a listing, which keep every character: place, type and text of each.

    As plain text in a language that Pygments does not know. Listings are read again in each language of a
    book and for each format.
    """
    return tuple(_lexer(language).get_tokens_unprocessed(code))
