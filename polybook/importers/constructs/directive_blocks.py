"""What becomes of directives that hold text: boxes, tabs, parts that fold, figures, quotations."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

from polybook.importers.around import Around
from polybook.importers.constructs import blocks
from polybook.importers.constructs.index_entries import marks
from polybook.importers.constructs.pictures import plain
from polybook.importers.drafts import Draft, Origin
from polybook.importers.spans import quoted

Lines = list[tuple[str, Origin]]


class Directive(NamedTuple):
    """A directive, as it stands in a text."""

    first: int
    end: int
    """Behind its last row."""

    margin: str
    mark: str
    name: str
    argument: str
    options: dict[str, str]
    body: Lines
    """Its text, without what all its lines are indented by."""

    origin: Origin


class Made(NamedTuple):
    """What becomes of a directive."""

    lines: Lines
    kind: str = "directives"
    lost: str = ""


def wrapped(one: Directive, opening: str, body: Lines, closing: str = blocks.END) -> Lines:
    """A directive's text between two lines."""
    last = body[-1][1] if body else one.origin
    return [(opening, one.origin), *body, (closing, last)]


def opening(kind: str, title: str, one: Directive) -> str:
    """The line that opens a box; its identifier is the name that the directive has."""
    name = one.options.get("name") or one.options.get("label")
    if not name:
        return blocks.box(kind, title)
    return f"::: {{.{kind} #{name}" + (f" title={quoted(title)}}}" if title else "}")


def box(one: Directive, name: str) -> Made:
    """An admonition, as a box."""
    kind = blocks.kind_of(name) or "note"
    word, title, body = name, "", list(one.body)
    if name in {"versionadded", "versionchanged", "deprecated"}:
        title = f"{blocks.title_of(name, '')} {one.argument}".strip()
    elif one.argument and (name in {"seealso"} or one.mark[0] in "`~:"):
        body = [(one.argument, one.origin), *([("", one.origin)] if body else []), *body]
    classes = one.options.get("class", "")
    if "dropdown" in classes:
        return Made(wrapped(one, blocks.details(title or word.capitalize()), body), "parts that fold")
    return Made(wrapped(one, opening(kind, blocks.title_of(word, title), one), body), "boxes")


def admonition(one: Directive, draft: Draft, around: Around) -> Made:
    """An admonition with a title of its own."""
    classes = one.options.get("class", "").split()
    kind = next(filter(None, map(blocks.kind_of, classes)), "note")
    if "dropdown" in classes:
        return Made(wrapped(one, blocks.details(one.argument), one.body), "parts that fold")
    return Made(wrapped(one, opening(kind, one.argument, one), one.body), "boxes")


def titled(word: str) -> Callable[[Directive, Draft, Around], Made]:
    """A maker of boxes with this word as their title, before the directive's own."""

    def made(one: Directive, draft: Draft, around: Around) -> Made:
        title = f"{word}: {one.argument}" if one.argument and word else one.argument or word
        return Made(wrapped(one, opening("note", title, one), one.body), "boxes")

    return made


def begun(word: str) -> Callable[[Directive, Draft, Around], Made]:
    """A box whose text follows the directive, up to another that ends it."""

    def made(one: Directive, draft: Draft, around: Around) -> Made:
        if "dropdown" in one.options.get("class", ""):
            return Made([(blocks.details(word), one.origin)], "parts that fold")
        return Made([(opening("note", word, one), one.origin)], "boxes")

    return made


def ended(one: Directive, draft: Draft, around: Around) -> Made:
    """The end of a box that another directive began."""
    return Made([(blocks.END, one.origin)], "")


def details(one: Directive, draft: Draft, around: Around) -> Made:
    """What folds."""
    return Made(wrapped(one, blocks.details(one.argument), one.body), "parts that fold")


def tabs(one: Directive, draft: Draft, around: Around) -> Made:
    """A set of tabs."""
    return Made(wrapped(one, blocks.TABS, one.body), "tabs")


def tab(one: Directive, draft: Draft, around: Around) -> Made:
    """One of several tabs."""
    return Made(wrapped(one, blocks.tab(one.argument), one.body), "")


def figure(one: Directive, draft: Draft, around: Around) -> Made:
    """A picture, with the caption below it."""
    alt = one.options.get("alt", "")
    caption: list[str] = []
    rest: Lines = []
    for line, origin in one.body:
        if rest or (not line.strip() and caption):
            rest.append((line, origin))
        elif line.strip():
            caption.append(line.strip())
    said = " ".join(caption)
    if one.name == "image":
        said = ""
    title = f' "{plain(said).replace(chr(34), "&quot;")}"' if said else ""
    width = one.options.get("width") or one.options.get("scale", "")
    width = f"{width}px" if width.isdecimal() and "width" in one.options else width
    held = [f"#{name}"] if (name := one.options.get("name") or one.options.get("label")) else []
    held += [f"width={width}"] if re.fullmatch(r"[\d.]+(?:%|px|cm|mm|in|pt|em|rem)", width) else []
    words = (alt or plain(said)).replace("[", "\\[").replace("]", "\\]")
    address = f"<{one.argument}>" if " " in one.argument else one.argument
    picture = f"![{words}]({address}{title})" + (f"{{{' '.join(held)}}}" if held else "")
    if target := one.options.get("target"):
        picture = f"[{picture}]({target})"
    if not one.argument:
        return Made([*one.body], "boxes")
    return Made([(picture, one.origin), *rest], "figures")


def glossary(one: Directive, draft: Draft, around: Around) -> Made:
    """Terms with what they mean, as a definition list."""
    lines: Lines = []
    inside = False
    for line, origin in one.body:
        if line.strip() and line[:1] in {" ", "\t"}:
            lines.append((f"    {line.strip()}" if inside else f":   {line.strip()}", origin))
            inside = True
        else:
            inside = inside and not line.strip()
            lines.append((line, origin))
    return Made(lines, "directives")


def index(one: Directive, draft: Draft, around: Around) -> Made:
    """Marks of the index."""
    text = "\n".join([one.argument, *(line for line, _ in one.body)])
    return Made([(marks(text), one.origin)], "entries of the index")


def titled_text(one: Directive, draft: Draft, around: Around) -> Made:
    """Its words, strong, and its text."""
    words = [(f"**{one.argument}**", one.origin), ("", one.origin)] if one.argument else []
    return Made([*words, *one.body], "directives")


def body(one: Directive, draft: Draft, around: Around) -> Made:
    """Its text alone."""
    return Made(list(one.body), "directives")


def quotation(one: Directive, draft: Draft, around: Around) -> Made:
    """Its text, as a quotation."""
    return Made([(f"> {line}".rstrip(), origin) for line, origin in one.body], "quotations")


def nothing(one: Directive, draft: Draft, around: Around) -> Made:
    """Nothing: contents are made by themselves."""
    return Made([], "lists of contents")


def embed(one: Directive, draft: Draft, around: Around) -> Made:
    """A link to what is not embedded."""
    url = one.argument
    text = f"<{url}>" if "://" in url else f"`{url}`"
    return Made([(text, one.origin)], "embedded things", f"'{url}' is not embedded")


def references(one: Directive, draft: Draft, around: Around) -> Made:
    """Nothing: the list of references is a chapter."""
    return Made([], "lists of references")
