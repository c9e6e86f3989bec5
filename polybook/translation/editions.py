"""Book + catalog -> edition: chapter by chapter, and what there is to say of its translations."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from itertools import chain
from typing import NamedTuple

import msgspec

from polybook.chapters import (
    captions,
    contents,
    figure_texts,
    index_entries,
    local_figures,
    messages,
    numbering,
    pictures,
    references,
)
from polybook.chapters.destinations import Destinations
from polybook.chapters.readings import unproven
from polybook.chapters.references import Concerns
from polybook.chapters.source import Source, extract, numbered, own, said, titles, tools
from polybook.markup import classes, tree, variables
from polybook.model.book import Book, Chapter
from polybook.model.catalog import Catalog, Message, Term, one_line
from polybook.model.edition import ContentsEntry, Edition, EditionChapter, IndexMark, Labels
from polybook.model.findings import Finding
from polybook.model.nodes import Attr, Header, Run, Span, Tree, written
from polybook.system.cache import Step, Store, digest, digest_of, packed, unpacked
from polybook.translation import contract, quotes, review, splice, waived
from polybook.translation.splice import Frame, Problems, Usable


class Spliced(msgspec.Struct, frozen=True):
    """A chapter in one language, as a step keeps it."""

    title: str
    json: str
    untranslated: int
    digest: str
    description: str
    titles: dict[str, str]
    """Its headings and captions as plain text, by their anchors."""

    entries: tuple[IndexMark, ...] = ()
    problems: Problems = {}
    """What is wrong with its translations, allowed or not."""

    def chapter(self, chapter: Chapter) -> EditionChapter:
        """What an edition has of a ``chapter``."""
        front = chapter.front
        return EditionChapter(
            chapter.name,
            self.title,
            self.json,
            self.untranslated,
            self.digest,
            self.description,
            front.authors,
            front.date,
            front.aliases,
            chapter.path,
            self.entries,
        )


_spliced = partial(unpacked, kind=Spliced)


def of_source(book: Book, sources: Sequence[Source], destinations: Destinations, store: Store) -> Edition:
    """Return the edition in the language the book is written in."""
    concerns = Concerns.of(destinations)
    language = book.settings.language
    steps = [
        Step(
            "edition",
            f"{language} {source.chapter.path}",
            {
                "text": said(source.chapter),
                "links": concerns.digest(source.chapter, [source.chapter.text]),
                "variables": _digest_of_variables(source, book),
                **tools("translation"),
            },
        )
        for source in sources
    ]

    def make(places: list[int]) -> Iterator[bytes]:
        for place in places:
            source = sources[place]
            yield packed(
                _finished(source, source.tree, language, 0, {}, {}, destinations, book.variables, language)
            )

    made = store.remember(steps, make, _spliced)
    chapters = [one.chapter(source.chapter) for source, one in zip(sources, made, strict=True)]
    count = len({message.key for message in extract(book, sources)})
    listed = _contents(book, sources, chapters, language, lambda message: message.text)
    figures = {**book.figures, **local_figures.of(book, language)}
    return Edition(
        language,
        book.settings,
        tuple(chapters),
        figures,
        count,
        count,
        book.theme,
        book.files,
        listed,
        _labels(book, sources, destinations, made),
    )


def _contents(
    book: Book,
    sources: Sequence[Source],
    chapters: Sequence[EditionChapter],
    locale: str,
    lookup: figure_texts.Lookup,
) -> tuple[ContentsEntry, ...]:
    def say(message: Message) -> tuple[str, str]:
        found = lookup(message)
        language = "" if found or locale == book.settings.language else book.settings.language
        return one_line(found or message.text), language

    return contents.entries(book, titles(sources), [chapter.title for chapter in chapters], say)


def _labels(
    book: Book, sources: Sequence[Source], destinations: Destinations, made: Sequence[Spliced]
) -> Labels:
    """What the places of these chapters are called: numbers are the book's, titles the edition's."""
    outlines = {source.chapter.path: source.outline for source in sources}
    numbered = numbering.labels(book, outlines, destinations.anchors)
    titles = {anchor: title for one in made for anchor, title in one.titles.items()}
    return {anchor: label._replace(title=titles.get(anchor, "")) for anchor, label in numbered.items()}


def _finished(
    source: Source,
    spliced: Tree,
    locale: str,
    untranslated: int,
    problems: Problems,
    sound: Usable,
    destinations: Destinations,
    values: variables.Values | None,
    language: str,
) -> Spliced:
    chapter = source.chapter
    may_hold = "{{" in chapter.text or "{{" in chapter.front.title
    blocks = variables.filled(quotes.curled(spliced, locale), values, may_hold=may_hold)
    title = next((tree.plain(block.inlines) for block in blocks if isinstance(block, Header)), "")
    classes.settle(blocks)
    blocks = pictures.settle(source.chapter, blocks)
    blocks = references.resolve(source.chapter, blocks, destinations)

    def say(entry: str) -> tuple[str, str]:
        """An entry of the index, and the language that it is in where that is not the edition's."""
        found = sound.get(index_entries.message(entry).key)
        is_foreign = found is None and language != locale and any(map(str.isalpha, entry))
        said = entry if found is None else one_line(found.text)
        return variables.filled_text(said, values), language if is_foreign else ""

    blocks, entries = index_entries.settle(blocks, destinations.anchors[chapter.file, ""], say)
    text = written(blocks).decode()
    titles = {one.attr.identifier: tree.plain(one.inlines) for one in tree.find(blocks, Header)}
    titles |= {one.attr.identifier: one.title for one in captions.found(blocks)}
    description = source.chapter.front.description
    if found := sound.get(description):  # a text of front matter has no context
        description = one_line(found.text)
    description = variables.filled_text(description, values)
    known = digest(title, text, str(untranslated))
    return Spliced(title, text, untranslated, known, description, titles, entries, problems)


