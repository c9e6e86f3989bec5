"""What changed from one edition to the next, read from the catalogs of both."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from polybook.catalogs import po

NEAR = 60
"""How like a new text has to be to one that is gone, of a hundred, to count as that text changed."""


@dataclass(frozen=True)
class Held:
    """What a catalog, or the message template, held at one time."""

    texts: Mapping[str, tuple[str, str]]
    """By each message's key the first file it stands in, and its text."""

    translations: Mapping[str, str]
    """By the keys of the messages that have one fit for use."""


@dataclass(frozen=True)
class TextChanges:
    """What became of the book's own text: how many messages in each file."""

    added: Counter[str]
    changed: Counter[str]
    gone: Counter[str]


@dataclass(frozen=True)
class TranslationChanges:
    """What became of one translation: how many messages in each file."""

    fresh: Counter[str]
    """Translated now, and not at the last edition."""

    revised: Counter[str]
    """Translated at both, in other words."""


NOTHING = Held({}, {})


def read(content: bytes | None) -> Held:
    """Return what a catalog holds; nothing where there is none, or none that can be read."""
    if content is None:
        return NOTHING
    try:
        text = content.decode("utf-8-sig", "replace").replace("\r\n", "\n").replace("\r", "\n")
        entries = [entry for entry in po.read(text).entries if not entry.obsolete]
    except po.UnreadableError:  # an old edition's mistake is no reason to make no new one
        return NOTHING
    texts: dict[str, tuple[str, str]] = {}
    translations: dict[str, str] = {}
    for entry in entries:
        _, files = po.told(entry.lines)
        texts.setdefault(entry.key, (files[0] if files else "", entry.text))
        if entry.translated and not entry.fuzzy:
            translations.setdefault(entry.key, entry.translation)
    return Held(texts, translations)


def of_text(then: Held, now: Held) -> TextChanges:
    """Compare the book's messages, as two message templates have them."""
    gone = defaultdict[str, list[str]](list)
    for key, (path, text) in then.texts.items():
        if key not in now.texts:
            gone[path].append(text)
    added, changed = Counter[str](), Counter[str]()
    for key, (path, text) in now.texts.items():
        if key not in then.texts:
            (changed if _take_near(text, gone[path]) else added)[path] += 1
    return TextChanges(added, changed, Counter({path: len(texts) for path, texts in gone.items() if texts}))


def of_translation(then: Held, now: Held) -> TranslationChanges:
    """Compare two states of a locale's catalog."""
    fresh, revised = Counter[str](), Counter[str]()
    for key, translation in now.translations.items():
        path, _ = now.texts[key]
        if key not in then.translations:
            fresh[path] += 1
        elif then.translations[key] != translation:
            revised[path] += 1
    return TranslationChanges(fresh, revised)


def _take_near(text: str, olds: list[str]) -> bool:
    """Take the text most like ``text`` out of ``olds``; whether there was one."""
    from rapidfuzz import fuzz, process

    found = process.extractOne(text, olds, scorer=fuzz.ratio, score_cutoff=NEAR)
    if found:
        del olds[found[2]]
    return found is not None
