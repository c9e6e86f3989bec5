"""Make the editions: every language in every format.

Book + catalog  --translate-->  Edition  --render-->  output/
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from itertools import count
from pathlib import Path

from gevent.event import Event

from polybook.book import load, lock
from polybook.book.settings import load_settings, requirements
from polybook.catalogs import locales as catalogs
from polybook.commands import refresh
from polybook.commands.reading import choose, opened, read
from polybook.commands.survey import make_editions
from polybook.model import layout
from polybook.model.artifacts import Artifact, Built
from polybook.model.book import Programs
from polybook.model.edition import Edition
from polybook.model.findings import Finding, StrictError
from polybook.render import output
from polybook.system import files
from polybook.system.cache import Store
from polybook.system.pool import Tell, quietly, together

ORDER = ("pdf", "html", "epub", "md")
"""In which order the artifacts of an edition are begun: what takes longest first."""


def build(
    root: Path,
    locales: Sequence[str] = (),
    formats: Sequence[str] = (),
    *,
    strict: bool = False,
    may_run: bool = True,
    beside: Sequence[str] = (),
    jobs: int | None = None,
    tell: Tell = quietly,
    store: Store | None = None,
) -> Built:
    """Make the editions in ``locales`` (all where none is named) in ``formats`` (all where none is named).

    Sites lead to those in other languages that are here, or will be beside them (``beside``).

    A stale listing is refreshed first, unless ``may_run`` is false. Raises a PolybookError and leaves what
    was there: for a mistake in the book, and, if ``strict``, for what is untranslated or broken.
    """
    store = store or opened(root)
    settings = load_settings(root)
    known = [settings.language, *catalogs.locales(root)]
    wanted = choose(locales, known, "language")
    kinds = choose(formats, output.FORMATS, "format")
    refresh.refresh_stale(root, jobs, may_run=may_run)
    output.sweep(root)
    reading = read(root, store)
    made, statuses, unreadable = make_editions(root, reading, wanted, jobs)
    findings = [finding for status in statuses for finding in status.findings if finding.severity == "error"]
    if strict:
        _require_complete(made, [*findings, *unreadable])
    making = {edition.locale for edition in made}
    sites = [one for one in known if one in making or one in beside or output.has_site(root, one)]
    programs = load.programs(root)
    if programs:
        output.write_programs(root, settings, programs, requirements(root))
    output.write_status(root, settings, reading.book.theme, statuses)
    artifacts = _render(root, made, kinds, sites, programs, jobs, tell, store)
    artifacts.sort(key=lambda one: (wanted.index(one.locale), kinds.index(one.format)))
    for edition in made:
        output.write_record(root, edition)
    output.write_index(root, settings, reading.book.theme)
    store.finish()
    return Built(tuple(artifacts), tuple(findings), tuple(unreadable), tuple(store.ran))


def clean(root: Path) -> list[str]:
    """Remove what builds made; return what was removed."""
    load_settings(root)  # so that only a book's own folders are ever removed
    removed = [name for name in layout.MADE if (root / name).is_dir()]
    if not removed:
        return []
    with lock.held(root, "clean"):
        for name in removed:
            files.remove_folder(root / name)
    return removed


def _render(
    root: Path,
    made: Sequence[Edition],
    kinds: Sequence[str],
    sites: Sequence[str],
    programs: Programs,
    jobs: int | None,
    tell: Tell,
    store: Store,
) -> list[Artifact]:
    """Make all artifacts: several editions at once, and of each its formats side by side.

    They wait much: for Typst, pandoc, Pagefind. A site ends when the files beside it are there.
    """
    numbers = count(1)

    def told(label: str, done: int, total: int) -> None:
        tell(label, next(numbers), len(made) * len(kinds))

    def take(edition: Edition) -> list[Artifact]:
        for kind in kinds:
            output.prepare(edition, kind, store)  # Typst sets it while pandoc writes the other formats
        ready = {kind: Event() for kind in sorted(kinds, key=ORDER.index)}

        def make(kind: str) -> Artifact:
            others = [one for other, one in ready.items() if other != kind]
            try:
                return output.render(
                    root, edition, kind, sites, programs, lambda: [one.wait() for one in others], store
                )
            finally:
                ready[kind].set()

        return together(
            [(f"{edition.locale} {kind}", partial(make, kind)) for kind in ready], len(ready), told
        )

    made_of = together([(edition.locale, partial(take, edition)) for edition in made], jobs, quietly)
    return [artifact for of in made_of for artifact in of]


def _require_complete(made: Sequence[Edition], findings: Sequence[Finding]) -> None:
    short = [
        Finding(
            "untranslated",
            f"{edition.messages - edition.translated} of {edition.messages} messages are not translated",
            layout.catalog(edition.locale),
            hint="fuzzy entries count as not translated; status shows how far each language is",
        )
        for edition in made
        if edition.translated < edition.messages
    ]
    if short or findings:
        raise StrictError(*findings, *short)
