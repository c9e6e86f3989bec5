"""An edition as a PDF: pandoc writes Typst, Typst sets it with the theme's template, `tags` finishes it."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import gevent

from polybook import files, pandoc
from polybook.model import BookError, Edition, Finding
from polybook.render import fragments, press, svg, tags, themes, typeset
from polybook.render.words import Words, words

STANDARDS = ["a-2a", "ua-1"]
"""What is asked of Typst, which refuses to write a file that falls short: PDF/A-2a and PDF/UA-1."""


def render(edition: Edition, programs: str, fonts: Sequence[Path] = ()) -> bytes:
    """Return the PDF. ``programs`` is the URL of the book's programs, or empty; ``fonts`` are folders with
    font files beside the theme's own.

    Runs in gevent's thread pool. Raises BookError with what Typst says: a picture that it cannot read, or
    text that no font has.
    """
    say = words(edition.locale, edition.theme)
    body = pandoc.run(
        ["--from=json", "--to=typst", "--sandbox", "--wrap=preserve"],
        fragments.document(typeset.blocks(edition, say)),
    ).decode()
    with tempfile.TemporaryDirectory(prefix="polybook-") as name:
        # Typst may read what is below its root, so the root holds this job's files and no other.
        root = Path(name)
        files.write_folder(root, themes.folder(edition.theme, "pdf"))
        for path, content in edition.figures.items():
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_bytes(_figure(path, content, say))
        (root / "main.typ").write_text(f'#import "book.typ": *\n#show: book\n\n{body}', "utf-8")
        written = press.run(
            root / "main.typ",
            _inputs(edition, say, programs),
            fonts,
            pdf_standards=STANDARDS,
            timestamp=_timestamp(edition.settings.date),
            format="pdf",
        )
    if isinstance(written, str):
        raise BookError(_explain(written, edition))
    tagged: bytes = gevent.get_hub().threadpool.apply(tags.finish, (written,))
    return tagged


def _explain(said: str, edition: Edition) -> Finding:
    what, hint = " ".join(said.split()), ""
    if "glyph" in what or "displayed" in what or "font" in what:
        hint = "where a font for this language is missing, name its folder in the setting 'fonts'"
    return Finding("pdf", f"Typst cannot set the {edition.locale} edition: {what}", hint=hint)


def _figure(path: str, content: bytes, say: Words) -> bytes:
    if not path.endswith(".svg"):
        return content
    return svg.with_fonts(content, press.CJK_FONT if say.is_cjk else "IBM Plex Serif", "IBM Plex Mono")


def _timestamp(date: str) -> datetime:
    return datetime.fromisoformat(date or "1980-01-01").replace(tzinfo=UTC)


def _inputs(edition: Edition, say: Words, programs: str) -> dict[str, str]:
    """What the template is told; Typst reads these as plain strings, so nothing in them can be code."""
    settings = edition.settings
    language, *rest = say.language.split("-")
    region = next((part for part in rest if len(part) == 2), "")
    return {
        "title": settings.title,
        "subtitle": settings.subtitle,
        "description": settings.description,
        "authors": json.dumps(settings.authors, ensure_ascii=False),
        "date": settings.date,
        "rights": settings.rights,
        "programs": programs,
        "lang": language,
        "region": region,
        "direction": say.direction,
        "cjk": press.CJK_FONT if say.is_cjk else "",
        "paper": settings.paper,
        "words": json.dumps(
            {
                "contents": say("Contents"),
                "figure": say("Figure {number}.", number="{number}"),  # the template knows the number
                "programs": say("The programs of this book"),
                "page": say("(p. {page})", page="{page}"),  # the template knows the page
                "examples": say("Index of examples"),
                "imprint": _imprint(edition, say),
            },
            ensure_ascii=False,
        ),
    }


def _imprint(edition: Edition, say: Words) -> list[str]:
    """What the imprint says below the title, a line each."""
    settings = edition.settings
    lines = [say("Edition of {date}", date=say.date(settings.date)) if settings.date else ""]
    lines.append(say("Language: {language}", language=say.name))
    if edition.translated < edition.messages:
        percent = 100 * edition.translated // edition.messages
        lines.append(
            say(
                "This edition is {percent} % translated; the rest is shown in the original language.",
                percent=percent,
            )
        )
    lines += [settings.rights, fragments.identifier(settings.identifier, edition.locale)]
    return [line for line in lines if line]