class Framing(NamedTuple):
    """How an edition shows its runs: what is published, or what a preview shows."""

    step: str
    """What the steps are called that make its chapters."""

    inputs: Callable[[Source], Mapping[str, str]]
    """What a chapter's frame depends on beside the chapter and its translations."""

    frame: Callable[[Source], Frame]


def published(language: str) -> Framing:
    """Return the framing of what readers get: what is not translated says that it is in ``language``."""

    def frame(places: Sequence[int], is_translated: bool, run: Run) -> Run:
        return run if is_translated else [Span.of(Attr("", ["untranslated"], [("lang", language)]), run)]

    return Framing("translate", lambda source: {"language": language}, lambda source: frame)


@dataclass(frozen=True)
class Translated:
    """What a catalog made of a book."""

    edition: Edition
    findings: tuple[Finding, ...]
    """What breaks the contract, and was left out."""

    broken: frozenset[str]
    """The keys of the messages whose translations were left out."""

    allowed: Mapping[str, Sequence[contract.Problem]]
    """What waivers allow, by the messages' keys."""


def translate(
    book: Book,
    sources: Sequence[Source],
    destinations: Destinations,
    catalog: Catalog,
    store: Store,
    framing: Framing | None = None,
) -> Translated:
    """Return the edition of the book in the catalog's language, and what is wrong with its translations.

    A translation that breaks its contract is left out: its message falls back to the source and is reported
    with its line in the catalog. Without a ``framing`` it is marked with the source's language.
    """
    plain = _plain(book, sources)
    problems = splice.checked(plain, catalog.translations)
    made = _chapters(
        book, sources, destinations, catalog, store, framing or published(book.settings.language)
    )
    for one in made:
        for key, found in one.problems.items():
            problems.setdefault(key, []).extend(found)
    wrong = splice.refused(problems, catalog.translations)

    def lookup(message: Message) -> str | None:
        found = catalog.translations.get(message.key)
        return found.text if found and message.key not in wrong else None

    keys = {message.key for message in plain}.union(*(source.keys for source in sources))
    chapters = tuple(one.chapter(source.chapter) for source, one in zip(sources, made, strict=True))
    edition = Edition(
        catalog.locale,
        messages.translate_settings(book.settings, lookup),
        chapters,
        _figures(book, catalog.locale, lookup),
        len((keys & catalog.translations.keys()) - wrong.keys()),
        len(keys),
        book.theme,
        book.files,
        _contents(book, sources, chapters, catalog.locale, lookup),
        _labels(book, sources, destinations, made),
    )
    findings = {
        Finding(code, what, catalog.path, catalog.translations[key].line, "the source text is shown instead")
        for key, refused in wrong.items()
        for code, what in refused
    }
    allowed = splice.allowed(problems, catalog.translations)
    return Translated(edition, _in_order(findings), frozenset(wrong), allowed)


