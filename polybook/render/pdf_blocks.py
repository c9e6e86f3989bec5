"""An edition's blocks as calls of the PDF's template: listings, links, pictures and boxes for paper."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from itertools import groupby, pairwise, zip_longest
from typing import Any

from polybook.markup.tree import find, plain, rewrite
from polybook.model.edition import EditionChapter
from polybook.model.nodes import Node, Tree, own_attributes
from polybook.render.blocks import (
    NOTES,
    highlighted,
    is_listing,
    note_kind,
    pairs,
    picture,
    prepare,
    raw,
    raw_inline,
    spell,
    task_list,
    untranslated_note,
)
from polybook.render.words import Words

SHORT = 14
"""A listing of so many lines stays on one page."""

EDGE = 6
"""The fewest lines of a longer listing that a page may have of its beginning or its end."""

LONG = 26
"""The most lines that stay together for want of a blank line between them."""

BESIDE = 8
"""Output of so many lines begins on the page where its program ends; longer output may begin overleaf."""

TAB = 2
"""From so many letters to so many letters stand a listing's tabs."""

COLOURS = {
    name: colour
    for colour, names in {
        "remark": ("c", "c1", "cm", "ch", "sd"),
        "keyword": ("k", "kn", "kd", "kr", "ow"),
        "constant": ("kc", "mi", "mf", "mh", "il"),
        "string": ("s", "s1", "s2", "sb", "sa", "se", "sr"),
        "name": ("nf", "nc", "fm", "nd", "nt"),
        "builtin": ("nb", "bp", "na"),
    }.items()
    for name in names
}
"""The template's colours of pieces of listings, by Pygments' short names: those of the site. What stands in
a string's braces is code, not string."""

MANY = 3
"""With more links than these out of the book, a paragraph has one note for all of them."""


_LINE_ENDS = re.compile("[\r\x85\u2028\u2029]")
"""What ends a line of a listing for Typst, though not for anybody else."""

_RUNS = ("Para", "Plain", "Header")
_MARK = re.compile(r"(\d+(?=\.)|(?=[-=+/]))(.)")


def blocks(chapter: EditionChapter, spoken: Mapping[str, str], say: Words) -> Tree:
    """Return a chapter's blocks with what only the template can show as raw Typst.

    ``spoken`` has each formula as it is read aloud.
    """
    block, inline = partial(_block, say), partial(_inline, spoken)
    clean = chapter.blocks
    if '"Raw' in chapter.json or '"typst:' in chapter.json:
        # The edition's own raw Typst goes before ours comes.
        clean = prepare(clean, _no_typst, _no_typst)
    _place_listings(clean)
    linked = rewrite(clean, lambda kind, run: run if "heading" in kind else _referring(run))
    # Blocks first: a picture that is a paragraph of its own is a figure, another one is set in its line.
    whole = prepare(linked, block, lambda node: None)
    set_out = prepare(whole, lambda node: None, inline)
    heading, *rest = spell(set_out, _literal)
    note = untranslated_note(say, chapter.untranslated)
    notice = [raw("typst", f"#untranslated({string(note)})")] if note else []
    return [heading, *notice, *rest]


def _block(say: Words, node: Node) -> Tree | None:
    if node["t"] == "CodeBlock":
        return [raw("typst", _listing(node, say))]
    if tasks := task_list(node):
        return [tasks]
    if node["t"] == "DefinitionList":
        return _terms(node)
    speech = _speech(node)
    spoken = f"#set text({speech})" if speech else ""
    if kind := note_kind(node):
        opening = f"#note({string(kind)}, {string(say(NOTES[kind]))})[{spoken}"
        return [raw("typst", opening), *node["c"][1], raw("typst", "]")]
    if node["t"] == "Div" and spoken:
        return [raw("typst", f"#[{spoken}"), *node["c"][1], raw("typst", "]")]
    if found := picture(node):
        path, alt, caption = found
        described = _speech(node["c"][0]) or ":"
        return [raw("typst", f"#picture({string(path)}, {string(alt)}, {string(caption)}, ({described}))")]
    return None


def _literal(word: str) -> Tree | None:
    """A word that Typst would take for a heading's, an item's or a term's mark where it begins a line.

    pandoc escapes it at the start of a paragraph, but not of an item, a cell, a note or a link.
    """
    if not (mark := _MARK.match(word)):
        return None
    escaped = raw_inline("typst", f"{mark[1]}\\{mark[2]}")
    rest = word[mark.end() :]
    return [escaped, {"t": "Str", "c": rest}] if rest else [escaped]


