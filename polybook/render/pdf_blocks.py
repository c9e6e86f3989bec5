"""An edition's blocks as calls of the PDF's template: listings, links, pictures and boxes for paper."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from itertools import groupby, pairwise
from typing import Any

from polybook.chapters import addresses
from polybook.markup.boxes import kind_of, others, title_of
from polybook.markup.fences import CAPTION, TITLE, is_name
from polybook.markup.folds import is_fold, is_tab, summary
from polybook.markup.levels import look
from polybook.markup.tree import beside_words, children, find, held, is_title, mapped, plain, rewrite
from polybook.model.edition import EditionChapter
from polybook.model.nodes import (
    HEADINGS,
    MARKED,
    WITH_ATTR,
    Block,
    BlockQuote,
    BulletList,
    Code,
    CodeBlock,
    DefinitionList,
    Div,
    Header,
    Image,
    Inline,
    LineBreak,
    Link,
    Math,
    Node,
    Note,
    OrderedList,
    Para,
    Plain,
    Quoted,
    RawInline,
    Run,
    Span,
    Str,
    Table,
    Tree,
)
from polybook.render import elements, pdf_tables, phrases, pictures
from polybook.render.blocks import (
    BOXES,
    LEAVES,
    Picture,
    classes,
    highlighted,
    is_listing,
    label,
    picture,
    prepare,
    raw,
    raw_inline,
    runs_left,
    spell,
    task_list,
    untranslated_note,
)
from polybook.render.subject_index import INDEX, PLACES
from polybook.render.words import Words

SHORT = 14
"""A listing of so many lines stays on one page."""

EDGE = 6
"""The fewest lines of a longer listing that a page may have of its beginning or its end."""

LONG = 26
"""The most lines that stay together for want of a blank line between them."""

FEW = 7
"""The most items of a list that is not divided."""

SHORT_LIST = 1500
"""The most letters of such a list: less than half a page."""

LEADING = (":", "：")
"""What a paragraph ends with that leads to what follows."""

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

BLOCKS = {"details": "folded", "summary": "folded-line", "figcaption": "caption-line"}
"""Elements of blocks, and the template's functions for them; any other is what it holds."""

INLINES = {
    **dict.fromkeys(("cite", "dfn", "var"), "emph"),
    **dict.fromkeys(("code", "samp", "tt"), "typed"),
    "big": "big",
    "kbd": "key",
    "mark": "highlight",
    "rt": "super",
    "small": "small",
}
"""Elements in a line, and the functions for them."""

MANY = 3
"""With more links than these out of the book, a paragraph has their addresses in a list below it."""

LISTED = ("paragraph", "quotation", "list item", "definition")
"""What takes such a list; in a cell, a caption or a term they are one footnote."""


_UNITS = {"px": (0.75, "pt"), "rem": (1, "em"), "ch": (0.5, "em")}
"""CSS's units that Typst has not: how many of which of its own."""

LINE_ENDS = re.compile("[\r\x85\u2028\u2029]")
"""What ends a line of code for Typst, though not for anybody else; a PDF has U+FFFD in its place."""

_DEEPER = (BulletList, OrderedList, DefinitionList, BlockQuote, Div)
"""What is set deeper than what is around it."""

DEEPEST = 48
"""How deep blocks are nested in a PDF. Typst takes 64 rules within one another, and what stands
in the innermost block needs some."""

_DEPTHS = {BulletList: 2, OrderedList: 2, Div: 2, DefinitionList: 4, BlockQuote: 4}
"""How many rules of the template's and of Typst's own a block of these takes."""

_LINKED = (*MARKED, Span, Quoted)
"""The inlines in which links say where they lead."""

# Where a word begins a line, marks of headings, items and terms; anywhere, what is short for a character.
_MARK = re.compile(r"^\d+\.|^[-=+/]|-(?=[-?])|\.(?=\.\.)")


LONGEST, PART = 32, 24
"""In a word of so many letters a line may end after its signs, and anywhere in so long a part without one;
where its script parts words with spaces."""

