"""An edition as one Markdown file: readable as it is, and complete in itself.

Two read it. pandoc, as Polybook runs it, reads the same tree again. A code host, which knows GitHub's
Markdown alone, shows the same words, and no marks of pandoc's that it does not know: attributes are HTML.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterator
from html import escape
from itertools import chain, islice
from textwrap import indent

from polybook.chapters import captions
from polybook.chapters.headings import DEEPEST
from polybook.chapters.headings import words as as_words
from polybook.markup import flanking, levels
from polybook.markup.boxes import kind_of, title_of
from polybook.markup.fences import CAPTION, INFO
from polybook.markup.folds import OPEN, is_tab
from polybook.markup.parse import READER
from polybook.markup.tree import find, is_title, mapped, plain, rewrite, rows
from polybook.model.edition import Edition, EditionChapter, Labels
from polybook.model.nodes import (
    Attr,
    Block,
    BlockQuote,
    BulletList,
    Caption,
    Cell,
    Code,
    CodeBlock,
    DefinitionList,
    Div,
    Emph,
    Header,
    Image,
    Inline,
    LineBreak,
    Link,
    Math,
    Note,
    Para,
    Plain,
    RawInline,
    Run,
    SmallCaps,
    SoftBreak,
    Space,
    Span,
    Str,
    Strikeout,
    Strong,
    Subscript,
    Superscript,
    Table,
    Target,
    Tree,
    Underline,
)
from polybook.render import blocks, elements, labels, pictures, themes
from polybook.render.contents import places
from polybook.render.subject_index import PLACES
from polybook.render.words import Words, words
from polybook.system import fingerprints
from polybook.system.cache import Step, Store, digest_of

_WRITER = READER + "-smart"
"""Quotation marks and dashes are written as the characters that they are."""

_TAGS: dict[type[Inline], str] = {Superscript: "sup", Subscript: "sub", Underline: "u"}
"""Marks that a code host has none for, or another meaning: as HTML."""

_SPACES = frozenset({Space, SoftBreak, LineBreak})
_NONE = Attr()


def render(edition: Edition, store: Store) -> bytes:
    """Return the edition's text; links between chapters lead to anchors in the same file.

    Headings of a chapter that lies in others count as deep as it lies, as far as Markdown has levels.
    """
    depths = [place.parts + place.within for place in places(edition)]

    say = words(edition.locale, edition.theme)
    found = blocks.outlines(edition, store)
    linked = {link[1:] for outline in found for link in outline.links}
    steps = [
        Step(
            "markdown",
            f"{edition.locale} {chapter.name}",
            {
                "chapter": chapter.digest,
                "depth": str(depth),
                "labels": labels.digest(edition.labels, outline),
                "linked": digest_of(sorted(linked.intersection(outline.anchors))),
                "polybook": fingerprints.code("model", "markup", "markup/html", "render"),
                "theme": themes.stamp(edition.theme, "locales"),
                "tools": fingerprints.of("pypandoc_binary", "babel"),
            },
        )
        for chapter, depth, outline in zip(edition.chapters, depths, found, strict=True)
    ]

    def make(places: list[int]) -> Iterator[str]:
        noted: dict[int, int] = {}  # how many footnotes a chapter has

        def prepare(place: int) -> list[Tree]:
            chapter = edition.chapters[place]
            notes: list[Tree] = []

            def inline(node: Inline) -> Run | None:
                match node:
                    case Note():
                        notes.append(node.blocks)
                        return [_raw(f"[^{_label(chapter, len(notes))}]")]
                    case Link(inlines=[], target=target) if known := edition.labels.get(target.url[1:]):
                        return [Link.of(node.attr, as_words(labels.reference(known, say)), target)]
                return None

            tree = chapter.blocks
            _name(tree, edition.labels, linked, say)
            tree = blocks.prepare(tree, _block, inline)
            for header in find(tree, Header):
                header.level = min(header.level + depths[place], DEEPEST)
            noted[place] = len(notes)
            return [rewrite(one, _spelled) for one in (tree, *notes)]

        written = blocks.write_chapters(_WRITER, edition, places, prepare)
        for place in places:
            text = next(written).strip()
            notes = enumerate(islice(written, noted.pop(place)), 1)
            yield "\n\n".join([text, *(_note(edition.chapters[place], *one) for one in notes)])

    return ("\n\n".join(store.remember(steps, make)) + "\n").encode()


def _name(tree: Tree, known: Labels, linked: Container[str], say: Words) -> None:
    """Put before headings and captions what they are called, in place.

    What has a caption is a place only where something is ``linked`` to it.
    """
    for header in find(tree, Header):
        if before := labels.in_line(known.get(header.attr.identifier), say):
            header.inlines = [*as_words(before), Space(), *header.inlines]
    for _, node in captions.found(tree):
        label = known.get(node.attr.identifier)
        if node.attr.identifier not in linked:
            node.attr.identifier = ""
        before = labels.caption(label, say) if label else ""
        match node:
            case Image():
                node.target.title = f"{before} {node.target.title}".strip()
            case CodeBlock():
                caption = f"{before} {node.attr.get(CAPTION)}".strip()
                kept = [pair for pair in node.attr.pairs if pair[0] not in (CAPTION, INFO)]
                node.attr.pairs = [*kept, (CAPTION, caption)]
            case Table() if before:
                first = node.caption.blocks[0]
                if isinstance(first, Para | Plain):
                    first.inlines = [*as_words(before), Space(), *first.inlines]


def _label(chapter: EditionChapter, number: int) -> str:
    """What a footnote is called: pandoc's numbers are those of another chapter's footnotes too."""
    return f"{chapter.name}-{number}"


def _note(chapter: EditionChapter, number: int, text: str) -> str:
    """A footnote as it is written below its chapter."""
    inside = indent(text.strip("\n"), " " * 4)
    # Beside the label code would lose spaces of its lines.
    begun = f"\n{inside}" if text.startswith((" ", "`", "~")) else f" {inside.lstrip()}"
    return f"[^{_label(chapter, number)}]:{begun}"


def _raw(text: str) -> RawInline:
    """Text that is Markdown as it is."""
    return blocks.raw_inline("markdown", text)


def _tag(name: str, attr: Attr) -> str:
    """The tag that opens an element with a node's attributes."""
    pairs = [("id", attr.identifier), ("class", " ".join(attr.classes)), *attr.pairs]
    given = "".join(f' {key}="{escape(value)}"' for key, value in pairs if value)
    return f"<{name}{given}>"


