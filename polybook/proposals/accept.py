"""Proposals become translations: those that are sure and keep the contract; all others wait for a person."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from polybook.catalogs.fill import Filling
from polybook.chapters.destinations import Destinations
from polybook.chapters.source import Source, extract
from polybook.model.book import Book
from polybook.model.catalog import Catalog, Translation
from polybook.proposals.proposal import Proposal
from polybook.system.cache import Store
from polybook.translation import editions


@dataclass(frozen=True)
class Accepted:
    """What became of proposals, by their messages' keys."""

    sure: Mapping[str, Proposal]
    """Translations: each is sure and keeps the contract."""

    fuzzy: Mapping[str, Proposal]
    """Those to be looked at."""

    why: Mapping[str, str]
    """What is wrong with proposals that were sure and are fuzzy all the same."""

    def fillings(self) -> dict[str, Filling]:
        """What catalogs take of them."""
        told = {
            key: Filling(one.text, f"from: {one.origin}", one.previous) for key, one in self.fuzzy.items()
        }
        return told | {key: Filling(one.text) for key, one in self.sure.items()}


def accept(
    book: Book,
    sources: Sequence[Source],
    destinations: Destinations,
    locale: str,
    proposals: Iterable[Proposal],
    taken: Iterable[str] = (),
) -> Accepted:
    """Return which proposals are translations in ``locale``, and which wait for a person's look.

    Of several for one message the first that keeps the contract counts. ``taken`` are the keys of messages
    that have a translation, be it fuzzy: for them nothing is accepted.
    """
    known = {message.key for message in extract(book, sources)}.difference(taken)
    by_key: dict[str, list[Proposal]] = {}
    for one in proposals:
        if one.key in known and one.text.strip():
            by_key.setdefault(one.key, []).append(one)
    sure: dict[str, Proposal] = {}
    why: dict[str, str] = {}
    waiting = {
        key: [one for one in some if one.is_sure]
        for key, some in by_key.items()
        if any(p.is_sure for p in some)
    }
    while waiting:
        asked = {key: some[0] for key, some in waiting.items()}
        broken = _broken(book, sources, destinations, locale, asked)
        sure |= {key: one for key, one in asked.items() if key not in broken}
        for key, what in broken.items():
            why.setdefault(key, what)  # of the first, which is the one that is kept
        waiting = {key: some[1:] for key, some in waiting.items() if key in broken and some[1:]}
    fuzzy = {key: some[0] for key, some in by_key.items() if key not in sure}
    return Accepted(sure, fuzzy, {key: what for key, what in why.items() if key in fuzzy})


def _broken(
    book: Book,
    sources: Sequence[Source],
    destinations: Destinations,
    locale: str,
    asked: Mapping[str, Proposal],
) -> dict[str, str]:
    """What is wrong with proposals that do not keep the contract."""
    # Each has its place among them for a line, by which a finding names it.
    keys = list(asked)
    given = {key: Translation(asked[key].text, place) for place, key in enumerate(keys, 1)}
    touched = [source for source in sources if not given.keys().isdisjoint(source.keys)]
    catalog = Catalog(locale, "", given)
    # They are tried once: nothing of it is of use to a later command.
    translated = editions.translate(book, touched, destinations, catalog, Store(None))
    found = {keys[finding.line - 1]: finding.text for finding in translated.findings}
    return {key: found.get(key, "it does not keep the contract") for key in translated.broken}
