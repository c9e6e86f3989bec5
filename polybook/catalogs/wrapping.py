"""Strings as lines of a catalog: broken where gettext's tools break them, so that these change nothing.

They break lines as UAX #14 says (https://www.unicode.org/reports/tr14/), by the classes of characters there:
a line ends after a hyphen or a slash too, and between Chinese or Japanese characters.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import dropwhile, islice, pairwise, takewhile
from unicodedata import category, east_asian_width

import regex

WIDTH = 79
"""How wide gettext's tools write a line, in columns."""

String = tuple[str, str]
"""A keyword, such as ``msgid``, and the text of its string."""

_MSGID = re.compile(r"msgid(?!_)")
_LINES = re.compile(r"(?<=\n)(?!\Z)")
_ESCAPED = str.maketrans(
    {
        "\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t", "\r": "\\r",
        "\a": "\\a", "\b": "\\b", "\f": "\\f", "\v": "\\v",
    }
)  # fmt: skip

_CLASS = regex.compile(
    "|".join(
        rf"(?P<{name}>\p{{LB={name}}})"
        for name in (
            "BK", "CR", "LF", "SP", "ZW", "CM", "ZWJ", "WJ", "GL", "B2", "BA", "BB", "HY", "HH", "CL", "CP",
            "EX", "IN", "NS", "CJ", "OP", "QU", "IS", "NU", "PO", "PR", "SY", "HL", "H2", "H3", "JL", "JV",
            "JT", "RI", "ID", "EB", "EM", "CB",
        )
    )
)  # fmt: skip
_HANGUL = {"H2", "H3", "JL", "JV", "JT"}
_IDEOGRAPHS = {"ID", "EB", "EM"}
_NEVER_AFTER_SPACE = {"WJ", "CL", "CP", "EX", "IS", "SY"}
"""What no line begins with, even after a space (LB11, LB13)."""

# Pairs between which no line ends where no space stands there, in the order of the rules.
_TOGETHER: tuple[tuple[set[str], set[str]], ...] = (
    ({"AL", "HL", "NU"}, {"AL", "HL", "NU", "OP"}),  # LB23, LB25, LB28, LB30
    ({"AL", "HL", "PR", "PO"}, {"AL", "HL"}),  # LB24
    ({"AL", "HL", "NU", "CL", "CP"}, {"PR", "PO"}),
    ({"PR", "PO"}, {"OP", "NU"}),  # LB25
    ({"HY", "IS", "SY"}, {"NU"}),
    ({"PR"}, {*_IDEOGRAPHS, *_HANGUL}),  # LB23a, LB27
    ({*_IDEOGRAPHS, *_HANGUL}, {"PO"}),
    ({"JL"}, {"JL", "JV", "H2", "H3"}),  # LB26
    ({"JV", "H2"}, {"JV", "JT"}),
    ({"JT", "H3"}, {"JT"}),
    ({"SY"}, {"HL"}),  # LB21b
    ({"CP"}, {"AL", "HL", "NU"}),  # LB30
    ({"EB"}, {"EM"}),  # LB30b
)


def identity(context: str, text: str, width: int | None = WIDTH, mark: str = "") -> list[str]:
    """The lines that say which message an entry is of, each with ``mark`` before it."""
    return [line for string in identity_strings(context, text) for line in field(*string, width, mark)]


def identity_strings(context: str, text: str) -> list[String]:
    """What says which message an entry is of."""
    return [*([("msgctxt", context)] if context else []), ("msgid", text)]


def field(name: str, text: str, width: int | None = WIDTH, mark: str = "") -> list[str]:
    """A keyword and its string as gettext's own tools write them, wrapped at ``width``, or not if None.

    ``mark`` stands before each line, such as ``#~ `` in an obsolete entry.
    """
    escaped = text.translate(_ESCAPED)
    room = None if width is None else width - len(mark) - 2
    if "\n" not in text[:-1]:
        fits = room is None or len(name) - 1 + columns(escaped) <= room - 2
        if fits or next(_breaks(escaped), None) is None:
            return [f'{mark}{name} "{escaped}"']
    rows = [row for line in _LINES.split(text) for row in _rows(line.translate(_ESCAPED), room)]
    return [f'{mark}{name} ""', *(f'{mark}"{row}"' for row in rows)]


def moved(lines: Sequence[str], strings: Iterable[String], mark: str, now: str) -> list[str]:
    """The lines of strings, which have ``mark`` before them, with ``now`` before them.

    They are broken anew where they are broken as gettext does it, and stay as they are where they are not.
    """
    known = list(strings)
    if lines == [line for string in known for line in field(*string, mark=mark)]:
        return [line for string in known for line in field(*string, mark=now)]
    return [now + line.removeprefix(mark.rstrip()).lstrip() for line in lines]


def references(files: Iterable[str]) -> list[str]:
    """The lines that name the files in which a message stands."""
    lines = ["#:"]
    for name in files:
        if len(lines[-1]) > 2 and columns(lines[-1]) + 1 + columns(name) >= WIDTH:
            lines.append("#:")
        lines[-1] += f" {name}"
    return lines