# ---- blocks ----------------------------------------------------------------------------------


def _block(node: Block) -> Tree | None:
    match node:
        case Div() if name := elements.name_of(node):
            ends = (elements.start_tag(name, node.attr), f"</{name}>")
            return [blocks.raw("markdown", ends[0]), *node.blocks, blocks.raw("markdown", ends[1])]
        case Para([Image() as only]) if _is_tag(only):
            # A paragraph, so that two of them stand one below the other.
            return [blocks.raw("markdown", f"<p>{_picture(only)}</p>")]
        case BulletList() if tasks := blocks.task_list(node):
            return [tasks]
        case CodeBlock() if caption := node.attr.get(CAPTION):
            # Code hosts show nothing of what stands beside a fence.
            named = [_raw(_tag("a", Attr(node.attr.identifier)) + "</a>")] * bool(node.attr.identifier)
            kept = [pair for pair in node.attr.pairs if pair[0] != CAPTION]
            listing = CodeBlock.of(Attr("", node.attr.classes, kept), node.text)
            return [Para([*named, *as_words(caption)]), _listing(listing)]
        case CodeBlock():
            return [_listing(node)]
        case Header():
            levels.restore(node)
            named = [_raw(f'<a id="{escape(node.attr.identifier)}"></a>')]
            is_own = node.attr.identifier == _slug(plain(node.inlines))
            return [Header.of(node.level, _NONE, node.inlines if is_own else [*named, *node.inlines])]
        case Div() if kind := kind_of(node):
            return [_box(node, kind)]
        case Div() if is_tab(node):
            return _tab(node)
        case Div() if not node.blocks:
            return [Para([_raw(_tag("a", Attr(node.attr.identifier)) + "</a>")])]
        case Div() if not is_title(node):
            return _element("div", node.attr, node.blocks) if node.attr != _NONE else node.blocks
        case DefinitionList() if not all(_is_text(part) for _, parts in node.items for part in parts):
            return _terms(node)
        case Table() if _is_more_than_lines(node):
            return _cells(node)
        case Table():
            return _captioned(node)
    return None


def _is_tag(image: Image) -> bool:
    """Whether a picture has what Markdown has no marks for: a size, a name, or no words on purpose."""
    return image.attr != _NONE or not image.inlines


