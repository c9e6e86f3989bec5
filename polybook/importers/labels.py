"""What cross-references may name: the identifiers that chapters give."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from polybook.chapters import slugs
from polybook.importers import spans
from polybook.importers.constructs import references
from polybook.importers.drafts import Draft

_BRACES = re.compile(r"\{[^{}\n]*#([^\s{}\"'#.=,]+)[^{}\n]*\}")


def of(drafts: Sequence[Draft]) -> Mapping[str, tuple[str, str]]:
    """Return where each identifier of a book is: the chapter's file in SOURCE, and the identifier; of two
    places with one name the first.
    """
    found: dict[str, tuple[str, str]] = {}
    for draft in drafts:
        for name in _named(draft):
            found.setdefault(name, (draft.path, name))
    for path, name in headings(drafts).values():
        found.setdefault(name, (path, name))
    return found


def _named(draft: Draft) -> Iterator[str]:
    yield from (match[1] for match in _BRACES.finditer(draft.text))
    for tag in spans.tags(draft.prose):
        held = spans.attributes(tag.attributes)
        if name := held.get("id") or (held.get("name", "") if tag.name.lower() == "a" else ""):
            yield name


_STANDS_IN = re.compile(
    r"^[ \t>]*::: \{\.note #(?P<label>(?:fig|tbl)[-:][\w-]+)\}\n[ \t>]*(?P<words>[^\n]+)", re.MULTILINE
)


def captions(drafts: Sequence[Draft]) -> Mapping[str, str]:
    """Return what boxes say that stand in place of figures, by their labels: such a box has no number."""
    found: dict[str, str] = {}
    for draft in drafts:
        for match in _STANDS_IN.finditer(draft.text):
            words = match["words"].strip().replace("[", "\\[").replace("]", "\\]")
            found.setdefault(
                match["label"], words if len(words) < 90 else f"{words[:80].rpartition(' ')[0]} …"
            )
    return found


_HEADING = re.compile(
    r"^ {0,3}#{1,6}[ \t]+(?P<words>[^\n]*?)[ \t]*(?P<held>\{[^{}\n]*\})?[ \t]*#*[ \t]*$", re.MULTILINE
)
_ID = re.compile(r"#([^\s{}]+)")


def headings(drafts: Sequence[Draft]) -> Mapping[str, tuple[str, str]]:
    """Return where each heading is, by its words (`references.fold`); of two the first."""
    found: dict[str, tuple[str, str]] = {}
    for draft in drafts:
        for match in _HEADING.finditer(draft.prose):
            words = draft.text[slice(*match.span("words"))]
            own = _ID.search(match["held"] or "")
            name = own[1] if own else slugs.RULES["pandoc"](re.sub(r"[*`\\]|(?<!\w)_|_(?!\w)", "", words))
            found.setdefault(references.fold(words), (draft.path, name))
    return found
