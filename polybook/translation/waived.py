"""What the authors' waivers come to: findings that they allow, and waivers that allow nothing any more."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from polybook.book.waivers import of
from polybook.model import layout
from polybook.model.catalog import Catalog, Waiver
from polybook.model.findings import Finding
from polybook.translation import contract, review
from polybook.translation.contract import Problem

CODES = contract.WAIVABLE | review.CODES
"""All that can be allowed."""


def findings(catalog: Catalog, problems: Mapping[str, Iterable[Problem]]) -> Iterator[Finding]:
    """Yield a notice for each problem that a waiver allows, and a warning for each of the others that may be
    allowed; then one for each waiver that is of no use.
    """
    known = {(waiver.key, waiver.finding): waiver for waiver in catalog.waivers}
    used = set()
    for key, found in problems.items():
        translation = catalog.translations[key]
        for code, what in found:
            if code in translation.waived:
                waiver = known.get((key, code))
                used.add(waiver)
                yield Finding(code, _allowed(what, waiver), catalog.path, translation.line, severity="notice")
            else:
                yield Finding(code, what, catalog.path, translation.line, severity="warning")
    for waiver in catalog.waivers:
        if waiver not in used:
            what, hint = _useless(waiver, catalog)
            yield Finding("waiver", what, layout.WAIVERS, waiver.line, hint, "warning")


def _allowed(what: str, waiver: Waiver | None) -> str:
    by = f" by {waiver.by}" if waiver and waiver.by else ""
    why = f" ({waiver.why})" if waiver and waiver.why else ""
    return f"allowed{by}: {what}{why}"


def _useless(waiver: Waiver, catalog: Catalog) -> tuple[str, str]:
    code, remove = waiver.finding, "remove it"
    if code in contract.PROTECTED:
        return f"'{code}' protects the reader and cannot be waived", remove
    if code not in CODES:
        return f"'{code}' is no finding that a translation can be allowed", remove
    translation = catalog.translations.get(waiver.key)
    if translation is None:
        return "the waiver is of a message that the catalog has no translation of", remove
    if of(translation.text) != waiver.digest:
        hint = f"if the new one is right too: polybook allow {catalog.locale} {translation.line} {code}"
        return "the waiver lapsed, as the translation changed", hint
    return f"the waiver allows '{code}', which is not found here", remove


def of_no_language(waivers: Iterable[Waiver], locales: Sequence[str]) -> Iterator[Finding]:
    """Yield a warning for each waiver in a language that the book has no catalog for."""
    for waiver in waivers:
        if waiver.language not in locales:
            what = f"the waiver is for '{waiver.language}', and the book has no such catalog"
            yield Finding("waiver", what, layout.WAIVERS, waiver.line, "remove it", "warning")
