"""Merge the book's messages into the entries of one catalog.

What did not change keeps its text, letter by letter: a merge shows in a diff what changed and no more.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from itertools import islice

from polybook.catalogs import fill, likeness, po, replaced, wrapping
from polybook.model.catalog import APART, Message, Translation, one_line, parted

ENOUGH = 500
"""How many entries tell how a tool wraps lines."""

_CHARSET = re.compile(r"(?<=charset=)[\w.:-]+")


Place = tuple[str, str]
"""A message where it stands in the book: its key, and all lines of an entry for it before its translation.

They say what the author notes for the translator, what it is, its file, and which message it is. Headings
above it are not among them: one that changes would touch all that is below it."""

Wanted = Mapping[str, str]
"""How the entry of each of the book's messages begins, by its key: it names all places where it stands."""


def place(message: Message) -> Place:
    """Return what catalogs have of a message where it stands."""
    note = [f"#. {one_line(message.note)}"] if message.note else []
    told = [*note, f"#. {one_line(message.kind)}", f"#: {_file(message.path)}"]
    return message.key, "\n".join([*told, *wrapping.identity(message.context, message.text)])


def by_key(places: Iterable[Place]) -> Wanted:
    """Return the messages that stand there, in the order of their first places."""
    found: dict[str, str] = {}
    several: dict[str, list[str]] = {}
    for key, beginning in places:
        if (first := found.setdefault(key, beginning)) is not beginning:
            several.setdefault(key, [first]).append(beginning)
    return found | {key: _beginning(those) for key, those in several.items()}


def _beginning(places: Sequence[str]) -> str:
    """How the entry begins of a message that stands in several places: first all that the authors note."""
    notes, kinds, files = [], [], []
    for one in places:
        *noted, kind, file = _told(one)
        notes += noted
        kinds.append(kind)
        files.append(file.removeprefix("#: "))
    files = wrapping.references(dict.fromkeys(files))
    identity = places[0].split("\n")[len(_told(places[0])) :]
    return "\n".join([*dict.fromkeys([*notes, *kinds, *files]), *identity])


def _told(beginning: str) -> list[str]:
    """The lines of what a translator is told where an entry begins so."""
    return beginning[: beginning.index("\nmsg")].split("\n")


def _file(path: str) -> str:
    """A file's name as gettext itself writes one with a space in it."""
    return f"\u2068{path}\u2069" if " " in path else path


Carry = Callable[[Mapping[str, Translation], Sequence[str]], Mapping[str, tuple[str, Translation]]]
"""Finds new messages that say the same as messages that are gone.

Takes the translations of these, by their keys, and the new ones' keys; returns by the keys of the new ones
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
    """What a catalog's entry has for its message; ``line`` is where its msgid stands."""
    return Translation(entry.translation, line + entry.before_translation, begin=line)


def best(entries: Sequence[po.Entry]) -> po.Entry:
    """The entry to use, of several for one message: one in use, not fuzzy, and of these the first."""
    return min(entries, key=lambda entry: (not entry.translated, entry.obsolete, entry.fuzzy))


def united(entries: Sequence[po.Entry]) -> po.Entry:
    """One entry for a message that has several: the best, with what else they say as a comment.

    Nobody's work is lost, and tools take no file that has a message twice.
    """
    chosen = best(entries)
    others = dict.fromkeys(one_line(other.translation) for other in entries if other.translated)
    others.pop(one_line(chosen.translation), None)
    remarks = [f"# Also translated: {other}" for other in others]
    return chosen._replace(written="\n".join([*remarks, chosen.written])) if remarks else chosen


def named_utf8(header: po.Entry) -> po.Entry:
    """The header of a catalog that is written as UTF-8."""
    return header._replace(written=_named_utf8(header.written))


def new_file(header: Sequence[str], wanted: Wanted) -> str:
    """The text of a catalog without translations."""
    entries = (f'\n{beginning}\nmsgstr ""\n' for beginning in wanted.values())
    return "".join(["\n".join(header), "\n", *entries])


