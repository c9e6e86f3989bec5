"""Merge two states of a catalog that came of one: by message, where git merges by line.

A pair of text and translation comes whole from a side that had it, so no translation ends up beside a text
that it was not made for. Only two translations of one message are a conflict.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from polybook.catalogs import po, replaced, wrapping
from polybook.catalogs.merge import named_utf8, united
from polybook.model.catalog import key_of

_FIELD = re.compile(r"^([^:\n]+):[ \t]*(.*)", re.MULTILINE)
_OF_THE_LATER = ("PO-Revision-Date", "Last-Translator", "X-Generator")
"""The fields of a header that go together: who saved it last, when, and with what."""

_Entries = Mapping[str, po.Entry]


@dataclass(frozen=True)
class Merged:
    """What came of a merge."""

    text: str
    """Of the catalog."""

    conflicts: tuple[str, ...]
    """The keys of messages with two translations: ours is fuzzy, theirs stands in a comment."""


@dataclass(frozen=True)
class Difference:
    """A message for which a merge by line made something else of two catalogs than a merge by message."""

    key: str
    made: str
    """The translation that counts since, which neither side had for this message; empty for none."""

    lost: str
    """The translation that one side had, and that should count; empty for none."""


def merge(base: str, ours: str, theirs: str) -> Merged:
    """Merge ``theirs`` into ``ours``, which both came of ``base``; all three are texts of catalogs.

    Raises po.UnreadableError.
    """
    files = [po.read(text) for text in (base, ours, theirs)]
    before, first, second = ({key: united(several) for key, several in _several(file)} for file in files)
    guesses = _guesses(before, first) | _guesses(before, second)
    found: dict[str, po.Entry] = {}
    conflicts = []
    for key in _ordered(first, second):
        entry, is_conflict = _message(before.get(key), first.get(key), second.get(key), guesses)
        if entry:
            found[key] = entry
        if is_conflict:
            conflicts.append(key)
    found = _follow(before, found)
    entries = sorted(found.values(), key=lambda entry: entry.obsolete)
    header = _header(*(file.header for file in files))
    first_entries = [header] if header else []
    spaced = [entry if entry.gap else entry._replace(gap=("",)) for entry in entries]
    return Merged(po.join([*first_entries, *spaced], files[1].rest or ("",)), tuple(conflicts))


def differences(base: str, ours: str, theirs: str, made: str, by_line: str) -> list[Difference]:
    """Return where ``made``, a merge of the two catalogs, is not what `merge` gives.

    What a person wrote while merging is left alone: only entries count that stand in ``by_line``, the merge
    of their lines, or that lack a translation. Raises po.UnreadableError.
    """
    texts = _unlike(base, ours, theirs, made)
    merged = _settled(po.read(merge(*texts[:3]).text))
    sides = [_settled(po.read(text)) for text in texts[1:3]]
    result = po.read(texts[3])
    now = _settled(result)
    written = {entry.key: entry.written for entry in result.entries}
    found = []
    for key in dict.fromkeys((*now, *merged)):
        mine, expected = now.get(key, ""), merged.get(key, "")
        if mine == expected or (mine and any(side.get(key) == mine for side in sides)):
            continue
        if not mine or written[key] in by_line:
            found.append(Difference(key, mine, "" if mine else expected))
    return found


def _unlike(*texts: str) -> list[str]:
    """Texts of catalogs without the entries that stand in all of them alike: the most."""
    parts = [text.rstrip("\n").split("\n\n") for text in texts]
    alike = set(parts[0]).intersection(*parts[1:])
    return ["\n\n".join(part for part in some if part not in alike) + "\n" for some in parts]


def _settled(file: po.File) -> dict[str, str]:
    """The translations that count, by the keys of their messages."""
    return {
        entry.key: entry.translation
        for entry in file.entries
        if entry.translated and not entry.fuzzy and not entry.obsolete
    }


# ---- messages ------------------------------------------------------------------------------


def _several(file: po.File) -> Iterable[tuple[str, list[po.Entry]]]:
    several = defaultdict[str, list[po.Entry]](list)
    for entry in file.entries:
        several[entry.key].append(entry)
    return several.items()


def _ordered(ours: _Entries, theirs: _Entries) -> Iterator[str]:
    """The keys of both: ours in their order, each of theirs after the one that it follows there."""
    following = defaultdict[str, list[str]](list)
    last = ""
    for key in theirs:
        if key in ours:
            last = key
        else:
            following[last].append(key)
    yield from following[""]
    for key in ours:
        yield key
        yield from following[key]


def _guesses(base: _Entries, side: _Entries) -> set[str]:
    """What is written of fuzzy entries whose translation is another text's, as an update left it."""
    return {
        entry.written
        for entry in side.values()
        if entry.fuzzy and entry.previous and _is_of(entry, key_of(*entry.previous), base, side)
    }