def width_of(entries: Iterable[str]) -> int | None:
    """How wide the tool that wrote entries, given as they stand, wraps its lines; None where it does not.

    A line that was wrapped is at most that wide, and with the word that comes next it would be wider. Tools
    differ by a column or two in what they call the same width, so near gettext's own it is gettext's own.
    """
    least, most, whole = 0, 1000, 0
    for lines in map(_msgid_lines, entries):
        if len(lines) == 1 and " " in lines[0][len("msgid ") :].strip('" '):
            whole = max(whole, columns(lines[0]))
        for line, following in pairwise(lines[1:]):
            if not line.endswith('\\n"') and " " in line.strip('" '):
                least = max(least, columns(line))
                most = min(most, columns(line) + columns(next(_pieces(following[1:-1])).rstrip()))
    if whole > max(least, WIDTH) + 1:
        return None
    return WIDTH if least <= WIDTH + 1 and most >= WIDTH - 1 else least


def _msgid_lines(written: str) -> list[str]:
    """The lines of an entry's msgid; none if it is obsolete."""
    lines = dropwhile(lambda line: not _MSGID.match(line), map(str.strip, written.split("\n")))
    return [*islice(lines, 1), *takewhile(lambda line: line.startswith('"'), lines)]


def _rows(escaped: str, width: int | None) -> list[str]:
    """The rows of a string, each at most ``width`` columns wide or one piece that cannot be broken.

    ``escaped`` is what stands between the quotation marks; nothing is broken within an escape.
    """
    if width is None or columns(escaped) <= width:
        return [escaped]
    found, taken = [""], 0
    for piece in _pieces(escaped):
        wide = columns(piece)
        if found[-1] and taken + wide > width:
            found.append("")
            taken = 0
        found[-1] += piece
        taken += wide
    return found


def columns(text: str) -> int:
    """How many columns of a terminal ``text`` takes."""
    return len(text) if text.isascii() else sum(map(_columns, text))


@lru_cache(maxsize=10_000)
def _columns(character: str) -> int:
    if category(character) in ("Mn", "Me", "Cf", "Cc"):
        return 0
    return 2 if east_asian_width(character) in "WF" else 1


def _pieces(text: str) -> Iterator[str]:
    """The text in pieces between which a line may end."""
    start = 0
    for end in _breaks(text):
        yield text[start:end]
        start = end
    yield text[start:]


def _breaks(text: str) -> Iterator[int]:
    """Where in the text a line may end."""
    last, before, has_space, flags, is_escaped = "BK", "", False, 0, False
    stop = len(text) - 2 if text.endswith("\\n") else len(text)  # no line begins with the end of one
    for place, character in enumerate(text[:stop]):
        kind = _class_of(character)
        if is_escaped:
            last, before, has_space, is_escaped = kind, last, False, False
            continue
        is_escaped = character == "\\"
        if kind == "SP":
            has_space = True
            continue
        if kind in ("CM", "ZWJ"):
            if last != "BK" and not has_space and last != "ZW":
                before = kind
                continue  # it belongs to what stands before it
            if last != "BK":
                yield place
            last, before, has_space = "AL", kind, False
            continue
        flags = flags + 1 if kind == last == "RI" and not has_space else 0
        if last != "BK" and _is_break(last, kind, before, has_space, flags, character):
            yield place
        before = "SP" if has_space else last
        last, has_space = kind, False


def _is_break(last: str, kind: str, before: str, has_space: bool, flags: int, character: str) -> bool:
    """Whether a line may end before a character of a kind, after what is of the kind ``last``."""
    if kind == "ZW":
        return False
    if last == "ZW":
        return True
    if before == "ZWJ" and not has_space:
        return False
    if last == kind == "RI" and not has_space:
        return flags % 2 == 0
    if before == "HL" and last in ("HY", "BA") and not has_space:
        return False
    if kind == "OP" and last in ("AL", "HL", "NU") and _columns(character) == 2:
        return True  # LB30
    return not _are_together(last, kind, has_space)


@lru_cache(maxsize=10_000)
def _are_together(last: str, kind: str, has_space: bool) -> bool:
    if kind in _NEVER_AFTER_SPACE or last == "OP" or (last == "QU" and kind == "OP"):
        return True
    if (last == "CL" and kind == "NS") or last == kind == "B2":
        return True
    if has_space:
        return False
    if last in ("WJ", "GL", "QU", "BB") or kind in ("QU", "BA", "HY", "NS", "IN"):
        return True
    if kind == "GL":
        return last not in ("BA", "HY")
    return any(last in ones and kind in others for ones, others in _TOGETHER)


@lru_cache(maxsize=10_000)
def _class_of(character: str) -> str:
    """The class of a character in UAX #14, those resolved that depend on a language."""
    match = _CLASS.match(character)
    name = str(match.lastgroup) if match else "AL"
    return "AL" if character == "\u00b7" else {"CJ": "NS", "CB": "ID", "HH": "BA"}.get(name, name)
