"""Put artifacts where readers find them. Only this module writes ``output/``."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext, suppress
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

from polybook.model import layout
from polybook.model.artifacts import Artifact
from polybook.model.book import Settings, Theme
from polybook.model.catalog import Status
from polybook.model.edition import Edition
from polybook.model.findings import Finding
from polybook.render import contents as order
from polybook.render.blocks import away
from polybook.render.site import Download
from polybook.render.words import words
from polybook.system import files
from polybook.system.cache import Store
from polybook.system.made import Made

FORMATS = ("html", "epub", "pdf", "md")
"""What a build can make; without a wish it makes all of them."""

PROGRAMS = "examples.zip"

ABOVE = ("index.html", "404.html", "sitemap.xml", PROGRAMS)
"""What a build puts above the editions."""

EDITION, STATUS = "edition.json", "status.json"
"""What is kept beside an edition: what later builds need to know, and how far a translation is."""


def _made(root: Path) -> Made:
    return Made(root, layout.OUTPUT)


def sweep(root: Path) -> None:
    """Remove what a build that was killed had begun to write."""
    _made(root).sweep()


def has_site(root: Path, locale: str) -> bool:
    """Whether an earlier build left a site in this language."""
    return (root / layout.OUTPUT / locale / "html").is_dir()


def render(
    root: Path,
    edition: Edition,
    kind: str,
    sites: Sequence[str],
    programs: Mapping[str, bytes],
    others: Callable[[], object],
    moment: datetime | None,
    store: Store,
) -> Artifact:
    """Make one artifact of an edition and put it in its place.

    ``sites`` are all the languages that have a site, so that pages link to what will be there; ``programs``
    are the files of the book's examples. A site names the files that a reader can take away, with their
    sizes, so it waits with ``others`` until the edition's other artifacts are in their places. An EPUB says
    that it was last changed at ``moment``, or at the edition's date where that is None.
    """
    begun = time.monotonic()
    folder = root / layout.OUTPUT / edition.locale
    target = folder / ("html" if kind == "html" else _file_name(edition.settings, edition.locale, kind))
    if kind == "html":
        from polybook.render import site as html

        def downloads() -> list[Download]:
            others()
            found = _downloads(folder, edition.settings, edition.locale, ("epub", "pdf"), "..")
            archive = root / layout.OUTPUT / PROGRAMS
            if programs and archive.is_file():
                found.append(Download("ZIP", f"../../{PROGRAMS}", files.size(archive)))
            return found

        elsewhere = [one for one in sites if one != edition.locale]
        pages = html.render(edition, downloads, elsewhere, programs, store)
        _made(root).replace(f"{edition.locale}/html", pages)
    else:
        write_files(
            root,
            {
                path_of(edition.settings, edition.locale, kind): file(
                    root, edition, kind, programs, moment, store
                )
            },
        )
    path = target.relative_to(root).as_posix()
    return Artifact(edition.locale, kind, path, files.size(target), time.monotonic() - begun)


def file(
    root: Path,
    edition: Edition,
    kind: str,
    programs: Mapping[str, bytes],
    moment: datetime | None,
    store: Store,
) -> bytes:
    """Return an artifact that is one file, as `render` writes it."""
    edition = order.with_part_pages(away(edition, store))
    # Each format's module is imported where it is used: a build of one pays for one.
    base = edition.settings.base_url
    archive = base + PROGRAMS if base and programs else ""
    fonts = [root / font for font in edition.settings.fonts]
    match kind:
        case "epub":
            from polybook.render import epub

            return epub.render(edition, archive, fonts, moment, store)
        case "pdf":
            from polybook.render import pdf

            return pdf.render(edition, archive, fonts, store)
        case _:
            from polybook.render import markdown

            return markdown.render(edition, store)


def lacking(root: Path, edition: Edition, store: Store) -> frozenset[str]:
    """Return the grapheme clusters of an edition that no font of its PDF has."""
    from polybook.render import pdf

    fonts = [root / font for font in edition.settings.fonts]
    return pdf.lacking(order.with_part_pages(edition), fonts, store)


def font_needed(edition: Edition, missing: frozenset[str]) -> Finding | None:
    """Return what to say where these `lacking` clusters are so many that there is no PDF; None otherwise."""
    from polybook.render import pdf

    return pdf.font_needed(edition, missing)


def refused(edition: Edition, store: Store) -> list[str]:
    """Return the edition's formulas, as TeX, that its PDF shows as they are written."""
    from polybook.render import formulas

    return [tex for tex, written in formulas.of(edition, store).items() if not written]


def pages(
    edition: Edition, sites: Sequence[str], programs: Mapping[str, bytes], store: Store
) -> dict[str, bytes]:
    """Return the files of an edition's site, as far as they are made in no time, to be looked at."""
    from polybook.render import site as html

    return html.pages(edition, [one for one in sites if one != edition.locale], programs, store)


def begun(locales: Iterable[str], kinds: Iterable[str]) -> AbstractContextManager[None]:
    """While the block lasts, have ready what takes long to begin for artifacts of these kinds."""
    if "html" not in kinds:
        return nullcontext()
    from polybook.render import site_search

    return site_search.begun(locales)


def prepare(edition: Edition, kind: str, store: Store) -> None:
    """Have in the store what the typesetter of an artifact waits for, where it has one."""
    if kind == "pdf":
        from polybook.render import pdf

        pdf.bodies(away(edition, store), store)