def merge(
    path: str, text: str, header: Callable[[], Sequence[str]], wanted: Wanted, carry: Carry
) -> tuple[str, Merge]:
    """Merge the book's messages into the catalog's ``text``; return its new text.

    ``header`` makes one for a catalog that has none. Raises po.UnreadableError.
    """
    runs, file, loose, old = _matched(text, wanted)
    ready = {key: _kept(old[key], _told(wanted[key])) for key in loose if key in old}
    kept = len(wanted) - len(loose) + len(ready)

    fresh = [key for key in loose if key not in old]
    gone = {key: entry for key, entry in old.items() if key not in wanted}
    waiting = replaced.successors(ready.values())
    free = {key: entry for key, entry in gone.items() if replaced.successor(entry, waiting) is None}
    carried = _carried(free, fresh, carry)
    went = {entry.key for entry, _ in carried.values()}
    near = likeness.near(
        [key for key in fresh if key not in carried],
        [entry for key, entry in free.items() if key not in went],
        [entry for key, entry in old.items() if key in wanted],
    )
    width = _width(file, list(wanted.values()), runs) if fresh else None
    for key in fresh:
        ready[key] = _entry(key, _told(wanted[key]), width, *(carried.get(key) or (near.get(key), None)))

    new = {key for key in loose if key not in old or old[key].obsolete}
    obsolete = replaced.kept(list(gone.values()), list(ready.values()), new, went)
    taken = went | {entry.key for entry in near.values()}
    removed = sum(not entry.obsolete for key, entry in gone.items() if key not in taken)
    added = len(fresh) - len(carried) - len(near)
    result = Merge(path, kept, len(carried), len(near), added, removed)
    return _joined(file, header, [*_ordered(list(wanted), runs, ready), *obsolete], text), result


def _matched(text: str, wanted: Wanted) -> tuple[list[po.Run], po.File, list[str], dict[str, po.Entry]]:
    """What stands in a catalog as it is wanted, in runs, and the rest: the file without these, the messages
    that are in no run, and the entries by their keys, one for each.
    """
    runs, file = po.sift(text, _expected(wanted, replaced.named(text, wanted)))
    loose = _loose(wanted, runs)
    if {entry.key for entry in file.entries} & (wanted.keys() - {*loose}):  # one of several for a message
        runs, file, loose = [], po.read(text), [*wanted]
    old: dict[str, po.Entry] = {}
    several: dict[str, list[po.Entry]] = {}
    for entry in file.entries:
        if (first := old.setdefault(entry.key, entry)) is not entry:
            several.setdefault(entry.key, [first]).append(entry)
    old |= {key: united(entries) for key, entries in several.items()}
    return runs, file, loose, old


def _expected(wanted: Wanted, asked: Set[str]) -> list[str]:
    """How the entries begin that need not be read; for those ``asked`` for, what no entry begins with."""
    # One whose text stands in another context too is read: it may have to lend its translation.
    shared = {parted(key)[1] for key in wanted if APART in key}
    if not (shared or asked):
        return [*wanted.values()]
    return [
        APART if key in asked or parted(key)[1] in shared else beginning for key, beginning in wanted.items()
    ]


def _loose(wanted: Wanted, runs: Sequence[po.Run]) -> list[str]:
    """The messages whose entries are in no run."""
    keys = list(wanted)
    ends = [0, *(run.end for run in runs)]
    starts = [*(run.first for run in runs), len(keys)]
    return [key for end, start in zip(ends, starts, strict=True) for key in keys[end:start]]


def _ordered(
    keys: Sequence[str], runs: Iterable[po.Run], ready: Mapping[str, po.Entry]
) -> Iterator[po.Entry]:
    """The entries in the order of the book; those of a run as if they were one."""
    at = 0
    for run in runs:
        yield from (ready[key] for key in keys[at : run.first])
        yield po.Entry(run.written)
        at = run.end
    yield from (ready[key] for key in keys[at:])


def _width(file: po.File, beginnings: Sequence[str], runs: Iterable[po.Run]) -> int | None:
    """How wide the tool that wrote a catalog wraps lines: some entries say it, as one tool wrote all."""
    standing = (one for run in runs for one in beginnings[run.first : run.end])
    return wrapping.width_of([*(entry.written for entry in file.entries[:ENOUGH]), *islice(standing, ENOUGH)])


