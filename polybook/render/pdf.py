"""An edition as a PDF: pandoc writes Typst, Typst sets it with the theme's template."""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from polybook import versions
from polybook.cache import Step, Store, digest, digest_of
from polybook.markup import Node, each, own_attributes, plain
from polybook.model import BookError, Edition, EditionChapter, Finding, Tree
from polybook.render import fragments, press, svg
from polybook.render.fragments import NOTES, is_listing, note_kind, pairs, picture, raw, raw_inline, task_list
from polybook.render.words import Words, words

THEME = Path(__file__).with_name("theme") / "pdf"

STANDARDS = ["a-2a", "ua-1"]
"""What is asked of Typst, which refuses to write a file that falls short: PDF/A-2a and PDF/UA-1."""


def render(edition: Edition, programs: str, fonts: Sequence[Path], store: Store) -> bytes:
    """Return the PDF. ``programs`` is the URL of the book's programs, or empty; ``fonts`` are folders with
    font files beside the theme's own.

    Runs in gevent's thread pool. Raises BookError with what Typst says: a picture that it cannot read, or
    text that no font has.
    """
    say = words(edition.locale)
    body = "\n\n".join(text.strip() for text in _bodies(edition, say, store))
    figures = {path: _figure(path, content, say) for path, content in edition.figures.items()}
    inputs = _inputs(edition, say, programs)
    step = Step(
        "pdf",
        edition.locale,
        {
            "text": digest(body),
            "figures": digest_of({path: digest(content) for path, content in figures.items()}),
            "settings": digest_of([inputs, edition.settings.date]),
            "theme": versions.own("render/pdf.py", "render/press.py", "render/theme/pdf/*"),
            **press.made_with(fonts),
        },
    )
    return bytes(store.one(step, lambda: _set(edition, body, figures, inputs, fonts)))


def _set(
    edition: Edition,
    body: str,
    figures: Mapping[str, bytes],
    inputs: Mapping[str, str],
    fonts: Sequence[Path],
) -> bytes:
    with tempfile.TemporaryDirectory(prefix="polybook-") as name:
        # Typst may read what is below its root, so the root holds this job's files and no other.
        root = Path(name)
        for path, content in figures.items():
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_bytes(content)
        for part in ("book.typ", "code.tmTheme"):
            (root / part).write_bytes((THEME / part).read_bytes())
        (root / "main.typ").write_text(f'#import "book.typ": *\n#show: book\n\n{body}', "utf-8")
        written = press.run(
            root / "main.typ",
            inputs,
            fonts,
            pdf_standards=STANDARDS,
            timestamp=_timestamp(edition.settings.date),
            format="pdf",
        )
    if isinstance(written, str):
        raise BookError(_explain(written, edition))
    return written


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
    tag = say.language.split("-")
    region = next((part for part in tag[1:] if re.fullmatch(r"[A-Z]{2}", part)), "")
    return {
        "title": settings.title,
        "subtitle": settings.subtitle,
        "description": settings.description,
        "authors": json.dumps(settings.authors, ensure_ascii=False),
        "date": settings.date,
        "rights": settings.rights,
        "programs": programs,
        "lang": tag[0],
        "region": region,
        "direction": say.direction,
        "cjk": press.CJK_FONT if say.is_cjk else "",
        "paper": settings.paper,
        "words": json.dumps(
            {
                "contents": say("Contents"),
                "figure": say("Figure {number}.", number="{number}"),  # the template knows the number
                "programs": say("The programs of this book"),
                "edition": say("Edition of {date}", date=say.date(settings.date)) if settings.date else "",
            },
            ensure_ascii=False,
        ),
    }


# ---- blocks --------------------------------------------------------------------------------


def _bodies(edition: Edition, say: Words, store: Store) -> list[str]:
    """Each chapter as Typst."""
    steps = [
        Step(
            "typst",
            f"{edition.locale} {chapter.name}",
            {
                "chapter": chapter.digest,
                "theme": versions.own("*.py", "render/*.py", "render/*.lua", "render/theme/locales/**/*.po"),
                "tools": versions.of("pypandoc_binary", "babel"),
            },
        )
        for chapter in edition.chapters
    ]

    def make(places: list[int]) -> list[str]:
        chapters = [edition.chapters[place] for place in places]
        names = [f"{edition.locale} {chapter.name}" for chapter in chapters]
        trees = [chapter.blocks for chapter in chapters]
        spoken = _formulas(trees, edition.locale, store)
        shown = [
            _blocks(chapter, blocks, spoken, say) for chapter, blocks in zip(chapters, trees, strict=True)
        ]
        return fragments.write(shown, names, "typst", store)

    return store.remember(steps, make)


