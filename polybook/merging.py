"""Merge the book's messages into the entries of one catalog.

What did not change keeps its text, letter by letter: a merge shows in a diff what changed and no more.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from polybook import po
from polybook.languages import Message, Translation, where

NEAR = 70
"""How like an old message a new one must be, of 100 (RapidFuzz's ratio), to take its translation as fuzzy."""

SHORT = 60
"""How long a message is compared with all that are gone, in characters."""

_WAIVER = re.compile(r"#\s*polybook:\s*allow\s+(.+)")
_CHARSET = re.compile(r"(?<=charset=)[\w.:-]+")


class Wanted(NamedTuple):
    """A message of the book, in each of the places where it stands."""

    places: tuple[Message, ...]
    told: str
    """What the translator is told above its entry, and the files it stands in: lines, each with its end."""


def _told(places: Sequence[Message]) -> str:
    notes = [" ".join(place.note.split()) for place in places if place.note]
    said = [*notes, *(_where(place.section, place.kind) for place in places)]
    files = [_file(place.path) for place in places]
    if len(said) > 1:
        said, files = list(dict.fromkeys(said)), list(dict.fromkeys(files))
    return "".join([*(f"#. {one}\n" for one in said), *(f"#: {name}\n" for name in files)])


@lru_cache(maxsize=1024)
def _where(section: tuple[str, ...], kind: str) -> str:
    """`languages.where`, without the spaces that tools would fold; many messages share one."""
    return " ".join(where(section, kind).split())


def _file(path: str) -> str:
    """A file's name as gettext itself writes one with a space in it."""
    return f"\u2068{path}\u2069" if " " in path else path


Carry = Callable[[Mapping[str, Translation], Sequence[Message]], Mapping[str, tuple[str, Translation]]]
"""Finds new messages that say the same as messages that are gone.

Takes the translations of these, by their keys, and the new messages; returns by the keys of the new ones
the key of the old one and the translation to use."""


@dataclass(frozen=True)
class Merge:
    """What merging the book's messages into one catalog did, in messages."""

    path: str
    kept: int
    carried: int
    """New in form and not in words: their translations went along, with the same change."""

    fuzzy: int
    """New, with the translation of a like message for a person to look at."""

    added: int
    """New, without a translation."""

    removed: int
    """Gone from the book; what was translated stays as an obsolete entry."""


def translation_of(entry: po.Entry, line: int = 0) -> Translation:
    """What a catalog's entry has for its message; ``line`` is where that stands."""
    if not (remarks := entry.remarks):  # as most have none
        return Translation(entry.translation, line)
    found = (_WAIVER.fullmatch(line.strip()) for line in remarks)
    waived = frozenset(code for one in found if one for code in re.split(r"[\s,]+", one[1].strip()))
    return Translation(entry.translation, line, waived)


def best(entries: Sequence[po.Entry]) -> po.Entry:
    """The entry to use, of several for one message: one in use, not fuzzy, and of these the first."""
    return min(entries, key=lambda entry: (not entry.translated, entry.obsolete, entry.fuzzy))


def by_key(messages: Iterable[Message]) -> dict[str, Wanted]:
    """The messages by their keys, in the order of their first places."""
    places: dict[str, list[Message]] = {}
    for message in messages:
        places.setdefault(message.key, []).append(message)
    return {key: Wanted(tuple(some), _told(some)) for key, some in places.items()}


def new_file(header: Sequence[str], wanted: Mapping[str, Wanted]) -> str:
    """The text of a catalog without translations."""
    entries = [po.Entry("\n".join(header), gap=()), *(_entry(one, po.WIDTH) for one in wanted.values())]
    return po.join(entries, ("",))


def merge(
    path: str, text: str, header: Callable[[], Sequence[str]], wanted: Mapping[str, Wanted], carry: Carry
) -> tuple[str, Merge]:
    """Merge ``wanted``, by their keys, into the catalog's ``text``; return its new text.

    ``header`` makes one for a catalog that has none. Raises po.UnreadableError.
    """
    file = po.read(text)
    old: dict[str, po.Entry] = {}
    several: dict[str, list[po.Entry]] = {}
    for entry in file.entries:
        if (first := old.setdefault(entry.key, entry)) is not entry:
            several.setdefault(entry.key, [first]).append(entry)
    old |= {key: best(entries) for key, entries in several.items()}
    ready = {key: _kept(old[key], several.get(key, ()), one) for key, one in wanted.items() if key in old}
    kept = len(ready)

    fresh = [one.places[0] for key, one in wanted.items() if key not in old]
    carried, near = _origins(old, wanted, fresh, carry)
    width = po.width_of(file.entries) if fresh else None
    for message in fresh:
        origin = carried.get(message.key) or (near.get(message.key), None)
        ready[message.key] = _entry(wanted[message.key], width, *origin)

    taken = {entry.key for entry in (*near.values(), *(entry for entry, _ in carried.values()))}
    left = [entry for key, entry in old.items() if key not in wanted and key not in taken]
    obsolete = [
        entry if entry.obsolete else po.retired(entry) for entry in left if entry.obsolete or entry.translated
    ]
    removed = sum(not entry.obsolete for entry in left)
    added = len(fresh) - len(carried) - len(near)
    result = Merge(path, kept, len(carried), len(near), added, removed)
    return _joined(file, header, [*(ready[key] for key in wanted), *obsolete], text), result


def _joined(
    file: po.File, header: Callable[[], Sequence[str]], entries: Sequence[po.Entry], before: str
) -> str:
    """The text of a catalog with these entries; where that is not what was there before, it names UTF-8."""
    first = file.header or po.Entry("\n".join(header()), gap=())
    after = po.join([first, *entries], file.rest)
    if after == before:
        return before
    first = first._replace(written=_CHARSET.sub(_utf8, first.written))
    return po.join([first, *entries], file.rest)


def _utf8(charset: re.Match[str]) -> str:
    return charset[0] if charset[0].lower() in ("utf-8", "utf8") else "UTF-8"


# ---- what a new message came of ------------------------------------------------------------


def _origins(
    old: Mapping[str, po.Entry], wanted: Mapping[str, Wanted], fresh: Sequence[Message], carry: Carry
) -> tuple[dict[str, tuple[po.Entry, str]], dict[str, po.Entry]]:
    """For new messages the entries they came of: first with the translation to use, then to be looked at."""
    gone = {key: entry for key, entry in old.items() if key not in wanted}
    carried = _carried(gone, fresh, carry)
    taken = {entry.key for entry, _ in carried.values()}
    near = _near(
        [message for message in fresh if message.key not in carried],
        [entry for key, entry in gone.items() if key not in taken],
        [entry for key, entry in old.items() if key in wanted],
    )
    return carried, near


def _carried(
    gone: Mapping[str, po.Entry], fresh: Sequence[Message], carry: Carry
) -> dict[str, tuple[po.Entry, str]]:
    """For each new message that says the same as one that is gone, its entry and the translation to use."""
    ordered = sorted(gone.values(), key=lambda entry: entry.obsolete)
    usable = {entry.key: translation_of(entry) for entry in ordered if entry.translated and not entry.fuzzy}
    if not (usable and fresh):
        return {}
    return {key: (gone[old], translation.text) for key, (old, translation) in carry(usable, fresh).items()}


def _near(
    fresh: Sequence[Message], gone: Sequence[po.Entry], kept: Sequence[po.Entry]
) -> dict[str, po.Entry]:
    """For each new message the entry it most likely came of.

    That is one with the same text in another context, or the one most like it among those that are gone,
    of which each is given away once.
    """
    from rapidfuzz import fuzz, process

    same = {entry.text: entry for entry in (*gone, *kept) if entry.translated}
    found = {message.key: same[message.text] for message in fresh if message.text in same}
    taken = {entry.key for entry in found.values()}
    candidates = [entry for entry in gone if entry.translated and entry.key not in taken]
    rest = [message for message in fresh if message.key not in found]
    rivals = _rivals([message.text for message in rest], [entry.text for entry in candidates])
    ranked = sorted(
        (-score, place, index)
        for place, (message, texts) in enumerate(zip(rest, rivals, strict=True))
        for _, score, index in process.extract(
            message.text, texts, scorer=fuzz.ratio, score_cutoff=NEAR, limit=3
        )
    )
    for _, place, index in ranked:
        if rest[place].key not in found and candidates[index].key not in taken:
            found[rest[place].key] = candidates[index]
            taken.add(candidates[index].key)
    return found


def _rivals(texts: Sequence[str], olds: Sequence[str]) -> Iterator[Mapping[int, str]]:
    """For each text the old ones that may be like it, by their places.

    Short ones are compared with all, which is quick; a long one only with those that share most of its rare
    words. Comparing all with all would take a minute for a big book that changed much.
    """
    everyone = dict(enumerate(olds))
    found_in: dict[str, list[int]] = {}
    for index, old in everyone.items():
        for token in _tokens(old):
            found_in.setdefault(token, []).append(index)
    common = 20 + len(olds) // 20
    for text in texts:
        if len(text) < SHORT:
            yield everyone
            continue
        shared = Counter(
            index
            for token in _tokens(text)
            if len(indexes := found_in.get(token, [])) <= common
            for index in indexes
        )
        yield {index: olds[index] for index, _ in shared.most_common(5)}


def _tokens(text: str) -> set[str]:
    """A text's words; of what is written without spaces between words, every three characters."""
    return {
        token
        for word in text.split()
        for token in (
            [word] if len(word) < 20 else [word[place : place + 3] for place in range(len(word) - 2)]
        )
    }


# ---- entries -------------------------------------------------------------------------------


def _entry(
    wanted: Wanted, width: int | None, source: po.Entry | None = None, translation: str | None = None
) -> po.Entry:
    """A new entry for a message.

    What it takes of ``source`` is fuzzy, unless ``translation`` says what that became.
    """
    message = wanted.places[0]
    if source is None:
        lines = [*po.identity(message.context, message.text, width), 'msgstr ""']
        return po.Entry(wanted.told + "\n".join(lines), context=message.context, text=message.text)
    flags = [flag for flag in source.flags if flag != "fuzzy"]
    previous = []
    if translation is None:
        flags.insert(0, "fuzzy")
        # A translation that was fuzzy already was made for what came before that.
        made_for = source.previous or (source.context, source.text)
        previous = ["#| " + line for line in po.identity(*made_for, width)]
        translation = source.translation
    string = po.field("msgstr", translation, width)
    if translation == source.translation and not source.plural:
        string = source.translation_lines
    lines = [
        *source.remarks,
        *wanted.told[:-1].split("\n"),
        *(["#, " + ", ".join(flags)] if flags else []),
        *previous,
        *po.identity(message.context, message.text, width),
        *string,
    ]
    gap = source.gap or ("",)
    return po.Entry("\n".join(lines), gap=gap, context=message.context, text=message.text)


def _kept(entry: po.Entry, several: Sequence[po.Entry], wanted: Wanted) -> po.Entry:
    """An entry as it stands, with what it says of its places brought up to date.

    Where the file has several for the message, what else they say becomes a comment: nobody's work is lost,
    and tools take no file that has a message twice.
    """
    if not (several or entry.obsolete or entry.previous) and entry.written.startswith(wanted.told):
        end = len(wanted.told) - 1
        if entry.written.find("\n#.", end) < 0 and entry.written.find("\n#:", end) < 0:
            return entry  # as most are
    if entry.obsolete:
        entry = po.revived(entry)
    lines = list(entry.lines)
    if entry.previous and not entry.fuzzy:
        lines = [line for line in lines if not line.startswith("#|")]
    told = wanted.told[:-1].split("\n")
    if po.told(lines) != po.told(told):
        rest = [line for line in lines if not line.startswith(("#.", "#:")) and not po.is_remark(line)]
        lines = [*entry.remarks, *told, *rest]
    others = dict.fromkeys(" ".join(other.translation.split()) for other in several if other.translated)
    others.pop(" ".join(entry.translation.split()), None)
    remarks = [f"# Also translated: {other}" for other in others]
    return entry._replace(written="\n".join([*remarks, *lines]))
