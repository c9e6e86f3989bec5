"""Book + catalog -> edition: chapter by chapter, and what there is to say of its translations."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from polybook.chapters import figure_texts, messages, references
from polybook.chapters.source import Source, extract, tools
from polybook.model.book import Book, Settings
from polybook.model.catalog import Catalog, Message, Term
from polybook.model.edition import Edition, EditionChapter
from polybook.model.findings import Finding
from polybook.system.cache import Step, Store, digest, digest_of
from polybook.translation import contract, proof, review


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
                **tools("translation"),
            },
        )
        for source in sources
    ]
    values: list[Any] = store.remember(
        steps,
        lambda places: [proof.resolved(sources[place], sources[place].tree, (), anchors) for place in places],
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

    broken: frozenset[str]
    """The keys of the messages whose translations were left out."""

    prose: tuple[Sequence[tuple[int, str, str]], ...]
    """What was put into each chapter, for a review: places of slots, message and translation as prose."""


def translate(
    book: Book, sources: Sequence[Source], anchors: references.Anchors, catalog: Catalog, store: Store
) -> Translated:
    """Return the edition of the book in the catalog's language, and what is wrong with its translations.

    A translation that breaks its contract is left out: its message falls back to the source, is marked
    with the source's language and reported with its line in the catalog.
    """
    wrong = proof.checked(_plain(book), catalog.translations)
    chapters, prose = [], []
    proven = _chapters(book.settings, sources, anchors, catalog, store)
    for source, (title, blocks, untranslated, sum_, broken, shown) in zip(sources, proven, strict=True):
        chapters.append(EditionChapter(source.chapter.name, title, blocks, untranslated, sum_))
        for key, problems in broken.items():
            wrong.setdefault(key, []).extend((code, what) for code, what in problems)
        prose.append(shown)

    def lookup(message: Message) -> str | None:
        found = catalog.translations.get(message.key)
        return found.text if found and message.key not in wrong else None

    keys = {message.key for message in extract(book, sources)}
    edition = Edition(
        catalog.locale,
        messages.translate_settings(book.settings, lookup),
        tuple(chapters),
        {path: figure_texts.translate(path, content, lookup) for path, content in book.figures.items()},
        len((keys & catalog.translations.keys()) - wrong.keys()),
        len(keys),
        book.theme,
    )
    findings = {
        Finding(code, what, catalog.path, catalog.translations[key].line, "the source text is shown instead")
        for key, problems in wrong.items()
        for code, what in problems
    }
    return Translated(edition, _in_order(findings), frozenset(wrong), tuple(prose))


def _plain(book: Book) -> list[Message]:
    """The messages that stand in no chapter."""
    return [*messages.of_settings(book.settings), *figure_texts.messages(book.figures)]


def _chapters(
    settings: Settings, sources: Sequence[Source], anchors: references.Anchors, catalog: Catalog, store: Store
) -> list[Any]:
    """For each chapter what it is in the catalog's language: title, blocks as JSON, how much is not
    translated, digest, what is broken by its messages' keys, prose of slots by their places.
    """
    files, own = references.by_file(anchors), tools("translation")
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
                **own,
            },
        )
        for source, used in zip(sources, given, strict=True)
    ]

    def make(places: list[int]) -> Sequence[Any]:
        return proof.prove(
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


def reviewed(
    book: Book, sources: Sequence[Source], translated: Translated, catalog: Catalog, glossary: Sequence[Term]
) -> tuple[Finding, ...]:
    """Return what a careful reviewer would ask of the translations that were put in, as warnings."""
    pairs = list(_pairs(book, sources, translated, catalog))
    found = review.check(pairs, glossary)
    given = {pair.message.key: pair.translation for pair in pairs}

    def lookup(message: Message) -> str | None:
        return given[message.key].text if message.key in given else None

    for path, content in book.figures.items():
        for message, what in figure_texts.crowded(path, content, lookup):
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


def _pairs(
    book: Book, sources: Sequence[Source], translated: Translated, catalog: Catalog
) -> Iterator[review.Pair]:
    """Each message beside the translation that was put in."""
    for source, prose in zip(sources, translated.prose, strict=True):
        for place, ours, theirs in prose:
            message = source.slots[place].message
            yield review.Pair(message, catalog.translations[message.key], ours, theirs)
    for message in _plain(book):
        if (found := catalog.translations.get(message.key)) and message.key not in translated.broken:
            yield review.Pair(message, found, message.text, found.text.strip())


def _in_order(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    return tuple(sorted(set(findings), key=lambda finding: (finding.line, finding.code, finding.text)))
