"""Hostile translators: every attack of tests/hostile, and what must hold whatever they write."""

from __future__ import annotations

import dataclasses
import signal
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import hostile_book
import pytest
from hostile_book import SETTINGS, Attack
from lxml import etree

from polybook import contract, editions, markup
from polybook.model import Catalog, Edition, Finding, Settings, Translation

PATH = "locales/it/LC_MESSAGES/book.po"
URL, SECRET = "http://127.0.0.1:9/evil", "/secret/file"
SECONDS = 300
"""A limit that stops what hangs; nothing here is a measurement."""


@contextmanager
def within(seconds: int) -> Iterator[None]:
    """Fail where what is inside takes longer, even inside a regular expression."""

    def stop(*_: object) -> None:
        pytest.fail(f"not done in {seconds} seconds")

    before = signal.signal(signal.SIGALRM, stop)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


@dataclass(frozen=True)
class Outcome:
    """What one attack came to."""

    clean: Edition
    """The edition in which all but the attacked message is translated, and that one by harmless words."""

    untouched: Edition
    """The same edition, the attacked message left in the source's language."""

    edition: Edition
    findings: tuple[Finding, ...]
    line: int
    """Where the hostile entry stands in the catalog."""


def outcomes(attacks: Sequence[Attack]) -> dict[Attack, Outcome]:
    """Translate a book with a chapter for each attack, by three catalogs."""
    book = hostile_book.book([[attack] for attack in attacks])
    with within(SECONDS):
        sources, anchors = editions.read(book, markup.parse, with_positions)
        keys = list(dict.fromkeys(message.key for message in editions.extract(book, sources)))
        lines = {key: 10 * place for place, key in enumerate(keys, 1)}
        slots = {attack.message: attack for attack in attacks}
        assert slots.keys() <= set(keys), sorted(slots.keys() - set(keys))

        def made(text_of) -> tuple[Edition, tuple[Finding, ...]]:
            given = {
                key: Translation(text, lines[key], slots[key].waived if key in slots else frozenset())
                for key in keys
                if (text := harmless(key) if key not in slots else text_of(slots[key])) is not None
            }
            translated = editions.translate(book, sources, anchors, Catalog("it", PATH, given), markup.parse)
            return translated.edition, translated.findings

        clean, none = made(lambda attack: harmless(attack.message))
        assert none == ()
        untouched, none = made(lambda attack: None)
        assert none == ()
        hostile, findings = made(lambda attack: attack.translation(URL, SECRET))
    known = {lines[attack.message] for attack in attacks}
    assert {finding.line for finding in findings} <= known, "another entry was blamed"
    return {
        attack: Outcome(
            only(clean, place, attack),
            only(untouched, place, attack),
            only(hostile, place, attack),
            tuple(finding for finding in findings if finding.line == lines[attack.message]),
            lines[attack.message],
        )
        for place, attack in enumerate(attacks)
    }


def harmless(message: str) -> str:
    return message + " tradotto"


def only(edition: Edition, place: int, attack: Attack) -> Edition:
    """The edition with the attack's own chapter, figure and author: the others have attacks of their own."""
    authors = edition.settings.authors
    if len(authors) > 2:
        authors = (authors[0],)
    return replace(
        edition,
        settings=replace(edition.settings, authors=authors),
        chapters=(edition.chapters[place],),
        figures={
            path: content
            for path, content in edition.figures.items()
            if path in ("figures/slot.svg", f"figures/{attack.number}.svg")
        },
        translated=0,
    )


def with_positions(texts: Sequence[str]) -> list:
    return markup.parse(texts, positions=True)


@cache
def outcomes_of(family: str) -> dict[Attack, Outcome]:
    """The outcomes of a family. Attacks on settings have a book each, as a book has one title."""
    own = [attack for attack in hostile_book.attacks() if attack.family == family]
    alone = [attack for attack in own if attack.place in ("author", *SETTINGS)]
    found = outcomes([attack for attack in own if attack not in alone])
    for attack in alone:
        found |= outcomes([attack])
    return found