def _joined(
    file: po.File, header: Callable[[], Sequence[str]], entries: Sequence[po.Entry], before: str
) -> str:
    """The text of a catalog with these entries; where that is not what was there before, it names UTF-8."""
    first = file.header or po.Entry("\n".join(header()), gap=())
    after = po.join([first, *entries], file.rest)
    if after == before:
        return before
    named = named_utf8(first)
    return after if named.written == first.written else po.join([named, *entries], file.rest)


def _named_utf8(header: str) -> str:
    """A header that names UTF-8; what its comments say stays."""
    lines = header.split("\n")
    return "\n".join(line if line.startswith("#") else _CHARSET.sub(_utf8, line) for line in lines)


def _utf8(charset: re.Match[str]) -> str:
    return charset[0] if charset[0].lower() in ("utf-8", "utf8") else "UTF-8"


# ---- what a new message came of ------------------------------------------------------------


def _carried(
    gone: Mapping[str, po.Entry], fresh: Sequence[str], carry: Carry
) -> dict[str, tuple[po.Entry, str]]:
    """For each new message that says the same as one that is gone, its entry and the translation to use."""
    ordered = sorted(gone.values(), key=lambda entry: entry.obsolete)
    usable = {entry.key: translation_of(entry) for entry in ordered if entry.translated and not entry.fuzzy}
    if not (usable and fresh):
        return {}
    return {key: (gone[old], translation.text) for key, (old, translation) in carry(usable, fresh).items()}


# ---- entries -------------------------------------------------------------------------------


def _entry(
    key: str,
    told: Sequence[str],
    width: int | None,
    source: po.Entry | None = None,
    translation: str | None = None,
) -> po.Entry:
    """A new entry for a message.

    What it takes of ``source`` is fuzzy, unless ``translation`` says what that became.
    """
    context, text = parted(key)
    identity = wrapping.identity(context, text, width)
    if source is None:
        return po.Entry("\n".join([*told, *identity, 'msgstr ""']), context=context, text=text)
    flags = [flag for flag in source.flags if flag != "fuzzy"]
    if "no-wrap" in flags:
        width = None
        identity = wrapping.identity(context, text, width)
    made_for = None
    if translation is None:
        flags.insert(0, "fuzzy")
        # A translation that was fuzzy already was made for what came before that.
        made_for = source.previous or (source.context, source.text)
        if made_for == (context, text):
            made_for = None
        translation = source.translation
    string = wrapping.field("msgstr", translation, width)
    if translation == source.translation and not source.plural:
        string = source.translation_lines
    lines = [
        *replaced.unmarked(source).remarks,
        *told,
        *(["#, " + ", ".join(flags)] if flags else []),
        *(wrapping.identity(*made_for, width, "#| ") if made_for else []),
        *identity,
        *string,
    ]
    gap = source.gap or ("",)
    written = "\n".join(lines)
    return po.Entry(written, 0, gap, context, text, translation, previous=made_for)


def _kept(entry: po.Entry, told: Sequence[str]) -> po.Entry:
    """An entry as it stands, with what it says of its places brought up to date."""
    above = "\n".join(told)
    if not (entry.obsolete or entry.previous) and entry.written.startswith(above + "\n"):
        end = len(above)
        if entry.written.find("\n#.", end) < 0 and entry.written.find("\n#:", end) < 0:
            return entry  # as most are that another tool wrapped
    entry = replaced.unmarked(po.revived(entry) if entry.obsolete else entry)
    lines = list(entry.lines)
    if not entry.fuzzy:  # somebody has looked at it
        settled = [line for line in lines if not fill.is_origin(line)]
        lines = [line for line in settled if not (entry.previous and line.startswith("#|"))]
        entry = entry._replace(written="\n".join(lines))
    if po.told(lines) != po.told(told):
        rest = [line for line in lines if not line.startswith(("#.", "#:")) and not po.is_remark(line)]
        lines = [*entry.remarks, *told, *rest]
    return entry._replace(written="\n".join(lines))