def _picture(image: Image) -> str:
    """A picture as HTML."""
    target = image.target
    given = {"src": pictures.address(target.url), "alt": plain(image.inlines), "title": target.title}
    given |= {"id": image.attr.identifier, "class": " ".join(image.attr.classes)}
    given |= pictures.pixels(image.attr)
    written = (f' {key}="{escape(value)}"' for key, value in given.items() if value or key == "alt")
    return f"<img{''.join(written)}>"


def _listing(node: CodeBlock) -> Block:
    """A listing whose fence names its language first, as a code host looks for it there."""
    own = node.attr
    info = own.get(INFO)  # as its author wrote it
    if not info or "`" in info:
        language = next((name for name in own.classes if name != "transcript"), "")
        given = [f"#{own.identifier}"] * bool(own.identifier)
        given += [f".{name}" for name in own.classes if name != language]
        kept = [pair for pair in own.pairs if pair[0] not in ("digest", "start", "of", INFO)]
        given += [f'{key}="{_beside_a_fence(value)}"' for key, value in kept]
        info = f"{language} {{{' '.join(given)}}}" if given else language
    fence = "`" * max(3, 1 + max(map(len, re.findall("`+", node.text)), default=0))
    return blocks.raw(
        "markdown", "\n".join([f"{fence} {info}".strip(), *([node.text] * bool(node.text)), fence])
    )


def _beside_a_fence(value: str) -> str:
    """An attribute's value as it stands beside a fence, where names of characters are read twice: as all that
    stands there, and as an attribute."""
    return escape(escape(value)).replace("\\", "&amp;#92;").replace("`", "&amp;#96;")


def _slug(text: str) -> str:
    """The identifier that GitHub and pandoc give a heading with this text."""
    return re.sub(r"[^\w -]", "", text.lower()).replace(" ", "-")


def _element(name: str, attr: Attr, inside: Tree) -> Tree:
    """Blocks in an element of HTML."""
    return [blocks.raw("markdown", _tag(name, attr)), *inside, blocks.raw("markdown", f"</{name}>")]


def _box(node: Div, kind: str) -> BlockQuote:
    """A box as GitHub's alert; its title stands after the kind, as Obsidian has it."""
    title, rest = title_of(node)
    opening: Run = [_raw(f"[!{kind.upper()}]"), *([Space(), *title] if title else [])]
    named: Run = [_raw(_tag("a", Attr(node.attr.identifier)) + "</a>")] if node.attr.identifier else []
    if rest and isinstance(first := rest[0], Para):
        return BlockQuote([Para([*opening, SoftBreak(), *named, *first.inlines]), *rest[1:]])
    return BlockQuote([Para([*opening, *([SoftBreak(), *named] if named else [])]), *rest])


def _tab(node: Div) -> Tree:
    """A tab as what folds and is open: a code host shows its title and its text."""
    title, rest = title_of(node)
    names = [name for name in node.attr.classes if name != OPEN]
    start = elements.start_tag("details", Attr(node.attr.identifier, names, [("open", "")]))
    words = _element("summary", _NONE, [Plain(title)])
    return [blocks.raw("markdown", start), *words, *rest, blocks.raw("markdown", "</details>")]


def _is_text(definition: Tree) -> bool:
    """Whether a definition is one text, which a code host shows below its term."""
    return len(definition) == 1 and isinstance(definition[0], Para | Plain)


def _terms(node: DefinitionList) -> Tree:
    """A list whose definitions are more than texts; a code host would take some of them for code."""
    parts: Tree = []
    for term, definitions in node.items:
        parts += _element("dt", _NONE, [Para(term)])
        for definition in definitions:
            inside: Tree = [Para(one.inlines) if isinstance(one, Plain) else one for one in definition]
            parts += _element("dd", _NONE, inside)
    return _element("dl", _NONE, parts)


def _is_more_than_lines(table: Table) -> bool:
    """Whether a table has what no table of Markdown's has: wide cells, several blocks or lines in one."""
    return any(
        cell.rows > 1 or cell.columns > 1 or len(cell.blocks) > 1 or not all(map(_is_line, cell.blocks))
        for row in rows(table)
        for cell in row.cells
    )


def _is_line(block: Block) -> bool:
    return isinstance(block, Plain | Para) and not find(block.inlines, LineBreak)


