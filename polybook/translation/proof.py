"""Put a chapter's translations in, and prove that it still is that chapter; what breaks it is left out.

The only place where messages, markup and contract meet.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from polybook.chapters import messages, references
from polybook.chapters.messages import Slot
from polybook.chapters.source import Source, dumped
from polybook.markup import parse
from polybook.markup import tree as trees
from polybook.model import nodes
from polybook.model.book import Chapter, Limits
from polybook.model.catalog import Message, Translation
from polybook.model.nodes import Tree
from polybook.system.cache import digest
from polybook.translation import contract, review
from polybook.translation.contract import Problem

Usable = Mapping[str, Translation]
"""The translations that may be used, by their messages' keys."""

Problems = dict[str, list[Problem]]
"""What is wrong with translations, by their messages' keys."""

_Runs = list[tuple[Tree, Tree | None]]


def prove(
    sources: Sequence[Source],
    given: Sequence[Usable],
    language: str,
    anchors: references.Anchors,
    limits: Limits,
) -> list[Any]:
    """Put the translations into each chapter, and prove that it still is that chapter.

    A chapter with a broken translation is put together again without it, until it stands. Where a skeleton
    has changed, each of its translations is first parsed alone: what is no single run there is none in the
    chapter either. Where all pass alone, halving finds those that do not pass in place.
    """
    proven: dict[int, Any] = {}
    broken = [
        checked((slot.message for slot in source.slots), usable)
        for source, usable in zip(sources, given, strict=True)
    ]
    while pending := [place for place in range(len(sources)) if place not in proven]:
        changed: dict[int, Usable] = {}
        texts = [_substitute(sources[place], without(given[place], broken[place])) for place in pending]
        for place, tree in zip(pending, parse.parse(texts, limits), strict=True):
            opened, used = _Opened(sources[place]), without(given[place], broken[place])
            runs = _paired(opened, tree, used)
            problems = None if runs is None else _check(opened, tree, runs, used, anchors)
            if runs is None or problems is None:
                changed[place] = used
            elif problems:
                broken[place].update(problems)
            else:
                proven[place] = [
                    *_finished(opened, tree, runs, used, language, anchors),
                    broken[place],
                    _reviewable(opened.source, runs, used),
                ]
        alone = _no_runs([(sources[place], used) for place, used in changed.items()], limits)
        for (place, used), found in zip(changed.items(), alone, strict=True):
            keys = found or _halved(_Opened(sources[place]), used, anchors, limits)
            broken[place].update((key, [_CHANGES]) for key in keys)
    return [proven[place] for place in range(len(sources))]


class _Opened:
    """A chapter's source with what is looked up in it again and again."""

    def __init__(self, source: Source) -> None:
        self.source, self.tree = source, source.tree
        self.by_run, self.by_listing = _slots_by_place(source)


def _finished(
    opened: _Opened, tree: Tree, runs: _Runs, used: Usable, language: str, anchors: references.Anchors
) -> Any:
    missing = [slot for slot in opened.source.slots if slot.message.key not in used]
    carried = _carry_over(opened, tree, runs, used, language)
    return resolved(opened.source, carried, missing, anchors)


def _paired(opened: _Opened, tree: Tree, used: Usable) -> _Runs | None:
    """The source's runs, each with its own in ``tree``; None where the skeletons differ."""
    return contract.pair(opened.tree, tree, lambda run: _note_order(opened.by_run.get(run, []), used))


def passages(source: Source, tree: Tree, given: Usable) -> list[tuple[Slot, Tree]]:
    """Return the chapter's messages that stand in text, each with its run of inlines in a proven ``tree``."""
    opened = _Opened(source)
    runs = _paired(opened, tree, given) or []
    return [
        (opened.by_run[run][0], inlines)
        for run, (_, inlines) in enumerate(runs)
        if inlines and opened.by_run.get(run)
    ]


