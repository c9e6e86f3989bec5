"""A chapter and its translation, paired piece by piece.

What a translation keeps (code, links, pictures, numbers, names) tells which pieces are one, and after a first
look so do the words that go together in the pairs that are sure. How sure a pair is comes from all ways to
pair the two chapters, by the forward-backward algorithm (Rabiner, 1989), not from the best one alone; the
steps are those of Gale and Church (1993): one with one, one with none, two with one.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from polybook.proposals.units import Unit, joined, sections

SURE = 0.9
"""From which probability on a pair is trusted."""

LIKELY = 0.5
"""From which on it is proposed, to be looked at."""

_ALONE = -2.2
"""The log-odds of a piece that has no counterpart."""

_TWO = -3.5
"""What a step of two with one costs beside its likeness."""

_BAND = 40
"""How far from the diagonal pieces are paired, beside a third of the chapter's length."""


class Pair(NamedTuple):
    """A piece of the source and one of the translation, by their places."""

    ours: int
    theirs: int
    probability: float
    is_whole: bool = True
    """Whether it is one with one: what was joined or divided is no translation of one message."""


@dataclass
class Evidence:
    """What is known of a whole book: how rare marks are, how long translations, which words go together."""

    rarity: Mapping[tuple[str, str], float]
    """Of a mark of the source, the logarithm of how many pieces have it not for one that has."""

    stretch: float = 0.0
    """The logarithm of how much longer a translation is."""

    together: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    """For a word of the source the words that go with it, each with its weight."""

    def of_marks(self, ours: Unit, theirs: Unit) -> float:
        """How much the marks of two pieces say that they are one."""
        total = 0.0
        for mark in ours.marks.keys() | theirs.marks.keys():
            here, there = ours.marks[mark], theirs.marks[mark]
            weight = _WEIGHTS[mark[0]] * min(self.rarity.get(mark, _UNKNOWN), 6.0)
            total += weight * min(here, there)
            if mark[0] in _KEPT:
                total -= _LACK * abs(here - there)
            elif mark[0] == "line":
                total -= 0.3 * abs(here - there)
        return max(total, -6.0)

    def of_words(self, ours: Unit, theirs: Unit) -> float:
        """How much their words say so; 0 where nothing is known of them."""
        if not self.together or not ours.stems or not theirs.stems:
            return 0.0
        total, known = 0.0, 0
        for stem in ours.stems:
            if weights := self.together.get(stem):
                known += 1
                total += max((weights.get(other, 0.0) for other in theirs.stems), default=0.0)
        return (total - 0.45 * known) / math.sqrt(known) * 2.0 if known else 0.0


_WEIGHTS = {
    "code": 1.0,
    "link": 1.1,
    "picture": 1.5,
    "formula": 1.0,
    "number": 0.7,
    "name": 0.45,
    "line": 0.6,
}
_KEPT = frozenset({"code", "link", "picture", "formula"})
_LACK = 1.1
_UNKNOWN = 1.0
_FAMILIES = {
    "heading": "heading",
    "listing": "listing",
    "picture": "picture",
    "list item": "item",
    "table cell": "cell",
    "term": "item",
    "definition": "item",
}