@pytest.mark.parametrize("attack", hostile_book.attacks(), ids=lambda attack: attack.id)
def test_an_attack_changes_nothing_but_its_own_message(attack: Attack) -> None:
    outcome = outcomes_of(attack.family)[attack]
    codes = {finding.code for finding in outcome.findings}
    assert all((finding.path, finding.line) == (PATH, outcome.line) for finding in outcome.findings)
    if attack.is_text:
        assert codes == set()
        assert differences(outcome.clean, outcome.edition, attack) == []
        wanted = attack.shows.replace("{url}", URL).replace("{secret}", SECRET)
        assert squeezed(wanted) in squeezed(shown(outcome.edition))
    else:
        assert attack.finds in codes
        assert outcome.edition == outcome.untouched


def differences(clean: Edition, edition: Edition, attack: Attack) -> list[str]:
    """What differs between two editions beside the words, emphasis and order of the attacked message."""
    found = []
    own = f"Slot {attack.number} "

    def compare(what: str, one: object, other: object) -> None:
        if one != other and own not in str(one):
            found.append(f"{what}: {one} {other}")

    def compare_runs(ours: list, theirs: list) -> None:
        for one, other in zip(ours, theirs, strict=True):
            notes = list(zip(markup.notes(one), markup.notes(other), strict=True))
            if own not in markup.plain(one):
                compare("run", without_notes(one), without_notes(other))
            elif not attack.waived:
                compare("marks", contract.marks(one), contract.marks(other))
            for note, as_found in notes:
                compare("note", contract.shape(note), contract.shape(as_found))
                compare_runs(markup.runs(note), markup.runs(as_found))

    ours, theirs = clean.chapters[0], edition.chapters[0]
    compare("chapter", (ours.name, ours.untranslated), (theirs.name, theirs.untranslated))
    compare("title", ours.title, theirs.title)
    compare("skeleton", contract.shape(ours.blocks), contract.shape(theirs.blocks))
    compare("anchors", anchors(ours.blocks), anchors(theirs.blocks))
    compare_runs(markup.runs(ours.blocks), markup.runs(theirs.blocks))
    for one, other in zip(listings(ours.blocks), listings(theirs.blocks), strict=True):
        for line, as_found in zip(one.split("\n"), other.split("\n"), strict=True):
            compare("code", line, as_found)
    for field in dataclasses.fields(Settings):
        one, other = getattr(clean.settings, field.name), getattr(edition.settings, field.name)
        for part, as_found in zip(
            *((value if isinstance(value, tuple) else (value,)) for value in (one, other)), strict=True
        ):
            compare(field.name, part, as_found)
    assert clean.figures.keys() == edition.figures.keys()
    for path, content in clean.figures.items():
        for one, other in zip(
            etree.fromstring(content).iter(), etree.fromstring(edition.figures[path]).iter(), strict=True
        ):
            compare(path, (one.tag, dict(one.attrib), one.tail), (other.tag, dict(other.attrib), other.tail))
            compare(path, one.text, other.text)
    return found


def without_notes(node: Any) -> Any:
    if isinstance(node, list):
        return [without_notes(one) for one in node]
    if isinstance(node, dict):
        return {
            key: "" if node.get("t") == "Note" and key == "c" else without_notes(one)
            for key, one in node.items()
        }
    return node


def anchors(blocks: list) -> list[str]:
    return [node["c"][1][0] for node in markup.each(blocks) if node["t"] == "Header"]


def listings(blocks: list) -> list[str]:
    return [node["c"][1] for node in markup.each(blocks) if node["t"] == "CodeBlock"]


def shown(edition: Edition) -> str:
    """All that a reader of the edition can see, in no order that matters."""
    parts = [
        edition.settings.title,
        edition.settings.subtitle,
        edition.settings.description,
        *edition.settings.authors,
    ]
    for chapter in edition.chapters:
        parts += listings(chapter.blocks)
        parts += [node["c"][2][1] for node in markup.each(chapter.blocks) if node["t"] in ("Link", "Image")]
        pending = markup.runs(chapter.blocks)
        while pending:
            run = pending.pop()
            parts.append(markup.plain(run))
            pending += [inner for note in markup.notes(run) for inner in markup.runs(note)]
    parts += ["".join(etree.fromstring(content).itertext()) for content in edition.figures.values()]
    return "\n".join(parts)


def squeezed(text: str) -> str:
    """A text without spaces and quotation marks, with dashes as a keyboard has them."""
    plain = str.maketrans({**dict.fromkeys("\"'“”‘’"), "–": "--", "—": "---", "…": "..."})
    return unicodedata.normalize("NFC", "".join(text.split()).translate(plain))
