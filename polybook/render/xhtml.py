"""An edition's chapters as XHTML, written once for the site and the EPUB.

What each of them shows in a way of its own is a hole in the text, which the format fills.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from html import escape
from itertools import count, islice

import gevent
import msgspec

from polybook.markup.boxes import kind_of, others, title_of
from polybook.markup.fences import CAPTION
from polybook.markup.folds import DETAILS, OPEN, is_fold, is_open, is_tab, is_tabs
from polybook.markup.tree import find, plain
from polybook.model.edition import Edition, Label, Labels
from polybook.model.nodes import (
    Attr,
    Block,
    BulletList,
    Code,
    CodeBlock,
    Div,
    Header,
    Image,
    Inline,
    Link,
    Note,
    Para,
    Plain,
    Run,
    Span,
    Str,
    Table,
    Tree,
    read_tree,
)
from polybook.render import blocks, elements, labels, pictures, themes
from polybook.render.blocks import BOXES, Home, opening, picture, raw, raw_inline, relative, task_list
from polybook.render.subject_index import PLACES
from polybook.render.words import Words, words
from polybook.system import fingerprints
from polybook.system.cache import Packed, Step, Store, packed, unpacked


class ListingHole(msgspec.Struct, tag="listing", array_like=True):
    """Where a listing or transcript stands."""

    block: CodeBlock


class PictureHole(msgspec.Struct, tag="picture", array_like=True):
    """Where a picture stands."""

    path: str
    alt: str
    """Empty where it is there for its looks alone."""

    caption: str
    attr: Attr
    """With an identifier where it has a caption."""

    alone: bool = True
    """Whether it is a paragraph of its own, rather than in a line."""


class HeadingHole(msgspec.Struct, tag="heading", array_like=True):
    """What comes after a heading."""

    level: int
    anchor: str
    title: str
    language: str
    """That of a heading which is not translated; else empty."""


class LinkHole(msgspec.Struct, tag="link", array_like=True):
    """The address of a link into the book; `fill` fills it."""

    anchor: str
    """Empty where it leads to a file of the book."""


class LabelHole(msgspec.Struct, tag="label", array_like=True):
    """What stands before a heading, or before a table's caption; `fill` fills it."""

    anchor: str


class ReferenceHole(msgspec.Struct, tag="reference", array_like=True):
    """The words of a link that has none of its own; `fill` fills it."""

    anchor: str


class NoteHole(msgspec.Struct, tag="note", array_like=True):
    """The reference to a footnote."""

    number: int


class TableHole(msgspec.Struct, tag="table", array_like=True):
    """Within the tag around a table."""


class FoldHole(msgspec.Struct, tag="fold", array_like=True):
    """Within the tag around what folds."""

    is_open: bool


class TabHole(msgspec.Struct, tag="tab", array_like=True):
    """Before a tab's title."""

    group: int
    """Which of the chapter's tabs it is one of, from 1."""

    is_open: bool


class TabEndHole(msgspec.Struct, tag="tab end", array_like=True):
    """What comes after a tab's title."""


class BoxHole(msgspec.Struct, tag="box", array_like=True):
    """The box of a task, before its text."""

    done: bool


class BoxEndHole(msgspec.Struct, tag="box end", array_like=True):
    """What comes after the text of a task."""


BLOCKS = frozenset({"address", "article", "aside", "section"})
"""Elements of blocks that pages have as they are, beside those in `_FIRST`; any other is a ``div``."""

INLINES = frozenset(
    ["abbr", "bdi", "bdo", "cite", "code", "dfn", "kbd", "mark", "rt", "ruby", "samp", "small", "var"]
)
"""Elements in a line that pages have as they are; of any other they have what it holds."""

_FIRST = {"details": "summary", "figure": "figcaption"}
"""Elements that hold a line of words of their own."""

_PLACES = {"details": (0,), "figure": (0, -1)}
"""Where it may be among what they hold."""

Hole = (
    ListingHole | PictureHole | HeadingHole | LinkHole | LabelHole | ReferenceHole | NoteHole | TableHole
    | BoxHole | BoxEndHole | FoldHole | TabHole | TabEndHole
)  # fmt: skip
"""What is to be filled in a chapter, maybe with nothing."""

Show = Callable[[Hole], str]
"""What a format fills a hole with."""

_MARK = "\ufdd0{}\ufdd1"
"""A hole in what pandoc writes. No chapter and no translation holds these characters, as no text does."""

_LINK = "\ufdd0{}\ufdd2"
"""Where a link's address begins; its anchor follows, or the path of its file."""

_HOLE = re.compile('\ufdd0([0-9]+)(?:\ufdd1\n?|\ufdd2([^"]*))')


