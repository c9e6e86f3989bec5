"""Put artifacts where readers find them. Only this module writes ``output/``."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

from polybook import files
from polybook.model import Artifact, Edition, Settings, Status
from polybook.render.html import Download

FOLDER = "output"

FORMATS = ("html", "epub", "pdf", "md")
"""What a build can make; without a wish it makes all of them."""

PROGRAMS = "examples.zip"


def has_site(root: Path, locale: str) -> bool:
    """Whether an earlier build left a site in this language."""
    return (root / FOLDER / locale / "html").is_dir()


def render(
    root: Path, edition: Edition, kind: str, kinds: Sequence[str], sites: Sequence[str], *, programs: bool
) -> Artifact:
    """Make one artifact of an edition and put it in its place.

    ``kinds`` are all the formats being made and ``sites`` all the languages that have a site, so that pages
    link to what will be there; ``programs``: whether the book has programs to take away.
    """
    # Each format's module is imported where it is used: a build of one pays for one.
    base = edition.settings.base_url
    away = base + PROGRAMS if base and programs else ""
    begun = time.monotonic()
    folder = root / FOLDER / edition.locale
    fonts = [root / font for font in edition.settings.fonts]
    target = folder / ("html" if kind == "html" else _file_name(edition.settings, edition.locale, kind))
    match kind:
        case "html":
            from polybook.render import html

            downloads = [
                Download(one.upper(), f"../{name}", 0)
                for one in ("epub", "pdf")
                if (name := _file_name(edition.settings, edition.locale, one))
                and (one in kinds or (folder / name).is_file())
            ]
            downloads += [Download("ZIP", f"../../{PROGRAMS}", 0)] if programs else []
            others = [one for one in sites if one != edition.locale]
            files.write_folder(target, html.render(edition, downloads, others))
        case "epub":
            from polybook.render import epub

            files.write(target, epub.render(edition, away, fonts))
        case "pdf":
            from polybook.render import pdf

            files.write(target, pdf.render(edition, away, fonts))
        case _:
            from polybook.render import markdown

            files.write(target, markdown.render(edition))
    path = target.relative_to(root).as_posix()
    return Artifact(edition.locale, kind, path, files.size(target), time.monotonic() - begun)


def write_record(root: Path, edition: Edition) -> None:
    """Keep beside an edition what the page above all editions has to know of it, for builds of the others."""
    known = {
        "title": edition.settings.title,
        "subtitle": edition.settings.subtitle,
        "translated": edition.translated,
        "messages": edition.messages,
    }
    content = json.dumps(known, ensure_ascii=False, indent=1) + "\n"
    files.write(root / FOLDER / edition.locale / "edition.json", content.encode())


def write_status(root: Path, settings: Settings, found: Iterable[Status]) -> None:
    """Keep how far each of these translations is, and write the page that shows it for all languages."""
    from polybook.render import website

    for one in found:
        content = json.dumps(asdict(one), ensure_ascii=False, indent=1) + "\n"
        files.write(root / FOLDER / one.locale / "status.json", content.encode())
    records = sorted((root / FOLDER).glob("*/status.json"))
    known = [Status.of_json(json.loads(record.read_text("utf-8"))) for record in records]
    if known:
        files.write(root / FOLDER / "status.html", website.render_status(settings, known))


def write_programs(
    root: Path, settings: Settings, programs: Mapping[str, bytes], requirements: Sequence[str]
) -> None:
    """Pack the programs for readers."""
    from polybook.render import programs as archive

    files.write(root / FOLDER / PROGRAMS, archive.render(settings, programs, requirements))


def write_index(root: Path, settings: Settings) -> None:
    """Write the page that lists every edition there is."""
    from polybook.render import website

    entries = []
    for record in sorted((root / FOLDER).glob("*/edition.json")):
        locale, folder = record.parent.name, record.parent
        downloads = tuple(
            Download(kind.upper(), f"{locale}/{name}", (folder / name).stat().st_size)
            for kind in ("epub", "pdf", "md")
            if (folder / (name := _file_name(settings, locale, kind))).is_file()
        )
        site = f"{locale}/html/index.html" if (folder / "html/index.html").is_file() else ""
        known = json.loads(record.read_text("utf-8"))
        entries.append(website.Entry(locale=locale, site=site, downloads=downloads, **known))
    entries.sort(key=lambda one: (one.locale != settings.language, one.locale))
    archive = root / FOLDER / PROGRAMS
    programs = Download("ZIP", PROGRAMS, archive.stat().st_size) if archive.is_file() else None
    files.write(root / FOLDER / "index.html", website.render(settings, entries, programs))


def _file_name(settings: Settings, locale: str, kind: str) -> str:
    return f"{settings.name}-{locale}.{kind}"
