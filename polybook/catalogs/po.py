"""The file format of gettext's catalogs, without loss: every entry keeps its own lines.

The libraries that read catalogs give their values and lose their form; a catalog belongs to its
translators and their editors, so here an entry is both. What the form means is in GNU gettext's manual
(https://www.gnu.org/software/gettext/manual/html_node/PO-Files.html).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import takewhile
from typing import NamedTuple

from polybook.catalogs import straight, wrapping

# No space is given back (``*+``): of three stretches of them, in a long line, every division would be tried.
_LINE = re.compile(
    r"\s*+(?P<mark>#~\||#~|#\||)\s*+(?P<keyword>msgctxt|msgid_plural|msgid|msgstr(?:\[\d+\])?|)"
    r'\s*+"(?P<string>(?:[^"\\]|\\.)*+)"\s*+'
)
# An entry in use as tools write it, without what was before it.
_STRING = r'"(?:[^"\\\n]++|\\.|"\n")*+"'
_USUAL = re.compile(
    r"(?:\#(?![~|]).*\n)*"
    rf"(?:msgctxt\ (?P<context>{_STRING})\n)?msgid\ (?P<text>{_STRING})\nmsgstr\ (?P<translation>{_STRING})"
)
_TRANSLATED = re.compile(rf"\nmsgstr {_STRING}(?=\n\n|\Z)")
_Field = re.Match[str] | None
_ESCAPE = re.compile(r"\\(x[0-9A-Fa-f]{1,2}|[0-7]{1,3}|.)")
_ESCAPED = {"n": "\n", "t": "\t", "r": "\r", "a": "\a", "b": "\b", "f": "\f", "v": "\v"}
_MSGSTR = re.compile(r"^(?:#~)?[ \t]*msgstr", re.MULTILINE)
_CONFLICT = re.compile(r"(?:<{7}|\|{7}|={7}|>{7})(?:\s|$)")
_REMARK = re.compile(r"#(?![.:,|~=])")


class UnreadableError(Exception):
    """The text is no catalog, and where."""

    def __init__(self, line: int, what: str) -> None:
        super().__init__(what)
        self.line = line


class ConflictError(UnreadableError):
    """git left a merge conflict in the text, and where it begins."""


class EmptyError(UnreadableError):
    """The text holds no entry, not even a header."""


class Entry(NamedTuple):
    """One entry of a catalog, as it stands in the file. A book has tens of thousands."""

    written: str
    """Its lines in the file, with what is said above it."""

    line: int = 0
    """Which of its lines its msgid begins in, counted from 1."""

    gap: tuple[str, ...] = ("",)
    """The empty lines before it."""

    context: str = ""
    text: str = ""
    translation: str = ""
    """Its msgstr; of one with plural forms the first, as gettext gives where no number is asked for."""

    plural: bool = False
    obsolete: bool = False
    previous: tuple[str, str] | None = None
    """Context and text that a fuzzy translation was made for."""

    @property
    def lines(self) -> list[str]:
        """Its lines in the file."""
        return self.written.split("\n")

    @property
    def key(self) -> str:
        """Its text, after its context as gettext's .mo files join the two."""
        return f"{self.context}\x04{self.text}" if self.context else self.text

    @property
    def translated(self) -> bool:
        """Whether somebody wrote a translation, be it fuzzy."""
        return bool(self.translation.strip())

    @property
    def flags(self) -> tuple[str, ...]:
        """Its flags, such as ``fuzzy`` and ``no-wrap``, in the order of the file."""
        return _flags(self.written)

    @property
    def fuzzy(self) -> bool:
        """Whether the translation waits for a person's look."""
        return "fuzzy" in self.flags

    @property
    def remarks(self) -> tuple[str, ...]:
        """The lines of the translators' own comments."""
        return _remarks(self.written)

    @property
    def before_translation(self) -> int:
        """How many lines after the beginning of its msgid its msgstr begins."""
        found = _MSGSTR.search(self.written)
        return self.written.count("\n", 0, found.start()) + 1 - self.line if found else 0

    @property
    def translation_lines(self) -> list[str]:
        """The lines of its msgstr, without marks of what is obsolete."""
        lines = [line.removeprefix("#~").lstrip() for line in self.lines]
        start = next(place for place, line in enumerate(lines) if line.startswith("msgstr"))
        return [line for line in lines[start:] if line.startswith(("msgstr", '"'))]


