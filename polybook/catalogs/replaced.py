"""Entries that are out of use, among them those that a changed text replaced.

An author may take a change back, so a replaced text stays with its translation, obsolete, until the
translation of what replaced it is settled. A comment in the entry says by what it was replaced: tools drop
what a fuzzy entry says of that (``#|``) when a translator settles it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from hashlib import sha256
from typing import NamedTuple

from polybook.catalogs import po
from polybook.model.catalog import key_of

_MARK = re.compile(r"# polybook: replaced by ([0-9a-f]{12})")


def successors(entries: Iterable[po.Entry]) -> dict[str, str]:
    """The keys of the fuzzy entries in use, by the keys of the texts that their translations are of."""
    return {key_of(*entry.previous): entry.key for entry in entries if _is_guess(entry) and entry.previous}


def successor(entry: po.Entry, known: Mapping[str, str]) -> str | None:
    """The key of the one of `successors` that waits for a look at this entry's translation.

    One that was itself fuzzy was replaced by what is fuzzy for the same reason.
    """
    found = known.get(entry.key)
    if found is None and entry.fuzzy and entry.previous:
        found = known.get(key_of(*entry.previous))
    return found if found != entry.key else None


def named(text: str, keys: Iterable[str]) -> set[str]:
    """Those of the keys by which, as a catalog's ``text`` says, something was replaced."""
    marks = set(_MARK.findall(text))
    return {key for key in keys if _digest(key) in marks} if marks else set()


def kept(
    gone: Sequence[po.Entry], used: Sequence[po.Entry], new: Collection[str], carried: Collection[str]
) -> Iterator[po.Entry]:
    """The obsolete entries of a catalog: what is left of those that are ``gone`` from its book.

    ``used`` are those in use, of which those with keys in ``new`` were not in use before; of entries that
    stand as they stood only those that `named` has are needed. The translations of those with keys in
    ``carried`` went along. What nobody translated goes, and so do what a settled translation replaced and a
    guess that nobody touched.
    """
    waiting = successors(used)
    done = {entry.key for entry in used if entry.translated and not entry.fuzzy}
    settled = {_digest(key) for key in done}
    awaited = {_digest(entry.key): entry.key for entry in used if entry.key not in done}
    left = [entry for entry in gone if successor(entry, waiting) or settled.isdisjoint(_marks(entry))]
    back = [entry for entry in used if entry.key in new]
    known = _Known(
        {entry.key: entry for entry in (*back, *left) if not (entry.fuzzy and entry.previous)},
        {(entry.previous, entry.translation): entry for entry in back if entry.fuzzy and entry.previous},
    )
    for entry in left:
        if entry.key in carried:
            continue
        if not entry.obsolete and (not entry.translated or _is_untouched(entry, known)):
            continue
        by = successor(entry, waiting)
        if by not in new:  # what was there before this one went did not replace it
            by = next((awaited[mark] for mark in _marks(entry) if mark in awaited), None)
        yield marked(entry if entry.obsolete else po.retired(entry), by)


def unmarked(entry: po.Entry) -> po.Entry:
    """The entry without a word of what replaced it."""
    return marked(entry, None)


def mark_of(key: str) -> str:
    """The comment that says that the text with this key replaced the entry's own."""
    return f"# polybook: replaced by {_digest(key)}"


def _is_guess(entry: po.Entry) -> bool:
    return entry.fuzzy and entry.translated and not entry.obsolete


class _Known(NamedTuple):
    """What a guess may be a copy of, that stays."""

    by_key: Mapping[str, po.Entry]
    """Entries that are no guesses themselves."""

    guesses: Mapping[tuple[tuple[str, str], str], po.Entry]
    """Guesses in use, by what they were made for and their translation."""


def _is_untouched(entry: po.Entry, known: _Known) -> bool:
    """Whether an entry holds nothing but the translation of another text, which is in the catalog."""
    if not (entry.fuzzy and entry.previous):
        return False
    origin = known.by_key.get(key_of(*entry.previous))
    others = origin, known.guesses.get((entry.previous, entry.translation))
    return any(
        other and other.translation == entry.translation and set(entry.remarks) <= set(other.remarks)
        for other in others
    )


def _marks(entry: po.Entry) -> list[str]:
    return [found[1] for line in entry.remarks if (found := _MARK.fullmatch(line.rstrip()))]


def marked(entry: po.Entry, by: str | None) -> po.Entry:
    """The entry saying that the text with the key ``by`` replaced its own, or that none did."""
    digests = [_digest(by)] if by is not None else []
    if _marks(entry) == digests:
        return entry
    lines = [line for line in entry.lines if not _MARK.fullmatch(line.rstrip())]
    marks = [mark_of(by)] if by is not None else []
    return entry._replace(
        written="\n".join([*marks, *lines]), line=entry.line + len(marks) - len(_marks(entry))
    )


def _digest(key: str) -> str:
    return sha256(key.encode("utf-8", "surrogatepass")).hexdigest()[:12]