class Written(msgspec.Struct, frozen=True):
    """A chapter as pandoc wrote it, but for its holes."""

    text: str
    notes: tuple[str, ...]
    """Its footnotes, in the order of their numbers. None has others: pandoc reads none in one."""

    holes: tuple[Hole, ...]
    """By the numbers that are in the text, and in the notes."""


def write(edition: Edition, chapters: Sequence[int], store: Store) -> list[Written]:
    """Return these chapters of an edition, by their places in it."""
    say = words(edition.locale, edition.theme)
    shared = {
        "polybook": fingerprints.code("model", "markup", "markup/html", "render"),
        "theme": themes.stamp(edition.theme, "locales"),
        "tools": fingerprints.of("pypandoc_binary", "babel"),
    }
    steps = [
        Step("write", f"{edition.locale} {chapter.name}", {**shared, "chapter": chapter.digest})
        for chapter in (edition.chapters[place] for place in chapters)
    ]

    def make(wanted: list[int]) -> Iterator[Packed]:
        made: dict[int, tuple[int, list[Hole]]] = {}  # how many footnotes there are, and the holes

        def prepare(chapter: int) -> list[Tree]:
            gevent.sleep(0)  # between two chapters others may go on
            # Whoever wrote it as &#xFDD0; gets what stands for a character that is none.
            tree = read_tree(edition.chapters[chapter].json.replace("\ufdd0", "\ufffd"))
            marked = _Marked(tree, say)
            made[chapter] = len(marked.notes), marked.holes
            return [marked.blocks, *marked.notes]

        asked = [chapters[one] for one in wanted]
        written = blocks.write_chapters("html5", edition, asked, prepare)
        for chapter in asked:
            text = next(written)
            notes, holes = made.pop(chapter)
            yield packed(Written(text, tuple(islice(written, notes)), tuple(holes)))

    return store.remember(steps, make, lambda kept: unpacked(kept, Written))