def _inline(spoken: Mapping[str, str], node: Node) -> Tree | None:
    if node["t"] == "Span" and (speech := _speech(node)):
        before, after = f"#text({speech})[", "];"
        return [raw_inline("typst", before), *node["c"][1], raw_inline("typst", after)]
    # pandoc writes no alternative text for these two, and PDF/UA wants one.
    if node["t"] == "Image":
        _, alt, (path, _) = node["c"]
        call = f"#box(image({string(path)}, alt: {string(plain(alt))}, height: 1em));"
        return [raw_inline("typst", call)]
    if node["t"] == "Math":
        kind, source = node["c"][0]["t"], node["c"][1]
        is_block = "true" if kind == "DisplayMath" else "false"
        opening = f"#math.equation(block: {is_block}, alt: {string(spoken[source])}, "
        return [raw_inline("typst", opening), node, raw_inline("typst", ".body);")]
    return None


def string(text: str) -> str:
    """Return ``text`` as a string literal of Typst's, which can hold nothing but that text."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t")
    return '"' + "".join(one for one in escaped if one >= " ") + '"'


def _terms(node: Node) -> Tree:
    """A definition list as a call: pandoc would put each definition into a block, which a page's end could
    part from its term."""
    parts: Tree = [raw("typst", "#terms(")]
    for term, definitions in node["c"]:
        parts += [raw("typst", "terms.item["), {"t": "Plain", "c": term}, raw("typst", "][")]
        for definition in definitions:
            parts += [{**one, "t": "Para"} if one["t"] == "Plain" else one for one in definition]
        parts.append(raw("typst", "],"))
    return [*parts, raw("typst", ")")]


def _no_typst(node: Node) -> Tree | None:
    """pandoc's writer takes attributes ``typst:...`` for code; nothing of the book's may be Typst code.

    Raw HTML has no meaning on paper either.
    """
    if node["t"] in ("RawInline", "RawBlock"):
        return []
    own = own_attributes(node)
    if own is not None:
        own[2] = [pair for pair in own[2] if not pair[0].startswith("typst:")]
    return None


def _speech(node: Node) -> str:
    """Which language a part is in, as arguments of Typst's; empty where the node does not say."""
    tag = pairs(node).get("lang") if node["t"] in ("Div", "Span") else None
    if not tag:
        return ""
    language, *rest = tag.split("-")
    region = next((part for part in rest if len(part) == 2), None)
    return f"lang: {string(language)}, region: {string(region) if region else 'none'}"


# ---- links ---------------------------------------------------------------------------------


def _referring(run: Tree) -> Tree:
    """A run of inlines whose links say where they lead: a page of the book, or an address in a note.

    Where a paragraph has many links out of the book, one note at its end has all their addresses.
    """
    away = [node for node in find(run, "Link") if _is_hidden(node)]
    if len(away) <= MANY:
        return _links(run, lambda link: [raw_inline("typst", f"#address({string(link['c'][2][0])});")])
    entries: Tree = []
    for link in away:
        _, text, (target, _) = link["c"]
        entries += [raw_inline("typst", "(["), *text, raw_inline("typst", f"], {string(target)}), ")]
    notes = [raw_inline("typst", "#addresses("), *entries, raw_inline("typst", ");")]
    return [*_links(run, lambda link: []), *notes]


def _links(run: Tree, aside: Callable[[Node], Tree]) -> Tree:
    """A run with the page after each link inside the book, and ``aside`` after each link out of it whose
    text is not its address."""
    new: Tree = []
    for node in run:
        content: Any = node.get("c")
        match node["t"]:
            case "Link" if content[2][0].startswith("#"):
                anchor = string(content[2][0][1:])
                new += [raw_inline("typst", f"#see({anchor})["), *content[1], raw_inline("typst", "];")]
            case "Link" if _is_hidden(node):
                new += [node, *aside(node)]
            case "Note":
                # A note has no notes: what is in it has its addresses in brackets.
                new.append({"t": "Note", "c": rewrite(content, lambda _, inner: _links(inner, _in_brackets))})
            case "Emph" | "Strong" | "Strikeout" | "Superscript" | "Subscript" | "SmallCaps" | "Underline":
                new.append({"t": node["t"], "c": _links(content, aside)})
            case "Span" | "Quoted":
                new.append({"t": node["t"], "c": [content[0], _links(content[1], aside)]})
            case _:
                new.append(node)
    return new