def evidence(
    books: Iterable[Sequence[Unit]], pairs: Sequence[tuple[Sequence[Unit], Sequence[Unit]]]
) -> Evidence:
    """Return what is known before anything is paired, of a book's pieces and of chapters that are one."""
    seen: Counter[tuple[str, str]] = Counter()
    count = 0
    for units in books:
        for unit in units:
            count += 1
            seen.update(unit.marks.keys())
    rarity = {mark: math.log((count + 1) / (often + 0.5)) for mark, often in seen.items()}
    ratios = []
    for ours, theirs in pairs:
        sizes = [sum(unit.size for unit in units if unit.kind != "listing") for units in (ours, theirs)]
        if min(sizes) > 100:
            ratios.append(math.log(sizes[1] / sizes[0]))
    ratios.sort()
    return Evidence(rarity, ratios[len(ratios) // 2] if ratios else 0.0)


def likeness(ours: Unit, theirs: Unit, known: Evidence) -> float:
    """Return the log-odds that a piece is the translation of another."""
    family = _FAMILIES.get(ours.kind, "text"), _FAMILIES.get(theirs.kind, "text")
    if (family[0] == "listing") != (family[1] == "listing"):
        return -30.0
    if (family[0] == "picture") != (family[1] == "picture"):
        return -8.0
    score = known.of_marks(ours, theirs)
    if family[0] == "listing":
        return score + (1.5 if not ours.marks and not theirs.marks else 0.0)
    if family[0] == family[1]:
        score += 0.6
        if family[0] == "heading":
            score += 1.0 if ours.level == theirs.level else -1.5
    else:
        score -= 4.0 if "heading" in family else 1.5
    score += 0.3 if ours.last == theirs.last else -0.6
    stretch = math.log((theirs.size + 3) / (ours.size + 3)) - known.stretch
    score += 0.5 - min(stretch * stretch / 0.5, 3.5)
    return score + known.of_words(ours, theirs)


# ---- all ways to pair two chapters -----------------------------------------------------------

_STEPS = ((1, 1), (1, 0), (0, 1), (2, 1), (1, 2))
_SINGLE = (0, 1, 2)
_ALL = (0, 1, 2, 3, 4)

_FIXED = 0.99
"""From which probability on a pair of a first look divides the two chapters into shorter stretches."""


def look(ours: Sequence[Unit], theirs: Sequence[Unit], known: Evidence) -> list[Pair]:
    """Return the pairs of two chapters' pieces, one with one, that a first look finds likely, in order."""
    return _Lattice(ours, theirs, known, _SINGLE).pairs()


def align(
    ours: Sequence[Unit], theirs: Sequence[Unit], known: Evidence, before: Iterable[Pair]
) -> list[Pair]:
    """Return the pairs of two chapters' pieces that are likelier than not; ``before`` is what `look` found.

    What stands elsewhere in the translation comes last: it is looked for among the pieces that are left.
    """
    fixed = [pair for pair in before if pair.probability >= _FIXED]
    found: list[Pair] = list(fixed)
    row = column = 0
    for end_row, end_column in (*((pair.ours, pair.theirs) for pair in fixed), (len(ours), len(theirs))):
        part = _Lattice(ours[row:end_row], theirs[column:end_column], known, _ALL).pairs()
        found += [pair._replace(ours=pair.ours + row, theirs=pair.theirs + column) for pair in part]
        row, column = end_row + 1, end_column + 1
    found += _moved(ours, theirs, known, found)
    return [
        pair._replace(is_whole=pair.is_whole and not _fits_better_joined(pair, found, ours, theirs, known))
        for pair in found
    ]


def _fits_better_joined(
    pair: Pair, found: Sequence[Pair], ours: Sequence[Unit], theirs: Sequence[Unit], known: Evidence
) -> bool:
    """Whether a piece beside a pair, without a counterpart, would rather be a part of it: where a translator
    divided a paragraph, or joined two.
    """
    mine, other = ours[pair.ours], theirs[pair.theirs]
    if mine.kind in _NEVER_JOINED or other.kind in _NEVER_JOINED:
        return False
    alone = likeness(mine, other, known)
    rows, columns = {one.ours for one in found}, {one.theirs for one in found}
    for units, place, taken, is_ours in (
        (ours, pair.ours, rows, True),
        (theirs, pair.theirs, columns, False),
    ):
        for beside in (place - 1, place + 1):
            if not 0 <= beside < len(units) or beside in taken or units[beside].kind != units[place].kind:
                continue
            both = joined([units[one] for one in sorted((place, beside))])
            together = likeness(both, other, known) if is_ours else likeness(mine, both, known)
            if together > alone - _NEARLY:
                return True
    return False


_NEVER_JOINED = frozenset({"listing", "heading", "picture", "table cell"})
_NEARLY = 0.3


_STRONG = 3.5
"""The log-odds from which on a piece that stands elsewhere is trusted; from a fourth on it is proposed."""

_APART = 2.2
"""By how much it must be likelier than any other pair of the two pieces."""

_MOST_LEFT = 200
"""How many pieces may be left on either side, for what stands elsewhere to be looked for."""


def _moved(
    ours: Sequence[Unit], theirs: Sequence[Unit], known: Evidence, found: Sequence[Pair]
) -> list[Pair]:
    """Pairs among the pieces that have none: those that are likeliest for one another, and clearly so."""
    taken, others = {pair.ours for pair in found}, {pair.theirs for pair in found}
    left = [place for place in range(len(ours)) if place not in taken][:_MOST_LEFT]
    other = [place for place in range(len(theirs)) if place not in others][:_MOST_LEFT]
    odds = {(row, column): likeness(ours[row], theirs[column], known) for row in left for column in other}
    moved = []
    for (row, column), strength in odds.items():
        rivals = [odds[row, one] for one in other if one != column]
        rivals += [odds[one, column] for one in left if one != row]
        margin = strength - max(rivals, default=_ALONE)
        if strength >= _STRONG / 4 and margin > 0:
            is_sure = strength >= _STRONG and margin >= _APART
            moved.append(Pair(row, column, SURE if is_sure else LIKELY))
    return moved


class _Lattice:
    """The ways to pair two chapters: a point for each pair of places, with a step from one to the next."""

    def __init__(
        self, ours: Sequence[Unit], theirs: Sequence[Unit], known: Evidence, steps: Sequence[int]
    ) -> None:
        self._ours, self._theirs, self._known = ours, theirs, known
        self._steps = [(step, *_STEPS[step]) for step in steps]
        self._rows, self._columns = len(ours), len(theirs)
        self._width = _BAND + max(self._rows, self._columns) // 3
        self._scores: dict[tuple[int, int, int], float] = {}

    def _band(self, row: int) -> range:
        middle = row * self._columns // max(self._rows, 1)
        return range(max(0, middle - self._width), min(self._columns, middle + self._width) + 1)

    def _score(self, row: int, column: int, step: int) -> float:
        """The log-odds of the step that ends at a point."""
        key = row, column, step
        found = self._scores.get(key)
        if found is None:
            found = self._scores[key] = self._of(row, column, *_STEPS[step])
        return found

    def _of(self, row: int, column: int, down: int, right: int) -> float:
        if not down or not right:
            return _ALONE
        ours, theirs = self._ours[row - down : row], self._theirs[column - right : column]
        if down == right == 1:
            return likeness(ours[0], theirs[0], self._known)
        many = ours if down > 1 else theirs
        if many[0].kind != many[1].kind or any(one.kind in _NEVER_JOINED for one in (*ours, *theirs)):
            return -30.0
        return likeness(joined(ours), joined(theirs), self._known) + _TWO

    def pairs(self) -> list[Pair]:
        forward = self._forward()
        backward = self._backward()
        end = forward.get((self._rows, self._columns))
        if end is None:
            return []
        found: list[Pair] = []
        for row in range(1, self._rows + 1):
            for column in self._band(row):
                for step, down, right in self._steps:
                    if not down or not right:
                        continue
                    before = forward.get((row - down, column - right))
                    after = backward.get((row, column))
                    if before is None or after is None:
                        continue
                    probability = math.exp(min(0.0, before + self._score(row, column, step) + after - end))
                    if probability >= LIKELY:
                        found += [
                            Pair(mine, other, probability, step == 0)
                            for mine in range(row - down, row)
                            for other in range(column - right, column)
                        ]
        return found

    def _forward(self) -> dict[tuple[int, int], float]:
        sums: dict[tuple[int, int], float] = {(0, 0): 0.0}
        for row in range(self._rows + 1):
            for column in self._band(row):
                if row or column:
                    ways = [
                        sums[row - down, column - right] + self._score(row, column, step)
                        for step, down, right in self._steps
                        if (row - down, column - right) in sums
                    ]
                    if ways:
                        sums[row, column] = _sum(ways)
        return sums

    def _backward(self) -> dict[tuple[int, int], float]:
        sums: dict[tuple[int, int], float] = {(self._rows, self._columns): 0.0}
        for row in range(self._rows, -1, -1):
            for column in reversed(self._band(row)):
                if (row, column) != (self._rows, self._columns):
                    ways = [
                        sums[row + down, column + right] + self._score(row + down, column + right, step)
                        for step, down, right in self._steps
                        if (row + down, column + right) in sums
                    ]
                    if ways:
                        sums[row, column] = _sum(ways)
        return sums


def _sum(ways: Sequence[float]) -> float:
    """The logarithm of a sum of what has these logarithms."""
    most = max(ways)
    if len(ways) == 1:
        return most
    return most + math.log(sum(math.exp(one - most) for one in ways if one > most - 30))


# ---- sections in another order ---------------------------------------------------------------

_ALIKE = 3.0
"""The log-odds from which on two sections are one, whatever the order."""


def reordered(ours: Sequence[Unit], theirs: Sequence[Unit], known: Evidence) -> list[int]:
    """Return the places of a translation's pieces in the order in which the source has their sections."""
    parts, others = list(sections(ours)), list(sections(theirs))
    as_they_stand = list(range(len(theirs)))
    if len(parts) < 3 or len(others) < 3:
        return as_they_stand
    wholes, other_wholes = [joined(part) for part in parts], [joined(part) for part in others]
    alike = [[known.of_marks(one, other) for other in other_wholes] for one in wholes]
    partner: dict[int, int] = {}
    for place, row in enumerate(alike):
        best = max(range(len(others)), key=row.__getitem__)
        rival = max(line[best] for number, line in enumerate(alike) if number != place)
        second = max(score for number, score in enumerate(row) if number != best)
        if row[best] >= _ALIKE + max(rival, second, 0.0):
            partner[best] = place
    order = [partner[place] for place in sorted(partner)]
    if order == sorted(order):
        return as_they_stand
    # What has no partner stays behind what it stands behind.
    ranks: list[tuple[int, int]] = []
    rank = -1
    for place in range(len(others)):
        rank = partner.get(place, rank)
        ranks.append((rank, place))
    starts = [0]
    for part in others:
        starts.append(starts[-1] + len(part))
    return [one for _, place in sorted(ranks) for one in range(starts[place], starts[place + 1])]


# ---- which words go together -----------------------------------------------------------------


def learnt(known: Evidence, pairs: Iterable[tuple[Unit, Unit]]) -> Evidence:
    """Return what is known once these pairs are taken for sure: of each word those that go with it (Dice)."""
    here: Counter[str] = Counter()
    there: Counter[str] = Counter()
    both: dict[str, Counter[str]] = defaultdict(Counter)
    for ours, theirs in pairs:
        if len(ours.stems) > 60 or len(theirs.stems) > 150:
            continue
        here.update(ours.stems)
        there.update(theirs.stems)
        for stem in ours.stems:
            both[stem].update(theirs.stems)
    together: dict[str, dict[str, float]] = {}
    for stem, others in both.items():
        if here[stem] < 3:
            continue
        weights = {
            other: 2 * (often - 0.5) / (here[stem] + there[other])
            for other, often in others.items()
            if often > 1
        }
        best = {other: weight for other, weight in weights.items() if weight > 0.2}
        if best:
            together[stem] = best
    return Evidence(known.rarity, known.stretch, together)
