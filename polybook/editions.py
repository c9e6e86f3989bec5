"""Book + catalog -> edition: put translations in, parse once, prove, and carry over what is the source's.

The only place where messages, markup and contract meet.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass
from functools import lru_cache
from typing import Any

from polybook import contract, drawings, figures, markup, messages, references, review, showable, versions
from polybook.cache import Step, Store, digest, digest_of
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
    Limits,
    Message,
    Settings,
    Term,
    Translation,
    Tree,
)

Usable = Mapping[str, Translation]
"""The translations that may be used, by their messages' keys."""

Problems = dict[str, list[Problem]]
"""What is wrong with translations, by their messages' keys."""

_Runs = list[tuple[Tree, Tree | None]]


@dataclass(frozen=True)
class Source:
    """A chapter, read: what every edition is made of and held against."""

    chapter: Chapter
    slots: tuple[Slot, ...]
    outline: references.Outline
    json: str
    """Its tree as JSON."""

    @property
    def tree(self) -> Tree:
        """Without positions; links and identifiers as the chapter has them. A copy each time."""
        tree: Tree = json.loads(self.json)
        return tree


def read(book: Book, store: Store) -> tuple[tuple[Source, ...], references.Anchors]:
    """Return the chapters' sources and the book's anchors.

    Raises BookError naming every dead cross-reference and missing picture, and what no format can show.
    """
    chapters = book.chapters
    steps = [Step("read", chapter.path, {"text": digest(chapter.text), **_tools()}) for chapter in chapters]

    def make(places: list[int]) -> Iterator[Any]:
        texts = [chapters[place].text for place in places]
        limits = book.settings.limits
        placed_trees = markup.parse(texts, limits, positions=True)
        trees = zip(placed_trees, markup.parse(texts, limits), strict=True)
        for place, (placed, plain) in zip(places, trees, strict=True):
            if not (placed and plain) and chapters[place].text.strip():
                what = "the chapter's blocks are nested too deep, or it has none"
                hint = "lists and quotations lie at most 30 deep in one another"
                raise BookError(Finding("limit", what, chapters[place].path, hint=hint))
            if findings := list(showable.check(chapters[place], placed, limits)):
                raise BookError(*findings)
            yield _read(chapters[place], placed, plain)

    values = store.remember(steps, make, _source)
    sources = tuple(Source(chapter, *value) for chapter, value in zip(chapters, values, strict=True))
    outlines = [source.outline for source in sources]
    anchors = references.anchors(chapters, outlines)
    if findings := [*drawings.check(book.figures), *references.check(book, outlines, anchors)]:
        raise BookError(*findings)
    return sources, anchors


def _read(chapter: Chapter, placed: Tree, tree: Tree) -> Any:
    """What is kept of a chapter (the tree with positions is not, it is large), as `_source` reads it."""
    outline = references.outline(chapter, placed)
    slots = [
        [slot.start, slot.end, astuple(slot.message), slot.prefix, slot.quote, slot.run, slot.listing]
        for slot in messages.slots(chapter, placed)
    ]
    headings, targets = map(astuple, outline.headings), map(astuple, outline.targets)
    return [slots, list(headings), list(targets), _dumped(tree)]


def _source(value: Any) -> tuple[tuple[Slot, ...], references.Outline, str]:
    slots, headings, targets, tree = value
    return (
        tuple(Slot(start, end, _message(told), *rest) for start, end, told, *rest in slots),
        references.Outline(
            tuple(references.Heading(*one) for one in headings),
            tuple(references.Target(*one) for one in targets),
        ),
        tree,
    )


def _message(told: Any) -> Message:
    text, kind, path, line, section, note, context = told
    return Message(text, kind, path, line, tuple(section), note, context)


def _dumped(tree: Tree) -> str:
    return json.dumps(tree, ensure_ascii=False, separators=(",", ":"))


def _tools() -> dict[str, str]:
    return {
        "polybook": versions.own("*.py", "*.lua"),
        "tools": versions.of("pypandoc_binary", "pygments"),
    }


def extract(book: Book, sources: Sequence[Source]) -> list[Message]:
    """Every message of the book: its settings' first, then the chapters', then the figures'."""
    return [
        *messages.of_settings(book.settings),
        *(slot.message for source in sources for slot in source.slots),
        *figures.messages(book.figures),
    ]


