"""Characters that no font of the PDF has: which they are, and text with U+FFFD in their place.

A reader sees grapheme clusters: a letter with its accents, an emoji of several characters. A font may have
each character of a cluster and still not the cluster, so clusters are looked at, and named.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from polybook.render import typst
from polybook.system import fingerprints, temporary
from polybook.system.cache import Step, Store, digest_of

LACKING = "\ufffd"
"""What is shown for a cluster that no font has."""

SHARE = 0.2
"""Above this share of the letters of a text, a font is missing, rather than a character here and there."""

_COMMON = re.compile("[\0-\x7e\xa0-\xff\u2010-\u2015\u2018-\u201e\u2022\u2026]+")
"""What the fonts that come with Polybook are known to have. Control characters are no text: others tell."""

_RUNS = re.compile("[ -~]?[^\0-~]+")
_PRIVATE = re.compile("[\ue000-\uf8ff\U000f0000-\U0010fffd]")
"""What means something else in each font; PDF/A forbids it."""

_UNSEEN = {0xFEFF: "\u2060"}
"""A character that PDF forbids, and the one that is meant: no end of a line here."""


def clusters(text: str) -> set[str]:
    """Return the grapheme clusters of a text that hold more than ASCII.

    >>> sorted(clusters("a\\u0308 1\\ufe0f\\u20e3 \\u00e9"))
    ['1\\ufe0f\\u20e3', 'a\\u0308', '\\u00e9']
    """
    single = {one for one in set(text) if one > "~"}
    if not any(map(_joins, single)):
        return single
    import regex  # here: few texts need it

    runs = dict.fromkeys(_RUNS.findall(text))
    return {one for run in runs for one in regex.findall(r"\X", run) if not one.isascii()}


def _joins(character: str) -> bool:
    """Whether it may be one of several characters that a reader takes for one."""
    kind = unicodedata.category(character)
    return kind[0] == "M" or kind == "Cf" or "\U0001f1e6" <= character <= "\U0001f3ff"


def is_rare(text: str) -> bool:
    """Whether a text holds anything that fonts may not have."""
    return not _COMMON.fullmatch(text)


def lacking(texts: Iterable[str], of: str, fonts: Sequence[Path], store: Store) -> frozenset[str]:
    """Return the clusters of these texts that no font has. ``of`` names what they are the texts of; ``fonts``
    are folders with font files beside Polybook's own.

    Typst is asked once for each set of clusters; for the most common ones it is not asked at all.
    """
    found = {one for text in texts for one in clusters(text) if not _COMMON.fullmatch(one)}
    if not found:
        return frozenset()
    # Typst leaves out a letter that no font has where some font has its accent: letters are asked for too.
    letters = {
        letter for one in found if len(one) > 1 for letter in one if letter > "~" and not _joins(letter)
    }
    asked = sorted(one for one in found | letters if not _PRIVATE.search(one))
    own = fingerprints.code("render")
    step = Step("glyphs", of, {"clusters": digest_of(asked), "polybook": own, **typst.made_with(fonts)})

    def ask() -> list[str]:
        with temporary.folder() as folder:
            return typst.without_glyph(folder / "glyphs.typ", asked, fonts)

    none = frozenset(store.one(step, ask))
    return frozenset(one for one in found if one in none or _PRIVATE.search(one) or not none.isdisjoint(one))


def of(text: str, missing: frozenset[str]) -> frozenset[str]:
    """Return those of the ``missing`` clusters that are in a text."""
    return missing & clusters(text) if any(one in text for one in missing) else frozenset()


def marked(missing: frozenset[str]) -> Callable[[str], str]:
    """Return a function that puts U+FFFD into a text in place of each of the ``missing`` clusters. Letters of
    ASCII stay, as they may be marks of Typst's.
    """
    if not missing:
        return lambda text: text.translate(_UNSEEN)
    parted = [
        re.fullmatch(r"([\0-~]*)(.+)", one, re.DOTALL) for one in sorted(missing, key=len, reverse=True)
    ]
    found = "|".join(
        (f"(?<={re.escape(one[1])})" if one[1] else "") + re.escape(one[2]) for one in parted if one
    )
    pattern = re.compile(found)
    return lambda text: pattern.sub(LACKING, text).translate(_UNSEEN)


def is_font_missing(words: Iterable[str], missing: frozenset[str]) -> bool:
    """Whether so many letters of these words are in ``missing`` clusters that it takes a font for them."""
    odd = {one for cluster in missing for one in cluster if one.isalpha() and not one.isascii()}
    if not odd:
        return False
    letters = [one for word in words for one in word if one.isalpha()]
    return sum(one in odd for one in letters) > SHARE * len(letters)


def named(cluster: str) -> str:
    """Return a cluster as a finding names it: as it is, and by the numbers of its characters.

    >>> named("e\\u0301")
    "'e\\u0301' (U+0065 U+0301)"
    """
    numbers = " ".join(f"U+{ord(one):04X}" for one in cluster)
    return f"'{cluster}' ({numbers})" if cluster.isprintable() else numbers