def write_preview(
    root: Path, edition: Edition, sites: Sequence[str], programs: Mapping[str, bytes], store: Store
) -> None:
    """Write an edition's `pages` for the preview."""
    Made(root, layout.PREVIEW).replace(f"{edition.locale}/html", pages(edition, sites, programs, store))


def empty(root: Path) -> None:
    """Remove all that earlier builds made."""
    _made(root).clear()


def remove(root: Path, names: Iterable[str]) -> None:
    """Remove these files from ``output/``, as far as they are there and a build made them."""
    _made(root).remove(names)


def contents(root: Path) -> list[str]:
    """All files there are, relative to ``output/``, sorted."""
    return _made(root).contents()


def strangers(root: Path) -> list[str]:
    """Those of the files there are that no build made."""
    return _made(root).strangers()


def size(root: Path, path: str) -> int:
    """The size of a file in ``output/``, in bytes."""
    return files.size(root / layout.OUTPUT / path)


def digest(root: Path, path: str) -> str:
    """The SHA-256 of a file in ``output/``, as hexadecimal digits."""
    with (root / layout.OUTPUT / path).open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def write_files(root: Path, written: Mapping[str, bytes]) -> None:
    """Write what belongs to no edition, or to its outside, by path in ``output/``."""
    _made(root).write(written)


def write_record(root: Path, edition: Edition) -> None:
    """Keep beside an edition what the page above all editions has to know of it, for builds of the others."""
    known = {
        "title": edition.settings.title,
        "subtitle": edition.settings.subtitle,
        "translated": edition.translated,
        "messages": edition.messages,
        "pages": ["index.html", *(f"{chapter.name}.html" for chapter in edition.chapters)],
    }
    content = json.dumps(known, ensure_ascii=False, indent=1) + "\n"
    write_files(root, {f"{edition.locale}/{EDITION}": content.encode()})


def write_status(root: Path, settings: Settings, theme: Theme, found: Iterable[Status]) -> None:
    """Keep how far each of these translations is, and write the page that shows it for all languages."""
    from polybook.render import site_index

    for one in found:
        content = json.dumps(asdict(one), ensure_ascii=False, indent=1) + "\n"
        write_files(root, {f"{one.locale}/{STATUS}": content.encode()})
    records = sorted((root / layout.OUTPUT).glob(f"*/{STATUS}"))
    known = []
    for record in records:
        with suppress(OSError, ValueError, KeyError, TypeError):  # none of ours
            known.append(Status.of_json(json.loads(record.read_bytes())))
    if known:
        write_files(root, {"status.html": site_index.render_status(settings, theme, known)})


def write_programs(
    root: Path, settings: Settings, programs: Mapping[str, bytes], requirements: Sequence[str]
) -> None:
    """Pack the programs for readers."""
    from polybook.render import examples_zip as archive

    write_files(root, {PROGRAMS: archive.render(settings, programs, requirements)})


def write_index(root: Path, settings: Settings, theme: Theme) -> None:
    """Write the page that lists every edition there is.

    With the setting base-url also the map of all pages, and the page for an address that is none.
    """
    from polybook.render import site_index

    entries = []
    pages: dict[str, list[str]] = {}
    for record in sorted((root / layout.OUTPUT).glob(f"*/{EDITION}")):
        locale, folder = record.parent.name, record.parent
        downloads = _downloads(folder, settings, locale, ("epub", "pdf", "md"), locale)
        site = f"{locale}/html/index.html" if has_site(root, locale) else ""
        with suppress(OSError, ValueError, TypeError, KeyError, AttributeError):  # none of ours
            known = json.loads(record.read_bytes())
            pages[locale] = list(map(str, known.pop("pages")))
            say = words(locale, theme)
            entries.append(
                site_index.Entry(locale=locale, site=site, downloads=tuple(downloads), words=say, **known)
            )
    entries.sort(key=lambda one: (one.locale != settings.language, one.locale))
    archive = root / layout.OUTPUT / PROGRAMS
    programs = Download("ZIP", PROGRAMS, files.size(archive)) if archive.is_file() else None
    there = {name for name in ("status.html", "opds.xml") if (root / layout.OUTPUT / name).is_file()}
    page = site_index.render(
        settings, theme, entries, programs, status="status.html" in there, catalog="opds.xml" in there
    )
    write_files(root, {"index.html": page})
    if settings.base_url:
        sites = {
            one.locale: [
                page for page in pages[one.locale] if (folder / one.locale / "html" / page).is_file()
            ]
            for folder in [root / layout.OUTPUT]
            for one in entries
            if one.site
        }
        above = {
            "404.html": site_index.missing(settings, theme, entries),
            "sitemap.xml": site_index.sitemap(settings, theme, sites),
        }
        write_files(root, above)
    else:
        remove(root, ("404.html", "sitemap.xml"))


def _downloads(
    folder: Path, settings: Settings, locale: str, kinds: Sequence[str], above: str
) -> list[Download]:
    """The files of an edition that are there; ``above`` leads to their folder."""
    found = [(kind, folder / _file_name(settings, locale, kind)) for kind in kinds]
    return [
        Download("Markdown" if kind == "md" else kind.upper(), f"{above}/{path.name}", files.size(path))
        for kind, path in found
        if path.is_file()
    ]


def path_of(settings: Settings, locale: str, kind: str) -> str:
    """The place of an artifact, relative to ``output/``; a site's is a folder."""
    return f"{locale}/{'html' if kind == 'html' else _file_name(settings, locale, kind)}"


def _file_name(settings: Settings, locale: str, kind: str) -> str:
    return f"{settings.name}-{locale}.{kind}"