class Run(NamedTuple):
    """Entries that stand one after the other as they are expected."""

    first: int
    """The number of the first one among those that are expected."""

    end: int
    """The number after that of the last one."""

    written: str
    """All of them, as they stand in the file."""


@dataclass(frozen=True)
class File:
    """A catalog as it stands on disk."""

    header: Entry | None
    entries: tuple[Entry, ...]
    lines: tuple[int, ...]
    """Where each entry's msgid stands, counted from 1."""

    rest: tuple[str, ...]
    """What comes after the last entry: empty lines, comments on nothing."""


# A program that stays asks again and again for those of entries that did not change.
@lru_cache(maxsize=100_000)
def _flags(written: str) -> tuple[str, ...]:
    if "#," not in written and "#=" not in written:  # as in most
        return ()
    found = [line[2:].split(",") for line in written.split("\n") if line[:2] in ("#,", "#=")]
    return tuple(flag.strip() for line in found for flag in line if flag.strip())


@lru_cache(maxsize=100_000)
def _remarks(written: str) -> tuple[str, ...]:
    if written.count("#") == written.count("#.") + written.count("#:"):  # as in most
        return ()
    return tuple(line for line in written.split("\n") if is_remark(line))


def told(lines: Iterable[str]) -> tuple[list[str], list[str]]:
    """Return the words of what the author's side says in an entry's lines, and the files it stands in.

    In words, because tools wrap such lines and join them.
    """
    words: list[str] = []
    files: list[str] = []
    for line in lines:
        if line.startswith("#."):
            words += line[2:].split()
        elif line.startswith("#:"):
            files += line[2:].split()
    return words, files


def is_remark(line: str) -> bool:
    """Whether a line is a translator's own comment."""
    return bool(_REMARK.match(line))


# ---- reading -------------------------------------------------------------------------------


def read(text: str) -> File:
    """Return the entries of a catalog's text, whose lines end in ``\\n``.

    Comments may stand anywhere, as they do in the wild, and what gettext reads is read; where no tool would
    write it so it is made straight. Raises UnreadableError for a line that is no part of a catalog, for a
    string that is not closed, for an entry without a msgid or a msgstr.
    """
    text = straight.unindented(text)
    try:
        return _file(*(_plainly(text) or _carefully(text)))
    except ConflictError:
        raise
    except UnreadableError as error:
        lines, origins = straight.straight(text)
        if lines == text:
            raise
        try:
            file = _file(*_carefully(lines))
        except UnreadableError as other:
            raise UnreadableError(origins[other.line - 1], str(other)) from error
        return replace(file, lines=tuple(origins[line - 1] for line in file.lines))


def sift(text: str, expected: Sequence[str]) -> tuple[list[Run], File]:
    """Return which entries stand as expected, in runs, and all others as `read` does.

    ``expected`` has of each what it is before its msgstr, in their order; it stands if nothing but a
    translation comes after that. Most entries of most catalogs do: to know them again takes a fifth of the
    time that reading takes. Of the others, the lines are counted without these. Raises UnreadableError.
    """
    if straight.is_indented(text):
        return [], read(text)
    numbers = {beginning: number for number, beginning in enumerate(expected)}
    stop, number, last = len(text) - text.endswith("\n"), 0, len(expected)
    runs: list[Run] = []
    others = [_part(text, 0, stop)]  # what a catalog begins with is read
    at = len(others[0]) + 2
    while at <= stop:
        first, start = number, at
        while number < last and text.startswith(expected[number], at):
            translated = _TRANSLATED.match(text, at + len(expected[number]), stop)
            if not translated:
                break
            at = translated.end() + 2
            number += 1
        if number > first:
            runs.append(Run(first, number, text[start : at - 2]))
            continue
        part = _part(text, at, stop)
        later = numbers.get(part.partition("\nmsgstr ")[0], 0)
        if later > number and _TRANSLATED.match(text, at + len(expected[later]), stop):
            number = later
        else:
            others.append(part)
            at += len(part) + 2
    entries = _each(others)
    return ([], read(text)) if entries is None else (runs, _file(entries, _end(text)))