def _reviewable(source: Source, runs: _Runs, used: Usable) -> list[Any]:
    """The chapter's messages beside their translations, as prose: place of the slot, source, translation."""
    pairs = []
    for place, slot in enumerate(source.slots):
        if not (found := used.get(slot.message.key)):
            continue
        ours, theirs = runs[slot.run] if slot.run >= 0 else ([], None)
        if theirs is None or slot.message.kind in messages.PLAIN_KINDS:
            pairs.append([place, slot.message.text, found.text.strip()])
        elif slot.message.kind == "alt text":
            pairs.append([place, *(review.prose(run[0]["c"][1]) for run in (ours, theirs))])
        else:
            pairs.append([place, review.prose(ours), review.prose(theirs)])
    return pairs


def checked(extracted: Iterable[Message], given: Usable) -> Problems:
    """What is wrong with the translations as plain text."""
    wrong: Problems = {}
    for message in extracted:
        if found := given.get(message.key):
            _blame(wrong, message.key, found, contract.check_text(message, found.text))
    return wrong


def _blame(wrong: Problems, key: str, found: Translation, problems: Iterable[Problem]) -> None:
    """Note what no waiver allows of a translation's problems."""
    if remaining := contract.unwaived(problems, found.waived):
        wrong.setdefault(key, []).extend(remaining)


def resolved(source: Source, tree: Tree, untranslated: Sequence[Slot], anchors: references.Anchors) -> Any:
    """Title, blocks as JSON, how much is not translated, and the digest of these."""
    title = next(trees.plain(block["c"][2]) for block in tree if block["t"] == "Header")
    blocks = dumped(references.resolve(source.chapter, tree, anchors))
    return [title, blocks, len(untranslated), digest(title, blocks, str(len(untranslated)))]


def _substitute(source: Source, used: Usable) -> str:
    def lookup(message: Message) -> str | None:
        return used[message.key].text if message.key in used else None

    return messages.substitute(source.chapter, source.slots, lookup)


def _check(
    opened: _Opened, tree: Tree, runs: _Runs, used: Usable, anchors: references.Anchors
) -> Problems | None:
    """What is wrong with the translations in ``tree``, whose skeleton is the source's; None where it is not
    the source's but for them.

    A line of a translation that is not in its run (a definition that others use) is all that is told then:
    what else is wrong may be of its making.
    """

    def leads(target: str) -> bool:
        return references.leads(opened.source.chapter, target, anchors)

    lost: Problems = {}
    wrong: Problems = {}
    untouched: list[bool] = []
    # A note that is used twice has its messages where it is used first, and is translated in both places.
    outside = set(map(id, trees.runs(opened.tree)))
    for run, (ours, theirs) in enumerate(runs):
        placed = opened.by_run.get(run, [])
        slots = [slot for slot in placed if slot.message.key in used]
        # A caption is a string and has no part in its run's markup.
        keys = [slot.message.key for slot in slots if slot.message.kind not in messages.PLAIN_KINDS]
        if theirs is None:
            continue
        if not slots and (placed or id(ours) in outside):
            untouched.append(contract.same(ours, theirs))
        breaks = sum(len(messages.lines_of(used[key].text)) - 1 for key in keys)
        if breaks and breaks > contract.marks(theirs)["hard-break",]:
            lost |= {key: [_CHANGES] for key in keys}
        for key in keys or [slot.message.key for slot in slots]:
            _blame(wrong, key, used[key], contract.compare(ours, theirs, leads))
    if lost or not all(untouched):
        return lost or None
    ours_shown, theirs_shown = _listings(opened.tree), _listings(tree)
    if len(ours_shown) != len(theirs_shown):  # a note that holds one was dropped, or is there twice
        return wrong or None
    for place, (code, shown) in enumerate(zip(ours_shown, theirs_shown, strict=True)):
        if not contract.same_program(code["c"][0][1], code["c"][1], shown["c"][1]):
            slots = opened.by_listing.get(place, [])
            keys = [slot.message.key for slot in slots if slot.message.key in used]
            wrong.update((key, [("listing", "the translation would change the program")]) for key in keys)
    return wrong


def _carry_over(opened: _Opened, tree: Tree, runs: _Runs, used: Usable, language: str) -> Tree:
    """Give the proven ``tree`` the source's identifiers, and mark what is still in the source's language."""
    for run, (_, inlines) in enumerate(runs):
        slots = opened.by_run.get(run, ())
        if inlines and slots and not any(slot.message.key in used for slot in slots):
            inlines[:] = [{"t": "Span", "c": [["", ["untranslated"], [["lang", language]]], list(inlines)]}]
    for heading, translated in zip(_headings(opened.tree), _headings(tree), strict=True):
        translated["c"][1][0] = heading["c"][1][0]
    return tree