_LONG_WORD = re.compile(f"[!-~\u00a1-\u058f]{{{LONGEST}}}")
_JOINTS = re.compile(r"[^/.,;:_=&?+-]*[/.,;:_=&?+-]+|[^/.,;:_=&?+-]+")
_LETTERS = re.compile(".[\u0300-\u036f]*", re.DOTALL)
_MAY_END = raw_inline("typst", "#may-end;")


def blocks(chapter: EditionChapter, spoken: Mapping[str, str], say: Words) -> Tree:
    """Return a chapter's blocks with what only the template can show as raw Typst.

    ``spoken`` has each formula as Typst writes it, which can be read aloud better than TeX's backslashes; no
    text where Typst refuses it.
    """
    block, inline = partial(_block, say), partial(_inline, spoken)
    clean = chapter.blocks
    if '"typst:' in chapter.json:
        clean = prepare(clean, _no_typst, _no_typst)
    for box in find(clean, Div):
        if is_fold(box) and (word := label(box, say)):
            box.blocks = [summary([Str(word)]), *box.blocks]
        if INDEX in box.attr.classes:
            box.blocks = list(_entries(box.blocks, 0))
    clean = _shallow(say, DEEPEST, clean)
    _place_listings(clean)
    linked = rewrite(
        clean,
        lambda kind, run: (
            _titled(chapter.name, run) if kind in HEADINGS else _referring(chapter.name, run, kind in LISTED)
        ),
    )
    if say.is_cjk:
        for heading in find(linked, Header):
            heading.inlines = [*_phrased(heading.inlines, say.language), *heading.inlines]
    # Blocks first: a picture that is a paragraph of its own is a figure, another one is set in its line.
    whole = prepare(linked, block, lambda node: None)
    set_out = prepare(whole, lambda node: None, inline)
    spelled = spell(set_out, _literal)
    if note := untranslated_note(say, chapter.untranslated):
        title = next(place for place, one in enumerate(spelled) if isinstance(one, Header))
        spelled.insert(title + 1, raw("typst", f"#untranslated({string(note)})"))
    return spelled


def _entries(blocks: Tree, depth: int) -> Iterator[Block]:
    """The subject index without lists: one without marks would have empty tags."""
    for block in blocks:
        if isinstance(block, BulletList):
            for item in block.items:
                yield from _entries(item, depth + 1)
        elif isinstance(block, Plain):
            before = raw_inline("typst", f"#entry({depth})[")
            yield Para([before, *block.inlines, raw_inline("typst", "]")])
        else:
            yield block


def _shallow(say: Words, room: int, tree: Tree) -> Tree:
    """Blocks that are nested no deeper than ``room``: those for which there is none are what they hold."""
    new: Tree = []
    for node in tree:
        cost = _DEPTHS.get(type(node), 0)
        if cost <= room:
            new.append(mapped(node, partial(_shallow, say, room - cost), list) if cost else node)
            continue
        if isinstance(node, Div) and node.attr.identifier:
            new.append(raw("typst", f"#spot({string(node.attr.identifier)})"))
        if isinstance(node, Div) and (word := label(node, say)):
            new.append(Para([Str(word)]))
        parts: list[Any] = [part for part in held(node) if part]
        for part in parts:  # what has no blocks is a term
            new += _shallow(say, room, part if isinstance(part[0], Block) else [Plain(part)])
    return new


