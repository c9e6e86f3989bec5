"""cog's marks: what would run becomes a listing, and is listed. Nothing imported ever runs."""

from __future__ import annotations

import re
from collections.abc import Iterator

from polybook.importers.around import Around
from polybook.importers.drafts import Draft, Edit, rows

_BEGIN = re.compile(r"(?P<open>[ \t>]*(?:<!--\s*)?(?:(?:#|//|/\*)\s*)?)\[\[\[\s*cog(?!\w)(?P<code>.*)")
_CODE_END = re.compile(r"\]\]\]")
_END = re.compile(r"\[\[\[\s*end\s*\]\]\]")


def find(draft: Draft, around: Around) -> Iterator[Edit]:
    """Yield an edit for each cog block that does not stand in code."""
    if "[[[" not in draft.text:
        return
    known = rows(draft.text)
    yield from _loose(draft)
    number = 0
    while number < len(known):
        row = known[number]
        begin = _BEGIN.match(row.line) if row.kind not in {"code", "fence"} else None
        if not begin:
            if row.kind not in {"code", "fence"} and _END.search(row.line):
                yield draft.rows(
                    number, number + 1, _bare(row.line), "cog marks", "a mark of cog's is left out"
                )
            number += 1
            continue
        close = _first(known, number, _CODE_END)
        end = _first(known, close, _END)
        comment = "<!--" in begin["open"]
        lost = "the code of a cog block is text, and is not run"
        margin = re.match(r"[ \t>]*", row.line)[0]  # type: ignore[index]
        if comment:  # its code was never shown
            if close >= 0:
                yield draft.gone(number, close + 1, "cog marks", lost)
            if end >= 0:
                yield draft.gone(end, end + 1)
        elif close >= 0:
            code = [begin["code"], *(known[one].line for one in range(number + 1, close))]
            code = code[1:] if not code[0].strip() else code
            last = known[close].line.partition("]]]")[0] if close > number else ""
            code = [*code, last] if last.strip() else code
            block = [f"{margin}```python", *code, f"{margin}```"]
            yield draft.rows(number, close + 1, "\n".join(block), "cog marks", lost)
            if end >= 0:
                yield draft.gone(end, end + 1)
        number = max(close, end, number) + 1


_LOOSE = re.compile(r"(?<![\\\[])\[\[\[(?=\s*(?:cog(?!\w)|end\s*\]))")


def _loose(draft: Draft) -> Iterator[Edit]:
    """An edit for each mark that begins no block: a backslash keeps it from looking like one."""
    shown = draft.prose
    for match in _LOOSE.finditer(shown):
        line = draft.text[draft.text.rfind("\n", 0, match.start()) + 1 :].split("\n", 1)[0]
        if not _BEGIN.match(line) and not re.match(r"[ \t>]*(?:<!--\s*)?\[\[\[\s*end", line):
            yield Edit(match.start(), match.start(), "\\", "cog marks", "a mark of cog's is text")


def _first(known: tuple[object, ...], begin: int, pattern: re.Pattern[str]) -> int:
    """The first line from a row on that has a mark; -1 for none."""
    if begin < 0:
        return -1
    for number in range(begin, len(known)):
        if pattern.search(known[number].line):  # type: ignore[attr-defined]
            return number
    return -1


def _bare(line: str) -> str:
    bare = _END.sub("", line)
    bare = re.sub(r"<!--\s*(?:\(\w+:[^()]*\))?\s*-->|\(\w+:[^()]*\)", "", bare)
    return "" if not re.sub(r"<!--|-->|[#/*\s>]", "", bare) else bare