_CHANGES = ("structure", "the translation is no single run of text, it changes the structure")


def _no_runs(chapters: Sequence[tuple[Source, Usable]], limits: Limits) -> list[list[str]]:
    """For each chapter those of its translations that are no single run even alone; one parse for all."""
    marked = [
        (place, slot, used[slot.message.key].text)
        for place, (source, used) in enumerate(chapters)
        for slot in source.slots
        if slot.message.key in used and slot.message.kind not in messages.PLAIN_KINDS
    ]
    texts = list(dict.fromkeys(_alone(slot, text) for _, slot, own in marked for text in (own, "word")))
    parsed = dict(zip(texts, parse.parse(texts, limits), strict=True))
    found: list[list[str]] = [[] for _ in chapters]
    for place, slot, text in marked:
        given, wanted = parsed[_alone(slot, text)], parsed[_alone(slot, "word")]
        if contract.shape(given) != contract.shape(wanted):
            found[place].append(slot.message.key)
    return found


def _halved(opened: _Opened, used: Usable, anchors: references.Anchors, limits: Limits) -> list[str]:
    """Which of the translations change the chapter, though each is a single run alone."""
    source = opened.source

    def stands(keys: Iterable[str]) -> bool:
        some = {key: used[key] for key in keys}
        (tree,) = parse.parse([_substitute(source, some)], limits)
        runs = _paired(opened, tree, some)
        return runs is not None and _check(opened, tree, runs, some, anchors) is not None

    def halve(keys: list[str]) -> list[str]:
        if stands(keys):
            return []
        if len(keys) == 1:
            return keys
        middle = len(keys) // 2
        return halve(keys[:middle]) + halve(keys[middle:])

    keys = list(dict.fromkeys(slot.message.key for slot in source.slots if slot.message.key in used))
    # Two that break the chapter only together are found in neither half: then all of them go.
    return halve(keys) or keys


def _alone(slot: Slot, text: str) -> str:
    """A small chapter that holds nothing but one translation, in a place of its message's kind."""
    before, after = {
        **{kind: ("#" * (level + 1) + " ", "") for level, kind in enumerate(nodes.HEADINGS)},
        "table cell": ("| ", " |\n|---|"),
        "term": ("", "\n:   word"),
        "alt text": ("![", "](word)"),
    }.get(slot.message.kind, ("> ", ""))
    prefix = "> " if before == "> " else ""
    chapter = Chapter("", "", f"{before}word{after}\n")
    place = Slot(len(before), len(before) + len("word"), Message("word", slot.message.kind, "", 1), prefix)
    return messages.substitute(chapter, [place], lambda _: text)


def _note_order(slots: Sequence[Slot], used: Usable) -> list[int]:
    """Which note of a run's translation is the first, second, ... of the message."""
    key = slots[0].message.key if slots else ""
    ours = contract.labels(key)
    theirs = contract.labels(used[key].text) if key in used else ours
    if sorted(ours) != sorted(theirs):
        return list(range(len(ours)))
    places = defaultdict[str, list[int]](list)
    for place, label in enumerate(theirs):
        places[label].append(place)
    return [places[label].pop(0) for label in ours]


def _slots_by_place(source: Source) -> tuple[Mapping[int, list[Slot]], Mapping[int, list[Slot]]]:
    by_run, by_listing = defaultdict[int, list[Slot]](list), defaultdict[int, list[Slot]](list)
    for slot in source.slots:
        (by_run[slot.run] if slot.run >= 0 else by_listing[slot.listing]).append(slot)
    return by_run, by_listing


def without(usable: Usable, broken: Problems) -> Usable:
    return {key: found for key, found in usable.items() if key not in broken} if broken else usable


def _listings(tree: Tree) -> list[nodes.Node]:
    return trees.find(tree, "CodeBlock")


def _headings(tree: Tree) -> list[nodes.Node]:
    return trees.find(tree, "Header")