def _cells(table: Table) -> Tree:
    """A table whose cells are elements of HTML; what is in them is Markdown."""
    sections = [("thead", table.head.rows), *(("tbody", [*one.head, *one.rows]) for one in table.bodies)]
    parts = _element("caption", _NONE, table.caption.blocks) if table.caption.blocks else []
    for name, given in (*sections, ("tfoot", table.foot.rows)):
        made: Tree = []
        for row in given:
            cells = [_cell("th" if name == "thead" else "td", cell) for cell in row.cells]
            made += _element("tr", _NONE, list(chain.from_iterable(cells)))
        parts += _element(name, _NONE, made) if made else []
    return _element("table", _NONE, parts)


def _cell(name: str, cell: Cell) -> Tree:
    spans = {"rowspan": cell.rows, "colspan": cell.columns}
    given = [(key, str(count)) for key, count in spans.items() if count > 1]
    align = cell.alignment.t.removeprefix("Align").lower()
    given += [("align", align)] * (align != "default")
    return _element(name, Attr("", [], given), cell.blocks)


def _captioned(node: Table) -> Tree | None:
    """A table with its caption below it, as it is read."""
    match node.caption.blocks:
        case [Para() | Plain() as only]:
            opening: Run = [_raw(":"), Space()]
            named = [_raw(_tag("a", Attr(node.attr.identifier)) + "</a>")] * bool(node.attr.identifier)
            node.caption, node.attr = Caption(None, []), _NONE
            return [node, Para([*opening, *named, *only.inlines])]
    return None


# ---- inlines ---------------------------------------------------------------------------------


def _spelled(kind: str, run: Run) -> Run:
    spelled = _Spelling(kind == "table cell").run(run, True)
    _begin_with_text(spelled)
    return spelled


def _begin_with_text(run: Run) -> bool:
    """Put the text of a block beside the tags that it begins with, in place: a tag alone in the first line
    would take the whole block for HTML. Return whether the run is more than tags.
    """
    for place, node in enumerate(run):
        if isinstance(node, SoftBreak):
            run[place] = Space()
            return True
        is_tag = isinstance(node, RawInline) and node.text.startswith("<")
        is_empty = isinstance(node, _EMPHASIS) and not _begin_with_text(node.inlines)
        if not (is_tag or is_empty or isinstance(node, Space)):
            return True
    return False


