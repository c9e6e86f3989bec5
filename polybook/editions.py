"""Book + catalog -> edition: put translations in, parse once, prove, and carry over what is the source's.

The only place where messages, markup and contract meet.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass

from polybook import contract, figures, markup, messages, references, review
from polybook.contract import Problem
from polybook.messages import Slot
from polybook.model import (
    Book,
    BookError,
    Catalog,
    Chapter,
    Edition,
    EditionChapter,
    Finding,
    Message,
    Term,
    Translation,
    Tree,
)

Parse = Callable[[Sequence[str]], list[Tree]]
"""Texts to trees, as `markup.parse` gives them (or a cache of it). The trees are the caller's to change."""

Usable = Mapping[str, Translation]
"""The translations that may be used, by their messages' keys."""

Problems = dict[str, list[Problem]]
"""What is wrong with translations, by their messages' keys."""

_LABEL = re.compile(r"\[\^([^\]\s]+)\]")


@dataclass(frozen=True)
class Source:
    """A chapter, read: what every edition is made of and held against."""

    chapter: Chapter
    slots: tuple[Slot, ...]
    tree: Tree
    """Without positions; links and identifiers as the chapter has them."""


def read(
    book: Book, parse: Parse, parse_with_positions: Parse
) -> tuple[tuple[Source, ...], references.Anchors]:
    """Return the chapters' sources and the book's anchors.

    Raises BookError naming every dead cross-reference and missing picture.
    """
    texts = [chapter.text for chapter in book.chapters]
    placed = parse_with_positions(texts)
    anchors = references.anchors(book.chapters, placed)
    if findings := references.check(book, placed, anchors):
        raise BookError(*findings)
    sources = tuple(
        Source(chapter, tuple(messages.slots(chapter, tree)), plain)
        for chapter, tree, plain in zip(book.chapters, placed, parse(texts), strict=True)
    )
    return sources, anchors


def extract(book: Book, sources: Sequence[Source]) -> list[Message]:
    """Every message of the book: its settings' first, then the chapters', then the figures'."""
    return [
        *messages.of_settings(book.settings),
        *(slot.message for source in sources for slot in source.slots),
        *figures.messages(book.figures),
    ]


def of_source(book: Book, sources: Sequence[Source], anchors: references.Anchors) -> Edition:
    """Return the edition in the language the book is written in."""
    chapters = [_chapter(source, deepcopy(source.tree), (), anchors) for source in sources]
    count = len({message.key for message in extract(book, sources)})
    language = book.settings.language
    return Edition(language, book.settings, tuple(chapters), book.figures, count, count, book.theme)


@dataclass(frozen=True)
class Translated:
    """What a catalog made of a book."""

    edition: Edition
    findings: tuple[Finding, ...]
    """What breaks the contract, and was left out."""

    pairs: tuple[review.Pair, ...]
    """What was put in: each message beside its translation, for a review."""


def translate(
    book: Book, sources: Sequence[Source], anchors: references.Anchors, catalog: Catalog, parse: Parse
) -> Translated:
    """Return the edition of the book in the catalog's language, and what is wrong with its translations.

    A translation that breaks its contract is left out: its message falls back to the source, is marked
    with the source's language and reported with its line in the catalog.
    """
    extracted = extract(book, sources)
    keys = {message.key for message in extracted}
    given = {key: found for key, found in catalog.translations.items() if key in keys}
    wrong: Problems = {}
    for message in extracted:
        if found := given.get(message.key):
            _blame(wrong, message.key, found, contract.check_text(message, found.text))
    usable = {key: found for key, found in given.items() if key not in wrong}
    chapters, pairs = [], []
    for source, proven in zip(
        sources, _prove(sources, usable, book.settings.language, anchors, parse), strict=True
    ):
        wrong |= proven.broken
        pairs += proven.pairs
        missing = [slot for slot in source.slots if slot.message.key not in proven.used]
        chapters.append(_chapter(source, proven.tree, missing, anchors))

    def lookup(message: Message) -> str | None:
        found = usable.get(message.key)
        return found.text if found else None

    edition = Edition(
        catalog.locale,
        messages.translate_settings(book.settings, lookup),
        tuple(chapters),
        {path: figures.translate(path, content, lookup) for path, content in book.figures.items()},
        len(given.keys() - wrong.keys()),
        len(keys),
        book.theme,
    )
    findings = {
        Finding(code, what, catalog.path, given[key].line, "the source text is shown instead")
        for key, problems in wrong.items()
        for code, what in problems
    }
    plain = [*messages.of_settings(book.settings), *figures.messages(book.figures)]
    pairs += [_plain_pair(message, usable[message.key]) for message in plain if message.key in usable]
    return Translated(edition, _in_order(findings), tuple(pairs))


