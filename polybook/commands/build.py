"""Make the editions: every language in every format.

Book + catalog  --translate-->  Edition  --render-->  output/
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from functools import partial
from itertools import count
from pathlib import Path

from gevent.event import Event

from polybook.book import load
from polybook.catalogs import locales as catalogs
from polybook.commands import falling_back, refresh
from polybook.commands.reading import Reading, beside, choose, gather, opened, sound
from polybook.commands.survey import Made, make_editions
from polybook.commands.undisplayed import placed
from polybook.model import layout
from polybook.model.artifacts import Artifact, Built
from polybook.model.book import Programs
from polybook.model.edition import Edition
from polybook.model.findings import BookError, Finding, PolybookError, StrictError
from polybook.render import output
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
    moment: datetime | None = None,
    jobs: int | None = None,
    tell: Tell = quietly,
) -> Built:
    """Make the editions in ``locales`` (all where none is named) in ``formats`` (all where none is named).

    A stale listing is refreshed first, unless ``may_run`` is false. Where ``moment`` says when the book
    became what it is, EPUBs say so too. Raises a PolybookError and leaves what was there: for a mistake in
    the book, which names all of them, and, if ``strict``, for what is untranslated or broken. Where an
    artifact cannot be made, all others are, and the result says why.
    """
    try:
        book = refresh.refresh_stale(root, load.unchecked(root), jobs, may_run=may_run)
    except PolybookError as error:
        raise beside(root, error) from None
    wanted = locales or [book.settings.language, *catalogs.locales(root)]
    with output.begun(wanted, formats or output.FORMATS):
        reading = sound(gather(root, book, opened(root)))
        return make(reading, locales, formats, strict=strict, moment=moment, jobs=jobs, tell=tell)


def make(
    reading: Reading,
    locales: Sequence[str] = (),
    formats: Sequence[str] = (),
    *,
    strict: bool = False,
    beside: Sequence[str] = (),
    moment: datetime | None = None,
    jobs: int | None = None,
    tell: Tell = quietly,
) -> Built:
    """Make editions of a book that is fresh, as `build` does.

    Sites lead to those in other languages that are here, or will be beside them (``beside``).
    """
    root, store, settings = reading.root, reading.store, reading.book.settings
    known = reading.locales
    wanted = choose(locales, known, "language")
    kinds = choose(formats, output.FORMATS, "format")
    output.sweep(root)
    made = make_editions(reading, wanted, jobs)
    undisplayed = made.undisplayed(reading) if "pdf" in kinds else ()
    if strict:
        _require_complete(made.editions, [*made.broken, *made.unreadable, *undisplayed])
    making = {edition.locale for edition in made.editions}
    sites = [one for one in known if one in making or one in beside or output.has_site(root, one)]
    if reading.book.programs:
        output.write_programs(root, settings, reading.book.programs, reading.book.requirements)
    artifacts, failed, stopping = _render(reading, made, kinds, sites, moment, jobs, tell)
    artifacts.sort(key=lambda one: (wanted.index(one.locale), kinds.index(one.format)))
    made_of = {one.locale for one in artifacts}
    for edition in made.editions:
        if edition.locale in made_of:
            output.write_record(root, edition)
    output.write_index(root, settings, reading.book.theme)
    store.finish()
    # What is wrong with a translation is an error to whoever checks it. This build succeeds without it.
    left_out = [replace(finding, severity="warning") for finding in made.broken]
    warnings = [finding for finding in undisplayed if finding.severity == "warning"]
    return Built(
        tuple(artifacts),
        (*reading.findings, *warnings, *left_out, *stopping),
        made.unreadable,
        tuple(failed),
        tuple(store.ran),
    )


def _render(
    reading: Reading,
    made: Made,
    kinds: Sequence[str],
    sites: Sequence[str],
    moment: datetime | None,
    jobs: int | None,
    tell: Tell,
) -> tuple[list[Artifact], list[Finding], list[Finding]]:
    """Make all artifacts: several editions at once, and of each its formats side by side. Return them, why
    some cannot be made, and which translations some are made without.

    They wait much: for Typst, pandoc, Pagefind. A site ends when the files beside it are there.
    """
    root, store, programs = reading.root, reading.store, reading.book.programs
    numbers = count(1)

    def told(label: str, done: int, total: int) -> None:
        tell(label, next(numbers), len(made.editions) * len(kinds))

    def take(edition: Edition) -> list[Artifact | BookError]:
        for kind in kinds:
            with suppress(BookError):  # raised again by what it is for
                output.prepare(edition, kind, store)  # Typst sets it while pandoc writes the other formats
        ready = {kind: Event() for kind in sorted(kinds, key=ORDER.index)}

        def render(kind: str) -> Artifact | BookError:
            others = [one for other, one in ready.items() if other != kind]

            def wait() -> None:
                for one in others:
                    one.wait()

            try:
                return output.render(root, edition, kind, sites, programs, wait, moment, store)
            except BookError as error:
                return error
            finally:
                ready[kind].set()

        return together(
            [(f"{edition.locale} {kind}", partial(render, kind)) for kind in ready], len(ready), told
        )

    made_of = together([(one.locale, partial(take, one)) for one in made.editions], jobs, quietly)
    artifacts: list[Artifact] = []
    failed: dict[Finding, None] = {}
    stopping: list[Finding] = []
    catalogs_of = {catalog.locale: catalog for catalog, _, _ in made.translations}
    order = sorted(kinds, key=ORDER.index)
    for edition, kind, result in (
        (edition, kind, result)
        for edition, of in zip(made.editions, made_of, strict=True)
        for kind, result in zip(order, of, strict=True)
    ):
        if isinstance(result, Artifact):
            artifacts.append(result)
            continue
        catalog = catalogs_of.get(edition.locale)
        again = partial(_again, root, kind, sites, programs, moment, store)
        if catalog and (mended := falling_back.mend(reading, catalog, result, again)):
            artifacts.append(mended[0])
            stopping += mended[1]
        else:
            failed |= dict.fromkeys(placed(reading, result))
    return artifacts, list(failed), stopping


def _again(
    root: Path,
    kind: str,
    sites: Sequence[str],
    programs: Programs,
    moment: datetime | None,
    store: Store,
    edition: Edition,
) -> Artifact:
    """The artifact of an edition, when the others are made."""
    return output.render(root, edition, kind, sites, programs, lambda: None, moment, store)


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
        raise StrictError(*(replace(finding, severity="error") for finding in findings), *short)