def _block(say: Words, node: Block) -> Tree | None:
    match node:
        case CodeBlock():
            return [raw("typst", _classed(classes(node), _listing(node, say)))]
        case Header():
            level = look(node)
            looks = f"#looks({level})[" if level != node.level else ""
            opened = f"#numbered({string(node.attr.identifier)})[{looks}"
            return [raw("typst", opened), node, raw("typst", "]" * opened.count("["))]
        case OrderedList() if not _is_plain(node):
            return _undivided(OrderedList.of(node.start, [_restarted(item) for item in node.items]))
        case BulletList():
            return _undivided(task_list(node) or node)
        case OrderedList():
            return _undivided(node)
        case DefinitionList():
            return _terms(node)
        case BlockQuote() if not _says(node):
            return node.blocks  # else it would be an empty tag
        case BlockQuote() if [type(one) for one in node.blocks] == [Para]:
            # Else Typst has no paragraph there, and tags each piece of the text as a block of its own.
            return [BlockQuote([*node.blocks, raw("typst", "#parbreak()")])]
        case Div() if node.attr.identifier and not node.blocks:
            return [raw("typst", f"#spot({string(node.attr.identifier)})")]
        case Div() if is_title(node):
            return None  # its box asks for it
        case Div() if is_tab(node):
            return _tab(node)
        case Div():
            return _box(node, say)
        case Table():
            if node.caption.blocks and isinstance(first := node.caption.blocks[0], Para | Plain):
                label = raw_inline("typst", f"#before-caption({string(node.attr.identifier)});")
                first.inlines = [label, *first.inlines]
            return pdf_tables.fitted(node)
        case Para() | Plain() if found := picture(node):
            described = _speech(node.inlines[0]) or ":"
            own = f", anchor: {string(found.attr.identifier)}" * bool(found.caption)
            call = f"#picture({_picture(found)}, {string(found.caption)}, ({described}){own})"
            return [raw("typst", _classed(found.attr.classes, call))]
        case Para() if _leads(node.inlines):
            return [raw("typst", "#lead["), node, raw("typst", "#parbreak()]")]
    return None


def _says(node: Block) -> bool:
    """Whether there is anything to read in a block."""
    found = find([node], Str, Code, CodeBlock, Math, Image, Table)
    return any(not isinstance(one, CodeBlock) or one.text.strip() for one in found)


def _leads(run: Run) -> bool:
    """Whether a paragraph's words lead to what follows it."""
    last = next((node for node in reversed(run) if not isinstance(node, Note)), None)
    inner = children(last) if last else []
    return _leads(inner) if inner else isinstance(last, Str) and last.text.endswith(LEADING)


def _undivided(items: BulletList | OrderedList) -> Tree:
    """A list, which no page divides where it is short."""
    return [raw("typst", "#whole["), items, raw("typst", "]")] if _is_short(items) else [items]


def _is_short(items: BulletList | OrderedList) -> bool:
    """Whether a list is one that no page divides: of few items, with nothing but text in them."""
    blocks = [block for item in items.items for block in item]
    texts = [block.inlines for block in blocks if isinstance(block, Para | Plain)]
    return (
        len(items.items) <= FEW
        and len(texts) == len(blocks)
        and sum(map(len, map(plain, texts))) < SHORT_LIST
    )


def _box(node: Div, say: Words) -> Tree:
    """A box, an element of HTML's, or blocks that are set to a side or in a language of their own; any
    other is what it holds.
    """
    calls: Tree = []
    content = node.blocks
    names: list[str] = []
    if kind := kind_of(node):
        title, content = title_of(node)
        names = others(node)
        before = f"#note({string(kind)}, "
        if title:
            calls += [raw("typst", before + "["), Plain(title), raw("typst", "])[")]
        else:
            calls.append(raw("typst", f"{before}{string(say(BOXES[kind]))})["))
    parts = [f"#{name}["] if (name := BLOCKS.get(elements.name_of(node))) else []
    parts += ["#subject-index["] if INDEX in node.attr.classes else []
    parts += [f"#align({side})["] if (side := elements.alignment(node)) else []
    parts += [f"#[#set text({speech})"] if (speech := _speech(node)) else []
    if names:
        calls.insert(0, raw("typst", _opened(names)))
    if node.attr.identifier:
        calls.insert(0, raw("typst", f"#spot({string(node.attr.identifier)})"))
    calls += [raw("typst", "".join(parts))] if parts else []
    return [*calls, *content, raw("typst", "]" * (len(parts) + bool(kind) + bool(names)))]


def _tab(node: Div) -> Tree:
    """A tab below its title."""
    title, rest = title_of(node)
    calls = [raw("typst", f"#spot({string(node.attr.identifier)})")] if node.attr.identifier else []
    return [*calls, raw("typst", "#tab(["), Plain(title), raw("typst", "])["), *rest, raw("typst", "]")]


def _picture(found: Picture) -> str:
    """A picture's file, its alternative text and the sizes that its author gave it, as arguments."""
    sizes = [f"{key}: {_length(value)}" for key, value in found.attr.pairs if key in ("width", "height")]
    return ", ".join([string(pictures.packed_path(found.path)), string(found.alt), *sizes])