def _part(text: str, at: int, stop: int) -> str:
    """What stands there before an empty line or ``stop``."""
    end = text.find("\n\n", at, stop)
    return text[at : stop if end < 0 else end]


def _file(found: Iterable[Entry], rest: Iterable[str]) -> File:
    header: Entry | None = None
    entries: list[Entry] = []
    lines: list[int] = []
    line = 0
    for entry in found:
        line += len(entry.gap)
        if entry.key:
            entries.append(entry)
            lines.append(line + entry.line)
        elif not entry.obsolete:
            header = header or entry
        line += entry.written.count("\n") + 1
    return File(header, tuple(entries), tuple(lines), tuple(rest))


def _plainly(text: str) -> tuple[list[Entry], list[str]] | None:
    """The entries and the rest of a catalog in which each entry has an empty line before it; None for others.

    That is how all tools write them. A program that stays reads again only the entries that changed.
    """
    entries = _each(text.removesuffix("\n").split("\n\n"))
    return None if entries is None else (entries, _end(text))


def _end(text: str) -> list[str]:
    return [""] if text.endswith("\n") else []


def _each(parts: Iterable[str]) -> list[Entry] | None:
    """The entries that the parts of a catalog are; None where one of them is not one."""
    entries: list[Entry] = []
    for part in parts:
        entry = _alone(part)
        if entry is None:
            return None
        entries.append(entry)
    entries[0] = entries[0]._replace(gap=entries[0].gap[1:])  # there is nothing before it
    return entries


@lru_cache(maxsize=100_000)
def _alone(part: str) -> Entry | None:
    """The one entry that ``part`` of a catalog is, after an empty line; None where it is not one."""
    if match := _USUAL.fullmatch(part):
        context, text, translation = match.groups()
        line = part.count("\n", 0, match.start("text")) + 1
        above = _unquoted(context) if context else ""
        return Entry(part, line, ("",), above, _unquoted(text), _unquoted(translation))
    try:
        entries, rest = _carefully(part)
    except UnreadableError:
        return None
    if len(entries) != 1 or rest:
        return None
    return entries[0]._replace(gap=("", *entries[0].gap))


def _unquoted(string: str) -> str:
    """The text of a string that may go on over several lines."""
    return _unescape(string[1:-1].replace('"\n"', ""))


def _carefully(text: str) -> tuple[list[Entry], list[str]]:
    """The entries and the rest of any catalog, line by line."""
    lines = text.split("\n")
    entries = []
    start = 0
    # Most lines are comments; only those of what was and what is obsolete hold strings.
    fields = [
        None if line[:1] == "#" and line[1:2] not in ("~", "|") else _LINE.fullmatch(line) for line in lines
    ]
    for end in [*_starts(lines, fields), len(lines)]:
        entry = _entry(lines[start:end], fields[start:end], start)
        if entry is None:
            break
        entries.append(entry)
        start = end
    return entries, lines[start:]


def _starts(lines: Sequence[str], fields: Sequence[_Field]) -> Iterator[int]:
    """Where each entry but the first begins, with the empty lines before it."""
    complete, candidate = False, None
    for number, (line, match) in enumerate(zip(lines, fields, strict=True)):
        if match is None and line.strip() and not line.startswith("#") and not straight.is_domain(line):
            if _CONFLICT.match(line):
                raise ConflictError(number + 1, "a merge conflict stands here")
            raise UnreadableError(number + 1, "the line is no part of a catalog")
        if match and match["keyword"].startswith("msgstr"):
            if candidate is not None and match["keyword"] in ("msgstr", "msgstr[0]"):
                yield candidate
            complete, candidate = True, None
        elif match and not match["keyword"] and "|" not in match["mark"]:
            candidate = None  # a string goes on, whatever comments stand before it
        elif match and complete:
            yield number if candidate is None else candidate
            complete, candidate = False, None
        elif complete and candidate is None:
            candidate = number
    if complete and candidate is not None:
        yield candidate