def _is_of(entry: po.Entry, key: str, *catalogs: _Entries) -> bool:
    return any(key in one and one[key].translation == entry.translation for one in catalogs)


def _message(
    base: po.Entry | None, ours: po.Entry | None, theirs: po.Entry | None, guesses: set[str]
) -> tuple[po.Entry | None, bool]:
    """What becomes of one message's entry, if anything, and whether that is a conflict."""
    if _same(theirs, base) or _same(ours, theirs):
        return ours, False
    if _same(ours, base):
        return theirs, False
    if ours and theirs:
        return _entry(base, ours, theirs, guesses)
    left = ours or theirs
    # One side has it no more. What the other did meanwhile is kept, out of use.
    if left is None or (base and _state(left) == _state(base) and left.remarks == base.remarks):
        return None, False
    return left if left.obsolete else po.retired(left), False


def _same(entry: po.Entry | None, other: po.Entry | None) -> bool:
    return entry is other or (entry is not None and other is not None and entry.written == other.written)


def _entry(
    base: po.Entry | None, ours: po.Entry, theirs: po.Entry, guesses: set[str]
) -> tuple[po.Entry, bool]:
    """What both sides made of one entry, and whether each gave it a translation of its own."""
    winner, is_conflict = ours, False
    if base and _state(ours) == _state(base):
        winner = theirs
    elif base and _state(theirs) == _state(base):
        winner = ours
    elif _strings(ours) == _strings(theirs):
        winner = theirs if ours.fuzzy else ours
    elif not ours.translated or ours.written in guesses:
        winner = theirs
    elif theirs.translated and theirs.written not in guesses:
        is_conflict = True
    old = None if base is None else _Parts.of(base)
    mine, their = _Parts.of(ours), _Parts.of(theirs)
    won = mine if winner is ours else their
    remarks = _united(old.remarks if old else (), mine.remarks, their.remarks)
    flags = _united(old.flags if old else (), mine.flags, their.flags)
    if is_conflict:
        said = theirs.translation.replace("\n", "\\n")
        remarks = [*remarks, f"# theirs: {said}"]
    obsolete = theirs.obsolete if base and ours.obsolete == base.obsolete else ours.obsolete
    lines = [
        *remarks,
        *(their.told if old and mine.told == old.told else mine.told),
        *_flags(["fuzzy"] * (winner.fuzzy or is_conflict) + [one for one in flags if one != "fuzzy"]),
        *won.previous,
        *mine.identity,
        *won.translation,
    ]
    merged = winner._replace(written="\n".join(lines), gap=ours.gap, obsolete=False)
    return po.retired(merged) if obsolete else replaced.unmarked(merged), is_conflict


def _strings(entry: po.Entry) -> str:
    """The translation, with all plural forms where it has any."""
    return "\n".join(entry.translation_lines) if entry.plural else entry.translation


def _state(entry: po.Entry) -> tuple[str, bool, tuple[str, str] | None]:
    return _strings(entry), entry.fuzzy, entry.previous