def _figures(book: Book, locale: str, lookup: Callable[[Message], str | None]) -> dict[str, bytes]:
    """The pictures of a translation: each in its form in the language, else with its texts translated."""
    forms = local_figures.of(book, locale)
    return {
        path: forms[path] if path in forms else figure_texts.translate(path, content, lookup)
        for path, content in book.figures.items()
    }


def _plain(book: Book, sources: Sequence[Source]) -> list[Message]:
    """The messages that stand in no chapter."""
    listed = contents.messages(book.order, titles(sources))
    return [*messages.of_settings(book.settings), *listed, *figure_texts.messages(book.figures)]


def _used(sources: Sequence[Source], catalog: Catalog) -> list[Usable]:
    """For each chapter the translations of its messages."""
    return [
        {key: found for key in source.keys if (found := catalog.translations.get(key))} for source in sources
    ]


def _chapters(
    book: Book,
    sources: Sequence[Source],
    destinations: Destinations,
    catalog: Catalog,
    store: Store,
    framing: Framing,
) -> list[Spliced]:
    concerns, given = Concerns.of(destinations), _used(sources, catalog)
    own_tools = tools("translation")
    steps = [
        Step(
            framing.step,
            f"{catalog.locale} {source.chapter.path}",
            {
                "text": said(source.chapter),
                "translations": _digest_of_used(
                    tuple((key, one.text, one.waived) for key, one in used.items())
                ),
                "links": concerns.digest(
                    source.chapter, [source.chapter.text, *(one.text for one in used.values())]
                ),
                "variables": _digest_of_variables(source, book),
                **framing.inputs(source),
                **own_tools,
            },
        )
        for source, used in zip(sources, given, strict=True)
    ]

    def make(places: list[int]) -> Iterator[bytes]:
        limits = book.settings.limits
        asked = [sources[place] for place in places]
        doubtful = unproven(asked, limits, store)
        asked = [replace(one, doubtful=those) for one, those in zip(asked, doubtful, strict=True)]
        found = [
            splice.checked((slot.message for slot in source.slots), given[place])
            for place, source in zip(places, asked, strict=True)
        ]
        used = [_sound(given[place], problems) for place, problems in zip(places, found, strict=True)]
        readings = splice.read(asked, used, catalog.locale, limits, store)
        for source, some, problems, read in zip(asked, used, found, readings, strict=True):
            leads = partial(_leads, source, destinations)
            blocks = source.tree
            later = [splice.broken(source, blocks, some, read, leads)]
            if book.variables is not None:
                later.append(splice.misnamed(source, blocks, some, read))
            for key, more in chain.from_iterable(one.items() for one in later):
                problems.setdefault(key, []).extend(more)
            sound = _sound(some, problems)
            blocks = splice.splice(source, blocks, sound, read, framing.frame(source))
            missing = sum(key not in sound for key in source.keys)
            locale, language = catalog.locale, book.settings.language
            yield packed(
                _finished(
                    source, blocks, locale, missing, problems, sound, destinations, book.variables, language
                )
            )

    return store.remember(steps, make, _spliced)


