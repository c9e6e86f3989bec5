"""Links by a heading's words, ``[Section title]`` or ``[words][Section title]``, as pandoc has them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from polybook.importers import spans
from polybook.importers.around import Around
from polybook.importers.drafts import Draft, Edit

_REFERENCE = re.compile(
    r"(?<![\]\\!\w])\[(?P<words>(?!\^|@)(?:[^\[\]\\]|\\.)+)\](?:\[(?P<label>(?:[^\[\]\\]|\\.)*)\])?(?![(:{\[])"
)


def find(draft: Draft, around: Around) -> Iterator[Edit]:
    """Yield an edit for each reference that no definition meets and a heading does."""
    if not around.plan.captions or "[" not in draft.text:
        return
    shown = draft.prose
    defined = {fold(label) for label, _, _ in spans.definitions(shown)}
    for match in _REFERENCE.finditer(shown):
        label = draft.text[slice(*match.span("label"))] if match["label"] else ""
        words = draft.text[slice(*match.span("words"))]
        name = fold(label or words)
        found = around.headings.get(name)
        if name in defined or not found:
            continue
        path, identifier = found
        target = f"{around.between(draft.path, path)}#{identifier}"
        yield Edit(match.start(), match.end(), f"[{words}]({target})", "links to headings")


def fold(words: str) -> str:
    """Words as they are compared: without marks, in small letters."""
    return " ".join(re.sub(r"[*_`\\]", "", words).split()).casefold()


def headings_of(headings: Mapping[str, tuple[str, str]]) -> Mapping[str, tuple[str, str]]:
    """Headings by their words as these are compared."""
    return {fold(words): place for words, place in headings.items()}
