"""Pictures as chapters name them: which file each one shows and how large, and what is wrong with them."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Collection, Iterator
from difflib import get_close_matches
from functools import partial
from pathlib import PurePosixPath
from urllib.parse import unquote

from polybook.markup.html.tags import is_length
from polybook.markup.tree import find, mapped
from polybook.model import layout
from polybook.model.book import FIGURE_ENDINGS, Chapter
from polybook.model.findings import Finding
from polybook.model.nodes import (
    Attr,
    Image,
    LineBreak,
    Link,
    Run,
    Space,
    Str,
    Target,
    Tree,
)

_WEB = re.compile(r"(?:https?:)?//", re.IGNORECASE)
_STYLED = re.compile(r"(?<![\w-])(width): *([^;]+)")
_WHERE = "put the file below source/figures/"
_SIZES = ("width", "height")


def path(chapter: Chapter, target: str) -> str:
    """Return the path of the figure that ``target`` names in a chapter, as `Book.figures` has it.

    A target is an address: relative to the chapter, or with ``/`` to ``source/``; ``%20`` is a space.
    """
    folder = PurePosixPath(chapter.path).parent.relative_to(layout.SOURCE).as_posix()
    return posixpath.normpath(posixpath.join("/", folder, unquote(target))).lstrip("/")


def is_on_web(target: str) -> bool:
    """Whether a picture would have to be fetched."""
    return bool(_WEB.match(target))


def is_decorative(image: Image) -> bool:
    """Whether a picture's author says that there is nothing to say of it: ``{alt=""}``."""
    return ("alt", "") in image.attr.pairs


# ---- what is wrong with them -----------------------------------------------------------------


def check(
    chapter: Chapter, target: str, line: int, described: bool, figures: Collection[str]
) -> Iterator[Finding]:
    """Yield what is wrong with a picture; ``described`` says that it has a text, or needs none."""

    def finding(code: str, what: str, hint: str, *, warns: bool = False) -> Finding:
        return Finding(code, what, chapter.path, line, hint, "warning" if warns else "error")

    shown, found = target[:80], path(chapter, target)
    ending = posixpath.splitext(found)[1].lower()
    if is_on_web(target):
        what = f"the picture '{shown}' is on the web, and a link to it stands in its place"
        hint = "save the picture below source/figures/, where a reader without the web has it too"
        yield finding("figure", what, hint, warns=True)
    elif found in figures:
        pass
    elif ending and ending not in FIGURE_ENDINGS and not target.lower().startswith("data:"):
        what = f"'{shown}' is of a kind that no format shows"
        yield finding("figure", what, "save it as an SVG, PNG, JPEG, WebP, AVIF or GIF")
    elif target in figures:  # its name looks like another name's address
        what = f"the picture '{shown}' is the address of a file named '{found}'"
        yield finding("figure", what, "write %25 for a percent sign")
    else:
        near = get_close_matches(found, list(figures), 1)
        hint = (
            f"did you mean '{chapter.leading_to(near[0])}'?" if near else "put the file below source/figures/"
        )
        yield finding("figure", f"there is no picture 'source/{found[:80]}'", hint)
    if not described:
        hint = 'write ![what the picture shows](...), or ![](...){alt=""} where it shows nothing of its own'
        yield finding("alt", f"the picture '{shown}' has no alternative text", hint, warns=True)


def doubts(image: Image) -> Iterator[tuple[str, str]]:
    """Yield which attributes of a picture no format heeds, and what to do about each."""
    for key, value in image.attr.pairs:
        if key in _SIZES and not _is_size(key, value):
            what = f"the {key} '{value[:40]}' of the picture is left out"
            yield what, f"write it like {key}=300px, 8cm or 20em" + ", or width=50%" * (key == "width")
        if key == "alt" and value:
            what = "the words of alt= are not read"
            yield what, 'write ![what the picture shows](... "its caption")'


def _is_size(key: str, value: str) -> bool:
    """Whether all formats can set a picture to this size. Of what a height is a share, none of them knows."""
    if not is_length(value) or not float(re.sub(r"[a-z%]+", "", value)):
        return False
    return key == "width" or not value.endswith("%")


# ---- as editions have them -------------------------------------------------------------------


def settle(chapter: Chapter, blocks: Tree) -> Tree:
    """Return ``blocks`` whose pictures name their files; in place of one on the web stands a link to it.

    Of a picture's attributes are left what all formats heed: identifier, classes and sizes with a unit.
    """
    if not find(blocks, Image):
        return blocks

    def in_blocks(tree: Tree) -> Tree:
        return [mapped(block, in_blocks, in_run) for block in tree]

    def in_run(run: Run) -> Run:
        return _settled(chapter, run, in_blocks, within_link=False)

    return in_blocks(blocks)


def _settled(chapter: Chapter, run: Run, in_blocks: Callable[[Tree], Tree], *, within_link: bool) -> Run:
    new: Run = []
    for node in run:
        if isinstance(node, Image) and not is_on_web(node.target.url):
            new.append(Image.of(_attributes(node.attr), node.inlines, _target(chapter, node.target)))
        elif isinstance(node, Image):
            words = node.inlines or [Str(node.target.url)]
            link = Link.of(Attr(node.attr.identifier), words, Target(node.target.url))
            new += words if within_link else [link]
            if node.target.title and len(run) == 1:  # its caption
                new += [LineBreak(), *_words(node.target.title)]
        else:
            is_link = within_link or isinstance(node, Link)
            inner = partial(_settled, chapter, in_blocks=in_blocks, within_link=is_link)
            new.append(mapped(node, in_blocks, inner))
    return new


def _target(chapter: Chapter, target: Target) -> Target:
    return Target(path(chapter, target.url), target.title)


def _attributes(attr: Attr) -> Attr:
    sizes = dict(_STYLED.findall(attr.get("style"))) | dict(attr.pairs)
    kept = {key: sizes[key].strip() for key in _SIZES if _is_size(key, sizes.get(key, "").strip())}
    pairs = [(key, value + "px" * value[-1].isdigit()) for key, value in kept.items()]
    return Attr(attr.identifier, attr.classes, pairs)


def _words(text: str) -> Run:
    words: Run = []
    for word in text.split():
        words += [Space(), Str(word)]
    return words[1:]