class _Marked:
    """A chapter's blocks with marks at their holes, and its footnotes apart."""

    def __init__(self, tree: Tree, say: Words) -> None:
        self._say = say
        self._groups = count(1)
        self.holes: list[Hole] = []
        self.notes: list[Tree] = []
        if find(tree, Image):  # before those in lines, which are others
            tree = blocks.prepare(tree, self._figure, lambda node: None)
        self.blocks = blocks.prepare(_sectioned(tree), self._block, self._inline)

    def _mark(self, hole: Hole, form: str = _MARK) -> str:
        self.holes.append(hole)
        return form.format(len(self.holes) - 1)

    def _block(self, node: Block) -> Tree | None:
        match node:
            case CodeBlock():
                return [raw("html", self._mark(ListingHole(node)))]
            case Header():
                hole = _heading(node)
                node.inlines = [raw_inline("html", self._mark(LabelHole(hole.anchor))), *node.inlines]
                if _IN_SECTION in node.attr.pairs:  # which has its attributes
                    node.attr = Attr("", node.attr.classes, [])
                return [node, raw("html", self._mark(hole))]
            case BulletList():
                return self._tasks(node)
            case Table():
                around = f'<div class="table"{self._mark(TableHole())}>'
                if node.caption.blocks and isinstance(first := node.caption.blocks[0], Para | Plain):
                    label = raw_inline("html", self._mark(LabelHole(node.attr.identifier)))
                    first.inlines = [label, *first.inlines]
                return [raw("html", around), node, raw("html", "</div>")]
            case Div() if is_fold(node):
                return self._fold(node)
            case Div() if name := elements.name_of(node):
                return _element(name, node)
            case Div() if is_tabs(node):
                return self._tabs(node)
            case Div():
                return self._box(node)
        return None

    def _figure(self, node: Block) -> Tree | None:
        if not (found := picture(node)):
            return None
        return [raw("html", self._mark(PictureHole(*found)))]

    def _tasks(self, node: BulletList) -> Tree | None:
        tasks = task_list(node)
        if tasks is None:
            return None
        for item in tasks.items:
            self._task(opening(item))
        return [raw("html", '<div class="tasks">'), tasks, raw("html", "</div>")]

    def _task(self, run: Run) -> None:
        if run and isinstance(first := run[0], Str) and first.text in ("☐", "☒"):
            run[:2] = [raw_inline("html", self._mark(BoxHole(first.text == "☒")))]
            run.append(raw_inline("html", self._mark(BoxEndHole())))

    def _fold(self, node: Div) -> Tree:
        """What folds: a label of the theme's is the words that stay where there are none."""
        attr = Attr(node.attr.identifier, node.attr.classes, _without(node.attr, OPEN))
        start = elements.start_tag(DETAILS, attr).removesuffix(">")
        hole = self._mark(FoldHole(is_open(node.attr)))
        word = blocks.label(node, self._say)
        first = [raw("html", f"<summary>{escape(word)}</summary>")] if word else []
        content = [*first, *_with_line(DETAILS, node.blocks)]
        return [raw("html", f"{start}{hole}>"), *content, raw("html", f"</{DETAILS}>")]

    def _tabs(self, node: Div) -> Tree:
        """Tabs, one of which is open."""
        group, tabs = next(self._groups), list(filter(is_tab, node.blocks))
        chosen = next((place for place, tab in enumerate(tabs) if is_open(tab.attr)), 0)
        shown: Tree = [raw("html", elements.start_tag("div", node.attr))]
        for place, tab in enumerate(tabs):
            title, rest = title_of(tab)
            names = [name for name in tab.attr.classes if name != OPEN]
            attr = Attr(tab.attr.identifier, names, _without(tab.attr, OPEN))
            before = elements.start_tag("div", attr) + self._mark(TabHole(group, place == chosen))
            shown += [
                raw("html", before),
                Plain(title),
                raw("html", f'{self._mark(TabEndHole())}<div class="panel">'),
                *rest,
                raw("html", "</div></div>"),
            ]
        return [*shown, raw("html", "</div>")]

    def _box(self, node: Div) -> Tree | None:
        """A note or warning with its label, or its title in the label's place; None for any other Div."""
        kind = kind_of(node)
        if kind is None:
            return None
        label = escape(self._say(BOXES[kind]))
        title, rest = title_of(node)
        own = [("id", node.attr.identifier), ("lang", node.attr.get("lang")), ("dir", node.attr.get("dir"))]
        kept = "".join(f' {key}="{escape(value)}"' for key, value in own if value)
        classes = " ".join(["box", kind, *others(node)])
        before = f'<div class="{escape(classes)}" role="note" aria-label="{label}"{kept}><p class="label">'
        if not title:
            return [raw("html", f"{before}{label}</p>"), *rest, raw("html", "</div>")]
        return [raw("html", before), Plain(title), raw("html", "</p>"), *rest, raw("html", "</div>")]

    def _inline(self, node: Inline) -> Run | None:
        match node:
            case Note():
                self.notes.append(node.blocks)
                return [raw_inline("html", self._mark(NoteHole(len(self.notes))))]
            case Image():
                hole = PictureHole(node.target.url, plain(node.inlines), "", node.attr, alone=False)
                return [raw_inline("html", self._mark(hole))]
            case Link() if node.target.url.startswith("#") or blocks.is_file(node.target.url):
                target = node.target
                anchor = target.url[1:] if target.url.startswith("#") else ""
                if anchor and not node.inlines:
                    node.inlines = [raw_inline("html", self._mark(ReferenceHole(anchor)))]
                target.url = self._mark(LinkHole(anchor), _LINK) + target.url
            case Code() if self._say.direction == "rtl":
                # Code runs from left to right. An EPUB's style may not say so; the attribute may.
                node.attr.pairs.append(("dir", "ltr"))
            case Span() if name := elements.name_of(node):
                return _word(name, node)
            case Span() if node.attr == Attr() or PLACES in node.attr.classes:
                return node.inlines
            case Span() if "untranslated" in node.attr.classes:
                node.attr.pairs.append(("dir", words(node.attr.get("lang")).direction))
        return None


_IN_SECTION = ("in-section", "")


def _sectioned(tree: Tree) -> Tree:
    """Blocks with a section around each heading and what comes below it: none goes on beyond its box."""
    new: Tree = []
    levels: list[int] = []
    for node in tree:
        if isinstance(node, Header):
            while levels and levels[-1] >= node.level:
                levels.pop()
                new.append(raw("html", "</section>"))
            levels.append(node.level)
            own = node.attr
            section = Attr(own.identifier, [f"level{node.level}", *own.classes], own.pairs)
            new.append(raw("html", elements.start_tag("section", section)))
            inner = Attr(own.identifier, own.classes, [_IN_SECTION])
            new.append(Header.of(node.level, inner, node.inlines))
        elif isinstance(node, Div) and elements.name_of(node) not in _FIRST.values():
            new.append(Div.of(node.attr, _sectioned(node.blocks)))
        else:
            new.append(node)
    return new + [raw("html", "</section>") for _ in levels]


def _element(name: str, node: Div) -> Tree | None:
    """An element of blocks; what stays is a ``div``."""
    if name in _FIRST.values():
        return None  # it depends on the element that it is in
    content = _with_line(name, node.blocks)
    if name in BLOCKS or name == "figure":
        return [raw("html", elements.start_tag(name, node.attr)), *content, raw("html", f"</{name}>")]
    return [Div.of(elements.unnamed(node.attr), content)]


