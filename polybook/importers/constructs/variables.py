"""Variables: ``{{ book.x }}``, ``{{< var x >}}``, ``{{ config.extra }}`` stand as their values."""

from __future__ import annotations

import re
from collections.abc import Iterator

from polybook.importers.around import Around
from polybook.importers.drafts import Draft, Edit

_BRACES = re.compile(
    r"(?<!\\)(?<!\{)\{\{[-\s]*(?P<name>[A-Za-z_][\w.-]*)(?P<filter>\s*\|[^{}\n]*)?\s*-?\}\}(?!\})"
)
_SHORTCODE = re.compile(r"\{\{<\s*(?P<name>(?:var|meta)\s+[\w.-]+)\s*>\}\}")
_SIGNS = re.compile(r"(?<!\\)\{\{(?![<%#])[^{}\n]*\}\}")


def find(draft: Draft, around: Around) -> Iterator[Edit]:
    """Yield an edit for each variable whose value is known; what else is in braces stays, and is counted."""
    text = draft.text
    if "{{" not in text:
        return
    known = around.plan.variables
    for match in _SHORTCODE.finditer(text):
        value = known.get(" ".join(match["name"].split()))
        if value:
            yield Edit(match.start(), match.end(), value, "variables")
        else:
            yield _unknown(match)
    shown = draft.prose
    for match in _BRACES.finditer(shown):
        value = known.get(match["name"]) or known.get(f"book.{match['name']}", "")
        if value and not match["filter"]:
            yield Edit(match.start(), match.end(), value, "variables")
    for match in _SIGNS.finditer(shown):
        name = match[0].strip("{} -")
        if not (known.get(name) or known.get(f"book.{name}")):
            yield _unknown(match)


def _unknown(match: re.Match[str]) -> Edit:
    what = f"'{match[0][:60]}' is no variable that is known, and is text"
    return Edit(match.start(), match.start(), "", "unknown variables, as text", what)