def _length(written: str) -> str:
    """A length of CSS as one of Typst's."""
    number = written.rstrip("abcdefghijklmnopqrstuvwxyz%")
    factor, unit = _UNITS.get(written[len(number) :], (1, written[len(number) :]))
    return f"{float(number) * factor:g}{unit}"


def _classed(names: Sequence[str], call: str) -> str:
    """A call of classes that a book's theme may know."""
    return f"{_opened(names)}{call}]" if names else call


def _opened(names: Sequence[str]) -> str:
    return f"#classed(({''.join(f'{string(name)}, ' for name in names)}))["


def _literal(word: str) -> Run | None:
    """A word in pieces: where it is too long for a line, those between which the line may end, and where
    Typst would take some of it for a mark. None where there is nothing of that.
    """
    if len(word) < LONGEST and not _MARK.search(word):  # nearly all
        return None
    parts = [word]
    if len(word) >= LONGEST and _LONG_WORD.search(word):
        joined = _JOINTS.findall(word)
        parts = [end for part in joined for end in (_LETTERS.findall(part) if len(part) > PART else [part])]
    pieces: Run = []
    for part in parts:
        pieces += [_MAY_END, *_spelled(part)] if pieces else _spelled(part)
    return pieces if len(pieces) > 1 or isinstance(pieces[0], RawInline) else None


def _spelled(word: str) -> Run:
    """A word with what Typst would take for a mark as letters: where it begins a line, that of a heading, an
    item or a term; anywhere, two hyphens for a dash.

    pandoc escapes the former at the start of a paragraph, but not of an item, a cell, a note or a link.
    """
    pieces: Run = []
    end = 0
    for mark in _MARK.finditer(word):
        escaped = raw_inline("typst", f"{mark[0][:-1]}\\{mark[0][-1]}")
        pieces += [Str(word[end : mark.start()]), escaped]
        end = mark.end()
    pieces.append(Str(word[end:]))
    return [piece for piece in pieces if not isinstance(piece, Str) or piece.text]


def _inline(spoken: Mapping[str, str], node: Inline) -> Run | None:
    match node:
        case Span():
            return _words(node)
        case Code() if LINE_ENDS.search(node.text):
            return [Code.of(node.attr, LINE_ENDS.sub("\ufffd", node.text))]
        # pandoc writes no alternative text for these two, and PDF/UA wants one.
        case Image():
            found = Picture(node.target.url, plain(node.inlines), "", node.attr)
            return [raw_inline("typst", _classed(node.attr.classes, f"#in-line({_picture(found)})") + ";")]
        case LineBreak():
            return [raw_inline("typst", "#line-end;"), node]
        case Math():
            is_block = "true" if node.kind.t == "DisplayMath" else "false"
            # What Typst refuses, and what shows nothing, is shown as it is written.
            shown = spoken[node.text] or string(node.text.strip() or "\u2060")
            alt = string(spoken[node.text] or node.text.strip() or " ")
            return [raw_inline("typst", f"#math.equation(block: {is_block}, alt: {alt}, ${shown}$.body);")]
    return None


def _words(node: Span) -> Run | None:
    """Words that are a place, an element of HTML's or in a language of their own; None for any others."""
    if names := node.attr.get("places") if PLACES in node.attr.classes else "":
        return [raw_inline("typst", f"#pages({', '.join(map(string, names.split()))});")]
    place, speech = node.attr.identifier, _speech(node)
    spot = [raw_inline("typst", f"#spot({string(place)});")] if place else []
    calls = [f"#{name}["] if (name := INLINES.get(elements.name_of(node))) else []
    calls += [f"#text({speech})["] if speech else []
    if not calls:
        return [*spot, *node.inlines] if place else None
    before, after = "".join(calls), "]" * len(calls) + ";"
    return [*spot, raw_inline("typst", before), *node.inlines, raw_inline("typst", after)]


