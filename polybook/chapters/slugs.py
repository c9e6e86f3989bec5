"""What a heading is called in addresses where its author gave it no identifier.

Tools make these names of a heading's words by rules of their own. One rule is the book's, and what is
written; by the others a link leads to the same heading all the same.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import count, dropwhile

from polybook.markup import positions
from polybook.markup.tree import find, plain
from polybook.model.nodes import WITH_ATTR, Div, Header, Node, Para, Plain, SoftBreak, Space, Span, Tree

OWN = "polybook"
"""The rule by which pandoc made the identifiers that a chapter's tree has: nearly GitHub's."""

# pandoc makes identifiers of letters and digits, and counts the headings that have none.
_UNNAMED = re.compile(r"|-\d+")
_TYPED = {ord("–"): "--", ord("—"): "---", ord("…"): "..."}
"""What pandoc makes of what authors type; other tools see it as it is typed."""

_VUEPRESS = re.compile(r"[\s~`!@#$%^&*()\-_+=\[\]{}|\\;:\"'“”‘’<>,.?/]+")
_WORDS = frozenset({"Nd", "Pc"})


def _github(words: str) -> str:
    """As GitHub names a heading, and mdBook.

    >>> _github("🚀 Go -- it's easy")
    '-go----its-easy'
    """
    kept = [one for one in words.translate(_TYPED).lower() if one in " -" or _is_word(one)]
    return "".join(kept).replace(" ", "-")


def _is_word(character: str) -> bool:
    category = unicodedata.category(character)
    return category[0] in "LM" or category in _WORDS


def _pandoc(words: str) -> str:
    """As pandoc names a heading, and Quarto.

    >>> _pandoc("2. What's new in v1.2?")
    'whats-new-in-v1.2'
    """
    kept = "".join(one for one in words.lower() if one.isalnum() or one.isspace() or one in "_-.")
    return "".join(dropwhile(lambda one: not one.isalpha(), "-".join(kept.split()))) or "section"


def _vuepress(words: str) -> str:
    """As VuePress and VitePress name a heading.

    >>> _vuepress("2.1 Über & unter")
    '_2-1-uber-unter'
    """
    bare = unicodedata.normalize("NFKD", words.translate(_TYPED))
    slug = _VUEPRESS.sub("-", re.sub("[\u0300-\u036f\0-\x1f]", "", bare)).strip("-")
    return re.sub(r"^(?=\d)", "_", slug).lower()


RULES: Mapping[str, Callable[[str], str]] = {"github": _github, "pandoc": _pandoc, "vuepress": _vuepress}
"""How other tools make a name of a heading's words."""


def aliases(headers: Sequence[Header]) -> Iterator[tuple[str, str]]:
    """Yield what other tools would call a chapter's headings, and the identifier that each has here.

    A name may be there for several headings.
    """
    words = [plain(header.inlines).strip("\n") for header in headers]
    for rule in RULES.values():
        for header, name in zip(headers, _numbered(map(rule, words), set()), strict=True):
            if name:
                yield name, header.attr.identifier


def _numbered(names: Iterable[str], used: set[str]) -> Iterator[str]:
    """The names, each made one that is not ``used`` by a number behind it, as these tools have it."""
    for base in names:
        name = base
        for number in count(1):
            if name not in used:
                break
            name = f"{base}-{number}"
        used.add(name)
        yield name


def settle(blocks: Tree, headers: Sequence[Header], lines: Sequence[str], rule: str) -> None:
    """Give the headings of a chapter's ``blocks``, with positions, identifiers by a rule, in place.

    What an author gave an identifier keeps it, and no heading has one that stands elsewhere too. An empty
    place before a heading, or in it, with the heading's own name is that heading.
    """
    free = [header for header in headers if not _is_given(header, lines)]
    _take_out_spots(blocks, headers, {header.attr.identifier for header in free})
    ours = set(map(id, free))
    used = {node.attr.identifier for node in find(blocks, *WITH_ATTR) if id(node) not in ours}
    if make := RULES.get(rule):
        for header in free:
            header.attr.identifier = make(plain(header.inlines))
    unnamed = [header for header in free if _UNNAMED.fullmatch(header.attr.identifier)]
    for header in unnamed:
        header.attr.identifier = "section"
    nameless = set(map(id, unnamed))
    last = [*(header for header in free if id(header) not in nameless), *unnamed]
    names = list(_numbered([header.attr.identifier for header in last], used))
    for header, name in zip(last, names, strict=True):
        header.attr.identifier = name


def _is_given(header: Header, lines: Sequence[str]) -> bool:
    """Whether an author gave a heading its identifier: in Markdown's way, or in HTML's."""
    identifier = header.attr.identifier
    if not identifier:
        return False
    written = "\n".join(lines[one.line - 1] for one in positions.segments(header, lines))
    return bool(re.search(rf"[#=\"']{re.escape(identifier)}[\s}}\"'>]", written))


def _take_out_spots(blocks: Tree, headers: Sequence[Header], names: set[str]) -> None:
    """Leave out empty places with the name of the heading that they stand in or directly before."""
    for header in headers:
        for spot in find(header.inlines, Span):
            if spot.attr.identifier == header.attr.identifier:
                spot.attr.identifier = ""
    for place in range(len(blocks) - 1, 0, -1):
        block, before = blocks[place], blocks[place - 1]
        if not isinstance(block, Header) or not _is_empty(before):
            continue
        name = block.attr.identifier
        if name in names and {node.attr.identifier for node in find(before, Span, Div)} - {""} == {name}:
            del blocks[place - 1]


def _is_empty(node: Node) -> bool:
    """Whether a node is nothing but places that links lead to."""
    match node:
        case Para() | Plain():
            return all(isinstance(one, Space | SoftBreak) or _is_empty(one) for one in node.inlines)
        case Span():
            return all(map(_is_empty, node.inlines))
        case Div():
            return all(map(_is_empty, node.blocks))
    return False