def _entry(lines: Sequence[str], fields: Sequence[_Field], before: int) -> Entry | None:
    """The entry that stands in ``lines``, ``before`` of which come first; None where there is none."""
    values: dict[str, str] = {}
    name, place, obsolete = "", 0, False
    for number, match in enumerate(fields, before + 1):
        if match is None:
            continue
        earlier = "|" if "|" in match["mark"] else ""
        if match["keyword"]:
            name = earlier + match["keyword"]
            if name in values:
                missing = name in ("msgctxt", "msgid")
                what = "the entry before it has no msgstr" if missing else f"the entry has a second {name}"
                raise UnreadableError(number, what)
            if match["keyword"] == "msgctxt" and earlier + "msgid" in values:
                raise UnreadableError(number, "the msgctxt comes after its msgid")
            values[name] = ""
        if name == "" or (earlier and not name.startswith("|")):
            raise UnreadableError(number, "the string belongs to no keyword")
        if match["keyword"] == "msgid" and not earlier:
            place, obsolete = number, match["mark"] == "#~"
        values[name] += match["string"]
    if not values or (not place and not any(name.startswith("msg") for name in values)):
        return None
    strings = [name for name in values if name.startswith("msgstr")]
    first = next(number for number, match in enumerate(fields, before + 1) if match)
    if "msgid" not in values or not strings:
        raise UnreadableError(
            place or first, f"the entry has no {'msgstr' if 'msgid' in values else 'msgid'}"
        )
    gap = tuple(takewhile(lambda line: not line.strip(), lines))
    previous = (_unescape(values.get("|msgctxt", "")), _unescape(values.get("|msgid", "")))
    return Entry(
        "\n".join(lines[len(gap) :]),
        place - before - len(gap),
        gap,
        _unescape(values.get("msgctxt", "")),
        _unescape(values["msgid"]),
        _unescape(values[min(strings)]),
        "msgid_plural" in values,
        obsolete,
        previous if "|msgid" in values else None,
    )


def _unescape(string: str) -> str:
    def character(match: re.Match[str]) -> str:
        code = match[1]
        if code[0] == "x" and len(code) > 1:
            return chr(int(code[1:], 16))
        return chr(int(code, 8)) if code[0] in "01234567" else _ESCAPED.get(code, code)

    return _ESCAPE.sub(character, string) if "\\" in string else string


# ---- writing -------------------------------------------------------------------------------


def join(entries: Iterable[Entry], rest: Iterable[str]) -> str:
    """The text of a catalog: the reverse of `read`."""
    lines = [line for entry in entries for line in (*entry.gap, entry.written)]
    return "\n".join([*lines, *rest])


def revived(entry: Entry) -> Entry:
    """An obsolete entry as one in use."""
    return entry._replace(written=_moved(entry, "#~| ", "#| ", "#~ ", ""), obsolete=False)


def retired(entry: Entry) -> Entry:
    """An entry in use as an obsolete one, without what it says of its places."""
    written = _moved(entry, "#| ", "#~| ", "", "#~ ")
    lines = (line for line in written.split("\n") if line.strip() and not line.startswith(("#.", "#:")))
    return entry._replace(written="\n".join(lines), obsolete=True)


def _moved(entry: Entry, before: str, now_before: str, mark: str, now_mark: str) -> str:
    """The lines of an entry with other marks: of what was before, and of its own strings."""
    lines = entry.lines
    previous = [line for line in lines if line.startswith(before.rstrip())]
    own = [line for line in lines if _is_string(line, mark)]
    comments = [line for line in lines if line not in previous and line not in own]
    if entry.previous:
        previous = wrapping.moved(previous, wrapping.identity_strings(*entry.previous), before, now_before)
    strings = [*wrapping.identity_strings(entry.context, entry.text), ("msgstr", entry.translation)]
    return "\n".join([*comments, *previous, *wrapping.moved(own, strings, mark, now_mark)])


def _is_string(line: str, mark: str) -> bool:
    if mark:
        return line.startswith("#~") and not line.startswith("#~|")
    return bool(line.strip()) and not line.startswith("#") and not straight.is_domain(line)