def reviewed(
    book: Book, translated: Translated, catalog: Catalog, glossary: Sequence[Term]
) -> tuple[Finding, ...]:
    """Return what a careful reviewer would ask of the translations that were put in, as warnings."""
    found = review.check(translated.pairs, glossary)
    given = {pair.message.key: pair.translation for pair in translated.pairs}

    def lookup(message: Message) -> str | None:
        return given[message.key].text if message.key in given else None

    for path, content in book.figures.items():
        for message, what in figures.crowded(path, content, lookup):
            if "figure-room" not in given[message.key].waived:
                found.setdefault(message.key, []).append(("figure-room", f"{what} ({path})"))
    for key, translation in catalog.translations.items():
        found.setdefault(key, []).extend(contract.check_waivers(translation.waived, review.CODES))
    return _in_order(
        Finding(code, what, catalog.path, catalog.translations[key].line, severity="warning")
        for key, problems in found.items()
        for code, what in problems
    )


def _in_order(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    return tuple(sorted(set(findings), key=lambda finding: (finding.line, finding.code, finding.text)))


def _blame(wrong: Problems, key: str, found: Translation, problems: Iterable[Problem]) -> None:
    """Note what no waiver allows of a translation's problems."""
    if remaining := contract.unwaived(problems, found.waived):
        wrong.setdefault(key, []).extend(remaining)


def _chapter(
    source: Source, tree: Tree, untranslated: Sequence[Slot], anchors: references.Anchors
) -> EditionChapter:
    title = next(markup.plain(block["c"][2]) for block in tree if block["t"] == "Header")
    resolved = references.resolve(source.chapter, tree, anchors)
    return EditionChapter(source.chapter.name, title, resolved, len(untranslated))


# ---- the proof -----------------------------------------------------------------------------


@dataclass(frozen=True)
class _Proven:
    """A chapter with the translations that passed."""

    tree: Tree
    used: Usable
    broken: Problems
    pairs: list[review.Pair]


def _prove(
    sources: Sequence[Source], usable: Usable, language: str, anchors: references.Anchors, parse: Parse
) -> list[_Proven]:
    """Put the translations into each chapter, and prove that it still is that chapter.

    A chapter with a broken translation is put together again without it, until it stands.
    """
    proven: dict[int, _Proven] = {}
    broken: list[Problems] = [{} for _ in sources]
    while pending := [place for place in range(len(sources)) if place not in proven]:
        texts = [_substitute(sources[place], _without(usable, broken[place])) for place in pending]
        for place, tree in zip(pending, parse(texts), strict=True):
            source, used = sources[place], _without(usable, broken[place])
            problems = _check(source, tree, used, anchors)
            if problems is None:
                problems = _culprits(source, used, anchors, parse)
            if problems:
                broken[place].update(problems)
            else:
                runs = _paired(source, tree, used) or []
                pairs = _reviewable(source, runs, used)
                proven[place] = _Proven(
                    _carry_over(source, tree, runs, used, language), used, broken[place], pairs
                )
    return [proven[place] for place in range(len(sources))]


def _paired(source: Source, tree: Tree, used: Usable) -> list[tuple[Tree, Tree | None]] | None:
    """The source's runs, each with its own in ``tree``; None where the skeletons differ."""
    by_run, _ = _slots_by_place(source)
    return contract.pair(source.tree, tree, lambda run: _note_order(by_run[run], used))


def passages(source: Source, tree: Tree, given: Usable) -> list[tuple[Slot, Tree]]:
    """Return the chapter's messages that stand in text, each with its run of inlines in a proven ``tree``."""
    by_run, _ = _slots_by_place(source)
    runs = _paired(source, tree, given) or []
    return [(by_run[run][0], inlines) for run, (_, inlines) in enumerate(runs) if inlines and by_run[run]]


def _reviewable(source: Source, runs: Sequence[tuple[Tree, Tree | None]], used: Usable) -> list[review.Pair]:
    """The chapter's messages beside their translations, as prose."""
    pairs = []
    for slot in source.slots:
        if not (found := used.get(slot.message.key)):
            continue
        ours, theirs = runs[slot.run] if slot.run >= 0 else ([], None)
        if theirs is None or slot.message.kind in messages.PLAIN_KINDS:
            pairs.append(_plain_pair(slot.message, found))
        elif slot.message.kind == "alt text":
            alts = [review.prose(run[0]["c"][1]) for run in (ours, theirs)]
            pairs.append(review.Pair(slot.message, found, *alts))
        else:
            pairs.append(review.Pair(slot.message, found, review.prose(ours), review.prose(theirs)))
    return pairs


def _plain_pair(message: Message, found: Translation) -> review.Pair:
    return review.Pair(message, found, message.text, found.text.strip())


def _substitute(source: Source, used: Usable) -> str:
    def lookup(message: Message) -> str | None:
        return used[message.key].text if message.key in used else None

    return messages.substitute(source.chapter, source.slots, lookup)


def _check(source: Source, tree: Tree, used: Usable, anchors: references.Anchors) -> Problems | None:
    """What is wrong with the translations in ``tree``; None where its skeleton is not the source's."""
    by_run, by_listing = _slots_by_place(source)
    runs = _paired(source, tree, used)
    if runs is None:
        return None

    def leads(target: str) -> bool:
        return references.leads(source.chapter, target, anchors)

    wrong: Problems = {}
    for run, (ours, theirs) in enumerate(runs):
        keys = [slot.message.key for slot in by_run[run] if slot.message.key in used]
        if keys and theirs is not None and (problems := contract.compare(ours, theirs, leads)):
            for key in keys:
                _blame(wrong, key, used[key], problems)
    for place, (code, shown) in enumerate(zip(_listings(source.tree), _listings(tree), strict=True)):
        if not contract.same_program(code["c"][0][1], code["c"][1], shown["c"][1]):
            keys = [slot.message.key for slot in by_listing[place] if slot.message.key in used]
            wrong.update((key, [("listing", "the translation would change the program")]) for key in keys)
    return wrong


def _carry_over(
    source: Source, tree: Tree, runs: Sequence[tuple[Tree, Tree | None]], used: Usable, language: str
) -> Tree:
    """Give the proven ``tree`` the source's identifiers, and mark what is still in the source's language."""
    by_run, _ = _slots_by_place(source)
    for run, (_, inlines) in enumerate(runs):
        slots = by_run[run]
        if inlines and slots and not any(slot.message.key in used for slot in slots):
            inlines[:] = [{"t": "Span", "c": [["", ["untranslated"], [["lang", language]]], list(inlines)]}]
    for heading, translated in zip(_headings(source.tree), _headings(tree), strict=True):
        translated["c"][1][0] = heading["c"][1][0]
    return tree


def _culprits(source: Source, used: Usable, anchors: references.Anchors, parse: Parse) -> Problems:
    """Which of the translations change the chapter's skeleton.

    First each is parsed alone; what is no single run of inlines there is none in the chapter either.
    Where all pass alone (a reference definition can), halving finds those that do not pass in place.
    """
    slots = [slot for slot in source.slots if slot.message.key in used]
    changed: list[Problem] = [
        ("structure", "the translation is no single run of text, it changes the structure")
    ]
    marked = [slot for slot in slots if slot.message.kind not in messages.PLAIN_KINDS]
    trees = parse([_alone(slot, text) for slot in marked for text in (used[slot.message.key].text, "word")])
    alone = {
        slot.message.key
        for slot, given, wanted in zip(marked, trees[::2], trees[1::2], strict=True)
        if contract.shape(given) != contract.shape(wanted)
    }
    if alone:
        return dict.fromkeys(alone, changed)

    def stands(keys: Iterable[str]) -> bool:
        some = {key: used[key] for key in keys}
        return _check(source, parse([_substitute(source, some)])[0], some, anchors) is not None

    def halve(keys: list[str]) -> list[str]:
        if stands(keys):
            return []
        if len(keys) == 1:
            return keys
        middle = len(keys) // 2
        return halve(keys[:middle]) + halve(keys[middle:])

    keys = list(dict.fromkeys(slot.message.key for slot in slots))
    # Two that break the chapter only together are found in neither half: then all of them go.
    return dict.fromkeys(halve(keys) or keys, changed)


def _alone(slot: Slot, text: str) -> str:
    """A small chapter that holds nothing but one translation, in a place of its message's kind."""
    before, after = {
        **{kind: ("#" * (level + 1) + " ", "") for level, kind in enumerate(markup.HEADINGS)},
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
    ours = _LABEL.findall(key)
    theirs = _LABEL.findall(used[key].text) if key in used else ours
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


def _without(usable: Usable, broken: Problems) -> Usable:
    return {key: found for key, found in usable.items() if key not in broken} if broken else usable


def _listings(tree: Tree) -> list[markup.Node]:
    return [node for node in markup.each(tree) if node["t"] == "CodeBlock"]


def _headings(tree: Tree) -> list[markup.Node]:
    return [node for node in markup.each(tree) if node["t"] == "Header"]