def string(text: str) -> str:
    """Return ``text`` as a string literal of Typst's, which can hold nothing but that text."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t")
    return f'"{_CONTROLS.sub("", escaped)}"'


_CONTROLS = re.compile("[\0-\x1f]")


def _is_plain(node: OrderedList) -> bool:
    """Whether Typst numbers a list as it numbers any: 1., 2., 3."""
    start = node.start
    return (
        start.start == 1
        and start.style.t in ("DefaultStyle", "Decimal")
        and start.delimiter.t in ("DefaultDelim", "Period")
    )


def _restarted(tree: Tree) -> Tree:
    """Blocks in an item of a numbered list: how its numbers begin is no matter of the lists in it."""
    new: Tree = []
    for node in tree:
        if not isinstance(node, OrderedList):
            new.append(
                mapped(node, _restarted, list) if isinstance(node, (BulletList, Div, BlockQuote)) else node
            )
        elif _is_plain(node):
            new += [raw("typst", '#[#set enum(start: 1, numbering: "1.")'), node, raw("typst", "]")]
        else:
            new.append(node)
    return new


def _terms(node: DefinitionList) -> Tree:
    """A definition list as a call: pandoc would put each definition into a block, which a page's end could
    part from its term."""
    parts: Tree = [raw("typst", "#terms(")]
    for term, definitions in node.items:
        # As blocks of their own these brackets could have a blank line within: a term of two paragraphs.
        parts.append(Plain([raw_inline("typst", "terms.item["), *term, raw_inline("typst", "][")]))
        for definition in definitions:
            parts += [Para(one.inlines) if isinstance(one, Plain) else one for one in definition]
        parts.append(raw("typst", "],"))
    return [*parts, raw("typst", ")")]


def _no_typst(node: Node) -> list[Any] | None:
    """pandoc's writer takes attributes ``typst:...`` for code; nothing of the book's may be Typst code."""
    if isinstance(node, WITH_ATTR):
        node.attr.pairs = [pair for pair in node.attr.pairs if not pair[0].startswith("typst:")]
    return None


def _speech(node: Node) -> str:
    """Which language a part is in, as arguments of Typst's; empty where the node does not say."""
    tag = node.attr.get("lang") if isinstance(node, (Div, Span)) else ""
    if not tag:
        return ""
    language, *rest = tag.split("-")
    region = next((part for part in rest if len(part) == 2), None)
    return f"lang: {string(language)}, region: {string(region) if region else 'none'}"


# ---- links ---------------------------------------------------------------------------------


def _referring(here: str, run: Run, is_listed: bool) -> Run:
    """A run of inlines whose links say where they lead: a page of the book, or an address in a note; ``here``
    is the anchor of its chapter.

    Where there are many links out of the book, all their addresses stand behind it: in a list where
    ``is_listed``, else in one note.
    """
    away = [node for node in beside_words(run) if isinstance(node, Link) and _is_hidden(node)]
    if len(away) <= MANY:
        return _links(here, run, lambda link: [raw_inline("typst", f"#address({string(link.target.url)});")])
    entries: Run = []
    for link in away:
        after = f"], {string(link.target.url)}), "
        entries += [raw_inline("typst", "(["), *_unnoted(link.inlines), raw_inline("typst", after)]
    name = "addresses" if is_listed else "noted-addresses"
    all_ = [raw_inline("typst", f"#{name}("), *entries, raw_inline("typst", ");")]
    return [*_links(here, run, lambda link: []), *all_]


def _links(here: str, run: Run, aside: Callable[[Link], Run]) -> Run:
    """A run with the page after each link inside the book, and ``aside`` after each link out of it whose
    text is not its address."""

    def in_run(inner: Run) -> Run:
        return _links(here, inner, aside)

    new: Run = []
    for node in run:
        if type(node) in LEAVES:
            new.append(node)
            continue
        match node:
            case Link(inlines=[]) if node.target.url.startswith("#"):
                new.append(raw_inline("typst", f"#refer({string(node.target.url[1:])});"))
            case Link() if node.target.url.startswith("#"):
                before = f"#see({string(node.target.url[1:])}, {string(here)})["
                new += [raw_inline("typst", before), *_noted(here, node.inlines), raw_inline("typst", "];")]
            case Link() if _is_hidden(node):
                new += [Link.of(node.attr, _noted(here, node.inlines), node.target), *aside(node)]
            case Note():
                new += _noted(here, [node])
            case _:
                new.append(mapped(node, list, in_run) if isinstance(node, _LINKED) else node)
    return new


