"""What a program printed, as text that a chapter can hold and every format can show."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from polybook.book.text_limits import LONGEST_LINE

_ODD = re.compile(
    # Controls but tab and line feed, separators of lines and paragraphs, what is no character in any plane.
    r"[\0-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufdd0-\ufdef"
    + "".join(rf"\U{plane:04x}fffe\U{plane:04x}ffff" for plane in range(17))
    + "]"
)
_COLOUR = re.compile(r"[\x1b\x9b]")
_NAMES = {"\0": "NUL", "\b": "backspace", "\x0b": "vertical tab", "\f": "form feed", "\r": "carriage return"}


@dataclass(frozen=True)
class Unshowable:
    """Why a text cannot stand in a chapter."""

    line: int
    """The line to blame, counted from 1."""

    what: str
    """What is there: ``the control character U+0000 (NUL)``."""

    hint: str


def read(content: bytes) -> str | Unshowable:
    """Return what a program's output shows, or why a chapter cannot show it.

    Of a line that carriage returns go back in, that is what a terminal shows last. A line may end in CR LF.

    >>> read(b"10 %\\r20 %\\rdone\\n")
    'done\\n'
    """
    try:
        text = content.decode()
    except UnicodeDecodeError as error:
        what = f"the byte 0x{content[error.start]:02x}, which is no UTF-8"
        return Unshowable(
            content.count(b"\n", 0, error.start) + 1, what, "print text, or the repr() of bytes"
        )
    if "\r" in text:
        text = "\n".join(_overwritten(line) for line in re.sub(r"(?<!\r)\r++\n", "\n", text).split("\n"))
    return unshowable(text) or text


def unshowable(text: str) -> Unshowable | None:
    """Return why a chapter cannot show a text; None where it can."""
    odd = _ODD.search(text)
    lines = text.split("\n")
    long = next(
        (number for number, line in enumerate(lines, 1) if 2 * len(line) > LONGEST_LINE < _units(line)), 0
    )
    line = text.count("\n", 0, odd.start()) + 1 if odd else 0
    if long and not 0 < line < long:
        hint = "break the line; the limit is that of strings in PDF/A"
        return Unshowable(long, f"more than {LONGEST_LINE} characters", hint)
    if not odd:
        return None
    if _COLOUR.match(odd[0]):
        hint = "switch its colours off, as in --color=no or NO_COLOR=1"
        return Unshowable(line, "an escape sequence of terminals", hint)
    name = _NAMES.get(odd[0]) or unicodedata.name(odd[0], "").lower()
    kind = "control character" if unicodedata.category(odd[0]) == "Cc" else "character"
    what = f"the {kind} U+{ord(odd[0]):04X}{f' ({name})' * bool(name)}, which no page can show"
    return Unshowable(line, what, "print something that readers can see, such as the repr() of the text")


def escaped(line: str) -> str:
    """Return a line with what no page can show as an escape, so that a terminal does nothing of it."""
    return _ODD.sub(lambda odd: ascii(odd[0])[1:-1], line.replace("\r", ""))


def _units(line: str) -> int:
    """How long a line is in UTF-16, as the limit counts."""
    return len(line.encode("utf-16-le", "surrogatepass")) // 2


def _overwritten(line: str) -> str:
    """What a terminal shows of a line: after each carriage return its begin is written over."""
    shown = ""
    for part in line.split("\r"):
        shown = part + shown[len(part) :]
    return shown
