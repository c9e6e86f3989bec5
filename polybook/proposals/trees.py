"""A translated book as a tree of Markdown: which of its pieces are translations of which messages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from polybook.chapters.messages import Slot
from polybook.chapters.source import Source
from polybook.proposals.align import SURE, Pair, align, evidence, learnt, look, reordered
from polybook.proposals.foreign_catalogs import Foreign, Matched
from polybook.proposals.proposal import Proposal
from polybook.proposals.spelling import respelt, said
from polybook.proposals.units import Unit, units

ChapterPair = tuple[Source, Source]
"""A chapter and its translation."""

_ALIKE = 0.25
"""How much of what a translation keeps two chapters share, of 1, to be one."""


def paired(ours: Sequence[Source], theirs: Sequence[Source]) -> list[ChapterPair]:
    """Return which chapters are translations of which: those of one name, and of the others those that share
    links, pictures and listings.
    """
    by_name = {_name(one): one for one in theirs}
    found = {id(one): by_name.pop(_name(one)) for one in ours if _name(one) in by_name}
    left = [one for one in ours if id(one) not in found]
    others = list(by_name.values())
    if left and others:
        marks = {id(one): _marks(one) for one in (*left, *others)}
        rarity = 1.0 / max(1, len(others))
        often = Counter(mark for one in others for mark in marks[id(one)])
        ranked = sorted(
            (
                (-_shared(marks[id(one)], marks[id(other)], often, rarity), place, number)
                for place, one in enumerate(left)
                for number, other in enumerate(others)
            ),
        )
        taken: set[int] = set()
        for alike, place, number in ranked:
            if -alike < _ALIKE:
                break
            if id(left[place]) not in found and number not in taken:
                taken.add(number)
                found[id(left[place])] = others[number]
    return [(one, found[id(one)]) for one in ours if id(one) in found]


def _name(source: Source) -> str:
    return source.chapter.name.casefold()


def _marks(source: Source) -> frozenset[tuple[str, str]]:
    return frozenset(mark for unit in units(source) for mark in unit.marks if mark[0] != "name")


def _shared(
    ours: frozenset[tuple[str, str]],
    theirs: frozenset[tuple[str, str]],
    often: Mapping[tuple[str, str], int],
    least: float,
) -> float:
    """How much two chapters share of what both have, what few have counting most."""
    both = sum(1 / often[mark] for mark in ours & theirs)
    whole = sum(1 / often.get(mark, 1) for mark in ours | theirs)
    return both / whole if whole > least else 0.0


def propose(pairs: Sequence[ChapterPair]) -> Matched:
    """Return what chapters' translations propose for messages, and which of their texts propose nothing."""
    split = [(units(ours), units(theirs)) for ours, theirs in pairs]
    known = evidence([ours for ours, _ in split], split)
    split = [(ours, [theirs[place] for place in reordered(ours, theirs, known)]) for ours, theirs in split]
    first = [look(ours, theirs, known) for ours, theirs in split]
    sure = [
        (ours[pair.ours], theirs[pair.theirs])
        for (ours, theirs), found in zip(split, first, strict=True)
        for pair in found
        if pair.probability >= SURE and pair.is_whole and ours[pair.ours].kind != "listing"
    ]
    known = learnt(known, sure)
    proposals: list[Proposal] = []
    for (ours, theirs), before in zip(split, first, strict=True):
        for pair in align(ours, theirs, known, before):
            proposals += _of_pair(ours[pair.ours], theirs[pair.theirs], pair)
    used = {one.origin for one in proposals}
    unused = [
        (Foreign(slot.message.text, slot.message.text, origin(slot)), "no piece of the source is like it")
        for _, theirs in pairs
        for slot in theirs.slots
        if origin(slot) not in used
    ]
    return Matched(list(_agreed(proposals)), unused)


def origin(slot: Slot) -> str:
    """Where a message of a translated chapter stands."""
    return f"{slot.message.path.partition('/')[2]}:{slot.message.line}"


def _of_pair(ours: Unit, theirs: Unit, pair: Pair) -> Iterator[Proposal]:
    """What a pair of pieces proposes: its messages, each with that of the same kind at the same place."""
    is_sure = pair.probability >= SURE and pair.is_whole
    for mine, other in _matched(ours, theirs):
        text, translation = mine.message.text, other.message.text
        if said(text) == said(translation) and sum(map(str.isalpha, text)) > 20:
            continue  # it is still in the source's language
        yield Proposal(mine.message.key, respelt(text, text, translation), origin(other), is_sure)


def _matched(ours: Unit, theirs: Unit) -> list[tuple[Slot, Slot]]:
    """The messages of two pieces that are one: of listings those in the same line, else those of a kind."""
    if ours.kind == "listing" and len(ours.slots) != len(theirs.slots):
        if ours.text.count("\n") != theirs.text.count("\n"):
            return []
        in_line = {(slot.line, slot.message.kind): slot for slot in theirs.slots}
        keys = [(slot, (slot.line, slot.message.kind)) for slot in ours.slots]
        return [(slot, in_line[key]) for slot, key in keys if key in in_line]
    if [slot.message.kind for slot in ours.slots] == [slot.message.kind for slot in theirs.slots]:
        return list(zip(ours.slots, theirs.slots, strict=True))
    if len(ours.slots) == len(theirs.slots) == 1:
        return [(ours.slots[0], theirs.slots[0])]
    by_kind = {slot.message.kind: slot for slot in theirs.slots}
    return [(slot, by_kind[slot.message.kind]) for slot in ours.slots if slot.message.kind in by_kind]


def _agreed(proposals: Iterable[Proposal]) -> Iterator[Proposal]:
    """Proposals, of which none is sure for a message that is translated in two ways; the commonest first."""
    by_key: dict[str, list[Proposal]] = {}
    for one in proposals:
        by_key.setdefault(one.key, []).append(one)
    for some in by_key.values():
        ways = Counter(said(one.text) for one in some)
        common = sorted(some, key=lambda one: (not one.is_sure, -ways[said(one.text)]))
        sure_ways = {said(one.text) for one in some if one.is_sure}
        for one in common:
            yield one if len(sure_ways) < 2 else one._replace(is_sure=False)
