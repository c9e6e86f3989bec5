"""Say of each passage of an edition which message it came of: for the preview, never for a published page."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from polybook.chapters.messages import Slot
from polybook.chapters.source import Source
from polybook.model.catalog import Catalog
from polybook.model.findings import Finding
from polybook.model.nodes import Attr, Run, Span
from polybook.system.cache import digest_of
from polybook.translation.editions import Framing, Translated
from polybook.translation.splice import Frame


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


def marked(language: str, locale: str, fuzzy: Container[str]) -> Framing:
    """Return the framing of a preview: a ``data-message`` around each passage names its message.

    A passage whose translation waits for a person's look has the class ``fuzzy`` too; ``fuzzy`` has the keys
    of these messages.
    """

    def frame_of(source: Source) -> Frame:
        def frame(places: Sequence[int], is_translated: bool, run: Run) -> Run:
            slot = source.slots[places[0]]
            classes = [] if is_translated else ["untranslated"]
            pairs = [] if is_translated else [("lang", language)]
            classes += ["fuzzy"] * (slot.message.key in fuzzy)
            mark = ("data-message", f"{locale}-{source.chapter.name}-{places[0]}")
            return [Span.of(Attr("", classes, [*pairs, mark]), run)]

        return frame

    def inputs(source: Source) -> Mapping[str, str]:
        waiting = [key in fuzzy for key in source.keys]
        return {"language": language, "fuzzy": digest_of(waiting)}

    return Framing("mark", inputs, frame_of)


def lookup(
    sources: Sequence[Source],
    translated: Translated,
    catalog: Catalog,
    review: Callable[[], Iterable[Finding]],
) -> Lookup:
    """Return what says what each mark of an edition stands for.

    What there is to say beside what was left out ``review`` is asked for when somebody points at the first
    passage.
    """
    by_name = {f"{catalog.locale}-{source.chapter.name}": source for source in sources}

    @cache
    def said() -> Mapping[int, list[Finding]]:
        found = defaultdict[int, list[Finding]](list)
        for finding in (*catalog.findings, *translated.findings, *review()):
            if finding.path == catalog.path:
                found[finding.line].append(finding)
        return found

    def look(mark: str) -> Passage | None:
        name, _, number = mark.rpartition("-")
        slots = by_name[name].slots if name in by_name else ()
        there = number.isdecimal() and int(number) < len(slots)
        return _passage(slots[int(number)], catalog, said()) if there else None

    return look


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