class _Spelling:
    """A walk over a run in which what could be taken for a mark is escaped."""

    def __init__(self, is_cell: bool) -> None:
        self._is_cell = is_cell

    def run(self, run: Run, at_start: bool = False) -> Run:
        """The run; ``at_start`` says that it begins a block."""
        new: Run = []
        before: Inline | None = None
        for place, node in enumerate(run):
            if isinstance(node, Str):
                after = run[place + 1] if place + 1 < len(run) else None
                starts = at_start if before is None else isinstance(before, SoftBreak | LineBreak)
                first = _hides(node.text[0], before, -1)
                last = _hides(node.text[-1], after, 0) and (len(node.text) > 1 or not first)
                new += [_raw(f"&#{ord(node.text[0])};")] * first
                if inner := node.text[first : len(node.text) - last]:
                    new += self._word(inner, starts and not first, before, after)
                new += [_raw(f"&#{ord(node.text[-1])};")] * last
            elif type(node) in _SPACES:
                new.append(node)
            else:
                new += self._inline(node)
            before = node
        return new

    def _inline(self, node: Inline) -> Run:
        match node:
            case RawInline() if node.format in ("html", "html4", "html5"):
                return [_raw(node.text)]
            case Code():
                return self._verbatim(Code.of(_NONE, node.text), node.text)
            case Math():
                return self._verbatim(node, node.text)
            case Span() if name := elements.name_of(node):
                return [
                    _raw(_tag(name, elements.unnamed(node.attr))),
                    *self.run(node.inlines),
                    _raw(f"</{name}>"),
                ]
            case Span():
                # A picture alone is a figure, whatever language its words are in.
                is_bare = (
                    node.attr == _NONE
                    or PLACES in node.attr.classes
                    or [type(one) for one in node.inlines] == [Image]
                )
                inside = self.run(node.inlines)
                return inside if is_bare else [_raw(_tag("span", node.attr)), *inside, _raw("</span>")]
            case SmallCaps():
                return [_raw('<span class="smallcaps">'), *self.run(node.inlines), _raw("</span>")]
            case Superscript() | Subscript() | Underline():
                name = _TAGS[type(node)]
                return [_raw(f"<{name}>"), *self.run(node.inlines), _raw(f"</{name}>")]
            case Link() if not node.target.title and plain(node.inlines) == node.target.url.removeprefix(
                "mailto:"
            ):
                return [Link.of(_NONE, node.inlines, node.target)]  # pandoc writes <https://example.org>
            case Image() if _is_tag(node):
                tag = _picture(node)
                return [_raw(tag.replace("|", "&#124;") if self._is_cell else tag)]
            case Image():
                target = Target(pictures.address(node.target.url), node.target.title)
                return [Image.of(_NONE, self.run(node.inlines), self._target(target))]
            case Link():
                return [Link.of(_NONE, self.run(node.inlines), self._target(node.target))]
        copy: Inline = mapped(node, list, self.run)
        return [copy]

    def _target(self, target: Target) -> Target:
        # pandoc writes a title as it is.
        title = target.title.replace("&", "&amp;").replace("\\", r"\\").replace('"', r"\"")
        url = target.url
        return (
            Target(url.replace("|", "%7C"), title.replace("|", "\\|"))
            if self._is_cell
            else Target(url, title)
        )

    def _verbatim(self, node: Code | Math, text: str) -> Run:
        """Code or a formula; in a cell a bar would end it."""
        if not (self._is_cell and "|" in text):
            return [node]
        text = text.replace("|", "\\|")
        if isinstance(node, Math):
            mark = "$" if node.kind.t == "InlineMath" else "$$"
            return [_raw(f"{mark}{text}{mark}")]
        mark = "`" * (1 + max(map(len, re.findall("`+", text)), default=0))
        space = " " if text[0] == "`" or text[-1] == "`" else ""
        return [_raw(f"{mark}{space}{text}{space}{mark}")]

    def _word(self, word: str, starts: bool, before: Inline | None, after: Inline | None) -> Run:
        if word.isalnum() or word in ("☐", "☒"):  # boxes of tasks, which pandoc writes
            return [Str(word)]
        text = (_IN_CELLS if self._is_cell else _ANYWHERE).sub(r"\\\g<0>", word)
        if text[-1] == "!" and after is not None and type(after) not in _SPACES:
            text = text[:-1] + "\\!"
        if text[0] in "(:" and isinstance(before, RawInline):  # after a footnote it would be more of that
            text = "\\" + text
        if starts:
            text = _NUMBER.sub(r"\1\\\2", text)
            text = re.sub(r"^(?=[>:|]|[-+=]+$|[-=][-=:|]+$)", r"\\", text)
        if not word.strip("#"):
            text = "\\" + text
        return [_raw(_MAIL.sub("<span></span>@", text))]


def _hides(letter: str, beside: Inline | None, edge: int) -> bool:
    """Whether a letter would keep marks of emphasis from being any; its number, written, does not.

    ``edge`` is 0 where they open beside it, -1 where they close.
    """
    if not isinstance(beside, _EMPHASIS) or not flanking.is_of_word(letter):
        return False
    inner: Inline | None = beside
    while isinstance(inner, _EMPHASIS):
        inner = inner.inlines[edge] if inner.inlines else None
    return not (isinstance(inner, Str) and flanking.is_of_word(inner.text[edge]))


_EMPHASIS = (Emph, Strong, Strikeout)
# Marks of emphasis, links, formulas, attributes; tags and names of characters; what is short for others.
_MARKS = (
    r"[\\`*\[\]{}^~$\"']",
    r"(?<![^\W_])_|_(?![^\W_])",
    r"<(?=[A-Za-z/!?])",
    r"&(?=#?\w+;)",
    r"-(?=-)",
    r"\.(?=\.\.)",
    # Addresses that a code host makes links of; those of mail it finds after all escapes (see _MAIL).
    r"(?<=[wW]{3})\.",
    r":(?=//)",
)
_MAIL = re.compile(r"(?<=[A-Za-z0-9.+_-])@(?=[A-Za-z0-9])")
_ANYWHERE = re.compile("|".join(_MARKS))
_IN_CELLS = re.compile("|".join((*_MARKS, r"\|")))
_NUMBER = re.compile(r"^(\(?(?:[0-9]{1,9}|[A-Za-z]|[ivxlcdm]+|[IVXLCDM]+|#)|table)([.):])$", re.IGNORECASE)
"""What numbers an item of a list, and what begins a caption."""
