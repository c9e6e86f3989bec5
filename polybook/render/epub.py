"""An edition as an EPUB 3: pandoc writes the book, `finish` makes the package right and reproducible."""

from __future__ import annotations

import io
import json
import os
import re
import tempfile
import uuid
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from html import escape
from pathlib import Path

from polybook import pandoc
from polybook.model import Edition, Tree
from polybook.render import fragments, svg, xhtml
from polybook.render.fragments import raw
from polybook.render.words import Words, words

THEME = Path(__file__).with_name("theme") / "epub"
_MEDIA = Path(__file__).with_name("media.lua")


def render(edition: Edition, programs: str) -> bytes:
    """Return the EPUB. ``programs`` is the URL of the book's programs, or empty.

    Raises BookError where pandoc refuses the edition.
    """
    say = words(edition.locale)
    blocks: Tree = []
    used: set[str] = set()

    def show(path: str, alt: str) -> str:
        used.add(path)
        return f'<img src="{escape(path)}" alt="{escape(alt)}"/>'

    for chapter in edition.chapters:
        heading, *rest = xhtml.blocks(chapter.blocks, say, show, scrolls=False)
        note = fragments.untranslated_note(say, chapter.untranslated)
        notice = [raw("html", f'<p class="untranslated-note">{escape(note)}</p>')] if note else []
        blocks += [heading, *notice, *rest]
    settings = edition.settings
    meta = {
        "title": settings.title,
        "subtitle": settings.subtitle,
        "author": list(settings.authors),
        "lang": say.language,
        "identifier": _identifier(settings.identifier, edition.locale),
        "date": settings.date,
        "rights": settings.rights,
        "description": settings.description,
        "toc-title": say("Contents"),
    }
    given = fragments.document(blocks, {key: value for key, value in meta.items() if value})
    # pandoc parses the raw XHTML for pictures and takes them from what the filter gives it.
    media = [
        {"name": path, "type": xhtml.media_type(path), "content": _figure(path, edition).hex()}
        for path in sorted(used)
    ]
    with tempfile.TemporaryDirectory(prefix="polybook-") as name:
        (Path(name) / "media.json").write_text(json.dumps(media))
        written = pandoc.run(
            [
                "--from=json",
                "--to=epub3",
                "--output=-",
                "--sandbox",
                "--toc",
                "--toc-depth=2",
                "--mathml",
                "--syntax-highlighting=none",
                "--split-level=1",
                f"--lua-filter={_MEDIA}",
            ],
            given,
            Path(name),
            {
                "POLYBOOK_MEDIA": str(Path(name) / "media.json"),
                "SOURCE_DATE_EPOCH": str(_epoch(settings.date)),
            },
        )
    return finish(written, edition, say, programs)


def _identifier(book: str, locale: str) -> str:
    """An edition's identifier: the same for ever, and of the same kind as the book's."""
    prefix = "urn:uuid:"
    if book.startswith(prefix):
        return prefix + str(uuid.uuid5(uuid.UUID(book.removeprefix(prefix)), locale))
    return f"{book}:{locale}"


def _figure(path: str, edition: Edition) -> bytes:
    content = edition.figures[path]
    return svg.with_fonts(content, "sans-serif", "monospace") if path.endswith(".svg") else content


def _epoch(date: str) -> int:
    """Midnight of a date in seconds since 1970 (UTC); SOURCE_DATE_EPOCH, where it is set, comes first."""
    if given := os.environ.get("SOURCE_DATE_EPOCH"):
        return int(given)
    return int(datetime.fromisoformat(date or "1980-01-01").replace(tzinfo=UTC).timestamp())


# ---- what pandoc leaves to do --------------------------------------------------------------


def finish(content: bytes, edition: Edition, say: Words, programs: str) -> bytes:
    """Return the archive with localised titles, true accessibility metadata, and the same bytes each time."""
    titles = iter(chapter.title for chapter in edition.chapters)
    source = zipfile.ZipFile(io.BytesIO(content))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as target:
        for item in source.infolist():
            entry = source.read(item)
            if item.filename.endswith("stylesheet1.css"):
                entry = (THEME / "style.css").read_bytes()  # --sandbox lets pandoc read no style of ours
            elif item.filename.endswith((".xhtml", ".opf", ".ncx")):
                text = _finish_text(item.filename, entry.decode(), edition, say, titles.__next__)
                if programs and item.filename.endswith("title_page.xhtml"):
                    text = text.replace("</section>", f"{_away(programs, say)}</section>", 1)
                entry = text.encode()
            fixed = zipfile.ZipInfo(item.filename, (1980, 1, 1, 0, 0, 0))
            fixed.external_attr = 0o644 << 16
            # The format wants the mimetype first and uncompressed.
            fixed.compress_type = zipfile.ZIP_STORED if item.filename == "mimetype" else zipfile.ZIP_DEFLATED
            target.writestr(fixed, entry)
    return out.getvalue()


def _away(programs: str, say: Words) -> str:
    label = escape(say("The programs of this book"), quote=False)
    return f'  <p class="programs"><a href="{escape(programs)}">{label}</a></p>\n'


def _finish_text(name: str, text: str, edition: Edition, say: Words, title: Callable[[], str]) -> str:
    if name.endswith(".opf"):
        return _finish_package(text, edition, say)
    if say.direction == "rtl":
        text = text.replace("<html ", '<html dir="rtl" ', 1)
    if name.endswith("nav.xhtml"):
        start = escape(edition.chapters[0].title, quote=False)
        landmark = f'<li>\n      <a href="text/ch001.xhtml" epub:type="bodymatter">{start}</a>\n    </li>\n  '
        head, _, tail = text.partition('epub:type="landmarks"')
        tail = tail.replace(">Title Page<", f">{escape(say('Title page'), quote=False)}<")
        tail = tail.replace(">Table of Contents<", f">{escape(say('Contents'), quote=False)}<")
        tail = tail.replace("</ol>", landmark + "</ol>", 1)
        text = f'{head}epub:type="landmarks"{tail}'
        text = text.replace("<title>", f"<title>{escape(say('Contents'), quote=False)}, ", 1)
    elif re.search(r"/ch\d+\.xhtml$", name):
        text = re.sub(
            r"<title>.*?</title>", lambda _: f"<title>{escape(title(), quote=False)}</title>", text, count=1
        )
    return text


def _finish_package(text: str, edition: Edition, say: Words) -> str:
    text = re.sub(r'\s*<meta property="schema:[^<]*</meta>', "", text)
    modes, features = (
        ["textual"],
        ["readingOrder", "structuralNavigation", "tableOfContents", "displayTransformability"],
    )
    if 'media-type="image/' in text:
        modes.append("visual")
        features.append("alternativeText")
    metadata = [("accessMode", mode) for mode in modes]
    metadata += [("accessModeSufficient", "textual")]
    metadata += [("accessibilityFeature", feature) for feature in features]
    metadata += [
        ("accessibilityHazard", "none"),
        (
            "accessibilitySummary",
            say("All text can be read aloud and resized; every picture has a description."),
        ),
    ]
    lines = "".join(
        f'\n    <meta property="schema:{key}">{escape(value, quote=False)}</meta>' for key, value in metadata
    )
    text = text.replace("\n  </metadata>", f"{lines}\n  </metadata>", 1)
    text = text.replace(' title="Title Page"', f' title="{escape(say("Title page"))}"')
    if say.direction == "rtl":
        text = text.replace("<package ", '<package dir="rtl" ', 1)
        text = text.replace("<spine ", '<spine page-progression-direction="rtl" ', 1)
    return text
