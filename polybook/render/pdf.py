"""An edition as a PDF: pandoc writes Typst, Typst sets it with the template, `pdf_tags` finishes it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import gevent

from polybook.markup.tree import find
from polybook.model import layout
from polybook.model.book import PAPERS
from polybook.model.edition import Edition
from polybook.model.findings import BookError, Finding
from polybook.model.nodes import Str, Tree, written
from polybook.render import (
    cover,
    formulas,
    glyphs,
    labels,
    pdf_blocks,
    pdf_tags,
    pictures,
    svg,
    themes,
    typst,
    unset,
)
from polybook.render.blocks import identifier, outlines, write, write_chapters
from polybook.render.contents import is_nested, places
from polybook.render.words import Words, words
from polybook.system import files, fingerprints, temporary
from polybook.system.cache import Step, Store, digest, digest_of

BEGIN = '#import "book.typ": *\n#show: book\n\n'
"""What stands before the text of all chapters."""

COVER = "cover.svg"
"""The file of the cover, beside those of the figures."""

_BLANK = b'<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>'

_UNSAID = (300.0, 150.0)
"""The size in pixels of a figure that says none, which is that of browsers."""


def render(edition: Edition, programs: str, fonts: Sequence[Path], store: Store) -> bytes:
    """Return the PDF. ``programs`` is the URL of the book's programs, or empty; ``fonts`` are folders with
    font files beside the theme's own.

    What no font has is shown as U+FFFD (`lacking` says what that is). Runs in gevent's thread pool. Raises
    BookError with what Typst says: a picture that it cannot read, or a language that no font has.
    """
    say = words(edition.locale, edition.theme)
    missing = lacking(edition, fonts, store)
    if needed := font_needed(edition, missing):
        raise BookError(needed)
    marked = glyphs.marked(missing)
    texts = [marked(text) for text in _placed(edition, bodies(edition, store))]
    figures = {
        pictures.packed_path(path): _figure(path, content, say, marked)
        for path, content in edition.figures.items()
    }
    inputs = {key: marked(value) for key, value in _inputs(edition, say, programs).items()}
    inputs["places"] = marked(json.dumps(_places(edition, say, store), ensure_ascii=False))
    inputs["lists"] = marked(json.dumps(_lists(edition, say), ensure_ascii=False))
    front, mistake = b"", None
    width, height = PAPERS[edition.settings.paper]
    try:
        front = cover.drawing(edition, fonts, store, height / width)
    except BookError as error:
        mistake = error  # but what is wrong with the pages is told first
    inputs["sizes"] = json.dumps({path: _points(path, content) for path, content in figures.items()})
    step = Step(
        "pdf",
        edition.locale,
        {
            "text": digest(*texts),
            "figures": digest_of({path: digest(content) for path, content in figures.items()}),
            "cover": digest(front),
            "settings": digest_of([inputs, edition.settings.date]),
            "polybook": fingerprints.code("render"),
            "theme": themes.stamp(edition.theme, "pdf"),
            "more tools": fingerprints.of("pikepdf", "pillow"),
            **typst.made_with(fonts),
        },
    )

    def blocks(place: int) -> list[str]:
        return list(map(marked, _blocks(edition, place, store)))

    shown = figures | {COVER: front or _BLANK}
    content = bytes(store.one(step, lambda: _printed(edition, texts, shown, inputs, fonts, blocks)))
    if mistake:
        raise mistake
    return content


def _printed(
    edition: Edition,
    texts: Sequence[str],
    figures: Mapping[str, bytes],
    inputs: Mapping[str, str],
    fonts: Sequence[Path],
    blocks: Callable[[int], Sequence[str]],
) -> bytes:
    text = BEGIN + "\n\n".join(texts)
    with temporary.folder() as root:
        # Typst may read what is below its root, so the root holds this job's files and no other.
        files.write_folder(root, themes.folder(edition.theme, "pdf") | dict(figures))
        for path, content in figures.items():
            if path.lower().endswith(".svg") and glyphs.is_rare(content.decode("utf-8", "replace")):
                (root / path).write_bytes(typst.outlined(root / path, fonts))
        (root / "main.typ").write_text(text, "utf-8")
        made = _set(root / "main.typ", inputs, fonts, edition)
        if isinstance(made, str) and "could not be displayed" in made:
            # Parts of a cluster in two styles are two clusters to Typst.
            single = sorted(one for one in set(text) if one > "~")
            marked = glyphs.marked(frozenset(typst.without_glyph(root / "glyphs.typ", single, fonts)))
            (root / "main.typ").write_text(marked(text), "utf-8")
            made = _set(root / "main.typ", inputs, fonts, edition)
        if isinstance(made, str):
            broken = typst.unreadable(root / "picture.typ", figures)
            names = {pictures.packed_path(path): path for path in edition.figures}
            named = [_broken(names[path], said) for path, said in broken.items() if path in names]
            if named:
                raise BookError(*named)

            def refusal(part: str) -> str:
                (root / "main.typ").write_text(BEGIN + part, "utf-8")
                said = _set(root / "main.typ", inputs, fonts, edition)
                return said if isinstance(said, str) else ""

            chapters = [(one.path, text) for one, text in zip(edition.chapters, texts, strict=True)]
            own = typst.of_theme(made, edition.theme, "pdf")
            if own and refusal("= x"):  # whatever the text is
                raise BookError(own)
            raise unset.error(edition.locale, made, chapters, blocks, refusal)
    tagged: bytes = gevent.get_hub().threadpool.apply(pdf_tags.finish, (made,))
    return tagged


def _set(main: Path, inputs: Mapping[str, str], fonts: Sequence[Path], edition: Edition) -> bytes | str:
    timestamp = _timestamp(edition.settings.date)
    return typst.run(main, inputs, fonts, pdf_standards=typst.STANDARDS, timestamp=timestamp, format="pdf")


def lacking(edition: Edition, fonts: Sequence[Path], store: Store) -> frozenset[str]:
    """Return the grapheme clusters of an edition that no font has: of its chapters, figures and titles."""
    say = words(edition.locale, edition.theme)
    texts = [chapter.json for chapter in edition.chapters]
    texts += [_text(path, content) for path, content in edition.figures.items()]
    texts += _inputs(edition, say, "").values()
    texts += [labels.reference(label, say) for label in edition.labels.values()]
    return glyphs.lacking(texts, edition.locale, fonts, store)


def _text(path: str, content: bytes) -> str:
    """What a figure may say: all of an SVG is looked at."""
    return content.decode("utf-8", "replace") if path.lower().endswith(".svg") else ""


def font_needed(edition: Edition, missing: frozenset[str]) -> Finding | None:
    """Return what to say of an edition whose letters are ``missing`` clusters; None of any other."""
    if not missing:
        return None
    texts = (word.text for chapter in edition.chapters for word in find(chapter.blocks, Str))
    if not glyphs.is_font_missing(texts, missing):
        return None
    some = ", ".join(map(glyphs.named, sorted(missing)[:3]))
    what = f"no font has the letters of the {edition.locale} edition, such as {some}"
    return Finding("fonts", what, hint="name a folder with a font for this language in the setting 'fonts'")


def _broken(path: str, said: str) -> Finding:
    hint = "save the picture anew, as a smaller one where it is large"
    return Finding("figure", f"Typst cannot read the picture: {said}", layout.figure(path), hint=hint)


def _figure(path: str, content: bytes, say: Words, marked: Callable[[str], str]) -> bytes:
    if not path.lower().endswith(".svg"):
        return pictures.common(path, content)
    content = svg.finished(content)
    content = marked(content.decode("utf-8", "surrogateescape")).encode("utf-8", "surrogateescape")
    return svg.with_fonts(content, typst.CJK_FONT if say.is_cjk else "IBM Plex Serif", "IBM Plex Mono")


def _points(path: str, content: bytes) -> tuple[float, float]:
    width, height = pictures.size(path, content) or _UNSAID
    return width * 0.75, height * 0.75


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
        "cjk": typst.CJK_FONT if say.is_cjk else "",
        "serif": typst.serif(say.language),
        "paper": settings.paper,
        "size": json.dumps(dict(zip(("width", "height"), PAPERS[settings.paper], strict=True))),
        "print": "true" if settings.print else "false",
        "words": json.dumps(
            {
                "contents": say("Contents"),
                "detail": say("Contents in detail"),
                "cover": f"{say('Cover')}: {'. '.join(cover.words_on(settings))}",
                "is-nested": is_nested(edition.contents),
                "programs": say("The programs of this book"),
                "page": say("(p. {page})", page="{page}"),  # the template knows the page
                "elsewhere": say("({chapter}, p. {page})", chapter="{chapter}", page="{page}"),
                "continued": say("(continued)"),
                "examples": say("Index of examples"),
                "joiner": say(", "),
                "imprint": _imprint(edition, say),
            },
            ensure_ascii=False,
        ),
    }


def _places(edition: Edition, say: Words, store: Store) -> dict[str, dict[str, str]]:
    """What the template has to know of the places of the book, by their anchors, but for what is empty."""
    found: dict[str, dict[str, str]] = {}
    for chapter, outline in zip(edition.chapters, outlines(edition, store), strict=True):
        own = labels.of_chapter(edition.labels, outline)
        home = {"home": chapter.name, "chapter": labels.in_passing(own, say) if own else ""}
        for anchor in outline.anchors:
            known = dict(home)
            if label := edition.labels.get(anchor):
                is_heading = label.kind in ("chapter", "section")
                known["number"] = labels.number(label, say)
                known["before"] = (labels.before_heading if is_heading else labels.caption)(label, say)
                known["reference"] = labels.reference(label, say)
            found[anchor] = {key: value for key, value in known.items() if value}
    return found


def _lists(edition: Edition, say: Words) -> list[dict[str, object]]:
    return [
        {"title": say(labels.LISTS[kind]), "entries": entries}
        for kind, entries in labels.lists(edition.labels, say).items()
    ]


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
    lines += [settings.rights, identifier(settings.identifier, edition.locale)]
    return [line for line in lines if line]


def _placed(edition: Edition, texts: Sequence[str]) -> Iterator[str]:
    """The texts of chapters, with what the template has to know of their places in the book."""
    for text, (kind, _, parts, within) in zip(texts, places(edition), strict=True):
        if kind == "part":
            yield f"#[\n#show: as-part.with({parts})\n\n{text.strip()}\n]"
        elif parts or within:
            yield f"#[\n#show: as-chapter.with({parts}, {within})\n\n{text.strip()}\n]"
        else:
            yield text.strip()


# ---- the chapters --------------------------------------------------------------------------


def bodies(edition: Edition, store: Store) -> list[str]:
    """Return each chapter as Typst."""
    say = words(edition.locale, edition.theme)
    steps = [
        Step(
            "typst",
            f"{edition.locale} {chapter.name}",
            {
                "chapter": chapter.digest,
                "polybook": fingerprints.code("model", "markup", "markup/html", "render"),
                "theme": themes.stamp(edition.theme, "locales"),
                "tools": fingerprints.of("pypandoc_binary", "babel", "budoux", "typst"),
            },
        )
        for chapter in edition.chapters
    ]

    def make(places: list[int]) -> Iterator[str]:
        spoken = formulas.of(edition, store)

        def prepare(place: int) -> list[Tree]:
            return [pdf_blocks.blocks(edition.chapters[place], spoken, say)]

        return write_chapters(formulas.FORMAT, edition, places, prepare)

    return store.remember(steps, make)


def _blocks(edition: Edition, place: int, store: Store) -> list[str]:
    """Return a chapter's blocks as Typst, each by itself."""
    say, spoken = words(edition.locale, edition.theme), formulas.of(edition, store)
    chapter = edition.chapters[place]
    held = chapter.blocks

    def prepare(number: int) -> list[Tree]:
        alone = replace(chapter, json=written([held[number]]).decode(), untranslated=0)
        return [pdf_blocks.blocks(alone, spoken, say)]

    return list(write(formulas.FORMAT, [1] * len(held), prepare, edition.settings.limits))