def _noted(here: str, run: Run) -> Run:
    """A run whose notes say where their links lead, while its own links do not."""
    new: Run = []
    for node in run:
        if isinstance(node, Note):
            new.append(Note(rewrite(node.blocks, lambda _, inner: _in_note(here, inner))))
        else:
            new.append(node if type(node) in LEAVES else mapped(node, list, partial(_noted, here)))
    return new


def _titled(here: str, run: Run) -> Run:
    """A heading's run, whose notes are none of the contents, of bookmarks and of running heads."""
    new: Run = []
    for node in run:
        if isinstance(node, Note):
            new += [raw_inline("typst", "#beside-title["), *_noted(here, [node]), raw_inline("typst", "];")]
        else:
            new.append(node if type(node) in LEAVES else mapped(node, list, partial(_titled, here)))
    return new


def _phrased(run: Run, language: str) -> Run:
    """What tells the template the phrases of a heading's words, between which its lines may end."""
    known = {word.text: phrases.of(word.text, language) for word in find(run, Str)}
    entries = [
        f"{string(text)}: ({', '.join(map(string, parts))})"
        for text, parts in known.items()
        if len(parts) > 1
    ]
    return [raw_inline("typst", f"#metadata((phrases: ({', '.join(entries)})));")] if entries else []


def _unnoted(run: Run) -> Run:
    """A run without its notes."""
    return [
        node if type(node) in LEAVES else mapped(node, list, _unnoted)
        for node in run
        if not isinstance(node, Note)
    ]


def _in_note(here: str, run: Run) -> Run:
    """A note has no notes: what is in it has its addresses in brackets."""
    return _links(here, run, lambda link: [raw_inline("typst", f" (#shown({string(link.target.url)}))")])


def _is_hidden(link: Link) -> bool:
    """Whether a link leads out of the book to an address that its text does not show."""
    target = link.target.url
    return not target.startswith("#") and not addresses.shows(plain(link.inlines), target)


# ---- listings ------------------------------------------------------------------------------


def _place_listings(nodes: Sequence[Node], depth: int = 0) -> None:
    """Note on each code block how deep in lists it stands."""
    for node in nodes:
        if isinstance(node, CodeBlock):
            node.attr.pairs.append(("within", str(depth)))
        elif not isinstance(node, (Para, Plain, Header)) or find(node, CodeBlock):  # most have none
            for part in held(node):
                _place_listings(part, depth + isinstance(node, _DEEPER))


def _listing(node: CodeBlock, say: Words) -> str:
    """A code block as a call of the template's, its text as a string."""
    own = dict(node.attr.pairs)
    code = LINE_ENDS.sub("\ufffd", node.text.rstrip("\n")).expandtabs(TAB)
    widest = max(1, *map(_width, code.split("\n")))  # an empty listing is a panel too
    together = "".join(f"{count}, " for count in pieces(code))
    given = f"{string(code)}, ({together}), {widest}, {own['within']}"
    if not is_listing(node):
        of = own.get("of")
        label = say("Output of {file}", file=of) if of else say("Output")
        return f"#transcript({given}, {string(label)})"
    start = int(own.get("start", 1))
    file = string(own.get("file", ""))
    title = own.get(TITLE, "")
    above = f"title: {string(title)}, named: {'true' if is_name(title) else 'false'}, " if title else ""
    if caption := own.get(CAPTION):
        above += f"caption: {string(caption)}, anchor: {string(node.attr.identifier)}, "
    # Typst's own highlighting takes longer than all else it does for a book.
    lines = "".join(f"({_coloured(line)}), " for line in highlighted(node, code))
    return f"#listing({given}, ({lines}), {above}file: {file}, start: {start})"


def _coloured(line: Sequence[tuple[str, str]]) -> str:
    """A line's pieces for the template: strings, and pairs of a string and the name of its colour."""
    found = []
    # Words that run to the left would take along the signs and numbers after them.
    line = [
        (kind, f"\u2066{text}\u2069" if place < len(line) and runs_left(text) else text)
        for place, (kind, text) in enumerate(line, 1)
    ]
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