def _is_hidden(link: Node) -> bool:
    """Whether a link leads out of the book to an address that its text does not show."""
    _, text, (target, _) = link["c"]
    return not target.startswith("#") and plain(text) != target.removeprefix("mailto:")


def _in_brackets(link: Node) -> Tree:
    return [raw_inline("typst", f" (#shown({string(link['c'][2][0])}))")]


# ---- listings ------------------------------------------------------------------------------


def _place_listings(tree: Any, depth: int = 0) -> None:
    """Note on each code block how deep in lists it stands, and whether it leads to short output."""
    if isinstance(tree, dict):
        if tree.get("t") in _RUNS and not find(tree, "CodeBlock"):
            return  # most of what a tree holds
        deeper = tree.get("t") in ("BulletList", "OrderedList", "DefinitionList", "BlockQuote", "Div")
        _place_listings(tree.get("c"), depth + deeper)
    elif isinstance(tree, list):
        for one, after in zip_longest(tree, tree[1:]):
            if isinstance(one, dict) and one.get("t") == "CodeBlock":
                one["c"][0][2].append(["within", str(depth)])
                if isinstance(after, dict) and after.get("t") == "CodeBlock" and not is_listing(after):
                    short = after["c"][1].count("\n") < BESIDE
                    one["c"][0][2].append(["leads", "true" if short else "false"])
            else:
                _place_listings(one, depth)


def _listing(node: Node, say: Words) -> str:
    """A code block as a call of the template's, its text as a string."""
    own = pairs(node)
    code = _LINE_ENDS.sub("\ufffd", node["c"][1].rstrip("\n")).expandtabs(TAB)
    widest = max(map(_width, code.split("\n")))
    together = "".join(f"{count}, " for count in pieces(code))
    given = f"{string(code)}, ({together}), {widest}, {own['within']}"
    if not is_listing(node):
        of = own.get("of")
        label = say("Output of {file}", file=of) if of else say("Output")
        return f"#transcript({given}, {string(label)})"
    start = int(own.get("start", 1))
    file, leads = string(own.get("file", "")), own.get("leads", "false")
    # Typst's own highlighting takes longer than all else it does for a book.
    lines = "".join(f"({_coloured(line)}), " for line in highlighted(node, code))
    return f"#listing({given}, ({lines}), file: {file}, start: {start}, leads: {leads})"


def _coloured(line: Sequence[tuple[str, str]]) -> str:
    """A line's pieces for the template: strings, and pairs of a string and the name of its colour."""
    found = []
    for colour, pieces in groupby(line, lambda piece: COLOURS.get(piece[0], "")):
        text = string("".join(text for _, text in pieces))
        found.append(f"({text}, {string(colour)}), " if colour else f"{text}, ")
    return "".join(found)


def pieces(code: str) -> list[int]:
    """Return how many lines of a listing each stay on one page: between them, and only there, a page may end.

    That is at blank lines, and in long runs without one where the code is least indented; never near the
    listing's first line or its last.
    """
    lines = code.split("\n")
    if len(lines) <= SHORT:
        return [len(lines)]
    blank = [not line.strip() for line in lines]
    cuts = [place for place in range(EDGE, len(lines) - EDGE + 1) if blank[place - 1] and not blank[place]]
    edges = [0, *cuts, len(lines)]
    for begin, end in pairwise(edges):
        cuts += _cuts(lines, begin, end)
    edges = [0, *sorted(cuts), len(lines)]
    return [end - begin for begin, end in pairwise(edges)]


def _cuts(lines: list[str], begin: int, end: int) -> list[int]:
    if end - begin <= LONG:
        return []

    def cost(place: int) -> tuple[bool, int, int]:
        text = lines[place].lstrip()
        return text[:1] in ")]}", len(lines[place]) - len(text), abs(2 * place - begin - end)

    best = min(range(begin + EDGE, end - EDGE + 1), key=cost)
    return [*_cuts(lines, begin, best), best, *_cuts(lines, best, end)]


def _width(line: str) -> int:
    """A line's width in letters; Chinese characters and kana are two wide."""
    return len(line) + (
        0 if line.isascii() else sum(unicodedata.east_asian_width(one) in "FW" for one in line)
    )
