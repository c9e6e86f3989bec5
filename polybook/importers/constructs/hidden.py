"""Lines that mdBook and rustdoc hide in listings of Rust, and code that only tests see."""

from __future__ import annotations

import re
from collections.abc import Iterator

from polybook.importers.around import Around
from polybook.importers.drafts import Draft, Edit, Fence, fences, rows

_PREFIX = re.compile(r"hidelines=(?P<prefix>[^\s,]+)")
_OTHER_MARKS = re.compile(
    r"//\s*\[!code (?P<how>[^\]]*)\]|//\s*(?:highlight-next-line|highlight-start|highlight-end)\s*$"
)


def find(draft: Draft, around: Around) -> Iterator[Edit]:
    """Yield an edit for each hidden line, and each mark that other tools take out of a listing."""
    known = rows(draft.text)
    for fence in fences(draft.text):
        words = set(re.split(r"[\s,{}]+", fence.info.lower()))
        prefix = _PREFIX.search(fence.info)
        rust = bool(words & {"rust", "rs"})
        first, end = fence.inner
        for number in range(first, end):
            body = known[number].body
            if rust and re.match(r"\s*#(?: |$)", body) and not _in_string(known, fence, number):
                yield _line(draft, number, "hidden lines")
            elif rust and re.match(r"\s*##", body):
                place = draft.starts[number] + draft.text[draft.starts[number] :].index("##")
                yield Edit(place, place + 1, "", "hidden lines")
            elif prefix and body.lstrip().startswith(prefix["prefix"]):
                yield _line(draft, number, "hidden lines")
            elif mark := _OTHER_MARKS.search(body):
                start = draft.starts[number] + len(known[number].line) - len(body) + mark.start()
                space = len(body[: mark.start()]) - len(body[: mark.start()].rstrip())
                yield Edit(start - space, start + len(mark[0]), "", "marks in listings")


def _in_string(known: object, fence: Fence, number: int) -> bool:
    """Whether a raw string is open, in which such lines are text."""
    opened = False
    for one in range(fence.first + 1, number):
        line = known[one].body  # type: ignore[index]
        opened = (
            opened != (line.count('r#"') != line.count('"#')) if 'r#"' in line or '"#' in line else opened
        )
    return opened


def _line(draft: Draft, number: int, kind: str) -> Edit:
    start = draft.starts[number]
    end = draft.starts[number + 1] if number + 1 < len(draft.starts) else len(draft.text)
    return Edit(start, end, "", kind)
