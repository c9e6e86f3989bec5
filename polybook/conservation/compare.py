"""Two streams of tokens beside one another: what is lost, added, moved."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

from polybook.conservation.tokens import BREAK, Stream, Token

WINDOW = 200
"""How many tokens are looked at first where two streams begin to differ."""

WIDEST = 3200
"""How many at most: what differs for longer than this is told as all lost and all added."""

SURE = 5
"""So many equal tokens in a row are no chance."""


@dataclass(frozen=True)
class Difference:
    """Words that two streams do not have in common."""

    kind: Literal["lost", "added", "moved", "joined"]
    """``joined``: a hard break between them is lost."""

    words: tuple[str, ...]
    place: int
    """The number of the block where they stand, or should."""


def differences(expected: Stream, shown: Stream, addresses: Collection[str] = ()) -> list[Difference]:
    """Return what was lost from the ``expected`` stream, what was added, and what stands elsewhere.

    A footnote that was added and ends with one of ``addresses`` is none that anybody misses.
    """
    found = _between(expected.text, shown.text)
    notes = _without_addresses(shown.notes, expected.notes, addresses)
    for tag, i1, i2, j1, j2 in SequenceMatcher(
        None, _keys(expected.notes), _keys(notes), False
    ).get_opcodes():
        if tag == "equal":
            continue
        for place in range(max(i2 - i1, j2 - j1)):
            one = expected.notes[i1 + place] if place < i2 - i1 else []
            other = notes[j1 + place] if place < j2 - j1 else []
            beside = one or [token for note in expected.notes[max(i1 - 1, 0) : i1] for token in note]
            found += _between(one, other, beside[0].place if beside else 0)
    return _with_moves(found)


def _without_addresses(
    shown: Sequence[list[Token]], expected: Sequence[list[Token]], addresses: Collection[str]
) -> list[list[Token]]:
    """The footnotes without those that only give the addresses of links."""
    found: list[list[Token]] = []
    for note in shown:
        missing = expected[len(found)] if len(found) < len(expected) else []
        is_expected = list(map(_key, note)) == list(map(_key, missing))
        if is_expected or not note or _key(note[-1]) not in addresses:
            found.append(note)
    return found


def _key(token: Token) -> str:
    return token.text.replace(BREAK, "")


def _keys(notes: Sequence[Sequence[Token]]) -> list[tuple[str, ...]]:
    return [tuple(map(_key, note)) for note in notes]


def _words(tokens: Sequence[Token]) -> tuple[str, ...]:
    return tuple(token.text for token in tokens)


def _between(expected: Sequence[Token], shown: Sequence[Token], empty: int = 0) -> list[Difference]:
    """``empty`` is the place of what was added where nothing was expected."""
    a, b = list(map(_key, expected)), list(map(_key, shown))
    found: list[Difference] = []
    i = j = 0
    while i < len(a) or j < len(b):
        if i < len(a) and j < len(b) and a[i] == b[j]:
            found += _joined(expected[i], shown[j])
            i, j = i + 1, j + 1
            continue
        for tag, i1, i2, j1, j2 in _next(a, b, i, j):
            place = expected[min(i1, len(expected) - 1)].place if expected else empty
            if tag == "equal":
                for one, other in zip(expected[i1:i2], shown[j1:j2], strict=True):
                    found += _joined(one, other)
            if tag in ("delete", "replace"):
                found.append(Difference("lost", _words(expected[i1:i2]), place))
            if tag in ("insert", "replace"):
                found.append(Difference("added", _words(shown[j1:j2]), place))
            i, j = i2, j2
    return found


def _joined(expected: Token, shown: Token) -> list[Difference]:
    """The words of a token between which a hard break is lost."""
    lost = BREAK in expected.text and _breaks(expected.text) - _breaks(shown.text)
    return [Difference("joined", (expected.text,), expected.place)] if lost else []


def _breaks(word: str) -> set[int]:
    """After how many letters of a word there is a hard break."""
    found, letters = set(), 0
    for letter in word:
        if letter == BREAK:
            found.add(letters)
        else:
            letters += 1
    return found


def _next(a: Sequence[str], b: Sequence[str], i: int, j: int) -> list[tuple[str, int, int, int, int]]:
    """How the streams go on from where they differ up to where they are surely the same again."""
    size = WINDOW
    while True:
        one, other = a[i : i + size], b[j : j + size]
        matcher = SequenceMatcher(None, one, other, autojunk=False)
        ends = i + size >= len(a) and j + size >= len(b)
        same = [block for block in matcher.get_matching_blocks() if block.size >= SURE]
        if ends or same or size >= WIDEST:
            break
        size *= 2
    last = same[-1] if same and not ends else None
    one_end, other_end = (last.a + last.size, last.b + last.size) if last else (len(one), len(other))
    return [
        (tag, i + i1, i + i2, j + j1, j + j2)
        for tag, i1, i2, j1, j2 in matcher.get_opcodes()
        if i2 <= one_end and j2 <= other_end
    ]


def _with_moves(found: Sequence[Difference]) -> list[Difference]:
    """The differences, where what is lost here and added there is told once."""
    added = [one for one in found if one.kind == "added"]
    told: list[Difference] = []
    for one in found:
        if one.kind != "lost":
            continue
        twin = next((other for other in added if other.words == one.words), None)
        if twin:
            added.remove(twin)
        told.append(Difference("moved" if twin else "lost", one.words, one.place))
    told += [one for one in found if one.kind == "joined"] + added
    return sorted(told, key=lambda one: one.place)
