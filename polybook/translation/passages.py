"""Say of each passage of an edition which message it came of: for the preview, never for a published page."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache

from polybook.chapters.messages import Slot
from polybook.chapters.source import Source, dumped
from polybook.model.catalog import Catalog
from polybook.model.edition import Edition, EditionChapter
from polybook.model.findings import Finding
from polybook.model.nodes import Tree
from polybook.system import fingerprints
from polybook.system.cache import Step, Store, digest, digest_of
from polybook.translation import proof
from polybook.translation.editions import Translated


@dataclass(frozen=True)
class Passage:
    """What a person is told who points at a passage."""

    where: str
    """File and line of its entry, and what kind of text it is."""

    message: str
    state: str
    translation: str
    findings: tuple[str, ...]


Lookup = Callable[[str], Passage | None]
"""What a mark stands for, by its name; None where there is no such mark."""


def nothing(mark: str) -> Passage | None:
    """The lookup of an edition without marks."""
    return None


def mark(
    sources: Sequence[Source],
    translated: Translated,
    catalog: Catalog,
    review: Callable[[], Iterable[Finding]],
    store: Store,
) -> tuple[Edition, Lookup]:
    """Return the edition with a ``data-message`` around each passage, and what says what each stands for.

    A passage whose translation waits for a person's look gets the class ``fuzzy`` too. What there is to say
    beside what was left out ``review`` is asked for when somebody points at the first passage.
    """
    edition = translated.edition
    broken = {finding.line for finding in translated.findings}
    used = {key: found for key, found in catalog.translations.items() if found.line not in broken}
    names = [f"{catalog.locale}-{chapter.name}" for chapter in edition.chapters]
    steps = [
        Step(
            "mark",
            f"{catalog.locale} {chapter.name}",
            {
                "chapter": chapter.digest,
                "fuzzy": digest_of([slot.message.key in catalog.fuzzy for slot in source.slots]),
                "polybook": fingerprints.code("model", "markup", "chapters", "translation"),
            },
        )
        for source, chapter in zip(sources, edition.chapters, strict=True)
    ]
    marked: list[tuple[str, str, list[int]]] = store.remember(
        steps,
        lambda places: [
            _marked(sources[place], edition.chapters[place], used, catalog, names[place]) for place in places
        ],
    )
    by_name = {
        name: [source.slots[place] for place in places]
        for source, name, (_, _, places) in zip(sources, names, marked, strict=True)
    }

    @cache
    def said() -> Mapping[int, list[Finding]]:
        found = defaultdict[int, list[Finding]](list)
        for finding in (*catalog.findings, *translated.findings, *review()):
            found[finding.line].append(finding)
        return found

    def lookup(mark: str) -> Passage | None:
        name, _, number = mark.rpartition("-")
        slots = by_name.get(name, [])
        there = number.isdecimal() and int(number) < len(slots)
        return _passage(slots[int(number)], catalog, said()) if there else None

    chapters = [
        replace(chapter, json=text, digest=own)
        for chapter, (text, own, _) in zip(edition.chapters, marked, strict=True)
    ]
    return replace(edition, chapters=tuple(chapters)), lookup


def _marked(
    source: Source, chapter: EditionChapter, used: proof.Usable, catalog: Catalog, name: str
) -> tuple[str, str, list[int]]:
    """The chapter's blocks as JSON, their digest, and the places of the slots that its marks lead to."""
    blocks = chapter.blocks
    found = proof.passages(source, blocks, used)
    for number, (slot, inlines) in enumerate(found):
        _wrap(inlines, ["fuzzy"] if slot.message.key in catalog.fuzzy else [], f"{name}-{number}")
    places = {slot.start: place for place, slot in enumerate(source.slots)}
    text = dumped(blocks)
    return text, digest("marked", text), [places[slot.start] for slot, _ in found]


def _wrap(inlines: Tree, classes: list[str], name: str) -> None:
    only = inlines[0] if len(inlines) == 1 and inlines[0]["t"] == "Span" else None
    if only and "untranslated" in only["c"][0][1]:
        only["c"][0][1] += classes
        only["c"][0][2] += [["data-message", name]]
    else:
        inlines[:] = [{"t": "Span", "c": [["", classes, [["data-message", name]]], list(inlines)]}]


def _passage(slot: Slot, catalog: Catalog, said: Mapping[int, list[Finding]]) -> Passage:
    message, state = slot.message, "not in the catalog: run update"
    found = None
    for state_of, entries in (
        ("translated", catalog.translations),
        ("fuzzy: it waits for a person's look", catalog.fuzzy),
        ("not translated", catalog.empty),
    ):
        if message.key in entries:
            state, found = state_of, entries[message.key]
    line = found.line if found else 0
    findings = said.get(line, []) if line else []
    if any(finding.severity == "error" for finding in findings):
        state = "left out"
    place = f"{catalog.path}:{line}" if line else catalog.path
    return Passage(
        f"{place} ({message.where})",
        message.text,
        state,
        found.text if found else "",
        tuple(f"{finding.code}: {finding.text}" for finding in findings),
    )
