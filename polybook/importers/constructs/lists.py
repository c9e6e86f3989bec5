"""Example lists of pandoc's, ``(@) text``: numbered through the chapter, with the references to them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from polybook.importers.around import Around
from polybook.importers.drafts import Draft, Edit, rows

_ITEM = re.compile(r"(?P<margin>[ \t>]*)\(@(?P<label>[\w-]*)\)(?=[ \t])")
_REFERENCE = re.compile(r"\(@(?P<label>[\w-]+)\)")


def find(draft: Draft, around: Around) -> Iterator[Edit]:
    """Yield an edit for each item, and each reference to one."""
    if "(@" not in draft.text:
        return
    numbers: dict[str, int] = {}
    count = 0
    begins: set[int] = set()
    for number, row in enumerate(rows(draft.text)):
        match = _ITEM.match(row.line) if row.kind == "prose" else None
        if not match:
            continue
        label = match["label"]
        if label and label in numbers:
            said = numbers[label]
        else:
            count += 1
            said = count
            if label:
                numbers[label] = count
        start = draft.starts[number] + match.end("margin")
        begins.add(start)
        yield Edit(start, draft.starts[number] + match.end(), f"({said})", "example lists")
    for match in _REFERENCE.finditer(draft.prose):
        if match["label"] in numbers and match.start() not in begins:
            yield Edit(match.start(), match.end(), f"({numbers[match['label']]})", "example lists")
