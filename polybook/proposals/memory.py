"""A translation memory: what is translated elsewhere says what the same, or nearly the same, may be here."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from polybook.model.catalog import Message
from polybook.proposals.spelling import respelt, said

NEAR = 80
"""How like a message a text must be, of 100 (RapidFuzz's ratio), for its translation to be of use."""

_NUMBER = re.compile(r"(?<![\w.])\d+(?:\.\d+)*(?![\w.])")


class Known(NamedTuple):
    """A text and its translation."""

    text: str
    translation: str


class Memory:
    """Texts and their translations, to be asked for those like a message."""

    def __init__(self, known: Iterable[Known]) -> None:
        self._known: list[Known] = []
        self._by_words: dict[str, Known] = {}
        for one in known:
            if one.text.strip() and one.translation.strip():
                self._known.append(one)
                self._by_words.setdefault(said(one.text), one)
        self._texts: Sequence[str] = [one.text for one in self._known]

    def like(self, message: Message) -> Known | None:
        """Return what is most like a message; None where nothing is."""
        same = self._by_words.get(said(message.text))
        if same is not None:
            return same
        from rapidfuzz import fuzz, process

        found = process.extractOne(message.text, self._texts, scorer=fuzz.ratio, score_cutoff=NEAR)
        return self._known[found[2]] if found else None

    def draft(self, message: Message) -> tuple[str, Known] | None:
        """Return a translation for a message, and what it was made of; None where nothing is like it.

        Code, links and numbers that differ are those of the message, as far as it is clear which is which.
        """
        known = self.like(message)
        if known is None:
            return None
        text = respelt(known.text, message.text, known.translation.strip())
        return _with_numbers(known.text, message.text, text), known


def _with_numbers(theirs: str, ours: str, translation: str) -> str:
    """A translation with the numbers of ``ours``, where each that differs stands there once."""
    before, after = _NUMBER.findall(theirs), _NUMBER.findall(ours)
    if len(before) != len(after) or before == after:
        return translation
    changed: dict[str, str] = {}
    for old, new in zip(before, after, strict=True):
        if changed.setdefault(old, new) != new:
            return translation
    found = _NUMBER.findall(translation)
    if any(found.count(old) != before.count(old) for old in changed):
        return translation
    return _NUMBER.sub(lambda match: changed.get(match[0], match[0]), translation)