@dataclass(frozen=True)
class _Parts:
    """The lines of an entry, as if it were in use."""

    remarks: tuple[str, ...]
    told: tuple[str, ...]
    flags: tuple[str, ...]
    previous: tuple[str, ...]
    identity: list[str]
    translation: tuple[str, ...]

    @classmethod
    def of(cls, entry: po.Entry) -> _Parts:
        lines = (po.revived(entry) if entry.obsolete else entry).lines
        strings = [line for line in lines if line.strip() and not line.lstrip().startswith("#")]
        start = next(number for number, line in enumerate(strings) if line.lstrip().startswith("msgstr"))
        return cls(
            tuple(line for line in lines if po.is_remark(line)),
            tuple(line for line in lines if line.startswith(("#.", "#:"))),
            entry.flags,
            tuple(line for line in lines if line.startswith("#|")),
            strings[:start],
            tuple(strings[start:]),
        )


def _flags(flags: Sequence[str]) -> list[str]:
    return ["#, " + ", ".join(flags)] if flags else []


def _united(base: Sequence[str], ours: Sequence[str], theirs: Sequence[str]) -> list[str]:
    """What both sides have of a list, and what either of them added."""
    gone = {line for line in base if line not in ours or line not in theirs}
    return [line for line in dict.fromkeys((*ours, *theirs)) if line not in gone]


def _follow(base: _Entries, found: _Entries) -> dict[str, po.Entry]:
    """The entries, of which guesses hold what one side made of the translation that the other guessed from.

    An author replaces a text while a translator works on its translation: the successor gets that work.
    """
    after = dict(found)
    waiting = replaced.successors(found.values())
    for key, entry in found.items():
        old = base.get(key)
        if not (old and entry.obsolete and entry.translated and not entry.fuzzy) or entry.plural:
            continue
        guess = found.get(replaced.successor(old, waiting) or "")
        if guess and entry.translation != old.translation == guess.translation:
            parts = _Parts.of(guess)
            strings = wrapping.identity_strings(entry.context, entry.text)
            previous = wrapping.moved(_Parts.of(entry).identity, strings, "", "#| ")
            lines = [*parts.remarks, *parts.told, *_flags(parts.flags), *previous, *parts.identity]
            written = "\n".join([*lines, *_Parts.of(entry).translation])
            made_for = entry.context, entry.text
            after[guess.key] = guess._replace(
                written=written, translation=entry.translation, previous=made_for
            )
            after[key] = replaced.marked(entry, guess.key)
    return after


# ---- headers -------------------------------------------------------------------------------


def _header(base: po.Entry | None, ours: po.Entry | None, theirs: po.Entry | None) -> po.Entry | None:
    """The header of both: never a conflict, as each save of a catalog changes its dates."""
    if ours is None or theirs is None or _same(ours, theirs) or _same(theirs, base):
        return ours or theirs
    old, mine, their = ({} if one is None else _fields(one) for one in (base, ours, theirs))
    date = _OF_THE_LATER[0]
    later = their if their.get(date, "") > mine.get(date, "") else mine
    fields = {}
    for name in dict.fromkeys((*mine, *their)):
        values = old.get(name), mine.get(name), their.get(name)
        value = later.get(name) if name in _OF_THE_LATER else values[2 if values[1] == values[0] else 1]
        if value is not None:
            fields[name] = value
    parts = _Parts.of(ours)
    remarks = _united(_Parts.of(base).remarks if base else (), parts.remarks, _Parts.of(theirs).remarks)
    string = parts.translation if fields == mine else wrapping.field("msgstr", _text(fields))
    lines = [*remarks, *parts.told, *_flags(parts.flags), *parts.previous, *parts.identity, *string]
    return named_utf8(ours._replace(written="\n".join(lines)))


def _fields(header: po.Entry) -> dict[str, str]:
    return {found[1]: found[2] for found in _FIELD.finditer(header.translation)}


def _text(fields: Mapping[str, str]) -> str:
    return "".join(f"{name}: {value}\n" for name, value in fields.items())
