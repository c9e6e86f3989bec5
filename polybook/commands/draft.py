"""Draft translations for messages that have none, by memory or by a program: a person looks at each.

messages  --ask-->  proposals  --accept-->  fuzzy entries
"""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from polybook.catalogs import glossary
from polybook.catalogs import locales as catalogs
from polybook.catalogs.fill import Filling
from polybook.chapters.source import extract
from polybook.commands.import_translations import entries_of
from polybook.commands.reading import Reading, read
from polybook.model import layout
from polybook.model.catalog import Catalog, Message, parted
from polybook.model.findings import Finding, UsageError
from polybook.proposals import engine
from polybook.proposals.accept import accept
from polybook.proposals.memory import Known, Memory
from polybook.proposals.proposal import Proposal
from polybook.system.pool import Tell

MEMORY = "memory"
"""The drafter that is no program: what is translated already."""

_AT_ONCE = 50
"""How many drafts are saved together: what was asked for is not lost where the rest fails."""


@dataclass(frozen=True)
class Drafted:
    """What came of drafting."""

    catalog: str
    """Its path."""

    drafted: int
    refused: tuple[Finding, ...]
    """Drafts that do not keep the contract, and were left out."""


def draft(root: Path, language: str, drafter: str, others: Sequence[Path], tell: Tell) -> Drafted:
    """Fill empty messages of the catalog of ``language`` in ``root``; all that is filled is fuzzy.

    ``drafter`` is `MEMORY` or a command line; ``others`` are catalogs whose translations are known too.
    Raises UsageError for a command line that is none, and where the language has no catalog; BookError where
    a program fails or a file cannot be read. What was drafted by then is saved, and a further run goes on.
    """
    command = [] if drafter == MEMORY else _command(drafter)
    locale = str(catalogs.parse_locale(language))
    reading = read(root)
    catalog = catalogs.read(root, locale)
    messages = extract(reading.book, reading.sources)
    known = Memory([*_known(catalog), *(one for path in others for one in _of_catalog(path))])
    taken = catalog.translations.keys() | catalog.fuzzy.keys()
    if command:
        asked = _questions(reading, catalog, messages, known)
        proposals = _by_program(command, asked, locale, tell)
    else:
        proposals = _by_memory(messages, taken, known, tell)
    name = Path(command[0]).name if command else MEMORY
    drafted, refused = 0, list[Finding]()
    for batch in _batches(proposals):
        accepted = accept(reading.book, reading.sources, reading.destinations, locale, batch, taken)
        fillings = {
            key: Filling(one.text, f"draft: {name}", one.previous) for key, one in accepted.sure.items()
        }
        drafted += catalogs.fill(root, locale, fillings)
        refused += [_refused(catalog, key, why) for key, why in accepted.why.items()]
    return Drafted(layout.catalog(locale), drafted, tuple(refused))


def _command(line: str) -> list[str]:
    try:
        command = shlex.split(line)
    except ValueError as error:
        raise UsageError(Finding("usage", f"this is no command line: {error}")) from None
    if not command:
        raise UsageError(Finding("usage", "no program is named", hint="--with memory, or --with COMMAND"))
    return command


def _refused(catalog: Catalog, key: str, why: str) -> Finding:
    line = catalog.empty[key].line if key in catalog.empty else 0
    return Finding("draft", f"the draft is left out: {why}", catalog.path, line, severity="warning")


def _batches(proposals: Iterator[Proposal]) -> Iterator[list[Proposal]]:
    """Yield proposals some at a time; those that there are, where the rest fails."""
    batch: list[Proposal] = []
    try:
        for one in proposals:
            batch.append(one)
            if len(batch) == _AT_ONCE:
                yield batch
                batch = []
    except GeneratorExit:
        raise
    except BaseException:  # Ctrl+C too
        if batch:
            yield batch
        raise
    if batch:
        yield batch


# ---- memory ----------------------------------------------------------------------------------


def _known(catalog: Catalog) -> Iterator[Known]:
    return (Known(parted(key)[1], one.text) for key, one in catalog.translations.items())


def _of_catalog(path: Path) -> Iterator[Known]:
    return (Known(one.text, one.translation) for one in entries_of(path) if not one.is_fuzzy)


def _by_memory(messages: Sequence[Message], taken: set[str], known: Memory, tell: Tell) -> Iterator[Proposal]:
    empty = [one for one in {message.key: message for message in messages}.values() if one.key not in taken]
    for number, message in enumerate(empty, 1):
        if found := known.draft(message):
            text, origin = found
            previous = origin.text if origin.text != message.text else ""
            yield Proposal(message.key, text, MEMORY, previous=previous)
        tell("looked up", number, len(empty))


# ---- programs --------------------------------------------------------------------------------


def _questions(
    reading: Reading, catalog: Catalog, messages: Sequence[Message], known: Memory
) -> list[engine.Question]:
    given = {**catalog.translations, **catalog.fuzzy}
    texts = {key: one.text for key, one in given.items()}
    like = {
        message.key: found
        for message in messages
        if message.key not in texts and (found := known.like(message))
    }
    return engine.questions(messages, texts, glossary.read(reading.root, catalog.locale), like)


def _by_program(
    command: Sequence[str], asked: Sequence[engine.Question], language: str, tell: Tell
) -> Iterator[Proposal]:
    if not asked:
        return
    for number, (question, translation) in enumerate(engine.ask(command, asked, language), 1):
        tell("answered", number, len(asked))
        yield Proposal(question.message.key, translation, command[0])
