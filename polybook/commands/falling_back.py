"""Where a translation stops an artifact: find which, and make it with the source text there."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from polybook.commands.reading import Reading
from polybook.model.artifacts import Artifact
from polybook.model.catalog import Catalog
from polybook.model.edition import Edition
from polybook.model.findings import BookError, Finding
from polybook.render.unset import UnsetError
from polybook.translation import editions

Render = Callable[[Edition], Artifact]
"""Makes the artifact of an edition; raises BookError where it cannot be made."""

MOST = 40
"""How often an artifact is tried."""


def mend(
    reading: Reading, catalog: Catalog, error: BookError, render: Render
) -> tuple[Artifact, tuple[Finding, ...]] | None:
    """Return the artifact of a translated edition that ``error`` stopped, in which the translations
    to blame are left out, and a finding for each of these; None where they are not to blame.
    """
    search = _Search(reading, catalog, render)
    suspects = search.suspects(error)
    if search.made_without(suspects) is None:
        return None
    blamed = search.to_blame(suspects, [])
    artifact = search.made_without(blamed)
    if artifact is None:  # they stop it only together, and nobody knows which
        blamed, artifact = suspects, search.made_without(suspects)
    what = "with this translation a format cannot be made"
    hint = "the source text is shown there instead"
    found = [
        Finding("format", what, catalog.path, catalog.translations[key].line, hint, "warning")
        for key in blamed
    ]
    return (artifact, tuple(found)) if artifact else None


class _Search:
    def __init__(self, reading: Reading, catalog: Catalog, render: Render) -> None:
        self._reading, self._catalog, self._render = reading, catalog, render
        self._left = MOST

    def suspects(self, error: BookError) -> list[str]:
        """The translations of the chapter that is to blame; all, where nobody knows which."""
        sources = self._reading.sources
        if isinstance(error, UnsetError) and error.path:
            sources = tuple(source for source in sources if source.chapter.path == error.path)
            keys = {key for source in sources for key in source.keys}
            return [key for key in self._catalog.translations if key in keys]
        return list(self._catalog.translations)

    def made_without(self, keys: Sequence[str]) -> Artifact | None:
        """The artifact without these translations; None where it cannot be made, or was tried too often."""
        self._left -= 1
        if self._left < 0:
            return None
        without = frozenset(keys)
        rest = {key: one for key, one in self._catalog.translations.items() if key not in without}
        reading, catalog = self._reading, replace(self._catalog, translations=rest)
        edition = editions.translate(
            reading.book, reading.sources, reading.destinations, catalog, reading.store
        ).edition
        try:
            return self._render(edition)
        except BookError:
            return None

    def to_blame(self, keys: Sequence[str], left_out: Sequence[str]) -> list[str]:
        """Those of ``keys`` that stop the artifact, with ``left_out`` left out; by halves."""
        if len(keys) == 1:
            return list(keys)
        first, second = keys[: len(keys) // 2], keys[len(keys) // 2 :]
        if self.made_without([*left_out, *first]) is not None:
            return self.to_blame(first, left_out)
        if self.made_without([*left_out, *second]) is not None:
            return self.to_blame(second, left_out)
        return [
            *self.to_blame(first, [*left_out, *second]),
            *self.to_blame(second, [*left_out, *first]),
        ]