def of_source(book: Book, sources: Sequence[Source], anchors: references.Anchors, store: Store) -> Edition:
    """Return the edition in the language the book is written in."""
    files = references.by_file(anchors)
    language = book.settings.language
    steps = [
        Step(
            "edition",
            f"{language} {source.chapter.path}",
            {
                "text": digest(source.chapter.text),
                "links": digest_of(references.concerning(source.chapter, [source.chapter.text], files)),
                **_tools(),
            },
        )
        for source in sources
    ]
    values: list[Any] = store.remember(
        steps,
        lambda places: [_resolved(sources[place], sources[place].tree, (), anchors) for place in places],
    )
    chapters = [
        EditionChapter(source.chapter.name, *value) for source, value in zip(sources, values, strict=True)
    ]
    count = len({message.key for message in extract(book, sources)})
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
    book: Book, sources: Sequence[Source], anchors: references.Anchors, catalog: Catalog, store: Store
) -> Translated:
    """Return the edition of the book in the catalog's language, and what is wrong with its translations.

    A translation that breaks its contract is left out: its message falls back to the source, is marked
    with the source's language and reported with its line in the catalog.
    """
    plain = [*messages.of_settings(book.settings), *figures.messages(book.figures)]
    wrong = _checked(plain, catalog.translations)
    usable = _without(catalog.translations, wrong)
    chapters, pairs = [], []
    proven = _chapters(book.settings, sources, anchors, catalog, store)
    for source, (title, blocks, untranslated, sum_, broken, prose) in zip(sources, proven, strict=True):
        chapters.append(EditionChapter(source.chapter.name, title, blocks, untranslated, sum_))
        for key, problems in broken.items():
            wrong.setdefault(key, []).extend((code, what) for code, what in problems)
        for place, ours, theirs in prose:
            message = source.slots[place].message
            pairs.append(review.Pair(message, catalog.translations[message.key], ours, theirs))

    def lookup(message: Message) -> str | None:
        found = usable.get(message.key)
        return found.text if found and message.key not in wrong else None

    pairs += [_plain_pair(message, usable[message.key]) for message in plain if lookup(message) is not None]
    keys = {message.key for message in extract(book, sources)}
    edition = Edition(
        catalog.locale,
        messages.translate_settings(book.settings, lookup),
        tuple(chapters),
        {path: figures.translate(path, content, lookup) for path, content in book.figures.items()},
        len((keys & catalog.translations.keys()) - wrong.keys()),
        len(keys),
        book.theme,
    )
    findings = {
        Finding(code, what, catalog.path, catalog.translations[key].line, "the source text is shown instead")
        for key, problems in wrong.items()
        for code, what in problems
    }
    return Translated(edition, _in_order(findings), tuple(pairs))


def _chapters(
    settings: Settings, sources: Sequence[Source], anchors: references.Anchors, catalog: Catalog, store: Store
) -> list[Any]:
    """For each chapter what it is in the catalog's language: title, blocks as JSON, how much is not
    translated, digest, what is broken by its messages' keys, prose of slots by their places.
    """
    files, tools = references.by_file(anchors), _tools()
    given = [
        {
            slot.message.key: found
            for slot in source.slots
            if (found := catalog.translations.get(slot.message.key))
        }
        for source in sources
    ]
    steps = [
        Step(
            "translate",
            f"{catalog.locale} {source.chapter.path}",
            {
                "text": digest(source.chapter.text),
                "translations": _digest_of_used(
                    tuple((key, one.text, one.waived) for key, one in used.items())
                ),
                "links": digest_of(
                    references.concerning(
                        source.chapter, [source.chapter.text, *(one.text for one in used.values())], files
                    )
                ),
                "language": settings.language,
                **tools,
            },
        )
        for source, used in zip(sources, given, strict=True)
    ]

    def make(places: list[int]) -> Sequence[Any]:
        return _prove(
            [sources[place] for place in places],
            [given[place] for place in places],
            settings.language,
            anchors,
            settings.limits,
        )

    return store.remember(steps, make)


@lru_cache(maxsize=1024)
def _digest_of_used(used: tuple[tuple[str, str, frozenset[str]], ...]) -> str:
    """The digest of a chapter's translations: a program that stays asks for most of them again and again."""
    return digest_of([[key, text, sorted(waived)] for key, text, waived in used])


def _checked(extracted: Iterable[Message], given: Usable) -> Problems:
    """What is wrong with the translations as plain text."""
    wrong: Problems = {}
    for message in extracted:
        if found := given.get(message.key):
            _blame(wrong, message.key, found, contract.check_text(message, found.text))
    return wrong


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
        if translation.waived:
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


def _resolved(source: Source, tree: Tree, untranslated: Sequence[Slot], anchors: references.Anchors) -> Any:
    """Title, blocks as JSON, how much is not translated, and the digest of these."""
    title = next(markup.plain(block["c"][2]) for block in tree if block["t"] == "Header")
    blocks = _dumped(references.resolve(source.chapter, tree, anchors))
    return [title, blocks, len(untranslated), digest(title, blocks, str(len(untranslated)))]


# ---- the proof -----------------------------------------------------------------------------


def _prove(
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
        _checked((slot.message for slot in source.slots), usable)
        for source, usable in zip(sources, given, strict=True)
    ]
    while pending := [place for place in range(len(sources)) if place not in proven]:
        changed: dict[int, Usable] = {}
        texts = [_substitute(sources[place], _without(given[place], broken[place])) for place in pending]
        for place, tree in zip(pending, markup.parse(texts, limits), strict=True):
            opened, used = _Opened(sources[place]), _without(given[place], broken[place])
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
    return _resolved(opened.source, carried, missing, anchors)


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


def _plain_pair(message: Message, found: Translation) -> review.Pair:
    return review.Pair(message, found, message.text, found.text.strip())


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
    outside = set(map(id, markup.runs(opened.tree)))
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
    trees = dict(zip(texts, markup.parse(texts, limits), strict=True))
    found: list[list[str]] = [[] for _ in chapters]
    for place, slot, text in marked:
        given, wanted = trees[_alone(slot, text)], trees[_alone(slot, "word")]
        if contract.shape(given) != contract.shape(wanted):
            found[place].append(slot.message.key)
    return found


def _halved(opened: _Opened, used: Usable, anchors: references.Anchors, limits: Limits) -> list[str]:
    """Which of the translations change the chapter, though each is a single run alone."""
    source = opened.source

    def stands(keys: Iterable[str]) -> bool:
        some = {key: used[key] for key in keys}
        (tree,) = markup.parse([_substitute(source, some)], limits)
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


def _without(usable: Usable, broken: Problems) -> Usable:
    return {key: found for key, found in usable.items() if key not in broken} if broken else usable


def _listings(tree: Tree) -> list[markup.Node]:
    return [node for node in markup.each(tree) if node["t"] == "CodeBlock"]


def _headings(tree: Tree) -> list[markup.Node]:
    return [node for node in markup.each(tree) if node["t"] == "Header"]