def _blocks(chapter: EditionChapter, blocks: Tree, spoken: Mapping[str, str], say: Words) -> Tree:

    def block(node: Node) -> Tree | None:
        if node["t"] == "CodeBlock":
            return [raw("typst", _listing(node, say))]
        if node["t"] == "RawBlock":
            return []  # raw HTML has no meaning on paper
        if tasks := task_list(node):
            return [tasks]
        if kind := note_kind(node):
            label = string(say(NOTES[kind]))
            return [raw("typst", f"#note({string(kind)}, {label})["), *node["c"][1], raw("typst", "]")]
        if found := picture(node):
            path, alt, caption = found
            return [raw("typst", f"#picture({string(path)}, {string(alt)}, {string(caption)})")]
        return None

    def inline(node: Node) -> Tree | None:
        if node["t"] == "Span" and (language := pairs(node).get("lang")):
            opening = f"#text(lang: {string(language.split('-')[0])})["
            return [raw_inline("typst", opening), *node["c"][1], raw_inline("typst", "]")]
        # pandoc writes no alternative text for these two, and PDF/UA wants one.
        if node["t"] == "Image":
            _, alt, (path, _) = node["c"]
            return [
                raw_inline("typst", f"#box(image({string(path)}, alt: {string(plain(alt))}, height: 1em))")
            ]
        if node["t"] == "Math":
            kind, source = node["c"][0]["t"], node["c"][1]
            is_block = "true" if kind == "DisplayMath" else "false"
            opening = f"#math.equation(block: {is_block}, alt: {string(spoken[source])}, "
            return [raw_inline("typst", opening), node, raw_inline("typst", ".body)")]
        return None

    heading, *rest = blocks
    note = fragments.untranslated_note(say, chapter.untranslated)
    notice = [raw("typst", f"#untranslated({string(note)})")] if note else []
    # The edition's own raw Typst goes before ours comes.
    clean = fragments.prepare(rest, _no_typst, _no_typst)
    # Blocks first: a picture that is a paragraph of its own is a figure, another one is set in its line.
    whole = fragments.prepare(clean, block, lambda node: None)
    return [heading, *notice, *fragments.prepare(whole, lambda node: None, inline)]


def _formulas(blocks: Sequence[Tree], locale: str, store: Store) -> dict[str, str]:
    """The formulas as Typst writes them, which can be read aloud better than TeX's backslashes."""
    sources = list(dict.fromkeys(node["c"][1] for node in each(blocks) if node["t"] == "Math"))
    trees = [[{"t": "Para", "c": [{"t": "Math", "c": [{"t": "InlineMath"}, one]}]}] for one in sources]
    names = [f"{locale} formula {one}" for one in sources]
    written = fragments.write(trees, names, "typst", store)
    return {source: text.strip().strip("$") for source, text in zip(sources, written, strict=True)}


def _no_typst(node: Node) -> Tree | None:
    """pandoc's writer takes attributes ``typst:...`` for code; nothing of the book's may be Typst code."""
    if node["t"] in ("RawInline", "RawBlock"):
        return []
    own = own_attributes(node)
    if own is not None:
        own[2] = [pair for pair in own[2] if not pair[0].startswith("typst:")]
    return None


def _listing(node: Node, say: Words) -> str:
    """A code block as a call of the template's, its text as a string."""
    own = pairs(node)
    code = string(node["c"][1])
    if not is_listing(node):
        of = own.get("of")
        label = say("Output of {file}", file=of) if of else say("Output")
        return f"#transcript({code}, {string(label)})"
    language = node["c"][0][1][0] if node["c"][0][1] else ""
    start = int(own.get("start", 1)) if own.get("start", "1").isdigit() else 1
    return (
        f"#listing({code}, language: {string(language)}, file: {string(own.get('file', ''))}, start: {start})"
    )


def string(text: str) -> str:
    """Return ``text`` as a string literal of Typst's, which can hold nothing but that text."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t")
    return '"' + "".join(one for one in escaped if one >= " ") + '"'