def _with_line(name: str, blocks: Tree) -> Tree:
    """What an element holds, its line of words as an element of its own."""
    for place in _PLACES.get(name, ()):
        line = blocks[place] if blocks else None
        if isinstance(line, Div) and elements.name_of(line) == _FIRST[name]:
            words = [Plain(one.inlines) if isinstance(one, Para) else one for one in line.blocks]
            tag = elements.start_tag(_FIRST[name], line.attr)
            at = place % len(blocks)
            shown = [raw("html", tag), *words, raw("html", f"</{_FIRST[name]}>")]
            return [*blocks[:at], *shown, *blocks[at + 1 :]]
    return blocks


def _without(attr: Attr, name: str) -> list[tuple[str, str]]:
    return [pair for pair in attr.pairs if pair[0] != name]


def _word(name: str, node: Span) -> Run:
    """An element in a line."""
    if name in INLINES and (name != "bdo" or node.attr.get("dir")):
        tag = elements.start_tag(name, node.attr)
        return [raw_inline("html", tag), *node.inlines, raw_inline("html", f"</{name}>")]
    attr = elements.unnamed(node.attr)
    return node.inlines if attr == Attr() else [Span.of(attr, node.inlines)]


def _heading(node: Header) -> HeadingHole:
    only = node.inlines[0] if len(node.inlines) == 1 else None
    language = only.attr.get("lang") if isinstance(only, Span) else ""
    return HeadingHole(node.level, node.attr.identifier, plain(node.inlines), language)


def fill(
    written: Written, homes: Mapping[str, Home], page: str, known: Labels, say: Words, show: Show
) -> tuple[str, list[str]]:
    """Return the chapter's text, and its footnotes by number, with the holes filled by ``show``.

    ``homes`` says where each anchor in the book is, ``page`` is the path of the chapter's own page; ``known``
    are the edition's labels.
    """

    def put(found: re.Match[str]) -> str:
        hole = written.holes[int(found[1])]
        if isinstance(hole, LinkHole):
            if not hole.anchor:
                return relative(found[2], page)
            home = homes.get(hole.anchor, Home(page, is_top=False))
            if home.page == page:
                return found[2]
            return relative(pictures.address(home.page), page) + ("" if home.is_top else found[2])
        match hole:
            case LabelHole(anchor):
                return label(known.get(anchor), say)
            case ReferenceHole(anchor):
                return escape(labels.reference(known[anchor], say), quote=False) if anchor in known else ""
        shown = show(hole)
        # A line that nothing stands on is none.
        return shown + "\n" if shown and found[0].endswith("\n") else shown

    return _HOLE.sub(put, written.text), [_HOLE.sub(put, note) for note in written.notes]


def label(known: Label | None, say: Words) -> str:
    """Return what stands before a heading or a caption, and the space after it; empty where nothing does."""
    if known is None:
        return ""
    is_heading = known.kind in ("chapter", "section")
    shown = labels.before_heading(known, say) if is_heading else labels.caption(known, say)
    space = "\u3000" if say.is_cjk and not is_heading else " "  # those of headings are set apart by style
    return f'<span class="number">{escape(shown, quote=False)}</span>{space}' if shown else ""


def figure(shown: str, hole: PictureHole, known: Labels, say: Words) -> str:
    """Return a picture, shown by ``shown``, as a figure; one with a caption has a label."""
    below = ""
    if hole.caption:
        text = label(known.get(hole.attr.identifier), say) + escape(hole.caption, quote=False)
        below = f"<figcaption>{text}</figcaption>"
    start = elements.start_tag("figure", Attr(hole.attr.identifier, ["picture", *hole.attr.classes]))
    return f"{start}{shown}{below}</figure>"


def above_listing(node: CodeBlock, known: Labels, say: Words, above: str) -> str:
    """Return what stands above a listing: its caption with its label, and ``above``, its title or file, as
    HTML; empty where there is neither."""
    caption = node.attr.get(CAPTION)
    if caption:
        text = label(known.get(node.attr.identifier), say) + escape(caption, quote=False)
        above = f'<div class="caption">{text}</div>{above}'
    return f"<figcaption>{above}</figcaption>" if above else ""


def image(hole: PictureHole, address: str, more: str = "") -> str:
    """Return the tag of a picture in a file; ``more`` is written into it as it is."""
    classes = [] if hole.alone else hole.attr.classes  # or else its figure has them
    style = pictures.style(hole.attr)
    own = elements.start_tag("img", Attr("", classes, [("style", style)] * bool(style)))
    return f'<img src="{address}" alt="{escape(hole.alt)}"{own[4:-1]}{more}/>'