def _digest_of_variables(source: Source, book: Book) -> str:
    """The digest of the values that a chapter shows: translations name their messages' variables."""
    front = source.chapter.front
    return variables.digest(book.variables, source.chapter.text, front.title, front.description)


def _leads(source: Source, destinations: Destinations, target: str) -> bool:
    return references.leads(source.chapter, target, destinations)


def _sound(usable: Usable, problems: Problems) -> Usable:
    """The translations that are to be used; ``problems`` are of these and of others."""
    wrong = splice.refused({key: those for key, those in problems.items() if key in usable}, usable)
    return {key: found for key, found in usable.items() if key not in wrong} if wrong else usable


@lru_cache(maxsize=1024)
def _digest_of_used(used: tuple[tuple[str, str, frozenset[str]], ...]) -> str:
    """The digest of a chapter's translations: a program that stays asks for most of them again and again."""
    return digest_of([[key, text, sorted(waived)] for key, text, waived in used])


# ---- review ----------------------------------------------------------------------------------


def reviewed(
    book: Book,
    sources: Sequence[Source],
    translated: Translated,
    catalog: Catalog,
    glossary: Sequence[Term],
    store: Store,
) -> tuple[Finding, ...]:
    """Return what a careful reviewer would ask of the translations that were put in, as warnings; what the
    authors allow, as notices; and which of their waivers are of no use.
    """
    pairs = list(_pairs(book, sources, translated, catalog, store))
    found = review.check(pairs, glossary)
    given = {pair.message.key: pair.translation for pair in pairs}

    def lookup(message: Message) -> str | None:
        return given[message.key].text if message.key in given else None

    forms = local_figures.of(book, catalog.locale)
    for path, content in ((path, one) for path, one in book.figures.items() if path not in forms):
        for message, what in figure_texts.crowded(path, content, lookup):
            found.setdefault(message.key, []).append(("figure-room", f"{what} ({path})"))
    if catalog.locale.partition("_")[0] == "ja":
        for pair in pairs:
            if pair.message.kind == index_entries.KIND:
                for words in index_entries.without_reading(pair.target):
                    what = f"'{words[:40]}' has no reading to be sorted by: write よみ@{words[:40]}"
                    found.setdefault(pair.message.key, []).append(("reading", what))
    for key, problems in translated.allowed.items():
        found.setdefault(key, []).extend(problems)
    return _in_order(waived.findings(catalog, found))


def _pairs(
    book: Book, sources: Sequence[Source], translated: Translated, catalog: Catalog, store: Store
) -> Iterator[review.Pair]:
    """Each message beside the translation that was put in, as prose."""
    limits = book.settings.limits
    used = [
        {key: found for key, found in some.items() if key not in translated.broken}
        for some in _used(sources, catalog)
    ]
    readings = splice.read(sources, used, catalog.locale, limits, store)
    for source, some, read in zip(sources, used, readings, strict=True):
        runs = numbered(source.tree)
        for slot in splice.translated(source, some):
            message, found = slot.message, some[slot.message.key]
            target = None
            if message.kind not in messages.PLAIN_KINDS:
                target = splice.reading_of(message, found, read)
            if target is None:
                yield review.Pair(message, found, message.text, found.text.strip())
            else:
                yield review.Pair(
                    message, found, review.prose(own(slot, runs[slot.run])), review.prose(target)
                )
    for message in _plain(book, sources):
        if (known := catalog.translations.get(message.key)) and message.key not in translated.broken:
            yield review.Pair(message, known, message.text, known.text.strip())


def _in_order(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    return tuple(sorted(set(findings), key=lambda finding: (finding.line, finding.code, finding.text)))
